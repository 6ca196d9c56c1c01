"""Lists that clients look into: of what there is none here, the one user, and the accounts that hold money."""

from typing import Any

from sandbox.zoho.answers import Answer, done, unknown_id
from sandbox.zoho.call import Call, View
from sandbox.zoho.organization import Organization, Record

# path -> the key of its list, its scope; all of Books
ROOMS = {
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


def empty(key: str) -> View:
    """A list without rows, its page_context as every list has it."""
    return lambda _call: done("success", **{key: []}, page_context=_context())


def users(call: Call) -> Answer:
    named = {"report_name": "Users", "applied_filter": "Status.All", "sort_column": "name"}
    return done("success", users=[_user(call)], page_context={**_context(), **named})


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


def bank_accounts(call: Call) -> Answer:
    """Those of cash and banks; a new organization has Petty Cash and Undeposited Funds among them."""
    rows = [_bank(call.org, each) for each in call.org.accounts.values() if _holds(each)]
    rows.sort(key=lambda row: str(row["account_name"]))
    named = {"report_name": "Bank Accounts", "applied_filter": "Status.All", "sort_column": "account_name"}
    return done("success", bankaccounts=rows, page_context={**_context(), **named})


def bank_account(call: Call) -> Answer:
    row = call.org.accounts.get(call.ids["id"])
    if row is None or not _holds(row):
        raise unknown_id()
    return done("success", bankaccount=_bank(call.org, row))


def _holds(account: Record) -> bool:
    return account["account_type"] in {"bank", "cash"}


def _bank(org: Organization, account: Record) -> dict[str, Any]:
    base = org.currency(org.base) or {}
    return {
        **{name: account[name] for name in ("account_id", "account_name", "account_code", "account_type")},
        "currency_id": base.get("currency_id", ""),
        "currency_code": org.base,
        "account_sub_type": "commercial",
        **dict.fromkeys(("uncategorized_transactions", "total_unprinted_checks"), 0),
        "is_active": account["is_active"],
        **dict.fromkeys(("balance", "bank_balance", "bcy_balance"), 0),
        **dict.fromkeys(("bank_name", "feeds_last_refresh_date"), ""),
        **dict.fromkeys(("is_direct_paypal", "mfa_required"), False),
    }


def exchange_rates(call: Call) -> Answer:
    """The one rate that a currency has here; the base currency has none."""
    row = call.org.currencies.get(call.ids["id"])
    if row is None:
        raise unknown_id()
    rate = {
        "exchange_rate_id": row["currency_id"],
        **{name: row[name] for name in ("currency_id", "currency_code")},
        "effective_date": call.org.today().isoformat(),
        "rate": row["exchange_rate"],
    }
    return done("success", exchange_rates=[] if row["is_base_currency"] else [rate])
