"""What the books will compute as tax for an order, by their own rounding, without looking at any request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
    for alike in related(entry.tax for entry in entries):
        mine = [entry for entry in entries if entry.tax in alike]
        booked = _booked(mine, rule, basis)
        differences.append(booked - total_of(entry.charged for entry in mine))
        ends = (_booked(mine, rule, basis, Odd(odd_lines, sign)) for sign in (-1, 1))
        slacks.append(max(abs(end - booked) for end in ends))
    charged = total_of(entry.charged for entry in entries)
    total = total_of(differences)
    widest = max((abs(one) for one in [*differences, total]), default=ZERO)
    return Comparison(charged, charged + total, widest, widest + total_of(slacks))


def related(taxes: Iterable[MerchantTax]) -> list[frozenset[MerchantTax]]:
    """Taxes that have a component in common are rounded together, so they are compared together."""
    found: list[frozenset[MerchantTax]] = []
    for tax in dict.fromkeys(taxes):
        touching = [one for one in found if any(set(tax.components) & set(other.components) for other in one)]
        found = [one for one in found if one not in touching]
        found.append(frozenset({tax}).union(*touching))
    return found


def _entries(parts: Sequence[Part], taxes: Sequence[MerchantTax | None], basis: Basis) -> Iterator[Entry]:
    total = half_up(total_of(part.inc for part in parts), basis.places)
    cents = payable([part.inc for part in parts], total, basis.places)
    for part, tax, inc in zip(parts, taxes, cents, strict=True):
        if tax is not None:
            base = inc if basis.inclusive else inc - part.tax
            yield Entry(tax, base, part.tax, not whole(part.inc, basis.places))


@dataclass(frozen=True)
class Odd:
    """Odd cents: how many lines have some, and which way (-1, 1) they are thought to move; 0 is not at all."""

    lines: int = 0
    sign: int = 0


def _booked(entries: Sequence[Entry], rule: str, basis: Basis, odd: Odd | None = None) -> Decimal:
    """The tax of some entries: each component on its sum over the document, or on every line."""
    sums: dict[object, Decimal] = {}
    for place, entry in enumerate(_moved(entries, rule, basis, odd or Odd())):
        divisor = HUNDRED + entry.tax.percent if basis.inclusive else HUNDRED
        for component in entry.tax.components:
            heap = component if rule == "entity_level" else (component, place)
            sums[heap] = sums.get(heap, ZERO) + entry.base * component.percent / divisor
    return total_of(half_up(amount, basis.places) for amount in sums.values())


def _moved(entries: Sequence[Entry], rule: str, basis: Basis, odd: Odd) -> Iterator[Entry]:
    """The entries at one end: per line each one's cent; per document those that can leave or join a tax."""
    cent = odd.sign * Decimal(1).scaleb(-basis.places)
    inside = Counter(entry.tax for entry in entries if entry.split)
    seen: set[MerchantTax] = set()
    for entry in entries:
        count = int(entry.split)
        if rule == "entity_level":
            count = 0 if entry.tax in seen else min(inside[entry.tax], odd.lines - inside[entry.tax])
            seen.add(entry.tax)
        yield replace(entry, base=entry.base + cent * count)
