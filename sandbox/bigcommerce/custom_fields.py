"""Custom fields of a product: pairs of name and value, at most 200, no pair twice."""

from collections.abc import Callable

from werkzeug.wrappers import Response

from sandbox.bigcommerce.answers import nothing, v3_body, v3_data, v3_list
from sandbox.bigcommerce.product_checks import MOST_FIELDS, invalid
from sandbox.bigcommerce.product_filters import trimmer
from sandbox.bigcommerce.shelf import found, part_of, touched
from sandbox.bigcommerce.store import Json
from sandbox.world import World

LONGEST = 250
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    root = "/catalog/products/<int:product_id>/custom-fields"
    one = f"{root}/<int:field_id>"
    return [
        ("GET", root, lambda product_id, **_: listed(world, product_id)),
        ("POST", root, lambda product_id, **_: created(world, product_id)),
        ("GET", one, lambda **ids: v3_data(_field(world, **ids))),
        ("PUT", one, lambda **ids: changed(world, **ids)),
        ("DELETE", one, lambda **ids: deleted(world, **ids)),
    ]


def _field(world: World, product_id: int, field_id: int) -> Json:
    return part_of(found(world, product_id), "custom_fields", field_id, "custom field")


def listed(world: World, product_id: int) -> Response:
    return v3_list(found(world, product_id)["custom_fields"], world.switches, show=trimmer())


def created(world: World, product_id: int) -> Response:
    product = found(world, product_id)
    row = add_field(world, product, v3_body())
    touched(world, product, told=False)  # custom fields fire no hook
    return v3_data(row)


def add_field(world: World, product: Json, body: Json) -> Json:
    if len(product["custom_fields"]) >= MOST_FIELDS:
        raise invalid({"custom_fields": f"A product has at most {MOST_FIELDS} custom fields."})
    row = {"id": 0, "name": body.get("name"), "value": body.get("value")}
    _check(product, row)
    row["id"] = world.bigcommerce.new_id("custom_field")
    product["custom_fields"].append(row)
    return row


def _check(product: Json, row: Json) -> None:
    for name in ("name", "value"):
        if not isinstance(row[name], str) or not 0 < len(row[name]) <= LONGEST:
            raise invalid({name: f"{name} must be a text of 1 to {LONGEST} characters"})
    pairs = [(kept["name"], kept["value"]) for kept in product["custom_fields"] if kept["id"] != row["id"]]
    if (row["name"], row["value"]) in pairs:
        raise invalid({"name": "The pair of name and value exists already."})


def changed(world: World, product_id: int, field_id: int) -> Response:
    row, body = _field(world, product_id, field_id), v3_body()
    new = {**row, **{key: body[key] for key in ("name", "value") if key in body}}
    _check(found(world, product_id), new)
    row.update(new)
    touched(world, found(world, product_id), told=False)
    return v3_data(row)


def deleted(world: World, product_id: int, field_id: int) -> Response:
    product = found(world, product_id)
    product["custom_fields"].remove(_field(world, product_id, field_id))
    touched(world, product, told=False)
    return nothing()
