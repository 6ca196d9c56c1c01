"""An order's document as it stands: remembered, read where that is needed, and what a person made of it in Zoho."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connectors.errors import Rejected
from connectors.zoho import documents
from connectors.zoho.client import is_missing
from ledger import cursors
from ledger.links import Link
from mappings.errors import Skip, Unmappable
from mappings.records import Order
from mappings.zoho import prints
from mappings.zoho.documents import fingerprint
from mappings.zoho.found import FoundDocument, Needs
from mappings.zoho.orders import expected, verify
from mappings.zoho.stages import links_of
from mappings.zoho.verdicts import discounted
from tasks import memory
from tasks.apply import FOUND
from tasks.hand import Hand
from tasks.memory import DOCUMENT, MARK, PAYMENT
from tasks.note_ways import WITH_DOCUMENT
from tasks.services import Connection
from tasks.ways import document_answer

CHOICE, KEEP, OURS, STOP = "choice", "keep", "ours", "stop"
DIFFERS = "another"  # stands for the fingerprint of a document that is to be written again
GONE_REMEDY = (
    "Run `cartbooks resolve order ID` with --ours (it is written again) or --stop (the order's documents are left to "
    "you)."
)
GONE = {"estimate": ("declined", "invoiced")}
"""Statuses, by kind, in which a person has taken a document away from us; of others it is void."""
CHANGED_REMEDY = (
    "Run `cartbooks resolve order ID` with --keep (Zoho's stays), --ours (it is written again) or --stop (the order is "
    "left to you)."
)


def remembered(connection: Connection, link: Link) -> FoundDocument:
    extra = link.extra
    return FoundDocument(
        id=link.id,
        number=str(extra["number"]),
        status=str(extra["status"]),
        fingerprint=DIFFERS if _is_other(link) else str(extra["fingerprint"]),
        customer_id=str(extra["customer_id"]),
        generation=memory.generation(link),
        ended=memory.ended(connection, link),
        doubtful=any(extra.get(name) for name in ("doubtful", "writing", "ending", CHOICE)),
    )


def _is_other(link: Link) -> bool:
    """Zoho's may say something else than we remember: it is to be written again, or our last word went unheard."""
    return bool(link.extra.get("writing")) or link.extra.get(CHOICE) == OURS


def unverified(hand: Hand, order: Order, link: Link, *, dry: bool = False) -> FoundDocument | None:
    """A document that was not right when it was made, as it is now; None where a person has deleted it."""
    connection = hand.connection
    made = _read(connection, link)
    if made is None or _half_split(connection, made):
        return None  # made again: the intent finds what is there, and it is written without discounts
    if made["status"] == "void" and (link.extra.get("ending") or link.extra.get(CHOICE)):
        return _gone(connection, link, remembered(connection, link), made, dry=dry)
    if not dry:
        _remember_money(connection, link, made)
    written = str(link.extra.get("fingerprint", ""))
    if written in ("", fingerprint(order)):
        expect = {**expected(order), "lines": len(made["line_items"])}
        verdict = verify(expect, {"line_items": made["line_items"]}, made, connection.book_rules)
        if verdict.reason and link.extra.get(FOUND):
            written = DIFFERS
        elif verdict.reason and verdict.reason != "total-differs":  # of the total the plan sees to
            raise Unmappable(verdict.reason, verdict.what, verdict.remedy)
        if (
            verdict.equal and not dry
        ):  # a person has mended it, or we died just before we could say that it is right
            told = {"verified": True, "writing": None, "status": made["status"], "total": str(made["total"])}
            link = memory.change(connection, link, **told, **_seen(connection, made))
    return replace(
        standing(connection.book_rules.document, made),
        fingerprint=written,
        generation=memory.generation(link),
        ended=memory.ended(connection, link),
    )


def earlier(hand: Hand, order: Order, needs: Needs, *, dry: bool = False) -> FoundDocument | None:
    """The store says the order is marked and we do not know it: our memory may be younger than the books."""
    connection = hand.connection
    rules, stem = connection.book_rules, needs.key.rpartition(":")[0]
    rows = documents.find_documents(connection.zoho, rules.document, needs.reference)
    keys = [(documents.custom_field(row, rules.key_field).rpartition(":"), row) for row in rows]
    ours = [(int(n), row) for (before, _, n), row in keys if before == stem and n.isdecimal()]
    if not ours:
        return _keyless(connection, order, rows)
    number, row = max(ours, key=lambda one: (one[1].get("status") != "void", one[0]))
    found = replace(standing(rules.document, row), generation=number)
    if found.status == "void" and order.ended:
        return replace(found, ended="void")
    if dry:
        return found
    if (
        found.number == order.external_order_id
    ):  # the mark is ours, so that the next document's number may replace it
        key = memory.mark_key(connection, order.id)
        memory.bind(connection, MARK, key, found.number, {"field": "external_order_id"})
    return _adopted(connection, order, f"{stem}:{number}", found)


def _keyless(connection: Connection, order: Order, rows: Sequence[Mapping[str, Any]]) -> FoundDocument | None:
    """The very document that the store's mark names, where documents bear no key: a second one shall not be made."""
    rules = connection.book_rules
    bare = [standing(rules.document, row) for row in rows if not documents.custom_field(row, rules.key_field)]
    named = [one for one in bare if one.number == order.external_order_id and one.status != "void"]
    return replace(named[0], ours=False) if named else None


def _adopted(connection: Connection, order: Order, key: str, found: FoundDocument) -> FoundDocument:
    """It is remembered again where it is equal to the order; where it is not, the plan or a person sees to it."""
    rules = connection.book_rules
    there = _with_read(connection, found)
    made = there.read or {}
    expect = {**expected(order), "lines": len(made["line_items"])}
    if there.status == "void" or not verify(expect, {"line_items": made["line_items"]}, made, rules).equal:
        return there
    extra: dict[str, Any] = {
        "number": there.number,
        "status": there.status,
        "fingerprint": fingerprint(order),
    }
    extra |= {"customer_id": there.customer_id, "total": str(there.total), "verified": True, "paid_with": []}
    memory.bind(connection, DOCUMENT, key, there.id, {**extra, **_seen(connection, made)})
    return replace(there, fingerprint=fingerprint(order))


def read(hand: Hand, order: Order | None, found: FoundDocument, *, dry: bool = False) -> FoundDocument:
    """The document as Zoho answers it now. Raises Unmappable("changed-in-zoho") where a person changed what is ours
    and has not said yet what is to become of it.
    """
    connection = hand.connection
    link = memory.document_by_id(connection, found.id)
    if link is None or found.read is not None or not link.extra.get("verified"):
        return found if found.read is not None else _with_read(connection, found)
    if link.id in hand.said:
        link = replace(link, extra={**link.extra, CHOICE: hand.said[link.id]})
    made = _read(connection, link)
    if found.ended:  # what a person does to what counts no more is his own business
        return _as_read(connection, found, made) if made is not None else found
    if made is None or made["status"] in GONE.get(connection.book_rules.document, ("void",)):
        return _gone(connection, link, found, made, dry=dry)
    return _compared(connection, order, link, found, made, dry=dry)


def _compared(
    connection: Connection,
    order: Order | None,
    link: Link,
    found: FoundDocument,
    made: Mapping[str, Any],
    *,
    dry: bool,
) -> FoundDocument:
    rules = connection.book_rules
    before, now = link.extra.get("print"), prints.owned(made, rules)
    changed = prints.differences(before, now) if before and not link.extra.get("writing") else ()
    choice = str(link.extra.get(CHOICE) or "")
    if changed and choice not in (KEEP, OURS):
        what = f"document {found.number} was changed in Zoho: {'; '.join(changed)}"
        raise Unmappable("changed-in-zoho", what, CHANGED_REMEDY)
    told: dict[str, Any] = {**_seen(connection, made), "status": made["status"]}
    told |= {"doubtful": None, "ending": None}
    keeps = choice == KEEP and order is not None
    if keeps and order is not None:
        told |= {"fingerprint": fingerprint(order), "total": str(made["total"]), "kept": True, CHOICE: None}
    elif choice == OURS and not changed:  # a person has mended it meanwhile
        told |= {CHOICE: None}
    if choice == OURS and not changed and not link.extra.get("writing"):
        found = replace(found, fingerprint=str(link.extra["fingerprint"]))
    if not dry:
        link = memory.change(connection, link, **told)
    standing_now = _as_read(connection, found, made)
    if keeps or link.extra.get("kept"):  # its total is a person's, and nothing that we should mend
        standing_now = replace(standing_now, total=None)
    return replace(standing_now, fingerprint=told.get("fingerprint", found.fingerprint), doubtful=False)


def _seen(connection: Connection, made: Mapping[str, Any]) -> dict[str, Any]:
    """What is remembered of a document as Zoho shows it: what is ours of it, and what it invoices of a sales order."""
    return {"print": prints.owned(made, connection.book_rules), "linked": links_of(made) or None}


def _gone(
    connection: Connection, link: Link, found: FoundDocument, made: Mapping[str, Any] | None, *, dry: bool
) -> FoundDocument:
    """It was made void, or deleted: by ourselves, though we have not heard of it, or by a person."""
    status = "deleted" if made is None else str(made["status"])
    what = f"document {found.number} was {'made void' if status == 'void' else status} in Zoho"
    if link.extra.get(CHOICE) == KEEP and connection.book_rules.document == "estimate":
        return _closed(connection, link, found, status, dry=dry)
    if link.extra.get(CHOICE) == KEEP:  # there is nothing to follow any more
        if not dry:
            memory.change(connection, link, **{CHOICE: STOP})
        raise Skip("left-to-person", what)
    if not (link.extra.get("ending") or link.extra.get(CHOICE) == OURS):
        raise Unmappable("changed-in-zoho", what, GONE_REMEDY)
    if not dry:
        gone = {
            "ended": "void",
            "status": "void",
            "ending": None,
            "writing": None,
            CHOICE: None,
            "doubtful": None,
        }
        memory.change(connection, link, **gone)
    return replace(found, ended="void", status="void", doubtful=False, read=made)


def _closed(
    connection: Connection, link: Link, found: FoundDocument, status: str, *, dry: bool
) -> FoundDocument:
    """An estimate stays as a person left it; its order is booked all the same once it is a sale."""
    if not dry:
        memory.change(connection, link, **{CHOICE: None, "status": status, "doubtful": None})
    return replace(found, status=status, doubtful=False)


def _with_read(connection: Connection, found: FoundDocument) -> FoundDocument:
    made = document_answer(
        connection.book_rules.document,
        documents.get_document(connection.zoho, connection.book_rules.document, found.id),
    )
    return _as_read(connection, found, made)


def _as_read(connection: Connection, found: FoundDocument, made: Mapping[str, Any]) -> FoundDocument:
    told = standing(connection.book_rules.document, made)
    return replace(told, generation=found.generation, ended=found.ended, fingerprint=found.fingerprint)


def standing(kind: str, made: Mapping[str, Any]) -> FoundDocument:
    """A document as an answer of this moment tells it; a row of a list has no lines and counts as not read."""
    words = documents.KINDS[kind]
    return FoundDocument(
        id=str(made[f"{words.one}_id"]),
        number=str(made[words.number]),
        total=Decimal(str(made["total"])),
        status=str(made["status"]),
        adjustment=Decimal(str(made.get("adjustment") or 0)),
        customer_id=str(made.get("customer_id", "")),
        read=made if made.get("line_items") is not None else None,
    )


def _read(connection: Connection, link: Link) -> Mapping[str, Any] | None:
    kind = connection.book_rules.document
    try:
        return document_answer(kind, documents.get_document(connection.zoho, kind, link.id))
    except Rejected as error:
        if is_missing(error):
            return None
        raise


def _half_split(connection: Connection, made: Mapping[str, Any]) -> bool:
    split = cursors.learned(connection.ledger, connection.organization).get("line_discounts") == "split"
    return split and made["status"] == "draft" and discounted(made)


def _remember_money(connection: Connection, link: Link, made: Mapping[str, Any]) -> None:
    """What was paid in the call that made the document, should we have died before we noted it."""
    if link.extra.get("paid_with") and Decimal(str(made["balance"])) < Decimal(str(made["total"])):
        for key in link.extra["paid_with"]:
            memory.bind(connection, PAYMENT, key, WITH_DOCUMENT, {})
