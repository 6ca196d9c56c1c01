"""The lines of an order as v2 writes them, bundled children after their parent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.arithmetic import ZERO, LineMoney, TaxedAmount
from sandbox.shop.cart import Cart, CartLine
from sandbox.shop.paper import cost, money
from sandbox.shop.till import Receipt, RungLine

DISCOUNT_IDS = {"manual": "manual-discount", "automatic": "automatic-discount", "coupon": "total-coupon"}
NOTHING = TaxedAmount(ZERO, ZERO, ())
FREE = LineMoney(ZERO, ZERO, (), ZERO, ZERO, ZERO)


def line_ids(cart: Cart) -> tuple[int, ...]:
    """The order product id of each cart line; children take the numbers that follow their parent's."""
    ids, here = [], cart.order_id * 1000 + 1
    for line in cart.lines:
        ids.append(here)
        here += 1 + len(line.children)
    return tuple(ids)


def address_id(cart: Cart, destination: int) -> int:
    """The id of an order's shipping address; 0 when nothing is shipped."""
    return cart.order_id * 100 + destination + 1 if cart.destinations else 0


def products_json(cart: Cart, receipt: Receipt) -> list[dict[str, Any]]:
    """All order products of the order."""
    rows: list[dict[str, Any]] = []
    for line_id, rung in zip(line_ids(cart), receipt.lines, strict=True):
        rows.append(_product(cart, rung, line_id, None))
        for place, name in enumerate(rung.line.children):
            rows.append(_product(cart, _child(rung.line, name), line_id + 1 + place, line_id))
    return rows


def _child(parent: CartLine, name: str) -> RungLine:
    line = CartLine(
        price=ZERO,
        quantity=parent.quantity,
        name=name,
        sku=f"{parent.sku}-PART",
        product_id=parent.product_id + 5000,
        destination=parent.destination,
    )
    return RungLine(line, FREE, (), NOTHING)


def _product(cart: Cart, rung: RungLine, line_id: int, parent: int | None) -> dict[str, Any]:
    return {
        **_what(cart, rung.line, line_id),
        **_prices(cart, rung),
        **_size(rung.line),
        **_extras(cart, rung),
        **_ends(rung, line_id, parent),
    }


def _what(cart: Cart, line: CartLine, line_id: int) -> dict[str, Any]:
    return {
        "id": line_id,
        "order_id": cart.order_id,
        "product_id": line.product_id,
        "variant_id": line.variant_id,
        "order_pickup_method_id": 0,
        "order_address_id": address_id(cart, line.destination) if line.kind == "physical" else 0,
        "name": line.name,
        "name_customer": line.name,
        "name_merchant": line.name,
        "sku": line.sku,
        "upc": "",
        "type": line.kind,
    }


def _prices(cart: Cart, rung: RungLine) -> dict[str, Any]:
    one, paid = rung.line.price, rung.money
    tax = paid.shown_tax / rung.line.quantity
    ex, inc = (one - tax, one) if cart.inclusive else (one, one + tax)
    return {
        "base_price": money(one),
        "price_ex_tax": money(ex),
        "price_inc_tax": money(inc),
        "price_tax": money(tax),
        "base_total": money(paid.gross),
        "total_ex_tax": money(paid.shown_ex),
        "total_inc_tax": money(paid.shown_inc),
        "total_tax": money(paid.tax),
    }


def _size(line: CartLine) -> dict[str, Any]:
    return {
        "weight": "0.5000" if line.kind == "physical" else "0.0000",
        "width": "0.0000",
        "height": "0.0000",
        "depth": "0.0000",
        "quantity": line.quantity,
    }


def _extras(cart: Cart, rung: RungLine) -> dict[str, Any]:
    nothing = money(ZERO)
    wrapped = bool(rung.wrapping.inc)
    return {
        "base_cost_price": nothing,
        "cost_price_inc_tax": nothing,
        "cost_price_ex_tax": nothing,
        "cost_price_tax": nothing,
        "is_refunded": False,
        "quantity_refunded": 0,
        "refund_amount": nothing,
        "return_id": 0,
        "wrapping_id": 1 if wrapped else 0,
        "wrapping_name": "Red paper" if wrapped else "",
        **cost("wrapping_cost", rung.wrapping, inclusive=cart.inclusive),
        "wrapping_message": "",
        "quantity_shipped": 0,
        "event_name": None,
        "event_date": None,
        "fixed_shipping_cost": nothing,
        "ebay_item_id": "",
        "ebay_transaction_id": "",
    }


def _ends(rung: RungLine, line_id: int, parent: int | None) -> dict[str, Any]:
    line = rung.line
    return {
        "option_set_id": None,
        "parent_order_product_id": parent,
        "is_bundled_product": parent is not None,
        "bin_picking_number": "",
        "external_id": None,
        "fulfillment_source": "",
        "brand": "",
        "gift_certificate_id": line_id if line.kind == "giftcertificate" else None,
        "applied_discounts": [
            _discount(one.kind, one.amount, one.name, one.code, one.target) for one in rung.deductions
        ],
        "product_options": [_option(line_id, place, *option) for place, option in enumerate(line.options)],
        "configurable_fields": [],
        "discounted_total_inc_tax": money(rung.money.paid_inc),
    }


def _discount(kind: str, amount: Decimal, name: str, code: str | None, target: str) -> dict[str, Any]:
    return {"id": DISCOUNT_IDS[kind], "amount": money(amount), "name": name, "code": code, "target": target}


def _option(line_id: int, place: int, name: str, value: str) -> dict[str, Any]:
    return {
        "id": line_id * 10 + place,
        "option_id": 10 + place,
        "order_product_id": line_id,
        "product_option_id": 100 + place,
        "display_name": name,
        "display_name_customer": name,
        "display_name_merchant": name,
        "display_value": value,
        "display_value_customer": value,
        "display_value_merchant": value,
        "value": str(60 + place),
        "type": "Multiple choice",
        "name": name,
        "display_style": "Rectangle",
    }
