"""Orders by API: what POST and PUT accept, refuse and make of it (no automatic tax, no promotions)."""

from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.bigcommerce import order_editing, order_stock, placing
from sandbox.bigcommerce.answers import refuse_v2, v2_invalid, v2_read_only, v2_unsupported
from sandbox.bigcommerce.made_lines import line_of
from sandbox.bigcommerce.shapes import ORDER_KEYS, PERSON, iso, moment_of, rfc2822
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.shop.paper import STATUSES
from sandbox.world import World

TEXTS = (
    *("customer_message", "ebay_order_id", "external_source", "external_order_id", "geoip_country"),
    *("geoip_country_iso2", "ip_address", "ip_address_v6", "order_source", "payment_method", "staff_notes"),
    *("customer_locale", "tax_provider_id", "external_merchant_id", "payment_provider_id", "date_created"),
)
NUMBERS = ("channel_id", "customer_id", "items_shipped", "items_total", "status_id")
MONEY = (
    *("base_handling_cost", "base_shipping_cost", "base_wrapping_cost", "discount_amount", "refunded_amount"),
    *("handling_cost_ex_tax", "handling_cost_inc_tax", "shipping_cost_ex_tax", "shipping_cost_inc_tax"),
    *("wrapping_cost_ex_tax", "wrapping_cost_inc_tax", "subtotal_ex_tax", "subtotal_inc_tax"),
    *("total_ex_tax", "total_inc_tax"),
)
PAIRS = ("subtotal", "total", "shipping_cost", "handling_cost", "wrapping_cost")
OTHERS = ("billing_address", "products", "shipping_addresses", "consignments", "fees", "order_is_digital")
POST_ONLY = ("default_currency_code",)
LENGTHS = {"staff_notes": 65535, "customer_message": 65535, "ip_address": 30, "ip_address_v6": 39}

ADDRESS_KEYS = (*PERSON, "shipping_method", "form_fields")

EMPTY: Json = {
    **dict.fromkeys(("ip_address", "ip_address_v6", "geoip_country", "geoip_country_iso2"), ""),
    **dict.fromkeys(("currency_id", "default_currency_id"), 1),
    "ebay_order_id": "0",
    "is_email_opt_in": False,
    "credit_card_type": None,
    "customer_locale": "en",
}


def make(world: World, body: Json) -> int:
    """Create an order from a POST body; gives its id."""
    fields = _checked(world, body, (*POST_ONLY,))
    for name in ("products", "billing_address"):
        if not fields.get(name):
            raise refuse_v2(400, f"The required field '{name}' was not supplied.")
    lines = [line_of(world, row) for row in _rows(fields, "products")]
    order_stock.check(world, lines)
    addresses = [_address(row, fields) for row in _destinations(world, fields, lines)]
    fees = [_fee(row) for row in _rows(fields, "fees")]
    order = _new_order(world, fields, lines, fees)
    bundle = {"order": order, "products": lines, "shipping_addresses": addresses, "fees": fees}
    return placing.place(world, bundle, keep_dates=True)


def change(world: World, bundle: Bundle, body: Json) -> None:
    """Apply a PUT body; everything is checked before anything is changed."""
    fields = _checked(world, body, ())
    order = bundle["order"]
    taken = order.get("external_merchant_id")
    if taken and fields.get("external_merchant_id", taken) != taken:
        raise refuse_v2(400, "The field 'external_merchant_id' can not be changed once it is set.")
    if "consignments" in fields:
        raise refuse_v2(501, "This sandbox does not change 'consignments' of an order.")
    moved = _moved(bundle, fields)
    if "products" in fields:
        bundle.update(order_editing.edited(world, bundle, fields["products"]))
        order = bundle["order"]
        placing.fill_parts(world.bigcommerce, bundle, order["id"], iso(world.clock.now()))
    if "fees" in fields:
        _replace_fees(world, bundle, _rows(fields, "fees"))
    for told in moved:
        readdress(bundle, told["id"], told)
    billing = fields.pop("billing_address", None)
    if billing:
        order["billing_address"] = {**(order.get("billing_address") or {}), **billing}
    order.update({key: value for key, value in fields.items() if key in (*TEXTS, *NUMBERS, *MONEY)})
    now = rfc2822(world.clock.now())
    order["date_modified"] = now
    if "status_id" in fields:
        _set_status(order, int(fields["status_id"]), now)


def _moved(bundle: Bundle, fields: Json) -> list[Json]:
    """The shipping addresses that are told anew, each by the id of one that the order has."""
    rows, known = _rows(fields, "shipping_addresses"), [row["id"] for row in bundle["shipping_addresses"]]
    if any(row.get("id") not in known for row in rows):
        raise v2_invalid("shipping_addresses")
    return rows


def readdress(bundle: Bundle, number: int, told: Json) -> Json:
    """Who and where; the cost of shipping stays, as in reality."""
    row: Json = next(row for row in bundle["shipping_addresses"] if int(row["id"]) == number)
    row.update({key: value for key, value in told.items() if key in ADDRESS_KEYS})
    return row


def _set_status(order: Json, status_id: int, now: str) -> None:
    order["status"] = order["custom_status"] = STATUSES[status_id]
    if status_id in (2, 10) and not order.get("date_shipped"):
        order["date_shipped"] = now


def _checked(world: World, body: Json, more: tuple[str, ...]) -> Json:
    """The fields in the types orders have; 400 for read-only and unknown ones and for wrong values."""
    known = {*TEXTS, *NUMBERS, *MONEY, *OTHERS, *more}
    for name in body:
        if name in ORDER_KEYS and name not in (*known, "custom_status"):
            raise v2_read_only(name)
        if name not in known and world.switches["unknown_order_field"] == "refused":
            raise v2_unsupported(name)
    for pair in PAIRS:
        if (f"{pair}_ex_tax" in body) != (f"{pair}_inc_tax" in body):
            raise refuse_v2(
                400, f"The fields '{pair}_ex_tax' and '{pair}_inc_tax' must be supplied together."
            )
    return {name: _value(name, value) for name, value in body.items() if name in known}


def _value(name: str, value: Any) -> Any:
    if name in MONEY:
        return money(name, value)
    if name in NUMBERS:
        return _whole(name, value)
    if name in TEXTS:
        return _text(name, value)
    if name == "billing_address" and not isinstance(value, dict):
        raise v2_invalid(name)
    return value


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not str(value).lstrip("-").isdigit():
        raise v2_invalid(name)
    if name == "status_id" and int(value) not in STATUSES:
        raise v2_invalid(name)
    return int(value)


def _text(name: str, value: Any) -> str | None:
    if value is None:
        return "" if name in ("external_order_id", "staff_notes", "customer_message") else None
    if isinstance(value, dict | list | bool):
        raise v2_invalid(name)
    if len(str(value)) > LENGTHS.get(name, 255):
        raise v2_invalid(name)
    return _date(name, str(value)) if name == "date_created" else str(value)


def _date(name: str, text: str) -> str:
    """Told in either notation, answered in RFC 2822."""
    try:
        return rfc2822(moment_of(text))
    except (TypeError, ValueError, OverflowError):
        raise v2_invalid(name) from None


def money(name: str, value: Any) -> str:
    """A string with four decimals, from a string or a number."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise v2_invalid(name) from None
    if isinstance(value, bool) or not amount.is_finite():
        raise v2_invalid(name)
    return f"{amount:.4f}"


def _rows(fields: Json, name: str) -> list[Json]:
    rows = fields.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise v2_invalid(name)
    return rows


def _destinations(world: World, fields: Json, lines: list[Json]) -> list[Json]:
    """Where the goods go: without a word on it to the billing address (switch order_without_address)."""
    rows = _rows(fields, "shipping_addresses")
    goods = any(line["type"] == "physical" for line in lines)
    if rows or not goods or world.switches["order_without_address"] == "none":
        return rows
    return [{name: fields["billing_address"].get(name, "") for name in PERSON}]


def _address(row: Json, fields: Json) -> Json:
    costs = {key: fields.get(f"shipping_{key}", "0.0000") for key in ("cost_ex_tax", "cost_inc_tax")}
    tax = Decimal(costs["cost_inc_tax"]) - Decimal(costs["cost_ex_tax"])
    rest = {"base_cost": fields.get("base_shipping_cost", "0.0000"), **costs, "cost_tax": f"{tax:.4f}"}
    handling = dict.fromkeys(
        ("base_handling_cost", "handling_cost_ex_tax", "handling_cost_inc_tax", "handling_cost_tax"), "0.0000"
    )
    more = {"shipping_method": "", "shipping_zone_id": 1, "shipping_zone_name": "", "form_fields": []}
    return {
        **dict.fromkeys(PERSON, ""),
        **more,
        **row,
        **rest,
        "cost_tax_class_id": 0,
        **handling,
        "handling_cost_tax_class_id": 0,
    }


def _fee(row: Json) -> Json:
    ex, inc = (money(key, row.get(key, 0)) for key in ("cost_ex_tax", "cost_inc_tax"))
    name = row.get("display_name_customer", "")
    names = {"display_name_customer": name, "display_name_merchant": row.get("display_name_merchant", name)}
    tax = f"{Decimal(inc) - Decimal(ex):.4f}"
    costs = {"base_cost": ex, "cost_ex_tax": ex, "cost_inc_tax": inc, "cost_tax": tax}
    kind = {"type": row.get("type", "custom_fee"), **names, "source": row.get("source", "")}
    return {"id": row.get("id"), **kind, **costs, "tax_class_id": row.get("tax_class_id")}


def _replace_fees(world: World, bundle: Bundle, rows: list[Json]) -> None:
    """Fees are the one part that PUT replaces as a whole; the totals follow."""
    order, old = bundle["order"], bundle["fees"]
    bundle["fees"] = [_fee(row) for row in rows]
    for row in bundle["fees"]:
        row["id"] = row["id"] or world.bigcommerce.new_id("fee")
        row["order_id"] = order["id"]
    for side in ("ex_tax", "inc_tax", "tax"):
        change_by = _sum(bundle["fees"], f"cost_{side}") - _sum(old, f"cost_{side}")
        order[f"total_{side}"] = f"{Decimal(str(order.get(f'total_{side}', 0))) + change_by:.4f}"


def _sum(rows: list[Json], key: str) -> Decimal:
    return sum((Decimal(str(row.get(key) or 0)) for row in rows), Decimal())


def _new_order(world: World, fields: Json, lines: list[Json], fees: list[Json]) -> Json:
    now = rfc2822(world.clock.now())
    status_id = fields.get("status_id", 1)  # pending, unless told
    texts = {name: fields[name] for name in (*TEXTS, *NUMBERS) if fields.get(name) is not None}
    currency = fields.get("default_currency_code") or world.bigcommerce.currency
    order: Json = {
        **EMPTY,
        "customer_id": 0,
        "date_created": now,
        "is_tax_inclusive_pricing": world.switches["prices_with_tax"],
        "date_modified": now,
        "date_shipped": now if status_id in (2, 10) else "",
        "status_id": status_id,
        "status": STATUSES[status_id],
        "custom_status": STATUSES[status_id],
        **_totals(fields, lines, fees, inclusive=world.switches["prices_with_tax"]),
        "order_is_digital": all(line["type"] == "digital" for line in lines),
        "store_credit_amount": "0.0000",
        "gift_certificate_amount": "0.0000",
        "currency_exchange_rate": "1.0000000000",
        "currency_code": currency,
        "default_currency_code": currency,
        "store_default_currency_code": world.bigcommerce.currency,
        "store_default_to_transactional_exchange_rate": "1.0000000000",
        "coupon_discount": "0.0000",
        "billing_address": {**dict.fromkeys(PERSON, ""), "form_fields": [], **fields["billing_address"]},
        "order_source": "external",
        "tax_provider_id": "",
        **texts,
    }
    return order


def _totals(fields: Json, lines: list[Json], fees: list[Json], *, inclusive: bool) -> Json:
    """Lines, shipping, handling, wrapping and fees; the discount comes off in the price basis."""
    row: dict[str, Decimal] = {}
    for name in ("shipping_cost", "handling_cost", "wrapping_cost"):
        for side in ("ex_tax", "inc_tax"):
            row[f"{name}_{side}"] = Decimal(fields.get(f"{name}_{side}", "0"))
        row[f"{name}_tax"] = row[f"{name}_inc_tax"] - row[f"{name}_ex_tax"]
    for side in ("ex_tax", "inc_tax"):
        row[f"subtotal_{side}"] = Decimal(fields.get(f"subtotal_{side}") or _sum(lines, f"total_{side}"))
    row["subtotal_tax"] = row["subtotal_inc_tax"] - row["subtotal_ex_tax"]
    row["discount_amount"] = Decimal(fields.get("discount_amount", "0"))
    parts = ("subtotal", "shipping_cost", "handling_cost", "wrapping_cost")
    row["total_tax"] = sum((row[f"{part}_tax"] for part in parts), _sum(fees, "cost_tax"))
    basis, other = ("inc_tax", "ex_tax") if inclusive else ("ex_tax", "inc_tax")
    gross = sum((row[f"{part}_{basis}"] for part in parts), _sum(fees, f"cost_{basis}"))
    row[f"total_{basis}"] = gross - row["discount_amount"]
    row[f"total_{other}"] = row[f"total_{basis}"] + (-row["total_tax"] if inclusive else row["total_tax"])
    for side in ("ex_tax", "inc_tax"):
        if f"total_{side}" in fields:
            row[f"total_{side}"] = Decimal(fields[f"total_{side}"])
    for name in ("shipping", "handling", "wrapping"):
        row[f"base_{name}_cost"] = Decimal(fields.get(f"base_{name}_cost") or row[f"{name}_cost_{basis}"])
    classes = {f"{name}_cost_tax_class_id": 0 for name in ("shipping", "handling", "wrapping")}
    return {**{key: f"{amount:.4f}" for key, amount in row.items()}, **classes, "refunded_amount": "0.0000"}
