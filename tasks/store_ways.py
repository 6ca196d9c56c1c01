"""How each kind of step is done in a store, and how its result is found again when the answer was lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from connectors.bigcommerce import catalog, images, variants
from connectors.bigcommerce.client import is_missing
from connectors.errors import Rejected
from connectors.zoho.items import item_image
from ledger import links
from mappings.plans import Step
from tasks.services import Connection

Answer = Mapping[str, Any]
PRODUCT, VARIANT = "product", "variant"
CLOCKS = 120.0  # seconds by which the store's clock and ours may differ


def conflict(refusal: Rejected) -> str:
    """`name` or `sku` where the store refused because another product has it already."""
    if refusal.status not in (409, 422):
        return ""
    told = refusal.body if isinstance(refusal.body, Mapping) else {}
    text = f"{told.get('title', '')} {told.get('errors', '')} {told.get('batch_errors', '')}".lower()
    taken = any(word in text for word in ("duplicate", "already", "unique", "in use"))
    return next((field for field in ("sku", "name") if taken and field in text), "")


def create_product(connection: Connection, step: Step) -> Answer:
    """Under the first of its names that no other product bears."""
    names = step.expect.get("names") or (step.body["name"],)
    for name in names[:-1]:
        try:
            return _made(catalog.create_product(connection.store, {**step.body, "name": name}))
        except Rejected as refusal:
            if conflict(refusal) != "name":
                raise
    return _made(catalog.create_product(connection.store, {**step.body, "name": names[-1]}))


def find_product(connection: Connection, step: Step) -> Answer | None:
    """By SKU; what has none by its name, and then only what was made after we sent it: another's is never taken."""
    skus = list(_skus(step.body))
    found = _by_sku(connection, skus[0]) if skus else _by_name(connection, step)
    if found is None or _is_anothers(connection, str(found["id"]), step):
        return None
    return _with_id(found)


def _skus(body: Mapping[str, Any]) -> Iterator[str]:
    for row in (*body.get("variants", ()), body):
        if row.get("sku"):
            yield str(row["sku"])


def _by_sku(connection: Connection, sku: str) -> Mapping[str, Any] | None:
    rows = variants.find_by_sku(connection.store, sku)
    return read_product(connection, str(rows[0]["product_id"])) if rows else None


def _by_name(connection: Connection, step: Step) -> Mapping[str, Any] | None:
    for name in step.expect.get("names") or (step.body["name"],):
        for row in catalog.find_by_name(connection.store, name):
            if not row.get("sku") and _made_since(row, step.expect.get("sent_at")):
                return read_product(connection, str(row["id"]))
    return None


def _made_since(row: Mapping[str, Any], sent_at: float | None) -> bool:
    made = str(row.get("date_created") or "")
    return bool(made and sent_at is not None and datetime.fromisoformat(made).timestamp() >= sent_at - CLOCKS)


def _is_anothers(connection: Connection, product_id: str, step: Step) -> bool:
    """It follows another item already."""
    known = links.by_id(connection.ledger, connection.name, PRODUCT, product_id)
    return any(link.key != step.expect.get("record") for link in known)


def read_product(connection: Connection, product_id: str) -> Mapping[str, Any] | None:
    """A product with all that a plan is compared with."""
    return catalog.products_by_id(connection.store, [product_id]).get(product_id)


def create_variant(connection: Connection, step: Step) -> Answer:
    return _made(variants.create_variant(connection.store, str(step.target), step.body))


def find_variant(connection: Connection, step: Step) -> Answer | None:
    """By SKU, and only in the product that it was meant for."""
    if not step.body.get("sku"):
        return None
    rows = variants.find_by_sku(connection.store, str(step.body["sku"]))
    return next((_with_id(row) for row in rows if str(row["product_id"]) == str(step.target)), None)


def create_option(connection: Connection, step: Step) -> Answer:
    return _made(variants.create_option(connection.store, str(step.target), step.body))


def find_option(connection: Connection, step: Step) -> Answer | None:
    return _named(variants.options(connection.store, str(step.target)), "display_name", step)


def create_option_value(connection: Connection, step: Step) -> Answer:
    body = {key: value for key, value in step.body.items() if key != "option_id"}
    option = str(step.body["option_id"])
    return _made(variants.create_option_value(connection.store, str(step.target), option, body))


def find_option_value(connection: Connection, step: Step) -> Answer | None:
    options = variants.options(connection.store, str(step.target))
    mine = next((row for row in options if str(row["id"]) == str(step.body["option_id"])), {})
    return _named(mine.get("option_values", ()), "label", step)


def _named(rows: Any, field: str, step: Step) -> Answer | None:
    wanted = str(step.body[field]).strip().casefold()
    return next((_with_id(row) for row in rows if str(row[field]).strip().casefold() == wanted), None)


def create_image(connection: Connection, step: Step) -> Answer:
    """Zoho's picture, carried over; an item that has none any more leaves the store's alone."""
    picture = item_image(connection.zoho, str(step.body["item_id"]))
    if picture is None:
        return {"id": "", "made": True}
    return _made(images.add_image(connection.store, str(step.target), *picture, name=_file_name(step)))


def find_image(connection: Connection, step: Step) -> Answer | None:
    product = read_product(connection, str(step.target)) or {}
    wanted = _file_name(step).rsplit(".", 1)[0]
    rows = [row for row in product.get("images", ()) if wanted in str(row.get("image_file", ""))]
    return _with_id(rows[0]) if rows else None


def _file_name(step: Step) -> str:
    return f"zoho-{step.expect.get('image') or step.body['item_id']}"


def create_custom_field(connection: Connection, step: Step) -> Answer:
    return _made(catalog.create_custom_field(connection.store, str(step.target), step.body))


def find_custom_field(connection: Connection, step: Step) -> Answer | None:
    rows = catalog.custom_fields(connection.store, str(step.target))
    return next((_with_id(row) for row in rows if row["name"] == step.body["name"]), None)


def update_custom_field(connection: Connection, step: Step) -> Answer:
    field = str(step.expect["id"])
    return _with_id(catalog.update_custom_field(connection.store, str(step.target), field, step.body))


def delete_custom_field(connection: Connection, step: Step) -> Answer:
    """One that is gone already is as it should be."""
    try:
        catalog.delete_custom_field(connection.store, str(step.target), str(step.expect["id"]))
    except Rejected as refusal:
        if not is_missing(refusal):
            raise
    return {"id": str(step.expect["id"])}


def _made(answer: Mapping[str, Any]) -> Answer:
    """What this very call brought to life, and not an earlier one of ours or a person."""
    return {**_with_id(answer), "made": True}


def _with_id(answer: Mapping[str, Any]) -> Answer:
    return {**answer, "id": str(answer["id"])}
