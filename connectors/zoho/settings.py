"""What a Zoho organization is like: its taxes, currencies, accounts, and itself."""

from __future__ import annotations

from typing import Any

from connectors.zoho.client import Zoho


def taxes(zoho: Zoho) -> list[dict[str, Any]]:
    """Active taxes and tax groups (`tax_type` tells which), each with tax_id, tax_name, tax_percentage."""
    return list(zoho.pages("/settings/taxes", "taxes", identity="tax_id", purpose="list"))


def currencies(zoho: Zoho) -> list[dict[str, Any]]:
    path = "/settings/currencies"
    return list(zoho.pages(path, "currencies", identity="currency_id", purpose="list"))


def accounts(zoho: Zoho) -> list[dict[str, Any]]:
    """The chart of accounts (Books)."""
    path = "/chartofaccounts"
    return list(zoho.pages(path, "chartofaccounts", identity="account_id", purpose="list"))


def transaction_locks(zoho: Zoho) -> list[dict[str, Any]]:
    """Each with its status (disabled, enabled, enabled_with_logging), its date and its scope (Books)."""
    return list(zoho.call("GET", "/transactionlocks", purpose="check").get("transaction_locks") or ())


def organizations(zoho: Zoho) -> list[dict[str, Any]]:
    """Every organization that the login may see."""
    return list(zoho.call("GET", "/organizations", purpose="check")["organizations"])


def organization(zoho: Zoho) -> dict[str, Any] | None:
    """Ours among them (time_zone, currency_code, price_precision, plan), or None when the login does not
    see it.
    """
    rows = organizations(zoho)
    return next((dict(row) for row in rows if str(row.get("organization_id")) == zoho.organization_id), None)


def tax_group_members(zoho: Zoho, group_id: str) -> list[str]:
    """Ids of the taxes that a tax group is made of; the list of taxes names the group only."""
    answer = zoho.call("GET", f"/settings/taxgroups/{group_id}", purpose="read", entity="taxes")
    return [str(row["tax_id"]) for row in answer["tax_group"].get("taxes") or ()]
