"""Contacts of a Zoho organization: found by e-mail, made, kept, given addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.zoho.client import Zoho


def find_contacts(zoho: Zoho, email: str) -> list[dict[str, Any]]:
    """List rows of the customers whose primary person has this e-mail (letter case aside); there may be
    several.

    Whether Zoho really filtered is checked here, and an unfiltered list is read to its end.
    """
    wanted = email.strip().casefold()
    params = {"email": email.strip(), "contact_type": "customer"}
    rows = zoho.pages("/contacts", "contacts", params, purpose="find")
    return [
        row for row in rows if _is_customer(row) and str(row.get("email") or "").strip().casefold() == wanted
    ]


def find_contacts_by_name(zoho: Zoho, name: str) -> list[dict[str, Any]]:
    """List rows of the customers of exactly this name; names are unique, so there is one at most."""
    params = {"contact_name": name, "contact_type": "customer"}
    rows = zoho.pages("/contacts", "contacts", params, purpose="find")
    return [row for row in rows if _is_customer(row) and row.get("contact_name") == name]


def get_contact(zoho: Zoho, contact_id: str) -> dict[str, Any]:
    answer = zoho.call("GET", f"/contacts/{contact_id}", purpose="read")
    return dict(answer["contact"])


def create_contact(zoho: Zoho, body: Mapping[str, Any]) -> dict[str, Any]:
    """The new contact; a name that a customer or vendor already has is Rejected with code 3062."""
    answer = zoho.call("POST", "/contacts", body=body, purpose="create")
    return dict(answer["contact"])


def update_contact(zoho: Zoho, contact_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Writes the given fields only; persons without `contact_person_id` would be added as new ones."""
    path = f"/contacts/{contact_id}"
    answer = zoho.call("PUT", path, body=body, purpose="update")
    return dict(answer["contact"])


def add_address(zoho: Zoho, contact_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """One more address of the contact, with its `address_id`."""
    path = f"/contacts/{contact_id}/address"
    answer = zoho.call("POST", path, body=body, purpose="create", entity="address")
    return dict(answer["address_info"])


def list_addresses(zoho: Zoho, contact_id: str) -> list[dict[str, Any]]:
    """All addresses of the contact, each with its `address_id` (asked after an address of unknown fate)."""
    answer = zoho.call("GET", f"/contacts/{contact_id}/address", purpose="read", entity="address")
    return [dict(row) for row in answer.get("addresses") or ()]


def _is_customer(row: Mapping[str, Any]) -> bool:
    return bool(row.get("contact_type", "customer") == "customer")
