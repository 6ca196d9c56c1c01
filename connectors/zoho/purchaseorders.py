"""Purchase orders of a Zoho organization: made once, found again by reference number, rewritten, taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.errors import Rejected
from connectors.zoho.client import Zoho, is_missing

PATH, MANY = "/purchaseorders", "purchaseorders"


def create_purchase(zoho: Zoho, body: Mapping[str, Any]) -> dict[str, Any]:
    """The new purchase order; whether it is born as a draft is the organization's affair."""
    return _one(zoho.call("POST", PATH, body=body, purpose="create"))


def get_purchase(zoho: Zoho, purchase_id: str) -> dict[str, Any] | None:
    """As it is now, None where it was deleted."""
    try:
        return _one(zoho.call("GET", f"{PATH}/{purchase_id}", purpose="read"))
    except Rejected as error:
        if is_missing(error):
            return None
        raise


def find_purchases(zoho: Zoho, reference_number: str) -> list[dict[str, Any]]:
    """List rows with exactly this reference number, cancelled ones too; the caller re-checks the key.

    Inventory describes no filter: a list that Zoho did not filter is read to its end.
    """
    rows = zoho.pages(PATH, MANY, {"reference_number": reference_number}, purpose="find")
    return [row for row in rows if str(row.get("reference_number", "")) == reference_number]


def update_purchase(zoho: Zoho, purchase_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Writes the given fields; its lines become those that are given."""
    return _one(zoho.call("PUT", f"{PATH}/{purchase_id}", body=body, purpose="update"))


def delete_purchase(zoho: Zoho, purchase_id: str) -> None:
    """It never was; its number is used up, its key is free again. One that is gone already is as it should be."""
    try:
        zoho.call("DELETE", f"{PATH}/{purchase_id}", purpose="delete")
    except Rejected as error:
        if not is_missing(error):
            raise


def _one(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The API's pages call it by two names."""
    return dict(answer.get("purchaseorder") or answer["purchase_order"])
