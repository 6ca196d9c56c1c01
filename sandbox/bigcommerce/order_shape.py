"""An order as it is answered: keys in the real order, links to this sandbox, includes embedded on demand."""

from typing import Any

from flask import request

from sandbox.bigcommerce.answers import csv
from sandbox.bigcommerce.shapes import LINKS, ORDER_KEYS, in_order, link
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.world import World

LINE_LIMIT = 50  # consignments.line_items gives no more of them (github bigcommerce/docs#960)
CONSIGNMENT_NUMBERS = (
    *("base_cost", "cost_ex_tax", "cost_inc_tax", "cost_tax"),
    *("base_handling_cost", "handling_cost_ex_tax", "handling_cost_inc_tax", "handling_cost_tax"),
)
CONSIGNMENT_KEYS = (
    *("id", "first_name", "last_name", "company", "street_1", "street_2", "city", "state", "zip"),
    *("country", "country_iso2", "phone", "email", "form_fields", "shipping_method", "line_items"),
    *("items_total", "items_shipped", *CONSIGNMENT_NUMBERS, "cost_tax_class_id"),
    *("handling_cost_tax_class_id", "shipping_zone_id", "shipping_zone_name", "shipping_quotes"),
)


def store_root() -> str:
    """The API root of this store as the caller reached it, so that links lead back here."""
    parts = request.path.split("/")
    return request.host_url.rstrip("/") + "/".join(parts[:4])


def rendered(world: World, bundle: Bundle) -> Json:
    """The order as one call answers it, honouring include and consignment_structure."""
    order: Json = {**bundle["order"]}
    resource = f"/orders/{order['id']}"
    for name in LINKS:
        order[name] = link(store_root(), f"{resource}/{name}")
    if not world.switches["price_basis_key"]:
        order.pop("is_tax_inclusive_pricing", None)
    includes = csv("include") or []
    if "fees" in includes:
        order["fees"] = bundle["fees"]
    if any(word.startswith("consignments") for word in includes):
        order["consignments"] = _shaped(world, bundle, embed="consignments.line_items" in includes)
    return in_order(order, ORDER_KEYS)


def _shaped(world: World, bundle: Bundle, *, embed: bool) -> Any:
    whole = consignments(bundle, embed=embed)
    asked = request.args.get("consignment_structure") == "object"
    return whole if asked or world.switches["consignments_shape"] == "object" else [whole]


def consignments(bundle: Bundle, *, embed: bool) -> Json:
    """Object of arrays: pickups, shipping (one per address), downloads, e-mailed gift certificates."""
    order_id = bundle["order"]["id"]
    lines = bundle["products"]
    digital = [line for line in lines if line.get("type") == "digital"]
    gifts = [line for line in lines if line.get("type") == "giftcertificate"]
    physical = [line for line in lines if line not in digital and line not in gifts]
    shipping = []
    for address in bundle["shipping_addresses"]:
        own = [line for line in physical if line.get("order_address_id") == address["id"]]
        shipping.append(_shipping(order_id, address, own, embed=embed))
    recipient = (bundle["order"].get("billing_address") or {}).get("email", "")
    return {
        "pickups": [],
        "shipping": shipping,
        "downloads": _sent_to(order_id, recipient, digital, embed=embed),
        "email": {"gift_certificates": _sent_to(order_id, recipient, gifts, embed=embed)},
    }


def _shipping(order_id: int, address: Json, lines: list[Json], *, embed: bool) -> Json:
    numbers = {key: _number(address.get(key, 0)) for key in CONSIGNMENT_NUMBERS}
    quotes = f"/orders/{order_id}/consignments/shipping/{address['id']}/shipping_quotes"
    row: Json = {
        **{key: address.get(key) for key in CONSIGNMENT_KEYS},
        **numbers,
        **_line_items(order_id, lines, embed=embed),
        "form_fields": address.get("form_fields", []),
        "shipping_quotes": link(store_root(), quotes),
    }
    return in_order(row, CONSIGNMENT_KEYS)


def _sent_to(order_id: int, recipient: str, lines: list[Json], *, embed: bool) -> list[Json]:
    return [{"recipient_email": recipient, **_line_items(order_id, lines, embed=embed)}] if lines else []


def _line_items(order_id: int, lines: list[Json], *, embed: bool) -> Json:
    if not embed:
        links = [link(store_root(), f"/orders/{order_id}/products/{line['id']}") for line in lines]
        return {"line_items": links}
    warning = {
        "message": f"Only {LINE_LIMIT} line items are returned; read /v2/orders/{order_id}/products for all."
    }
    more = {"__warning__": warning} if len(lines) > LINE_LIMIT else {}
    return {"line_items": lines[:LINE_LIMIT], **more}


def _number(value: Any) -> float | int:
    amount = float(value or 0)
    return int(amount) if amount == int(amount) else amount
