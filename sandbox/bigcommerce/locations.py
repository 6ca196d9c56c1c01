"""v3 locations: the places where a store keeps its stock."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import events
from sandbox.bigcommerce.answers import Refusal, csv, problem_json, transaction, v3_body, v3_list
from sandbox.bigcommerce.products import Json
from sandbox.bigcommerce.shapes import flag, iso
from sandbox.bigcommerce.stock import DEFAULT, holder_at, mirror

if TYPE_CHECKING:
    from sandbox.world import World

MOST = 1000
INVALID = "Payload contains invalid fields"
NEEDED = ("label", "managed_by_external_source", "type_id", "time_zone")
ADDRESS = {
    **dict.fromkeys(("address1", "address2", "city", "state", "zip", "email", "phone"), ""),
    "geo_coordinates": {"latitude": 0.0, "longitude": 0.0},
    "country_code": "US",
}
FLAGS = {
    "managed_by_external_source": "managed_by_external_source",
    "is_active": "enabled",
    "storefront_visibility": "storefront_visibility",
}


def routes(world: "World") -> list[tuple[str, str, Callable[..., Response]]]:
    path = "/inventory/locations"
    return [
        ("GET", path, lambda **_: listed(world)),
        ("POST", path, lambda **_: created(world)),
        ("PUT", path, lambda **_: changed(world)),
        ("DELETE", path, lambda **_: deleted(world)),
    ]


def seed(rows: dict[int, Json]) -> None:
    rows[DEFAULT] = location_of(DEFAULT, "2026-01-05T08:00:00Z", {"label": "Default location"})


def location_of(number: int, now: str, told: Json) -> Json:
    return {
        "id": number,
        "code": told.get("code") or f"BC-LOCATION-{number}",
        "label": told.get("label", ""),
        "description": told.get("description", ""),
        "managed_by_external_source": told.get("managed_by_external_source", False),
        "type_id": told.get("type_id", "PHYSICAL"),
        "enabled": told.get("enabled", True),
        "operating_hours": told.get("operating_hours"),
        "time_zone": told.get("time_zone", "Etc/UTC"),
        "created_at": now,
        "updated_at": now,
        "address": {**ADDRESS, **(told.get("address") or {})},
        "storefront_visibility": told.get("storefront_visibility", True),
        "special_hours": told.get("special_hours") or [],
    }


def listed(world: "World") -> Response:
    rows = list(world.bigcommerce.locations.values())
    for name, key in (("location_id:in", "id"), ("location_code:in", "code"), ("type_id:in", "type_id")):
        wanted = csv(name)
        if wanted is not None:
            rows = [row for row in rows if str(row[key]) in wanted]
    for name, key in FLAGS.items():
        if name in request.args:
            rows = [row for row in rows if row[key] == flag(request.args[name])]
    if "is_default" in request.args:
        rows = [row for row in rows if (row["id"] == DEFAULT) == flag(request.args["is_default"])]
    return v3_list(rows, world.switches, MOST)


def make(world: "World", **told: Any) -> int:
    """A person opens another location; its id."""
    number = world.bigcommerce.new_id("location", world.bigcommerce.locations)
    world.bigcommerce.locations[number] = location_of(number, _now(world), told)
    _tell(world, number, "created")
    return number


def created(world: "World") -> Response:
    """All of them or none; the new ids are found by their codes in the list."""
    rows = v3_body(list)
    for place, row in enumerate(rows):
        needed = [*NEEDED, *(["address"] if row.get("type_id") == "PHYSICAL" else [])]
        missing = {f"{place}.{name}": "is required" for name in needed if row.get(name) in (None, "")}
        if missing:
            raise Refusal(problem_json(INVALID, missing))
    _check(world, rows)
    for row in rows:
        make(world, **row)
    return transaction()


def changed(world: "World") -> Response:
    rows, known = v3_body(list), world.bigcommerce.locations
    for row in rows:
        if row.get("id") not in known:
            raise Refusal(problem_json(f"Location with id {row.get('id')} not found"))
    _check(world, rows)
    for row in rows:
        told = {key: value for key, value in row.items() if key in known[row["id"]]}
        if "address" in told:
            told["address"] = {**known[row["id"]]["address"], **told["address"]}
        known[row["id"]].update({**told, "updated_at": _now(world)})
        _tell(world, row["id"], "updated")
    return transaction()


def deleted(world: "World") -> Response:
    """With everything that lies there; the default location stays."""
    texts, known = csv("location_id:in"), world.bigcommerce.locations
    if not texts:
        raise Refusal(problem_json(INVALID, {"location_id:in": "is required"}))
    ids = [int(text) for text in texts if text.isdigit()]
    for number in ids:
        if number not in known:
            raise Refusal(problem_json(f"Location with id {number} not found", status=404))
        if number == DEFAULT:
            told = (
                f"{known[number]['label']} is set as a shipping origin for this store and can't be deleted."
            )
            raise Refusal(problem_json(f"Location can't be deleted. {told}"))
    for number in ids:
        del known[number]
        _empty(world, number)
    return transaction()


def _empty(world: "World", number: int) -> None:
    for key, cells in world.bigcommerce.stock.cells.items():
        if cells.pop(number, None) is not None:
            holder = holder_at(world, key)
            if holder is not None:
                mirror(world, holder)


def _check(world: "World", rows: Sequence[Json]) -> None:
    """Codes are unique, and a plan has so many active locations."""
    after = {number: dict(row) for number, row in world.bigcommerce.locations.items()}
    for place, row in enumerate(rows):
        after.setdefault(row.get("id", -place - 1), {"enabled": True, "code": None}).update(row)
    codes = [row["code"] for row in after.values() if row.get("code")]
    if len(set(codes)) < len(codes):
        raise Refusal(problem_json(INVALID, {"code": "must be unique"}))
    limit = int(world.switches["location_limit"])
    if sum(bool(row["enabled"]) for row in after.values()) > limit:
        raise Refusal(problem_json(f"The limit of {limit} active locations is reached."))


def _tell(world: "World", number: int, happening: str) -> None:
    events.emit(world, f"store/inventory/location/{happening}", {"location_id": number})


def _now(world: "World") -> str:
    return iso(world.clock.now()).replace("+00:00", "Z")
