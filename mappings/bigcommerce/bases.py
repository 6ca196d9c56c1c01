"""Whether an order's prices carry their tax: what it says, what its figures show, and what both make of its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from mappings.bigcommerce.sums import Totals
from mappings.errors import Unmappable
from mappings.money import summed
from mappings.reading import Part
from mappings.records import Line
from mappings.rules import OrderRules

_CHARGES = ("shipping", "handling", "wrapping")
Read = tuple[tuple[Line, ...], Totals]


def bases_of(order: Part, products: Sequence[Part], rules: OrderRules) -> tuple[bool, ...]:
    """The price bases to try: as the order says, as its figures show, else as the setting says; () where none does."""
    shown = next(_shown(order, products), None)
    known = [basis for basis in (order["is_tax_inclusive_pricing"], shown) if basis is not None]
    if not known and rules.price_basis_fallback is not None:
        return (rules.price_basis_fallback,)
    return tuple(dict.fromkeys(known))


def in_basis(
    bases: Sequence[bool], read: Callable[[bool], Read], cent: Decimal
) -> tuple[bool, tuple[Line, ...], Totals]:
    """The first of the bases in which the order adds up. Without any, the one that alone makes its tax, too; or either,
    where both make the same of every line, to the `cent`.
    """
    found: dict[bool, Read] = {}
    refused: list[Unmappable] = []
    for basis in bases or (False, True):
        try:
            found[basis] = read(basis)
        except Unmappable as error:
            refused.append(error)
        if found and bases:
            break
    if not found:
        raise refused[0]
    return _only(found, cent)


def _only(found: dict[bool, Read], cent: Decimal) -> tuple[bool, tuple[Line, ...], Totals]:
    likely = {basis: read for basis, read in found.items() if _makes_its_tax(*read)} or found
    basis, (lines, totals) = next(iter(likely.items()))
    if not all(_alike(other, lines, cent) for other, _ in likely.values()):
        raise _untold()
    return basis, lines, totals


def _makes_its_tax(lines: Iterable[Line], totals: Totals) -> bool:
    return totals.tax == summed([line.tax for line in lines])


def _alike(lines: Sequence[Line], others: Sequence[Line], cent: Decimal) -> bool:
    """The same but for the cent that a fraction of one was brought to."""
    if [line.key for line in lines] != [line.key for line in others]:
        return False
    pairs = zip(lines, others, strict=True)
    return all(max(abs(one.net - other.net), abs(one.tax - other.tax)) <= cent for one, other in pairs)


def _shown(order: Part, products: Sequence[Part]) -> Iterator[bool]:
    """A price as entered equals one of the two sides; one where both are equal shows nothing."""
    prices = [(row["base_price"], row["price_ex_tax"], row["price_inc_tax"]) for row in products]
    costs = [
        (order[f"base_{name}_cost"], order[f"{name}_cost_ex_tax"], order[f"{name}_cost_inc_tax"])
        for name in _CHARGES
    ]
    for base, ex, inc in (*prices, *costs):
        if None not in (base, ex, inc) and ex != inc and base in (ex, inc):
            yield bool(base == inc)


def _untold() -> Unmappable:
    return Unmappable(
        "field-missing",
        "order.is_tax_inclusive_pricing: the order does not say whether its prices carry tax, nor do its figures",
        "Set orders.price_basis_fallback in the settings (the store's own setting is on its tax page), then retry.",
    )
