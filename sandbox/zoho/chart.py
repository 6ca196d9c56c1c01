"""The chart of accounts, and those of its accounts that hold money, which banking shows as bank accounts."""

from typing import Any

from sandbox.zoho.answers import Answer, Refused, done, unknown_id
from sandbox.zoho.call import Call, View, created
from sandbox.zoho.filters import of_time
from sandbox.zoho.lists import paged
from sandbox.zoho.money import text
from sandbox.zoho.organization import Organization, Record
from sandbox.zoho.seeds import account_row

HOLDING = ("bank", "cash", "credit_card", "payment_clearing")
# the five kinds of a filter, and the types of each
KINDS: dict[str, tuple[str, ...]] = {
    "asset": (
        *(
            "other_asset",
            "other_current_asset",
            "cash",
            "bank",
            "fixed_asset",
            "accounts_receivable",
            "stock",
        ),
        *("payment_clearing", "intangible_asset", "right_to_use_asset", "non_current_asset"),
    ),
    "liability": (
        *("other_current_liability", "credit_card", "long_term_liability", "other_liability"),
        *("accounts_payable", "overseas_tax_payable", "contract_liability", "refund_liability"),
    ),
    "equity": ("equity",),
    "income": ("income", "other_income", "finance_income", "other_comprehensive_income"),
    "expense": (
        *("expense", "cost_of_goods_sold", "other_expense", "manufacturing_expense", "depreciation_expense"),
        *("impairment_expense", "employee_benefit_expense", "lease_expense", "finance_expense"),
        "tax_expense",
    ),
}
TYPES = {kind for kinds in KINDS.values() for kind in kinds}
LIMITS = {"account_name": 100, "account_code": 50, "description": 500, "parent_account_id": 50}
OF_BANK = {"bank_name": 100, "account_number": 50, "routing_number": 50}
MOST = 5000  # accounts of a page, as recorded


def listed(call: Call) -> Answer:
    """By type or status, and changed since when."""
    wanted = call.args.get("filter_by", "")
    rows = [each for each in call.org.accounts.values() if _fits(each, wanted) and _since(call, each)]
    return paged(
        *(call, "chartofaccounts", [_plain(each) for each in rows], "account_type", MOST),
        names=("account_name", "account_type"),
        report_name="List Chart Of Accounts",
        applied_filter=wanted or "AccountType.Active",
        custom_fields=[],
    )


def _fits(account: Record, wanted: str) -> bool:
    kind = wanted.rpartition(".")[2].casefold()
    if kind in {"active", "inactive"}:
        return bool(account["is_active"] is (kind == "active"))
    exact = account["account_type"].replace("_", "") == kind
    return kind in {"", "all"} or exact or account["account_type"] in KINDS.get(kind, ())


def _since(call: Call, account: Record) -> bool:
    told = call.args.get("last_modified_time")
    return not told or of_time(call, told)(account, account)


def _plain(account: Record) -> dict[str, Any]:
    return {key: value for key, value in account.items() if key not in OF_BANK}


def get(call: Call) -> Answer:
    return done("success", chart_of_account=_shown(call.org, _find(call)))


def create(call: Call) -> Answer:
    row = _made(call, TYPES)
    path = f"chartofaccounts/{row['account_id']}"
    return created("The account has been created.", "chart_of_account", _shown(call.org, row), path)


def update(call: Call) -> Answer:
    row = _changed(call, _find(call), LIMITS)
    return done("The details of the account have been updated.", chart_of_account=_shown(call.org, row))


def delete(call: Call) -> Answer:
    row = _find(call)
    if row["is_system_account"] or _used(call.org, row["account_id"]):
        raise Refused(9, "Accounts of the system, and those that something names, cannot be deleted.")
    del call.org.accounts[row["account_id"]]
    return done("The account has been deleted.")


def mark(*, active: bool, holding: bool = False) -> View:
    told = f"The account has been marked as {'active' if active else 'inactive'}."

    def act(call: Call) -> Answer:
        row = _bank(call) if holding else _find(call)
        row.update(is_active=active, last_modified_time=call.org.stamp())
        return done(told)

    return act


def banks(call: Call) -> Answer:
    """Those of cash and banks; a new organization has Petty Cash and Undeposited Funds among them."""
    wanted = call.args.get("filter_by", "")
    rows = [each for each in call.org.accounts.values() if _holds(each) and _fits(each, wanted)]
    return paged(
        *(call, "bankaccounts", [_as_bank(call.org, each) for each in rows], "account_name"),
        names=("account_name", "account_type", "account_code"),
        report_name="Bank Accounts",
        applied_filter=wanted or "Status.All",
    )


def bank(call: Call) -> Answer:
    return done("success", bankaccount=_as_bank(call.org, _bank(call)))


def create_bank(call: Call) -> Answer:
    row = _made(call, set(HOLDING))
    path = f"bankaccounts/{row['account_id']}"
    return created("The account has been created.", "bankaccount", _as_bank(call.org, row), path)


def update_bank(call: Call) -> Answer:
    row = _changed(call, _bank(call), {**LIMITS, **OF_BANK})
    return done("The details of the account has been updated.", bankaccount=_as_bank(call.org, row))


def delete_bank(call: Call) -> Answer:
    _bank(call)
    return delete(call)


def _find(call: Call) -> Record:
    row = call.org.accounts.get(call.ids["id"])
    if row is None:
        raise unknown_id()
    return row


def _bank(call: Call) -> Record:
    row = _find(call)
    if not _holds(row):
        raise unknown_id()
    return row


def _holds(account: Record) -> bool:
    return account["account_type"] in HOLDING


def _made(call: Call, kinds: set[str]) -> Record:
    kind = text(call.body, "account_type", 100)
    if kind not in kinds:
        raise Refused(2, "Invalid value passed for account_type")
    row = account_row(call.org.new_id(), "", kind, call.org.stamp())
    row.update(is_user_created=True, is_system_account=False)
    _changed(call, row, {**LIMITS, **OF_BANK})
    call.org.accounts[row["account_id"]] = row
    return row


def _changed(call: Call, row: Record, limits: dict[str, int]) -> Record:
    told = {name: text(call.body, name, limit, row.get(name, "")) for name, limit in limits.items()}
    others = [each for each in call.org.accounts.values() if each is not row]
    if not told["account_name"].strip():
        raise Refused(4, "Invalid value passed for account_name")
    if any(each["account_name"].casefold() == told["account_name"].casefold() for each in others):
        raise Refused(1001, "An account with this name exists already.")
    parent = call.org.accounts.get(told["parent_account_id"])
    if told["parent_account_id"] and parent is None:
        raise Refused(2, "Invalid value passed for parent_account_id")
    row.update(told, parent_account_name=parent["account_name"] if parent else "")
    row["last_modified_time"] = call.org.stamp()
    return row


def _used(org: Organization, account_id: str) -> bool:
    kept = (record for records in org.records.values() for record in records.values())
    return any(
        account_id in (each.get("account_id"), each.get("purchase_account_id"))
        or any(line.get("account_id") == account_id for line in each.get("line_items", ()))
        for each in kept
    )


def _shown(org: Organization, row: Record) -> dict[str, Any]:
    kind = row["account_type"].replace("_", " ").title()
    base = org.currency(org.base) or {}
    more = {"account_type_formatted": kind, "custom_fields": [], "closing_balance": 0}
    more |= {"status": "active" if row["is_active"] else "inactive", "isdebit": False}
    more |= {"is_bulk_update_supported": True, "is_involved_in_transaction": False}
    more |= {"currency_id": base.get("currency_id", ""), "currency_code": org.base}
    return {**_plain(row), **more, "include_in_vat_return": False}


def _as_bank(org: Organization, account: Record) -> dict[str, Any]:
    base = org.currency(org.base) or {}
    own = ("account_id", "account_name", "account_code", "account_type", "description", "is_active")
    return {
        **{name: account[name] for name in own},
        **{name: account.get(name, "") for name in OF_BANK},
        **{name: base.get(name, "") for name in ("currency_id", "currency_symbol", "price_precision")},
        "currency_code": org.base,
        "is_system_account": account["is_system_account"],
        "account_sub_type": "commercial",
        **dict.fromkeys(("uncategorized_transactions", "total_unprinted_checks"), 0),
        **dict.fromkeys(("balance", "bank_balance", "bcy_balance"), 0),
        **dict.fromkeys(("feeds_last_refresh_date", "refresh_status_code", "service_id"), ""),
        **dict.fromkeys(("is_direct_paypal", "mfa_required", "is_paypal_account"), False),
        **dict.fromkeys(("is_primary_account", "is_feeds_subscribed", "is_feeds_active"), False),
        "is_show_warning_for_feeds_refresh": False,
    }


_ACCOUNTS, _BANKS = "/chartofaccounts", "/bankaccounts"
# method, path, scope, view
ROUTES: tuple[tuple[str, str, str, View], ...] = (
    ("GET", _ACCOUNTS, "chartofaccounts", listed),
    ("POST", _ACCOUNTS, "chartofaccounts", create),
    ("GET", f"{_ACCOUNTS}/{{id}}", "chartofaccounts", get),
    ("PUT", f"{_ACCOUNTS}/{{id}}", "chartofaccounts", update),
    ("DELETE", f"{_ACCOUNTS}/{{id}}", "chartofaccounts", delete),
    ("POST", f"{_ACCOUNTS}/{{id}}/active", "chartofaccounts", mark(active=True)),
    ("POST", f"{_ACCOUNTS}/{{id}}/inactive", "chartofaccounts", mark(active=False)),
    ("GET", _BANKS, "banking", banks),
    ("POST", _BANKS, "banking", create_bank),
    ("GET", f"{_BANKS}/{{id}}", "banking", bank),
    ("PUT", f"{_BANKS}/{{id}}", "banking", update_bank),
    ("DELETE", f"{_BANKS}/{{id}}", "banking", delete_bank),
    ("POST", f"{_BANKS}/{{id}}/active", "banking", mark(active=True, holding=True)),
    ("POST", f"{_BANKS}/{{id}}/inactive", "banking", mark(active=False, holding=True)),
)
