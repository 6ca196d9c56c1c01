"""What a Zoho organization is like: its taxes, currencies, accounts, and itself."""

from __future__ import annotations

from typing import Any

from connectors.budget import Lane
from connectors.zoho.client import Zoho


def taxes(zoho: Zoho, *, lane: Lane = "orders", purpose: str = "list") -> list[dict[str, Any]]:
    """Active taxes and tax groups (`tax_type` tells which), each with tax_id, tax_name, tax_percentage."""
    return list(zoho.pages("/settings/taxes", "taxes", identity="tax_id", lane=lane, purpose=purpose))


def currencies(zoho: Zoho, *, lane: Lane = "orders", purpose: str = "list") -> list[dict[str, Any]]:
    path = "/settings/currencies"
    return list(zoho.pages(path, "currencies", identity="currency_id", lane=lane, purpose=purpose))


def accounts(zoho: Zoho, *, lane: Lane = "orders", purpose: str = "list") -> list[dict[str, Any]]:
    """The chart of accounts (Books)."""
    path = "/chartofaccounts"
    return list(zoho.pages(path, "chartofaccounts", identity="account_id", lane=lane, purpose=purpose))


def organizations(zoho: Zoho, *, lane: Lane = "orders", purpose: str = "check") -> list[dict[str, Any]]:
    """Every organization that the login may see."""
    return list(zoho.call("GET", "/organizations", lane=lane, purpose=purpose)["organizations"])


def organization(zoho: Zoho, *, lane: Lane = "orders", purpose: str = "check") -> dict[str, Any] | None:
    """Ours among them (time_zone, currency_code, price_precision, plan), or None when the login does not
    see it.
    """
    rows = organizations(zoho, lane=lane, purpose=purpose)
    return next((dict(row) for row in rows if str(row.get("organization_id")) == zoho.organization_id), None)


def tax_group_members(
    zoho: Zoho, group_id: str, *, lane: Lane = "orders", purpose: str = "read"
) -> list[str]:
    """Ids of the taxes that a tax group is made of; the list of taxes names the group only."""
    answer = zoho.call("GET", f"/settings/taxgroups/{group_id}", lane=lane, purpose=purpose, entity="taxes")
    return [str(row["tax_id"]) for row in answer["tax_group"].get("taxes") or ()]
