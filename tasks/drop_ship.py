"""Orders goods of their vendors, to be sent to the customer: purchase orders follow what the sales order says.

It comes after the sales order, which is in the books whatever becomes of this. Once the purchase orders are as an
order wants them, that is remembered: until the order changes, it costs nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from connectors.errors import Rejected
from connectors.zoho import documents
from ledger import intents, links
from ledger.intents import Intent
from mappings.errors import Unmappable
from mappings.plans import Plan, Ref, Step
from mappings.records import Order
from mappings.rules import BookRules
from mappings.statuses import SHIPPED
from mappings.zoho import drop_ship as purchasing
from mappings.zoho import payments, steps
from mappings.zoho.documents import Id, fingerprint
from mappings.zoho.drop_ship import together, unordered
from mappings.zoho.found import Found, ItemNeed
from mappings.zoho.keys import document_key, item_key, item_sku
from mappings.zoho.purchases import Bought, Row, Sold, Ware, sold_rows
from tasks import goods, memory, purchases, stages, telling
from tasks.apply import apply, take
from tasks.fates import Later
from tasks.hand import Hand
from tasks.note_ways import Answer
from tasks.purchase_ways import found
from tasks.wares import wares_of

ROUNDS = 4  # what is found may be of the order as it was before, and is rewritten then
ENDED = "ended"
Wants = tuple[Sold, Mapping[str, Ware]]


def follow(hand: Hand, order: Order, rules: BookRules) -> Unmappable | None:
    """Bring an order's purchase orders to what it says now. What a person must see to is given and not raised: the
    sale itself goes on.
    """
    first, wants = _ordered(hand), _state(order, rules)
    if not _is_seen_to(first, rules, wants) or memory.newest(first.connection, order.id) is None:
        return None
    if purchases.is_followed(first.connection, order.id, wants):
        return None
    invoiced = hand.connection.book_rules.document == "invoice"
    planned = purchases.planned_as(first.connection, order.id)
    late = invoiced and wants not in (ENDED, planned)
    if wants == ENDED or not invoiced:
        purchases.begin(first.connection, order.id, planned if wants == ENDED else wants)
    try:
        return _settled(first, _sold(first, order, rules, late=late), wants)
    except Rejected as error:
        return unordered(order.id, _refusal(error))


def gone(hand: Hand, rules: BookRules) -> None:
    """The store has no such order any more, and its documents were taken back; raises what a person must see to."""
    first, record = _ordered(hand), hand.claim.record
    if _is_seen_to(first, rules, ENDED) and not purchases.is_followed(first.connection, record, ENDED):
        trouble = _settled(first, (Sold(record), {}), ENDED)
        if trouble is not None:
            raise trouble


def is_on(rules: BookRules) -> bool:
    """Whether such orders have a sales order, of which goods can be ordered."""
    return rules.drop_ship == "on" and (rules.document == "sales_order" or bool(rules.invoice_when))


def _is_seen_to(first: Hand, rules: BookRules, wants: str) -> bool:
    """Once it is off nothing is ordered any more; but drafts leave with an order that ends, lest a vendor gets them."""
    return is_on(rules) or (wants == ENDED and bool(purchases.of(first.connection, first.claim.record)))


def _ordered(hand: Hand) -> Hand:
    return replace(hand, connection=stages.ordered(hand.connection))


def _state(order: Order, rules: BookRules) -> str:
    return ENDED if rules.is_over(order.ended) else fingerprint(order)


def _sold(hand: Hand, order: Order, rules: BookRules, *, late: bool) -> Wants:
    """What the sales order says now, one call, and only where a vendor may be concerned."""
    connection, there = hand.connection, purchases.of(hand.connection, order.id)
    begun = bool(there or purchases.unheard(connection, order.id))
    opens = order.status_id not in SHIPPED
    if _state(order, rules) == ENDED:
        if not (begun or purchases.planned_as(connection, order.id)):
            _sale(hand, order.id)  # a memory that was lost knows of none
        return Sold(order.id), {}
    if not (opens or begun):
        return Sold(order.id), {}
    items = _goods(hand, order, rules, {})
    wares = wares_of(connection, set(items.values()))
    if not begun and not any(ware.vendor for ware in wares.values()):
        return Sold(order.id), wares
    if late:
        return Sold(order.id, rows=_rows(order, items), invoiced=True), wares
    return _read(hand, order, frozenset(items.values()), opens=opens), wares


def _sale(hand: Hand, order: str) -> Mapping[str, Any]:
    """The sales order as it is now; what it names and nobody remembers is looked at."""
    link = memory.newest(hand.connection, order)
    assert link is not None  # `follow` has looked
    read = documents.get_document(hand.connection.zoho, "sales_order", link.id)
    known = {one.id for one in purchases.of(hand.connection, order)}
    told = [str(row.get("purchaseorder_id") or "") for row in read.get("purchaseorders") or ()]
    purchases.adopt(hand, order, sorted({*told} - {*known, ""}))
    return read


def _read(hand: Hand, order: Order, items: frozenset[str], *, opens: bool) -> Sold:
    read = _sale(hand, order.id)
    return Sold(
        order.id,
        str(read["salesorder_id"]),
        str(read["customer_id"]),
        str(read["date"]),
        sold_rows(read, items),
        opens=opens and str(read.get("status")) != "void",
    )


def _goods(hand: Hand, order: Order, rules: BookRules, looked_up: Mapping[str, str]) -> dict[str, str]:
    """Line key to item id, of products that have an item of their own."""
    connection, told = hand.connection, {}
    for line in order.lines:
        if line.kind != "product":
            continue
        need = ItemNeed(item_key(line, rules), item_sku(line, rules), line.product_id, line.variant_id)
        key = goods.link_key(hand, need)
        link = links.get(connection.ledger, connection.organization, goods.KIND, key)
        told[line.key] = looked_up.get(need.key, "") or (link.id if link is not None else "")
    return {line: item for line, item in told.items() if item}


def _rows(order: Order, items: Mapping[str, str]) -> tuple[Row, ...]:
    """The order's own lines, where no sales order tells them (any more, or yet)."""
    return tuple(
        Row(items[line.key], line.quantity, "", line.sku) for line in order.lines if line.key in items
    )


def _settled(hand: Hand, wanted: Wants, wants: str) -> Unmappable | None:
    """Plan and write until nothing is missing."""
    record = hand.claim.record
    for round_ in range(ROUNDS):
        bought = _bought(hand, wanted, afresh=not round_)
        if _found_out(hand, bought.steps):
            continue
        if not bought.steps:
            return _ended(hand, bought, wanted, wants)
        refused = _carried_out(hand, bought)
        if refused:
            return together((*bought.held, *refused))
    return unordered(record, "Zoho keeps other lines on its purchase orders than were sent")


def _bought(hand: Hand, wanted: Wants, *, afresh: bool) -> Bought:
    known = purchases.known(hand, hand.claim.record, afresh=afresh)
    return purchasing.plan(*wanted, known, hand.connection.book_rules)


def _ended(hand: Hand, bought: Bought, wanted: Wants, wants: str) -> Unmappable | None:
    connection, record = hand.connection, hand.claim.record
    if bought.held:
        poor = [ware.item for ware in wanted[1].values() if ware.vendor and ware.trouble]
        purchases.wait_for(connection, record, poor)
    else:
        purchases.settled(connection, record, wants)
        memory.end(connection, record)
    return together(bought.held)


def _carried_out(hand: Hand, bought: Bought) -> list[Unmappable]:
    """What Zoho refused of it; the other vendors' are not held up by it."""
    refused: list[Unmappable] = []
    telling.planned(hand, Plan(bought.steps, bought.told))
    memory.begin(hand.connection, hand.claim.record)
    apply(hand, bought.steps, {}, partial(_done, refused))
    return refused


def _done(refused: list[Unmappable], hand: Hand, step: Step) -> Answer:
    try:
        return _DOES[step.verb](hand, step)
    except Rejected as error:
        what = f"{step.expect['skus']}: {_refusal(error)}" if "skus" in step.expect else _refusal(error)
        refused.append(unordered(hand.claim.record, what))
        return {}


def _create(hand: Hand, step: Step) -> Answer:
    answer = take(hand, step)
    purchases.bind(hand, step.key, answer)
    return answer


def _amend(hand: Hand, step: Step) -> Answer:
    purchases.doing(hand.connection, step.key, purchases.WRITING)
    answer = take(hand, step)
    purchases.bind(hand, step.key, answer)
    return answer


def _delete(hand: Hand, step: Step) -> Answer:
    purchases.doing(hand.connection, step.key, purchases.ENDING)
    answer = take(hand, step)
    for link in purchases.of(hand.connection, hand.claim.record):
        if link.key == step.key:
            purchases.forget(hand.connection, link)
    return answer


_DOES = {"create": _create, "amend": _amend, "delete": _delete}


def _found_out(hand: Hand, planned: Iterable[Step]) -> bool:
    """What was sent and never heard of, and what the plan of now does not make any more; True where it is there."""
    asked = {step.key for step in planned if step.verb == "create"}
    unheard = purchases.unheard(hand.connection, hand.claim.record)
    return sum(_heard(hand, intent, key) for intent, key in unheard if key not in asked) > 0


def _heard(hand: Hand, intent: Intent, key: str) -> bool:
    connection, asked_at = hand.connection, intent.attempt_at + hand.connection.ask_after[-1]
    if hand.now < asked_at:  # a list may lag behind, and a write may be late
        raise Later(asked_at, f"asking whether {intent.verb} {intent.kind} took effect")
    answer = found(connection, hand.claim.record, key)
    if answer is None:
        intents.forget(connection.ledger, connection.name, intent.key)
        return False
    purchases.bind(hand, key, answer)
    intents.settle(connection.ledger, connection.name, intent.key, "done", answer["id"], hand.now)
    hand.tell("found", kind=intent.kind, key=key, id=answer["id"])
    return True


def _refusal(error: Rejected) -> str:
    return f"Zoho refused: {error.message} (code {error.code})"


def foreseen(hand: Hand, order: Order, rules: BookRules, there: Found, planned: Plan) -> Plan:
    """An order's plan with what would follow it here; nothing is written anywhere."""
    first, wants = _ordered(hand), _state(order, rules)
    over = wants == ENDED
    invoiced = hand.connection.book_rules.document == "invoice" and not over
    if not is_on(rules) or invoiced or purchases.is_followed(first.connection, order.id, wants):
        return planned
    opens = order.status_id not in SHIPPED
    if not (opens or purchases.of(first.connection, order.id)) or memory.parts_of(first.connection, order.id):
        return planned
    items = {} if over else _goods(first, order, rules, there.items)
    wares = wares_of(first.connection, set(items.values()), dry=True)
    rows = () if over else _rows(order, items)
    day = payments.local_date(order.created, rules)
    sold = Sold(order.id, *_to_be(first, order, there), day, rows, opens=opens)
    known = purchases.known(first, order.id, afresh=True, dry=True)
    bare = [replace(one, rows=tuple(replace(row, line="") for row in one.rows)) for one in known]
    bought = purchasing.plan(sold, wares, bare, first.connection.book_rules)
    held = [f"a person is asked then: {one.what}" for one in bought.held]
    return Plan((*planned.steps, *bought.steps), (*planned.arithmetic, *bought.told, *held))


def _to_be(hand: Hand, order: Order, there: Found) -> tuple[Id, Id]:
    """The sales order and its customer, who may not be born yet."""
    rules, link = hand.connection.book_rules, memory.newest(hand.connection, order.id)
    customer: Id = there.contact.contact_id if there.contact else Ref(steps.contact_key(order, rules))
    return link.id if link else Ref(document_key(order, rules)), customer
