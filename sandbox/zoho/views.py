"""From a stored record to what an answer shows: private notes stay inside, live sums are added."""

from typing import Any

from sandbox.zoho import customfields
from sandbox.zoho.balances import has_transactions, outstanding, unused_credits
from sandbox.zoho.call import Call
from sandbox.zoho.organization import Record


def public(record: Record) -> dict[str, Any]:
    return {key: value for key, value in record.items() if not key.startswith("_")}


def detail(call: Call, module: str, record: Record) -> dict[str, Any]:
    """A whole record with its custom fields, both as a list and as a hash."""
    return {
        **public(record),
        **customfields.promoted(call, module, record),
        "custom_fields": customfields.shown(call, module, record),
        "custom_field_hash": customfields.promoted(call, module, record),
    }


def row(call: Call, module: str, record: Record, shape: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A row of a list: the keys of the shape, filled from the record; custom fields only as cf_ keys."""
    filled = {key: record.get(key, value) for key, value in shape.items()}
    hashed = customfields.promoted(call, module, record)
    if "custom_field_hash" in shape:
        filled["custom_field_hash"] = hashed
        filled["custom_fields"] = customfields.shown(call, module, record)
    return {**filled, **hashed, **more}


def contact_sums(call: Call, contact: Record) -> dict[str, Any]:
    """What the customer owes and has to his credit, now."""
    owed = outstanding(call.org, contact["contact_id"])
    free = unused_credits(call.org, contact["contact_id"])
    return {
        "outstanding_receivable_amount": owed,
        "outstanding_receivable_amount_bcy": owed,
        "unused_credits_receivable_amount": free,
        "unused_credits_receivable_amount_bcy": free,
        "has_transaction": has_transactions(call.org, contact["contact_id"]),
    }


def customer_block(call: Call, customer_id: str) -> dict[str, Any]:
    return {
        "customer_balance": outstanding(call.org, customer_id),
        "credit_limit": 0,
        "unused_customer_credits": unused_credits(call.org, customer_id),
        "is_credit_limit_migration_completed": True,
    }
