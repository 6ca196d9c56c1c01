"""What we remember of an order in the books: its documents one after another, credit notes, money, the mark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ledger import links
from ledger.links import Link
from mappings.zoho.keys import named, part_of
from tasks.services import Connection

DOCUMENT, PAYMENT, MARK = "document", "payment", "mark"
NOTE, APPLIED, REPAID, BEGUN = "note", "applied", "repaid", "begun"
USED = "used"  # of a payment that was recorded while no document was there: where it went
WORDS = {"invoice": "invoice", "sales_order": "order", "estimate": "estimate"}


def documents_of(connection: Connection, order: str) -> list[Link]:
    """The documents that have booked the order as sold, one after another; at most the last of them is live."""
    kind = WORDS[connection.book_rules.document]
    rows = links.below(connection.ledger, connection.name, DOCUMENT, f"{branch(connection, order)}:{kind}")
    return sorted((row for row in rows if row.key.rpartition(":")[2].isdecimal()), key=generation)


def parts_of(connection: Connection, order: str) -> list[str]:
    """The parts of which the order has an invoice each, be it live or taken back; what was left comes last."""
    rows = links.below(connection.ledger, connection.name, DOCUMENT, stem(connection, order), ".")
    return sorted(
        {part_of(row.key) for row in rows}, key=lambda part: (not part.isdecimal(), len(part), part)
    )


def newest(connection: Connection, order: str) -> Link | None:
    """The last document, be it live or taken back."""
    rows = documents_of(connection, order)
    return rows[-1] if rows else None


def live(connection: Connection, order: str) -> Link | None:
    """The document that books the order now, if one does."""
    link = newest(connection, order)
    return link if link is not None and not ended(connection, link) else None


def generation(link: Link) -> int:
    """How many documents this one makes for its order; it stands in the key, so old rows tell it, too."""
    return int(link.key.rpartition(":")[2])


def ended(connection: Connection, link: Link) -> Literal["", "void", "credited"]:
    """Whether we took this document back ourselves: made void, or credited by a note that was found right."""
    if link.extra.get("ended") == "void":
        return "void"
    store, order, *_ = link.key.split(":")
    key = f"{store}:{order}:reversal:{generation(link)}"
    note = links.get(connection.ledger, connection.name, NOTE, key)
    return "credited" if note is not None and note.extra.get("verified") else ""


def document_by_id(connection: Connection, identity: str) -> Link | None:
    """The document of ours with this id in Zoho."""
    rows = links.by_id(connection.ledger, connection.name, DOCUMENT, identity)
    return rows[0] if rows else None


def of_order(connection: Connection, kind: str, order: str, word: str) -> dict[str, Link]:
    """What follows `{store}:{order}:{word}:` in the key, and its link."""
    rows = links.below(connection.ledger, connection.name, kind, f"{stem(connection, order)}:{word}")
    return {row.key.split(":", 3)[3]: row for row in rows}


def uses_of(connection: Connection, kind: str, order: str) -> list[Link]:
    """What was applied to any document of the order: notes (APPLIED), or payments that came before it (USED)."""
    whole = links.below(connection.ledger, connection.name, kind, f"{stem(connection, order)}:apply")
    of_parts = links.below(connection.ledger, connection.name, kind, stem(connection, order), ".")
    return [*whole, *(row for row in of_parts if row.key.split(":")[2] == "apply")]


def notes_of(connection: Connection, order: str) -> dict[str, Link]:
    """Credit notes by `refund:<id>` or `reversal:<generation>`; refunds are the order's, whatever its parts are."""
    rules = connection.book_rules
    if rules.invoice_when and rules.document == "sales_order":
        return {}  # they credit the invoices that come after it
    rows = links.below(connection.ledger, connection.name, NOTE, stem(connection, order))
    if rules.part:
        rows = [row for row in rows if row.key.split(":")[2] == "refund"]
        rows += links.below(connection.ledger, connection.name, NOTE, branch(connection, order))
    return {row.key.split(":", 2)[2]: row for row in rows}


def bind(connection: Connection, kind: str, key: str, identity: str, extra: Mapping[str, Any]) -> Link:
    return links.bind(connection.ledger, connection.name, kind, key, identity, extra, connection.clock())


def change(connection: Connection, link: Link, **changed: Any) -> Link:
    """The link with other facts beside what it says already; None takes one away."""
    extra = {name: value for name, value in {**link.extra, **changed}.items() if value is not None}
    return bind(connection, link.kind, link.key, link.id, extra)


def begin(connection: Connection, order: str) -> None:
    """Its documents are about to be changed: until `end` the order is not as its last run left it."""
    bind(connection, BEGUN, stem(connection, order), "", {})


def end(connection: Connection, order: str) -> None:
    links.forget(connection.ledger, connection.name, BEGUN, stem(connection, order))


def is_begun(connection: Connection, order: str) -> bool:
    """Whether a run that changed something has not come to its end."""
    return links.get(connection.ledger, connection.name, BEGUN, stem(connection, order)) is not None


def mark_of(connection: Connection, order: str) -> str:
    """The document number that we wrote into the store last, whichever document it was."""
    words = WORDS.values() if connection.book_rules.invoice_when else ()
    keys = [mark_key(connection, order), *(f"{stem(connection, order)}:{word}:1" for word in words)]
    found = links.get_many(connection.ledger, connection.name, MARK, keys)
    return next((found[key].id for key in keys if key in found), "")


def mark_key(connection: Connection, order: str) -> str:
    """An order has one mark, so it is kept under its first document's key."""
    return f"{stem(connection, order)}:{WORDS[connection.book_rules.document]}:1"


def stem(connection: Connection, order: str) -> str:
    """How every key of the order begins."""
    return f"{connection.book_rules.store_hash}:{order}"


def branch(connection: Connection, order: str) -> str:
    """How the keys of its documents begin, and of what belongs to them: of the part that this is about, or of all."""
    return f"{connection.book_rules.store_hash}:{named(order, connection.book_rules)}"
