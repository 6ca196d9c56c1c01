"""v3 settings of stock: for the whole store, and what a channel does otherwise."""

from collections.abc import Callable
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce.answers import refuse_v3, v3_body, v3_data
from sandbox.bigcommerce.store import Json
from sandbox.world import World

DEFAULTS: Json = {
    "product_out_of_stock_behavior": "do_nothing",
    "option_out_of_stock_behavior": "do_nothing",
    "update_stock_behavior": "order_placed",
    "edit_order_stock_adjustment": True,
    "refund_order_stock_adjustment": False,
    "stock_level_display": "dont_show",
    "default_out_of_stock_message": "",
    "hide_in_product_filtering": False,
    "show_pre_order_stock_levels": False,
    "show_out_of_stock_message": False,
}
WORDS = {
    "product_out_of_stock_behavior": (
        "do_nothing",
        "hide_product",
        "hide_product_and_accessible",
        "hide_product_and_redirect",
    ),
    "option_out_of_stock_behavior": ("do_nothing", "hide_option", "label_option"),
    "update_stock_behavior": ("order_placed", "order_completed_or_shipped"),
    "stock_level_display": ("dont_show", "show", "show_when_low"),
}
WHOLE_STORE = ""


def routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    path = "/settings/inventory"
    return [("GET", path, lambda **_: shown(world)), ("PUT", path, lambda **_: changed(world))]


def shown(world: World) -> Response:
    """For a channel null means: as the whole store."""
    channel = request.args.get("channel_id", WHOLE_STORE)
    own = world.bigcommerce.stock.settings.get(channel, {})
    return v3_data({**(dict.fromkeys(DEFAULTS) if channel else DEFAULTS), **own})


def changed(world: World) -> Response:
    channel, body = request.args.get("channel_id", WHOLE_STORE), v3_body()
    wrong = {name: "invalid value" for name, value in body.items() if not _fits(name, value, channel)}
    if wrong:
        raise refuse_v3(422, "The settings could not be applied.", wrong)
    world.bigcommerce.stock.settings.setdefault(channel, {}).update(body)
    return shown(world)


def _fits(name: str, value: Any, channel: str) -> bool:
    if value is None:
        return name in DEFAULTS and channel != WHOLE_STORE
    if name in WORDS:
        return value in WORDS[name]
    return name in DEFAULTS and type(value) is type(DEFAULTS[name])


def setting(world: World, order: Json, name: str) -> Any:
    """What holds for an order: its channel's word, else the store's."""
    known = world.bigcommerce.stock.settings
    own = known.get(str(order.get("channel_id")), {}).get(name)
    return own if own is not None else known.get(WHOLE_STORE, {}).get(name, DEFAULTS[name])
