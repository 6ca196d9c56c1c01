"""v3 below an order: transactions and refunds, to be read."""

from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce.answers import Refusal, csv, nothing, refuse_v3, v3_data, v3_list
from sandbox.bigcommerce.asked import fitting
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.world import World


def routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    refunds = "/payment_actions/refunds"
    return [
        ("GET", "/orders/<int:order_id>/transactions", lambda order_id, **_: transactions(world, order_id)),
        ("GET", f"/orders/<int:order_id>{refunds}", lambda order_id, **_: refunds_of(world, order_id)),
        ("GET", f"/orders{refunds}", lambda **_: all_refunds(world)),
        ("GET", f"/orders{refunds}/<int:number>", lambda number, **_: one_refund(world, number)),
    ]


def order_not_found(order_id: int) -> Refusal:
    return refuse_v3(404, f"Order with id {order_id} not found")


def bundle_of(world: World, order_id: int) -> Bundle:
    bundle = world.bigcommerce.orders.get(order_id)
    if bundle is None:
        raise order_not_found(order_id)
    return bundle


def transactions(world: World, order_id: int) -> Response:
    rows = bundle_of(world, order_id)["transactions"]
    if not rows and world.switches["transactions_empty"] == 204:
        return nothing()
    return v3_list(rows, world.switches)


def refunds_of(world: World, order_id: int) -> Response:
    return v3_list(bundle_of(world, order_id)["refunds"], world.switches)


def all_refunds(world: World) -> Response:
    rows = [row for bundle in world.bigcommerce.orders.values() for row in bundle["refunds"]]
    for name, key in (("id:in", "id"), ("order_id:in", "order_id")):
        wanted = csv(name)
        if wanted is not None:
            rows = [row for row in rows if str(row[key]) in wanted]
    rows = fitting(rows, dates=["created"])
    if (transaction := request.args.get("transaction_id")) is not None:
        rows = [row for row in rows if _paid_by(row, transaction)]
    return v3_list(sorted(rows, key=lambda row: int(row["id"])), world.switches)


def _paid_by(row: Json, transaction: str) -> bool:
    return any(str(payment.get("transaction_id")) == transaction for payment in row.get("payments", []))


def one_refund(world: World, number: int) -> Response:
    for bundle in world.bigcommerce.orders.values():
        for row in bundle["refunds"]:
            if int(row["id"]) == number:
                return v3_data(row)
    raise refuse_v3(404, f"Refund with id {number} not found")
