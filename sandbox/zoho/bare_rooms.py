"""Lists that clients look into: of what there is none here, and the one user."""

from typing import Any

from sandbox.zoho.answers import Answer, done, unknown_id
from sandbox.zoho.call import Call, View
from sandbox.zoho.lists import paged

# edition -> path -> the key of its list, its scope
_BOOKS = {
    "/basecurrencyadjustment": ("base_currency_adjustments", "accountants"),
    "/employees": ("employees", "expenses"),
    "/fixedassets": ("fixedassets", "fixedasset"),
    "/recurringbills": ("recurringbills", "bills"),
    "/recurringexpenses": ("recurring_expenses", "expenses"),
    "/banktransactions": ("banktransactions", "banking"),
    "/expenses": ("expenses", "expenses"),
    "/journals": ("journals", "accountants"),
    "/projects": ("projects", "projects"),
    "/recurringinvoices": ("recurring_invoices", "invoices"),
    "/retainerinvoices": ("retainerinvoices", "invoices"),
    "/salesreceipts": ("salesreceipts", "invoices"),
    "/vendorcredits": ("vendorcredits", "debitnotes"),
    "/vendorpayments": ("vendorpayments", "vendorpayments"),
}
_INVENTORY = {
    "/deliverychallans": ("deliverychallans", "deliverychallans"),
    "/moveorders": ("moveorders", "moveorder"),
    "/picklists": ("picklists", "picklists"),
    "/putaways": ("putaways", "putaway"),
    "/reportingtags": ("reporting_tags", "settings"),
    "/retainerinvoices": ("retainerinvoices", "invoices"),
    "/storagelocations": ("storage_locations", "warehouses"),
    "/storagezones": ("storage_zones", "warehouses"),
    "/tasks": ("tasks", "settings"),
    "/unitgroups": ("unit_groups", "items"),
    "/units": ("units", "items"),
    "/vendorcredits": ("vendorcredits", "debitnotes"),
}
ROOMS = {"books": _BOOKS, "inventory": _INVENTORY}


def empty(key: str) -> View:
    """A list without rows, its page_context as every list has it."""
    return lambda _call: done("success", **{key: []}, page_context=_context())


def users(call: Call) -> Answer:
    wanted = call.args.get("filter_by") or "Status.All"
    rows = [_user(call)] if wanted in {"Status.All", "Status.Active"} else []
    return paged(
        *(call, "users", rows, "name"),
        names=("email", "user_role", "status"),
        report_name="Users",
        applied_filter=wanted,
    )


def me(call: Call) -> Answer:
    return done("success", user=_user(call))


def user(call: Call) -> Answer:
    """The only one by his id; whoever else is sought is not there."""
    if call.ids["id"] != _user(call)["user_id"]:
        raise unknown_id()
    return me(call)


def _user(call: Call) -> dict[str, Any]:
    org = call.org
    return {
        "user_id": org.organization_id + "001",
        "role_id": org.organization_id + "002",
        "name": org.user,
        "email": "owner@sandbox.example",
        "mobile": "",
        "user_role": "admin",
        "user_type": "zoho",
        "status": "active",
        "is_current_user": True,
        "is_super_admin": True,
        **dict.fromkeys(("is_employee", "is_customer_segmented", "is_vendor_segmented"), False),
        "invitation_type": "",
        "photo_url": "",
    }


def _context() -> dict[str, Any]:
    return {"page": 1, "per_page": 200, "has_more_page": False, "sort_order": "A"}
