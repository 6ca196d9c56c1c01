"""What the books will compute as tax for an order, by their own rounding, without looking at any request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbox.arithmetic import HUNDRED, ZERO, half_up, payable, total_of, whole
from sandbox.shop.reading import Part
from sandbox.shop.taxes import Basis, MerchantTax


@dataclass(frozen=True)
class Entry:
    """One booked amount: `base` is what tax is computed on, in the order's price basis, in whole cents."""

    tax: MerchantTax
    base: Decimal
    charged: Decimal
    split: bool


@dataclass(frozen=True)
class Comparison:
    """Tax charged and tax booked; `widest` is the largest difference of the sum or of any one tax.

    `worst` is the same, at the worst that spreading odd cents over the lines could make of it.
    """

    charged: Decimal
    booked: Decimal
    widest: Decimal
    worst: Decimal


def compare(
    parts: Sequence[Part], taxes: Sequence[MerchantTax | None], rule: str, basis: Basis
) -> Comparison:
    """Book the parts under their taxes with `rule` entity_level (per document) or item_level (per line)."""
    entries = list(_entries(parts, taxes, basis))
    odd_lines = sum(not whole(part.inc, basis.places) for part in parts)
    differences, slacks = [], []
    for tax in dict.fromkeys(entry.tax for entry in entries):
        mine = [entry for entry in entries if entry.tax == tax]
        booked = _booked(mine, _bases(mine, rule), basis)
        differences.append(booked - total_of(entry.charged for entry in mine))
        ends = (_bases(mine, rule, _odd_cents(mine, odd_lines, basis.places, sign)) for sign in (-1, 1))
        slacks.append(max(abs(_booked(mine, end, basis) - booked) for end in ends))
    charged = total_of(entry.charged for entry in entries)
    total = total_of(differences)
    widest = max((abs(one) for one in [*differences, total]), default=ZERO)
    return Comparison(charged, charged + total, widest, widest + total_of(slacks))


def _entries(parts: Sequence[Part], taxes: Sequence[MerchantTax | None], basis: Basis) -> Iterator[Entry]:
    total = half_up(total_of(part.inc for part in parts), basis.places)
    cents = payable([part.inc for part in parts], total, basis.places)
    for part, tax, inc in zip(parts, taxes, cents, strict=True):
        if tax is not None:
            base = inc if basis.inclusive else inc - part.tax
            yield Entry(tax, base, part.tax, not whole(part.inc, basis.places))


@dataclass(frozen=True)
class Odd:
    """How far other ways of giving odd cents to lines could move a tax's base, as a whole and per line."""

    together: Decimal = ZERO
    each: Decimal = ZERO


def _odd_cents(mine: Sequence[Entry], odd_lines: int, places: int, sign: int) -> Odd:
    """Cents that stay within one tax do not move its sum, so only the lines outside count."""
    cent = sign * Decimal(1).scaleb(-places)
    inside = sum(entry.split for entry in mine)
    return Odd(cent * min(inside, odd_lines - inside), cent)


def _bases(entries: Sequence[Entry], rule: str, odd: Odd | None = None) -> list[Decimal]:
    """What the tax is computed on: one sum for the document, or every line."""
    moved = odd or Odd()
    if rule == "entity_level":
        return [total_of(entry.base for entry in entries) + moved.together]
    return [entry.base + (moved.each if entry.split else ZERO) for entry in entries]


def _booked(entries: Sequence[Entry], bases: Sequence[Decimal], basis: Basis) -> Decimal:
    tax = entries[0].tax
    divisor = HUNDRED + tax.percent if basis.inclusive else HUNDRED
    return total_of(
        half_up(base * component.percent / divisor, basis.places)
        for component in tax.components
        for base in bases
    )
