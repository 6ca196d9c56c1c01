"""What happened in the store, told to every hook that asked for it."""

import hashlib
import json
from typing import Any

from sandbox.bigcommerce.store import Json
from sandbox.world import World

IDLE_DAYS = 90  # a hook that heard nothing for so long is switched off (docs/integrations/webhooks/overview)


def emit(world: World, scope: str, data: Json | list[Json]) -> None:
    """Send one event to the hooks of its scope, or of a wildcard above it."""
    store = world.bigcommerce
    now = world.clock.epoch()
    expire_idle(world)
    hooks = [
        hook
        for hook in store.hooks.values()
        if hook["is_active"] and subscribes(hook["scope"], scope) and _warm(world, hook, now)
    ]
    body = envelope(world, scope, data) if hooks else b""
    for hook in hooks:
        hook["last_event_at"] = now
        store.courier.post(int(hook["id"]), scope, body)


def envelope(world: World, scope: str, data: Json | list[Json]) -> bytes:
    """The callback's bytes. What the real hash covers is unknown; ours is equal for a repeat, that is all."""
    store, created = world.bigcommerce, int(world.clock.epoch())
    told: dict[str, Any] = {
        "created_at": created,
        "store_id": store.store_id,
        "producer": f"stores/{store.hash}",
        "scope": scope,
        "data": data,
    }
    payload = json.dumps([told, store.new_id("event")], separators=(",", ":")).encode()
    digest = hashlib.sha1(payload, usedforsecurity=False).hexdigest()
    whole = {
        "producer": told["producer"],
        "hash": digest,
        "created_at": created,
        "store_id": store.store_id,
        "scope": scope,
        "data": data,
    }
    return json.dumps(whole, separators=(",", ":")).encode()


def subscribes(wanted: str, scope: str) -> bool:
    """store/order/* means all below store/order."""
    return wanted == scope or (wanted.endswith("/*") and scope.startswith(wanted[:-1]))


def _warm(world: World, hook: Json, now: float) -> bool:
    """A new hook may take up to a minute until it fires."""
    warm_up = float(world.switches["hook_warm_up"]) / world.options.pace
    return now >= float(hook["created_at"]) + warm_up or warm_up == 0


def expire_idle(world: World) -> None:
    limit = world.clock.epoch() - IDLE_DAYS * 86400
    for hook in world.bigcommerce.hooks.values():
        if hook["is_active"] and hook["last_event_at"] < limit:
            switch_off(world, hook)


def switch_off(world: World, hook: Json) -> None:
    hook["is_active"] = False
    hook["deactivated"] = (
        True  # by the platform, as hooks/admin tells; is_active alone may also be the owner's wish
    )
    hook["updated_at"] = int(world.clock.epoch())


def order_event(world: World, happening: str, order_id: int, **more: Any) -> None:
    """Under the name of all orders, and under that of the channel it came through."""
    emit(world, f"store/order/{happening}", {"type": "order", "id": order_id, **more})
    bundle = world.bigcommerce.orders.get(order_id)
    if bundle is not None:
        channel = bundle["order"].get("channel_id") or 1
        emit(world, f"store/channel/{channel}/order/{happening}", {"order_id": order_id})


def status_event(world: World, order_id: int, before: int, after: int) -> None:
    change = {"previous_status_id": before, "new_status_id": after}
    order_event(world, "statusUpdated", order_id, status=change)


def transaction_event(world: World, order_id: int, row: Json) -> None:
    data = {
        "type": "transaction",
        "order_id": str(order_id),
        "transaction_id": row.get("id"),
        "transaction_status": row.get("status"),
        "transaction_type": row.get("event"),
        "result": {"code": None, "message": None, "type": None},
        "platform_transaction_id": None,
        "provider_transaction_id": row.get("gateway_transaction_id"),
    }
    emit(world, "store/order/transaction/created", data)
