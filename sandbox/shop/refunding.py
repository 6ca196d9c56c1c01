"""What a refund gives back: the share of each thing that was sold, in cents, the last piece taking what is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sandbox.arithmetic import ZERO, half_up, payable, total_of
from sandbox.shop import reading
from sandbox.shop.reading import Row, amount, rows, whole_number

KINDS = ("PRODUCT", "GIFT_WRAPPING", "SHIPPING", "HANDLING", "FEE", "ORDER")
BY_PIECE = ("PRODUCT", "GIFT_WRAPPING")
GROSS, BASIS = (
    "gross",
    "basis",
)  # how a requested amount is meant: with its tax, or as the store enters prices


class NotRefundable(ValueError):
    """A refund that the store does not make, with the reason."""


@dataclass(frozen=True)
class Sold:
    """Something that can be given back, wholly or in part; `gross` is what was paid for it, tax included."""

    gross: Decimal
    tax: Decimal
    pieces: int = 1


@dataclass(frozen=True)
class Share:
    """A part of a thing; of a deduction (`less`) the shopper sees nothing, but the thing has given it back."""

    gross: Decimal = ZERO
    tax: Decimal = ZERO
    pieces: int = 0
    less: Decimal = ZERO
    less_tax: Decimal = ZERO

    def __add__(self, other: Share) -> Share:
        return Share(
            self.gross + other.gross,
            self.tax + other.tax,
            self.pieces + other.pieces,
            self.less + other.less,
            self.less_tax + other.less_tax,
        )


@dataclass(frozen=True)
class Quote:
    """What the store would give back: `adjustment` is negative where less than asked is left of the order."""

    items: tuple[dict[str, Any], ...]
    total: Decimal
    tax: Decimal
    adjustment: Decimal = ZERO
    order_level: Decimal = ZERO


def money_back(refund: Row) -> Decimal:
    """What of a refund really went back: declined payments moved nothing."""
    payments = refund.get("payments") or []
    if not payments:
        return amount(refund, "total_amount")
    return total_of(amount(one, "amount") for one in payments if not one.get("is_declined"))


def refunds_made(bundle: Row) -> list[Row]:
    """The refunds of which anything went back, the oldest first."""
    return [row for row in rows(bundle, "refunds") if money_back(row)]


def left_of(bundle: Row) -> Decimal:
    """How much of the order's total has not been given back yet."""
    back = total_of(money_back(row) for row in refunds_made(bundle))
    return amount(bundle["order"], "total_inc_tax") - back


def quote(bundle: Row, items: Sequence[Row], meant: str = GROSS, most: Decimal | None = None) -> Quote:
    """What these items come to; raises NotRefundable. `most` is how much money there is to give back."""
    asked, level = Share(), ZERO
    kept: list[dict[str, Any]] = []
    for place, told in enumerate(items):
        item = _stored(told)
        if item["item_type"] == "ORDER":
            share = Share(_wanted(item))
            level += share.gross
        else:
            share = _share_of(bundle, item, _before(bundle, item, kept[:place], meant), meant)
        asked += share
        kept.append(item)
    total, tax = asked.gross - asked.less, asked.tax - asked.less_tax
    there = left_of(bundle) if most is None else min(most, left_of(bundle))
    given = min(total, there)
    return Quote(tuple(kept), given, min(tax, given), given - total, level)


def _stored(told: Row) -> dict[str, Any]:
    """An item as the refund will tell it: pieces where pieces were named, else the requested amount."""
    kind = told.get("item_type")
    if kind not in KINDS:
        raise NotRefundable(f"The item type {kind} can not be refunded.")
    wanted = told.get("requested_amount", told.get("amount"))
    if kind in BY_PIECE and (wanted is None or told.get("quantity")):
        count, wanted = whole_number(told, "quantity"), None
        if count < 1:
            raise NotRefundable("The quantity to refund must be positive.")
    else:
        count = int(kind not in BY_PIECE)
        given = amount({"amount": wanted}, "amount")
        if not given.is_finite() or given <= ZERO:
            raise NotRefundable("The amount to refund must be positive.")
    return {
        "item_type": kind,
        "item_id": int(told.get("item_id") or 0),
        "quantity": count,
        "requested_amount": wanted,
        "reason": told.get("reason", ""),
        "adjustments": list(told.get("adjustments") or []),
    }


def _wanted(item: Row) -> Decimal:
    return amount(item, "requested_amount")


def _before(bundle: Row, item: Row, now: Sequence[Row], meant: str) -> Share:
    """What of a thing was given back already, by earlier refunds or by earlier items of this one."""
    earlier = [one for row in refunds_made(bundle) for one in row.get("items") or []]
    gone = Share()
    for one in [*earlier, *now]:
        if (one["item_type"], int(one["item_id"])) == (item["item_type"], item["item_id"]):
            gone += _share_of(bundle, one, gone, meant, checked=False)
    return gone


def _share_of(bundle: Row, item: Row, gone: Share, meant: str, *, checked: bool = True) -> Share:
    thing = sold(bundle, str(item["item_type"]), int(item["item_id"]))
    if thing is None:
        raise NotRefundable(f"The order has no {item['item_type']} with the id {item['item_id']}.")
    if item.get("requested_amount") is None:
        share, over = _pieces(bundle, thing, gone, whole_number(item, "quantity"))
    else:
        share, over = _part(bundle, thing, gone, _wanted(item), meant)
    if over and checked:
        raise NotRefundable(f"More of {item['item_type']} {item['item_id']} is asked for than is left of it.")
    return _lessened(bundle, share, item)


def _pieces(bundle: Row, thing: Sold, gone: Share, count: int) -> tuple[Share, bool]:
    left, places = thing.gross - gone.gross, reading.places(bundle)
    left_tax = thing.tax - gone.tax
    if gone.pieces + count >= thing.pieces:
        return Share(left, left_tax, count), gone.pieces + count > thing.pieces
    gross = min(left, half_up(thing.gross * count / thing.pieces, places))
    return Share(gross, min(left_tax, half_up(thing.tax * count / thing.pieces, places)), count), False


def _part(bundle: Row, thing: Sold, gone: Share, wanted: Decimal, meant: str) -> tuple[Share, bool]:
    """An amount of a thing with its share of the tax; told with its tax, or as the store enters prices."""
    left, left_tax, places = thing.gross - gone.gross, thing.tax - gone.tax, reading.places(bundle)
    whole, there = thing.gross, left
    net = meant == BASIS and not reading.inclusive(bundle)
    if net:
        whole, there = thing.gross - thing.tax, left - left_tax
    if wanted >= there:
        return Share(left, left_tax), wanted > there
    tax = half_up(thing.tax * wanted / whole, places)
    return Share(wanted + tax if net else wanted, tax), False


def _lessened(bundle: Row, share: Share, item: Row) -> Share:
    less = -total_of(amount(one, "amount") for one in item.get("adjustments") or [])
    if not less:
        return share
    if not ZERO < less <= share.gross:
        raise NotRefundable("An adjustment must be negative, and not larger than what is refunded.")
    tax = half_up(share.tax * less / share.gross, reading.places(bundle))
    return replace(share, less=less, less_tax=tax)


def sold(bundle: Row, kind: str, number: int) -> Sold | None:
    """The line, wrapping, charge or fee with this id; None when the order has none."""
    if kind == "PRODUCT":
        return _line(bundle, number)
    part, prefix = _WHERE[kind]
    row = next((row for row in rows(bundle, part) if whole_number(row, "id") == number), None)
    if row is None or not amount(row, f"{prefix}_inc_tax"):
        return None
    pieces = whole_number(row, "quantity") if kind in BY_PIECE else 1
    return Sold(amount(row, f"{prefix}_inc_tax"), amount(row, f"{prefix}_tax"), pieces)


_WHERE = {
    "GIFT_WRAPPING": ("products", "wrapping_cost"),
    "SHIPPING": ("shipping_addresses", "cost"),
    "HANDLING": ("shipping_addresses", "handling_cost"),
    "FEE": ("fees", "cost"),
}


def _line(bundle: Row, number: int) -> Sold | None:
    """Lines in whole cents that add up, as no provider pays back fractions of a cent."""
    paid, places = reading.paid_lines(bundle), reading.places(bundle)
    cents = payable([inc for _, inc in paid], half_up(total_of(inc for _, inc in paid), places), places)
    for (row, _), gross in zip(paid, cents, strict=True):
        if whole_number(row, "id") == number:
            return Sold(gross, amount(row, "total_tax"), max(1, whole_number(row, "quantity")))
    return None


def explained(bundle: Row) -> bool:
    """Whether every refund is what its items come to, in the order in which they were made, as the order is now."""
    made = refunds_made(bundle)
    return all(_explains({**bundle, "refunds": made[:place]}, row) for place, row in enumerate(made))


def _explains(before: Row, row: Row) -> bool:
    """By one reading of amounts or the other; the merchant's own figures, and money for no line, need no explaining."""
    items = row.get("items") or []
    own = all(item.get("item_type") == "ORDER" for item in items)
    return (
        own
        or bool(row.get("uses_merchant_override_values"))
        or any(_is(before, row, how) for how in (GROSS, BASIS))
    )


def _is(before: Row, row: Row, meant: str) -> bool:
    try:
        told = quote(before, row["items"], meant)
    except NotRefundable:
        return False
    return amount(row, "total_amount") in (told.total, told.total - told.tax + amount(row, "total_tax"))


def rest_of(bundle: Row, meant: str = GROSS, most: Decimal | None = None) -> list[dict[str, Any]]:
    """Items that give back all that is left: every thing by itself, or one amount where that is not the same."""
    items = list(_things_left(bundle, meant))
    there = left_of(bundle) if most is None else min(most, left_of(bundle))
    if items:
        whole = quote(bundle, items, meant)
        if whole.total == there and not whole.adjustment:
            return items
    if there <= ZERO:
        return []
    return [{"item_type": "ORDER", "item_id": whole_number(bundle["order"], "id"), "amount": there}]


def _things_left(bundle: Row, meant: str) -> Iterator[dict[str, Any]]:
    for row in reading.sold_lines(bundle):
        for kind in BY_PIECE:
            yield from _left_of(bundle, kind, row, meant)
    for row in rows(bundle, "shipping_addresses"):
        for kind in ("SHIPPING", "HANDLING"):
            yield from _left_of(bundle, kind, row, meant)
    for row in rows(bundle, "fees"):
        yield from _left_of(bundle, "FEE", row, meant)


def _left_of(bundle: Row, kind: str, row: Row, meant: str) -> Iterator[dict[str, Any]]:
    item: dict[str, Any] = {"item_type": kind, "item_id": whole_number(row, "id")}
    thing = sold(bundle, kind, item["item_id"])
    if thing is None:
        return
    gone = _before(bundle, item, (), meant)
    gross, tax = thing.gross - gone.gross, thing.tax - gone.tax
    if kind in BY_PIECE and thing.pieces > gone.pieces:
        yield {**item, "quantity": thing.pieces - gone.pieces}
    elif gross > ZERO:
        net = meant == BASIS and not reading.inclusive(bundle)
        yield {**item, "amount": gross - tax if net else gross}


def mark_lines(products: Sequence[dict[str, Any]], items: Sequence[Mapping[str, Any]]) -> None:
    """The lines count the pieces that refunds named."""
    for item in items:
        for row in products:
            if item["item_type"] == "PRODUCT" and whole_number(row, "id") == int(item["item_id"]):
                row["quantity_refunded"] = whole_number(row, "quantity_refunded") + int(item["quantity"])
                row["is_refunded"] = row["quantity_refunded"] >= whole_number(row, "quantity")
