"""Money that went back to the shopper: the store's refunds, each with what it was for and how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from mappings.bigcommerce.refund_items import Claim, Sold, unclear
from mappings.bigcommerce.refund_lines import as_lines, given_back, in_part
from mappings.errors import Unmappable
from mappings.money import ZERO, rounded, summed
from mappings.reading import Part
from mappings.records import Account, Order, Payment, Refund
from mappings.statuses import PARTIALLY_REFUNDED, REFUNDED

_ACCOUNTS: Mapping[str, Account] = {"storecredit": "store_credit", "giftcertificate": "gift_certificate"}
_OF_REFUNDS = frozenset({"refunded", "partially refunded"})

Matches = Mapping[
    tuple[str, int], Part
]  # refund id and place of its payment to the transaction that moved the money


def sold(order: Order, products: Sequence[Part]) -> Sold:
    """The order before its first refund."""
    lines = {line.key: line for line in order.lines}
    return Sold(order.id, lines, lines, order.total, order.tax, order.inclusive, order.places, products)


def refunds(rows: Sequence[Part], order: Sold, moved: Matches) -> tuple[Refund, ...]:
    """What really went back, the oldest first; Unmappable("refund-unclear") where the store's words do not add up."""
    found = []
    for row in sorted(rows, key=lambda row: (row["created"], len(row["id"]), row["id"])):
        try:
            claims = _claims(row, order)
        except Unmappable as error:
            raise Unmappable(error.reason, f"refund {row['id']}: {error.what}", error.remedy) from None
        if claims:
            found.append(_refund(row, claims, order, moved))
            order = order.after(claims)
    return tuple(found)


def _claims(row: Part, order: Sold) -> tuple[Claim, ...]:
    """Nothing where nothing went back: the payment was declined, or the refund is over 0."""
    total, places = rounded(row["total_amount"], order.places), order.places
    paid = summed([rounded(payment["amount"], places) for payment in row["payments"]])
    went = summed([rounded(payment["amount"], places) for payment in _arrived(row)])
    if not row["payments"] and total:
        raise unclear(f"it is over {total} and says nothing of how the money went back")
    if paid != total or any(payment["amount"] < 0 for payment in row["payments"]):
        raise unclear(f"it is over {total}, and its payments make {paid}")
    if not went:
        return ()
    claims = given_back(row, order)
    return claims if went == total else in_part(claims, went, places)


def _arrived(row: Part) -> list[Part]:
    return [payment for payment in row["payments"] if not payment["is_declined"]]


def _refund(row: Part, claims: tuple[Claim, ...], order: Sold, moved: Matches) -> Refund:
    lines = as_lines(claims, order)
    return Refund(
        key=row["id"],
        at=row["created"],
        lines=lines,
        total=summed([line.gross for line in lines]),
        tax=summed([line.tax for line in lines]),
        payments=_payments(row, order.places, moved),
        returned=frozenset(claim.key for claim in claims if claim.pieces),
    )


def _payments(row: Part, places: int, moved: Matches) -> tuple[Payment, ...]:
    found = []
    for place, payment in enumerate(row["payments"], start=1):
        amount, transaction = rounded(payment["amount"], places), moved.get((row["id"], place))
        if payment["is_declined"] or not amount:
            continue
        provider = payment["provider_id"]
        account = _ACCOUNTS.get(provider.lower().replace("_", ""), "")
        gateway = transaction["gateway_transaction_id"] if transaction is not None else ""
        reference = gateway or payment["transaction_id"] or row["id"]
        key = payment["id"] or str(place)
        found.append(Payment(key, account or provider, amount, row["created"], reference, account))
    return tuple(found)


def moved_by(rows: Sequence[Part], transactions: Sequence[Part]) -> dict[tuple[str, int], Part]:
    """Which refund transaction carried which payment of a refund: by its id, else the first over the same amount."""
    free = [
        row
        for row in transactions
        if row["event"].lower() == "refund" and row["status"].lower() in ("ok", "")
    ]
    payments = {
        (row["id"], place): payment
        for row in rows
        for place, payment in enumerate(row["payments"], start=1)
        if not payment["is_declined"]
    }
    found: dict[tuple[str, int], Part] = {}
    for matches in (_is_it, _is_as_much):
        for key, payment in payments.items():
            transaction = next((row for row in free if key not in found and matches(payment, row)), None)
            if transaction is not None:
                found[key] = transaction
                free.remove(transaction)
    return found


def _is_it(payment: Part, transaction: Part) -> bool:
    return bool(payment["transaction_id"] == transaction["id"])


def _is_as_much(payment: Part, transaction: Part) -> bool:
    return bool(payment["amount"] == abs(transaction["amount"]))


def check(
    order: Part, products: Sequence[Part], rows: Sequence[Part], found: Sequence[Refund], total: Decimal
) -> None:
    """Unmappable("refund-unclear") with both figures where the order says other things of its refunds than they do."""
    status, back = order["status_id"], summed([refund.total for refund in found])
    if status == REFUNDED and back < total:
        raise unclear(f"the order's status is {status} (refunded), and {back} of {total} went back")
    if status == PARTIALLY_REFUNDED and not found:
        raise unclear(
            f"the order's status is {status} (partially refunded), and nothing of {total} went back"
        )
    if not rows and (word := _hint(order, products)):
        raise unclear(f"{word}, and the store lists no refund of its {total}")


def _hint(order: Part, products: Sequence[Part]) -> str:
    if order["payment_status"].lower() in _OF_REFUNDS:
        return f"the order's payment is {order['payment_status'].lower()}"
    if order["refunded_amount"]:
        return f"the order's refunded amount is {order['refunded_amount'].normalize():f}"
    pieces = summed([row["quantity_refunded"] or ZERO for row in products])
    return f"{pieces.normalize():f} of its pieces are marked as refunded" if pieces else ""
