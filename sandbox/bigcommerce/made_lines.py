"""Lines of orders made by API: catalogue products, or custom lines at a price told with and without tax."""

from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.bigcommerce.answers import refuse_v2, v2_invalid
from sandbox.bigcommerce.store import Json
from sandbox.world import World

SIDES = ("ex_tax", "inc_tax", "tax")


def line_of(world: World, told: Json, *, inclusive: bool | None = None) -> Json:
    """An order product in the real key order; 400 for an unknown product or a price told by half.

    `inclusive`: the price basis of the order it comes into; a new order has the store's.
    """
    with_tax = world.switches["prices_with_tax"] if inclusive is None else inclusive
    quantity = _amount("quantity", told.get("quantity", 1))
    product, variant = _product(world, told)
    ex, inc = _prices(told, product, variant)
    zero = "0.0000"
    name, sku = told.get("name") or product.get("name", ""), _sku(told, product, variant)
    return {
        "order_id": 0,
        "product_id": product.get("id", 0),
        "variant_id": variant.get("id", 0),
        "order_pickup_method_id": 0,
        "name": name,
        "name_customer": told.get("name_customer", name),
        "name_merchant": told.get("name_merchant", name),
        "sku": sku,
        "upc": told.get("upc", product.get("upc", "")),
        "type": product.get("type", "physical"),
        "base_price": _text(inc if with_tax else ex),
        **_sides("price", ex, inc),
        "base_total": _text((inc if with_tax else ex) * quantity),
        **_sides("total", ex * quantity, inc * quantity),
        **{
            side: _text(Decimal(str(product.get(side, 0)))) for side in ("weight", "width", "height", "depth")
        },
        "quantity": int(quantity),
        "base_cost_price": zero,
        **{f"cost_price_{side}": zero for side in ("inc_tax", "ex_tax", "tax")},
        "is_refunded": False,
        "quantity_refunded": 0,
        "refund_amount": zero,
        "return_id": 0,
        "wrapping_id": 0,
        "wrapping_name": "",
        "base_wrapping_cost": zero,
        **{f"wrapping_cost_{side}": zero for side in SIDES},
        "wrapping_message": "",
        "quantity_shipped": 0,
        "event_name": None,
        "event_date": "",
        "fixed_shipping_cost": zero,
        "ebay_item_id": "",
        "ebay_transaction_id": "",
        "option_set_id": None,
        "parent_order_product_id": None,
        "is_bundled_product": False,
        "bin_picking_number": "",
        "external_id": None,
        "fulfillment_source": "",
        "brand": "",
        "gift_certificate_id": None,
        "applied_discounts": [],
        "product_options": [_option(product, value) for value in variant.get("option_values", ())],
        "configurable_fields": [],
        "discounted_total_inc_tax": _text(inc * quantity),
    }


def _product(world: World, told: Json) -> tuple[Json, Json]:
    products = world.bigcommerce.products
    if not told.get("product_id"):
        if not told.get("name"):
            raise refuse_v2(400, "The required field 'name' was not supplied.")
        return {}, {}
    product = products.get(int(told["product_id"]))
    if product is None:
        raise v2_invalid("product_id")
    if not told.get("variant_id") and product["base_variant_id"] is None:
        return product, _with_options(product, told.get("product_options") or [])
    wanted = told.get("variant_id") or product["base_variant_id"]
    variant = next((row for row in product["variants"] if row["id"] == wanted), None)
    if variant is None and told.get("variant_id"):
        raise v2_invalid("variant_id")
    return product, variant or {}


def _with_options(product: Json, chosen: Any) -> Json:
    """The variant whose values these are: [{"id": option, "value": value}], numbers also as text; without: a 400."""
    if not isinstance(chosen, list) or not all(isinstance(row, dict) for row in chosen):
        raise v2_invalid("product_options")
    told = {(str(row.get("id")), str(row.get("value"))) for row in chosen}
    for variant in product["variants"]:
        if {(str(value["option_id"]), str(value["id"])) for value in variant["option_values"]} <= told:
            row: Json = variant
            return row
    raise v2_invalid("product_options")


def _option(product: Json, value: Json) -> Json:
    """An option as lines tell it; the line puts its own number in."""
    option: Json = next((row for row in product["options"] if row["id"] == value["option_id"]), {})
    words = {"display_name": value["option_display_name"], "display_value": value["label"]}
    more = {f"{key}_{whose}": word for key, word in words.items() for whose in ("customer", "merchant")}
    return {
        "id": value["id"],
        "option_id": value["option_id"],
        "order_product_id": 0,
        "product_option_id": value["option_id"],
        **words,
        **more,
        "value": str(value["id"]),
        "type": "Multiple choice",
        "name": option.get("name", value["option_display_name"]),
        "display_style": "Rectangle",
    }


def _prices(told: Json, product: Json, variant: Json) -> tuple[Decimal, Decimal]:
    given = [told.get(f"price_{side}") for side in ("ex_tax", "inc_tax")]
    if None not in given:
        return _amount("price_ex_tax", given[0]), _amount("price_inc_tax", given[1])
    if any(price is not None for price in given) or not product:
        raise refuse_v2(400, "The fields 'price_ex_tax' and 'price_inc_tax' must be supplied together.")
    price = variant.get("price")
    amount = Decimal(str(product["price"] if price is None else price))
    return amount, amount  # the Orders API adds no tax of its own


def _sku(told: Json, product: Json, variant: Json) -> str:
    return str(told.get("sku") or variant.get("sku") or product.get("sku", ""))


def _sides(name: str, ex: Decimal, inc: Decimal) -> Json:
    amounts = {"ex_tax": ex, "inc_tax": inc, "tax": inc - ex}
    return {f"{name}_{side}": _text(amount) for side, amount in amounts.items()}


def _amount(name: str, value: Any) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise v2_invalid(name) from None
    if isinstance(value, bool) or not amount.is_finite() or amount < 0:
        raise v2_invalid(name)
    return amount


def _text(amount: Decimal) -> str:
    return f"{amount:.4f}"
