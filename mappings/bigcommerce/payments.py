"""What money came in for an order: from its transactions, its gift certificates and credit, or its status."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from mappings.errors import Unmappable
from mappings.money import ZERO, rounded, summed
from mappings.reading import Part
from mappings.records import Account, Payment
from mappings.rules import OrderRules
from mappings.statuses import GIVEN_BACK

_OFFLINE = "offline"  # cash, bank deposit and the like: the store cannot know when the money came
# as gateways, whatever the method is called beside them
_BY_HAND = frozenset({"bankdeposit", "cheque", "cod", "instore", "moneyorder"})
_ACCOUNTS: dict[str, Account] = {"gift_certificate": "gift_certificate", "store_credit": "store_credit"}
# an amount in one of these states has not arrived, whatever the order's status says
_NOT_PAID = frozenset(
    {"authorized", "capture pending", "declined", "held for review", "void", "void pending"}
)


def payments(
    order: Part,
    transactions: Sequence[Part],
    rules: OrderRules,
    *,
    total: Decimal,
    currency: str,
    places: int,
    back: Decimal = ZERO,
    of_refunds: Collection[str] = (),
) -> tuple[Payment, ...]:
    """Money received, oldest account first; never more than `total`, or the order is held as `overpaid`.

    Payments are what came in, refunds what went out: the transactions `of_refunds`, which carried a refund of the
    store's, lower no payment; a refund transaction without one takes back what it refers to. `back`: so much
    of the order's money went back that it had been paid before, whatever its status is called now.
    """
    transactions = [row for row in transactions if row["id"] not in of_refunds]
    gateway = [row for row in transactions if not _is_offline(row) and row["method"].lower() not in _ACCOUNTS]
    found = (*_from_accounts(order, transactions, places), *_received(order, gateway, currency, places))
    left = total - summed([payment.amount for payment in found])
    if left > 0 and not gateway and _paid_by_status(order, rules, refunded=bool(back)):
        found = (*found, _offline(order, transactions, left))
    if left < 0:
        raise _overpaid(" + ".join(str(payment.amount) for payment in found), currency, total, back)
    return found


def _overpaid(came: str, currency: str, total: Decimal, back: Decimal) -> Unmappable:
    """Where money went back, nothing tells whether it was what is too much, or something of what is left."""
    if not back:
        return Unmappable(
            "overpaid",
            f"{came} {currency} came in for an order of {total}",
            "Look at the order's transactions in the store: refund what is too much, or book the payment by hand.",
        )
    return Unmappable(
        "overpaid",
        f"{came} {currency} came in for an order of {total}, {back} of it went back, and nothing tells whether that "
        "was what is too much or is for something of the order",
        "Correct the order's documents in Zoho by hand and run `cartbooks resolve order ID --stop`: they are left to "
        "you then.",
    )


def _from_accounts(order: Part, transactions: Sequence[Part], places: int) -> tuple[Payment, ...]:
    """The order states what was paid by certificate and credit; a transaction only adds its date."""
    found = []
    for method, account in _ACCOUNTS.items():
        amount = order[f"{method}_amount"]
        rows = [row for row in transactions if row["method"].lower() == method and _is_money(row)]
        if amount is None:
            amount = summed([row["amount"] for row in rows])
        if amount > 0:
            at = next((row["date_created"] for row in rows if row["date_created"]), order["date_created"])
            found.append(Payment(account, method, rounded(amount, places), at, order["id"], account))
    return tuple(found)


def _is_offline(row: Part) -> bool:
    """Nobody at a gateway saw the money: cash and bank deposit, and what a person is still to enter as received."""
    method = row["method"].lower()
    awaited = method == "custom" and row["event"].lower() == "pending"
    return method == _OFFLINE or row["gateway"].lower() in _BY_HAND or awaited


def _is_money(row: Part) -> bool:
    """An authorization is a promise, pending is a hope."""
    return _is_ok(row) and row["event"].lower() in ("purchase", "capture", "settled")


def _is_ok(row: Part) -> bool:
    return bool(row["status"].lower() in ("ok", ""))


def _received(order: Part, gateway: Sequence[Part], currency: str, places: int) -> tuple[Payment, ...]:
    rows = [row for row in gateway if _is_ok(row)]
    counted = {row["id"]: row["amount"] for row in rows if row["event"].lower() in ("purchase", "capture")}
    for row in rows:
        if row["event"].lower() == "settled" and not _already_counted(row, rows, counted):
            counted[row["id"]] = row["amount"]
    for row in rows:
        _take_back(row, counted)
    by_id = {row["id"]: row for row in rows}
    return tuple(
        _payment(order, by_id[key], amount, currency, places) for key, amount in counted.items() if amount > 0
    )


def _already_counted(settled: Part, rows: Sequence[Part], counted: dict[str, Decimal]) -> bool:
    """A settlement repeats what it settles: its parent, its parent's other child, or the same at the gateway."""
    parent, at_gateway = settled["reference_transaction_id"], settled["gateway_transaction_id"]
    return any(
        row["id"] in counted
        and (
            row["id"] == parent
            or (parent and row["reference_transaction_id"] == parent)
            or (at_gateway and row["gateway_transaction_id"] == at_gateway)
        )
        for row in rows
        if row is not settled
    )


def _take_back(row: Part, counted: dict[str, Decimal]) -> None:
    """A void cancels what it refers to; a refund lowers it, or whatever is left when it refers to nothing we know."""
    event, parent = row["event"].lower(), row["reference_transaction_id"]
    if event == "void" and parent in counted:
        counted[parent] = ZERO
    if event != "refund":
        return
    back = abs(row["amount"])
    for key in sorted(counted, key=lambda key: key != parent):
        taken = min(back, counted[key])
        counted[key] -= taken
        back -= taken


def _payment(order: Part, row: Part, amount: Decimal, currency: str, places: int) -> Payment:
    if row["currency"] and row["currency"].upper() != currency:
        raise Unmappable(
            "currency-unmapped",
            f"transaction {row['id']} is in {row['currency'].upper()}, the order in {currency}",
            "Book this order by hand: its payment is in another currency than its lines.",
        )
    return Payment(
        key=row["id"],
        method=row["method"] or order["payment_method"],
        amount=rounded(amount, places),
        at=row["date_created"] or order["date_created"],
        reference=row["gateway_transaction_id"] or order["id"],
    )


def _paid_by_status(order: Part, rules: OrderRules, *, refunded: bool) -> bool:
    paid = rules.paid_statuses | GIVEN_BACK if refunded else rules.paid_statuses
    return (
        rules.offline == "by_status"
        and order["status_id"] in paid
        and order["payment_status"].lower() not in _NOT_PAID
    )


def _offline(order: Part, transactions: Sequence[Part], left: Decimal) -> Payment:
    rows = [row for row in transactions if _is_offline(row)]
    reference = next(
        (row["gateway_transaction_id"] for row in rows if row["gateway_transaction_id"]), order["id"]
    )
    at = next((row["date_created"] for row in rows if row["date_created"]), order["date_created"])
    return Payment(_OFFLINE, order["payment_method"] or _OFFLINE, left, at, reference)
