"""The items that an order's lines are booked on: what to look up, and the body of one that is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mappings.errors import Unmappable
from mappings.money import rounded
from mappings.records import Line, Order
from mappings.rules import BookRules
from mappings.zoho import refund_lines
from mappings.zoho.found import ItemNeed
from mappings.zoho.keys import item_key, item_sku
from mappings.zoho.texts import cut

NAME_LIMIT = 100
_SERVICE_NAMES = {
    "gift_certificate": "Gift certificate",
    "shipping": "Shipping",
    "handling": "Handling",
    "wrapping": "Gift wrapping",
    "fee": "Fee",
    "refund": "Refund",
    "tax": "Refund",
}


def item_needs(order: Order, rules: BookRules) -> tuple[ItemNeed, ...]:
    """One need per item, in the order of the lines, those of refunds after them; the catch-all item comes last where
    the setting uses it.
    """
    sold = [line for line in order.lines if not _charged(line, order, rules)]
    needed = {item_key(line, rules): _need(line, rules) for line in (*sold, *_given_back(order, rules))}
    if rules.missing_product == "catch_all":
        catch_all = _catch_all_key(rules)
        needed.setdefault(catch_all, ItemNeed(catch_all, rules.catch_all_sku))
    return tuple(needed.values())


def _need(line: Line, rules: BookRules) -> ItemNeed:
    return ItemNeed(item_key(line, rules), item_sku(line, rules), line.product_id, line.variant_id)


def _given_back(order: Order, rules: BookRules) -> Iterator[Line]:
    """The lines of the order's refunds; what is left to take back of an order that ended may go on their item, too."""
    for refund in order.refunds:
        yield from refund_lines.booked(refund, order, rules)
        if order.ended:
            yield from (refund_lines.on_refund_item(line) for line in order.lines[:1])


def _charged(line: Line, order: Order, rules: BookRules) -> bool:
    """A single shipping line of `shipping = "charge"` needs no item; with several their taxes decide, and what a refund
    has left of an order that ended is credited on its item.
    """
    lone = line.kind == "shipping" and sum(other.kind == "shipping" for other in order.lines) == 1
    apart = rules.shipping == "charge" and lone and len(order.lines) > 1
    return apart and not (order.ended and order.refunds)


def booked_on(line: Line, items: Mapping[str, str], rules: BookRules) -> tuple[str, bool]:
    """(item key, is there): a product without an item may go to the catch-all item, or hold its order.

    Raises Unmappable("product-missing") where the setting says hold, or where the catch-all item itself is missing.
    """
    wanted = item_key(line, rules)
    if wanted in items:
        return wanted, True
    if rules.missing_product == "create" or (rules.missing_product == "catch_all" and line.kind != "product"):
        return wanted, False
    if rules.missing_product == "catch_all" and _catch_all_key(rules) in items:
        return _catch_all_key(rules), True
    sku = rules.catch_all_sku if rules.missing_product == "catch_all" else item_sku(line, rules)
    named = f"SKU {sku}" if sku else "no SKU"
    raise Unmappable(
        "product-missing",
        f"{line.key} (product {line.product_id or '-'}) has no item in Zoho: {named}",
        f'Make the item in Zoho ({named}), or set orders.missing_product = "create" in the settings; then retry.',
    )


def create_body(line: Line, order: Order, rules: BookRules) -> dict[str, Any]:
    """`POST /items` for a line's product or service; the rate is only a first guess, documents carry their own."""
    service = line.kind != "product"
    custom = not service and line.product_id is None and not line.sku
    sku = item_sku(line, rules)
    body: dict[str, Any] = {
        "name": _name(line, custom=custom),
        "rate": rounded(line.net / line.quantity, order.places) if not service and not custom else 0,
        "product_type": "service" if service or custom else "goods",
        "item_type": "sales",
    }
    if sku:
        body["sku"] = sku
    if line.kind == "gift_certificate":
        body["account_id"] = liability(line, rules)
    return body


def names(body: Mapping[str, Any], key: str) -> tuple[str, str]:
    """Names to try in turn, should the organization not take one twice: with the SKU, else with what it is asked for by
    (`key`), for an order may be older than its product's SKU, and the item of that name bears it.
    """
    name, known = str(body["name"]), body.get("sku") or key.replace(":", " ")
    suffix = f" [{cut(known, NAME_LIMIT // 2)}]"
    return name, cut(name, NAME_LIMIT - len(suffix)) + suffix


def _name(line: Line, *, custom: bool) -> str:
    if line.kind != "product":
        return _SERVICE_NAMES[line.kind]
    if custom:
        return "Custom item"
    chosen = [text for text in line.description.splitlines() if not text.startswith("includes ")]
    name = f"{line.name} ({', '.join(chosen)})" if chosen and line.variant_id else line.name
    return cut(name, NAME_LIMIT)


def liability(line: Line, rules: BookRules) -> str:
    """The account of a gift certificate sold: it is owed, not earned, and must not book to sales."""
    if rules.gift_certificate_account:
        return rules.gift_certificate_account
    raise Unmappable(
        "account-missing",
        f"{line.key} sells a gift certificate, and no liability account is set for gift certificates",
        "Name the liability account in the settings (orders.gift_certificate_account), then retry.",
    )


def _catch_all_key(rules: BookRules) -> str:
    return f"sku:{rules.catch_all_sku}"
