"""What of a document is ours, as Zoho last answered it: so that a person's change of it is seen and can be shown."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from mappings.rules import BookRules
from mappings.zoho.taxes import plain

_TEXTS = ("customer_id", "date", "currency_code")
_NUMBERS = ("shipping_charge", "adjustment", "total")
_ROW = ("item_id", "quantity", "rate", "discount", "tax_id", "amount")


def owned(answer: Mapping[str, Any], rules: BookRules) -> dict[str, str]:
    """The fields of a document's answer that we write, as plain strings; equal answers give equal ones.

    customer_id, date, currency_code, shipping_charge, adjustment, total, and for every row
    `row <n>` = item_id|quantity|rate|discount|tax_id|amount, its location at the end where we name one. No name, no
    address.
    """
    told = {name: str(answer.get(name) or "") for name in _TEXTS}
    told |= {name: _number(answer.get(name)) for name in _NUMBERS}
    rows = enumerate(answer.get("line_items") or (), 1)
    return told | {f"row {place}": _row(row, rules) for place, row in rows}


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence with both values for each field that differs; none where nobody changed anything."""
    names = [*before, *(name for name in now if name not in before)]
    return tuple(
        sentence
        for name in names
        if before.get(name) != now.get(name)
        for sentence in _sentences(name, before.get(name), now.get(name))
    )


def _row(row: Mapping[str, Any], rules: BookRules) -> str:
    told = [
        str(row.get("item_id") or ""),
        _number(row.get("quantity")),
        _number(row.get("rate")),
        _number(row.get("discount")),
        str(row.get("tax_id") or ""),
        _number(row.get("item_total")),
    ]
    if rules.goods_from:
        told.append(str(row.get("location_id") or row.get("warehouse_id") or ""))
    return "|".join(told)


def _number(value: Any) -> str:
    """2, "2.00" and 2.0 are one number; what is none (a discount of "5%") is as it stands."""
    try:
        return plain(Decimal(str(value or 0)))
    except InvalidOperation:
        return str(value)


def _sentences(name: str, before: str | None, now: str | None) -> list[str]:
    if before is None:
        return [f"{name} was added: {_told(now)}"]
    if now is None:
        return [f"{name} was taken out: {_told(before)}"]
    if not name.startswith("row "):
        return [f"{name}: written {before or 'none'}, now {now or 'none'}"]
    parts = zip((*_ROW, "location_id"), before.split("|"), now.split("|"), strict=False)
    return [
        f"{name}, {part}: written {old or 'none'}, now {new or 'none'}"
        for part, old, new in parts
        if old != new
    ]


def _told(row: str | None) -> str:
    """A row as a person reads it."""
    parts = (row or "").split("|")
    return ", ".join(
        f"{part} {value}" for part, value in zip(_ROW, parts, strict=False) if value not in ("", "0")
    )
