"""Looks at the accounts that the settings name: they exist, and money may stand in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.checks.lines import Line, fail, ok, warn
from app.checks.reading import Pair, Values
from app.settings import OrderSettings

LIABILITIES = {"other_current_liability", "long_term_liability", "other_liability", "liability"}
NO_DEPOSIT = {"income", "other_income", "expense", "other_expense", "cost_of_goods_sold"}


def _owed(orders: OrderSettings) -> dict[str, str]:
    """Setting to account id of what is owed to shoppers."""
    named = {
        "gift_certificate_account": orders.gift_certificate_account,
        "store_credit_account": orders.store_credit_account,
    }
    return {setting: account for setting, account in named.items() if account}


def has_accounts(orders: OrderSettings) -> bool:
    return bool(_owed(orders) or orders.deposit_accounts)


def accounts(pair: Pair, values: Values) -> Iterator[Line]:
    """Every account id of the settings; none set is fine as long as nobody pays with gift certificates."""
    orders = pair.chosen.orders
    missing = [
        name for name in ("gift_certificate_account", "store_credit_account") if name not in _owed(orders)
    ]
    if missing:
        yield ok("accounts", f"{' and '.join(missing)} not set: orders that use them will be held")
    if not has_accounts(orders):
        return
    if pair.chosen.zoho.product != "books":
        yield warn(
            "accounts", "Zoho Inventory does not show the chart of accounts", "compare the ids by hand"
        )
    elif "accounts" in values:
        known = {str(row["account_id"]): row for row in values["accounts"]}
        yield from _each(pair, known)


def _each(pair: Pair, known: Mapping[str, Mapping[str, Any]]) -> Iterator[Line]:
    for setting, account in _owed(pair.chosen.orders).items():
        kind = _kind(known, account)
        if kind not in LIABILITIES:
            yield _wrong(
                f"{pair.key}.orders.{setting}", account, kind, "a liability: it is owed to the shopper"
            )
        else:
            yield ok("accounts", f"{setting} is a liability")
    for method, account in pair.chosen.orders.deposit_accounts.items():
        kind = _kind(known, account)
        if not kind or kind in NO_DEPOSIT:
            where = f'{pair.key}.orders.deposit_accounts "{method}"'
            yield _wrong(where, account, kind, "an account that takes money, such as a bank")
        else:
            yield ok("accounts", f"{method} is paid into an account of type {kind}")


def _kind(known: Mapping[str, Mapping[str, Any]], account: str) -> str:
    return str(known.get(account, {}).get("account_type", ""))


def _wrong(setting: str, account: str, kind: str, needed: str) -> Line:
    found = f"is of type {kind}" if kind else "does not exist in Zoho"
    return fail("accounts", f"{setting} = {account} {found}", f"name {needed}")
