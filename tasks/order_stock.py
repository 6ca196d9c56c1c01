"""What an order takes of the stock: written down as the order goes its way, which this neither delays nor changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import structlog

from connectors.bigcommerce import orders as store_orders
from connectors.errors import OutOfBudget, Temporary, Unauthorized, Unknown
from ledger import intents, levels, links, takings
from ledger.errors import LeaseLost, LedgerBusy
from ledger.levels import Level
from ledger.links import Link
from ledger.takings import Taking
from mappings.bigcommerce import stock
from mappings.plans import Step
from tasks import begun, memory, stages, stock_notes, stock_terms, watch
from tasks.fates import Later
from tasks.hand import Hand
from tasks.services import Connection
from tasks.store_habits import habits

log = structlog.get_logger(__name__)
Booked = Literal["all", "none"] | Mapping[str, int]
SEEN = "booked"  # order -> what its document has taken, as tasks.open_documents has seen it
MOVING = frozenset({"invoice", "sales_order", "payment"})  # a payment opens a draft
MODULES = {"invoice": "invoices", "order": "salesorders"}  # of what takes goods, by its word in our keys
AT_REST = frozenset({"draft", "void", "pending_approval", "rejected"})
DOUBT = 10.0  # seconds around a write in which nobody knows which was first: it, or the order
WHOLE = 1.5  # the store tells whole seconds
AGAIN = (Unknown, Later, OutOfBudget, Temporary, LedgerBusy, Unauthorized)  # the order goes on by itself


@contextmanager
def followed(hand: Hand, bundle: Mapping[str, Any], began: float, *, unchanged: bool) -> Iterator[None]:
    """While this lasts an order that was just read goes its way; whatever becomes of it, its stock ends right.

    `unchanged`: it is as we left it, so there is news only where we had no eye on stock then.
    """
    if not hand.connection.stock_on:
        stock_terms.off(hand.connection)
    if not hand.connection.stock_on or (unchanged and _of(hand)):
        yield
        return
    _read(hand, bundle, began)
    try:
        yield
    except LeaseLost:
        raise  # it is in another worker's hands
    except AGAIN as error:
        _settle(hand, unclear=_is_unclear(hand, error))
        raise
    except Exception:
        _settle(hand)
        raise
    _settle(hand)


def gone(hand: Hand) -> None:
    """The store does not show the order any more: what it took stays taken, and nothing of it is on its way."""
    if hand.connection.stock_on and _of(hand):
        _settle(hand)


def beginning(hand: Hand, step: Step) -> None:
    """From here on until the order's way ends Zoho may have taken its goods, or not yet."""
    if hand.connection.stock_on and step.kind in MOVING:
        _begin(hand)


def rewritten(hand: Hand, kind: str) -> None:
    """A document of this kind was amended or taken back: what it had taken is no measure any more until the order's way
    ends. Of physical stock invoices and credit notes take and bring nothing.
    """
    moves = kind == "sales_order" or hand.connection.stock_rules.mode == "accounting"
    if hand.connection.stock_on and moves:
        hand.hold()  # who was overtaken after his write shall not undo what his follower has booked
        takings.book(hand.connection.ledger, hand.connection.name, hand.claim.record, "none")
        _begin(hand)


def _begin(hand: Hand) -> None:
    claim = hand.claim
    takings.begin(hand.connection.ledger, hand.connection.name, claim.record, claim.fence)


def document_of(connection: Connection, order: str) -> Link | None:
    """The document that takes an order's goods now, as we made it; one that we took back has nothing of it any more."""
    link = memory.live(_taking(connection, order), order)
    return link if link is not None and _word(link) in MODULES else None


def module_of(link: Link) -> str:
    return MODULES[_word(link)]


def order_behind(connection: Connection, order: str, link: Link) -> Link | None:
    """The sales order that an invoice was made of, where it holds back what the invoice does not take: of what is on
    hand it takes nothing.
    """
    if _word(link) != "invoice" or connection.stock_rules.figure != "available":
        return None
    connection = begun.as_begun(connection, order)
    return memory.live(stages.ordered(connection), order) if connection.book_rules.invoice_when else None


def _taking(connection: Connection, order: str) -> Connection:
    """As it books the order at this moment, whatever that was when its way began. No invoice takes physical stock:
    there the sales order goes on taking.
    """
    one = begun.as_begun(connection, order)
    if one.book_rules.invoice_when and one.stock_rules.mode == "physical":
        return stages.ordered(one)
    return stages.at(one, order)


def _word(link: Link) -> str:
    """What kind of document it is; see mappings/zoho/keys.py."""
    return link.key.split(":")[2]


def keep_seen(connection: Connection, order: str, document: str, booked: Mapping[str, int]) -> None:
    """What somebody saw the document have taken; it stands until we do something to the document ourselves."""
    links.bind(
        connection.ledger,
        connection.name,
        SEEN,
        order,
        document,
        {"booked": dict(booked)},
        connection.clock(),
    )
    takings.book(connection.ledger, connection.name, order, booked)


def _of(hand: Hand) -> list[Taking]:
    return takings.of_order(hand.connection.ledger, hand.connection.name, hand.claim.record)


def _read(hand: Hand, bundle: Mapping[str, Any], began: float) -> None:
    connection, before = hand.connection, {row.variant: row for row in _of(hand)}
    try:
        there = _links(connection, [*before, *_variants(bundle)])
        kits = {variant for variant, found in there.items() if any(link.extra.get("kit") for link in found)}
        had = {variant: row.taken for variant, row in before.items()}
        rows = stock.takings(bundle, habits(connection, _channel(bundle)), had, kits)
        created, modified = _moments(bundle)
    except Exception as error:  # noqa: BLE001 (an order goes its way also where nobody can tell what it takes)
        log.warning("an order's stock cannot be read", record=hand.claim.record, why=type(error).__name__)
        watch.report(error)
        return
    takings.put(connection.ledger, connection.name, hand.claim.record, rows, created, hand.now, read_at=began)
    _note(connection, there, before, rows, (created, modified))


def _note(
    connection: Connection,
    there: Mapping[str, Sequence[Link]],
    before: Mapping[str, Taking],
    rows: Mapping[str, tuple[str, int, int]],
    moments: tuple[float, float],
) -> None:
    """Most orders change nothing that must be written: the store has taken just what the books will take. What is to
    be looked at is what is open otherwise, what sells in kits too, and what was sold about when a level was written.
    """
    changed = [v for v in {**before, **rows} if _takes(before.get(v)) != rows.get(v, ("", 0, 0))[1:]]
    if not changed:
        return
    open_otherwise = {v for v in changed if _gap(_takes(before.get(v))) != _gap(rows.get(v, ("", 0, 0))[1:])}
    items = [link for variant in changed for link in there.get(variant, ())]
    known = levels.get_many(connection.ledger, connection.name, [link.key for link in items])
    parts = links.get_many(connection.ledger, connection.name, stock_notes.PART, [link.key for link in items])
    wanted: list[str] = []
    for link in items:
        moment = moments[link.id in before]
        doubtful = any(about(connection, moment, level) for level in known.get(link.key, {}).values())
        if doubtful or link.extra.get("kit") or link.key in parts or link.id in open_otherwise:
            wanted.append(link.key)
    if wanted:
        stock_notes.note(connection, wanted, None)


def about(connection: Connection, moment: float, level: Level) -> bool:
    """Whether what an order took then may have been overwritten when this level was written."""
    return moment < level.at + DOUBT / connection.pace + WHOLE


def _takes(row: Taking | None) -> tuple[int, int]:
    return (row.taken, row.due) if row else (0, 0)


def _gap(takes: tuple[int, ...]) -> int:
    """What the store's level says less, or more, than the books will."""
    return takes[1] - takes[0]


def _settle(hand: Hand, *, unclear: bool = False) -> None:
    if unclear:
        return
    connection, order, before = hand.connection, hand.claim.record, _of(hand)
    link, booked = document_of(connection, order), _booked(connection, order)
    if booked == "none" and link is not None and _is_invoiced(connection, link):
        keep_seen(connection, order, link.id, {})
        return
    takings.book(connection.ledger, connection.name, order, booked)
    seen = links.get(connection.ledger, connection.name, SEEN, order)
    if seen is not None and link is not None and seen.id == link.id and connection.book_rules.invoice_when:
        _note_moved(connection, {row.variant: row.booked for row in before}, _of(hand))


def _note_moved(connection: Connection, before: Mapping[str, int], after: Sequence[Taking]) -> None:
    """A level may have been set while a draft had taken nothing that its sales order held back all the time."""
    moved = [row.variant for row in after if row.booked != before.get(row.variant, 0)]
    items = [link.key for found in _links(connection, moved).values() for link in found]
    if items:
        stock_notes.note(connection, items, None)


def _booked(connection: Connection, order: str) -> Booked:
    """What the order's document has taken in Zoho, as far as anybody has seen it. What is booked once stays so when
    the order changes, as its document does.
    """
    rows = takings.of_order(connection.ledger, connection.name, order)
    as_it_was = {row.variant: row.booked for row in rows}
    link = document_of(connection, order)
    seen = _seen(connection, order, link)
    if seen is not None:
        return seen
    at_rest = link is not None and str(link.extra.get("status", "")) in AT_REST
    if any(as_it_was.values()) and not (at_rest and _is_invoiced(connection, link)):
        return as_it_was
    if link is None or at_rest:
        return "none"
    return "all" if link.extra.get("status") and _takes_at_once(connection, link) else as_it_was


def _seen(connection: Connection, order: str, link: Link | None) -> dict[str, int] | None:
    """What somebody saw it have taken, where we have not touched it since."""
    seen = links.get(connection.ledger, connection.name, SEEN, order)
    if seen is None or link is None or seen.id != link.id or seen.since < link.since:
        return None
    return {variant: int(number) for variant, number in seen.extra["booked"].items()}


def _is_invoiced(connection: Connection, link: Link | None) -> bool:
    """Nobody says whether the draft of an invoice gives back already what its sales order held back: we count on it,
    for that shows less rather than too much.
    """
    return link is not None and bool(connection.book_rules.invoice_when) and _word(link) == "invoice"


def _takes_at_once(connection: Connection, link: Link) -> bool:
    """A sales order holds its goods back for the buyer, and they leave when somebody invoices or ships them."""
    return _word(link) == "invoice" or connection.stock_rules.figure == "available"


def _is_unclear(hand: Hand, error: BaseException) -> bool:
    """Whether a call is on its way of which nobody knows if it has moved stock."""
    connection = hand.connection
    link = document_of(connection, hand.claim.record)
    if link is not None and link.extra.get("status") not in AT_REST and not link.extra.get("writing"):
        return _word(link) == "order" and "invoice" in _on_their_way(hand)
    if link is not None and (isinstance(error, Unknown) or isinstance(error.__cause__, Unknown)):
        return True
    return bool(_on_their_way(hand) & MOVING)


def _on_their_way(hand: Hand) -> set[str]:
    connection = hand.connection
    sent = intents.of_record(connection.ledger, connection.name, f"{hand.claim.flow}:{hand.claim.record}")
    return {one.kind for one in sent if one.state in {"intended", "unknown"}}


def _links(connection: Connection, variants: Sequence[str]) -> dict[str, list[Link]]:
    return links.by_ids(connection.ledger, connection.name, stock_notes.LINK, variants)


def _variants(bundle: Mapping[str, Any]) -> list[str]:
    return [str(row.get("variant_id")) for row in bundle.get("products") or ()]


def _channel(bundle: Mapping[str, Any]) -> str:
    told = str(bundle["order"].get("channel_id") or "")
    return told if told.isdigit() else ""


def _moments(bundle: Mapping[str, Any]) -> tuple[float, float]:
    """When the order was made, and when it last changed."""
    order = bundle["order"]
    created = store_orders.modified({"date_modified": order["date_created"]})
    return created.timestamp(), store_orders.modified(order).timestamp()
