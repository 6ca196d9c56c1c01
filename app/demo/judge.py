"""Says how the demo ended, from the final state of both platforms and never from our own log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import quantiles
from typing import Any

ZERO = Decimal(0)
CALLED_OFF = frozenset({5, 6})  # cancelled, declined
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """One order: what it became, what was expected, and the money on both sides, refunds and credit notes taken off."""

    order: str
    customer: str
    outcome: str
    reason: str
    documents: tuple[str, ...]
    net_store: Decimal
    net_books: Decimal | None
    tax_difference: Decimal
    marked: bool
    seconds: float | None
    complaint: str  # empty where all is as expected
    doubled: int = 0  # live documents beyond the first, credit notes beyond one for each refund

    @property
    def difference(self) -> Decimal:
        return abs(self.net_store - self.net_books) if self.net_books is not None else ZERO


@dataclass(frozen=True)
class Papers:
    """What the books hold of one order: its sale documents, void ones too, and the credit notes that count."""

    documents: list[Json]
    notes: list[Json]

    @property
    def live(self) -> list[Json]:
        """Those that sell: neither void nor taken back by a credit note."""
        return [row for row in self.documents if row["status"] != "void" and self.reversal_of(row) is None]

    def reversal_of(self, document: Json) -> Json | None:
        """The note that takes this document back; the keys of both end in its generation."""
        generation = str(document["key"]).rpartition(":")[2]
        return next(
            (note for note in self.notes if str(note["key"]).endswith(f":reversal:{generation}")), None
        )

    @property
    def refunds(self) -> list[Json]:
        """The credit notes that are of a refund."""
        return [note for note in self.notes if ":reversal:" not in str(note["key"])]

    @property
    def credited_back(self) -> Decimal:
        return sum((money(note, "total") for note in self.refunds), ZERO)

    @property
    def net(self) -> Decimal:
        sold = [money(row, "total") for row in self.documents if row["status"] != "void"]
        return sum(sold, ZERO) - sum((money(note, "total") for note in self.notes), ZERO)


@dataclass(frozen=True)
class Seen:
    """What the judge looks at: orders and papers from the sandbox, and our word on orders without a document."""

    orders: Sequence[Json]
    documents: Sequence[Json]
    notes: Sequence[Json]  # credit notes
    expectations: Mapping[str, Json]
    ours: Mapping[str, tuple[str, str]]  # order id → (outcome, reason)
    store_hash: str


def judge(seen: Seen) -> list[Verdict]:
    """A verdict for every order that was placed."""
    every = papers(seen)
    return [_verdict(order, every[str(order["id"])], seen) for order in seen.orders]


def papers(seen: Seen) -> dict[str, Papers]:
    """What the books hold of each order."""
    found = {str(order["id"]): Papers([], []) for order in seen.orders}
    for document in seen.documents:
        found.setdefault(claimed_order(document, seen.store_hash), Papers([], [])).documents.append(document)
    for note in seen.notes:
        if note["status"] != "void":
            found.setdefault(claimed_order(note, seen.store_hash), Papers([], [])).notes.append(note)
    return found


def claimed_order(document: Json, store_hash: str) -> str:
    """The order a document says it is for: by its key, else by its reference number."""
    key = str(document.get("key") or "")
    if key.startswith(f"{store_hash}:"):
        return key.split(":")[1]
    return str(document["reference_number"])


def net_of(order: Json) -> Decimal:
    """What the store sold with an order in the end: nothing where it was called off."""
    ended = int(order["status_id"]) in CALLED_OFF
    return ZERO if ended else money(order, "total_inc_tax") - money(order, "refunded")


def _verdict(order: Json, held: Papers, seen: Seen) -> Verdict:
    number, there = str(order["id"]), [row for row in held.documents if row["status"] != "void"]
    expected = seen.expectations.get(number, {"outcome": "posted"})
    outcome, reason = ("posted", "") if there else seen.ours.get(number, ("missing", ""))
    first = next(iter(held.live or there), None)
    tax = abs(money(order, "total_tax") - money(first, "tax_total")) if first else ZERO
    return Verdict(
        order=number,
        customer=str(order["customer_id"] or "guest"),
        outcome=outcome,
        reason=reason,
        documents=tuple(str(row["number"]) for row in (*there, *held.notes)),
        net_store=net_of(order),
        net_books=held.net if there else None,
        tax_difference=tax,
        marked=first is not None and first["number"] in (order["external_order_id"], order.get("mark")),
        seconds=(float(first["created_at"]) - float(order["placed_at"])) if first else None,
        complaint=_complaint(expected, outcome, reason, first, held, money(order, "total_inc_tax")),
        doubled=max(0, len(held.live) - 1) + len(held.notes) - len({row["key"] for row in held.notes}),
    )


def _complaint(
    expected: Json, outcome: str, reason: str, document: Json | None, held: Papers, store: Decimal
) -> str:
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
    if total != money(document, "total"):
        return f"expected a total of {total}, is {document['total']}"
    given = {"paid": money(document, "paid"), "refunded": held.credited_back}
    for word, amount in given.items():
        if word in expected and Decimal(str(expected[word])) != amount:
            return f"expected {expected[word]} {word}, is {amount}"
    return ""


def money(row: Json, field: str) -> Decimal:
    return Decimal(str(row[field]))


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
        "duplicates": sum(verdict.doubled for verdict in verdicts),
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
