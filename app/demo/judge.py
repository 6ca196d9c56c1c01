"""Says how the demo ended, from the final state of both platforms and never from our own log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import quantiles
from typing import Any

ZERO = Decimal(0)
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """One order: what it became, what was expected, and the money on both sides."""

    order: str
    customer: str
    outcome: str
    reason: str
    documents: tuple[str, ...]
    total_store: Decimal
    total_books: Decimal | None
    tax_difference: Decimal
    marked: bool
    seconds: float | None
    complaint: str  # empty where all is as expected

    @property
    def difference(self) -> Decimal:
        return abs(self.total_store - self.total_books) if self.total_books is not None else ZERO


@dataclass(frozen=True)
class Seen:
    """What the judge looks at: orders and documents from the sandbox, and our word on orders without a document."""

    orders: Sequence[Json]
    documents: Sequence[Json]
    expectations: Mapping[str, Json]
    ours: Mapping[str, tuple[str, str]]  # order id → (outcome, reason)
    store_hash: str


def judge(seen: Seen) -> list[Verdict]:
    """A verdict for every order that was placed."""
    by_order: dict[str, list[Json]] = {}
    for document in seen.documents:
        if document["status"] != "void":
            by_order.setdefault(claimed_order(document, seen.store_hash), []).append(document)
    return [_verdict(order, by_order.get(str(order["id"]), []), seen) for order in seen.orders]


def claimed_order(document: Json, store_hash: str) -> str:
    """The order a document says it is for: by its key, else by its reference number."""
    key = str(document.get("key") or "")
    if key.startswith(f"{store_hash}:"):
        return key.split(":")[1]
    return str(document["reference_number"])


def _verdict(order: Json, documents: Sequence[Json], seen: Seen) -> Verdict:
    number = str(order["id"])
    expected = seen.expectations.get(number, {"outcome": "posted"})
    outcome, reason = ("posted", "") if documents else seen.ours.get(number, ("missing", ""))
    first = documents[0] if documents else None
    store, books = Decimal(str(order["total_inc_tax"])), _money(first, "total")
    tax = abs(Decimal(str(order["total_tax"])) - (_money(first, "tax_total") or ZERO)) if first else ZERO
    return Verdict(
        order=number,
        customer=str(order["customer_id"] or "guest"),
        outcome=outcome,
        reason=reason,
        documents=tuple(str(document["number"]) for document in documents),
        total_store=store,
        total_books=books,
        tax_difference=tax,
        marked=first is not None and str(first["number"]) in (order["external_order_id"], order.get("mark")),
        seconds=(float(first["created_at"]) - float(order["placed_at"])) if first else None,
        complaint=_complaint(expected, outcome, reason, first, store),
    )


def _complaint(expected: Json, outcome: str, reason: str, document: Json | None, store: Decimal) -> str:
    wanted = expected["outcome"]
    if outcome != wanted:
        return f"expected {wanted} {expected.get('reason', '')}, is {outcome} {reason}".strip()
    if wanted != "posted":
        return (
            ""
            if expected.get("reason") in (None, "", reason)
            else f"expected {expected['reason']}, is {reason}"
        )
    assert document is not None
    total = Decimal(str(expected.get("total", store)))
    if total != Decimal(str(document["total"])):
        return f"expected a total of {total}, is {document['total']}"
    paid = Decimal(str(document["paid"]))
    if "paid" in expected and Decimal(str(expected["paid"])) != paid:
        return f"expected {expected['paid']} paid, is {paid}"
    return ""


def _money(document: Json | None, field: str) -> Decimal | None:
    return Decimal(str(document[field])) if document else None


def summary(verdicts: Sequence[Verdict], calls: Mapping[str, int]) -> dict[str, Any]:
    """The demo's JSON object; differences are sums of absolute values, seconds from placing to document.

    `calls` by platform; those of Zoho's that the catalogue made (`catalogue`) are no order's.
    """
    outcomes = [verdict.outcome for verdict in verdicts]
    posted = outcomes.count("posted")
    for_orders = calls["zoho"] - calls.get("catalogue", 0)
    return {
        "orders": len(verdicts),
        "posted": posted,
        "skipped": outcomes.count("skipped"),
        "held": outcomes.count("held"),
        "marked": sum(verdict.marked for verdict in verdicts),
        "unexplained": sum(bool(verdict.complaint) for verdict in verdicts),
        "duplicates": sum(max(0, len(verdict.documents) - 1) for verdict in verdicts),
        "total_difference": f"{sum((verdict.difference for verdict in verdicts), ZERO):.2f}",
        "tax_difference": f"{sum((verdict.tax_difference for verdict in verdicts), ZERO):.2f}",
        "zoho_calls": calls["zoho"],
        "zoho_calls_per_order": round(for_orders / posted, 2) if posted else None,
        "bigcommerce_calls": calls["bigcommerce"],
        **_percentiles([verdict.seconds for verdict in verdicts if verdict.seconds is not None]),
    }


def _percentiles(seconds: Iterable[float]) -> dict[str, float | None]:
    values = sorted(seconds)
    if len(values) < 2:
        only = round(values[0], 2) if values else None
        return {"seconds_p50": only, "seconds_p99": only}
    cuts = quantiles(values, n=100, method="inclusive")
    return {"seconds_p50": round(cuts[49], 2), "seconds_p99": round(cuts[98], 2)}
