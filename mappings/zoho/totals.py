"""What Zoho will make of a request body: totals and taxes computed as the organization rounds them.

Exact fractions until the one rounding that Zoho does itself: half up, per document and tax (entity_level) or per line
and tax (item_level). A tax group rounds each of its members on its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from mappings.errors import Unmappable
from mappings.money import ZERO, rounded, summed, unit
from mappings.zoho.found import Rounding, ZohoTax


@dataclass(frozen=True)
class Totals:
    """`amounts` is the sum of the lines as sent (with tax where prices carry it), `by_tax` by single tax id."""

    total: Decimal
    tax_total: Decimal
    amounts: Decimal
    by_tax: Mapping[str, Decimal]


def predict(
    body: Mapping[str, Any], taxes: Sequence[ZohoTax], rounding: Rounding, precision: int = 2
) -> Totals:
    """Totals of a document body; Unmappable("tax-unmapped") for a tax id the organization does not have.

    total = lines + tax (nothing where prices carry it) + shipping charge + adjustment.
    """
    inclusive = bool(body.get("is_inclusive_tax"))
    known = {tax.tax_id: tax for tax in taxes}
    lines = [(item_total(line, precision), line.get("tax_id") or "") for line in body["line_items"]]
    charge = Decimal(body.get("shipping_charge", 0))
    heaps = [
        *(lines if rounding == "item_level" else _heaped(lines)),
        (charge, body.get("shipping_charge_tax_id") or ""),
    ]
    by_tax = _taxes(
        heaps, known, inclusive=inclusive, precision=precision, item_level=rounding == "item_level"
    )
    tax_total = summed(list(by_tax.values()))
    amounts = summed([amount for amount, _ in lines])
    adjustment = Decimal(body.get("adjustment", 0))
    total = amounts + charge + adjustment + (ZERO if inclusive else tax_total)
    return Totals(total, tax_total, amounts + charge, by_tax)


def item_total(line: Mapping[str, Any], precision: int) -> Decimal:
    """A line's amount: its rate is stored rounded, times quantity, less the line's own discount, rounded half up."""
    before = rounded(Decimal(line["rate"]), precision) * Decimal(line["quantity"])
    return rounded(before - Decimal(line.get("discount", 0)), precision)


def _heaped(lines: Iterable[tuple[Decimal, str]]) -> list[tuple[Decimal, str]]:
    heaps: dict[str, Decimal] = {}
    for amount, tax_id in lines:
        heaps[tax_id] = heaps.get(tax_id, ZERO) + amount
    return [(amount, tax_id) for tax_id, amount in heaps.items()]


def _taxes(
    heaps: Sequence[tuple[Decimal, str]],
    known: Mapping[str, ZohoTax],
    *,
    inclusive: bool,
    precision: int,
    item_level: bool,
) -> dict[str, Decimal]:
    """By single tax. The last heap is the shipping charge, whose tax Zoho states, so rounds, apart from the lines'."""
    exact: dict[str, Fraction] = {}
    settled: dict[str, Decimal] = {}
    last = len(heaps) - 1
    for index, (amount, tax_id) in enumerate(heaps):
        for leaf, share in _shares(amount, tax_id, known, inclusive=inclusive).items():
            if item_level or index == last:
                settled[leaf] = settled.get(leaf, ZERO) + _half_up(share, precision)
            else:
                exact[leaf] = exact.get(leaf, Fraction(0)) + share
    for leaf, share in exact.items():
        settled[leaf] = settled.get(leaf, ZERO) + _half_up(share, precision)
    return settled


def _shares(
    amount: Decimal, tax_id: str, known: Mapping[str, ZohoTax], *, inclusive: bool
) -> dict[str, Fraction]:
    """Unrounded tax by single tax; a compound tax is charged on the base and the other taxes."""
    if not tax_id or not amount:
        return {}
    leaves = leaves_of(tax_id, known)
    simple = sum((_percent(leaf) for leaf in leaves if leaf.kind != "compound_tax"), Fraction(0))
    factors = {
        leaf.tax_id: _percent(leaf) * (1 + simple if leaf.kind == "compound_tax" else 1) for leaf in leaves
    }
    base = Fraction(amount) / (1 + sum(factors.values(), Fraction(0)) if inclusive else 1)
    return {leaf: base * factor for leaf, factor in factors.items()}


def leaves_of(tax_id: str, known: Mapping[str, ZohoTax]) -> tuple[ZohoTax, ...]:
    """The single taxes behind an id; a group whose members nobody told us counts as one tax."""
    tax = known.get(tax_id)
    if tax is None:
        raise Unmappable(
            "tax-unmapped",
            f"tax {tax_id} is not among the organization's active taxes",
            "Correct orders.taxes in the settings, or activate the tax in Zoho, then retry.",
        )
    members = tuple(known[member] for member in tax.members if member in known)
    return members if members and len(members) == len(tax.members) else (tax,)


def _percent(tax: ZohoTax) -> Fraction:
    return Fraction(tax.percentage) / 100


def _half_up(amount: Fraction, precision: int) -> Decimal:
    units = floor(abs(amount) * 10**precision + Fraction(1, 2))
    return Decimal(units if amount >= 0 else -units) * unit(precision)
