"""The price list of a contact that an order makes: the one assigned to the customer's group in the store."""

from __future__ import annotations

from connectors.bigcommerce import customers
from connectors.errors import NotOffered, Rejected, Temporary, Unauthorized
from ledger import links
from mappings.records import Order
from mappings.rules import Assignment
from tasks.hand import Hand
from tasks.services import Connection

KIND = "price_list"
FORBIDDEN = 403
TRIES = 3  # attempts that an order spends on a store that does not tell the group


def price_list_for(hand: Hand, order: Order, *, dry: bool = False) -> str:
    """Id of Zoho's price list for a contact about to be made, "" for none; never a reason to hold an order.

    One call to the store, and only for a registered customer where a list that we know is assigned to a group. A
    store that does not answer puts the order off TRIES times, and never holds it.
    """
    customer = order.customer.customer_id
    offered = _by_group(hand.connection)
    if not customer or not offered:
        return ""
    group = _group(hand, customer, dry=dry)
    return offered.get(group, "") if group else ""


def _by_group(connection: Connection) -> dict[str, str]:
    """Group id to price list id; an assignment for every channel is preferred to one for a single channel."""
    if not connection.price_lists_on:
        return {}
    chosen = [one for one in connection.catalogue_rules.assignments if one.customer_group_id is not None]
    ids = _ids(connection) if chosen else {}
    ordered = sorted(chosen, key=lambda one: one.channel_id is None)  # the last one written wins
    return {str(one.customer_group_id): ids[_name(one)] for one in ordered if _name(one) in ids}


def _ids(connection: Connection) -> dict[str, str]:
    known = links.walk(connection.ledger, connection.name, KIND)
    active = (link for link in known if link.extra.get("active", True))
    return {str(link.extra.get("name", "")).strip().casefold(): link.key for link in active}


def _name(assignment: Assignment) -> str:
    return assignment.price_list.strip().casefold()


def _group(hand: Hand, customer: str, *, dry: bool) -> str | None:
    try:
        return customers.customer_group_of(hand.connection.store, customer)
    except Temporary as error:
        if hand.claim.attempts < TRIES:
            raise
        why = type(error).__name__
    except Unauthorized as error:
        if error.status != FORBIDDEN:  # the login is dead, not only without a right to customers
            raise
        why = type(error).__name__
    except (Rejected, NotOffered) as error:
        why = type(error).__name__
    if not dry:
        hand.tell("no price list", why=f"the store does not tell the customer's group: {why}")
    return None
