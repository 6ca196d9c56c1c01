"""A small catalogue as a merchant keeps it in the books: what it is made of, and what must become of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from sandbox.arithmetic import HUNDRED, half_up

Becomes = Literal["visible", "hidden", "nothing"]
NOTHING: Becomes = "nothing"


@dataclass(frozen=True)
class Item:
    """An item of the books; `becomes` says how a shopper must find it in the end, `more` goes into its body."""

    name: str
    sku: str
    rate: Decimal
    becomes: Becomes = "visible"
    active: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[str, ...] = ()  # SKUs of what a composite is made of

    def names(self, item_id: str) -> list[str]:
        """Under which of these the product may stand in a store that takes each name once."""
        return [self.name, f"{self.name} ({self.sku or f'Zoho {item_id}'})"]


@dataclass(frozen=True)
class Group:
    """One product in several variants; `options` in the order of `attributes`."""

    name: str
    attributes: tuple[str, ...]
    variants: tuple[tuple[tuple[str, ...], str, Decimal], ...]  # options, SKU, rate


@dataclass(frozen=True)
class InStore:
    """What the store sold before anybody connected it."""

    name: str
    sku: str
    price: Decimal
    visible: bool = True


@dataclass(frozen=True)
class Bracket:
    start: int
    end: int | None
    rate: Decimal


@dataclass(frozen=True)
class PriceList:
    """Either rates by SKU, in brackets of quantity, or one percentage off everything, rounded to x.99."""

    name: str
    rates: Mapping[str, tuple[Bracket, ...]] = field(default_factory=dict)
    markdown: Decimal | None = None
    purchase: bool = False

    def prices(self, sku: str, rate: Decimal) -> dict[str, str]:
        """What one piece costs at which quantity; empty where the list says nothing of it."""
        if self.markdown is not None:
            off = rate * (HUNDRED - self.markdown) / HUNDRED
            return {"1": str(half_up(off, 0) - Decimal("0.01"))}
        return {str(one.start): str(one.rate) for one in self.rates.get(sku, ())}


def _d(text: str) -> Decimal:
    return Decimal(text)


ITEMS = (
    Item("Beeswax Candle", "CAN-501", _d("12.50"), more={"purchase_rate": "5.20", "ean": "2000000000015"}),
    Item("Olive Wood Spoon", "SPO-502", _d("6.90"), more={"brand": "Oliveto", "purchase_rate": "2.75"}),
    Item("Slate Coasters", "COA-503", _d("18.00"), more={"description": "Four pieces, cut by hand"}),
    Item("Stoneware Bowl", "BOW-504", _d("24.95"), more={"part_number": "SB-24"}),
    Item("Hand Cream", "CRE-505", _d("8.40")),
    Item("Hand Cream", "CRE-506", _d("11.20")),
    Item("Hand Cream", "", _d("4.10")),
    Item("Picnic Basket", "PIC-508", _d("64.00")),
    Item("Walking Umbrella", "UMB-509", _d("32.50"), "hidden"),
    Item("Bud Vase", "VAS-510", _d("15.75"), "hidden", active=False),
    Item("Storm Lantern", "LAN-511", _d("41.00"), NOTHING, active=False),
    Item("Gift Assembly", "ASM-512", _d("3.00"), NOTHING, more={"product_type": "service"}),
    Item("Breakfast Set", "BRE-513", _d("29.00"), NOTHING, parts=("BOW-504", "SPO-502")),
    Item("Raw Beeswax", "WAX-514", _d("7.00"), NOTHING, more={"item_type": "purchases"}),
    Item("Dish Brush", "BRU-515", _d("5.60")),
    Item("Tea Tin", "TIN-516", _d("9.99"), more={"upc": "012345678905"}),
    Item("Honey Dipper", "HON-517", _d("4.75")),
)
GROUPS = (
    Group(
        "Linen Apron",
        ("Size",),
        (
            (("S",), "APR-521-S", _d("29.00")),
            (("M",), "APR-521-M", _d("29.00")),
            (("L",), "APR-521-L", _d("31.00")),
        ),
    ),
    Group(
        "Enamel Jug",
        ("Colour", "Size"),
        (
            (("Blue", "1 l"), "JUG-522-B1", _d("22.00")),
            (("Blue", "2 l"), "JUG-522-B2", _d("27.50")),
            (("White", "1 l"), "JUG-522-W1", _d("21.00")),
            (("White", "2 l"), "JUG-522-W2", _d("26.50")),
        ),
    ),
)
IN_STORE = (
    InStore("Picnic basket, old stock", "pic-508", _d("59.00")),  # SKUs are one whatever their case
    InStore("Walking Umbrella", "UMB-509", _d("30.00"), visible=False),  # a person hid it
    InStore("Bud Vase", "VAS-510", _d("15.75")),
    InStore("Dish Brush", "BRU-515", _d("5.60")),
)
PRICE_LISTS = (
    PriceList(
        "Wholesale",
        {
            "CAN-501": (Bracket(1, 11, _d("11.00")), Bracket(12, None, _d("9.90"))),
            "SPO-502": (
                Bracket(1, 9, _d("6.20")),
                Bracket(10, 49, _d("5.80")),
                Bracket(50, None, _d("5.10")),
            ),
            "APR-521-M": (Bracket(1, 4, _d("26.00")), Bracket(5, None, _d("24.50"))),
            "JUG-522-B2": (Bracket(1, 5, _d("25.00")), Bracket(6, None, _d("23.00"))),
            "PIC-508": (Bracket(1, 2, _d("58.00")), Bracket(3, None, _d("55.00"))),
        },
    ),
    PriceList("Club members", markdown=_d("10")),
    PriceList("Suppliers", {"CAN-501": (Bracket(1, None, _d("5.00")),)}, purchase=True),
)


def rates() -> Iterator[tuple[str, Decimal, Becomes]]:
    """SKU ("" for the one without), rate and fate of everything."""
    yield from ((item.sku, item.rate, item.becomes) for item in ITEMS)
    yield from ((sku, rate, "visible") for group in GROUPS for _, sku, rate in group.variants)


def expected_lists() -> list[dict[str, Any]]:
    """By price list of the store: what a piece costs by SKU and quantity. Nothing of what nobody can buy."""
    return [
        {
            "name": one.name,
            "prices": {
                sku: prices
                for sku, rate, becomes in rates()
                if becomes == "visible" and (prices := one.prices(sku, rate))
            },
        }
        for one in PRICE_LISTS
        if not one.purchase
    ]


def expected_items(ids: Mapping[str, str], there: Mapping[str, int]) -> list[dict[str, Any]]:
    """One row per item. `ids`: item id by SKU ("" for the one without); `there`: product id in the store by SKU."""
    rows: list[dict[str, Any]] = [
        {
            "product": item.sku or item.name,
            "item": item.name,
            "names": item.names(ids[item.sku]),
            "sku": item.sku,
            "rate": str(item.rate),
            "becomes": item.becomes,
            "active": item.active,
            "id": there.get(item.sku.casefold()),
        }
        for item in ITEMS
    ]
    for group in GROUPS:
        for options, sku, rate in group.variants:
            name = f"{group.name} {' '.join(options)}"
            names = [group.name, *(f"{group.name} ({other})" for _, other, _ in group.variants)]
            rows.append(
                {"product": group.name, "item": name, "names": names, "sku": sku, "rate": str(rate)}
                | {"becomes": "visible", "active": True, "id": None}
            )
    return rows
