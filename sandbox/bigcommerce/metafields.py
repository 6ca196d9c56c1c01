"""v3 metafields: text under namespace and key, beside an order, a product or another record, owned by who wrote it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import events, payments, shelf
from sandbox.bigcommerce.answers import Refusal, as_json, csv, nothing, refuse_v3, v3_body, v3_data, v3_list
from sandbox.bigcommerce.asked import fitting
from sandbox.bigcommerce.cursors import cursor_list
from sandbox.bigcommerce.guard import account_of
from sandbox.bigcommerce.product_filters import trimmer
from sandbox.bigcommerce.shapes import iso, rfc2822
from sandbox.bigcommerce.store import Json
from sandbox.world import World

PERMISSIONS = ("app_only", "read", "write", "read_and_sf_access", "write_and_sf_access")
LENGTHS = {"namespace": 64, "key": 64, "value": 65535, "description": 255}
NEEDED = ("permission_set", "namespace", "key", "value")
MOST = 250  # per resource and client id
VIEW = Callable[..., Response]


@dataclass(frozen=True)
class Kind:
    """Records that bear metafields: what they are called, where they live, and how one is found (or a 404)."""

    name: str
    root: str  # with /metafields: those of all records
    found: Callable[[World, int], object]
    one: str = ""  # the path of one record, unless it is the root and an id
    scope: str = ""  # how hooks name it, unless it is the name

    @property
    def path(self) -> str:
        return self.one or f"{self.root}/<int:resource_id>"


def _in(shelf_name: str, what: str) -> Callable[[World, int], object]:
    def found(world: World, number: int) -> object:
        rows: dict[int, Json] = getattr(world.bigcommerce, shelf_name)
        if number not in rows:
            raise shelf.gone(what)
        return rows[number]

    return found


def _variant(world: World, number: int) -> object:
    """Of the product that the path names, where it names one."""
    row: Json = world.bigcommerce.products.variants.get(number) or {}
    product_id = (request.view_args or {}).get("product_id", row.get("product_id", 0))
    return shelf.found_variant(world, int(product_id or 0), number)


ORDER = Kind("order", "/orders", payments.bundle_of)
KINDS = (
    ORDER,
    Kind("product", "/catalog/products", shelf.found),
    Kind(
        "variant",
        "/catalog/variants",
        _variant,
        "/catalog/products/<int:product_id>/variants/<int:resource_id>",
    ),
    Kind("brand", "/catalog/brands", _in("brands", "brand")),
    Kind("category", "/catalog/categories", _in("categories", "category")),
    Kind("customer", "/customers", _in("customers", "customer")),
    Kind("location", "/inventory/locations", _in("locations", "location"), scope="inventory/location"),
    Kind("channel", "/channels", _in("channels", "channel")),
)


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    return [row for kind in KINDS for row in (*_singly(world, kind), *_in_batches(world, kind))]


def _singly(world: World, kind: Kind) -> list[tuple[str, str, VIEW]]:
    path, one = f"{kind.path}/metafields", f"{kind.path}/metafields/<int:number>"
    return [
        ("GET", path, lambda resource_id, **_: listed(world, kind, resource_id)),
        ("POST", path, lambda resource_id, **_: v3_data(created(world, kind, resource_id, v3_body()))),
        ("GET", one, lambda resource_id, number, **_: v3_data(_found(world, kind, resource_id, number))),
        ("PUT", one, lambda resource_id, number, **_: changed(world, kind, resource_id, number)),
        ("DELETE", one, lambda resource_id, number, **_: deleted(world, kind, resource_id, number)),
    ]


def _in_batches(world: World, kind: Kind) -> list[tuple[str, str, VIEW]]:
    path = f"{kind.root}/metafields"

    def make(told: Any) -> Any:
        return created(world, kind, int(told.get("resource_id") or 0), told)

    def alter(told: Any) -> Any:
        return _altered(world, kind, _writable(world, kind, None, int(told.get("id") or 0)), told)

    def drop(told: Any) -> Any:
        return _dropped(world, kind, _writable(world, kind, None, int(told)))

    return [
        ("GET", path, lambda **_: listed(world, kind, None)),
        ("POST", path, lambda **_: _each(make)),
        ("PUT", path, lambda **_: _each(alter)),
        ("DELETE", path, lambda **_: _each(drop)),
    ]


def _each(act: Callable[[Any], Any]) -> Response:
    """What goes well is done; 422 tells what did not, beside what did."""
    rows = v3_body(list)
    done: list[Any] = []
    errors: list[Any] = []
    for told in rows:
        try:
            done.append(act(told))
        except Refusal as refusal:
            errors.append(refusal.response.get_json())
    counts = {"total": len(rows), "success": len(done), "failed": len(errors)}
    return as_json({"data": done, "errors": errors, "meta": counts}, 422 if errors else 200)


def listed(world: World, kind: Kind, resource_id: int | None) -> Response:
    if resource_id is not None:
        kind.found(world, resource_id)
    rows = _visible(world, kind, resource_id)
    if request.args.get("direction") == "desc":
        return v3_list(rows[::-1], world.switches, show=trimmer())
    return cursor_list(rows, world.switches, show=trimmer())


def created(world: World, kind: Kind, resource_id: int, body: Json) -> Json:
    kind.found(world, resource_id)
    missing = {name: "error.path.missing" for name in NEEDED if name not in body}
    if missing:
        raise refuse_v3(422, "JSON data is missing or invalid", missing)
    _check(body)
    owner = account_of(world, request).client_id
    own = [row for row in _of(world, kind, resource_id) if row["owner_client_id"] == owner]
    if any(row["namespace"] == body["namespace"] and row["key"] == body["key"] for row in own):
        raise refuse_v3(409, "A metafield with this namespace and key exists already.")
    if len(own) >= MOST:
        raise refuse_v3(422, f"There may be no more than {MOST} metafields on one resource.")
    row = _row(world, kind, resource_id, body, owner)
    world.bigcommerce.metafields[row["id"]] = row
    _told(world, kind, row, "created")
    return row


def changed(world: World, kind: Kind, resource_id: int, number: int) -> Response:
    return v3_data(_altered(world, kind, _writable(world, kind, resource_id, number), v3_body()))


def _altered(world: World, kind: Kind, row: Json, body: Json) -> Json:
    _check(body)
    if any(name in body and body[name] != row[name] for name in ("namespace", "key")):
        raise refuse_v3(422, "The namespace and key of a metafield can not be changed.")
    row.update({name: body[name] for name in ("permission_set", "value", "description") if name in body})
    row["date_modified"] = iso(world.clock.now())
    _told(world, kind, row, "updated")
    return row


def deleted(world: World, kind: Kind, resource_id: int, number: int) -> Response:
    _dropped(world, kind, _writable(world, kind, resource_id, number))
    return nothing()


def _dropped(world: World, kind: Kind, row: Json) -> int:
    number = int(row["id"])
    del world.bigcommerce.metafields[number]
    _told(world, kind, row, "deleted")
    return number


def _row(world: World, kind: Kind, resource_id: int, body: Json, owner: str) -> Json:
    now = iso(world.clock.now())
    return {
        "id": world.bigcommerce.new_id("metafield"),
        "key": body["key"],
        "value": body["value"],
        "namespace": body["namespace"],
        "permission_set": body["permission_set"],
        "resource_type": kind.name,
        "resource_id": resource_id,
        "description": body.get("description", ""),
        "date_created": now,
        "date_modified": now,
        "owner_client_id": owner,
    }


def _check(body: Json) -> None:
    wrong: dict[str, Any] = {}
    for name, most in LENGTHS.items():
        if name in body and not (isinstance(body[name], str) and len(body[name]) <= most):
            wrong[name] = f"must be text of at most {most} characters"
    if body.get("permission_set", "app_only") not in PERMISSIONS:
        wrong["permission_set"] = f"must be one of {', '.join(PERMISSIONS)}"
    if wrong:
        raise refuse_v3(422, "Input is invalid.", wrong)


def _of(world: World, kind: Kind, resource_id: int | None) -> list[Json]:
    rows = [row for row in world.bigcommerce.metafields.values() if row["resource_type"] == kind.name]
    return rows if resource_id is None else [row for row in rows if row["resource_id"] == resource_id]


def _visible(world: World, kind: Kind, resource_id: int | None) -> list[Json]:
    """The own ones and those that others left open, by the filters of the call."""
    rows = [row for row in _of(world, kind, resource_id) if _open_to(world, row)]
    for name in ("namespace", "key", "resource_id"):
        wanted = csv(f"{name}:in") or ([request.args[name]] if name in request.args else None)
        if wanted is not None:
            rows = [row for row in rows if str(row[name]) in wanted]
    rows = fitting(rows, ["id"], ["date_created", "date_modified"])
    return sorted(rows, key=lambda row: int(row["id"]))


def _open_to(world: World, row: Json) -> bool:
    own = bool(row["owner_client_id"] == account_of(world, request).client_id)
    return own or row["permission_set"] != "app_only"


def _found(world: World, kind: Kind, resource_id: int | None, number: int) -> Json:
    """By its number alone where the record is not named, as in batches."""
    if resource_id is not None:
        kind.found(world, resource_id)
    rows = _of(world, kind, resource_id)
    row = next((row for row in rows if row["id"] == number and _open_to(world, row)), None)
    if row is None:
        raise refuse_v3(404, f"Metafield with id {number} not found")
    return row


def _writable(world: World, kind: Kind, resource_id: int | None, number: int) -> Json:
    row = _found(world, kind, resource_id, number)
    foreign = row["owner_client_id"] != account_of(world, request).client_id
    if foreign and not row["permission_set"].startswith("write"):
        raise refuse_v3(403, "This metafield belongs to another API account.")
    return row


def _told(world: World, kind: Kind, row: Json, happening: str) -> None:
    data = {"metafield_id": row["id"], "resource_id": str(row["resource_id"])}
    scope = f"store/{kind.scope or kind.name}/metafield/{happening}"
    events.emit(world, scope, {**data, "namespace": row["namespace"]})
    events.emit(world, f"store/metafield/{happening}", {**data, "resource_type": kind.name})
    if kind is ORDER and world.switches["metafield_bumps_order"]:
        order_id = row["resource_id"]
        world.bigcommerce.orders[order_id]["order"]["date_modified"] = rfc2822(world.clock.now())
        events.order_event(world, "updated", order_id)
