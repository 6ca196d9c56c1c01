"""What items say of being bought, and whether their vendors may be ordered of: asked seldom, remembered for a while."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connectors.errors import Rejected
from connectors.zoho import contacts, items
from connectors.zoho.client import is_missing
from ledger import links
from ledger.links import Link
from mappings.zoho.purchases import Ware, ware_of
from tasks import organization
from tasks.services import Connection

WARE, VENDOR = "ware", "vendor"
FRESH, STEADY = 3600.0, 86400.0  # seconds that an item's word holds, and a vendor's


def wares_of(connection: Connection, wanted: Collection[str], *, dry: bool = False) -> dict[str, Ware]:
    """Every item that is asked for; one call for all that nobody has asked for within the hour, and one a day for each
    vendor. What cannot be ordered is not remembered: it is asked for again.
    """
    known = _remembered(connection, wanted)
    missing = sorted(set(wanted) - known.keys())
    told = items.item_details(connection.zoho, missing) if missing else {}
    for item in missing:
        ware = ware_of(told[item]) if item in told else Ware(item, "", trouble=f"Zoho has no item {item}")
        known[item] = ware
        if not dry and not (ware.vendor and ware.trouble):
            _remember(connection, ware)
    vendors = {ware.vendor for ware in known.values() if ware.vendor and not ware.trouble}
    doubts = {vendor: _doubt(connection, vendor, dry=dry) for vendor in sorted(vendors)}
    return {item: _with(ware, doubts.get(ware.vendor, "")) for item, ware in known.items()}


def _with(ware: Ware, doubt: str) -> Ware:
    return replace(ware, trouble=f"{ware.name}: {doubt}") if doubt and not ware.trouble else ware


def _remembered(connection: Connection, wanted: Collection[str]) -> dict[str, Ware]:
    found = links.get_many(connection.ledger, connection.organization, WARE, sorted(wanted))
    return {
        item: Ware(item, str(link.extra["sku"]), link.id, Decimal(link.extra["rate"]), link.extra["trouble"])
        for item, link in found.items()
        if _is_fresh(connection, link, FRESH)
    }


def _remember(connection: Connection, ware: Ware) -> None:
    extra = {"sku": ware.sku, "rate": str(ware.rate), "trouble": ware.trouble}
    links.bind(
        connection.ledger, connection.organization, WARE, ware.item, ware.vendor, extra, connection.clock()
    )


def _doubt(connection: Connection, vendor: str, *, dry: bool) -> str:
    """Why this vendor cannot be ordered of, "" where he can; no name of his is kept."""
    link = links.get(connection.ledger, connection.organization, VENDOR, vendor)
    if link is not None and _is_fresh(connection, link, STEADY):
        return ""
    told = _contact(connection, vendor)
    doubt = _judged(told, organization.known(connection)[0].base_currency)
    if not doubt and not dry:
        links.bind(connection.ledger, connection.organization, VENDOR, vendor, vendor, {}, connection.clock())
    return doubt


def _contact(connection: Connection, vendor: str) -> Mapping[str, Any] | None:
    try:
        return contacts.get_contact(connection.zoho, vendor)
    except Rejected as error:
        if is_missing(error):
            return None
        raise


def _judged(told: Mapping[str, Any] | None, base: str) -> str:
    if told is None:
        return "its vendor is not in Zoho any more"
    if told.get("status") == "inactive":
        return "its vendor is inactive in Zoho"
    currency = str(told.get("currency_code") or base)
    if base and currency != base:
        return f"its vendor is kept in {currency}, and purchase prices are in {base}"
    return ""


def _is_fresh(connection: Connection, link: Link, seconds: float) -> bool:
    return connection.clock() - link.since < seconds / connection.pace
