"""The products of a store by id; names, SKUs, URLs and variants are found without looking at every product."""

from bisect import bisect_left, insort
from collections import UserDict, defaultdict
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

# what a simple product and its only variant have in common
MIRRORED = (
    *("sku", "price", "cost_price", "sale_price", "retail_price", "map_price", "upc", "mpn", "gtin"),
    *("weight", "width", "height", "depth", "inventory_level", "inventory_warning_level"),
    *("is_free_shipping", "fixed_cost_shipping_price", "bin_picking_number"),
)


@dataclass(frozen=True)
class Filed:
    """Under which keys a product stands in the indexes."""

    name: str
    url: str
    skus: frozenset[str]
    variants: frozenset[int]


class Products(UserDict[int, Json]):
    """A dict by product id. Who changes a row in place says `refile(id)`, else it is not found by its new name."""

    def __init__(self) -> None:
        self.names: defaultdict[str, set[int]] = defaultdict(set)  # lower case -> product ids
        self.urls: defaultdict[str, set[int]] = defaultdict(set)
        self.skus: defaultdict[str, set[int]] = defaultdict(set)  # of products and of variants, lower case
        self.variants: dict[int, Json] = {}  # of all products, by variant id
        self.order: list[int] = []  # product ids, ascending
        self.variant_order: list[int] = []
        self._filed: dict[int, Filed] = {}
        super().__init__()

    def __setitem__(self, product_id: int, product: Json) -> None:
        if product_id not in self.data:
            _insert(self.order, product_id)
        self.data[product_id] = product
        self.refile(product_id)

    def __delitem__(self, product_id: int) -> None:
        del self.data[product_id]
        del self.order[bisect_left(self.order, product_id)]
        self._unfile(product_id, self._filed.pop(product_id))

    def refile(self, product_id: int) -> None:
        """The product has changed: what follows from its fields is set right, and it is found under them."""
        product = self.data[product_id]
        settle(product)
        old, new = self._filed.get(product_id), _filed(product)
        self.variants.update((int(row["id"]), row) for row in product["variants"])
        if old == new:
            return
        if old:
            self._unfile(product_id, old, keep=new.variants)
        for number in new.variants - (old.variants if old else frozenset()):
            _insert(self.variant_order, number)
        self.names[new.name].add(product_id)
        self.urls[new.url].add(product_id)
        for sku in new.skus:
            self.skus[sku].add(product_id)
        self._filed[product_id] = new

    def _unfile(self, product_id: int, old: Filed, keep: frozenset[int] = frozenset()) -> None:
        pairs = [(self.names, old.name), (self.urls, old.url), *((self.skus, sku) for sku in old.skus)]
        for index, key in pairs:
            index[key].discard(product_id)
            if not index[key]:
                del index[key]
        for number in old.variants - keep:
            del self.variants[number]
            del self.variant_order[bisect_left(self.variant_order, number)]

    def named(self, name: str) -> set[int]:
        """Products of this name, whatever its case."""
        return self.names.get(name.lower(), set())

    def bearing(self, sku: str) -> set[int]:
        """Products that bear this SKU themselves or in a variant, whatever its case."""
        return self.skus.get(sku.lower(), set())

    def variants_of_sku(self, sku: str) -> list[Json]:
        """Variants (also the base variants of simple products) with this SKU, by id."""
        wanted = sku.lower()
        rows = [row for number in self.bearing(sku) for row in self.data[number]["variants"]]
        return sorted(
            (row for row in rows if str(row["sku"]).lower() == wanted), key=lambda row: int(row["id"])
        )


def _insert(order: list[int], number: int) -> None:
    if not order or number > order[-1]:
        order.append(number)
    else:
        insort(order, number)


def _filed(product: Json) -> Filed:
    rows = [product, *product["variants"]]
    return Filed(
        str(product["name"]).lower(),
        str((product.get("custom_url") or {}).get("url", "")).lower(),
        frozenset(str(row["sku"]).lower() for row in rows if row.get("sku")),
        frozenset(int(row["id"]) for row in product["variants"]),
    )


def settle(product: Json) -> None:
    """What follows from the other fields: options of variants, the base variant's figures, calculated ones."""
    rows = product["variants"]
    simple = len(rows) == 1 and not rows[0].get("option_values")
    product["base_variant_id"] = rows[0]["id"] if simple else None
    product["calculated_price"] = product.get("sale_price") or product["price"]
    if simple:
        rows[0].update({key: product[key] for key in MIRRORED if key in product})
    elif not product.get("options"):
        product["options"] = _options_named(product)
    for row in rows:
        own, sale = row.get("price"), row.get("sale_price")
        row["calculated_price"] = sale or (product["calculated_price"] if own is None else own)
        weight = row.get("weight")
        row["calculated_weight"] = product.get("weight", 0) if weight is None else weight


def _options_named(product: Json) -> list[Json]:
    """The options of a product that came in with its variants, such as one of a recorded order."""
    options: dict[int, Json] = {}
    for variant in product["variants"]:
        for told in variant.get("option_values", ()):
            number = int(told["option_id"])
            option = options.setdefault(number, option_of(product["id"], number, told["option_display_name"]))
            if all(value["id"] != told["id"] for value in option["option_values"]):
                option["option_values"].append(
                    value_of(told["id"], told["label"], len(option["option_values"]))
                )
    return list(options.values())


def option_of(product_id: int, number: int, name: str, kind: str = "rectangles", place: int = 0) -> Json:
    return {
        "id": number,
        "product_id": product_id,
        "name": f"{name}{number}-{product_id}",  # unique in the store, other than what is displayed
        "display_name": name,
        "type": kind,
        "sort_order": place,
        "option_values": [],
        "config": [],
    }


def value_of(
    number: int, label: str, place: int = 0, value_data: Any = None, *, default: bool = False
) -> Json:
    return {
        "id": number,
        "label": label,
        "sort_order": place,
        "value_data": value_data,
        "is_default": default,
    }
