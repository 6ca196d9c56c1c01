"""The options of a product and their values: made with its variants, or one by one."""

from collections.abc import Callable, Sequence
from typing import Any

from werkzeug.wrappers import Response

from sandbox.bigcommerce.answers import nothing, refuse_v3, v3_body, v3_data, v3_list
from sandbox.bigcommerce.product_checks import conflict, invalid
from sandbox.bigcommerce.product_filters import trimmer
from sandbox.bigcommerce.products import option_of, value_of
from sandbox.bigcommerce.shelf import found, part_of, touched
from sandbox.bigcommerce.store import Json
from sandbox.bigcommerce.variant_rows import without_variants
from sandbox.world import World

KINDS = ("radio_buttons", "rectangles", "dropdown", "product_list", "product_list_with_images", "swatch")
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    root = "/catalog/products/<int:product_id>/options"
    one = f"{root}/<int:option_id>"
    values = f"{one}/values"
    value = f"{values}/<int:value_id>"
    return [
        ("GET", root, lambda product_id, **_: _list(world, found(world, product_id)["options"])),
        ("POST", root, lambda product_id, **_: created(world, product_id)),
        ("GET", one, lambda **ids: v3_data(trimmer()(_option(world, **ids)))),
        ("PUT", one, lambda **ids: changed(world, **ids)),
        ("DELETE", one, lambda **ids: deleted(world, **ids)),
        ("GET", values, lambda **ids: _list(world, _option(world, **ids)["option_values"])),
        ("POST", values, lambda **ids: value_created(world, **ids)),
        ("GET", value, lambda **ids: v3_data(trimmer()(_value(world, **ids)))),
        ("PUT", value, lambda **ids: value_changed(world, **ids)),
        ("DELETE", value, lambda **ids: value_deleted(world, **ids)),
    ]


def _list(world: World, rows: Sequence[Json]) -> Response:
    return v3_list(rows, world.switches, show=trimmer())


def _option(world: World, product_id: int, option_id: int, **_: Any) -> Json:
    return part_of(found(world, product_id), "options", option_id, "option")


def _value(world: World, value_id: int, **ids: Any) -> Json:
    return part_of(_option(world, **ids), "option_values", value_id, "option value")


def created(world: World, product_id: int) -> Response:
    product, body = found(world, product_id), v3_body()
    option = _new_option(world, product, body)
    for told in body.get("option_values") or []:
        _new_value(world, option, told)
    product["options"].append(option)
    touched(world, product)
    return v3_data(option)


def _new_option(world: World, product: Json, body: Json) -> Json:
    name, kind = str(body.get("display_name") or ""), body.get("type", "dropdown")
    if not 0 < len(name) <= 255 or kind not in KINDS:
        raise invalid({"display_name": "display_name and type must be given"})
    if any(_same(row["display_name"], name) for row in product["options"]):
        raise conflict("display_name", f"The option {name} exists already.")
    place = int(body.get("sort_order", len(product["options"])))
    return option_of(product["id"], world.bigcommerce.new_id("option"), name, kind, place)


def changed(world: World, product_id: int, option_id: int) -> Response:
    option, body = _option(world, product_id, option_id), v3_body()
    if "type" in body and body["type"] != option["type"] and body["type"] not in KINDS:
        raise invalid({"type": "unknown"})
    option.update({key: body[key] for key in ("display_name", "type", "sort_order") if key in body})
    product = found(world, product_id)
    for row in product["variants"]:
        for told in row["option_values"]:
            if told["option_id"] == option_id:
                told["option_display_name"] = option["display_name"]
    touched(world, product)
    return v3_data(option)


def deleted(world: World, product_id: int, option_id: int) -> Response:
    """With an option all variants go, for none of them says any more which it is."""
    product, option = found(world, product_id), _option(world, product_id, option_id)
    product["options"].remove(option)
    without_variants(world, product, lambda row: bool(row["option_values"]))
    touched(world, product)
    return nothing()


def value_created(world: World, product_id: int, option_id: int) -> Response:
    value = _new_value(world, _option(world, product_id, option_id), v3_body())
    touched(world, found(world, product_id))
    return v3_data(value)


def _new_value(world: World, option: Json, told: Json) -> Json:
    label = str(told.get("label") or "")
    if not 0 < len(label) <= 255:
        raise refuse_v3(422, "Missing Required Fields", {"label": "error.path.missing"})
    if any(_same(value["label"], label) for value in option["option_values"]):
        raise invalid({"label": f"The value {label} exists already."})
    place = int(told.get("sort_order", len(option["option_values"])))
    default = bool(told.get("is_default", False))
    number = world.bigcommerce.new_id("option_value")
    value = value_of(number, label, place, told.get("value_data"), default=default)
    option["option_values"].append(value)
    return value


def value_changed(world: World, product_id: int, option_id: int, value_id: int) -> Response:
    value, body = _value(world, value_id, product_id=product_id, option_id=option_id), v3_body()
    value.update({k: body[k] for k in ("label", "sort_order", "value_data", "is_default") if k in body})
    product = found(world, product_id)
    for row in product["variants"]:
        for told in row["option_values"]:
            if (told["option_id"], told["id"]) == (option_id, value_id):
                told["label"] = value["label"]
    touched(world, product)
    return v3_data(value)


def value_deleted(world: World, product_id: int, option_id: int, value_id: int) -> Response:
    product = found(world, product_id)
    value = _value(world, value_id, product_id=product_id, option_id=option_id)
    _option(world, product_id, option_id)["option_values"].remove(value)
    key = (option_id, value_id)
    without_variants(
        world, product, lambda row: key in [(told["option_id"], told["id"]) for told in row["option_values"]]
    )
    touched(world, product)
    return nothing()


def labelled(world: World, product: Json, told: Sequence[Json]) -> list[Json]:
    """The values of a variant made together with its product: options and values that are new are made."""
    rows = []
    for pair in told:
        name, label = str(pair.get("option_display_name") or ""), str(pair.get("label") or "")
        option = next((row for row in product["options"] if _same(row["display_name"], name)), None)
        if option is None:
            option = _new_option(world, product, {"display_name": name, "type": "rectangles"})
            product["options"].append(option)
        value = next((row for row in option["option_values"] if _same(row["label"], label)), None)
        rows.append(_chosen(option, value or _new_value(world, option, {"label": label})))
    return rows


def resolved(world: World, product: Json, told: Sequence[Json]) -> list[Json]:
    """The values of a variant added later, by ids or by names; what is not there is refused (or made)."""
    if world.switches["variant_new_labels"] == "created":
        known = [pair for pair in told if "id" not in pair]
        return labelled(world, product, known) + [_known(product, p) for p in told if p not in known]
    return [_known(product, pair) for pair in told]


def _known(product: Json, told: Json) -> Json:
    for option in product["options"]:
        if option["id"] != told.get("option_id") and not _same(
            option["display_name"], str(told.get("option_display_name") or "")
        ):
            continue
        for value in option["option_values"]:
            if value["id"] == told.get("id") or _same(value["label"], str(told.get("label") or "")):
                return _chosen(option, value)
    raise invalid({"option_values": "The option value does not exist."})


def _chosen(option: Json, value: Json) -> Json:
    return {
        "id": value["id"],
        "label": value["label"],
        "option_id": option["id"],
        "option_display_name": option["display_name"],
    }


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower()
