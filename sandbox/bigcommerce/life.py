"""What people and shoppers do to an order after it was placed, deed by deed; the hooks hear what they hear in reality.

A deed takes the world and the order's id and has happened when it returns, money at the provider included. What the
store would not do raises Impossible.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sandbox.bigcommerce import (
    edits,
    events,
    order_stock,
    payment_actions,
    refund_methods,
    refunds,
    shipments,
)
from sandbox.bigcommerce.answers import Refusal
from sandbox.bigcommerce.edits import Impossible
from sandbox.bigcommerce.payment_actions import authorizations, due
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.bigcommerce.transactions import Move, record, settle
from sandbox.shop.reading import amount, whole_number
from sandbox.shop.receipts import arrived, gateway_events
from sandbox.shop.refunding import NotRefundable, rest_of
from sandbox.world import World

__all__ = ["DEEDS", "Impossible"]
CANCELLED, DECLINED, DISPUTED, AWAITS_FULFILLMENT = 5, 6, 13, 11


def refund(
    world: World,
    order_id: int,
    *,
    line: int | None = None,
    quantity: int | None = None,
    amount: Any = None,
    shipping: Any = None,
    tax: Any = None,
    items: list[Json] | None = None,
    provider: str = "",
    offline: bool = False,
    declined: bool = False,
    at_once: bool = True,
) -> int:
    """The refund's id. Without a word everything that is left goes back; else a line (all its pieces, `quantity` of
    them, or an `amount` of it), an amount of the shipping, an untaxed amount of the order, or tax alone.

    `provider` is asked for its sum by hand when `offline`; `at_once` false leaves the transaction for a little later.
    """
    bundle = _there(world, order_id)
    chosen = items if items is not None else _items(world, bundle, line, quantity, amount, shipping, tax)
    body: Json = {"items": chosen} if chosen else {"tax_adjustment_amount": tax}
    try:
        body["payments"] = _payments(world, bundle, body, provider, offline=offline)
        return int(refunds.refund(world, order_id, body, declined=declined, at_once=at_once)["id"])
    except NotRefundable as problem:
        raise Impossible(str(problem)) from None


def _items(
    world: World, bundle: Bundle, line: int | None, quantity: Any, wanted: Any, shipping: Any, tax: Any
) -> list[Json]:
    if line is not None or quantity is not None:
        row = edits.line_in(bundle, line)
        left = whole_number(row, "quantity") - whole_number(row, "quantity_refunded")
        how = {"quantity": quantity or left} if wanted is None else {"amount": wanted}
        return [{"item_type": "PRODUCT", "item_id": row["id"], **how}]
    if shipping is not None:
        addresses = bundle["shipping_addresses"]
        return [
            {"item_type": "SHIPPING", "item_id": addresses[0]["id"] if addresses else 0, "amount": shipping}
        ]
    if wanted is not None:
        return [{"item_type": "ORDER", "item_id": bundle["order"]["id"], "amount": wanted}]
    meant = str(world.switches["requested_amount"])
    return [] if tax is not None else rest_of(bundle, meant, refund_methods.money_left(bundle))


def _payments(world: World, bundle: Bundle, body: Json, provider: str, *, offline: bool) -> list[Json]:
    """As the money came, unless a provider is named; nothing by a gateway when `offline`."""
    total = refunds.total_of_request(world, bundle, body)
    if provider or offline:
        return [{"provider_id": provider or refund_methods.CUSTOM, "amount": total, "offline": offline}]
    ways = refund_methods.methods(bundle, total)
    return [{"provider_id": one.provider_id, "amount": one.amount, "offline": one.offline} for one in ways[0]]


def pay(world: World, order_id: int, wanted: Any = None, *, gateway: str = "testgateway") -> int:
    """The shopper pays so much (what is still due) by card; the transaction's id."""
    bundle = _there(world, order_id)
    money = due(bundle) if wanted is None else Decimal(str(wanted))
    row = record(world, order_id, Move("purchase", money, gateway=gateway))
    payment_actions.paid(world, order_id)
    return int(row["id"])


def capture(world: World, order_id: int, wanted: Any = None) -> None:
    """An authorised payment is collected late, wholly or in part."""
    if not authorizations(_there(world, order_id)):
        raise Impossible("the order has no authorized payment to capture")
    payment_actions.capture(world, order_id, None if wanted is None else Decimal(str(wanted)))


def void(world: World, order_id: int, transaction: int | None = None) -> None:
    """An authorisation is let go of, else a payment that had not settled is called back."""
    bundle = _there(world, order_id)
    rows = authorizations(bundle) or arrived(gateway_events(bundle))
    row = next((row for row in rows if transaction in (None, int(row["id"]))), None)
    if row is None:
        raise Impossible("the order has no payment to void")
    record(world, order_id, Move("void", amount(row, "amount"), row["method"], row["gateway"], row["id"]))
    settle(world, order_id, payment_status="void")


def edit(
    world: World, order_id: int, line: int | None = None, *, quantity: Any = None, price: Any = None
) -> None:
    """Another quantity or price of a line (the first), of which no discount is left; a quantity of 0 takes it out."""
    bundle = _there(world, order_id)
    row = edits.line_in(bundle, line)
    least = max(whole_number(row, "quantity_refunded"), whole_number(row, "quantity_shipped"))
    if quantity is not None and int(quantity) < least:
        raise Impossible("the quantity is smaller than what was shipped or refunded")
    if quantity is not None and not int(quantity):
        if not any(
            other is not row for other in bundle["products"] if not other.get("parent_order_product_id")
        ):
            raise Impossible("an order must have at least one product")
        edits.remove(world, order_id, row["id"])
    else:
        edits.change(world, order_id, row["id"], quantity=quantity, price=price)


def add(world: World, order_id: int, **line: Any) -> int:
    """A line more: price, quantity, tax (percent), name, sku, product_id; taxed as the first one unless told."""
    _there(world, order_id)
    return edits.add(world, order_id, **line)


def discount(world: World, order_id: int, wanted: Any) -> None:
    """So much off the whole order."""
    _there(world, order_id)
    edits.discount(world, order_id, wanted)


def address(
    world: World, order_id: int, *, shipping: bool = True, billing: bool = True, **changed: str
) -> None:
    """Other words in the order's addresses; what shipping costs stays."""
    bundle = _there(world, order_id)
    if billing:
        bundle["order"]["billing_address"].update(changed)
    for row in bundle["shipping_addresses"] if shipping else ():
        row.update({key: value for key, value in changed.items() if key != "email"})
    settle(world, order_id)


def status(world: World, order_id: int, status_id: int) -> None:
    """A person moves the order to another status, and goods follow as the store is set."""
    _there(world, order_id)
    settle(world, order_id, status_id=status_id)
    order_stock.moved(world, order_id)


def cancel(world: World, order_id: int) -> None:
    status(world, order_id, CANCELLED)


def decline(world: World, order_id: int) -> None:
    status(world, order_id, DECLINED)


def dispute(world: World, order_id: int) -> None:
    status(world, order_id, DISPUTED)


def reinstate(world: World, order_id: int, status_id: int = AWAITS_FULFILLMENT) -> None:
    """What was ended stands again, also what was archived."""
    _there(world, order_id)["order"]["is_deleted"] = False
    status(world, order_id, status_id)


def ship(world: World, order_id: int, pieces: Mapping[Any, int] | None = None) -> list[int]:
    """All that is left of the order, or so many pieces by line, leaves the house; the shipments' ids."""
    bundle = _there(world, order_id)
    left = {row["id"]: _unsent(row) for row in bundle["products"] if row.get("order_address_id")}
    wanted = left if pieces is None else {int(line): count for line, count in pieces.items()}
    sent = []
    for place in bundle["shipping_addresses"]:
        mine = {row["id"] for row in bundle["products"] if row.get("order_address_id") == place["id"]}
        told = [{"order_product_id": line, "quantity": count} for line, count in wanted.items() if count]
        parcel = [item for item in told if item["order_product_id"] in mine]
        if parcel:
            sent.append(_send(world, order_id, {"order_address_id": place["id"], "items": parcel}))
    whole = not any(_unsent(row) for row in bundle["products"] if row.get("order_address_id"))
    status(world, order_id, 2 if whole else 3)
    return sent


def _unsent(row: Json) -> int:
    return whole_number(row, "quantity") - whole_number(row, "quantity_shipped")


def _send(world: World, order_id: int, body: Json) -> int:
    try:
        return int(shipments.send(world, order_id, body)["id"])
    except Refusal as refusal:
        raise Impossible(refusal.response.get_data(as_text=True)) from None


def archive(world: World, order_id: int) -> None:
    """Hidden from lists; it can still be read."""
    _there(world, order_id)["order"]["is_deleted"] = True
    settle(world, order_id)
    events.order_event(world, "archived", order_id)


def delete(world: World, order_id: int) -> None:
    """Gone for good: not found from now on."""
    _there(world, order_id)
    del world.bigcommerce.orders[order_id]
    events.order_event(world, "archived", order_id)


def _there(world: World, order_id: int) -> Bundle:
    bundle = world.bigcommerce.orders.get(order_id)
    if bundle is None:
        raise Impossible(f"there is no order {order_id}")
    return bundle


DEEDS: dict[str, Callable[..., Any]] = {
    deed.__name__: deed
    for deed in (
        *(refund, pay, capture, void, edit, add, discount, address, status),
        *(cancel, decline, dispute, reinstate, ship, archive, delete),
    )
}
