"""An order as the body of a Zoho invoice, sales order or estimate: exact lines, mapped taxes, rounding made visible."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mappings.errors import Unmappable
from mappings.money import in_coins, summed
from mappings.plans import Ref
from mappings.records import Line, Order
from mappings.rules import BookRules
from mappings.zoho import editions, stages
from mappings.zoho.amounts import Part, parts
from mappings.zoho.found import Found, Organization
from mappings.zoho.items import booked_on, liability
from mappings.zoho.keys import document_key, key, named
from mappings.zoho.taxes import plain, tax_ids
from mappings.zoho.texts import cut, cut_lines
from mappings.zoho.totals import Totals, predict

DESCRIPTION_LIMIT = 2000
NAME_LIMIT = 100
ADJUSTMENT_SENTENCE = "Rounding: the store rounds tax line by line, these books as the organization is set"
_ROUNDED = {"entity_level": "tax rounded once per document", "item_level": "tax rounded line by line"}
_NUMBERS = {"invoice": "invoice_number", "sales_order": "salesorder_number", "estimate": "estimate_number"}

Id = str | Ref


@dataclass(frozen=True)
class Draft:
    """A body ready to send, and how its figures came about."""

    body: Mapping[str, Any]
    arithmetic: tuple[str, ...]


def draft(
    order: Order,
    found: Found,
    rules: BookRules,
    customer: Id,
    shipping_address: Id | None,
    generation: int = 1,
    *,
    day: str = "",
) -> Draft:
    """The document whose total is the order's: exact lines, and where tax rounds otherwise a visible adjustment.

    `day` (YYYY-MM-DD): that of the document which it follows; without one the order tells it. Raises Unmappable:
    tax-unmapped, tax-differs (beyond the limit), product-missing, currency-unmapped.
    """
    date = day or stages.day(order, rules)
    head = header(order, rules, customer, date, document_key(order, rules, generation))
    if shipping_address is not None:
        head["shipping_address_id"] = shipping_address
    if rules.number == "order":
        again = f"-{generation}" if generation > 1 else ""
        head[_NUMBERS[rules.document]] = f"{rules.number_prefix}{named(order.id, rules)}{again}"
    return written(order, found, rules, head)


def header(order: Order, rules: BookRules, customer: Id, date: str, unique: str) -> dict[str, Any]:
    """What every document of an order begins with; `unique` is its key."""
    return {
        "customer_id": customer,
        "reference_number": order.id,
        "date": date,
        "is_inclusive_tax": order.inclusive,
        "custom_fields": [{"api_name": rules.key_field, "value": unique}],
    }


def written(
    order: Order,
    found: Found,
    rules: BookRules,
    head: Mapping[str, Any],
    booked: Mapping[str, Any] | None = None,
) -> Draft:
    """The lines of an order, or of something like it, under a header.

    `booked`: the document that it takes back, as Zoho answers it, whose taxes and head are to be its own.
    """
    precision = precision_of(order, found.organization)
    place = editions.place_booked(order, booked or {}, found.organization, rules)
    chosen = tax_ids(order, found.taxes, rules, place)
    body: dict[str, Any] = {
        **head,
        **editions.of_document(place, found.organization, rules),
        **editions.exchange(order, found.organization, rules),
        **editions.copied(booked or {}, rules),
        **_lines(order, found, rules, chosen),
    }
    if any("discount" in row for row in body["line_items"]):
        body |= {"discount_type": "item_level", "is_discount_before_tax": True}
    totals = predict(body, found.taxes, found.organization.tax_rounding, precision)
    compared = _compared(order, found, body, chosen, precision=precision)
    return _adjusted(order, found, rules, body_=body, totals=totals, compared=compared)


def body(
    order: Order, found: Found, rules: BookRules, customer: Id, shipping_address: Id | None = None
) -> Mapping[str, Any]:
    """The body alone."""
    return draft(order, found, rules, customer, shipping_address).body


def fingerprint(order: Order) -> str:
    """What a document says of an order's money; a later order that differs here has changed after posting."""
    lines = [
        [line.key, line.product_id, line.variant_id, *map(plain, (line.quantity, line.net, line.tax))]
        for line in order.lines
    ]
    text = json.dumps([order.id, order.currency, plain(order.total), plain(order.tax), lines])
    return hashlib.sha256(text.encode()).hexdigest()


def precision_of(order: Order, organization: Organization) -> int:
    """The decimals to which Zoho rounds amounts in the order's currency; held where that cannot hold its cents."""
    code, known = order.currency, organization.currencies
    if (known or organization.base_currency) and code not in known and code != organization.base_currency:
        raise Unmappable(
            "currency-unmapped",
            f"the organization does not keep {code}",
            f"Add the currency {code} in Zoho's settings, then retry.",
        )
    usual = organization.price_precision if code == organization.base_currency else order.places
    precision = organization.places.get(code, usual)
    if precision < order.places:
        raise Unmappable(
            "currency-unmapped",
            f"amounts in {code} have {order.places} decimals, and the organization keeps {precision}",
            f"Set the decimals of {code} to {order.places} in Zoho's currency settings, then retry.",
        )
    return precision


def _lines(order: Order, found: Found, rules: BookRules, chosen: Mapping[str, str | None]) -> dict[str, Any]:
    charged = _charged_apart(order, found, rules, chosen)
    rows = [
        row for line in order.lines if line not in charged for row in _rows(line, order, found, rules, chosen)
    ]
    if not charged:
        return {"line_items": rows}
    tax_id = chosen[charged[0].key]
    told = {"line_items": rows, "shipping_charge": summed([_amount(line, order) for line in charged])}
    return told | ({"shipping_charge_tax_id": tax_id} if tax_id else {})


def _charged_apart(
    order: Order, found: Found, rules: BookRules, chosen: Mapping[str, str | None]
) -> list[Line]:
    """The shipping lines that go into the document's one shipping charge: it knows one tax and no reason for having
    none, and needs lines beside.
    """
    shipping = [line for line in order.lines if line.kind == "shipping"]
    told = {chosen[line.key] for line in shipping}
    excused = told == {None} and editions.edition_of(found.organization, rules) in editions.EXEMPTIONS
    one_tax = len(told) == 1 and not excused
    apart = rules.shipping == "charge" and one_tax and len(shipping) < len(order.lines)
    return shipping if apart else []


def _rows(
    line: Line, order: Order, found: Found, rules: BookRules, chosen: Mapping[str, str | None]
) -> list[dict[str, Any]]:
    item, there = booked_on(line, found.items, rules)
    told: dict[str, Any] = {
        "item_id": found.items[item] if there else Ref(key(order, rules, "item", item)),
        "name": cut(line.name, NAME_LIMIT),
    }
    description = _description(line, order)
    if description:
        told["description"] = description
    tax_id = chosen[line.key]
    told |= {"tax_id": tax_id} if tax_id else editions.of_line(tax_id, found.organization, rules)
    if line.kind == "product" and rules.goods_from:
        told["location_id"] = rules.goods_from
    if line.kind == "gift_certificate":
        told["account_id"] = liability(line, rules)
    said = parts(_amount(line, order), line.quantity, order.places, found.organization.line_discounts)
    return [told | _figures(part) for part in said]


def _figures(part: Part) -> dict[str, Any]:
    figures = {"quantity": part.quantity, "rate": part.rate}
    return figures | {"discount": part.discount} if part.discount else figures


def _amount(line: Line, order: Order) -> Decimal:
    """The side of a line that the shopper saw, and that is sent."""
    return line.gross if order.inclusive else line.net


def _description(line: Line, order: Order) -> str:
    """Options, what rides along, and the shopper's discounts with their codes: told, never subtracted again."""
    told = [line.description] if line.description else []
    if line.kind == "product" and line.sku and line.product_id is None:
        told.append(f"SKU {line.sku}")
    for discount in line.discounts:
        code = f" ({discount.code})" if discount.code else ""
        told.append(f"Discount {discount.name}{code}: {plain(discount.amount)} {order.currency}")
    return cut_lines("\n".join(told), DESCRIPTION_LIMIT)


@dataclass(frozen=True)
class _Compared:
    name: str
    charged: Decimal
    computed: Decimal


def _compared(
    order: Order, found: Found, body_: Mapping[str, Any], chosen: Mapping[str, str | None], *, precision: int
) -> list[_Compared]:
    """What the store charged and what Zoho will compute, tax by tax."""
    names = {tax.tax_id: f"{tax.name} {plain(tax.percentage)} %" for tax in found.taxes}
    rounding = found.organization.tax_rounding
    return [
        _Compared(
            names.get(tax_id, tax_id),
            summed([line.tax for line in order.lines if chosen[line.key] == tax_id]),
            predict(_only(body_, tax_id), found.taxes, rounding, precision).tax_total,
        )
        for tax_id in dict.fromkeys(chosen.values())
        if tax_id
    ]


def _only(body_: Mapping[str, Any], tax_id: str) -> dict[str, Any]:
    """The part of a body that carries one tax."""
    rows = [row for row in body_["line_items"] if row.get("tax_id") == tax_id]
    kept: dict[str, Any] = {"line_items": rows, "is_inclusive_tax": body_["is_inclusive_tax"]}
    if body_.get("shipping_charge_tax_id") == tax_id:
        kept |= {"shipping_charge": body_["shipping_charge"], "shipping_charge_tax_id": tax_id}
    return kept


def _adjusted(
    order: Order,
    found: Found,
    rules: BookRules,
    *,
    body_: dict[str, Any],
    totals: Totals,
    compared: Sequence[_Compared],
) -> Draft:
    lines = summed([_amount(line, order) for line in order.lines])
    assert totals.amounts == lines, f"order {order.id}: lines of {lines} would be booked as {totals.amounts}"
    difference, told = order.total - totals.total, summed([line.tax for line in order.lines])
    arithmetic = (
        f"lines {lines} {'with' if order.inclusive else 'before'} tax, total {order.total} {order.currency}",
        *([f"the order states a tax of {order.tax}, its lines {told}"] if told != order.tax else []),
        *(f"{row.name}: charged {row.charged}, Zoho computes {row.computed}" for row in compared),
        f"Zoho's total {totals.total} ({_ROUNDED[found.organization.tax_rounding]}), difference {difference}",
    )
    rates = [abs(row.charged - row.computed) for row in compared]
    furthest = max([abs(difference), abs(order.tax - totals.tax_total), *rates])
    limit = in_coins(rules.adjustment_limit, order.currency)
    if furthest > limit:
        raise Unmappable(
            "tax-differs",
            f"{'; '.join(arithmetic)}; {furthest} is more than the limit of {limit}",
            "See whether the tax in Zoho has the store's rate and whether the organization rounds tax per line as the "
            "store does; or raise orders.adjustment_limit in the settings; then retry.",
        )
    if difference:
        body_ |= {"adjustment": difference, "adjustment_description": ADJUSTMENT_SENTENCE}
    return Draft(body_, arithmetic)
