"""Webhooks of Zoho Books; Inventory has no API for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.errors import NotOffered
from connectors.zoho.client import Zoho

PATH = "/settings/webhooks"


def list_webhooks(zoho: Zoho) -> list[dict[str, Any]]:
    _books_only(zoho)
    return list(zoho.pages(PATH, "webhooks", identity="webhook_id", purpose="hooks"))


def create_webhook(zoho: Zoho, body: Mapping[str, Any]) -> dict[str, Any]:
    """The new webhook; a workflow rule that fires it is made by a person."""
    _books_only(zoho)
    return dict(zoho.call("POST", PATH, body=body, purpose="hooks")["webhook"])


def _books_only(zoho: Zoho) -> None:
    if zoho.edition != "books":
        raise NotOffered("webhooks can be registered in Zoho Books only")
