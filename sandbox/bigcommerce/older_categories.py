"""Categories as they were written before there were trees: one by one, under /catalog/categories."""

from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import events
from sandbox.bigcommerce.answers import nothing, refuse_v3, v3_body, v3_data, v3_list, v3_unfiltered
from sandbox.bigcommerce.asked import fitting
from sandbox.bigcommerce.categories import TREE, WRITABLE, add, listed, problem_of, removed, tree
from sandbox.bigcommerce.product_checks import conflict, invalid
from sandbox.bigcommerce.product_filters import trimmer
from sandbox.bigcommerce.shelf import gone
from sandbox.bigcommerce.store import Json
from sandbox.world import World

FILTERS = ("id:in", "id", "name", "name:like", "parent_id", "parent_id:in", "is_visible", "keyword")
SORTS = ("id", "name", "parent_id", "sort_order")
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    root, one = "/catalog/categories", "/catalog/categories/<int:number>"
    return [
        ("GET", root, lambda **_: v3_list(_chosen(world), world.switches, show=trimmer())),
        ("POST", root, lambda **_: v3_data(created(world, v3_body()))),
        ("DELETE", root, lambda **_: many_deleted(world)),
        ("GET", f"{root}/tree", lambda **_: tree(world, int(str(TREE["id"])))),
        ("GET", one, lambda number, **_: v3_data(trimmer()(_older(_found(world, number))))),
        ("PUT", one, lambda number, **_: v3_data(changed(world, _found(world, number), v3_body()))),
        ("DELETE", one, lambda number, **_: deleted(world, _found(world, number))),
    ]


def _found(world: World, number: int) -> Json:
    row: Json | None = world.bigcommerce.categories.get(number)
    if row is None:
        raise gone("category")
    return row


def _chosen(world: World) -> list[Json]:
    rows = fitting((_older(row) for row in listed(world)), ["id", "parent_id"])
    name = request.args.get("sort", "id")
    if name not in SORTS:
        raise refuse_v3(422, f"The filter(s): sort={name} are not valid for this resource.")
    return sorted(rows, key=lambda row: row[name], reverse=request.args.get("direction") == "desc")


def created(world: World, body: Json) -> Json:
    missing = {name: "error.path.missing" for name in ("name", "parent_id") if body.get(name) is None}
    if missing:
        raise refuse_v3(422, "JSON data is missing or invalid", missing)
    _check(world, body, None)
    return _older(_named(add(world, body), body))


def changed(world: World, row: Json, body: Json) -> Json:
    _check(world, body, row)
    row.update({key: body[key] for key in WRITABLE if key in body})
    events.emit(world, "store/category/updated", {"type": "category", "id": row["category_id"]})
    return _older(_named(row, body))


def _check(world: World, body: Json, own: Json | None) -> None:
    problem = problem_of(world, body, own)
    if problem and "duplicate" in problem[1]:
        raise conflict(*problem)
    if problem:
        raise invalid(dict([problem]))


def _named(row: Json, body: Json) -> Json:
    """With the URL that the body tells, if it tells one."""
    told = body.get("custom_url")
    if isinstance(told, dict) and told.get("url"):
        row["url"] = {"path": told["url"], "is_customized": bool(told.get("is_customized", True))}
    return row


def deleted(world: World, row: Json) -> Response:
    removed(world, {row["category_id"]})
    return nothing()


def many_deleted(world: World) -> Response:
    if not set(FILTERS) & set(request.args):
        raise v3_unfiltered()
    removed(world, {row["id"] for row in _chosen(world)})
    return nothing()


def _older(row: Json) -> Json:
    same = {key: row[key] for key in WRITABLE}
    url = {"url": row["url"]["path"], "is_customized": row["url"]["is_customized"]}
    return {"id": row["category_id"], **same, "custom_url": url}
