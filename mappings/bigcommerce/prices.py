"""A rate of Zoho as a price of the store: with or without tax, in whole units of its currency."""

from __future__ import annotations

from decimal import Decimal

from mappings.money import rounded
from mappings.rules import CatalogueRules, StoreFacts


def store_price(
    rate: Decimal,
    tax_percentage: Decimal,
    rules: CatalogueRules,
    facts: StoreFacts,
    places: int | None = None,
) -> Decimal:
    """Equal bases: as it is. 10.00 and 20 % go into a store with tax as 12.00; 12.00 the other way as 10.00.

    Rounded once, half up, to the store's decimals (`places` for another currency than the store's).
    """
    return rounded(_based(rate, tax_percentage, rules, facts), facts.places if places is None else places)


def _based(rate: Decimal, percentage: Decimal, rules: CatalogueRules, facts: StoreFacts) -> Decimal:
    carries = rules.rates == "inclusive"
    if carries == facts.prices_with_tax:
        return rate
    return rate * 100 / (100 + percentage) if carries else rate * (100 + percentage) / 100
