"""Which of the organization's taxes answers to what was charged on a line: by setting, by name, by rate, by amount."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from mappings.errors import Unmappable
from mappings.money import ZERO, rounded, summed, unit
from mappings.records import Line, Order, TaxRate
from mappings.rules import BookRules
from mappings.zoho.editions import NOWHERE, Place
from mappings.zoho.found import TaxKind, ZohoTax

_KINDS = ("tax", "compound_tax", "tax_group")


def read_taxes(rows: Iterable[Mapping[str, Any]]) -> tuple[ZohoTax, ...]:
    """The rows of Zoho's tax list, groups among them, with a group's members where a row carries them."""
    return tuple(
        ZohoTax(
            tax_id=str(row["tax_id"]),
            name=str(row.get("tax_name") or ""),
            percentage=Decimal(str(row.get("tax_percentage") or 0)),
            kind=cast("TaxKind", row.get("tax_type") if row.get("tax_type") in _KINDS else "tax"),
            members=tuple(str(member["tax_id"]) for member in row.get("taxes") or ()),
            specific=str(row.get("tax_specific_type") or ""),
        )
        for row in rows
    )


def tax_ids(
    order: Order, taxes: Sequence[ZohoTax], rules: BookRules, place: Place = NOWHERE
) -> dict[str, str | None]:
    """A tax id for every line of the order, None where untaxed; Unmappable("tax-unmapped") names line and rate."""
    return {
        line.key: tax_by_amount(line, of_sort(taxes, place), order)
        if line.tax and not _total_rate(line)
        else tax_for(line, taxes, rules, place)
        for line in order.lines
    }


def tax_for(line: Line, taxes: Sequence[ZohoTax], rules: BookRules, place: Place = NOWHERE) -> str | None:
    """The tax of a line whose rates the store told: by setting, by equal rate and name, else the only one so high.

    A setting for where the order goes ("VAT 20@FR") comes before all that name no place.
    """
    settings = {_key(name): tax_id for name, tax_id in rules.taxes.items()}
    names = _names(line.rates) if line.tax else ["0"]
    there = [f"{name}@{_key(where)}" for where in place.tax_names for name in names]
    for name in (*there, *names):
        if name in settings:
            return settings[name]
    if not line.tax:
        return None
    equal = [tax for tax in of_sort(taxes, place) if tax.percentage == _total_rate(line)]
    for choose in (_same_name, _same_members, _same_sort):
        found = choose(line, equal, taxes)
        if len(found) == 1:
            return found[0].tax_id
    if len(equal) == 1:
        return equal[0].tax_id
    raise _unmapped(line, equal, place)


def of_sort(taxes: Sequence[ZohoTax], place: Place) -> list[ZohoTax]:
    """In India what is sold within the state bears CGST and SGST, what leaves it IGST: the others are no choice."""
    if place.between is None:
        return list(taxes)
    wrong = {"cgst", "sgst"} if place.between else {"igst"}
    return [tax for tax in taxes if not wrong & _sorts(tax, taxes)]


def _sorts(tax: ZohoTax, taxes: Sequence[ZohoTax]) -> set[str]:
    """What a tax, or what a group is made of, is called by Indian law; by its name where Zoho does not say."""
    if tax.members:
        return {sort for each in taxes if each.tax_id in tax.members for sort in _sorts(each, taxes)}
    named = next((sort for sort in ("igst", "cgst", "sgst") if tax.name.casefold().startswith(sort)), "")
    return {tax.specific or named}


def _same_name(line: Line, equal: Sequence[ZohoTax], _taxes: Sequence[ZohoTax]) -> list[ZohoTax]:
    names = {_key(rate.name) for rate in line.rates} if len(line.rates) == 1 else set()
    return [tax for tax in equal if _key(tax.name) in names]


def _same_members(line: Line, equal: Sequence[ZohoTax], taxes: Sequence[ZohoTax]) -> list[ZohoTax]:
    """Several rates at once answer to the group that is made of just these."""
    percentages = {tax.tax_id: tax.percentage for tax in taxes}
    charged = sorted(rate.rate for rate in line.rates)
    return [
        tax
        for tax in equal
        if len(charged) > 1 and sorted(percentages.get(member, ZERO) for member in tax.members) == charged
    ]


def _same_sort(line: Line, equal: Sequence[ZohoTax], _taxes: Sequence[ZohoTax]) -> list[ZohoTax]:
    """One rate is a single tax before it is a group, several are a group before they are a single tax."""
    several = len(line.rates) > 1
    return [tax for tax in equal if (tax.kind == "tax_group") == several]


def tax_by_amount(line: Line, taxes: Sequence[ZohoTax], order: Order) -> str:
    """Where the store does not say at which rate: the only tax that gives the line's tax.

    To the cent, else within one: the store computed on the amount before cents were shared out. Where several
    taxes fit a small amount, the one that fits every such line of the order.
    """
    fitting = _fitting(line, taxes, order, ZERO) or _fitting(line, taxes, order, unit(order.places))
    if len(fitting) > 1:
        fitting = (
            _fitting_all(order, fitting, ZERO) or _fitting_all(order, fitting, unit(order.places)) or fitting
        )
    if len(fitting) == 1:
        return fitting[0].tax_id
    raise Unmappable(
        "tax-unmapped",
        f"{line.key} was charged {line.tax} of tax on {line.net} and the store does not say at which rate; "
        f"{len(fitting)} taxes in Zoho would give this amount",
        "Make the tax in Zoho (or deactivate one of those that fit), then retry; or book the order by hand.",
    )


def _fitting_all(order: Order, taxes: Sequence[ZohoTax], slack: Decimal) -> list[ZohoTax]:
    unsaid = [other for other in order.lines if other.tax and not other.rates]
    return [tax for tax in taxes if all(_fitting(other, [tax], order, slack) for other in unsaid)]


def _fitting(line: Line, taxes: Sequence[ZohoTax], order: Order, slack: Decimal) -> list[ZohoTax]:
    return [
        tax for tax in taxes if tax.percentage > 0 and abs(_computed(line, tax, order) - line.tax) <= slack
    ]


def _computed(line: Line, tax: ZohoTax, order: Order) -> Decimal:
    amount, base = (line.gross, 100 + tax.percentage) if order.inclusive else (line.net, Decimal(100))
    return rounded(amount * tax.percentage / base, order.places)


def _unmapped(line: Line, equal: Sequence[ZohoTax], place: Place) -> Unmappable:
    rates = " + ".join(f"{rate.name} {plain(rate.rate)}".strip() for rate in line.rates)
    how_many = f"{len(equal)} taxes in Zoho are" if equal else "no tax in Zoho is"
    sort = "" if place.between is None else " between states" if place.between else " within the state"
    return Unmappable(
        "tax-unmapped",
        f"{line.key} was charged {rates} %, and {how_many} {plain(_total_rate(line))} %{sort}",
        f'Name the tax in the settings (orders.taxes) under "{_names(line.rates)[0]}", or make it in Zoho, then retry.',
    )


def _names(rates: Sequence[TaxRate]) -> list[str]:
    """The names a setting may use, most exact first: name and rate (several in any order), name, total rate."""
    joined = [f"{rate.name} {plain(rate.rate)}" for rate in rates]
    alone = [rates[0].name] if len(rates) == 1 else []
    total = plain(summed([rate.rate for rate in rates]))
    return [_key(name) for name in (" + ".join(joined), " + ".join(reversed(joined)), *alone, total)]


def _total_rate(line: Line) -> Decimal:
    return summed([rate.rate for rate in line.rates])


def plain(number: Decimal) -> str:
    """20.0000 as "20", 5.50 as "5.5"."""
    return f"{number.normalize():f}"


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
