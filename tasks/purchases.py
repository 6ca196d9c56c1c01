"""What we remember of the purchase orders that were made for an order, and how they stand in Zoho now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connectors.zoho import purchaseorders
from connectors.zoho.documents import custom_field
from ledger import cursors, intents, links
from ledger.intents import Intent
from ledger.links import Link
from mappings.zoho.purchases import CANCELLED, GONE, Purchase, Row, purchase_key, rows_of
from mappings.zoho.taxes import plain
from tasks import memory
from tasks.hand import Hand
from tasks.note_ways import Answer
from tasks.order_looks import FLOW
from tasks.purchase_ways import KEPT, KIND, purchase_answer
from tasks.services import Connection

STATE = "drop_ship"  # how the order was when its purchase orders were as it wanted them
PLANNED, WAITING, ENDING, WRITING = "planned", "waiting", "ending", "writing"


def of(connection: Connection, order: str) -> list[Link]:
    """One for each vendor, that of a person's deleting among them."""
    return links.below(
        connection.ledger, connection.name, KIND, f"{memory.stem(connection, order)}:drop-ship"
    )


def known(hand: Hand, order: str, *, afresh: bool, dry: bool = False) -> list[Purchase]:
    """How they stand; `afresh`: as Zoho answers now, one call each."""
    rows = [_read(hand, link, dry=dry) if afresh else link for link in of(hand.connection, order)]
    return [_purchase(link) for link in rows if link is not None]


def _read(hand: Hand, link: Link, *, dry: bool) -> Link | None:
    """None: we deleted it ourselves, though nobody has heard of it."""
    if link.extra["status"] == GONE:
        return link
    made = purchaseorders.get_purchase(hand.connection.zoho, link.id)
    if made is None and link.extra.get(ENDING):
        if not dry:
            forget(hand.connection, link)
        return None
    now = {**link.extra, "status": GONE} if made is None else _compared(hand.connection, link, made)
    if dry:
        return replace(link, extra=now)
    if now["status"] in (CANCELLED, GONE) and link.extra["status"] != now["status"]:
        hand.tell("purchase order over", number=now["number"], status=now["status"])
    return memory.bind(hand.connection, KIND, link.key, link.id, now)


def _compared(connection: Connection, link: Link, made: Mapping[str, Any]) -> dict[str, Any]:
    """What a person has changed is not ours any more, unless our own last word may have gone unheard."""
    before, now = link.extra, _told(connection, link.key, made)
    same = before.get(WRITING) or all(before[name] == now[name] for name in ("rows", "total"))
    return {**now, "ours": bool(now["ours"] and before["ours"] and same)}


def adopt(hand: Hand, order: str, named: Iterable[str]) -> None:
    """Purchase orders that Zoho names with the sales order and nobody remembers: a lost memory's, or a person's."""
    connection = hand.connection
    there = {link.key for link in of(connection, order)}
    for identity in named:
        made = purchaseorders.get_purchase(connection.zoho, identity) or {}
        key = purchase_key(order, connection.book_rules, str(made.get("vendor_id")))
        ours = custom_field(made, connection.book_rules.key_field) == key
        drops = made.get("is_drop_shipment") and made.get("status") != CANCELLED
        if made and key not in there and (ours or drops):
            bind(hand, key, purchase_answer(made))
            hand.tell("found", kind="purchase_order", key=key, id=identity)


def bind(hand: Hand, key: str, answer: Answer) -> None:
    """As Zoho answered it."""
    memory.bind(hand.connection, KIND, key, str(answer["id"]), _told(hand.connection, key, answer))


def _told(connection: Connection, key: str, made: Mapping[str, Any]) -> dict[str, Any]:
    """No names: what it is of, for whom its key says."""
    answer, field = purchase_answer(made), connection.book_rules.key_field
    rows = [[row.item, plain(row.quantity), row.line, row.sku] for row in rows_of(made)]
    kept = bool(cursors.learned(connection.ledger, connection.organization).get(KEPT))
    ours = custom_field(made, field) == key or not kept
    told = {
        "number": answer["number"],
        "status": answer["status"],
        "total": plain(Decimal(str(made.get("total") or 0))),
    }
    return {**told, "rows": rows, "ours": ours}


def _purchase(link: Link) -> Purchase:
    rows = tuple(Row(item, Decimal(count), line, sku) for item, count, line, sku in link.extra["rows"])
    vendor = link.key.rpartition(":")[2]
    status, number = str(link.extra["status"]), str(link.extra["number"])
    return Purchase(vendor, link.id, number, status, rows, bool(link.extra["ours"]))


def doing(connection: Connection, key: str, word: str) -> None:
    """Said before it is written or deleted: what Zoho shows then, though we hear no answer, is no person's doing."""
    link = links.get(connection.ledger, connection.name, KIND, key)
    if link is not None:
        memory.change(connection, link, **{word: True})


def forget(connection: Connection, link: Link) -> None:
    """It is not there any more, and may be made anew: nobody asks after it then."""
    links.forget(connection.ledger, connection.name, KIND, link.key)
    for intent in _intents(connection, link.key.split(":")[1]):
        if intent.key.endswith(f":create:{link.key}"):
            intents.forget(connection.ledger, connection.name, intent.key)


def unheard(connection: Connection, order: str) -> list[tuple[Intent, str]]:
    """What was sent and is not remembered, and its key: a worker died, or an answer was lost."""
    there = {link.key for link in of(connection, order)}
    pairs = [(intent, intent.key.split(":create:", 1)[1]) for intent in _intents(connection, order)]
    return [(intent, key) for intent, key in pairs if intent.state != "rejected" and key not in there]


def _intents(connection: Connection, order: str) -> list[Intent]:
    stem = f"{FLOW}:{order}:create:{memory.stem(connection, order)}:drop-ship"
    return intents.of_record(connection.ledger, connection.name, stem)


def is_followed(connection: Connection, order: str, wants: str) -> bool:
    """The purchase orders were as this order wants them when it was last worked."""
    return _state(connection, order).get("wants") == wants


def planned_as(connection: Connection, order: str) -> str:
    """How the order was when its goods were last looked at while nothing of it was invoiced."""
    return str(_state(connection, order).get(PLANNED, ""))


def begin(connection: Connection, order: str, wants: str) -> None:
    _keep(connection, order, {PLANNED: wants})


def settled(connection: Connection, order: str, wants: str) -> None:
    """They are as the order wants them."""
    _keep(connection, order, {PLANNED: planned_as(connection, order), "wants": wants})


def wait_for(connection: Connection, order: str, items: Iterable[str]) -> None:
    """Goods that cannot be ordered as long as Zoho says of them what it says now."""
    _keep(connection, order, {PLANNED: planned_as(connection, order), WAITING: ",".join(items)})


def waits_for(connection: Connection, order: str) -> tuple[str, ...]:
    """Ids of such items."""
    return tuple(filter(None, str(_state(connection, order).get(WAITING, "")).split(",")))


def forget_all(connection: Connection, order: str) -> None:
    """The order is out of the books."""
    for link in of(connection, order):
        forget(connection, link)
    links.forget(connection.ledger, connection.name, STATE, memory.stem(connection, order))


def _keep(connection: Connection, order: str, told: Mapping[str, str]) -> None:
    memory.bind(connection, STATE, memory.stem(connection, order), "", told)


def _state(connection: Connection, order: str) -> Mapping[str, Any]:
    link = links.get(connection.ledger, connection.name, STATE, memory.stem(connection, order))
    return link.extra if link is not None else {}
