"""What a new organization has: currencies, accounts, and the key field of a careful merchant."""

from decimal import Decimal
from typing import Any

# code, symbol, name, decimals, format, units of the base for one (base EUR = 1; only ratios matter)
CURRENCIES: tuple[tuple[str, str, str, int, str, Decimal], ...] = (
    ("AED", "AED", "UAE Dirham", 2, "1,234,567.89", Decimal("0.25")),
    ("AUD", "$", "Australian Dollar", 2, "1,234,567.89", Decimal("0.6")),
    ("CAD", "$", "Canadian Dollar", 2, "1,234,567.89", Decimal("0.68")),
    ("CHF", "CHF", "Swiss Franc", 2, "1,234,567.89", Decimal("1.05")),
    ("CNY", "CNY", "Yuan Renminbi", 2, "1,234,567.89", Decimal("0.13")),
    ("EUR", "€", "Euro", 2, "1.234.567,89", Decimal(1)),
    ("GBP", "£", "Pound Sterling", 2, "1,234,567.89", Decimal("1.16")),
    ("INR", "₹", "Indian Rupee", 2, "12,34,567.89", Decimal("0.011")),
    ("JPY", "¥", "Japanese Yen", 0, "1,234,567", Decimal("0.0062")),
    ("NZD", "$", "New Zealand Dollar", 2, "1,234,567.89", Decimal("0.55")),
    ("SEK", "kr", "Swedish Krona", 2, "1.234.567,89", Decimal("0.088")),
    ("USD", "$", "United States Dollar", 2, "1,234,567.89", Decimal("0.92")),
    ("ZAR", "R", "South African Rand", 2, "1,234,567.89", Decimal("0.05")),
)

# name, type
ACCOUNTS: tuple[tuple[str, str], ...] = (
    ("Advance Tax", "other_current_asset"),
    ("Prepaid Expenses", "other_current_asset"),
    ("Petty Cash", "cash"),
    ("Undeposited Funds", "cash"),
    ("Business Checking", "bank"),
    ("Card Payouts", "bank"),
    ("Accounts Receivable", "accounts_receivable"),
    ("Tax Payable", "other_current_liability"),
    ("Unearned Revenue", "other_current_liability"),
    ("Gift Certificates", "other_current_liability"),
    ("Store Credit", "other_current_liability"),
    ("Accounts Payable", "accounts_payable"),
    ("Retained Earnings", "equity"),
    ("Sales", "income"),
    ("General Income", "income"),
    ("Shipping Charge", "income"),
    ("Discount", "income"),
    ("Other Charges", "income"),
    ("Bank Fees and Charges", "expense"),
    ("Cost of Goods Sold", "cost_of_goods_sold"),
    ("Exchange Gain or Loss", "other_expense"),
    ("Inventory Asset", "stock"),
)

UNIQUE_KEY = "cf_cartbooks_key"
UNIQUE_IN = ("invoices", "salesorders", "customerpayments", "creditnotes", "estimates", "purchaseorders")


def currency_row(
    currency_id: str, told: tuple[str, str, str, int, str], base: str, rate: Decimal
) -> dict[str, Any]:
    code, symbol, name, places, pattern = told
    return {
        "currency_id": currency_id,
        "currency_code": code,
        "currency_name": name,
        "currency_name_formatted": f"{code}- {name}",
        "currency_symbol": symbol,
        "price_precision": places,
        "currency_format": pattern,
        "is_base_currency": code == base,
        "exchange_rate": 0 if code == base else rate.normalize(),
        "effective_date": "",
        "auto_exchange_rate_enabled": True,
    }


def account_row(account_id: str, name: str, kind: str, stamp: str) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "account_name": name,
        "account_code": "",
        "account_type": kind,
        "description": "",
        "placeholder": "",
        "is_register_supported_account": kind in {"bank", "cash"},
        "is_user_created": False,
        "is_system_account": True,
        "is_active": True,
        "can_show_in_ze": False,
        "parent_account_id": "",
        "parent_account_name": "",
        "depth": 0,
        "has_attachment": False,
        "is_child_present": False,
        "child_count": "",
        "documents": [],
        "created_time": stamp,
        "is_standalone_account": False,
        "last_modified_time": stamp,
    }
