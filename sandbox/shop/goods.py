"""What the shop sells, and the taxes of the countries it sells to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from sandbox.arithmetic import Rate
from sandbox.shop.cart import CartLine
from sandbox.shop.paper import number
from sandbox.shop.taxes import FORGOTTEN

NAMES = (
    "Oak Tray", "Linen Towel", "Copper Kettle", "Wool Blanket", "Tea Sampler", "Ceramic Mug", "Paper Lamp",
    "Garden Twine", "Honey Jar", "Felt Slippers", "Brass Hook", "Rye Crackers", "Walnut Board", "Bird Feeder",
    "Soap Bar", "Field Notebook", "Glass Carafe", "Cork Mat", "Spice Rack", "Enamel Pot",
)  # fmt: skip
REDUCED = frozenset({"Tea Sampler", "Honey Jar", "Rye Crackers", "Field Notebook"})
FIRST_PRODUCT = 101
SIZES = ("Small", "Medium", "Large")
VARIANT_EVERY = 3  # every third product comes in sizes
LEVY = Rate(FORGOTTEN, Decimal("3.33"))


@dataclass(frozen=True)
class Country:
    """How one country taxes: standard and reduced, each one rate or several that apply together."""

    code: str
    currency: str
    standard: tuple[Rate, ...]
    reduced: tuple[Rate, ...]


GERMANY = Country("DE", "EUR", (Rate("MwSt 19%", Decimal(19)),), (Rate("MwSt 7%", Decimal(7)),))
BRITAIN = Country("GB", "GBP", (Rate("VAT 20%", Decimal(20)),), (Rate("VAT 5%", Decimal(5)),))
STATE, CITY = Rate("State tax", Decimal(6)), Rate("City tax", Decimal("2.25"))
AMERICA = Country("US", "USD", (STATE, CITY), (STATE,))
JAPAN = Country("JP", "JPY", (Rate("Consumption tax 10%", Decimal(10)),), ())


@dataclass(frozen=True)
class Good:
    """A product; one with sizes has a variant each, numbered after the product."""

    product_id: int
    name: str
    sku: str
    price: Decimal
    sizes: tuple[str, ...] = ()

    def variant_id(self, size: int = 0) -> int:
        return self.product_id * 10 + size

    def variant_sku(self, size: int = 0) -> str:
        return f"{self.sku}-{self.sizes[size][0]}" if self.sizes else self.sku


def goods(seed: int) -> tuple[Good, ...]:
    """The catalogue of a shop; prices differ from seed to seed."""
    dice = Random(f"goods {seed}")
    return tuple(
        Good(
            FIRST_PRODUCT + place,
            name,
            f"{name[:3].upper()}-{FIRST_PRODUCT + place}",
            Decimal(dice.randrange(250, 9000)).scaleb(-2),
            SIZES if place % VARIANT_EVERY == 0 else (),
        )
        for place, name in enumerate(NAMES)
    )


def line_of(good: Good, country: Country, quantity: int, size: int = 0) -> CartLine:
    """One line of this product as that country taxes it; `size` counts only where there are sizes."""
    chosen = size if good.sizes else 0
    return CartLine(
        price=good.price,
        quantity=quantity,
        rates=country.reduced if good.name in REDUCED else country.standard,
        name=good.name,
        sku=good.variant_sku(chosen),
        product_id=good.product_id,
        variant_id=good.variant_id(chosen),
        options=(("Size", good.sizes[chosen]),) if good.sizes else (),
    )


def product_json(good: Good) -> dict[str, Any]:
    """The product as v3 writes it, with its variants, in what a connector reads of it."""
    sizes = range(len(good.sizes) or 1)
    return {
        "id": good.product_id,
        "name": good.name,
        "type": "physical",
        "sku": good.sku,
        "description": f"<p>{good.name}, invented for tests.</p>",
        "weight": 0.5,
        "price": number(good.price),
        "cost_price": 0,
        "retail_price": 0,
        "sale_price": 0,
        "tax_class_id": 0,
        "calculated_price": number(good.price),
        "inventory_level": 1000,
        "inventory_tracking": "variant" if good.sizes else "product",
        "is_visible": True,
        "availability": "available",
        "condition": "New",
        "upc": "",
        "mpn": "",
        "gtin": "",
        "related_products": [-1],
        "base_variant_id": None if good.sizes else good.variant_id(),
        "date_created": "2026-01-05T08:00:00+00:00",
        "date_modified": "2026-01-05T08:00:00+00:00",
        "variants": [_variant_json(good, size) for size in sizes],
    }


def _variant_json(good: Good, size: int) -> dict[str, Any]:
    labels = good.sizes[size : size + 1]
    return {
        "id": good.variant_id(size),
        "product_id": good.product_id,
        "sku": good.variant_sku(size),
        "price": None,
        "calculated_price": number(good.price),
        "cost_price": 0,
        "upc": "",
        "inventory_level": 1000,
        "option_values": [
            {"id": 60 + size, "label": label, "option_id": 10, "option_display_name": "Size"}
            for label in labels
        ],
    }
