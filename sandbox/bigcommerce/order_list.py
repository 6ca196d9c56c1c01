"""Which orders a list shows, and in which order."""

from collections.abc import Callable
from typing import Any

from flask import request

from sandbox.bigcommerce.answers import refuse_v2, v2_invalid
from sandbox.bigcommerce.shapes import flag, moment_of
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.world import World

Test = Callable[[Json], bool]
SORTS: dict[str, Callable[[Json], Any]] = {
    "id": lambda order: order["id"],
    "customer_id": lambda order: int(order.get("customer_id") or 0),
    "date_created": lambda order: moment_of(order["date_created"]),
    "date_modified": lambda order: moment_of(order["date_modified"]),
    "status_id": lambda order: int(order["status_id"]),
    "channel_id": lambda order: int(order.get("channel_id") or 0),
    "external_id": lambda order: str(order.get("external_id") or ""),
}
EQUAL = ("customer_id", "status_id", "cart_id", "payment_method", "channel_id", "external_order_id")


def chosen(world: World) -> list[Bundle]:
    """The bundles that fit the filters of this call, sorted as it asks (id ascending unless told)."""
    tests = _tests(world)
    key, backwards = _sort()
    rows = [b for b in world.bigcommerce.orders.values() if all(test(b["order"]) for test in tests)]
    rows.sort(key=lambda bundle: bundle["order"]["id"])
    rows.sort(key=lambda bundle: key(bundle["order"]), reverse=backwards)
    return rows


def _sort() -> tuple[Callable[[Json], Any], bool]:
    name, _, direction = (request.args.get("sort") or "id:asc").partition(":")
    if name not in SORTS or direction not in ("", "asc", "desc"):
        raise v2_invalid("sort")
    return SORTS[name], direction == "desc"


def _tests(world: World) -> list[Test]:
    tests = [_archived(world)]
    tests += [_equal(name, value) for name in EQUAL if (value := request.args.get(name)) is not None]
    if (email := request.args.get("email")) is not None:
        tests.append(lambda order: _email(order).lower() == email.lower())
    for name, key, cast in (("id", "id", int), ("total", "total_inc_tax", float)):
        tests += _bounds(name, key, cast)
    for name in ("date_created", "date_modified"):
        tests += _date_bounds(name, exclusive=world.switches["min_date"] == "exclusive")
    return tests


def _archived(world: World) -> Test:
    """Archived orders are left out, unless the undocumented is_deleted=true still works."""
    asked = flag(request.args.get("is_deleted", "")) and world.switches["is_deleted_filter"]
    return lambda order: bool(order.get("is_deleted")) == asked


def _equal(name: str, value: str) -> Test:
    if name in ("customer_id", "status_id", "channel_id") and not value.lstrip("-").isdigit():
        raise v2_invalid(name)
    return lambda order: str(order.get(name) if order.get(name) is not None else "") == value


def _email(order: Json) -> str:
    return str((order.get("billing_address") or {}).get("email") or "")


def _bounds(name: str, key: str, cast: Callable[[Any], float]) -> list[Test]:
    tests: list[Test] = []
    for end, sign in (("min", 1), ("max", -1)):
        text = request.args.get(f"{end}_{name}")
        if text is not None:
            bound = _cast(f"{end}_{name}", cast, text)
            tests.append(_number_test(key, cast, bound, sign))
    return tests


def _number_test(key: str, cast: Callable[[Any], float], bound: float, sign: int) -> Test:
    return lambda order: sign * (cast(order.get(key) or 0) - bound) >= 0


def _date_bounds(name: str, *, exclusive: bool) -> list[Test]:
    tests: list[Test] = []
    for end, sign in (("min", 1), ("max", -1)):
        text = request.args.get(f"{end}_{name}")
        if text is not None:
            bound = _cast(f"{end}_{name}", lambda told: moment_of(told).timestamp(), text)
            tests.append(_date_test(name, bound, sign, exclusive=exclusive))
    return tests


def _date_test(name: str, bound: float, sign: int, *, exclusive: bool) -> Test:
    def test(order: Json) -> bool:
        # orders know whole seconds only, so a bound within a second means that second
        distance = sign * (moment_of(order[name]).timestamp() - int(bound))
        return distance > 0 if exclusive else distance >= 0

    return test


def _cast(name: str, cast: Callable[[Any], float], text: str) -> float:
    try:
        return cast(text)
    except (TypeError, ValueError, OverflowError):
        raise refuse_v2(400, f"The field '{name}' is invalid.") from None
