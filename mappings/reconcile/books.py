"""The books' side: a document of ours from a row of Zoho's lists, told by its key or, without one, by its reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from mappings.money import ZERO, summed
from mappings.reconcile.words import REST, Booked, Role

ROLES: Mapping[str, Role] = {"invoice": "sale", "order": "sale", "refund": "refund", "reversal": "reversal"}
WORDS = {"invoice": "invoice", "sales_order": "salesorder", "credit_note": "creditnote"}
AT_ONCE = timedelta(minutes=10)  # a document's own payment and opening come so soon after it

Row = Mapping[str, Any]


def booked(row: Row, kind: str, key: str, store_hash: str, *, by_reference: bool = False) -> Booked | None:
    """The document of a row, None where it is none of this store's.

    `kind`: invoice, sales_order or credit_note; `key`: what its key field says. `by_reference`: the merchant has no key
    field, so a reference number that looks like an order's is one.
    """
    owner = _owner(key, store_hash)
    if owner is None and by_reference and not key:
        reference = str(row.get("reference_number") or "")
        owner = (
            (reference, "note" if kind == "credit_note" else "sale", "", "")
            if reference.isdecimal()
            else None
        )
    if owner is None:
        return None
    return replace(_document(row, WORDS[kind], *owner), ordered=kind == "sales_order")


def booking(documents: Iterable[Booked]) -> list[Booked]:
    """Those that book the order: once its invoice is there, its sales order does no more; of one that is invoiced in
    parts, what they have left of it.
    """
    there = list(documents)
    if any(one.part for one in there):
        return list(_in_parts(there))
    invoiced = any(one.role == "sale" and not one.ordered for one in there)
    return [one for one in there if not (invoiced and one.ordered)]


def _in_parts(there: Sequence[Booked]) -> Iterator[Booked]:
    taken_back = {one.n for one in there if one.role == "reversal" and one.counts}
    parts = [
        one for one in there if one.role == "sale" and one.part and one.counts and one.n not in taken_back
    ]
    said = summed([one.total for one in parts])
    for one in there:
        if not (one.ordered and one.counts):
            yield one
        elif one.total > said and not one.invoiced:
            yield replace(one, total=one.total - said, part=REST, tax=None, changed=False)


def opened(document: Booked, answer: Row) -> Booked:
    """The same with its tax, which only the whole document tells."""
    return replace(document, tax=_money(answer.get("tax_total")))


def _owner(key: str, store_hash: str) -> tuple[str, Role, str, str] | None:
    """Order, role, number and part: a reversal of a part has the number of what it takes back."""
    told = key.split(":")
    if len(told) != 4 or told[0] != store_hash or told[2] not in ROLES:
        return None
    order, _, part = told[1].partition(".")
    number = f"{part}.{told[3]}" if part else told[3]
    return (order, ROLES[told[2]], number, part) if order.isdecimal() else None


def _document(row: Row, word: str, order: str, role: Role, n: str, part: str) -> Booked:
    total = _money(row["total"])
    return Booked(
        id=str(row[f"{word}_id"]),
        number=str(row[f"{word}_number"]),
        order=order,
        role=role,
        n=n,
        day=date.fromisoformat(str(row["date"])),
        status=_status(row),
        currency=str(row.get("currency_code") or "").upper(),
        total=total,
        balance=_money(row.get("balance")),
        written_off=_money(row.get("write_off_amount")),
        tax=_money(row["tax_total"]) if row.get("tax_total") not in (None, "") else None,
        changed=_is_changed(row),
        part=part,
        invoiced="invoiced" in (row.get("invoiced_status"), row.get("status")),
    )


def _status(row: Row) -> str:
    """A sales order's own state stands beside that of its invoices and shipments."""
    return str(row.get("order_status") or row.get("status") or "")


def _is_changed(row: Row) -> bool:
    made, changed = _instant(row.get("created_time")), _instant(row.get("last_modified_time"))
    return made is not None and changed is not None and changed - made > AT_ONCE


def _instant(told: Any) -> datetime | None:
    try:
        return datetime.strptime(str(told), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return None


def _money(told: Any) -> Decimal:
    return round(Decimal(str(told or 0)), 6) + ZERO
