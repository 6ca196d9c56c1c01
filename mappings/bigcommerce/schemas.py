"""The parts of an order's answers that we use, checked before anything is counted; what is absent stays absent."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from mappings.reading import Moment, Money, Part, Text, Whole, load, many, missing, moneys, part, texts

_REMEDY = (
    "Open the order in the store, save it again so that {where} is filled, then retry; "
    "or tell us the store's version of this field."
)


def _costs(*names: str) -> dict[str, fields.Field[Any]]:
    return moneys(*(f"{name}_cost_{side}" for name in names for side in ("ex_tax", "inc_tax", "tax")))


ADDRESS = part(
    "Address",
    **texts("first_name", "last_name", "company", "street_1", "street_2", "city", "state", "zip"),
    **texts("country", "country_iso2", "phone", "email"),
)
ORDER = part(
    "Order",
    id=Text(required=True),
    status_id=Whole(required=True),
    customer_id=Text(load_default="0"),
    date_created=Moment(required=True),
    date_shipped=Moment(load_default=None),
    is_tax_inclusive_pricing=fields.Boolean(load_default=None),
    total_inc_tax=Money(required=True),
    billing_address=fields.Nested(ADDRESS, unknown=EXCLUDE, load_default=lambda: ADDRESS().load({})),
    is_deleted=fields.Boolean(load_default=False),
    fees=fields.Raw(load_default=None),
    **moneys("total_ex_tax", "total_tax", "discount_amount", "coupon_discount", "refunded_amount"),
    **moneys("gift_certificate_amount", "store_credit_amount", "currency_exchange_rate"),
    **moneys("store_default_to_transactional_exchange_rate"),
    **_costs("shipping", "handling", "wrapping"),
    **moneys("subtotal_tax", "base_shipping_cost", "base_handling_cost", "base_wrapping_cost"),
    **texts("default_currency_code", "currency_code", "payment_method", "payment_status"),
    **texts("external_order_id", "customer_message", "store_default_currency_code"),
)
PRODUCT = part(
    "Product",
    id=Text(required=True),
    quantity=Money(required=True),
    **texts("product_id", "variant_id", "parent_order_product_id", "sku", "name", "type"),
    **moneys("base_price", "price_ex_tax", "price_inc_tax", "total_ex_tax", "total_inc_tax", "total_tax"),
    **moneys("price_tax", "discounted_total_inc_tax", "quantity_refunded", "wrapping_cost_inc_tax"),
    applied_discounts=fields.List(
        fields.Nested(
            part("Applied", amount=Money(required=True), **texts("id", "name", "code")), unknown=EXCLUDE
        ),
        load_default=None,
    ),
    product_options=many(part("Option", **texts("display_name", "display_value"))),
)
SHIPPING_ADDRESS = part(
    "ShippingAddress",
    id=Text(required=True),
    **texts("first_name", "last_name", "company", "street_1", "street_2", "city", "state", "zip"),
    **texts("country", "country_iso2", "phone", "shipping_method"),
    **moneys("cost_ex_tax", "cost_inc_tax", "cost_tax"),
)
TAX = part(
    "Tax",
    rate=Money(load_default=lambda: Decimal(0)),
    line_amount=Money(load_default=None),
    **texts("name", "order_address_id", "order_product_id", "line_item_type"),
)
TRANSACTION = part(
    "Transaction",
    id=Text(required=True),
    event=Text(required=True),
    amount=Money(required=True),
    date_created=Moment(load_default=None),
    reference_transaction_id=Text(load_default=""),
    status=Text(load_default="ok"),
    **texts("method", "gateway", "gateway_transaction_id", "currency"),
)
COUPON = part("Coupon", type=Text(load_default=""), discount=Money(load_default=None))
FEE = part(
    "Fee",
    id=Text(required=True),
    **moneys("cost_ex_tax", "cost_exc_tax", "cost_inc_tax", "cost_tax"),
    **texts("display_name", "name", "display_name_customer", "name_customer"),
)
REFUND = part(
    "Refund",
    id=Text(required=True),
    created=Moment(required=True),
    total_amount=Money(required=True),
    total_tax=Money(load_default=None),
    uses_merchant_override_values=fields.Boolean(load_default=False),
    items=many(
        part(
            "RefundItem",
            item_type=Text(required=True),
            item_id=Text(load_default=""),
            adjustments=many(part("Adjustment", amount=Money(required=True))),
            **moneys("quantity", "requested_amount"),
        )
    ),
    payments=many(
        part(
            "RefundPayment",
            amount=Money(required=True),
            is_declined=fields.Boolean(load_default=False),
            **texts("id", "provider_id", "transaction_id"),
        )
    ),
)
SHIPMENT = part(
    "Shipment",
    id=Text(required=True),
    date_created=Moment(required=True),
    items=many(part("ShipmentItem", order_product_id=Text(required=True), quantity=Money(required=True))),
)


def load_order(raw: Any) -> Part:
    """The order object; Unmappable("field-missing") names what is absent or unreadable."""
    return load(ORDER, raw, "order", _REMEDY)


def load_parts(bundle: Mapping[str, Any], name: str, schema: type[Schema]) -> list[Part]:
    """One list of the bundle; an absent part is an empty one (v2 answers an empty list with 204)."""
    rows = bundle.get(name) or []
    if isinstance(rows, Mapping) and "data" in rows:  # v3 parts kept with their envelope
        rows = rows["data"]
    if not isinstance(rows, (list, tuple)):
        raise missing(name, "is not a list", _REMEDY)
    return [load_row(schema, row, f"{name}[{index}]") for index, row in enumerate(rows)]


def load_row(schema: type[Schema], raw: Any, where: str) -> Part:
    return load(schema, raw, where, _REMEDY)
