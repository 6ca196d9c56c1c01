"""Which of the organization's taxes answers to what was charged on a line: by setting, by name, by rate, by amount."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from mappings.errors import Unmappable
from mappings.money import ZERO, summed
from mappings.records import Line, Order, TaxRate
from mappings.rules import BookRules
from mappings.zoho.found import TaxKind, ZohoTax
from mappings.zoho.totals import predict

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
        )
        for row in rows
    )


def tax_ids(order: Order, taxes: Sequence[ZohoTax], rules: BookRules) -> dict[str, str | None]:
    """A tax id for every line of the order, None where untaxed; Unmappable("tax-unmapped") names line and rate.

    A line whose rates are unknown may fit several taxes when it is small; the order's other lines then decide.
    """
    unclear = [line for line in order.lines if line.tax and not _total_rate(line)]
    chosen = {line.key: tax_for(line, taxes, rules) for line in order.lines if line not in unclear}
    fitting = {line.key: _fitting(line, taxes, order) for line in unclear}
    used = {tax_id for tax_id in chosen.values() if tax_id}
    common = set.intersection(*fitting.values()) if fitting else set()
    for line in unclear:
        chosen[line.key] = _the_one(line, fitting[line.key], used, common)
    return {line.key: chosen[line.key] for line in order.lines}


def tax_for(line: Line, taxes: Sequence[ZohoTax], rules: BookRules) -> str | None:
    """The tax of a line whose rates the store told: by setting, by equal rate and name, else the only one so high."""
    settings = {_key(name): tax_id for name, tax_id in rules.taxes.items()}
    if not line.tax:
        return settings.get("0")
    for name in _names(line.rates):
        if name in settings:
            return settings[name]
    equal = [tax for tax in taxes if tax.percentage == _total_rate(line)]
    for choose in (_same_name, _same_members, _same_sort):
        found = choose(line, equal, taxes)
        if len(found) == 1:
            return found[0].tax_id
    if len(equal) == 1:
        return equal[0].tax_id
    raise _unmapped(line, equal)


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


def _fitting(line: Line, taxes: Sequence[ZohoTax], order: Order) -> set[str]:
    """Taxes that give the line's tax to the cent, as Zoho would compute it for this line alone."""
    amount = line.gross if order.inclusive else line.net
    row = {"rate": amount, "quantity": 1}
    return {
        tax.tax_id
        for tax in taxes
        if tax.percentage > 0
        and line.tax
        == predict(
            {"line_items": [row | {"tax_id": tax.tax_id}], "is_inclusive_tax": order.inclusive},
            taxes,
            "item_level",
            order.places,
        ).tax_total
    }


def _the_one(line: Line, fitting: set[str], used: set[str], common: set[str]) -> str:
    for candidates in (fitting, fitting & used, common):
        if len(candidates) == 1:
            return next(iter(candidates))
    raise Unmappable(
        "tax-unmapped",
        f"{line.key} was charged {line.tax} of tax on {line.net} and the store does not say at which rate; "
        f"{len(fitting)} taxes in Zoho would give this amount",
        "Make the tax in Zoho (or remove the one that is used twice), then retry.",
    )


def _unmapped(line: Line, equal: Sequence[ZohoTax]) -> Unmappable:
    rates = " + ".join(f"{rate.name} {plain(rate.rate)}".strip() for rate in line.rates)
    how_many = f"{len(equal)} taxes in Zoho are" if equal else "no tax in Zoho is"
    return Unmappable(
        "tax-unmapped",
        f"{line.key} was charged {rates} %, and {how_many} {plain(_total_rate(line))} %",
        f'Name the tax in the settings\' tax map under "{_names(line.rates)[0]}", or make it in Zoho, then retry.',
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
