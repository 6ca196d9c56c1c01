"""Goods that their vendors send to the customer: the purchase orders that an order needs, against those there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mappings.errors import Unmappable
from mappings.money import ZERO, summed
from mappings.plans import Step
from mappings.rules import BookRules
from mappings.zoho.purchases import DRAFT, Bought, Purchase, Row, Sold, Ware, purchase_key

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Share:
    """What one vendor is to send of an order, and the purchase order that he has."""

    sold: Sold
    vendor: str
    rows: tuple[Row, ...]
    there: Purchase | None
    wares: Mapping[str, Ware]


def plan(sold: Sold, wares: Mapping[str, Ware], known: Sequence[Purchase], rules: BookRules) -> Bought:
    """What brings the purchase orders to what the order says; of those that a vendor has seen a person decides."""
    there = {purchase.vendor: purchase for purchase in known}
    wanted = _by_vendor(sold.rows, wares, known)
    parts = [
        _of_vendor(
            Share(sold, vendor, wanted.get(vendor, ()), there.get(vendor), wares), rules, begun=bool(known)
        )
        for vendor in sorted({*wanted, *there})
    ]
    return Bought(
        steps=tuple(step for part in parts for step in part.steps),
        told=tuple(sentence for part in parts for sentence in part.told),
        held=tuple(one for part in parts for one in part.held),
    )


def _by_vendor(
    rows: Iterable[Row], wares: Mapping[str, Ware], known: Iterable[Purchase]
) -> dict[str, tuple[Row, ...]]:
    """What was ordered of somebody stays with him, whoever is preferred by now."""
    ordered = {row.item: purchase.vendor for purchase in known for row in purchase.rows}
    wanted: dict[str, tuple[Row, ...]] = {}
    for row in rows:
        ware = wares.get(row.item)
        vendor = ordered.get(row.item) or (ware.vendor if ware else "")
        if vendor:
            wanted[vendor] = (*wanted.get(vendor, ()), row)
    return wanted


def _of_vendor(share: Share, rules: BookRules, *, begun: bool) -> Bought:
    sold, rows, there = share.sold, share.rows, share.there
    if there is not None and there.over:
        again = f"purchase order {there.number} was {there.status} in Zoho and is not made again"
        return Bought(told=(again.replace("gone", "deleted"),) if rows else ())
    if there is not None and _fits(there, rows, to_the_line=there.status == DRAFT and not sold.invoiced):
        return Bought()
    if sold.invoiced:
        return Bought(held=(_late(share),)) if begun else Bought()
    if there is None and not sold.opens:
        return Bought()
    if there is not None and not (there.status == DRAFT and there.ours):
        return Bought(held=(_issued(share, there),))
    if troubles := _troubles(share):
        return Bought(held=(unordered(sold.order, "; ".join(troubles)),))
    return _written(share, rules)


def _troubles(share: Share) -> list[str]:
    """Why some of the goods cannot be ordered, each reason once."""
    wares = [share.wares[row.item] for row in share.rows if row.item in share.wares]
    return list(dict.fromkeys(ware.trouble for ware in wares if ware.trouble))


def _written(share: Share, rules: BookRules) -> Bought:
    sold, rows, there, wares = share.sold, share.rows, share.there, share.wares
    unique = purchase_key(sold.order, rules, share.vendor)
    if not rows and there is not None:
        gone = (
            f"purchase order {there.number} is deleted: nothing of order {sold.order} is left for its vendor"
        )
        return Bought((Step("delete", "purchase_order", unique, {}, there.id),), (gone,))
    body = {"line_items": [_line(row, wares[row.item]) for row in rows]}
    told = (_told(share.vendor, rows, wares),)
    if there is not None:
        return Bought((Step("amend", "purchase_order", unique, body, there.id),), told)
    expect = {"skus": _named(rows, wares)}
    whole = _head(share, unique, rules) | body
    return Bought((Step("create", "purchase_order", unique, whole, expect=expect),), told)


def _head(share: Share, unique: str, rules: BookRules) -> dict[str, Any]:
    sold = share.sold
    return {
        "vendor_id": share.vendor,
        "reference_number": sold.order,
        "date": sold.day,
        "salesorder_id": sold.id,
        "is_drop_shipment": True,
        "delivery_customer_id": sold.customer,
        "custom_fields": [{"api_name": rules.key_field, "value": unique}],
    }


def _line(row: Row, ware: Ware) -> dict[str, Any]:
    """At the item's purchase rate, whatever it was sold for; Inventory describes `purchase_rate`, Books `rate`."""
    line = {"item_id": row.item, "quantity": row.quantity, "purchase_rate": ware.rate, "rate": ware.rate}
    return {**line, "salesorder_item_id": row.line} if row.line else line


def _fits(there: Purchase, rows: Sequence[Row], *, to_the_line: bool) -> bool:
    """The same pieces; of a draft also for the same lines of the sales order, where it tells them."""
    told = {row.line for row in there.rows} - {""}
    return _pieces(there.rows) == _pieces(rows) and (not to_the_line or told <= {row.line for row in rows})


def _pieces(rows: Iterable[Row]) -> dict[str, Decimal]:
    counted: dict[str, Decimal] = {}
    for row in rows:
        counted[row.item] = counted.get(row.item, ZERO) + row.quantity
    return counted


def unordered(order: str, what: str) -> Unmappable:
    """The order is in the books, and a vendor does not know of it."""
    return Unmappable(
        "drop-ship",
        f"order {order} is in the books, and a part of it is not ordered of its vendor: {what}",
        "Correct the item or its vendor in Zoho, or order by hand there and take the vendor off the item; then run "
        "`cartbooks retry`.",
    )


def _issued(share: Share, there: Purchase) -> Unmappable:
    rows, wares = share.rows, share.wares
    now = f"wants {_named(rows, wares)} of its vendor now" if rows else "wants nothing of its vendor any more"
    why = f"is {there.status}" if there.status != DRAFT else "was made or changed by a person"
    return Unmappable(
        "changed-after-posting",
        f"purchase order {there.number} {why} with {_named(there.rows, wares)}, and order {share.sold.order} {now}",
        f"Settle it with the vendor and correct or cancel purchase order {there.number} in Zoho, then retry.",
    )


def _late(share: Share) -> Unmappable:
    there, wares = share.there, share.wares
    has = f"purchase order {there.number} has {_named(there.rows, wares)}" if there else "nothing is ordered"
    return Unmappable(
        "changed-after-posting",
        f"order {share.sold.order} changed after its sales order was invoiced: it wants "
        f"{_named(share.rows, wares)} of a vendor, and {has}",
        "Correct the purchase order in Zoho by hand, or order what is missing there, then retry; or leave the order "
        "held.",
    )


def _named(rows: Sequence[Row], wares: Mapping[str, Ware]) -> str:
    """`3 x HAT-1, 1 x PIN`."""
    skus = {row.item: row.sku or (wares[row.item].sku if row.item in wares else "") for row in rows}
    counted = _pieces(rows).items()
    return ", ".join(f"{_plain(count)} x {skus[item] or item}" for item, count in counted) or "nothing"


def _told(vendor: str, rows: Sequence[Row], wares: Mapping[str, Ware]) -> str:
    """Every figure that the vendor is asked for."""
    sums = [row.quantity * wares[row.item].rate for row in rows]
    parts = [
        f"{_plain(row.quantity)} x {wares[row.item].sku or row.item} at {_money(wares[row.item].rate)}"
        for row in rows
    ]
    return f"ordered of vendor {vendor}: {', '.join(parts)}; together {_money(summed(sums))}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _money(number: Decimal) -> str:
    """All decimals there are, and two at least."""
    return f"{number:.2f}" if number == number.quantize(CENT) else _plain(number)


def together(held: Sequence[Unmappable]) -> Unmappable | None:
    """One hold that says them all."""
    if not held:
        return None
    return Unmappable(held[0].reason, "; ".join(one.what for one in held), held[0].remedy)
