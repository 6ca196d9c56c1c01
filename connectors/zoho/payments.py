"""Customer payments of a Zoho organization: recorded once, found again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.errors import Rejected
from connectors.zoho.client import Zoho, is_missing


def create_payment(zoho: Zoho, body: Mapping[str, Any]) -> dict[str, Any]:
    """The new payment; more than the invoice's balance is Rejected with code 24016."""
    answer = zoho.call("POST", "/customerpayments", body=body, purpose="create")
    return dict(answer["payment"])


def find_payments(
    zoho: Zoho, *, reference_number: str | None = None, customer_id: str | None = None
) -> list[dict[str, Any]]:
    """List rows with exactly these values (at least one is given), re-checked here."""
    wanted = {"reference_number": reference_number, "customer_id": customer_id}
    params = {name: value for name, value in wanted.items() if value is not None}
    if not params:
        raise ValueError("find_payments needs a reference number or a customer")
    rows = zoho.pages("/customerpayments", "customerpayments", params, identity="payment_id", purpose="find")
    return [row for row in rows if all(str(row.get(name, "")) == value for name, value in params.items())]


def use_payment(zoho: Zoho, invoice_id: str, body: Mapping[str, Any]) -> None:
    """Money that pays nothing yet, used on an invoice: `{"invoice_payments": [{"payment_id", "amount_applied"}]}`."""
    zoho.call("POST", f"/invoices/{invoice_id}/credits", body=body, purpose="apply")


def get_payment(zoho: Zoho, payment_id: str) -> dict[str, Any]:
    return dict(zoho.call("GET", f"/customerpayments/{payment_id}", purpose="read")["payment"])


def delete_payment(zoho: Zoho, payment_id: str) -> None:
    """It never came: what it paid is open again. One that is gone already is as it should be."""
    try:
        zoho.call("DELETE", f"/customerpayments/{payment_id}", purpose="delete")
    except Rejected as error:
        if not is_missing(error):
            raise


def payments_of(zoho: Zoho, invoice_id: str) -> list[dict[str, Any]]:
    """What was paid on an invoice, whoever recorded it: `payment_id`, `amount`, `date`."""
    answer = zoho.call("GET", f"/invoices/{invoice_id}/payments", purpose="read")
    return [dict(row) for row in answer.get("payments") or ()]
