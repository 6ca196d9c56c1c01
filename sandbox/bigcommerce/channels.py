"""The channels a store sells through; the first is the storefront it came with."""

from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import events
from sandbox.bigcommerce.answers import csv, refuse_v3, v3_body, v3_data, v3_list
from sandbox.bigcommerce.asked import fitting
from sandbox.bigcommerce.shapes import flag, iso
from sandbox.bigcommerce.shelf import gone
from sandbox.bigcommerce.store import Json
from sandbox.world import World

WRITABLE = ("name", "status", "external_id", "is_listable_from_ui", "is_visible")
AVAILABLE = ("prelaunch", "active", "inactive", "connected")  # the other states are ends
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    return [
        ("GET", "/channels", lambda **_: v3_list(_listed(world), world.switches)),
        ("POST", "/channels", lambda **_: v3_data(created(world, v3_body()))),
        ("GET", "/channels/<int:channel_id>", lambda channel_id, **_: v3_data(_channel(world, channel_id))),
        ("PUT", "/channels/<int:channel_id>", lambda channel_id, **_: v3_data(changed(world, channel_id))),
    ]


def _channel(world: World, channel_id: int) -> Json:
    row: Json | None = world.bigcommerce.channels.get(channel_id)
    if row is None:
        raise gone("channel")
    return row


def _listed(world: World) -> list[Json]:
    rows = [world.bigcommerce.channels[number] for number in sorted(world.bigcommerce.channels)]
    for name in ("type", "platform", "status"):
        wanted = csv(f"{name}:in")
        if wanted is not None:
            rows = [row for row in rows if row[name] in wanted]
    if "available" in request.args:
        rows = [row for row in rows if (row["status"] in AVAILABLE) is flag(request.args["available"])]
    return fitting(rows, dates=["date_created", "date_modified"])


def created(world: World, body: Json) -> Json:
    missing = {name: "error.path.missing" for name in ("name", "type", "platform") if not body.get(name)}
    if missing:
        raise refuse_v3(422, "Missing Required Fields", missing)
    store, now = world.bigcommerce, iso(world.clock.now()).replace("+00:00", "Z")
    row: Json = {
        **store.channels[1],
        "id": store.new_id("channel"),
        "type": body["type"],
        "platform": body["platform"],
        "status": "active",
        "date_created": now,
        "date_modified": now,
    }
    row.update({key: body[key] for key in WRITABLE if key in body})
    store.channels[row["id"]] = row
    _told(world, row, "created")
    return row


def changed(world: World, channel_id: int) -> Json:
    row, body = _channel(world, channel_id), v3_body()
    row.update({key: body[key] for key in WRITABLE if key in body})
    row["date_modified"] = iso(world.clock.now()).replace("+00:00", "Z")
    _told(world, row, "updated")
    return row


def _told(world: World, row: Json, happening: str) -> None:
    events.emit(world, f"store/channel/{happening}", {"type": "channel", "id": row["id"]})
