"""Brings one shipment of Zoho into the store, so that shoppers can track it: read, match, send once, remember."""

from __future__ import annotations

from dataclasses import replace

from connectors.bigcommerce import orders as store_orders
from connectors.bigcommerce import shipments as store_shipments
from connectors.zoho.stock_documents import read_document
from ledger import links
from ledger.links import Link
from mappings.bigcommerce.orders import translate
from mappings.bigcommerce.shipments import is_ours, made_by_person, parcels, tracked
from mappings.errors import Skip, Unmappable
from mappings.plans import Step
from mappings.records import Line, Order
from mappings.zoho.found import ItemNeed
from mappings.zoho.keys import item_key, item_sku, order_of
from mappings.zoho.shipments import Sent, sent
from tasks import goods, memory
from tasks.apply import take
from tasks.hand import Hand
from tasks.outcome import Outcome
from tasks.services import catalogue

FLOW, KIND = "shipments", "shipment"


def sync(hand: Hand) -> Outcome:
    """One shipment; that it left a second time is what its link, the store's list and the intents all forbid."""
    hand = replace(hand, connection=catalogue(hand.connection))
    told = read_document(hand.connection.zoho, "shipmentorders", hand.claim.record)
    if told is None:
        raise Skip("gone", "Zoho has no such shipment (any more)")
    shipment = sent(told)
    link = links.get(hand.connection.ledger, hand.connection.name, KIND, shipment.id)
    return _followed(hand, shipment, link) if link else _carried(hand, shipment, _order_of(hand, shipment))


def _order_of(hand: Hand, shipment: Sent) -> str:
    """The order whose sales order the goods left for."""
    link = memory.document_by_id(hand.connection, shipment.sales_order)
    if link is None:
        raise Skip("gone", "the shipment's sales order is none of an order of the store")
    if link.extra.get("choice") == "stop":
        raise Skip("left-to-person", "a person said that Cartbooks is to leave this order alone")
    return order_of(link.key)


def _carried(hand: Hand, shipment: Sent, record: str) -> Outcome:
    store = hand.connection.store
    bundle = store_orders.read_bundle(store, record)
    if bundle is None:
        raise Skip("gone", "the store has no such order (any more)")
    rows = store_shipments.list_shipments(store, record)
    person = made_by_person(rows, shipment)
    if person is not None:
        return _remembered(hand, shipment, record, [str(person["id"])], ours=False)
    order = translate(bundle, hand.connection.order_rules, known=True)
    _refuse_ended(order, shipment)
    missing = parcels(shipment, bundle["products"], _items(hand, order), _beside(hand, order), rows)
    made = [str(row["id"]) for row in rows if is_ours(row, shipment)]
    for body in missing:
        key = f"{memory.stem(hand.connection, record)}:shipment:{shipment.id}-{body['order_address_id']}"
        step = Step("create", "shipment", key, body, record, {"shipment": shipment})
        made.append(str(take(hand, step)["id"]))
    return _remembered(hand, shipment, record, made, ours=True)


def _followed(hand: Hand, shipment: Sent, link: Link) -> Outcome:
    """A tracking number that was entered, or corrected, later on; what a person entered in the store stays theirs."""
    seen = [shipment.tracking, shipment.carrier]
    if list(link.extra["tracked"]) == seen or not link.extra["ours"]:
        return Outcome("done", "synced", unchanged=True)
    record = str(link.extra["order"])
    for made in link.id.split(","):
        key = f"{memory.stem(hand.connection, record)}:tracked:{made}"
        take(hand, Step("update", "shipment", key, tracked(shipment), record, {"shipment_id": made}))
    return _remembered(hand, shipment, record, link.id.split(","), ours=True)


def _remembered(hand: Hand, shipment: Sent, record: str, made: list[str], *, ours: bool) -> Outcome:
    extra = {"order": record, "ours": ours, "tracked": [shipment.tracking, shipment.carrier]}
    connection = hand.connection
    links.bind(connection.ledger, connection.name, KIND, shipment.id, ",".join(made), extra, hand.now)
    return Outcome("done", "synced")


def _refuse_ended(order: Order, shipment: Sent) -> None:
    if order.ended in ("cancelled", "declined", "archived"):
        raise Unmappable(
            "shipment-unclear",
            f"shipment {shipment.number} left Zoho, and order {order.id} is {order.ended} in the store",
            "See which of the two is right; then correct the order in the store and run `cartbooks retry`.",
        )


def _items(hand: Hand, order: Order) -> dict[str, str]:
    """Order product id to the item that its line was booked on."""
    found = {line: _item(hand, line) for line in order.lines if line.kind == "product"}
    return {line.key.partition(":")[2]: item for line, item in found.items() if item}


def _beside(hand: Hand, order: Order) -> frozenset[str]:
    """Items of shipping and the like, which may be packed with the goods."""
    return frozenset(_item(hand, line) for line in order.lines if line.kind != "product") - {""}


def _item(hand: Hand, line: Line) -> str:
    rules, connection = hand.connection.book_rules, hand.connection
    need = ItemNeed(item_key(line, rules), item_sku(line, rules), line.product_id, line.variant_id)
    catch_all = ItemNeed(f"sku:{rules.catch_all_sku}", rules.catch_all_sku)
    for one in (need, catch_all) if rules.missing_product == "catch_all" else (need,):
        link = links.get(connection.ledger, connection.organization, goods.KIND, goods.link_key(hand, one))
        if link is not None and link.id:
            return link.id
    return ""
