"""The way of an order that has one invoice for each shipment: its sales order, then part after part, each by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from connectors.bigcommerce.shipments import list_shipments
from ledger import links
from ledger.links import Link
from mappings.errors import Unmappable
from mappings.money import summed
from mappings.plans import Plan
from mappings.records import SILENT, Order
from mappings.rules import BookRules
from mappings.statuses import GIVEN_BACK, PARTIALLY_SHIPPED, SHIPPED
from mappings.zoho import parts
from mappings.zoho.documents import fingerprint
from mappings.zoho.found import Found
from mappings.zoho.life import once
from mappings.zoho.notes import refunds_of, refuse_lost_refunds
from mappings.zoho.parts import Part
from mappings.zoho.payments import counted_as
from tasks import look_up, memory, notes, stages, unheard
from tasks.hand import Hand
from tasks.memory import NOTE, PAYMENT
from tasks.services import Connection

Post = Callable[[Hand, Order, BookRules], float | None]
Look = Callable[[Hand, Order, BookRules], Plan]
MAY_HAVE_LEFT = SHIPPED | GIVEN_BACK | {PARTIALLY_SHIPPED}


def with_shipments(connection: Connection, bundle: dict[str, Any]) -> dict[str, Any]:
    """The order with its shipments, where they tell what is to be invoiced and there may be some: one call more."""
    order = bundle["order"]
    record = str(order["id"])
    if not stages.in_parts(connection, record):
        return bundle
    some = int(order.get("status_id") or 0) in MAY_HAVE_LEFT or int(order.get("items_shipped") or 0) > 0
    if not some and not memory.parts_of(connection, record):
        return bundle
    return {**bundle, "shipments": list_shipments(connection.store, record)}


def posted(hand: Hand, order: Order, post: Post) -> float | None:
    """The sales order as long as something of the order is not invoiced, and then every part that is due."""
    due = _due(hand, order)
    if _hear_of_others(hand, due):
        due = _due(hand, order)
    first, again_at = replace(hand, connection=stages.ordered(hand.connection)), None
    if not hand.connection.book_rules.is_over(order.ended) and _is_open(first.connection, order):
        again_at = post(first, parts.ordered(order), look_up.rules_of(first.connection))
    for part in due:
        one = replace(hand, connection=stages.of_part(hand.connection, part.name))
        post(one, part.sale, look_up.rules_of(one.connection))
    if not hand.connection.book_rules.is_over(order.ended):
        return again_at
    known = memory.newest(first.connection, order.id)
    if known is not None and stages.is_held_by_parts(first.connection, known):
        return None
    sale = (
        parts.ordered(order) if due else replace(order, shipments=())
    )  # refunds before any invoice are a person's
    return post(first, sale, look_up.rules_of(first.connection))


def previewed(hand: Hand, order: Order, look: Look, foreseen: Look) -> Plan:
    """The same as plans, nothing of which is carried out; `foreseen` plans the invoice of an order that is not in the
    books yet.
    """
    first = replace(hand, connection=stages.ordered(hand.connection))
    invoice = look if memory.newest(first.connection, order.id) else foreseen
    ways = [(first, parts.ordered(order), look)] if _is_open(first.connection, order) else []
    ways += [
        (replace(hand, connection=stages.of_part(hand.connection, part.name)), part.sale, invoice)
        for part in _due(hand, order)
    ]
    plans = [how(one, sale, look_up.rules_of(one.connection)) for one, sale, how in ways]
    steps = once(step for each in plans for step in each.steps)
    return Plan(steps, tuple(told for each in plans for told in each.arithmetic))


def _hear_of_others(hand: Hand, due: tuple[Part, ...]) -> bool:
    """Whether invoices are there that were sent and never heard of, of parts that are due no more; others ask for
    themselves.
    """
    strange = sorted(unheard.parts_of(hand) - {part.name for part in due})
    ways = [replace(hand, connection=stages.of_part(hand.connection, part)) for part in strange]
    return sum(unheard.remember(one, ()) for one in ways) > 0  # all of them


def _is_open(first: Connection, order: Order) -> bool:
    """Whether the sales order still says something: once it is invoiced and the order was edited, it is history."""
    known = memory.newest(first, order.id)
    same = known is None or known.extra.get("fingerprint") == fingerprint(order)
    return same or not stages.is_invoiced(first, order.id)


def _due(hand: Hand, order: Order) -> tuple[Part, ...]:
    """The parts to see to, in turn. Raises Unmappable for what a person must decide."""
    connection = hand.connection
    live = dict(_live(connection, order.id))
    if live:
        _refuse_lost(connection, order, live)
        refuse_lost_refunds(order, Found(notes=_notes(hand, order)))
    if connection.book_rules.is_over(order.ended):
        return _of_ended(hand, order, live)
    made = parts.parts_of(order, set(memory.parts_of(connection, order.id)))
    for name, link in live.items():
        if name not in {part.name for part in made}:
            raise _no_shipment(order, name, link)
    return made


def _live(connection: Connection, order: str) -> Iterator[tuple[str, Link]]:
    for name in memory.parts_of(connection, order):
        link = memory.live(stages.of_part(connection, name), order)
        if link is not None:
            yield name, link


def _notes(hand: Hand, order: Order) -> Mapping[str, Any]:
    """The credit notes of its refunds, which are the order's own."""
    stem = f"{memory.stem(hand.connection, order.id)}:refund"
    if not links.below(hand.connection.ledger, hand.connection.name, NOTE, stem):
        return {}
    last = memory.parts_of(hand.connection, order.id)[-1]
    one = replace(hand, connection=stages.of_part(hand.connection, last))
    found = notes.found_notes(one, order.id, one.connection.book_rules)
    return {name: note for name, note in found.items() if name.startswith("refund:")}


def _of_ended(hand: Hand, order: Order, live: Mapping[str, Link]) -> tuple[Part, ...]:
    """Whatever was invoiced of an order that is no sale any more; what it was matters no more, all of it goes back.
    Beside refunds only of one that is invoiced at once: what they have left of several invoices is a person's.
    """
    made = parts.parts_of(order, live)
    whole = {part.name for part in made} <= set(live) and parts.is_whole(order, made)
    if live and order.refunds and not (whole and len(live) == 1):
        back = summed([refund.total for refund in order.refunds])
        noted = {f"refund:{refund.key}" for refund in refunds_of(order)} <= set(_notes(hand, order))
        if whole and noted and back == order.total:
            return ()
        raise Unmappable(
            "changed-after-posting",
            f"order {order.id} is {order.ended}, {back} {order.currency} of it was refunded, and it was invoiced in "
            f"parts: {', '.join(str(link.extra['number']) for link in live.values())}",
            "Credit in Zoho by hand what the refunds have left of these invoices, and leave the order held.",
        )
    now = {part.name: part for part in made}
    names = memory.parts_of(hand.connection, order.id)
    return tuple(now.get(name, Part(name, parts.ordered(order))) for name in names)


def _refuse_lost(connection: Connection, order: Order, live: Mapping[str, Link]) -> None:
    """A payment that the store counts no more: where it paid what was credited, or nothing is written on the sales
    order any more, a person sees to it. Else that is done first, and what the parts have of it is open again.
    """
    stem, first = memory.stem(connection, order.id), stages.ordered(connection)
    signs = (":", ".")
    built_on = any(memory.generation(link) > 1 for link in live.values()) or any(
        links.below(connection.ledger, connection.name, NOTE, stem, sign) for sign in signs
    )
    if not built_on and not connection.book_rules.is_over(order.ended) and _is_open(first, order):
        return
    counted = {payment.key for payment in order.payments}
    if order.ended in SILENT:
        counted.add("offline")
    known = memory.of_order(connection, PAYMENT, order.id, "payment")
    if gone := sorted(key for key in known if counted_as(key) not in counted):
        raise Unmappable(
            "changed-after-posting",
            f"payment {', '.join(gone)} of order {order.id} is in the books, the store no longer counts it, and the "
            f"invoices of its parts were built on it, {', '.join(str(link.extra['number']) for link in live.values())}",
            "See in the store what became of the money, correct the payment in Zoho by hand, and leave the order held.",
        )


def _no_shipment(order: Order, name: str, link: Link) -> Unmappable:
    what = "what was left of it" if name == parts.REST else f"its shipment {name}"
    return Unmappable(
        "changed-after-posting",
        f"invoice {link.extra['number']} books of order {order.id} {what}, and the store has no such goods any more",
        "Credit or void the invoice in Zoho by hand, invoice there what leaves from now on, and leave the order held.",
    )
