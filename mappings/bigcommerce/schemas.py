"""The parts of an order's answers that we use, checked before anything is counted; what is absent stays absent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from mappings.errors import Unmappable


class Money(fields.Field[Decimal]):
    """v2 writes money as strings with four decimals, v3 and consignments as numbers; never a float beyond here."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Decimal:
        return _decimal(value)


class Whole(fields.Field[int]):
    """A status id, as number or text."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        number = _decimal(value)
        if number != int(number):
            raise ValidationError("is not a whole number")
        return int(number)


class Text(fields.Field[str]):
    """Ids and labels come as numbers or strings."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise ValidationError("is not a text or a number")
        return str(value).strip()


class Moment(fields.Field[datetime]):
    """RFC 2822 in v2, ISO 8601 in v3, UTC where no zone is named."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        moment = _moment(str(value))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool):
        raise ValidationError("is not a number")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise ValidationError("is not a number") from None
    if not number.is_finite() or abs(number) >= 10**12:
        raise ValidationError("is not an amount of money")
    return round(number, 10)  # JSON numbers may drag binary dust behind them


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        raise ValidationError("is not a date") from None


def _part(name: str, /, **known: fields.Field[Any]) -> type[Schema]:
    return Schema.from_dict(dict(known), name=name)


def _texts(*names: str) -> dict[str, fields.Field[Any]]:
    return {name: Text(load_default="") for name in names}


def _moneys(*names: str) -> dict[str, fields.Field[Any]]:
    return {name: Money(load_default=None) for name in names}


def _many(part: type[Schema]) -> fields.Field[Any]:
    return fields.List(fields.Nested(part, unknown=EXCLUDE), load_default=list)


def _costs(*names: str) -> dict[str, fields.Field[Any]]:
    return _moneys(*(f"{name}_cost_{side}" for name in names for side in ("ex_tax", "inc_tax", "tax")))


ADDRESS = _part(
    "Address",
    **_texts("first_name", "last_name", "company", "street_1", "street_2", "city", "state", "zip"),
    **_texts("country", "country_iso2", "phone", "email"),
)
ORDER = _part(
    "Order",
    id=Text(required=True),
    status_id=Whole(required=True),
    customer_id=Text(load_default="0"),
    date_created=Moment(required=True),
    is_tax_inclusive_pricing=fields.Boolean(load_default=None),
    total_inc_tax=Money(required=True),
    billing_address=fields.Nested(ADDRESS, unknown=EXCLUDE, load_default=lambda: ADDRESS().load({})),
    fees=fields.Raw(load_default=None),
    **_moneys("total_ex_tax", "total_tax", "discount_amount", "coupon_discount", "refunded_amount"),
    **_moneys("gift_certificate_amount", "store_credit_amount", "currency_exchange_rate"),
    **_costs("shipping", "handling", "wrapping"),
    **_texts("default_currency_code", "currency_code", "payment_method", "payment_status"),
    **_texts("external_order_id", "customer_message"),
)
PRODUCT = _part(
    "Product",
    id=Text(required=True),
    quantity=Money(required=True),
    **_texts("product_id", "variant_id", "parent_order_product_id", "sku", "name", "type"),
    **_moneys("base_price", "price_ex_tax", "price_inc_tax", "total_ex_tax", "total_inc_tax", "total_tax"),
    **_moneys("price_tax", "discounted_total_inc_tax", "quantity_refunded"),
    applied_discounts=fields.List(
        fields.Nested(
            _part("Applied", amount=Money(required=True), **_texts("id", "name", "code")), unknown=EXCLUDE
        ),
        load_default=None,
    ),
    product_options=_many(_part("Option", **_texts("display_name", "display_value"))),
)
SHIPPING_ADDRESS = _part(
    "ShippingAddress",
    id=Text(required=True),
    **_texts("first_name", "last_name", "company", "street_1", "street_2", "city", "state", "zip"),
    **_texts("country", "country_iso2", "phone", "shipping_method"),
    **_moneys("cost_ex_tax", "cost_inc_tax", "cost_tax"),
)
TAX = _part(
    "Tax",
    rate=Money(load_default=lambda: Decimal(0)),
    line_amount=Money(load_default=None),
    **_texts("name", "order_address_id", "order_product_id", "line_item_type"),
)
TRANSACTION = _part(
    "Transaction",
    id=Text(required=True),
    event=Text(required=True),
    amount=Money(required=True),
    date_created=Moment(load_default=None),
    reference_transaction_id=Text(load_default=""),
    status=Text(load_default="ok"),
    **_texts("method", "gateway", "gateway_transaction_id", "currency"),
)
FEE = _part(
    "Fee",
    id=Text(required=True),
    **_moneys("cost_ex_tax", "cost_exc_tax", "cost_inc_tax", "cost_tax"),
    **_texts("display_name", "name", "display_name_customer", "name_customer"),
)
COUPON = _part("Coupon", type=Text(load_default=""), discount=Money(load_default=None), **_texts("code"))

Part = dict[str, Any]


def load_order(raw: Any) -> Part:
    """The order object; Unmappable("field-missing") names what is absent or unreadable."""
    return _load(ORDER, raw, "order")


def load_parts(bundle: Mapping[str, Any], name: str, schema: type[Schema]) -> list[Part]:
    """One list of the bundle; an absent part is an empty one (v2 answers an empty list with 204)."""
    rows = bundle.get(name) or []
    if isinstance(rows, Mapping) and "data" in rows:  # v3 parts kept with their envelope
        rows = rows["data"]
    if not isinstance(rows, (list, tuple)):
        raise _missing(name, "is not a list")
    return [_load(schema, row, f"{name}[{index}]") for index, row in enumerate(rows)]


def load_row(schema: type[Schema], raw: Any, where: str) -> Part:
    return _load(schema, raw, where)


def _load(schema: type[Schema], raw: Any, where: str) -> Part:
    if not isinstance(raw, Mapping):
        raise _missing(where, "is not an object")
    try:
        loaded: Part = schema().load(_without_blanks(raw), unknown=EXCLUDE)
    except ValidationError as error:
        path, message = _first(error.messages)
        raise _missing(".".join((where, *path)), message) from None
    return loaded


def _without_blanks(value: Any) -> Any:
    """Null, an empty text and an empty list all mean that the store has nothing to say there."""
    if isinstance(value, Mapping):
        return {
            str(key): _without_blanks(inner)
            for key, inner in value.items()
            if inner not in (None, "", [], {})
        }
    if isinstance(value, (list, tuple)):
        return [_without_blanks(inner) for inner in value]
    return value


def _first(messages: Any) -> tuple[tuple[str, ...], str]:
    """The path to the first complaint; marshmallow's sentences carry no values."""
    path: tuple[str, ...] = ()
    while isinstance(messages, dict):
        key = next(iter(messages))
        path, messages = (*path, str(key)), messages[key]
    return path, str(messages[0] if isinstance(messages, list) else messages)


def _missing(where: str, complaint: str) -> Unmappable:
    message = complaint[:1].lower() + complaint[1:].rstrip(".")
    return Unmappable(
        "field-missing",
        f"{where}: {message}",
        f"Open the order in the store, save it again so that {where} is filled, then retry; "
        "or tell us the store's version of this field.",
    )
