"""The strings behind the stage: state, orders, switches, moods, clock and the log of calls."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, jsonify, request
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers import Response

from sandbox import generator, loading, orders
from sandbox.bigcommerce import placing
from sandbox.bigcommerce.store import Account
from sandbox.moods import KINDS, NAMED, MoodError, moods_from
from sandbox.platforms import Platform
from sandbox.switch import SwitchError, checked
from sandbox.switches import SWITCHES
from sandbox.world import World

View = Callable[..., Any]


def register(app: Flask, world: World, platforms: Sequence[Platform]) -> None:
    """Routes as in docs/sandbox.md; every view runs under the world's lock."""
    table: tuple[tuple[str, str, View], ...] = (
        ("GET", "state", lambda: state(world, platforms)),
        ("GET", "calls", lambda: {"calls": world.calls}),
        ("DELETE", "calls", lambda: _cleared(world.calls, {"calls": []})),
        ("GET", "credentials", lambda: credentials(world)),
        ("GET", "expectations", lambda: world.expectations),
        ("PUT", "expectations", lambda: _expect(world)),
        ("POST", "orders", lambda: _orders(world)),
        ("PATCH", "orders/<int:order_id>", lambda order_id: _amended(world, order_id)),
        ("DELETE", "orders/<int:order_id>", lambda order_id: _vanished(world, order_id)),
        ("POST", "accounts", lambda: _account(world)),
        ("POST", "load", lambda: _load(world)),
        ("POST", "generate", lambda: _generate(world)),
        ("POST", "catalogue", lambda: generator.stock(world)),
        ("GET", "switches", lambda: _switches(world)),
        ("PUT", "switches", lambda: _set_switches(world)),
        ("GET", "moods", lambda: _moods(world)),
        ("PUT", "moods", lambda: _set_moods(world, moods_from(_body()))),
        ("DELETE", "moods", lambda: _set_moods(world, ())),
        ("GET", "clock", lambda: _clock(world)),
        ("POST", "clock", lambda: _advance(world)),
        ("GET", "callbacks", lambda: _callbacks(world)),
    )
    for method, name, view in table:
        endpoint = f"control.{method}.{name}"
        app.add_url_rule(f"/control/{name}", endpoint, _guarded(world, view), methods=[method])


def _guarded(world: World, view: View) -> Callable[..., Response]:
    def answer(**known: Any) -> Response:
        try:
            with world.lock:
                return jsonify(view(**known))
        except HTTPException as problem:
            return _problem(problem.description or problem.name, problem.code or 500)
        except (SwitchError, MoodError, placing.Refused, KeyError, TypeError, ValueError) as problem:
            status = 409 if isinstance(problem, placing.Refused) else 400
            return _problem(f"{type(problem).__name__}: {problem}", status)

    return answer


def _problem(message: str, status: int) -> Response:
    response = jsonify({"error": message})
    response.status_code = status
    return response


def _body() -> Any:
    body = request.get_json(force=True, silent=True)
    if body is None:
        raise BadRequest("the body must be JSON")
    return body


def state(world: World, platforms: Sequence[Platform]) -> dict[str, Any]:
    """Both platforms' whole final state as JSON, the calls they received, the moods that struck."""
    states = {platform.name: platform.state(world) for platform in platforms}
    return {**states, "calls": world.calls, "moods": world.moods.report(), "expectations": world.expectations}


def credentials(world: World) -> dict[str, Any]:
    options, root = world.options, request.host_url.rstrip("/")
    return {
        "bigcommerce": {
            "store_hash": options.store_hash,
            "access_token": options.bigcommerce_token,
            "client_id": options.bigcommerce_client_id,
            "client_secret": options.bigcommerce_client_secret,
            "api": f"{root}/bigcommerce/stores/{options.store_hash}",
        },
        "zoho": {
            "organization_id": options.organization_id,
            "client_id": options.zoho_client_id,
            "client_secret": options.zoho_client_secret,
            "refresh_token": options.refresh_token,
            "grant_code": options.grant_code,
            "accounts": f"{root}/zoho/accounts",
            "books": f"{root}/zoho/books/v3",
            "inventory": f"{root}/zoho/inventory/v1",
        },
        "pace": options.pace,
    }


def _cleared(rows: list[Any], answer: dict[str, Any]) -> dict[str, Any]:
    rows.clear()
    return answer


def _expect(world: World) -> dict[str, Any]:
    world.expectations.update(_body())
    return world.expectations


def _orders(world: World) -> dict[str, Any]:
    told = _body()
    rows = told if isinstance(told, list) else [told]
    ids = [_placed(world, row) for row in rows]
    return {"id": ids[0] if ids else None, "ids": ids}


def _placed(world: World, told: Any) -> int:
    """Full JSON (a bundle with `order`) is placed as it is; anything else is a short description."""
    if isinstance(told, dict) and "order" in told:
        return placing.place(world, told)
    return orders.place(world, told)


def _amended(world: World, order_id: int) -> dict[str, Any]:
    """A person edits an order: {"order": {some keys}, "products": [all of them], ...}."""
    placing.amend(world, order_id, _body())
    return {"id": order_id}


def _vanished(world: World, order_id: int) -> dict[str, Any]:
    """The order is gone without a word; reading it gives 404."""
    del world.bigcommerce.orders[order_id]
    return {"id": order_id}


def _account(world: World) -> dict[str, Any]:
    """One more API account, or other scopes for a token that is there."""
    told = _body()
    scopes = tuple(told.get("scopes", ("*",)))
    account = Account(told["client_id"], told.get("client_secret", ""), scopes)
    world.bigcommerce.accounts[told["token"]] = account
    return {"tokens": list(world.bigcommerce.accounts)}


def _load(world: World) -> dict[str, Any]:
    """`place` false: the orders, completed and judged, are answered as `bundles`, to be placed one by one."""
    told = _body()
    if "path" in told:
        answer = loading.load_folder(world, told["path"])
    else:
        answer = loading.load_bundles(world, [(str(n), bundle) for n, bundle in enumerate(told["orders"])])
    if told.get("place", True):
        return answer
    return {**answer, "bundles": [world.bigcommerce.orders.pop(order_id) for order_id in answer["ids"]]}


def _generate(world: World) -> dict[str, Any]:
    told = _body()
    seed, orders = int(told.get("seed", 1)), int(told.get("orders", 25))
    return generator.fill(world, seed, orders, place=bool(told.get("place", True)))


def _switches(world: World) -> dict[str, Any]:
    rows = [
        {
            "name": switch.name,
            "value": world.switches[switch.name],
            "default": switch.default,
            "choices": list(switch.choices),
            "about": switch.about,
        }
        for switch in SWITCHES
    ]
    return {"switches": rows}


def _set_switches(world: World) -> dict[str, Any]:
    world.switches.update(checked(SWITCHES, _body()))
    return _switches(world)


def _moods(world: World) -> dict[str, Any]:
    return {**world.moods.report(), "named": sorted(NAMED), "kinds": KINDS}


def _set_moods(world: World, moods: Any) -> dict[str, Any]:
    world.moods.set(moods)
    return world.moods.report()


def _clock(world: World) -> dict[str, Any]:
    return {"now": world.clock.now().isoformat(), "epoch": world.clock.epoch(), "offset": world.clock.offset}


def _advance(world: World) -> dict[str, Any]:
    world.clock.advance(float(_body()["advance"]))
    world.bigcommerce.courier.wake()
    world.zoho.courier.wake()
    return _clock(world)


def _callbacks(world: World) -> dict[str, Any]:
    return {"callbacks": list(world.bigcommerce.courier.log), "waiting": world.bigcommerce.courier.waiting()}
