"""Keeps the store calling us: one hook on all order scopes, active, at the right address, with our header."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.bigcommerce import hooks
from tasks.services import Connection

SCOPES = ("store/order/*",)


def register(connection: Connection) -> list[str]:
    """Create or mend our hooks; what was done, a sentence each."""
    ours = {hook["scope"]: hook for hook in listed(connection)}
    return [sentence for scope in SCOPES for sentence in _mend(connection, scope, ours.get(scope))]


def repair(connection: Connection) -> list[str]:
    """The same as registering: what is right is left alone and gives no sentence."""
    return register(connection)


def remove(connection: Connection) -> list[str]:
    """Delete the hooks that lead to us."""
    gone = []
    for hook in listed(connection):
        hooks.delete_hook(connection.store, hook["id"])
        gone.append(f"hook {hook['id']} on {hook['scope']} removed")
    return gone


def listed(connection: Connection) -> list[Mapping[str, Any]]:
    """The hooks of this API account that lead to us."""
    every = hooks.list_hooks(connection.store)
    return [hook for hook in every if hook["destination"] == connection.hook_destination]


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
