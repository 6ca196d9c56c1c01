"""What becomes of the day's orders: people change them, and the books follow; judged from both platforms alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.demo.judge import ZERO, Papers, Seen, Verdict, money, net_of, papers

Json = Mapping[str, Any]
UNTOUCHED = ("discount_amount", "coupon_discount", "store_credit_amount", "gift_certificate_amount")
GOODS = ("physical", "digital")


@dataclass(frozen=True)
class Shape:
    """How many papers of each kind an order has in the end."""

    live: int = 0
    void: int = 0
    taken_back: int = 0  # by a credit note over all of the document
    refunds: int = 0  # credit notes of refunds, their money paid back


SHAPES = {
    "refunded": Shape(live=1, refunds=1),
    "replaced": Shape(live=1, taken_back=1),
    "amended": Shape(live=1),
    "void": Shape(void=1),
    "credited": Shape(taken_back=1),
    "released": Shape(live=1),
}


@dataclass(frozen=True)
class Deed:
    """Something that somebody does to an order, and the name of the shape that its papers take."""

    what: str
    order: str
    becomes: str
    told: Json = field(default_factory=dict)  # as /control/bigcommerce/life takes it
    taxes: tuple[Json, ...] = ()  # made in Zoho, as /control/zoho/taxes takes them


@dataclass(frozen=True)
class Became:
    """How a deed stands in the books."""

    deed: Deed
    papers: str
    net_store: Decimal
    net_books: Decimal
    seconds: float | None  # from the deed to the last write that its papers took
    complaint: str  # empty where all is as it should be

    @property
    def difference(self) -> Decimal:
        return abs(self.net_store - self.net_books)


def deeds(day: Json, seen: Seen, verdicts: Sequence[Verdict]) -> list[Deed]:
    """As many of six as the day has orders for, each of an order of its own; recorded orders stay as they are."""
    if day.get("recorded"):
        return []
    right = {one.order for one in verdicts if one.outcome == "posted" and not one.complaint}
    plain = [one for one in day["bundles"] if str(one["order"]["id"]) in right and _is_plain(one)]
    plain.sort(key=lambda one: (_pieces(one) == 1, len(one["products"]), int(one["order"]["id"])))
    paid = iter([one for one in plain if _paid(one, seen) == money(one["order"], "total_inc_tax")])
    owing = iter([one for one in plain if _paid(one, seen) == ZERO])
    return [
        *_deed("one piece is refunded", paid, "refunded", deed="refund", quantity=1),
        *_deed("paid order: a piece more", paid, "replaced", deed="edit", more=1),
        *_deed("unpaid order: a piece more", owing, "amended", deed="edit", more=1),
        *_deed("paid order is cancelled", paid, "credited", deed="cancel"),
        *_deed("unpaid order is cancelled", owing, "void", deed="cancel"),
        *_releases(day, verdicts),
    ]


def _is_plain(bundle: Json) -> bool:
    """One that tells its story at a glance: nothing off, nothing refunded, nothing but goods."""
    order, rows = bundle["order"], bundle["products"]
    whole = not any(money(order, name) for name in UNTOUCHED) and not bundle["refunds"]
    return whole and all(row["type"] in GOODS and not row.get("parent_order_product_id") for row in rows)


def _pieces(bundle: Json) -> int:
    """Of the first line, which is what deeds are done to."""
    return int(bundle["products"][0]["quantity"])


def _paid(bundle: Json, seen: Seen) -> Decimal:
    return Decimal(str(seen.expectations[str(bundle["order"]["id"])]["paid"]))


def _deed(what: str, bundles: Iterator[Json], becomes: str, *, more: int = 0, **told: Any) -> list[Deed]:
    bundle = next(bundles, None)
    if bundle is None:
        return []
    if more:
        told["quantity"] = _pieces(bundle) + more
    order = str(bundle["order"]["id"])
    return [Deed(what, order, becomes, {"order": int(order), **told})]


def _releases(day: Json, verdicts: Sequence[Verdict]) -> list[Deed]:
    """The merchant makes the tax for want of which an order is held; nobody touches the order."""
    known = {each["name"] for tax in day["taxes"] for each in (tax, *tax["members"])}
    waiting = {one.order for one in verdicts if one.reason == "tax-unmapped" and not one.complaint}
    for bundle in day["bundles"]:
        order = str(bundle["order"]["id"])
        missing = {row["name"]: str(row["rate"]) for row in bundle["taxes"] if row["name"] not in known}
        if order in waiting and missing:
            taxes = tuple({"name": name, "percentage": rate} for name, rate in missing.items())
            return [Deed("held for its tax, which is made in Zoho", order, "released", taxes=taxes)]
    return []


def judged(done: Sequence[tuple[Deed, float]], seen: Seen, calls: Sequence[Json]) -> list[Became]:
    """How each deed stands, done at such an epoch second; everything is read from the two platforms."""
    orders, every = {str(order["id"]): order for order in seen.orders}, papers(seen)
    return [_became(deed, at, orders[deed.order], every[deed.order], calls) for deed, at in done]


def _became(deed: Deed, at: float, order: Json, held: Papers, calls: Sequence[Json]) -> Became:
    last = _last_write(held, calls)
    return Became(
        deed=deed,
        papers=_told(held, deed.becomes),
        net_store=net_of(order),
        net_books=held.net,
        seconds=last - at if last is not None and last > at else None,
        complaint=_complaint(deed, order, held),
    )


def _last_write(held: Papers, calls: Sequence[Json]) -> float | None:
    """When the books were last written to on account of these papers: one was made, or named in a call."""
    every = [*held.documents, *held.notes]
    named = [f"/{row['id']}" for row in every]
    wrote = [
        float(call["at"]) + float(call["seconds"])
        for call in calls
        if call["platform"] == "zoho" and call["method"] != "GET" and _names(call["path"], named)
    ]
    return max([*wrote, *(float(row["created_at"]) for row in every)], default=None)


def _names(path: str, ids: Sequence[str]) -> bool:
    return any(f"{one}/" in f"{path}/" for one in ids)


def _complaint(deed: Deed, order: Json, held: Papers) -> str:
    """The first thing that is not as the deed demands."""
    wanted, there = SHAPES[deed.becomes], _shape(held)
    if there != wanted:
        return f"not {deed.becomes}: {_words(there)}"
    if any(money(row, "total") != money(order, "total_inc_tax") for row in held.live):
        return f"the order is over {order['total_inc_tax']}, its document is not"
    if any(row["number"] not in (order["external_order_id"], order.get("mark")) for row in held.live):
        return "the store names another document"
    if held.credited_back != money(order, "refunded"):
        return f"{order['refunded']} went back, {held.credited_back} was credited"
    if any(money(note, "repaid") != money(note, "total") for note in held.refunds):
        return "a credit note's money was not paid back"
    if held.net != net_of(order):
        return f"net {net_of(order)} in the store, {held.net} in the books"
    return ""


def _shape(held: Papers) -> Shape:
    """A document counts as taken back when a note gives back all of it."""
    taken = [
        row for row in held.documents if (note := held.reversal_of(row)) and note["total"] == row["total"]
    ]
    void = sum(row["status"] == "void" for row in held.documents)
    return Shape(len(held.live), void, len(taken), len(held.refunds))


def _words(there: Shape) -> str:
    return f"{there.live} live, {there.void} void, {there.taken_back} taken back, {there.refunds} refunds credited"


def _told(held: Papers, becomes: str) -> str:
    """The order's papers in the order in which they were made, and what is to be known of each."""
    said = [_of_document(row, held, becomes) for row in sorted(held.documents, key=_made)]
    said += [
        f"{note['number']} over {money(note, 'total'):.2f}, paid back {money(note, 'repaid'):.2f}"
        for note in sorted(held.refunds, key=_made)
    ]
    return "; ".join(said) or "–"


def _of_document(row: Json, held: Papers, becomes: str) -> str:
    if row["status"] == "void":
        return f"{row['number']} void"
    note = held.reversal_of(row)
    if note is not None:
        return f"{row['number']} credited by {note['number']}"
    return f"{row['number']} amended" if becomes == "amended" else str(row["number"])


def _made(row: Json) -> float:
    return float(row["created_at"])


def summary(became: Sequence[Became], seen: Seen) -> dict[str, Any]:
    """The life's part of the demo's JSON object; `net_difference` is of all orders with papers, touched or not."""
    every = papers(seen)
    apart = [
        abs(net_of(order) - held.net) for order in seen.orders if (held := every[str(order["id"])]).documents
    ]
    wrong = {one.deed.what: one.complaint for one in became if one.complaint}
    return {
        "deeds": len(became),
        "right": len(became) - len(wrong),
        "wrong": len(wrong),
        "orders": [one.deed.order for one in became],
        "net_difference": f"{sum(apart, ZERO):.2f}",
        "complaints": wrong,
    }


def good(told: Json) -> bool:
    """Nothing wrong, and not a cent apart anywhere."""
    return not told["wrong"] and told["net_difference"] == "0.00"
