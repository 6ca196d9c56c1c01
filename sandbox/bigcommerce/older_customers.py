"""Customers and their addresses as v2 clients still call them: one at a time, RFC 2822 dates."""

from collections.abc import Callable
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import customers, events
from sandbox.bigcommerce.answers import Refusal, as_json, nothing, refuse_v2, v2_body, v2_list, v2_not_found
from sandbox.bigcommerce.order_shape import store_root
from sandbox.bigcommerce.shapes import iso, link, moment_of, rfc2822
from sandbox.bigcommerce.store import Json
from sandbox.world import World

KEYS = ("id", "company", "first_name", "last_name", "email", "phone", "customer_group_id", "notes")
EQUAL = (
    *("email", "first_name", "last_name", "company", "phone", "customer_group_id", "tax_exempt_category"),
)
# spelling of v2 -> spelling of v3
ADDRESS = {
    **{
        key: key for key in ("first_name", "last_name", "company", "city", "country", "phone", "address_type")
    },
    "street_1": "address1",
    "street_2": "address2",
    "state": "state_or_province",
    "zip": "postal_code",
    "country_iso2": "country_code",
}
REQUIRED = ("email", "first_name", "last_name")


def routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    one, addresses = "/customers/<int:customer_id>", "/customers/<int:customer_id>/addresses"
    return [
        ("GET", "/customers", lambda **_: v2_list([_shown(row) for row in _listed(world)], world.switches)),
        ("POST", "/customers", lambda **_: created(world)),
        ("GET", "/customers/count", lambda **_: as_json({"count": len(_listed(world))})),
        ("GET", one, lambda customer_id, **_: as_json(_shown(_found(world, customer_id)))),
        ("PUT", one, lambda customer_id, **_: changed(world, customer_id)),
        ("DELETE", one, lambda customer_id, **_: deleted(world, customer_id)),
        ("DELETE", "/customers", lambda **_: all_deleted(world)),
        ("DELETE", addresses, lambda customer_id, **_: addresses_deleted(world, customer_id)),
        ("GET", addresses, lambda customer_id, **_: v2_list(_addresses(world, customer_id), world.switches)),
        ("POST", addresses, lambda customer_id, **_: address_created(world, customer_id)),
        (
            "GET",
            f"{addresses}/count",
            lambda customer_id, **_: as_json({"count": len(_addresses(world, customer_id))}),
        ),
        ("GET", f"{addresses}/<int:number>", lambda **ids: as_json(_address(_found_address(world, **ids)))),
        ("PUT", f"{addresses}/<int:number>", lambda **ids: address_changed(world, **ids)),
        ("DELETE", f"{addresses}/<int:number>", lambda **ids: address_deleted(world, **ids)),
    ]


def _listed(world: World) -> list[Json]:
    rows = sorted(world.bigcommerce.customers.values(), key=lambda row: int(row["id"]))
    for name in EQUAL:
        if name in request.args:
            rows = [row for row in rows if str(row[name]).lower() == request.args[name].lower()]
    for name, sign in (("min_id", 1), ("max_id", -1)):
        if request.args.get(name, "").isdigit():
            rows = [row for row in rows if sign * (int(row["id"]) - int(request.args[name])) >= 0]
    return [row for row in rows if all(_within(row, name) for name in ("date_created", "date_modified"))]


def _within(row: Json, name: str) -> bool:
    at = moment_of(row[name])
    for end, sign in (("min", 1), ("max", -1)):
        text = request.args.get(f"{end}_{name}")
        if text is not None and sign * (at - _moment(f"{end}_{name}", text)).total_seconds() < 0:
            return False
    return True


def _moment(name: str, text: str) -> Any:
    try:
        return moment_of(text)
    except (TypeError, ValueError, OverflowError):
        raise refuse_v2(400, f"The field '{name}' is invalid.") from None


def _found(world: World, customer_id: int) -> Json:
    row = world.bigcommerce.customers.get(customer_id)
    if row is None:
        raise v2_not_found()
    return row


def _shown(row: Json) -> Json:
    """Store credit as text, addresses as a link, dates in RFC 2822."""
    dates = {key: rfc2822(moment_of(row[key])) for key in ("date_created", "date_modified")}
    more: Json = {
        "store_credit": "0.0000",
        "registration_ip_address": row["registration_ip_address"],
        "tax_exempt_category": row["tax_exempt_category"],
        "reset_pass_on_login": False,
        "accepts_marketing": row["accepts_product_review_abandoned_cart_emails"],
        "addresses": link(store_root(), f"/customers/{row['id']}/addresses"),
        "form_fields": None,
    }
    return {**{key: row[key] for key in KEYS}, **dates, **more}


def _in_v2(act: Callable[[], Any]) -> Any:
    """The same act as under v3, its errors as an array."""
    try:
        return act()
    except Refusal as refusal:
        told: Any = refusal.response.get_json()
        raise refuse_v2(400, told["title"]) from None


def created(world: World) -> Response:
    body = v2_body()
    for name in REQUIRED:
        if not body.get(name):
            raise refuse_v2(400, f"The required field '{name}' was not supplied.")
    told = {key: value for key, value in body.items() if key != "addresses"}
    _in_v2(lambda: customers.check_emails(world, [told]))
    row = customers.create(world, told)
    return as_json(_shown(world.bigcommerce.customers[row["id"]]))


def changed(world: World, customer_id: int) -> Response:
    row, body = _found(world, customer_id), v2_body()
    _in_v2(lambda: customers.check_emails(world, [{**body, "id": customer_id}]))
    row.update({key: body[key] for key in customers.WRITABLE if key in body})
    row["date_modified"] = iso(world.clock.now()).replace("+00:00", "Z")
    events.emit(world, "store/customer/updated", {"type": "customer", "id": customer_id})
    return as_json(_shown(row))


def deleted(world: World, customer_id: int) -> Response:
    _found(world, customer_id)
    del world.bigcommerce.customers[customer_id]
    events.emit(world, "store/customer/deleted", {"type": "customer", "id": customer_id})
    return nothing()


def all_deleted(world: World) -> Response:
    """In v2 this is how every customer goes at once."""
    for customer_id in list(world.bigcommerce.customers):
        deleted(world, customer_id)
    return nothing()


def _own(world: World, customer_id: int) -> list[Json]:
    _found(world, customer_id)
    return [row for row in world.bigcommerce.addresses.values() if row["customer_id"] == customer_id]


def _addresses(world: World, customer_id: int) -> list[Json]:
    return [_address(row) for row in _own(world, customer_id)]


def _address(row: Json) -> Json:
    plain = {old: row.get(new, "") for old, new in ADDRESS.items()}
    return {"id": row["id"], "customer_id": row["customer_id"], **plain, "form_fields": None}


def _found_address(world: World, customer_id: int, number: int, **_: Any) -> Json:
    row = next((row for row in _own(world, customer_id) if row["id"] == number), None)
    if row is None:
        raise v2_not_found()
    return row


def address_created(world: World, customer_id: int) -> Response:
    _found(world, customer_id)
    body = v2_body()
    told = {new: body[old] for old, new in ADDRESS.items() if old in body}
    row = customers.new_address(world, {**told, "customer_id": customer_id})
    customers.address_event(world, row, "created")
    return as_json(_address(row))


def address_changed(world: World, **ids: Any) -> Response:
    row, body = _found_address(world, **ids), v2_body()
    row.update({new: body[old] for old, new in ADDRESS.items() if old in body})
    customers.address_event(world, row, "updated")
    return as_json(_address(row))


def address_deleted(world: World, **ids: Any) -> Response:
    row = _found_address(world, **ids)
    del world.bigcommerce.addresses[row["id"]]
    customers.address_event(world, row, "deleted")
    return nothing()


def addresses_deleted(world: World, customer_id: int) -> Response:
    for row in _own(world, customer_id):
        address_deleted(world, customer_id=customer_id, number=row["id"])
    return nothing()
