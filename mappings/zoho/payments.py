"""The money of an order as Zoho customer payments, each from its own account and on its own day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from mappings.errors import Unmappable
from mappings.money import rounded, summed
from mappings.plans import Ref
from mappings.records import Order, Payment
from mappings.rules import BookRules
from mappings.zoho.found import Found
from mappings.zoho.keys import key

_MODES = {
    "credit_card": "creditcard",
    "credit card": "creditcard",
    "apple_pay_card": "creditcard",
    "google_pay_card": "creditcard",
    "bigpay_token": "creditcard",
    "stored_card": "creditcard",
    "cash": "cash",
    "cash on delivery": "cash",
    "check": "check",
    "cheque": "check",
    "bank deposit": "banktransfer",
    "bank transfer": "banktransfer",
    "electronic_wallet": "autotransaction",
}
_ACCOUNT_SETTINGS = {"gift_certificate": "gift_certificate_account", "store_credit": "store_credit_account"}


def create_body(
    payment: Payment,
    order: Order,
    rules: BookRules,
    customer: str | Ref,
    document: str | Ref,
    applied: Decimal | None = None,
) -> dict[str, Any]:
    """`POST /customerpayments`. For a sales order the money is an advance: it is applied when the invoice is made.

    `applied`: as much of it as is open on the invoice, all of it where nothing is said; the rest is the customer's
    credit.
    """
    body: dict[str, Any] = {
        "customer_id": customer,
        "payment_mode": mode(payment, rules),
        "amount": payment.amount,
        "date": local_date(payment.at, rules),
        "reference_number": reference(payment, order),
        "custom_fields": [{"api_name": rules.key_field, "value": payment_key(payment, order, rules)}],
    }
    account = account_of(payment, rules)
    if account:
        body["account_id"] = account
    if fee := kept(payment, order.places, rules):
        body["bank_charges"] = fee
    used = payment.amount if applied is None else applied
    if rules.document == "invoice" and used > 0:
        body["invoices"] = [{"invoice_id": document, "amount_applied": used}]
    return body


def repaid_body(
    payment: Payment, amount: Decimal, told: str, order: Order, rules: BookRules
) -> dict[str, Any]:
    """`POST /creditnotes/{id}/refunds`: money of a credit note that went back to the shopper; `told` says for what."""
    body: dict[str, Any] = {
        "date": local_date(payment.at, rules),
        "refund_mode": mode(payment, rules),
        "amount": amount,
        "reference_number": reference(payment, order),
        "description": told,
    }
    method = payment.method.casefold().strip()
    own = "" if payment.account else _by_method(rules.refund_accounts, method)
    account = own or account_of(payment, rules)
    return body | {"from_account_id": account} if account else body


def batch_row(payment: Payment, rules: BookRules) -> dict[str, Any]:
    """One row of `batch_payments`, which makes invoice and payment in one call; it carries no reference and no day."""
    row: dict[str, Any] = {"payment_mode": mode(payment, rules), "amount": payment.amount}
    account = account_of(payment, rules)
    return row | {"account_id": account} if account else row


def owed(order: Order, found: Found) -> tuple[Payment, ...]:
    """What of the order's money is not recorded yet.

    A payment that grew (nothing but the status tells of it, and the order became dearer) is recorded once more, over
    the difference: `offline` of 18.00, then `offline+2` of 24.00.
    """
    return tuple(missing for payment in order.payments for missing in _missing(payment, found))


def _missing(payment: Payment, found: Found) -> Iterator[Payment]:
    parts = [key for key in found.payments if counted_as(key) == payment.key]
    if not parts:
        yield payment
    elif all(part in found.recorded for part in parts):
        left = payment.amount - summed([found.recorded[part] for part in parts])
        if left > 0:
            yield replace(payment, key=f"{payment.key}+{len(parts) + 1}", amount=left)


def counted_as(key: str) -> str:
    """The store's own name for a payment of which `key` may record a part."""
    return key.partition("+")[0]


def recorded_of(order: Order, found: Found) -> Decimal:
    """What is in the books of the money that the store counts."""
    amounts = {payment.key: payment.amount for payment in order.payments}
    parts = [key for key in found.payments if counted_as(key) in amounts]
    return summed([found.recorded.get(part, amounts[counted_as(part)]) for part in parts])


def kept(payment: Payment, places: int, rules: BookRules) -> Decimal:
    """What the gateway keeps of a payment, as set for its method: 2.9 % of 24.90 + 0.30 = 1.0221, so 1.02 (half up);
    never more than the payment, and nothing of certificates and credit, which pass no gateway.
    """
    fees = {name.casefold().strip(): fee for name, fee in rules.gateway_fees.items()}
    fee = fees.get(payment.method.casefold().strip())
    if fee is None or payment.account:
        return Decimal(0)
    return min(payment.amount, rounded(payment.amount * fee.percent / 100 + fee.fixed, places))


def payment_key(payment: Payment, order: Order, rules: BookRules) -> str:
    return key(order, rules, "payment", payment.key)


def reference(payment: Payment, order: Order) -> str:
    """The gateway's own; without one the order's number, so that the payment can be asked about."""
    return (payment.reference or order.id)[:100]


def mode(payment: Payment, rules: BookRules) -> str:
    """By setting, else the mode of Zoho that means the same, else "others"."""
    method = payment.method.casefold().strip()
    chosen = _by_method(rules.payment_modes, method)
    return chosen or _MODES.get(method, "others")


def account_of(payment: Payment, rules: BookRules) -> str:
    """The account the money comes to (or from, for gift certificates and store credit); "" is Zoho's default.

    Raises Unmappable("account-missing") where a liability has no account set.
    """
    if not payment.account:
        return _by_method(rules.deposit_accounts, payment.method.casefold().strip())
    setting = _ACCOUNT_SETTINGS[payment.account]
    account = str(getattr(rules, setting))
    if account:
        return account
    raise Unmappable(
        "account-missing",
        f"{payment.amount} {payment.account.replace('_', ' ')} was used, and its account is not set",
        f"Name the liability account in the settings (orders.{setting}), then retry.",
    )


def local_date(moment: datetime, rules: BookRules) -> str:
    """The day in the merchant's zone: 23:30 in London on the 30th is already the 31st in Berlin."""
    return moment.astimezone(ZoneInfo(rules.time_zone)).date().isoformat()


def _by_method(table: Mapping[str, str], method: str) -> str:
    return next((value for name, value in table.items() if name.casefold().strip() == method), "")
