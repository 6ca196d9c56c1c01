"""What will follow, for a preview: nothing of it can be read yet."""

from __future__ import annotations

from mappings.plans import Plan
from mappings.records import Order
from mappings.zoho import unused
from mappings.zoho.life import once
from mappings.zoho.orders import Needs, plan
from tasks import look_up
from tasks.hand import Hand


def with_invoice(hand: Hand, order: Order, wanted: Needs, first: Plan) -> Plan:
    """Of an order that is not in the books yet: its sales order, and the invoice that is made of it at once."""
    rules = look_up.rules_of(hand.connection)
    found = look_up.found_for(hand, order, wanted, rules, dry=True)
    second = plan(order, unused.advanced(order, found, rules), rules)
    return Plan(once((*first.steps, *second.steps)), (*first.arithmetic, *second.arithmetic))
