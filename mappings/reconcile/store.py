"""The store's side: an order and its refunds from the rows of the store's lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any

from mappings.errors import Unmappable
from mappings.money import ZERO, places_of, rounded
from mappings.reconcile.words import Back, Sold
from mappings.rules import OrderRules
from mappings.statuses import ENDED, GIVEN_BACK

PAID = frozenset({"captured", "paid", "refunded", "partially refunded"})
NOT_PAID = frozenset({"authorized", "capture pending", "declined", "held for review", "void", "void pending"})

Row = Mapping[str, Any]


def sold(row: Row, refunds: Iterable[Back], rules: OrderRules) -> Sold:
    """An order as its row says; raises Unmappable("field-missing") for one that cannot be read."""
    code = str(row.get("default_currency_code") or row.get("currency_code") or "").upper()
    places, status = places_of(code), int(row["status_id"])
    total = rounded(_money(row, "total_inc_tax"), places)
    credits_ = rounded(_money(row, "gift_certificate_amount") + _money(row, "store_credit_amount"), places)
    return Sold(
        order=str(row["id"]),
        created=_moment(row, "date_created"),
        status_id=status,
        currency=code,
        places=places,
        total=total,
        tax=rounded(_money(row, "total_tax"), places),
        credits=credits_,
        paid=total if _is_paid(row, status, rules) else credits_,
        refunds=tuple(refunds),
        ended=ENDED.get(status) or ("archived" if row.get("is_deleted") else ""),
    )


def back(row: Row) -> Back | None:
    """A refund, less what of its money was declined; None where all of it was."""
    payments = row.get("payments") or ()
    declined = [one for one in payments if one.get("is_declined")]
    total = _money(row, "total_amount") - sum((_money(one, "amount") for one in declined), ZERO)
    if total <= 0:
        return None
    tax = None if declined or row.get("total_tax") in (None, "") else _money(row, "total_tax")
    return Back(str(row["id"]), str(row["order_id"]), _moment(row, "created"), _cents(total), tax)


def _is_paid(row: Row, status: int, rules: OrderRules) -> bool:
    """Whether all of it was paid, as far as a list tells; who finds that the books differ reads the transactions."""
    said = str(row.get("payment_status") or "").lower()
    if said in PAID:
        return True
    by_status = rules.offline == "by_status" and status in rules.paid_statuses | GIVEN_BACK
    return said not in NOT_PAID and by_status


def _cents(amount: Decimal) -> Decimal:
    """At least two places, none that say nothing beyond."""
    return amount if amount != amount.quantize(Decimal("0.01")) else amount.quantize(Decimal("0.01"))


def _money(row: Row, name: str) -> Decimal:
    try:
        amount = Decimal(str(row.get(name) or 0))
    except InvalidOperation:
        raise _unreadable(row, name) from None
    if not amount.is_finite():
        raise _unreadable(row, name)
    return round(amount, 6)  # JSON numbers may drag binary dust behind them


def _moment(row: Row, name: str) -> datetime:
    text = str(row.get(name) or "")
    try:
        moment = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
    except ValueError:
        raise _unreadable(row, name) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _unreadable(row: Row, name: str) -> Unmappable:
    return Unmappable(
        "field-missing",
        f"{name} of {row.get('id', 'a row')} cannot be read",
        "Open the order in the store and save it again.",
    )
