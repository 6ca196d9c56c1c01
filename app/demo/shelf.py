"""Says what became of the catalogue: every item and every price, from the final state of the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Json = Mapping[str, Any]
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Offer:
    """One item of the books, and how a shopper finds it; `product` is the id in the store, "" where it has none."""

    item: str
    sku: str
    belongs: str  # the product as the books see it: a group's name, or the item itself
    product: str
    name: str
    rate: Decimal
    price: Decimal | None
    visible: bool
    wanted: bool
    complaint: str  # empty where all is as expected


@dataclass(frozen=True)
class Listed:
    """One price list of the store and its records, held against what the books say."""

    name: str
    expected: int
    right: int
    wrong: int
    missing: int


@dataclass(frozen=True)
class Shelf:
    """What the store sells in the end: products with their variants, price lists and their records."""

    products: Sequence[Json] = ()
    price_lists: Sequence[Json] = ()
    records: Sequence[Json] = ()
    _by_sku: dict[str, list[tuple[Json, Json]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for product in self.products:
            for variant in product["variants"]:
                self._by_sku.setdefault(str(variant["sku"]).casefold(), []).append((product, variant))

    def bearing(self, row: Json) -> list[tuple[Json, Json]]:
        """Products and variants that may be this item: by SKU, and by name only where it has none."""
        found = self._by_sku.get(str(row["sku"]).casefold(), [])
        return found if row["sku"] else [pair for pair in found if pair[0]["name"] in row["names"]]


def offers(expected: Iterable[Json], shelf: Shelf) -> list[Offer]:
    """A verdict for every item that the books had when the day began."""
    homes: dict[str, str] = {}
    return [_offer(row, shelf, homes) for row in expected]


def _offer(row: Json, shelf: Shelf, homes: dict[str, str]) -> Offer:
    found = shelf.bearing(row)
    product, variant = found[0] if found else ({}, {})
    home = str(product.get("id", ""))
    first = homes.setdefault(str(row["product"]), home)
    complaint = _complaint(row, found) or ("" if home == first else "parted from its other variants")
    return Offer(
        item=row["item"],
        sku=row["sku"],
        belongs=row["product"],
        product=home,
        name=str(product.get("name", "")),
        rate=Decimal(row["rate"]),
        price=price_of(product, variant) if found else None,
        visible=bool(found) and _visible(product, variant),
        wanted=row["becomes"] != "nothing",
        complaint=complaint,
    )


def _complaint(row: Json, found: Sequence[tuple[Json, Json]]) -> str:
    if row["becomes"] == "nothing":
        return "must not be in the store" if found else ""
    if len(found) != 1:
        return "missing" if not found else f"{len(found)} times in the store"
    product, variant = found[0]
    price = price_of(product, variant)
    wrong = {
        f"its name is {product['name']}": product["name"] not in row["names"],
        f"its price is {price}": row["active"] and price != Decimal(row["rate"]),
        f"it is {'visible' if _visible(product, variant) else 'invisible'}": _visible(product, variant)
        != (row["becomes"] == "visible"),
        "it was made anew": row["id"] not in (None, product["id"]),
    }
    return "; ".join(sentence for sentence, is_so in wrong.items() if is_so)


def price_of(product: Json, variant: Json) -> Decimal:
    """What a shopper pays for one piece without a price list."""
    own = variant.get("price")
    return Decimal(str(product["price"] if own is None else own))


def _visible(product: Json, variant: Json) -> bool:
    return bool(product["is_visible"]) and not variant.get("purchasing_disabled")


def listed(expected: Iterable[Json], items: Iterable[Json], shelf: Shelf) -> list[Listed]:
    """A verdict for every price list expected, and for each that is too many; items not for sale are not looked at."""
    rows = {str(item["sku"]): item for item in items if item["becomes"] == "visible"}
    ids = {sku: str(found[0][1]["id"]) for sku, row in rows.items() if (found := shelf.bearing(row))}
    names = {one["name"]: one for one in expected}
    there = {str(one["name"]): one for one in shelf.price_lists if one["active"]}
    return [
        _listed(name, dict(names.get(name, {}).get("prices", {})), there.get(name), ids, shelf)
        for name in dict.fromkeys([*names, *there])
    ]


def _listed(
    name: str, wanted: dict[str, Any], there: Json | None, ids: Mapping[str, str], shelf: Shelf
) -> Listed:
    mine = [row for row in shelf.records if there and row["price_list_id"] == there["id"]]
    records = {str(row["variant_id"]): row for row in mine}
    right = wrong = 0
    for sku, variant in ids.items():
        record = records.get(variant)
        if record is not None:
            good = sku in wanted and _agrees(record, wanted[sku])
            right, wrong = right + good, wrong + (not good)
    missing = sum(ids.get(sku, "") not in records for sku in wanted)
    return Listed(name, len(wanted), right, wrong if wanted else len(records) or 1, missing)


def _agrees(record: Json, prices: Mapping[str, str]) -> bool:
    return all(_costs(record, int(quantity)) == Decimal(price) for quantity, price in prices.items())


def _costs(record: Json, quantity: int) -> Decimal | None:
    """What a piece costs by this record when so many are bought."""
    price = None if record.get("price") is None else Decimal(str(record["price"]))
    for tier in record.get("bulk_pricing_tiers") or ():
        last = tier.get("quantity_max")
        if int(tier["quantity_min"]) <= quantity and (not last or quantity <= int(last)):
            amount = Decimal(str(tier["amount"]))
            if tier["type"] == "fixed":
                return amount
            return price and (price - amount if tier["type"] == "price" else price * (1 - amount / HUNDRED))
    return price


def arrived(flow: str, expected: Mapping[str, Sequence[Json]], shelf: Shelf) -> bool:
    """Whether all `items`, or all `prices` on lists, are in the store as they must be."""
    items, lists = expected["items"], expected["price_lists"]
    if flow == "items":
        return not any(offer.complaint for offer in offers(items, shelf))
    return not any(one.wrong or one.missing for one in listed(lists, items, shelf))


def summary(seen: Sequence[Offer], lists: Sequence[Listed]) -> dict[str, dict[str, int]]:
    """The catalogue's part of the demo's JSON object: products by what became of all their items, and records."""
    by_product: dict[str, list[Offer]] = {}
    for offer in seen:
        by_product.setdefault(offer.belongs, []).append(offer)
    wanted = [rows for rows in by_product.values() if any(row.wanted for row in rows)]
    missing = [rows for rows in wanted if any(not row.product for row in rows)]
    bad = [rows for rows in by_product.values() if any(row.complaint for row in rows)]
    return {
        "products": {
            "expected": len(wanted),
            "right": sum(not any(row.complaint for row in rows) for rows in wanted),
            "wrong": len(bad) - len(missing),
            "missing": len(missing),
        },
        "price_lists": {
            "expected": sum(one.expected > 0 for one in lists),
            "records": sum(one.expected for one in lists),
            "right": sum(one.right for one in lists),
            "wrong": sum(one.wrong for one in lists),
            "missing": sum(one.missing for one in lists),
        },
    }


def good(told: Mapping[str, Mapping[str, int]]) -> bool:
    """Nothing wrong and nothing missing, of products and of prices."""
    return not any(
        told[part][fault] for part in ("products", "price_lists") for fault in ("wrong", "missing")
    )
