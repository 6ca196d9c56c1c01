"""The cross-check: an order's lines brought to whole cents that add up to what was charged, or the order is held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from mappings.errors import Unmappable
from mappings.money import ZERO, allocate, rounded, summed, unit
from mappings.reading import Part
from mappings.records import Line


@dataclass(frozen=True)
class Totals:
    """What the order says was charged, in whole smallest units; `tax` None where the order does not say."""

    total: Decimal
    tax: Decimal | None


Spread = Callable[[Sequence[Line], Totals, int], tuple[Decimal, ...] | None]


def totals_of(order: Part, places: int) -> tuple[Totals, ...]:
    """The totals to try: as stated, then with gift certificate and store credit added back.

    Both are ways to pay and usually not taken off the total; where an order took them off, its lines say so. A total
    that was written over may state no tax, although the order's own parts do: theirs is tried, too.
    """
    paid_off = (order["gift_certificate_amount"] or ZERO) + (order["store_credit_amount"] or ZERO)
    totals = dict.fromkeys((order["total_inc_tax"], order["total_inc_tax"] + paid_off))
    return tuple(
        Totals(rounded(total, places), None if tax is None else rounded(tax, places))
        for tax in _stated_taxes(order)
        for total in totals
    )


def _stated_taxes(order: Part) -> tuple[Decimal | None, ...]:
    tax = order["total_tax"]
    if tax is None and order["total_ex_tax"] is not None:
        tax = order["total_inc_tax"] - order["total_ex_tax"]
    parts = ("subtotal_tax", "shipping_cost_tax", "handling_cost_tax", "wrapping_cost_tax")
    of_parts = summed([order[name] or ZERO for name in parts])
    return (tax, of_parts) if tax == 0 and of_parts else (tax,)


def settle(
    readings: Iterable[tuple[Line, ...]], totals: Sequence[Totals], *, inclusive: bool, places: int
) -> tuple[tuple[Line, ...], Totals]:
    """The first reading that adds up to the first total it adds up to, in whole cents; `sums-differ` otherwise.

    One whose taxes make the stated tax is right before any that only makes the total. Where rounding lets none do that
    (stores round tax in more than one way), line taxes stay as charged, of several readings those nearest to the stated
    tax, and the books compare that with theirs. Last, where prices carry no tax and the total holds the stated one, a
    line took a cent more or less.
    """
    tried = tuple(readings)
    for spread in (_whole, _as_charged) if inclusive else (_whole, _as_charged, _moved):
        found = _adding_up(tried, totals, spread, inclusive=inclusive, places=places)
        best = next(found, None) if spread is _whole else min(found, key=_off_its_tax, default=None)
        if best is not None:
            lines, total = best
            tax = total.tax if total.tax is not None else summed([line.tax for line in lines])
            return lines, Totals(total.total, tax)
    raise _differs(tried[0], totals[0], places)


def _adding_up(
    tried: Sequence[tuple[Line, ...]],
    totals: Sequence[Totals],
    spread: Spread,
    *,
    inclusive: bool,
    places: int,
) -> Iterator[tuple[tuple[Line, ...], Totals]]:
    for lines, total in product(tried, totals):
        taxes = spread(lines, total, places)
        if taxes is None:
            continue
        settled = _settled(lines, taxes, total.total, inclusive=inclusive, places=places)
        if settled is not None:
            yield settled, total


def _off_its_tax(found: tuple[tuple[Line, ...], Totals]) -> Decimal:
    lines, totals = found
    return ZERO if totals.tax is None else abs(totals.tax - summed([line.tax for line in lines]))


def _settled(
    lines: Sequence[Line], taxes: Sequence[Decimal], total: Decimal, *, inclusive: bool, places: int
) -> tuple[Line, ...] | None:
    """The side the shopper saw is spread exactly; the other side follows from it and from the taxes."""
    seen = [line.gross if inclusive else line.net for line in lines]
    amounts = allocate(seen, total if inclusive else total - summed(taxes), places)
    if amounts is None:
        return None
    settled = tuple(
        replace(line, net=amount - tax if inclusive else amount, tax=tax)
        for line, amount, tax in zip(lines, amounts, taxes, strict=True)
    )
    return None if any(line.net < 0 or line.tax < 0 for line in settled) else settled


def _whole(lines: Sequence[Line], totals: Totals, places: int) -> tuple[Decimal, ...] | None:
    """The line taxes in whole cents that make the stated tax."""
    if totals.tax is None:
        return _as_charged(lines, totals, places)
    return allocate([line.tax for line in lines], totals.tax, places)


def _as_charged(lines: Sequence[Line], _: Totals, places: int) -> tuple[Decimal, ...] | None:
    taxes = [line.tax for line in lines]
    return allocate(taxes, rounded(summed(taxes), places), places)


def _moved(lines: Sequence[Line], totals: Totals, places: int) -> tuple[Decimal, ...] | None:
    """A cent each on the largest taxes until they make the stated tax; None where that takes more than a cent each."""
    taxes = _as_charged(lines, totals, places)
    if taxes is None or totals.tax is None:
        return None
    off = totals.tax - summed(taxes)
    cents, step = int(abs(off) / unit(places)), unit(places).copy_sign(off)
    largest = sorted((index for index, tax in enumerate(taxes) if tax), key=lambda index: -taxes[index])
    if cents > len(largest):
        return None
    return tuple(tax + step if index in largest[:cents] else tax for index, tax in enumerate(taxes))


def _differs(lines: Sequence[Line], totals: Totals, places: int) -> Unmappable:
    below = next((line for line in lines if line.net < 0 or line.tax < 0), None)
    if below is not None:
        return _below_nothing(below, places)
    gross, tax = summed([line.gross for line in lines]), summed([line.tax for line in lines])
    parts = " + ".join(
        f"{name} {rounded(summed([line.gross for line in lines if line.kind == kind]), places)}"
        for kind, name in _KINDS.items()
        if any(line.kind == kind for line in lines)
    )
    what = f"{parts or 'no lines'} = {rounded(gross, places)}, but the order's total is {totals.total}"
    if totals.tax is not None:
        what += f"; its taxes make {rounded(tax, places)}, and the order says {totals.tax}"
    return Unmappable(
        "sums-differ",
        what,
        "Open the order in the store: an edited price, a coupon or an override often explains it. Correct the order "
        "there and retry, or book it by hand.",
    )


def _below_nothing(line: Line, places: int) -> Unmappable:
    name, net, tax = line.key.removeprefix("product:"), rounded(line.net, places), rounded(line.tax, places)
    return Unmappable(
        "sums-differ",
        f"line {name} is worth {net} and a tax of {tax}, and an invoice takes no line below nothing",
        "Enter it in the store as a discount of the order instead of a line and retry, or book the order by hand.",
    )


_KINDS = {
    "product": "products",
    "gift_certificate": "gift certificates",
    "shipping": "shipping",
    "handling": "handling",
    "wrapping": "wrapping",
    "fee": "fees",
}
