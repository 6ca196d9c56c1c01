"""What an organization is like: asked once an hour for all processes, and learned from its answers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors.zoho import settings
from ledger import cursors
from mappings.zoho.editions import country_of
from mappings.zoho.found import Organization, ZohoTax
from tasks.fates import Later
from tasks.services import Connection

FRESH = 3600.0  # seconds
PATIENCE = 10.0  # seconds
TURN = 15.0  # seconds after which a look that was begun and not ended is begun again
AGAIN = 60.0  # seconds: how soon a missing tax may be looked for again


def known(connection: Connection, *, at_most: float = FRESH) -> tuple[Organization, tuple[ZohoTax, ...]]:
    """The organization and its taxes, not older than `at_most` seconds; 0 to 3 calls."""
    learned = cursors.learned(connection.ledger, connection.organization)
    old = connection.clock() - float(learned.get("looked_at", 0.0)) >= at_most
    if old or "country" not in learned:  # which tells the edition, and was not asked for once
        learned = _looked(connection, learned)
    return _organization(learned), tuple(_tax(row, learned["groups"]) for row in learned["taxes"])


def learn(connection: Connection, name: str, value: Any) -> None:
    """Remember what an answer showed, such as `drafts_take_payments`."""
    cursors.learn(connection.ledger, connection.organization, name, value)


def doubt(connection: Connection) -> bool:
    """What we know may be outdated: the next one asks again, but not more often than once in AGAIN seconds."""
    looked_at = float(cursors.learned(connection.ledger, connection.organization).get("looked_at", 0.0))
    if connection.clock() - looked_at < AGAIN:
        return False
    learn(connection, "looked_at", 0.0)
    return True


def _looked(connection: Connection, learned: dict[str, Any]) -> dict[str, Any]:
    """One of all processes asks; the others go on with what is known, or wait where nothing is."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if cursors.take_slot(connection.ledger, f"{connection.organization}.look", connection.clock(), TURN):
            return learned | _look_or_give_way(connection, learned)
        if "looked_at" in learned:
            return learned
        time.sleep(0.1)
        learned = cursors.learned(connection.ledger, connection.organization)
    raise Later(connection.clock() + TURN, "another process is asking the organization for its taxes")


def _look_or_give_way(connection: Connection, learned: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return _look(connection, learned)
    except BaseException:
        cursors.give_slot(connection.ledger, f"{connection.organization}.look")
        raise


def _look(connection: Connection, learned: Mapping[str, Any]) -> dict[str, Any]:
    zoho = connection.zoho
    itself = settings.organization(zoho) or {}
    seen: dict[str, Any] = {
        "taxes": [
            _plain(row, ("tax_id", "tax_name", "tax_percentage", "tax_type", "tax_specific_type"))
            for row in settings.taxes(zoho)
        ],
        "currencies": [
            _plain(row, ("currency_code", "currency_id", "price_precision"))
            for row in settings.currencies(zoho)
        ],
        "time_zone": str(itself.get("time_zone") or ""),
        "country": country_of(itself),
        "base_currency": str(itself.get("currency_code", "")),
        "price_precision": int(itself.get("price_precision") or 2),
    }
    seen["groups"] = {
        **learned.get("groups", {}),
        **_members(connection, seen["taxes"], learned.get("groups", {})),
    }
    seen["looked_at"] = connection.clock()  # learned last: whoever sees it sees all the rest
    for name, value in seen.items():
        learn(connection, name, value)
    return seen


def _members(
    connection: Connection, taxes: list[dict[str, str]], told: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Which taxes a group is made of; the list does not say, and Zoho rounds each member on its own."""
    groups = [row["tax_id"] for row in taxes if row["tax_type"] == "tax_group" and row["tax_id"] not in told]
    return {group: settings.tax_group_members(connection.zoho, group) for group in groups}


def _plain(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    return {name: str(row.get(name, "")) for name in names}


def _organization(learned: Mapping[str, Any]) -> Organization:
    currencies = learned["currencies"]
    places = {
        row["currency_code"]: int(row["price_precision"]) for row in currencies if row["price_precision"]
    }
    return Organization(
        tax_rounding=learned.get("tax_rounding", "entity_level"),
        drafts_take_payments=learned.get("drafts_take_payments"),
        line_discounts=learned.get("line_discounts", "amount"),
        currencies={row["currency_code"]: row["currency_id"] for row in currencies},
        price_precision=learned["price_precision"],
        base_currency=learned["base_currency"],
        places=places,
        country=learned.get("country", ""),
    )


def _tax(row: Mapping[str, str], groups: Mapping[str, list[str]]) -> ZohoTax:
    kind = row["tax_type"] if row["tax_type"] in {"compound_tax", "tax_group"} else "tax"
    percentage, members = Decimal(row["tax_percentage"] or 0), tuple(groups.get(row["tax_id"], ()))
    specific = row.get("tax_specific_type", "")
    return ZohoTax(row["tax_id"], row["tax_name"], percentage, kind, members, specific)  # type: ignore[arg-type]
