"""Customers of v3: list, create, change, delete, and their addresses."""

from collections.abc import Callable
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import attributes, events
from sandbox.bigcommerce.adopting import customer_of
from sandbox.bigcommerce.answers import (
    csv,
    nothing,
    refuse_v3,
    v3_batch,
    v3_data,
    v3_list,
    v3_unfiltered,
)
from sandbox.bigcommerce.asked import fitting
from sandbox.bigcommerce.cursors import cursor_list
from sandbox.bigcommerce.shapes import iso, moment_of
from sandbox.bigcommerce.store import Json
from sandbox.world import World

BATCH = 10
LISTS = ("id", "email", "company", "phone", "customer_group_id", "registration_ip_address")
SORTS: dict[str, Callable[[Json], Any]] = {
    "date_created": lambda row: moment_of(row["date_created"]),
    "date_modified": lambda row: moment_of(row["date_modified"]),
    "last_name": lambda row: str(row["last_name"]).lower(),
}
WRITABLE = (
    *("email", "first_name", "last_name", "company", "phone", "notes", "tax_exempt_category"),
    *(
        "customer_group_id",
        "accepts_product_review_abandoned_cart_emails",
        "origin_channel_id",
        "channel_ids",
    ),
)
ADDRESS = (
    *("first_name", "last_name", "company", "address1", "address2", "city", "state_or_province"),
    *("postal_code", "country_code", "phone", "address_type"),
)


ADDRESSED: dict[str, Callable[[Json], str]] = {
    "company": lambda row: str(row["company"]),
    "name": lambda row: f"{row['first_name']} {row['last_name']}".strip(),
}
# parts that nobody has here
BARE: dict[str, tuple[str, Any]] = {
    "formfields": ("form_fields", []),
    "shopper_profile_id": ("shopper_profile_id", None),
    "segment_ids": ("segment_ids", []),
}


def v3_routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    return [
        ("GET", "/customers", lambda **_: listed(world)),
        ("POST", "/customers", lambda **_: created(world)),
        ("PUT", "/customers", lambda **_: changed(world)),
        ("DELETE", "/customers", lambda **_: deleted(world)),
        ("GET", "/customers/addresses", lambda **_: addresses(world)),
        ("POST", "/customers/addresses", lambda **_: addresses_created(world)),
        ("PUT", "/customers/addresses", lambda **_: addresses_changed(world)),
        ("DELETE", "/customers/addresses", lambda **_: addresses_deleted(world)),
    ]


def listed(world: World) -> Response:
    named = _named(world.bigcommerce.customers)
    rows = [row for row in fitting(named, dates=["date_created", "date_modified"]) if _fits(row)]
    rows.sort(key=lambda row: int(row["id"]))
    name, _, direction = request.args.get("sort", "").partition(":")
    if name in SORTS:
        rows.sort(key=SORTS[name], reverse=direction == "desc")
    return cursor_list([_with_parts(world, row) for row in rows], world.switches)


def _named(customers: dict[int, Json]) -> list[Json]:
    """Who is asked for by id is not looked for among all."""
    wanted = csv("id:in")
    if wanted is None:
        return list(customers.values())
    return [
        customers[int(text)] for text in dict.fromkeys(wanted) if text.isdigit() and int(text) in customers
    ]


def _fits(row: Json) -> bool:
    for name in LISTS:
        wanted = csv(f"{name}:in")
        if wanted is not None and str(row[name]).lower() not in [text.lower() for text in wanted]:
            return False
    name = f"{row['first_name']} {row['last_name']}".strip().lower()
    names, like = csv("name:in"), request.args.get("name:like", "").lower()
    return like in name and (names is None or name in [text.lower() for text in names])


def _with_parts(world: World, row: Json) -> Json:
    included = csv("include") or []
    more: Json = {}
    if "addresses" in included:
        own = [
            address for address in world.bigcommerce.addresses.values() if address["customer_id"] == row["id"]
        ]
        more |= {"address_count": len(own), "addresses": own}
    if "storecredit" in included:
        more["store_credit_amounts"] = [{"amount": 0}]
    if "attributes" in included:
        values = attributes.of(world, row["id"])
        more |= {"attribute_count": len(values), "attributes": values}
    more |= {key: value for word, (key, value) in BARE.items() if word in included}
    return {**row, **more}


def created(world: World) -> Response:
    rows = v3_batch(BATCH, "customers")
    for number, row in enumerate(rows):
        for name in ("email", "first_name", "last_name"):
            if not row.get(name):
                raise refuse_v3(422, "Missing Required Fields", {f"{number}.{name}": "error.path.missing"})
        for told in row.get("attributes") or []:
            attributes.check(world, told, number)
    check_emails(world, rows)
    return v3_data([create(world, row) for row in rows])


def create(world: World, row: Json) -> Json:
    store = world.bigcommerce
    customer_id = store.new_id("customer", store.customers)
    customer = customer_of(world, customer_id, row)
    customer.update({key: row[key] for key in WRITABLE if key in row})
    store.customers[customer_id] = customer
    own = [
        new_address(world, {**address, "customer_id": customer_id}) for address in row.get("addresses", [])
    ]
    events.emit(world, "store/customer/created", {"type": "customer", "id": customer_id})
    values = [
        attributes.write(world, customer_id, told, "attribute_value") for told in row.get("attributes") or []
    ]
    parts = {"address_count": len(own), "addresses": own}
    parts |= {"attribute_count": len(values), "attributes": values}
    return {**customer, **parts, "store_credit_amounts": [{"amount": 0}]}


def changed(world: World) -> Response:
    rows, customers = v3_batch(BATCH, "customers"), world.bigcommerce.customers
    if any(row.get("id") not in customers for row in rows):
        raise refuse_v3(404, "Some of the customers do not exist.")
    check_emails(world, rows)
    for row in rows:
        customer = customers[row["id"]]
        customer.update({key: row[key] for key in WRITABLE if key in row})
        customer["date_modified"] = iso(world.clock.now()).replace("+00:00", "Z")
        events.emit(world, "store/customer/updated", {"type": "customer", "id": row["id"]})
    return v3_data([customers[row["id"]] for row in rows])


def _named_for_good() -> list[str]:
    """Who is to be deleted; a call that names nobody is refused."""
    wanted = csv("id:in")
    if not wanted:
        raise v3_unfiltered()
    return wanted


def deleted(world: World) -> Response:
    for text in _named_for_good():
        if text.isdigit() and world.bigcommerce.customers.pop(int(text), None) is not None:
            events.emit(world, "store/customer/deleted", {"type": "customer", "id": int(text)})
    return nothing()


def check_emails(world: World, rows: list[Json]) -> None:
    for number, row in enumerate(rows):
        email = str(row.get("email", "")).lower()
        others = [c for c in world.bigcommerce.customers.values() if c["id"] != row.get("id")]
        if email and any(str(other["email"]).lower() == email for other in others):
            raise refuse_v3(
                422, "The email address is in use already.", {f"{number}.email": "is in use already"}
            )


def addresses(world: World) -> Response:
    rows = list(world.bigcommerce.addresses.values())
    for name in ("id", "customer_id"):
        wanted = csv(f"{name}:in")
        if wanted is not None:
            rows = [row for row in rows if str(row[name]) in wanted]
    for key, of in ADDRESSED.items():
        names = csv(f"{key}:in")
        if names is not None:
            rows = [row for row in rows if of(row).lower() in [text.lower() for text in names]]
    if "formfields" in (csv("include") or []):
        rows = [{**row, "form_fields": []} for row in rows]
    return v3_list(rows, world.switches)


def addresses_created(world: World) -> Response:
    """A duplicate answers 200 and is not in data."""
    made = []
    for row in v3_batch(BATCH, "customers"):
        if row.get("customer_id") not in world.bigcommerce.customers:
            raise refuse_v3(422, "JSON data is missing or invalid", {"customer_id": "not found"})
        made += [new_address(world, row)] if not _known_address(world, row) else []
    for row in made:
        address_event(world, row, "created")
    return v3_data(made)


def addresses_changed(world: World) -> Response:
    rows, known = v3_batch(BATCH, "customers"), world.bigcommerce.addresses
    if any(row.get("id") not in known for row in rows):
        raise refuse_v3(404, "Some of the addresses do not exist.")
    for row in rows:
        known[row["id"]].update({key: row[key] for key in ADDRESS if key in row})
        address_event(world, known[row["id"]], "updated")
    return v3_data([known[row["id"]] for row in rows])


def addresses_deleted(world: World) -> Response:
    for text in _named_for_good():
        row = world.bigcommerce.addresses.pop(int(text), None) if text.isdigit() else None
        if row is not None:
            address_event(world, row, "deleted")
    return nothing()


def address_event(world: World, row: Json, happening: str) -> None:
    """The id that hooks hear is the address's; of a changed address they do not hear as of a changed customer."""
    data = {"type": "customer", "id": row["id"], "address": {"customer_id": row["customer_id"]}}
    events.emit(world, f"store/customer/address/{happening}", data)


def _known_address(world: World, row: Json) -> bool:
    keys = ("customer_id", *ADDRESS[:-1])
    known = world.bigcommerce.addresses.values()
    return any(all(old[key] == row.get(key, "") for key in keys) for old in known)


def new_address(world: World, row: Json) -> Json:
    number = world.bigcommerce.new_id("address")
    texts = {key: row.get(key, "") for key in ADDRESS}
    texts["address_type"] = row.get("address_type", "residential")
    address = {"id": number, "customer_id": row["customer_id"], **texts, "country": row.get("country", "")}
    world.bigcommerce.addresses[number] = address
    return address
