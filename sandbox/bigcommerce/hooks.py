"""v3 hooks: who wants to hear of what, and where to."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import events
from sandbox.bigcommerce.answers import (
    RELATIVE_TYPE,
    Refusal,
    nothing,
    refuse_v3,
    v3_body,
    v3_data,
    v3_error,
    v3_list,
)
from sandbox.bigcommerce.guard import account_of
from sandbox.bigcommerce.shapes import flag
from sandbox.bigcommerce.store import Json
from sandbox.world import World

MOST = 10  # per client and scope
FIELDS = ("scope", "destination", "is_active", "headers", "events_history_enabled")
INNER = ("deactivated", "last_event_at")  # ours, never answered


def routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    return [
        ("GET", "/hooks", lambda **_: listed(world)),
        ("POST", "/hooks", lambda **_: created(world)),
        ("GET", "/hooks/admin", lambda **_: admin(world)),
        ("PUT", "/hooks/admin", lambda **_: admin_changed(world)),
        ("GET", "/hooks/<number>", lambda number, **_: v3_data(shown(found(world, number)))),
        ("PUT", "/hooks/<number>", lambda number, **_: changed(world, number)),
        ("DELETE", "/hooks/<number>", lambda number, **_: deleted(world, number)),
    ]


def listed(world: World) -> Response:
    rows = own(world)
    if "is_active" in request.args:
        rows = [row for row in rows if row["is_active"] == flag(request.args["is_active"])]
    for name in ("scope", "destination"):
        if name in request.args:
            rows = [row for row in rows if row[name] == request.args[name]]
    return v3_list([shown(row) for row in rows], world.switches)


def created(world: World) -> Response:
    return v3_data(shown(make(world, v3_body())))


def make(world: World, body: Json) -> Json:
    """The new hook, or the refusal of one that lacks something or is there already."""
    missing = {name: "error.path.missing." for name in ("scope", "destination") if not body.get(name)}
    if missing:
        raise refuse_v3(422, "JSON data is missing or invalid", missing)
    _check(world, body)
    same = [row for row in own(world) if row["scope"] == body["scope"]]
    twin = next((row for row in same if row["destination"] == body["destination"]), None)
    if twin is not None:
        return _twin(world, twin)
    if len(same) >= MOST:
        raise refuse_v3(422, f"There may be no more than {MOST} webhooks of one scope.")
    row = _new(world, body)
    world.bigcommerce.hooks[row["id"]] = row
    return row


def changed(world: World, number: str) -> Response:
    return v3_data(shown(alter(world, number, v3_body())))


def alter(world: World, number: str, body: Json) -> Json:
    row = found(world, number)
    _check(world, body)
    row.update({name: body[name] for name in FIELDS if name in body})
    now = int(world.clock.epoch())
    row["updated_at"] = now
    if row["is_active"]:
        row.update(deactivated=False, last_event_at=now)
    return row


def deleted(world: World, number: str) -> Response:
    row = found(world, number)
    del world.bigcommerce.hooks[row["id"]]
    return v3_data(shown(row))


def admin(world: World) -> Response:
    """Notification addresses, the hooks with their status, the domains on the block list."""
    store = world.bigcommerce
    blocked = [
        {"destination": domain, "time_left": round(left), "reasons": []}
        for domain in store.courier.blocked
        if (left := store.courier.is_blocked(domain))
    ]
    rows = [{**shown(row), "status": _status(row)} for row in own(world)]
    return v3_data({"emails": store.admin_emails, "hooks_list": rows, "blocked_domains": blocked})


def admin_changed(world: World) -> Response:
    world.bigcommerce.admin_emails = list(v3_body().get("emails", []))
    return nothing()


def _new(world: World, body: Json) -> Json:
    now = int(world.clock.epoch())
    return {
        "id": world.bigcommerce.new_id("hook"),
        "client_id": account_of(world, request).client_id,
        "store_hash": world.bigcommerce.hash,
        "scope": body["scope"],
        "destination": body["destination"],
        "headers": body.get("headers"),
        "is_active": bool(body.get("is_active", True)),
        "created_at": now,
        "updated_at": now,
        "events_history_enabled": bool(body.get("events_history_enabled", False)),
        "deactivated": False,
        "last_event_at": now,
    }


def _twin(world: World, twin: Json) -> Json:
    status = world.switches["duplicate_hook"]
    if status == 200:
        return twin
    title = "A webhook for this scope and destination exists already."
    raise Refusal(v3_error(status, title, kind=RELATIVE_TYPE))


def _check(world: World, body: Json) -> None:
    good = {
        "scope": isinstance(body.get("scope", "store/x"), str)
        and body.get("scope", "store/x").startswith("store/"),
        "destination": _reachable(world, body.get("destination", "https://example.com/")),
        "is_active": isinstance(body.get("is_active", True), bool),
        "headers": _plain(body.get("headers")),
    }
    if not all(good.values()):
        raise Refusal(v3_error(400, "Input is invalid.", kind=RELATIVE_TYPE))


def _plain(headers: Any) -> bool:
    return headers is None or (
        isinstance(headers, dict) and all(isinstance(value, str) for value in headers.values())
    )


def _reachable(world: World, destination: Any) -> bool:
    if not isinstance(destination, str):
        return False
    parts = urlsplit(destination)
    if world.switches["hook_destination"] == "any":
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    return parts.scheme == "https" and bool(parts.hostname) and parts.port in (None, 443)


def _status(row: Json) -> str:
    if row["is_active"]:
        return "active"
    return "deactivated" if row["deactivated"] else "inactive"


def shown(row: Json) -> Json:
    return {key: value for key, value in row.items() if key not in INNER}


def own(world: World) -> list[Json]:
    """Only the hooks of the calling client id."""
    events.expire_idle(world)
    client = account_of(world, request).client_id
    return [row for row in world.bigcommerce.hooks.values() if row["client_id"] == client]


def found(world: World, number: str) -> Json:
    row = next((row for row in own(world) if str(row["id"]) == number), None)
    if row is None:
        raise Refusal(v3_error(404, f"Webhook with id [{number}] not found", kind=RELATIVE_TYPE))
    return row
