"""Bulk prices, videos and modifiers of a product: what is told is kept and shown; nothing is reckoned by it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Response

from sandbox.bigcommerce.answers import nothing, v3_body, v3_data, v3_list
from sandbox.bigcommerce.product_checks import invalid
from sandbox.bigcommerce.product_filters import trimmer
from sandbox.bigcommerce.shelf import found, part_of, touched
from sandbox.bigcommerce.store import Json
from sandbox.world import World

VIEW = Callable[..., Response]


@dataclass(frozen=True)
class Part:
    """What its rows need, may have, and may choose from."""

    path: str
    what: str
    needed: tuple[str, ...]
    rest: Json = field(default_factory=dict)  # with the values that hold when nothing is told
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.path.replace("-", "_")


BULK = Part(
    *("bulk-pricing-rules", "bulk pricing rule", ("quantity_min", "quantity_max", "type", "amount")),
    choices={"type": ("price", "percent", "fixed")},
)
VIDEO = Part(
    *("videos", "video", ("video_id",)),
    rest={"title": "", "description": "", "sort_order": 0, "type": "youtube", "length": "00:00"},
    choices={"type": ("youtube",)},
)
MODIFIER = Part(
    *("modifiers", "modifier", ("required", "display_name", "type")),
    rest={"sort_order": 0, "config": {}},
    choices={
        "type": (
            *("date", "checkbox", "file", "text", "multi_line_text", "numbers_only_text", "radio_buttons"),
            *("rectangles", "dropdown", "product_list", "product_list_with_images", "swatch"),
        )
    },
)
UNADJUSTED = {
    "price": None,
    "weight": None,
    "image_url": "",
    "purchasing_disabled": {"status": False, "message": ""},
}
VALUE = Part(
    *("option_values", "modifier value", ("label",)),
    rest={"sort_order": 0, "is_default": False, "value_data": None, "adjusters": UNADJUSTED},
)
PARTS = (BULK, VIDEO, MODIFIER)
EMBEDDED = (BULK, VIDEO)  # a new product may bring these along
VALUES = "/catalog/products/<int:product_id>/modifiers/<int:modifier_id>/values"


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    return [row for part in PARTS for row in _routes(world, part)] + [
        ("GET", VALUES, lambda **ids: v3_list(_modifier(world, **ids)["option_values"], world.switches)),
        ("POST", VALUES, lambda **ids: _value_added(world, **ids)),
        ("GET", f"{VALUES}/<int:number>", lambda **ids: v3_data(_value(world, **ids))),
        ("PUT", f"{VALUES}/<int:number>", lambda **ids: _value_changed(world, **ids)),
        ("DELETE", f"{VALUES}/<int:number>", lambda **ids: _value_deleted(world, **ids)),
    ]


def _routes(world: World, part: Part) -> list[tuple[str, str, VIEW]]:
    root = f"/catalog/products/<int:product_id>/{part.path}"
    one = f"{root}/<int:number>"
    return [
        ("GET", root, lambda product_id, **_: listed(world, product_id, part)),
        ("POST", root, lambda product_id, **_: created(world, product_id, part)),
        ("GET", one, lambda product_id, number, **_: v3_data(_row(world, product_id, part, number))),
        ("PUT", one, lambda product_id, number, **_: changed(world, product_id, part, number)),
        ("DELETE", one, lambda product_id, number, **_: deleted(world, product_id, part, number)),
    ]


def _row(world: World, product_id: int, part: Part, number: int) -> Json:
    return part_of(found(world, product_id), part.key, number, part.what)


def listed(world: World, product_id: int, part: Part) -> Response:
    return v3_list(found(world, product_id)[part.key], world.switches, show=trimmer())


def created(world: World, product_id: int, part: Part) -> Response:
    product = found(world, product_id)
    row = add(world, product, part, v3_body())
    touched(world, product)
    return v3_data(row)


def add(world: World, product: Json, part: Part, body: Json) -> Json:
    row = _new(world, part, body)
    if part is VIDEO:
        row["product_id"] = product["id"]
    if part is MODIFIER:
        row |= {"product_id": product["id"], "name": f"{row['display_name']}{row['id']}"}
        told = body.get("option_values") or []
        row["option_values"] = [{**_new(world, VALUE, each), "option_id": row["id"]} for each in told]
    product[part.key].append(row)
    return row


def _new(world: World, part: Part, body: Json) -> Json:
    row = {"id": 0, **dict.fromkeys(part.needed), **part.rest}
    _take(part, row, body)
    row["id"] = world.bigcommerce.new_id(part.what)
    return row


def _take(part: Part, row: Json, body: Json) -> None:
    told = {**row, **{name: body[name] for name in (*part.needed, *part.rest) if name in body}}
    missing = [name for name in part.needed if told[name] in (None, "")]
    wrong = [name for name, known in part.choices.items() if told[name] not in known]
    if missing or wrong:
        raise invalid({name: f"{name} must be given" for name in missing} | dict.fromkeys(wrong, "unknown"))
    row.update(told)


def changed(world: World, product_id: int, part: Part, number: int) -> Response:
    row = _row(world, product_id, part, number)
    _take(part, row, v3_body())
    touched(world, found(world, product_id))
    return v3_data(row)


def deleted(world: World, product_id: int, part: Part, number: int) -> Response:
    product = found(world, product_id)
    product[part.key].remove(_row(world, product_id, part, number))
    touched(world, product)
    return nothing()


def _modifier(world: World, product_id: int, modifier_id: int, **_: Any) -> Json:
    return _row(world, product_id, MODIFIER, modifier_id)


def _value(world: World, number: int, **ids: Any) -> Json:
    return part_of(_modifier(world, **ids), "option_values", number, VALUE.what)


def _value_added(world: World, **ids: Any) -> Response:
    modifier = _modifier(world, **ids)
    row = {**_new(world, VALUE, v3_body()), "option_id": modifier["id"]}
    modifier["option_values"].append(row)
    return v3_data(row)


def _value_changed(world: World, **ids: Any) -> Response:
    row = _value(world, **ids)
    _take(VALUE, row, v3_body())
    return v3_data(row)


def _value_deleted(world: World, **ids: Any) -> Response:
    _modifier(world, **ids)["option_values"].remove(_value(world, **ids))
    return nothing()
