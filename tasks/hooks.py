"""Keeps the store calling us: a hook on each scope that we need, active, at the right address, with our header."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.bigcommerce import hooks
from tasks.services import Connection

ORDERS = ("store/order/*",)
LEVELS = ("store/product/inventory/updated", "store/sku/inventory/updated")
"""Of changes by people and by apps; what an order takes, the order itself tells."""


def scopes(connection: Connection) -> tuple[str, ...]:
    """What the store is to tell us of: its levels only where what is done to them there counts."""
    return ORDERS + (LEVELS if connection.stock_rules.method == "two_way" else ())


def register(connection: Connection) -> list[str]:
    """Create or mend our hooks, and delete those that are not needed any more; what was done, a sentence each."""
    ours, wanted = {hook["scope"]: hook for hook in listed(connection)}, scopes(connection)
    spare = [ours[scope] for scope in LEVELS if scope in ours and scope not in wanted]
    mended = [sentence for scope in wanted for sentence in _mend(connection, scope, ours.get(scope))]
    return [*mended, *_deleted(connection, spare)]


def repair(connection: Connection) -> list[str]:
    """The same as registering: what is right is left alone and gives no sentence."""
    return register(connection)


def remove(connection: Connection) -> list[str]:
    """Delete the hooks that lead to us."""
    return _deleted(connection, listed(connection))


def listed(connection: Connection) -> list[Mapping[str, Any]]:
    """The hooks of this API account that lead to us."""
    every = hooks.list_hooks(connection.store)
    return [hook for hook in every if hook["destination"] == connection.hook_destination]


def _deleted(connection: Connection, which: Iterable[Mapping[str, Any]]) -> list[str]:
    gone = []
    for hook in which:
        hooks.delete_hook(connection.store, hook["id"])
        gone.append(f"hook {hook['id']} on {hook['scope']} removed")
    return gone


def _mend(connection: Connection, scope: str, hook: Mapping[str, Any] | None) -> list[str]:
    wanted = {
        "scope": scope,
        "destination": connection.hook_destination,
        "is_active": True,
        "headers": dict(connection.hook_headers),
    }
    if hook is None:
        made = hooks.create_hook(
            connection.store, scope, connection.hook_destination, connection.hook_headers
        )
        return [f"hook {made['id']} on {scope} created"]
    if hook["is_active"] and (hook.get("headers") or {}) == wanted["headers"]:
        return []
    hooks.update_hook(connection.store, hook["id"], wanted)
    return [
        f"hook {hook['id']} on {scope} was {'active' if hook['is_active'] else 'switched off'}; set right"
    ]
