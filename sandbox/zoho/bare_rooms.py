"""Lists that clients look into and that are empty here, and the one user there is."""

from typing import Any

from sandbox.zoho.answers import Answer, done
from sandbox.zoho.call import Call, View

# path -> the key of its list
ROOMS = {
    "/bankaccounts": "bankaccounts",
}


def empty(key: str) -> View:
    """A list without rows, its page_context as every list has it."""
    return lambda _call: done("success", **{key: []}, page_context=_context())


def users(call: Call) -> Answer:
    return done("success", users=[_user(call)], page_context=_context())


def me(call: Call) -> Answer:
    return done("success", user=_user(call))


def _user(call: Call) -> dict[str, Any]:
    org = call.org
    return {
        "user_id": org.organization_id + "001",
        "role_id": org.organization_id + "002",
        "name": org.user,
        "email": "owner@sandbox.example",
        "user_role": "admin",
        "status": "active",
        "is_current_user": True,
        "photo_url": "",
    }


def _context() -> dict[str, Any]:
    return {"page": 1, "per_page": 200, "has_more_page": False, "sort_order": "A"}
