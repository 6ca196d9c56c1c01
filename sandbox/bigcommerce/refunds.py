"""v3 refunds of an order: what they would come to, and the refund itself, whose money moves a little later."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import partial
from random import Random
from typing import Any

from werkzeug.wrappers import Response

from sandbox.arithmetic import ZERO, total_of
from sandbox.bigcommerce import events, order_stock, refund_methods
from sandbox.bigcommerce.answers import TYPE, as_json, refuse_v3, v3_body, v3_data
from sandbox.bigcommerce.later import later
from sandbox.bigcommerce.payments import bundle_of
from sandbox.bigcommerce.shapes import iso
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.bigcommerce.transactions import Move, record, settle
from sandbox.shop import reading
from sandbox.shop.paper import number
from sandbox.shop.parts_json import item_json
from sandbox.shop.reading import amount
from sandbox.shop.refunding import NotRefundable, Quote, left_of, mark_lines, money_back, quote
from sandbox.world import World

GUEST = "Unable to provide store credit for a guest customer."
REFUNDED, PARTLY = 4, 14


def routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    path = "/orders/<int:order_id>/payment_actions"
    return [
        ("POST", f"{path}/refund_quotes", lambda order_id, **_: quoted(world, order_id)),
        ("POST", f"{path}/refunds", lambda order_id, **_: created(world, order_id)),
    ]


def quoted(world: World, order_id: int) -> Response:
    bundle = bundle_of(world, order_id)
    try:
        told = _quote(world, bundle, v3_body())
    except NotRefundable as problem:
        raise refuse_v3(422, str(problem)) from None
    methods = refund_methods.methods(bundle, told.total)
    data = {
        "order_id": order_id,
        "total_refund_amount": number(told.total),
        "total_refund_tax_amount": number(told.tax),
        "rounding": 0,
        "adjustment": number(told.adjustment),
        "tax_inclusive": reading.inclusive(bundle),
        "order_level_refund_amount": number(told.order_level),
        "refund_methods": [[one.as_json() for one in method] for method in methods],
    }
    return v3_data(data, 201)


def created(world: World, order_id: int) -> Response:
    bundle_of(world, order_id)
    try:
        return v3_data(refund(world, order_id, v3_body()), 201)
    except NotRefundable as problem:
        if str(problem) == GUEST:  # the one error that the descriptions show inside of data
            row = {"status": 422, "title": GUEST, "type": TYPE}
            return as_json({"data": [row]}, 422)
        raise refuse_v3(422, str(problem)) from None


def refund(
    world: World, order_id: int, body: Json, *, declined: bool | None = None, at_once: bool = False
) -> Json:
    """Give back what the body names, as POST does; raises NotRefundable. `declined` None leaves it to the switch."""
    bundle = world.bigcommerce.orders[order_id]
    told = _quote(world, bundle, body)
    override = body.get("merchant_calculated_override")
    payments = _payments(bundle, body, told.total)
    row = _row(world, order_id, body, told, payments)
    row["uses_merchant_override_values"] = bool(override)
    for payment in row["payments"]:
        payment["is_declined"] = _declines(world, payment) if declined is None else declined
        payment["declined_message"] = "The provider declined the refund." if payment["is_declined"] else None
    bundle["refunds"].append(row)
    if money_back(row):
        mark_lines(bundle["products"], row["items"])
    for payment in row["payments"]:
        if not payment["is_declined"]:
            later(world, partial(_pay_back, world, order_id, payment), at_once=at_once)
    _after(world, order_id, bundle, row)
    return row


def _quote(world: World, bundle: Bundle, body: Json) -> Quote:
    """Items, tax alone, or what the merchant calculated; at most what is left of the order and of its money."""
    most = refund_methods.money_left(bundle)
    if most <= ZERO:
        raise NotRefundable("The order has no settled payment that can be refunded.")
    items, tax = body.get("items") or [], _money(body.get("tax_adjustment_amount"))
    if not isinstance(items, list) or not (items or tax):
        raise NotRefundable("There is nothing to refund: items or tax_adjustment_amount is needed.")
    told = quote(bundle, items, str(world.switches["requested_amount"]), most)
    override = body.get("merchant_calculated_override")
    if override:
        total, tax = _money(override.get("total_amount")), _money(override.get("total_tax"))
        told = Quote(told.items, total, tax, order_level=told.order_level)
    elif tax:
        if tax > _tax_left(bundle) - told.tax:
            raise NotRefundable("The tax adjustment is larger than the tax that is left of the order.")
        told = Quote(told.items, told.total + tax, told.tax + tax, told.adjustment, told.order_level)
    if not ZERO < told.total <= min(most, left_of(bundle)):
        raise NotRefundable("The refund amount must be positive and at most what is left to be refunded.")
    return told


def total_of_request(world: World, bundle: Bundle, body: Json) -> Decimal:
    """What a refund of this body would come to; raises NotRefundable."""
    return _quote(world, bundle, body).total


def _tax_left(bundle: Bundle) -> Decimal:
    back = total_of(amount(row, "total_tax") for row in bundle["refunds"] if money_back(row))
    return amount(bundle["order"], "total_tax") - back


def _money(given: Any) -> Decimal:
    try:
        told = Decimal(str(given or 0))
    except InvalidOperation:
        raise NotRefundable(f"{given!r} is not an amount.") from None
    if not told.is_finite():
        raise NotRefundable(f"{given!r} is not an amount.")
    return told


def _payments(bundle: Bundle, body: Json, total: Decimal) -> list[Json]:
    """The payments that the caller chose; a refund of tax alone may leave the choice to the store."""
    rows = body.get("payments")
    if not rows and not body.get("items"):
        rows = [one.as_json() for one in refund_methods.methods(bundle, total)[0]]
    if not rows:
        raise NotRefundable("The payments of the refund are missing.")
    chosen: list[Json] = [
        {
            "provider_id": str(row.get("provider_id")),
            "amount": _money(row.get("amount")),
            "offline": bool(row.get("offline")),
        }
        for row in rows
    ]
    if total_of(row["amount"] for row in chosen) != total or any(row["amount"] <= ZERO for row in chosen):
        raise NotRefundable(f"The payments must add up to the refund amount of {total:.2f}.")
    if any(row["provider_id"] == "storecredit" for row in chosen) and not bundle["order"].get("customer_id"):
        raise NotRefundable(GUEST)
    refund_methods.check(bundle, chosen)
    return chosen


def _declines(world: World, payment: Json) -> bool:
    """By the switch: the next so many payments, or below 1 that share of them; never what needs no provider."""
    told = float(world.switches["refund_declined"])
    if payment["offline"] or not told:
        return False
    if told < 1:
        return Random(f"{world.options.seed} {payment['id']}").random() < told
    world.switches["refund_declined"] = told - 1
    return True


def _row(world: World, order_id: int, body: Json, told: Quote, payments: list[Json]) -> Json:
    store = world.bigcommerce
    taken = {int(row["id"]) for bundle in store.orders.values() for row in bundle["refunds"]}
    return {
        "id": store.new_id("refund", taken),
        "order_id": order_id,
        "user_id": 1,
        "created": iso(world.clock.now()),
        "reason": str(body.get("reason") or ""),
        "total_amount": number(told.total),
        "total_tax": number(told.tax),
        "uses_merchant_override_values": False,
        "items": [item_json(item) for item in told.items],
        "payments": [
            {
                "id": store.new_id("refund_payment"),
                "provider_id": payment["provider_id"],
                "amount": number(payment["amount"]),
                "offline": payment["offline"],
                "is_declined": False,
                "declined_message": None,
                "transaction_id": None,
            }
            for payment in payments
        ],
    }


def _pay_back(world: World, order_id: int, payment: Json) -> None:
    """The provider was asked: the payment gets the number of its transaction."""
    bundle = world.bigcommerce.orders.get(order_id)
    if bundle is None:
        return
    method, gateway, reference = refund_methods.way_of(bundle, payment)
    move = Move("refund", amount(payment, "amount"), method, gateway, reference)
    payment["transaction_id"] = str(record(world, order_id, move)["id"])
    settle(world, order_id)


def _after(world: World, order_id: int, bundle: Bundle, row: Json) -> None:
    """Whatever went back changes the order's status; its totals stay."""
    data = {"type": "order", "id": order_id, "refund": {"refund_id": row["id"]}}
    events.emit(world, "store/order/refund/created", data)
    if not money_back(row):
        settle(world, order_id)
        return
    whole = left_of(bundle) <= ZERO
    status, words = (REFUNDED, "refunded") if whole else (PARTLY, "partially refunded")
    settle(world, order_id, status_id=status, payment_status=words)
    order_stock.moved(world, order_id)
