"""Finds the items that an order's lines are booked on: by what we remember, else by SKU, never by name."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from connectors.zoho import items as zoho_items
from ledger import links
from mappings.zoho.found import ItemNeed, Needs
from tasks import reservations
from tasks.hand import Hand

KIND = "item"
GUESS = "guess"
NEAR = Decimal("0.01")  # Zoho may round a rate that we sent


def items(hand: Hand, needs: Needs, *, dry: bool = False) -> dict[str, str]:
    """Item key to item id; what is missing is (unless `dry`) reserved for us.

    All are reserved before the first is looked for, in one order for everybody: nobody waits in a circle, and
    whoever waits has not asked Zoho anything yet.
    """
    wanted = sorted(needs.items, key=lambda need: link_key(hand, need))
    if dry:
        found = [
            reservations.peek(hand, KIND, link_key(hand, need), partial(_look, hand, need)) for need in wanted
        ]
    else:
        reserved = [reservations.reserve(hand, KIND, link_key(hand, need)) for need in wanted]
        pairs = zip(wanted, reserved, strict=True)
        found = [reservations.settle(hand, link, partial(_look, hand, need)) for need, link in pairs]
    return {need.key: link.id for need, link in zip(wanted, found, strict=True) if link is not None}


def link_key(hand: Hand, need: ItemNeed) -> str:
    """A SKU is one item for the whole organization; without one, a product is known by its store."""
    return f"sku:{need.sku.casefold()}" if need.sku else f"{hand.connection.store_hash}:{need.key}"


def _look(hand: Hand, need: ItemNeed) -> tuple[str, dict[str, Any]] | None:
    if not need.sku:
        return None
    rows = zoho_items.find_items_by_sku(hand.connection.zoho, need.sku)
    active = sorted(rows, key=lambda row: (row.get("status") == "inactive", str(row["item_id"])))
    return (str(active[0]["item_id"]), guessed(hand, link_key(hand, need), active[0])) if active else None


def guess(hand: Hand, key: str, rate: Any) -> None:
    """Written before an order makes an item: this rate is only what one line cost.

    Before, because an item whose creation was not answered is found by its SKU, and must be known for ours then.
    """
    connection = hand.connection
    known = links.get(connection.ledger, connection.organization, GUESS, key)
    rates = {str(rate), *(known.extra["rates"] if known else ())}
    links.bind(connection.ledger, connection.organization, GUESS, key, "", {"rates": sorted(rates)}, hand.now)


def guessed(hand: Hand, key: str, item: Mapping[str, Any]) -> dict[str, str]:
    """What a link says of an item whose rate still is one that an order gave it: no price for the store to follow."""
    known = links.get(hand.connection.ledger, hand.connection.organization, GUESS, key)
    rate = Decimal(str(item.get("rate") or 0))
    ours = known is not None and any(abs(rate - Decimal(sent)) <= NEAR for sent in known.extra["rates"])
    return {"guess": str(rate)} if ours else {}
