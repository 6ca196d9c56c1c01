"""The way of an order: read, translate, look up, plan, apply, remember. Read this file first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from connectors.bigcommerce import orders as store_orders
from connectors.errors import OutOfBudget, Rejected, Temporary, Unauthorized, Unknown
from ledger.runs import UNDONE
from mappings.bigcommerce.orders import fingerprint, translate
from mappings.errors import Skip, Unmappable
from mappings.plans import Plan, Step
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho.estimates import only
from mappings.zoho.orders import Found, Needs, plan
from mappings.zoho.parts import ordered
from mappings.zoho.stages import OtherLines, has_come
from tasks import (
    drop_ship,
    endings,
    goods,
    look_up,
    memory,
    order_parts,
    order_stock,
    organization,
    people,
    quotes,
    reservations,
    stages,
    telling,
    told_money,
    unheard,
)
from tasks.apply import Born, apply
from tasks.fates import backoff, fate_of
from tasks.hand import Hand
from tasks.lessons import Replan, learn_from, refuse_old_plan
from tasks.outcome import Outcome
from tasks.posting import Posting
from tasks.remember import do_and_remember
from tasks.ways import Answer

ROUNDS = 3  # how often an order is planned anew because its first answers taught us something
SETTLED = 1.5  # seconds


def sync(hand: Hand) -> Outcome:
    """One order from the store into the books; nothing is sent where nothing changed."""
    hand = stages.entered(hand)
    connection = hand.connection
    began = hand.now
    bundle = store_orders.read_bundle(connection.store, hand.claim.record)
    if bundle is None:
        return endings.gone(hand)
    bundle = order_parts.with_shipments(connection, bundle)
    seen = fingerprint(bundle)
    unchanged = seen == hand.claim.fingerprint and hand.claim.outcome != "held"
    unchanged = unchanged and not memory.is_begun(connection, hand.claim.record)
    with order_stock.followed(hand, bundle, began, unchanged=unchanged):
        if unchanged:
            stamp = _stamp(bundle, began)
            return Outcome("done", hand.claim.outcome, hand.claim.reason, stamp=stamp, unchanged=True)
        try:
            return _synced(hand, bundle, began, seen)
        except (Unmappable, Rejected) as error:
            return _held(hand, error, bundle, began, seen)


def _synced(hand: Hand, bundle: Mapping[str, Any], began: float, seen: str) -> Outcome:
    """An order that is new, or has changed since it was last done."""
    connection, stamp = hand.connection, _stamp(bundle, began)
    if hand.claim.fingerprint == UNDONE:
        return Outcome("done", "skipped", UNDONE, stamp=stamp, unchanged=True)
    rules, booked = look_up.rules_of(connection), memory.newest(connection, hand.claim.record)
    written = stages.written(connection, hand.claim.record, booked)
    try:
        endings.refuse_where_a_person_does(written)
        order = translate(bundle, connection.order_rules, known=endings.is_known(connection, bundle, written))
        order = told_money.with_recorded(connection, order)
    except Skip as skip:
        if booked is not None and skip.rule == "incomplete":
            raise endings.still_booked(booked, skip.sentence) from None
        if written is None and _is_found_out(hand):
            return _synced(hand, bundle, began, seen)
        return _skipped(skip, stamp)
    hand.hold()  # reading may have waited for the store's window
    if hand.claim.outcome == "held" and hand.claim.fingerprint.startswith(held_since(seen)):
        return Outcome("held", "held", hand.claim.reason, stamp=stamp, unchanged=True)
    try:
        again_at = _settled(hand, order, rules)
    except Skip as skip:
        if written is None and skip.rule == "status" and _is_found_out(hand):
            return _synced(hand, bundle, began, seen)
        return _skipped(skip, stamp)
    done = Outcome("done", "posted", fingerprint=seen, stamp=stamp)
    return done if again_at is None else replace(done, fingerprint="", again_at=again_at)


def _is_found_out(hand: Hand) -> bool:
    """Whether an order that seems never to have been booked is: its document was written and never heard of."""
    return unheard.remember(hand, ()) or quotes.found_out(hand)


def _held(
    hand: Hand, error: Unmappable | Rejected, bundle: Mapping[str, Any], began: float, seen: str
) -> Outcome:
    """A callback for a held order that did not change asks Zoho nothing; `retry` forgets the fingerprint."""
    fate = fate_of(error, attempts=0, now=hand.now)
    told = held_since(seen, began)
    stamp = _stamp(bundle, began)
    return Outcome("held", "held", fate.reason, fate.what, fate.remedy, fingerprint=told, stamp=stamp)


def held_since(seen: str, began: float | None = None) -> str:
    """The fingerprint of a held order, and after an @ when the run began that held it; `tasks.releases` reads it."""
    return f"held:{seen}@" + ("" if began is None else repr(began))


def _skipped(skip: Skip, stamp: str) -> Outcome:
    """No fingerprint: a rule may change, and looking again costs Zoho nothing."""
    return Outcome("done", "skipped", skip.rule, skip.sentence, fingerprint="", stamp=stamp)


def _stamp(bundle: Mapping[str, Any], began: float) -> str:
    """What a sweep compares with its list. Not kept for an order that changed just before it was read: the store
    tells whole seconds, and a second change within the same one would look as if we had seen it.
    """
    changed = store_orders.modified(bundle["order"]).timestamp()
    return str(bundle["order"]["date_modified"]) if began - changed > SETTLED else ""


def _settled(hand: Hand, order: Order, rules: BookRules) -> float | None:
    """What books the order; one that is only a quote gets its estimate, and is skipped."""
    if not quotes.is_quote(hand, order):
        return _posted(hand, order, rules)
    hand = stages.quoting(hand)
    post(hand, order, look_up.rules_of(hand.connection))
    raise only(order)


def _posted(hand: Hand, order: Order, rules: BookRules) -> float | None:
    """The order's document, and where that is a sales order first, its invoice once the moment has come, or several."""
    sent = stages.is_invoice_sent(hand, order)
    if sent and not stages.is_as_ordered(hand, order) and unheard.remember(stages.invoicing(hand), ()):
        hand = stages.entered(hand)
        return _posted(hand, order, look_up.rules_of(hand.connection))
    sent = sent and stages.is_as_ordered(hand, order)
    if parted := stages.in_parts(hand.connection, order.id):
        again_at = order_parts.posted(hand, order, post)
    else:
        # what was refunded after the moment had come is credited of the invoice, whenever we look
        again_at = post(hand, ordered(order) if has_come(order, rules) else order, rules)
    trouble = drop_ship.follow(hand, order, rules) if not parted or rules.is_over(order.ended) else None
    if not parted and (sent or has_come(order, rules)):
        again_at = _invoiced(hand, order, rules)
    if trouble is not None:
        raise trouble
    return again_at


def _invoiced(hand: Hand, order: Order, rules: BookRules) -> float | None:
    """The invoice of a sales order, which is rewritten first where other settings give its order other lines by now."""
    later = stages.invoicing(hand)
    try:
        return post(later, order, look_up.rules_of(later.connection))
    except OtherLines:
        if not stages.is_ours_to_rewrite(hand.connection, order.id):
            raise
    post(hand, order, rules)
    return post(later, order, look_up.rules_of(later.connection))


def post(hand: Hand, order: Order, rules: BookRules) -> float | None:
    """Carry out what is missing; the moment at which the mark is to be tried again, or None when all is done."""
    for round_ in range(1, ROUNDS + 1):
        wanted = look_up.needs_of(hand, order, rules)
        try:
            found, planned = _planned(hand, order, wanted, rules)
            if unheard.remember(hand, planned.steps, order.refunds):
                wanted = look_up.needs_of(hand, order, rules)
                found, planned = _planned(hand, order, wanted, rules)
            posting = Posting(order, wanted, found, rules)
            again_at = _carried_out(hand, posting, planned)
        except Replan as better:
            if round_ == ROUNDS:
                _give_back(hand, wanted)
                raise better.refusal from None
        except (Unmappable, Rejected, Skip):
            _give_back(hand, wanted)
            raise
        else:
            if len(found.items) < len(wanted.items):
                _give_back(hand, wanted)  # not everything that is looked up is needed in the end
            return again_at
    raise AssertionError("the last round returns or raises")


def _planned(hand: Hand, order: Order, wanted: Needs, rules: BookRules) -> tuple[Found, Plan]:
    found = look_up.found_for(hand, order, wanted, rules)
    try:
        return found, plan(order, found, rules)
    except Unmappable as missing:
        if missing.reason not in {"tax-unmapped", "currency-unmapped"}:
            raise
    # the merchant may just have made the tax: look once more, but not for every order of a bad day
    itself, taxes = organization.known(hand.connection, at_most=organization.AGAIN)
    found = replace(found, organization=itself, taxes=taxes)
    return found, plan(order, found, rules)


def _carried_out(hand: Hand, posting: Posting, planned: Plan) -> float | None:
    born: Born = {}
    telling.planned(hand, planned)
    books = tuple(step for step in planned.steps if step.kind != "order")
    marks = tuple(step for step in planned.steps if step.kind == "order")
    do = partial(_done, posting)
    changes = bool(books) and posting.found.document is not None
    if changes:
        memory.begin(hand.connection, hand.claim.record)
    try:
        apply(hand, books, born, do)
    except Rejected as error:
        learn_from(hand, posting, error)
        raise
    # by this run, or by one before it that was cut short
    if memory.is_begun(hand.connection, hand.claim.record):
        memory.end(hand.connection, hand.claim.record)
    try:
        apply(hand, marks, born, do)
    except (Temporary, Unknown, OutOfBudget, Rejected, Unauthorized) as error:
        # the order is in the books; its mark may trail, and never holds it
        hand.tell("mark later", why=type(error).__name__)
        return hand.now + _patience(hand, posting)
    return None


def _done(posting: Posting, hand: Hand, step: Step) -> Answer:
    order_stock.beginning(hand, step)
    answer = do_and_remember(posting, hand, step)
    refuse_old_plan(posting, step, answer)
    return answer


def _patience(hand: Hand, posting: Posting) -> float:
    """Seconds until the mark is tried again: half as long as it has been missing, half a minute to six hours."""
    link = memory.newest(hand.connection, posting.order.id)
    missing = (hand.now - link.since) / 2 if link else 0.0
    return max(backoff(4, hand.connection.pace), min(missing, 21600.0))


def _give_back(hand: Hand, wanted: Needs) -> None:
    reservations.give_back(hand, people.KIND, people.contact_key(hand.connection, wanted))
    for need in wanted.items:
        reservations.give_back(hand, goods.KIND, goods.link_key(hand, need))
