"""The locked period: what is dated on or before the lock date is neither made, changed, void nor deleted."""

from typing import Any

from sandbox.zoho.answers import MISSING, Answer, Refused, done
from sandbox.zoho.call import Call


def check(call: Call, *days: str) -> None:
    """Refuse when one of these days (as the platform writes them) lies in the locked period."""
    until = call.org.lock_date
    if until and any(day and day <= until for day in days):
        raise Refused(
            int(call.switch("zoho_lock_code")), f"Transactions dated on or before {until} have been locked."
        )


def listed(call: Call) -> Answer:
    """The locks there are; here one of everything, or none."""
    if call.switch("zoho_lock_list") == "missing":
        raise Refused(5, "Invalid URL Passed", MISSING)
    until = call.org.lock_date
    page = {"page": 1, "per_page": 200, "has_more_page": False, "sort_order": "A"}
    return done("success", transaction_locks=[_lock(call, until)] if until else [], page_context=page)


def _lock(call: Call, until: str) -> dict[str, Any]:
    return {
        "transaction_lock_id": call.org.organization_id + "009",
        "transaction_lock_status": "enabled",
        "transaction_lock_date": until,
        "lock_scope": 0,
        "lock_scope_formatted": "All",
        "locked_by": call.org.user,
        "reason": "",
    }
