"""What we remember of a product when its plan is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class KnownVariant:
    """`hidden`: we made it unbuyable, not a person."""

    variant_id: str
    hidden: bool = False


@dataclass(frozen=True)
class Known:
    """`hidden`: we made the product invisible, not a person. `image`, `name`, `brand`: Zoho's when last written
    (`brand` None: not remembered). `variants` by item id: those that belong to this record and those that vanished,
    for a member that is known and not in the product any more cannot be bought any longer. `guess` by item id: the
    rate that an order of ours gave the item it made.
    """

    product_id: str = ""
    hidden: bool = False
    image: str = ""
    name: str = ""
    variants: Mapping[str, KnownVariant] = field(default_factory=dict)
    guess: Mapping[str, Decimal] = field(default_factory=dict)
    brand: str | None = None
