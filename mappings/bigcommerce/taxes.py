"""Which rates were charged on which line, from the order's tax rows; where they do not say, from the amounts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import combinations

from mappings.money import rounded, summed
from mappings.reading import Part
from mappings.records import Line, TaxRate

_HUNDRED = Decimal(100)


def with_rates(
    lines: Sequence[Line], rows: Sequence[Part], *, inclusive: bool, places: int
) -> tuple[Line, ...]:
    """The lines with the rates charged on each; a line that was not taxed has none.

    Rows with details name their line. Two that say the same are two districts with one tax where only both of them give
    the tax of a line, else one that is told twice. Rows without details (older answers) are fitted to the lines: one
    rate alone is every taxed line's, of several the one combination that gives the line's tax. What stays unclear keeps
    `rates` empty.
    """
    detailed: dict[str, list[TaxRate]] = {}
    loose: list[TaxRate] = []
    for row in rows:
        rate = TaxRate(row["name"], row["rate"])
        key = _line_key(row, lines)
        if rate.rate <= 0:
            continue
        if key is None:
            _add(loose, rate)
        elif _was_charged(row, next(line for line in lines if line.key == key), places):
            detailed.setdefault(key, []).append(rate)
    told = {line.key: tuple(detailed.get(line.key, ())) for line in lines}
    fit = partial(_fit, inclusive=inclusive, places=places)
    if not any(fit(line, told[line.key]) and not fit(line, _once(told[line.key])) for line in lines):
        told = {key: _once(rates) for key, rates in told.items()}
    return tuple(replace(line, rates=_rates(line, told[line.key], loose, fit)) for line in lines)


def _once(rates: tuple[TaxRate, ...]) -> tuple[TaxRate, ...]:
    return tuple(dict.fromkeys(rates))


def _add(rates: list[TaxRate], rate: TaxRate) -> None:
    if rate not in rates:
        rates.append(rate)


def _line_key(row: Part, lines: Sequence[Line]) -> str | None:
    keys = {line.key for line in lines}
    kind = row["line_item_type"].lower().replace("_", "-")
    candidates = {
        "item": (f"product:{row['order_product_id']}",),
        "": (f"product:{row['order_product_id']}",),
        "shipping": (f"shipping:{row['order_address_id']}", "shipping"),
        "handling": ("handling",),
        "gift-wrapping": ("wrapping",),
        "wrapping": ("wrapping",),
        "fee": (f"fee:{row['order_product_id']}", *_only_fee(keys)),
    }.get(kind, ())
    return next((key for key in candidates if key in keys), None)


def _only_fee(keys: set[str]) -> tuple[str, ...]:
    fees = tuple(key for key in keys if key.startswith("fee:"))
    return fees if len(fees) == 1 else ()


def _was_charged(row: Part, line: Line, places: int) -> bool:
    """A rate that is listed with no amount on a line where it would have brought some was not charged there."""
    if row["line_amount"] is None or row["line_amount"] != 0:
        return True
    return rounded(line.net * row["rate"] / _HUNDRED, places) == 0


def _rates(
    line: Line,
    told: tuple[TaxRate, ...],
    loose: list[TaxRate],
    fit: Callable[[Line, tuple[TaxRate, ...]], bool],
) -> tuple[TaxRate, ...]:
    if not line.tax:
        return ()
    if told:
        return told if fit(line, told) else _once(told)
    if len(loose) == 1:
        return (loose[0],)
    fitting = [
        chosen
        for size in range(1, min(len(loose), 5) + 1)
        for chosen in combinations(loose, size)
        if fit(line, chosen)
    ]
    return fitting[0] if len(fitting) == 1 else ()


def _fit(line: Line, chosen: Sequence[TaxRate], *, inclusive: bool, places: int) -> bool:
    """Whether these rates together give the line's tax, rounded once or rate by rate."""
    rates = [rate.rate for rate in chosen]
    whole = summed(rates)
    base = _HUNDRED + whole if inclusive else _HUNDRED
    amount = line.gross if inclusive else line.net
    shares = [amount * rate / base for rate in rates]
    charged = rounded(line.tax, places)
    return charged in (rounded(summed(shares), places), summed([rounded(share, places) for share in shares]))
