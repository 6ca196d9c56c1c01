"""How much of an order's money has come in, by its transactions and, for offline methods, its status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.arithmetic import ZERO, total_of
from sandbox.shop.reading import Row, amount, rows, whole_number

CREDITS = frozenset({"gift_certificate", "store_credit"})
NOT_MONEY = CREDITS | {"offline"}
BY_HAND = frozenset({"bankdeposit", "cheque", "cod", "instore", "moneyorder"})
NOT_YET = frozenset(
    {"authorized", "capture pending", "declined", "held for review", "void", "void pending"}
)  # payment statuses that say themselves that no money is here, whatever the order's status
ARRIVED = frozenset({"purchase", "capture"})
REFUNDED = frozenset({4, 14})  # statuses that an order only has after it was paid


@dataclass(frozen=True)
class Money:
    """`money` came by gateway or offline; the other two are what the shop owed the shopper already."""

    money: Decimal
    gift_certificate: Decimal
    store_credit: Decimal

    @property
    def total(self) -> Decimal:
        return self.money + self.gift_certificate + self.store_credit

    def by_kind(self) -> tuple[tuple[str, Decimal], ...]:
        """The kinds of money that are there at all, with their amounts."""
        kinds = (
            ("money", self.money),
            ("gift_certificate", self.gift_certificate),
            ("store_credit", self.store_credit),
        )
        return tuple((kind, one) for kind, one in kinds if one)


def received(bundle: Mapping[str, Any], paid_statuses: frozenset[int]) -> Money:
    """What has come in; an authorisation is no money, and without gateway events the status tells.

    What went back as a refund of the store stands beside it; any other money that went back is taken off.
    """
    order = bundle["order"]
    certificate = _credit(bundle, "gift_certificate")
    credit = _credit(bundle, "store_credit")
    events = gateway_events(bundle)
    if events:
        back = total_of(amount(row, "amount") for row in _unexplained(bundle, events))
        return Money(total_of(amount(row, "amount") for row in arrived(events)) - back, certificate, credit)
    rest = amount(order, "total_inc_tax") - certificate - credit
    told = str(order.get("payment_status") or "").casefold()
    paid = paid_statuses | REFUNDED if rows(bundle, "refunds") else paid_statuses
    by_status = whole_number(order, "status_id") in paid and rest > ZERO and told not in NOT_YET
    return Money(rest if by_status else ZERO, certificate, credit)


def gateway_events(bundle: Mapping[str, Any]) -> list[Row]:
    """Transactions at a gateway, in which real money moves."""
    return [
        row
        for row in rows(bundle, "transactions")
        if row.get("method") not in NOT_MONEY and not _by_hand(row)
    ]


def _by_hand(row: Row) -> bool:
    """Of a method without a gateway, whatever it is called: deposits and cash, and what somebody has yet to enter."""
    return row.get("gateway") in BY_HAND or (row.get("method") == "custom" and row.get("event") == "pending")


def _credit(bundle: Mapping[str, Any], kind: str) -> Decimal:
    """What the order says, else what its transactions say; never both."""
    told = amount(bundle["order"], f"{kind}_amount")
    used = [
        row
        for row in rows(bundle, "transactions")
        if row.get("method") == kind and _ok(row) and row.get("event") != "refund"
    ]
    return told or total_of(amount(row, "amount") for row in used)


def _ok(row: Row) -> bool:
    return str(row.get("status") or "ok") == "ok"


def arrived(events: Sequence[Row]) -> list[Row]:
    """The events by which money came and stayed, each money once."""
    ok = [row for row in events if _ok(row)]
    voided = {str(row.get("reference_transaction_id")) for row in ok if row.get("event") == "void"}
    stayed = [row for row in ok if str(row.get("id")) not in voided]
    kept = [row for row in stayed if row.get("event") in ARRIVED]
    counted = {str(row.get("id")) for row in kept}
    settled = [
        row
        for row in stayed
        if row.get("event") == "settled" and str(row.get("reference_transaction_id")) not in counted
    ]
    return [*kept, *settled]


def _unexplained(bundle: Mapping[str, Any], events: Sequence[Row]) -> list[Row]:
    """Money that went back and belongs to no refund: neither by its number nor by its amount."""
    payments = [one for row in rows(bundle, "refunds") for one in row.get("payments") or []]
    numbers = {str(one["transaction_id"]) for one in payments if one.get("transaction_id")}
    back = [row for row in events if _ok(row) and row.get("event") == "refund"]
    named = {str(row.get("id")) for row in back} & numbers
    amounts = [
        amount(one, "amount")
        for one in payments
        if not one.get("is_declined") and str(one.get("transaction_id")) not in named
    ]
    strange = []
    for row in back:
        if str(row.get("id")) in named:
            continue
        if amount(row, "amount") in amounts:
            amounts.remove(amount(row, "amount"))
        else:
            strange.append(row)
    return strange
