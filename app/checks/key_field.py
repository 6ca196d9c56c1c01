"""Looks for the custom field that keeps documents single: Zoho tells of it only on records that carry it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.checks.lines import Line, ok, warn
from app.checks.reading import Pair, Values
from connectors.zoho.documents import custom_field, get_document
from connectors.zoho.payments import get_payment
from ledger import links
from tasks import look_up

Row = Mapping[str, Any]
LINKS = {"documents": look_up.DOCUMENT, "payments": look_up.PAYMENT}


def key_fields(module: str) -> Callable[[Pair, Values], Iterator[Line]]:
    """The judgement for one module, `documents` or `payments`; at most one call, and only on doubt."""

    def judge(pair: Pair, values: Values) -> Iterator[Line]:
        about = f"key field, {_label(pair, module)}"
        rows: list[Row] = values[module]
        api_name, ours = pair.made.book_rules.key_field, f"{pair.made.store_hash}:"
        if any(custom_field(row, api_name).startswith(ours) for row in rows):
            yield ok(
                about, f"{api_name} is kept on recent records (that it refuses a second use shows only then)"
            )
            return
        mine = next((row for row in rows if _is_ours(pair, module, row)), None)
        if mine is None:
            yield warn(
                about,
                "cannot be told before the first record of ours: Zoho has no question for it",
                _make(pair, module),
            )
        elif custom_field(_whole(pair, module, mine), api_name).startswith(ours):
            yield ok(
                about, f"{api_name} is kept on recent records (that it refuses a second use shows only then)"
            )
        else:
            yield warn(
                about,
                f"records of ours do not keep {api_name}: asking is all that prevents a second one",
                _make(pair, module),
            )

    return judge


def _label(pair: Pair, module: str) -> str:
    if module == "payments":
        return "payments received"
    return "invoices" if pair.made.book_rules.document == "invoice" else "sales orders"


def _id(pair: Pair, module: str, row: Row) -> str:
    if module == "payments":
        return str(row.get("payment_id", ""))
    return str(row.get("invoice_id" if pair.made.book_rules.document == "invoice" else "salesorder_id", ""))


def _is_ours(pair: Pair, module: str, row: Row) -> bool:
    return bool(links.by_id(pair.made.ledger, pair.made.name, LINKS[module], _id(pair, module, row)))


def _whole(pair: Pair, module: str, row: Row) -> Row:
    """Lists may leave custom fields out."""
    zoho, found = pair.made.zoho, _id(pair, module, row)
    if module == "payments":
        return get_payment(zoho, found)
    return get_document(zoho, pair.made.book_rules.document, found)


def _make(pair: Pair, module: str) -> str:
    label = pair.made.book_rules.key_field.removeprefix("cf_").replace("_", " ").capitalize()
    return (
        f"in Zoho: Settings, {_label(pair, module).capitalize()}, Field Customization, New: label {label!r}, "
        f"data type Text Box (Single Line), prevent duplicate values: yes, show in PDF: no; "
        f"its API name must be {pair.made.book_rules.key_field}"
    )
