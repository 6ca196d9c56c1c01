"""v3 capture and void of an authorised payment: taken at once, carried out a little later."""

from collections.abc import Callable
from decimal import Decimal

from werkzeug.wrappers import Response

from sandbox.arithmetic import ZERO, total_of
from sandbox.bigcommerce.answers import as_json, refuse_v3
from sandbox.bigcommerce.later import later
from sandbox.bigcommerce.payments import bundle_of
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.bigcommerce.transactions import Move, record, settle
from sandbox.shop.reading import amount
from sandbox.shop.receipts import received
from sandbox.world import World

AWAITS_PAYMENT, AWAITS_FULFILLMENT = 7, 11


def routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    path = "/orders/<int:order_id>/payment_actions"
    return [
        ("POST", f"{path}/capture", lambda order_id, **_: captured(world, order_id)),
        ("POST", f"{path}/void", lambda order_id, **_: voided(world, order_id)),
    ]


def captured(world: World, order_id: int) -> Response:
    return _asked(world, order_id, "capture", lambda: capture(world, order_id))


def voided(world: World, order_id: int) -> Response:
    return _asked(world, order_id, "void", lambda: void(world, order_id))


def _asked(world: World, order_id: int, action: str, act: Callable[[], None]) -> Response:
    bundle = bundle_of(world, order_id)
    if str(bundle["order"].get("payment_status")) != "authorized" or not authorizations(bundle):
        raise refuse_v3(422, f"The order has no authorized payment to {action}.")
    settle(world, order_id, payment_status=f"{action} pending")
    later(world, lambda: act() if order_id in world.bigcommerce.orders else None)
    return as_json({}, 201)


def authorizations(bundle: Bundle) -> list[Json]:
    """Authorisations that were neither captured nor voided."""
    rows = [row for row in bundle["transactions"] if row.get("status", "ok") == "ok"]
    over = {str(row.get("reference_transaction_id")) for row in rows if row["event"] in ("capture", "void")}
    return [row for row in rows if row["event"] == "authorization" and str(row["id"]) not in over]


def capture(world: World, order_id: int, wanted: Decimal | None = None) -> None:
    """The provider collects what was authorised, or a part of it and never the rest."""
    for row in authorizations(world.bigcommerce.orders[order_id]):
        money = amount(row, "amount") if wanted is None else wanted
        record(world, order_id, Move("capture", money, row["method"], row["gateway"], row["id"]))
    paid(world, order_id)


def void(world: World, order_id: int) -> None:
    """The provider lets go of what was authorised."""
    for row in authorizations(world.bigcommerce.orders[order_id]):
        record(world, order_id, Move("void", amount(row, "amount"), row["method"], row["gateway"], row["id"]))
    settle(world, order_id, payment_status="void")


def paid(world: World, order_id: int) -> None:
    """After money came: all of it there moves an order that awaited it."""
    bundle = world.bigcommerce.orders[order_id]
    waits = int(bundle["order"]["status_id"]) == AWAITS_PAYMENT and world.switches["capture_sets_status"]
    whole = due(bundle) <= ZERO
    settle(
        world, order_id, status_id=AWAITS_FULFILLMENT if waits and whole else None, payment_status="captured"
    )


def due(bundle: Bundle) -> Decimal:
    """What has not come in yet."""
    money = received(bundle, frozenset())
    return amount(bundle["order"], "total_inc_tax") - total_of(one for _, one in money.by_kind())
