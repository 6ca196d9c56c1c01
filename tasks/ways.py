"""How each kind of step is done on a platform, and how its result is found again when the answer was lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from connectors.bigcommerce import orders as store_orders
from connectors.errors import Rejected
from connectors.zoho import contacts, documents, items, payments
from connectors.zoho.client import name_of
from ledger import cursors, links
from mappings.errors import Unmappable
from mappings.plans import Step
from mappings.zoho import contacts as written
from tasks import note_ways, purchase_ways, shipment_ways, undo_ways, unused_money
from tasks import store_ways as store
from tasks.note_ways import Answer
from tasks.note_ways import to_the_end as _to_the_end
from tasks.services import Connection

__all__ = ["WAYS", "Answer", "Way", "document_answer", "walk_in"]

NAMESPACE = "cartbooks"
ANSWERS: Mapping[str, documents.Answered] = {"accept": "accepted", "decline": "declined"}


@dataclass(frozen=True)
class Way:
    """`find` is None where sending twice changes nothing more than sending once."""

    do: Callable[[Connection, Step], Answer]
    find: Callable[[Connection, Step], Answer | None] | None = None


def _create_contact(connection: Connection, step: Step) -> Answer:
    """Under the first of its names that nobody else bears: equal names never merge two people."""
    names = step.expect.get("names") or (step.body["contact_name"],)
    for name in names[:-1]:
        try:
            return _with_id(
                contacts.create_contact(connection.zoho, {**step.body, "contact_name": name}), "contact_id"
            )
        except Rejected as error:
            if name_of(error) != "name-taken":
                raise
    last = {**step.body, "contact_name": names[-1]}
    return _with_id(contacts.create_contact(connection.zoho, last), "contact_id")


def _find_contact(connection: Connection, step: Step) -> Answer | None:
    """By e-mail and currency; the walk-in contact, who is nobody's, by its name; others cannot be asked about."""
    if "contact_persons" not in step.body:
        names = step.expect.get("names") or (step.body["contact_name"],)
        currency = {field: told for field, told in step.body.items() if field == "currency_id"}
        return walk_in(connection, names, currency)
    email = next(
        (person["email"] for person in step.body.get("contact_persons", ()) if person.get("email")), ""
    )
    if not email:
        return None
    for row in contacts.find_contacts(connection.zoho, email):
        if row.get("currency_id") in (None, step.body.get("currency_id")) or "currency_id" not in step.body:
            return _with_id(contacts.get_contact(connection.zoho, row["contact_id"]), "contact_id")
    return None


def walk_in(connection: Connection, names: Sequence[str], currency: Mapping[str, str]) -> Answer | None:
    """The contact for customers without e-mail, by the names that the merchant has set for it.

    `currency`: what its rows must say, by id or by code.
    """
    for name in names:
        found = contacts.find_contacts_by_name(connection.zoho, name)
        rows = [
            row for row in found if all(row.get(field) in (None, told) for field, told in currency.items())
        ]
        if rows:
            return _with_id(contacts.get_contact(connection.zoho, rows[0]["contact_id"]), "contact_id")
    return None


def _update_contact(connection: Connection, step: Step) -> Answer:
    return _with_id(contacts.update_contact(connection.zoho, str(step.target), step.body), "contact_id")


def _add_address(connection: Connection, step: Step) -> Answer:
    return _with_id(contacts.add_address(connection.zoho, str(step.target), step.body), "address_id")


def _find_address(connection: Connection, step: Step) -> Answer | None:
    wanted = written.address_fingerprint(step.body, str)
    for row in contacts.list_addresses(connection.zoho, str(step.target)):
        if written.address_fingerprint(row, str) == wanted:
            return _with_id(row, "address_id")
    return None


def _create_item(connection: Connection, step: Step) -> Answer:
    """Under the first name that the organization takes: some refuse a name twice."""
    names = _names(step)
    try:
        return _with_id(items.create_item(connection.zoho, {**step.body, "name": names[0]}), "item_id")
    except Rejected:
        if len(names) == 1 or _find_item(connection, step) is not None:
            raise
        return _with_id(items.create_item(connection.zoho, {**step.body, "name": names[-1]}), "item_id")


def _names(step: Step) -> tuple[str, ...]:
    return step.expect.get("names") or (step.body["name"],)


def _find_item(connection: Connection, step: Step) -> Answer | None:
    sku = step.body.get("sku", "")
    if sku:
        rows = items.find_items_by_sku(connection.zoho, sku)
    else:
        named = (items.find_items_by_name(connection.zoho, name) for name in _names(step))
        rows = next((found for found in named if found), [])
    return _with_id(rows[0], "item_id") if rows else None


def _create_document(connection: Connection, step: Step) -> Answer:
    quick = "batch_payments" in step.body
    made = documents.create_document(connection.zoho, step.kind, step.body, quick=quick)  # type: ignore[arg-type]
    return document_answer(step.kind, made)


def _find_document(connection: Connection, step: Step) -> Answer | None:
    """By reference number, our key re-checked; without the unique field the reference is all there is (law 3)."""
    rows = documents.find_documents(connection.zoho, step.kind, step.body["reference_number"])  # type: ignore[arg-type]
    row = _ours(connection, rows, step)
    if row is None:
        return None
    identity = document_answer(step.kind, row)["id"]
    return document_answer(step.kind, documents.get_document(connection.zoho, step.kind, identity))  # type: ignore[arg-type]


def _ours(connection: Connection, rows: list[dict[str, Any]], step: Step) -> dict[str, Any] | None:
    """The live row that carries our key, or, where rows carry no key at all, the one that can only be ours."""
    live = [row for row in rows if row.get("status") != "void"]
    field = connection.book_rules.key_field
    keys = {documents.custom_field(row, field): row for row in live}
    if step.key in keys:
        return keys[step.key]
    bare = [
        row for row in live if not documents.custom_field(row, field) and not _is_known(connection, row, step)
    ]
    same = next((row for row in bare if str(row.get("customer_id")) == str(step.body["customer_id"])), None)
    keeps = "estimates_keep_key" if step.kind == "estimate" else "keeps_key"
    if same is not None and cursors.learned(connection.ledger, connection.organization).get(keeps):
        raise Unmappable(
            "foreign-document",
            f"a document of the same customer, made by somebody else, names order {step.body['reference_number']}",
            "If it books the order, leave the order held; else take the reference number off it, then retry.",
        )
    return same


def _is_known(connection: Connection, row: Mapping[str, Any], step: Step) -> bool:
    return _others(connection, "document", document_answer(step.kind, row)["id"], step)


def _amend_document(connection: Connection, step: Step) -> Answer:
    changed = documents.update_document(_to_the_end(connection), step.kind, str(step.target), step.body)  # type: ignore[arg-type]
    return document_answer(step.kind, changed)


def _send_document(connection: Connection, step: Step) -> Answer:
    documents.mark_sent(_to_the_end(connection), str(step.target), step.kind)  # type: ignore[arg-type]
    return {"id": str(step.target)}


def _answer_estimate(connection: Connection, step: Step) -> Answer:
    """Whether a draft may be answered is uncertain, so it is marked as sent before."""
    zoho, estimate = _to_the_end(connection), str(step.target)
    if step.body["draft"]:
        with suppress(Rejected):  # then the answer itself will tell why
            documents.mark_sent(zoho, estimate, "estimate")
    documents.answer_estimate(zoho, estimate, ANSWERS[step.verb])
    return {"id": estimate}


def _confirm_order(connection: Connection, step: Step) -> Answer:
    documents.confirm_sales_order(_to_the_end(connection), str(step.target))
    return {"id": str(step.target)}


def _create_payment(connection: Connection, step: Step) -> Answer:
    return _with_id(payments.create_payment(_to_the_end(connection), step.body), "payment_id")


def _find_payment(connection: Connection, step: Step) -> Answer | None:
    rows = payments.find_payments(connection.zoho, reference_number=step.body["reference_number"])
    field = connection.book_rules.key_field
    for row in rows:
        key = documents.custom_field(row, field)
        if key == step.key or (
            not key and _same_money(row, step) and not _others(connection, "payment", row["payment_id"], step)
        ):
            return _with_id(row, "payment_id")
    return None


def _others(connection: Connection, kind: str, identity: Any, step: Step) -> bool:
    """We know it already, as the result of another step."""
    known = links.by_id(connection.ledger, connection.name, kind, str(identity))
    return any(link.key != step.key for link in known)


def _same_money(row: Mapping[str, Any], step: Step) -> bool:
    body = step.body
    return str(row.get("customer_id")) == str(body["customer_id"]) and row.get("amount") == body["amount"]


def _mark(connection: Connection, step: Step) -> Answer:
    """The Zoho number on the order; a foreign mark is never overwritten, then a metafield carries ours."""
    value = str(step.body["value"])
    if step.body["field"] == "external_order_id":
        store_orders.set_external_id(connection.store, str(step.target), value)
    else:
        store_orders.put_metafield(connection.store, str(step.target), NAMESPACE, "document", value)
    return {"id": str(step.target)}


def document_answer(kind: str, document: Mapping[str, Any]) -> Answer:
    """The document as Zoho answered it, with `id` and `number` whatever its kind calls them."""
    words = documents.KINDS[kind]
    return {**document, "id": str(document[f"{words.one}_id"]), "number": str(document[words.number])}


def _with_id(answer: Mapping[str, Any], name: str) -> Answer:
    return {**answer, "id": str(answer[name])}


WAYS: Mapping[tuple[str, str], Way] = {
    ("create", "contact"): Way(_create_contact, _find_contact),
    ("update", "contact"): Way(_update_contact),
    ("create", "address"): Way(_add_address, _find_address),
    ("create", "item"): Way(_create_item, _find_item),
    ("create", "invoice"): Way(_create_document, _find_document),
    ("create", "sales_order"): Way(_create_document, _find_document),
    ("create", "estimate"): Way(_create_document, _find_document),
    ("amend", "invoice"): Way(_amend_document),
    ("amend", "sales_order"): Way(_amend_document),
    ("amend", "estimate"): Way(_amend_document),
    ("send", "invoice"): Way(_send_document),
    ("send", "estimate"): Way(_send_document),
    ("accept", "estimate"): Way(_answer_estimate),
    ("decline", "estimate"): Way(_answer_estimate),
    ("confirm", "sales_order"): Way(_confirm_order),
    ("create", "payment"): Way(_create_payment, _find_payment),
    ("mark", "order"): Way(_mark),
    **{step: Way(do, find) for step, (do, find) in note_ways.WRITES.items()},
    **{step: Way(do, find) for step, (do, find) in purchase_ways.WRITES.items()},
    ("apply", "payment"): Way(unused_money.use, unused_money.find_use),
    **{step: Way(do) for step, do in undo_ways.WRITES.items()},
    ("create", "product"): Way(store.create_product, store.find_product),
    ("create", "variant"): Way(store.create_variant, store.find_variant),
    ("create", "option"): Way(store.create_option, store.find_option),
    ("create", "option_value"): Way(store.create_option_value, store.find_option_value),
    ("create", "image"): Way(store.create_image, store.find_image),
    ("create", "custom_field"): Way(store.create_custom_field, store.find_custom_field),
    ("update", "custom_field"): Way(store.update_custom_field),
    ("delete", "custom_field"): Way(store.delete_custom_field),
    ("create", "shipment"): Way(shipment_ways.create, shipment_ways.find),
    ("update", "shipment"): Way(shipment_ways.track),
}
