"""Webhooks of a store, as far as they belong to our API account: others' are not shown to us."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.bigcommerce.client import BigCommerce, pages_v3


def list_hooks(store: BigCommerce, *, purpose: str = "hooks") -> list[dict[str, Any]]:
    return list(pages_v3(store, "/v3/hooks", purpose=purpose))


def create_hook(
    store: BigCommerce, scope: str, destination: str, headers: Mapping[str, str], *, purpose: str = "hooks"
) -> dict[str, Any]:
    """An active hook; list first, because what a duplicate is answered is not documented."""
    body = {"scope": scope, "destination": destination, "is_active": True, "headers": dict(headers)}
    return dict(store.call("POST", "/v3/hooks", body=body, purpose=purpose)["data"])


def update_hook(
    store: BigCommerce, hook_id: int | str, changes: Mapping[str, Any], *, purpose: str = "hooks"
) -> dict[str, Any]:
    """Writes the given keys: scope, destination, is_active, headers."""
    return dict(store.call("PUT", f"/v3/hooks/{hook_id}", body=dict(changes), purpose=purpose)["data"])


def delete_hook(store: BigCommerce, hook_id: int | str, *, purpose: str = "hooks") -> None:
    store.call("DELETE", f"/v3/hooks/{hook_id}", purpose=purpose)
