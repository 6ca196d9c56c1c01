"""Looks for the custom field that keeps documents single: Zoho tells of it only on records that carry it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.checks.lines import Line, ok, warn
from app.checks.reading import Check, Pair, Values
from connectors.zoho import lists
from connectors.zoho.client import Zoho
from connectors.zoho.documents import custom_field
from connectors.zoho.payments import get_payment
from connectors.zoho.purchaseorders import get_purchase
from ledger import links
from tasks import memory
from tasks.purchase_ways import KIND as PURCHASE

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Module:
    """One kind of records: what Zoho's settings call it, where a row has its id, what the ledger calls our link to one,
    and how one is opened. `rare`: a shop may be without one of ours for long.
    """

    label: str
    identity: str
    link: str
    opened: Callable[[Zoho, str], Row | None]
    rare: bool = False


def _document(label: str, kind: lists.Kind, link: str = memory.DOCUMENT, *, rare: bool = False) -> Module:
    one = lists.LISTS[kind][2]
    return Module(label, f"{one}_id", link, partial(_opened, kind), rare)


def _opened(kind: lists.Kind, zoho: Zoho, identity: str) -> Row | None:
    return lists.opened(zoho, kind, identity, purpose="check")


MODULES = {
    "invoice": _document("invoices", "invoice"),
    "sales_order": _document("sales orders", "sales_order"),
    "estimate": _document("estimates", "estimate"),
    "credit notes": _document("credit notes", "credit_note", memory.NOTE, rare=True),
    "payments": Module("payments received", "payment_id", memory.PAYMENT, get_payment),
    "purchase orders": Module("purchase orders", "purchaseorder_id", PURCHASE, get_purchase),
}


def _judge(read: str, kind: str, pair: Pair, values: Values) -> Iterator[Line]:
    """The judgement for one kind of records; at most one call, and only on doubt."""
    module = MODULES[kind or pair.made.book_rules.document]
    about, api_name = f"key field, {module.label}", pair.made.book_rules.key_field
    rows: list[Row] = values[read]
    mine = next((row for row in rows if _is_ours(pair, module, row)), None)
    if any(_is_kept(pair, row) for row in rows) or (mine and _is_kept(pair, _whole(pair, module, mine))):
        yield ok(
            about, f"{api_name} is kept on recent records (that it refuses a second use shows only then)"
        )
    elif mine is not None:
        told = f"records of ours do not keep {api_name}: asking is all that prevents a second one"
        yield warn(about, told, _make(pair, module))
    elif not module.rare:
        told = "cannot be told before the first record of ours: Zoho has no question for it"
        # told of only with the first
        also = "" if kind else f"; the same once more for {MODULES['credit notes'].label}"
        yield warn(about, told, _make(pair, module) + also)


def _is_kept(pair: Pair, row: Row) -> bool:
    return custom_field(row, pair.made.book_rules.key_field).startswith(f"{pair.made.store_hash}:")


def _is_ours(pair: Pair, module: Module, row: Row) -> bool:
    made, identity = pair.made, str(row.get(module.identity, ""))
    return bool(links.by_id(made.ledger, made.name, module.link, identity))


def _whole(pair: Pair, module: Module, row: Row) -> Row:
    """Lists may leave custom fields out."""
    return module.opened(pair.made.zoho, str(row[module.identity])) or {}


def _make(pair: Pair, module: Module) -> str:
    label = pair.made.book_rules.key_field.removeprefix("cf_").replace("_", " ").capitalize()
    return (
        f"in Zoho: Settings, {module.label.capitalize()}, Field Customization, New: label {label!r}, "
        f"data type Text Box (Single Line), prevent duplicate values: yes, show in PDF: no; "
        f"its API name must be {pair.made.book_rules.key_field}"
    )


READS = {
    "documents": "",  # invoices or sales orders, whichever books an order in the end
    "payments": "payments",
    "sales orders": "sales_order",
    "estimates": "estimate",
    "purchase orders": "purchase orders",
    "credit notes": "credit notes",
}
"""What was read, and the kind of records that it holds; judged where it was read."""

KEY_FIELD_CHECKS = tuple(Check((read,), partial(_judge, read, kind)) for read, kind in READS.items())
