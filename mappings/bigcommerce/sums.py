"""The cross-check: an order's lines brought to whole cents that add up to what was charged, or the order is held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from mappings.errors import Unmappable
from mappings.money import ZERO, allocate, rounded, summed
from mappings.reading import Part
from mappings.records import Line


@dataclass(frozen=True)
class Totals:
    """What the order says was charged, in whole smallest units; `tax` None where the order does not say."""

    total: Decimal
    tax: Decimal | None


def totals_of(order: Part, places: int) -> tuple[Totals, ...]:
    """The totals to try: as stated, then with gift certificate and store credit added back.

    Both are ways to pay and usually not taken off the total; where an order took them off, its lines say so.
    """
    tax = order["total_tax"]
    if tax is None and order["total_ex_tax"] is not None:
        tax = order["total_inc_tax"] - order["total_ex_tax"]
    stated = Totals(rounded(order["total_inc_tax"], places), None if tax is None else rounded(tax, places))
    paid_off = (order["gift_certificate_amount"] or ZERO) + (order["store_credit_amount"] or ZERO)
    if not paid_off:
        return (stated,)
    return stated, Totals(rounded(order["total_inc_tax"] + paid_off, places), stated.tax)


def settle(
    readings: Iterable[tuple[Line, ...]], totals: Sequence[Totals], *, inclusive: bool, places: int
) -> tuple[tuple[Line, ...], Totals]:
    """The first reading that adds up to the first total it adds up to, in whole cents; `sums-differ` otherwise."""
    tried: list[tuple[Line, ...]] = []
    for lines in readings:
        tried.append(lines)
        for total in totals:
            settled = _settled(lines, total, inclusive=inclusive, places=places)
            if settled is not None:
                tax = total.tax if total.tax is not None else summed([line.tax for line in settled])
                return settled, Totals(total.total, tax)
    raise _differs(tried[0], totals[0], places)


def _settled(
    lines: Sequence[Line], totals: Totals, *, inclusive: bool, places: int
) -> tuple[Line, ...] | None:
    """The side the shopper saw is spread exactly and the tax exactly; the other side follows from both.

    Where whole line taxes do not make the stated tax (stores round it in more than one way), they stay as charged:
    the gross amounts still have to make the total, and the books compare the stated tax with theirs.
    """
    own = rounded(summed([line.tax for line in lines]), places)
    charged = own if totals.tax is None else totals.tax
    taxes = allocate([line.tax for line in lines], charged, places)
    if taxes is None:
        charged, taxes = own, allocate([line.tax for line in lines], own, places)
    seen = [line.gross if inclusive else line.net for line in lines]
    amounts = allocate(seen, totals.total if inclusive else totals.total - charged, places)
    if taxes is None or amounts is None:
        return None
    settled = tuple(
        replace(line, net=amount - tax if inclusive else amount, tax=tax)
        for line, amount, tax in zip(lines, amounts, taxes, strict=True)
    )
    return None if any(line.net < 0 or line.tax < 0 for line in settled) else settled


def _differs(lines: Sequence[Line], totals: Totals, places: int) -> Unmappable:
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
        "Open the order in the store: an edited price, a shipping coupon or an override often explains it. Correct the "
        "order there and retry, or book it by hand.",
    )


_KINDS = {
    "product": "products",
    "gift_certificate": "gift certificates",
    "shipping": "shipping",
    "handling": "handling",
    "wrapping": "wrapping",
    "fee": "fees",
}
