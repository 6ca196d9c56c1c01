"""What a new organization has: currencies, accounts, and the key field of a careful merchant."""

from decimal import Decimal

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
UNIQUE_IN = ("invoices", "salesorders", "customerpayments", "creditnotes")
