"""Which taxes a merchant must have in the books for some orders, and which of them a part falls under."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.arithmetic import HUNDRED, ZERO, Rate, half_up, total_of
from sandbox.shop.reading import Part, inclusive, parts, places

FORGOTTEN = "Forgotten levy"  # the tax that the merchant never set up: orders with it are to be held


@dataclass(frozen=True)
class MerchantTax:
    """A tax in the books, or a group of taxes when it has `members`; `percent` is the total rate."""

    name: str
    percent: Decimal
    members: tuple[Rate, ...] = ()

    @property
    def components(self) -> tuple[Rate, ...]:
        return self.members or (Rate(self.name, self.percent),)

    def as_json(self) -> dict[str, Any]:
        """As a client of the books would be told: members by name, percent as text."""
        return {
            "name": self.name,
            "rate": f"{self.percent:f}",
            "members": [{"name": rate.name, "rate": f"{rate.percent:f}"} for rate in self.members],
        }


@dataclass(frozen=True)
class Basis:
    """How an order's tax was computed: into the price or on top of it, and to how many decimals."""

    inclusive: bool
    places: int

    @classmethod
    def of(cls, bundle: Mapping[str, Any]) -> Basis:
        return cls(inclusive(bundle), places(bundle))


def taxes_needed(bundles: Iterable[Mapping[str, Any]]) -> list[MerchantTax]:
    """One tax per total rate, single ones before groups; the forgotten one is left out.

    Members of a group are the single taxes of their rates, whatever an order calls them; only a group with one
    rate twice makes a second tax of that rate. Where an order has tax and no tax rows, the simplest percentage
    that reproduces every line is taken.
    """
    orders = list(bundles)
    wanted = [(part, Basis.of(bundle)) for bundle in orders for part in parts(bundle) if part.tax]
    known = [part.rates for part, _ in wanted if part.rates]
    singles = [rate for rates in known for rate in rates]
    found: dict[Decimal, MerchantTax] = {}
    for rate in singles:
        _keep(found, MerchantTax(_own_name(rate, found), rate.percent.normalize()))
    twins: dict[tuple[str, Decimal], MerchantTax] = {}
    for rates in known:
        if len(rates) > 1 and total_of(rate.percent for rate in rates).normalize() not in found:
            _keep(found, _group(_members(rates, found, twins)))
    for part, basis in wanted:
        if part.rates is None:
            _infer(found, part, basis)
    return sorted([*found.values(), *twins.values()], key=lambda tax: bool(tax.members))


def _members(
    rates: Sequence[Rate], found: Mapping[Decimal, MerchantTax], twins: dict[tuple[str, Decimal], MerchantTax]
) -> list[Rate]:
    """The books' own taxes for the rates of a group; one tax cannot be in a group twice."""
    taken: list[Rate] = []
    for rate in rates:
        percent = rate.percent.normalize()
        own = Rate(found[percent].name, percent) if percent in found else Rate(_titled(rate), percent)
        if own in taken:
            own = Rate(_titled(rate), percent)
            twins.setdefault((own.name, percent), MerchantTax(own.name, percent))
        taken.append(own)
    return taken


def _keep(found: dict[Decimal, MerchantTax], tax: MerchantTax) -> None:
    if FORGOTTEN not in tax.name:
        found.setdefault(tax.percent, tax)


def _own_name(rate: Rate, found: Mapping[Decimal, MerchantTax]) -> str:
    """Many stores call every rate "Tax", and the books keep no two taxes of one name: the later tell their rate."""
    taken = {tax.name for tax in found.values() if tax.percent != rate.percent}
    name = _titled(rate)
    return f"{name} {rate.percent.normalize():f}" if name in taken else name


def _titled(rate: Rate) -> str:
    return rate.name or f"Tax {rate.percent.normalize():f}"


def _group(rates: Sequence[Rate]) -> MerchantTax:
    name = " + ".join(_titled(rate) for rate in rates)
    return MerchantTax(name, total_of(rate.percent for rate in rates).normalize(), tuple(rates))


def _infer(found: dict[Decimal, MerchantTax], part: Part, basis: Basis) -> None:
    if any(reproduces(percent, part, basis) for percent in found):
        return
    percent = simplest(part, basis)
    if percent is not None:
        _keep(found, MerchantTax(f"Tax {percent:f}", percent))


def reproduces(percent: Decimal, part: Part, basis: Basis) -> bool:
    """Whether this percentage gives the tax that was charged, to the cent, on the side the shopper saw."""
    exact = part.inc * percent / (HUNDRED + percent) if basis.inclusive else part.net * percent / HUNDRED
    return half_up(exact, basis.places) == half_up(part.tax, basis.places)


def simplest(part: Part, basis: Basis) -> Decimal | None:
    """The percentage with the fewest decimals (at most four) that reproduces the part's tax."""
    if part.net <= ZERO:
        return None
    exact = part.tax / part.net * HUNDRED
    for decimals in range(5):
        percent = half_up(exact, decimals)
        if reproduces(percent, part, basis):
            return percent.normalize()
    return None


def tax_of(
    part: Part, taxes: Sequence[MerchantTax], basis: Basis, unsaid: Sequence[Part] = ()
) -> MerchantTax | None:
    """The merchant's tax for a taxed part: by name and rate, else the only one of its rate, else None.

    Where no row says the rate, the one that gives the part's tax; of several, the one that gives the tax of all
    the order's `unsaid` parts.
    """
    if part.rates is None:
        fitting = [tax for tax in taxes if reproduces(tax.percent, part, basis)]
        for_all = [tax for tax in fitting if all(reproduces(tax.percent, one, basis) for one in unsaid)]
        return _only(fitting) or _only(for_all)
    together = total_of(rate.percent for rate in part.rates)
    equal = [tax for tax in taxes if tax.percent == together]
    names = {rate.name.casefold() for rate in part.rates}
    named = [tax for tax in equal if {rate.name.casefold() for rate in tax.components} == names]
    return _only(named) or _only(equal)


def _only(found: Iterable[MerchantTax]) -> MerchantTax | None:
    several = list(found)
    return several[0] if len(several) == 1 else None
