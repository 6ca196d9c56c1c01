"""The plan of an order as a run would make it now, for a preview: of what is not there yet nothing can be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.bigcommerce import orders as store_orders
from ledger.work import Claim
from mappings.bigcommerce.orders import translate
from mappings.plans import Plan
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho import unused
from mappings.zoho.life import once
from mappings.zoho.orders import plan
from mappings.zoho.parts import ordered
from mappings.zoho.stages import OtherLines, has_come
from tasks import drop_ship, endings, look_up, memory, order_parts, quotes, stages, told_money
from tasks.hand import Hand
from tasks.services import Connection


def preview(connection: Connection, record: str, said: Mapping[str, str] | None = None) -> Plan:
    """The plan of an order as a run would make it now, or once that were `said` of its documents; nothing is written
    anywhere.
    """
    connection = stages.at(connection, record)
    hand = Hand(connection, _nobody(connection, record), 0.0, said or {})
    bundle = store_orders.read_bundle(connection.store, record)
    if bundle is None:
        raise endings.GONE
    bundle = order_parts.with_shipments(connection, bundle)
    booked = memory.newest(connection, record)
    written = stages.written(connection, record, booked)
    endings.refuse_where_a_person_does(written)
    order = translate(bundle, connection.order_rules, known=endings.is_known(connection, bundle, written))
    order = told_money.with_recorded(connection, order)
    if quotes.is_quote(hand, order, dry=True):
        hand = stages.quoting(hand)
        return _planned(hand, order, look_up.rules_of(hand.connection))
    if stages.in_parts(connection, record):
        return order_parts.previewed(hand, order, _planned, _invoice)
    return _with_invoice(hand, order, booked=booked is not None)


def _with_invoice(hand: Hand, order: Order, *, booked: bool) -> Plan:
    """What books the order; of one that is new also the invoice, where that is made of its sales order at once."""
    rules = look_up.rules_of(hand.connection)
    planned = _planned(hand, ordered(order) if has_come(order, rules) else order, rules)
    if (planned.steps and booked) or not has_come(order, rules):
        return planned
    hand = stages.invoicing(hand)
    rules = look_up.rules_of(hand.connection)
    if booked:
        return _of_booked(hand, order, rules)
    second = _invoice(hand, order, rules)
    return Plan(once((*planned.steps, *second.steps)), (*planned.arithmetic, *second.arithmetic))


def _of_booked(hand: Hand, order: Order, rules: BookRules) -> Plan:
    try:
        return _planned(hand, order, rules)
    except OtherLines:
        if not stages.is_ours_to_rewrite(hand.connection, order.id, dry=True):
            raise
        return Plan(
            (), ("the sales order is rewritten as the settings are by now, then its invoice follows",)
        )


def _planned(hand: Hand, order: Order, rules: BookRules) -> Plan:
    found = look_up.found_for(hand, order, look_up.needs_of(hand, order, rules), rules, dry=True)
    return drop_ship.foreseen(hand, order, rules, found, plan(order, found, rules))


def _invoice(hand: Hand, order: Order, rules: BookRules) -> Plan:
    """The invoice of a sales order that is not there yet, nor are the advances that will pay it."""
    found = look_up.found_for(hand, order, look_up.needs_of(hand, order, rules), rules, dry=True)
    return plan(order, unused.advanced(order, found, rules), rules)


def plain(planned: Plan) -> dict[str, Any]:
    """A plan as JSON-able values, for `preview --json`."""
    steps = [
        {"verb": step.verb, "kind": step.kind, "key": step.key, "body": step.body, "calls": step.calls}
        for step in planned.steps
    ]
    return {"steps": steps, "arithmetic": planned.arithmetic, "zoho_calls": planned.zoho_calls}


def _nobody(connection: Connection, record: str) -> Claim:
    empty: Mapping[str, Any] = {
        "id": 0, "connection": connection.name, "flow": "orders", "record": record, "generation": 0, "fence": 0,
        "attempts": 0, "leased_until": 0.0, "outcome": "", "reason": "", "fingerprint": "", "source_stamp": "",
        "noted_at": 0.0, "urgent": False,
    }  # fmt: skip
    return Claim(**empty)
