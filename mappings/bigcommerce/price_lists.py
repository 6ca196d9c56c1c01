"""The records of a price list as the store should keep them, by variant, and what differs from what is there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mappings.bigcommerce.prices import store_price
from mappings.errors import Unmappable
from mappings.money import places_of, rounded
from mappings.reading import number
from mappings.records import Entry, PriceList, Tier
from mappings.rules import CatalogueRules, StoreFacts

# how far a tier without an end reaches in the store's own examples; it may answer null instead
OPEN_END = 2147483647

Record = dict[str, Any]
_Row = Mapping[str, Any]


@dataclass(frozen=True)
class Sellable:
    """An item that is linked with a variant; `rate` and `tax_percentage` are Zoho's."""

    item_id: str
    variant_id: str
    rate: Decimal
    tax_percentage: Decimal


def wanted(
    price_list: PriceList, sellables: Iterable[Sellable], rules: CatalogueRules, facts: StoreFacts
) -> dict[str, Record]:
    """Variant id to record. Items that a list of prices does not name sell at their own rate: no record."""
    if price_list.kind == "fixed_percentage" and price_list.currency != facts.currency:
        raise Unmappable(
            "currency-differs",
            f"price list {price_list.id} takes a percentage off rates in {price_list.currency}, the store sells in "
            f"{facts.currency}",
            f"Make it a list of prices item by item, or sell in {price_list.currency}; then retry.",
        )
    entries = {entry.item_id: entry for entry in price_list.entries}
    records = {}
    for sellable in sellables:
        shape = _Shape(price_list, sellable, rules, facts)
        if price_list.kind == "fixed_percentage":
            records[sellable.variant_id] = shape.record(percentage_price(sellable.rate, price_list))
        elif sellable.item_id in entries:
            records[sellable.variant_id] = shape.listed(entries[sellable.item_id])
    return records


def percentage_price(rate: Decimal, price_list: PriceList) -> Decimal:
    """The rate × (1 ± p/100), then the rounding type, then the list's decimals: 10.00 less 15 % is 8.50, and 8.49 under
    round_to_half_dollar_minus_01. Never below nothing.
    """
    price = rate * (100 + price_list.percentage) / 100
    step, less = _ROUNDINGS.get(price_list.rounding, (None, Decimal(0)))
    if step is not None:
        price = (price / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step - less
    return rounded(max(price, Decimal(0)), price_list.places)


_CENT = Decimal("0.01")
_ROUNDINGS: Mapping[str, tuple[Decimal, Decimal]] = {
    "round_to_dollor": (Decimal(1), Decimal(0)),  # Zoho's own spelling
    "round_to_dollar": (Decimal(1), Decimal(0)),
    "round_to_dollar_minus_01": (Decimal(1), _CENT),
    "round_to_half_dollar": (Decimal("0.5"), Decimal(0)),
    "round_to_half_dollar_minus_01": (Decimal("0.5"), _CENT),
}


@dataclass(frozen=True)
class _Shape:
    """Everything that turns an amount of this list for this item into a price of the store."""

    price_list: PriceList
    sellable: Sellable
    rules: CatalogueRules
    facts: StoreFacts

    def price(self, amount: Decimal) -> Decimal:
        own = self.price_list.currency == self.facts.currency
        places = self.facts.places if own else places_of(self.price_list.currency)
        return store_price(amount, self.sellable.tax_percentage, self.rules, self.facts, places)

    def told(self, entry: Entry | Tier) -> Decimal:
        """A price as it stands, or so much per cent off the item's own rate."""
        if entry.price is not None:
            return entry.price
        return self.sellable.rate * (100 - (entry.discount or Decimal(0))) / 100

    def record(self, amount: Decimal, tiers: Iterable[Record] = ()) -> Record:
        return {
            "variant_id": int(self.sellable.variant_id),
            "currency": self.price_list.currency,
            "price": self.price(amount),
            "bulk_pricing_tiers": list(tiers),
        }

    def listed(self, entry: Entry) -> Record:
        """The bracket that begins at one piece is the price; the others are tiers from two pieces up."""
        first = next((tier for tier in entry.tiers if tier.quantity_min <= 1), None)
        amount = self.told(first if entry.tiers and first is not None else entry)
        return self.record(amount, self._tiers(entry, first))

    def _tiers(self, entry: Entry, first: Tier | None) -> Iterator[Record]:
        """Without gaps: between brackets the item's own rate holds, and the last bracket has no end."""
        tiers = [tier for tier in entry.tiers if tier is not first]
        reached = first.quantity_max if first is not None and tiers else None
        for index, tier in enumerate(tiers):
            start = max(tier.quantity_min, 2)
            if reached is not None and start > reached + 1:
                yield self._tier(max(reached + 1, 2), start - 1, self.sellable.rate)
            last = index == len(tiers) - 1
            end = OPEN_END if last else _before(tiers[index + 1], tier.quantity_max)
            yield self._tier(start, end, self.told(tier))
            reached = end

    def _tier(self, start: int, end: int, amount: Decimal) -> Record:
        return {"quantity_min": start, "quantity_max": end, "type": "fixed", "amount": self.price(amount)}


def _before(following: Tier, end: int | None) -> int:
    """A bracket ends where the next one begins, whatever it says beyond."""
    return min(end if end is not None else OPEN_END, following.quantity_min - 1)


def diff(
    wanted: Mapping[str, Record], there: Iterable[_Row], currency: str
) -> tuple[list[Record], list[str]]:
    """(records to put, variant ids whose record is to be deleted), both in one currency; other currencies' records
    are found by `currencies` and emptied by diff({}, …).
    """
    own = {
        str(row["variant_id"]): row
        for row in there
        if str(row.get("currency") or "").casefold() == currency.casefold()
    }
    puts = [record for key, record in wanted.items() if key not in own or not _equal(record, own[key])]
    return puts, [key for key in own if key not in wanted]


def assignments(price_list_id: str | int, rules: CatalogueRules, name: str) -> list[dict[str, int]]:
    """What the setting wants for the list of that name; letter case aside."""
    rows = []
    for one in rules.assignments:
        if one.price_list.strip().casefold() == name.strip().casefold():
            ids = {"customer_group_id": one.customer_group_id, "channel_id": one.channel_id}
            rows.append(
                {"price_list_id": int(price_list_id)}
                | {key: value for key, value in ids.items() if value is not None}
            )
    return rows


def fingerprint(price_list: PriceList, wanted: Mapping[str, Record]) -> str:
    """Of everything a run would write, so that an unchanged list costs BigCommerce nothing."""
    told = {
        "list": [price_list.name, price_list.active, price_list.currency],
        "records": {key: _canonical(record) for key, record in wanted.items()},
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def _equal(record: Record, row: _Row) -> bool:
    return _canonical(record) == _canonical(row)


def _canonical(row: _Row) -> list[Any]:
    """Price and tiers by value; null and the largest number are the same open end."""
    tiers = [
        [
            int(tier["quantity_min"]),
            int(tier.get("quantity_max") or OPEN_END),
            str(tier.get("type")),
            _digits(tier.get("amount")),
        ]
        for tier in row.get("bulk_pricing_tiers") or ()
    ]
    return [_digits(row.get("price")), sorted(tiers)]


def _digits(value: Any) -> str:
    told = number(value)
    return "" if told is None else f"{told.normalize():f}"
