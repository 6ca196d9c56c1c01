"""Zoho's arithmetic of one document, from the request alone: lines, discounts, taxes, shipping, total.

Nothing is known here of who asks. Sources: `Totals, rounding, tax arithmetic` of the platform's documentation
and recorded documents; every rule that is not proven is a parameter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from sandbox.zoho.money import ZERO, half_up

HUNDRED = Fraction(100)


@dataclass(frozen=True)
class Tax:
    """A tax or a tax group; a group has `members` and its percentage is what they add up to."""

    tax_id: str
    name: str
    percentage: Decimal
    compound: bool = False
    members: tuple["Tax", ...] = ()

    @property
    def parts(self) -> tuple["Tax", ...]:
        return self.members or (self,)


@dataclass(frozen=True)
class Discount:
    value: Decimal = ZERO
    percent: bool = False

    def of(self, base: Fraction, times: Decimal = Decimal(1)) -> Fraction:
        if self.percent:
            return base * Fraction(self.value) / HUNDRED
        return Fraction(self.value) * Fraction(times)


@dataclass(frozen=True)
class Line:
    rate: Decimal
    quantity: Decimal
    discount: Discount = Discount()
    tax: Tax | None = None


@dataclass(frozen=True)
class Rules:
    """How the organization computes: decimals of amounts and rates, tax rounding, and the open questions."""

    precision: int = 2
    rate_precision: int = 2
    tax_rounding: Literal["entity_level", "item_level"] = "entity_level"
    discount_per_unit: bool = False
    shipping_inclusive: bool = True


@dataclass(frozen=True)
class Asked:
    """The money of a request."""

    lines: tuple[Line, ...]
    inclusive: bool = False
    before_tax: bool = True
    entity_discount: Discount = Discount()
    shipping: Decimal = ZERO
    shipping_tax: Tax | None = None
    adjustment: Decimal = ZERO


@dataclass(frozen=True)
class TaxAmount:
    tax: Tax
    amount: Decimal


@dataclass(frozen=True)
class LineTotals:
    """`amount` is in the document's price basis, `net` without tax; `discount` is what was taken off."""

    rate: Decimal
    amount: Decimal
    net: Decimal
    discount: Decimal
    taxes: tuple[TaxAmount, ...]


@dataclass(frozen=True)
class Totals:
    lines: tuple[LineTotals, ...]
    sub_total: Decimal
    sub_total_inclusive_of_tax: Decimal
    sub_total_exclusive_of_discount: Decimal
    discount_total: Decimal
    discount_applied_on_amount: Decimal
    tax_total: Decimal
    taxable: Decimal
    taxes: tuple[TaxAmount, ...]
    shipping_net: Decimal
    shipping_gross: Decimal
    shipping_taxes: tuple[TaxAmount, ...]
    adjustment: Decimal
    total: Decimal


def compute(asked: Asked, rules: Rules) -> Totals:
    """The document as Zoho would answer it; amounts are in the document's currency."""
    drafts = [_line(line, asked.before_tax, rules) for line in asked.lines]
    gross_sum = sum((amount for _, amount, _ in drafts), ZERO)
    early, late = _entity_discount(asked, gross_sum, rules)
    share = 1 - Fraction(early) / Fraction(gross_sum) if gross_sum else Fraction(1)
    owed = [
        _taxes(line.tax, Fraction(amount) * share, asked.inclusive)
        for line, (_, amount, _) in zip(asked.lines, drafts, strict=True)
    ]
    line_taxes = _together(owed, rules)
    ship_net, ship_gross, ship_taxes = _shipping(asked, rules)
    lines_tax = sum((part.amount for part in line_taxes), ZERO)
    late += _late_line_discounts(asked, drafts)
    late += _late_entity_discount(asked, gross_sum if asked.inclusive else gross_sum + lines_tax, rules)
    gross = gross_sum if asked.inclusive else gross_sum + lines_tax
    taxes = _merge((*line_taxes, *ship_taxes))
    return Totals(
        lines=tuple(
            LineTotals(rate, amount, _net(amount, parts, asked.inclusive, rules), off, _shown(parts, rules))
            for (rate, amount, off), parts in zip(drafts, owed, strict=True)
        ),
        sub_total=gross_sum - lines_tax if asked.inclusive else gross_sum,
        sub_total_inclusive_of_tax=gross_sum if asked.inclusive and line_taxes else ZERO,
        sub_total_exclusive_of_discount=sum((_plain(line, rules) for line in asked.lines), ZERO),
        discount_total=early + late + (sum((off for *_, off in drafts), ZERO) if asked.before_tax else ZERO),
        discount_applied_on_amount=gross_sum if early or late else ZERO,
        tax_total=sum((part.amount for part in taxes), ZERO),
        taxable=sum(
            (amount for line, (_, amount, _) in zip(asked.lines, drafts, strict=True) if line.tax), ZERO
        ),
        taxes=taxes,
        shipping_net=ship_net,
        shipping_gross=ship_gross,
        shipping_taxes=ship_taxes,
        adjustment=half_up(asked.adjustment, rules.precision),
        total=gross - early - late + ship_gross + half_up(asked.adjustment, rules.precision),
    )


def _plain(line: Line, rules: Rules) -> Decimal:
    return half_up(half_up(line.rate, rules.rate_precision) * line.quantity, rules.precision)


def _line(line: Line, before_tax: bool, rules: Rules) -> tuple[Decimal, Decimal, Decimal]:
    """(rate as stored, amount of the line, discount): it is the rate that gets rounded first."""
    rate = half_up(line.rate, rules.rate_precision)
    plain = Fraction(rate) * Fraction(line.quantity)
    times = line.quantity if rules.discount_per_unit else Decimal(1)
    off = line.discount.of(plain, times)
    if not before_tax:
        return rate, half_up(plain, rules.precision), half_up(off, rules.precision)
    amount = half_up(plain - off, rules.precision)
    return rate, amount, half_up(plain, rules.precision) - amount


def _entity_discount(asked: Asked, base: Decimal, rules: Rules) -> tuple[Decimal, Decimal]:
    """(taken off before tax, taken off after tax); the latter starts at nothing."""
    if not asked.before_tax:
        return ZERO, ZERO
    return half_up(asked.entity_discount.of(Fraction(base)), rules.precision), ZERO


def _late_entity_discount(asked: Asked, base: Decimal, rules: Rules) -> Decimal:
    if asked.before_tax:
        return ZERO
    return half_up(asked.entity_discount.of(Fraction(base)), rules.precision)


def _late_line_discounts(asked: Asked, drafts: Sequence[tuple[Decimal, Decimal, Decimal]]) -> Decimal:
    return ZERO if asked.before_tax else sum((off for *_, off in drafts), ZERO)


def _taxes(tax: Tax | None, amount: Fraction, inclusive: bool) -> list[tuple[Tax, Fraction]]:
    """Each member's share, unrounded; a compound tax is also taken on the others."""
    if tax is None:
        return []
    simple = sum(
        (Fraction(part.percentage) / HUNDRED for part in tax.parts if not part.compound), Fraction(0)
    )
    factors = [
        (part, Fraction(part.percentage) / HUNDRED * ((1 + simple) if part.compound else 1))
        for part in tax.parts
    ]
    base = amount / (1 + sum((factor for _, factor in factors), Fraction(0))) if inclusive else amount
    return [(part, base * factor) for part, factor in factors]


def _together(owed: Iterable[list[tuple[Tax, Fraction]]], rules: Rules) -> tuple[TaxAmount, ...]:
    """Per tax: the sum rounded once (entity_level) or the lines' rounded amounts added (item_level)."""
    sums: dict[str, tuple[Tax, Fraction]] = {}
    for parts in owed:
        for tax, exact in parts:
            amount = (
                Fraction(half_up(exact, rules.precision)) if rules.tax_rounding == "item_level" else exact
            )
            sums[tax.tax_id] = (tax, sums.get(tax.tax_id, (tax, Fraction(0)))[1] + amount)
    return tuple(TaxAmount(tax, half_up(amount, rules.precision)) for tax, amount in sums.values())


def _merge(parts: Iterable[TaxAmount]) -> tuple[TaxAmount, ...]:
    sums: dict[str, TaxAmount] = {}
    for part in parts:
        before = sums[part.tax.tax_id].amount if part.tax.tax_id in sums else ZERO
        sums[part.tax.tax_id] = TaxAmount(part.tax, before + part.amount)
    return tuple(sums.values())


def _shown(parts: list[tuple[Tax, Fraction]], rules: Rules) -> tuple[TaxAmount, ...]:
    return tuple(TaxAmount(tax, half_up(exact, rules.precision)) for tax, exact in parts)


def _net(amount: Decimal, parts: list[tuple[Tax, Fraction]], inclusive: bool, rules: Rules) -> Decimal:
    if not inclusive:
        return amount
    return amount - sum((part.amount for part in _shown(parts, rules)), ZERO)


def _shipping(asked: Asked, rules: Rules) -> tuple[Decimal, Decimal, tuple[TaxAmount, ...]]:
    """(without tax, with tax, taxes): the charge is rounded on its own, apart from the lines."""
    charge = half_up(asked.shipping, rules.precision)
    inside = asked.inclusive and rules.shipping_inclusive
    taxes = _shown(_taxes(asked.shipping_tax, Fraction(charge), inside), rules)
    tax = sum((part.amount for part in taxes), ZERO)
    return (charge - tax, charge, taxes) if inside else (charge, charge + tax, taxes)
