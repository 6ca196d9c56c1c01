"""Documents of a Zoho organization that move stock, read by id: those of Books, and those that Inventory alone has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.errors import Rejected, Temporary
from connectors.zoho.client import Zoho, in_inventory, is_missing

MODULES: Mapping[str, str] = {
    "invoices": "invoice",
    "salesorders": "salesorder",
    "creditnotes": "creditnote",
    "bills": "bill",
    "purchasereceives": "purchasereceive",
    "inventoryadjustments": "inventoryadjustment",
    "transferorders": "transferorder",
    "packages": "package",
    "shipmentorders": "shipmentorder",
    "salesreturns": "salesreturn",
}
"""A module's path, and what one of its documents is called."""

IN_BOOKS = frozenset({"invoices", "salesorders", "creditnotes", "bills"})


def read_document(zoho: Zoho, module: str, document_id: str) -> dict[str, Any] | None:
    """The document with its `line_items`, or None when it is gone. A module that is none of ours is a ValueError."""
    if module not in MODULES:
        raise ValueError(f"{module} is no module whose documents move stock")
    where = zoho if module in IN_BOOKS else in_inventory(zoho)
    try:
        answer = where.call("GET", f"/{module}/{document_id}", purpose="read")
    except Rejected as error:
        if is_missing(error):
            return None
        raise
    return opened(answer, MODULES[module])


def opened(answer: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The document in an answer: some modules write their name in two words, and one is told to come in a list."""
    for key, told in answer.items():
        if str(key).replace("_", "") == name:
            one = told[0] if isinstance(told, list) and told else told
            if isinstance(one, Mapping):
                return dict(one)
    raise Temporary(f"Zoho's answer carries no {name}")
