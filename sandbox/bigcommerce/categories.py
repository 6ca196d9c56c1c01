"""Categories of the one category tree, written in arrays."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import events
from sandbox.bigcommerce.answers import TYPE, UNFILTERED, as_json, csv, v3_body, v3_data, v3_list
from sandbox.bigcommerce.product_filters import trimmer
from sandbox.bigcommerce.shelf import gone
from sandbox.bigcommerce.store import Json
from sandbox.world import World

TREE = {"id": 1, "name": "Default catalog tree", "channels": [1]}
WRITABLE = (
    *("name", "parent_id", "description", "views", "sort_order", "page_title", "meta_keywords"),
    *(
        "meta_description",
        "layout_file",
        "image_url",
        "is_visible",
        "search_keywords",
        "default_product_sort",
    ),
)
LISTS = ("category_id", "category_uuid", "tree_id", "parent_id")
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    root = "/catalog/trees/categories"
    return [
        ("GET", root, lambda **_: v3_list(listed(world), world.switches, show=trimmer())),
        ("POST", root, lambda **_: created(world)),
        ("PUT", root, lambda **_: changed(world)),
        ("DELETE", root, lambda **_: deleted(world)),
        ("GET", "/catalog/trees", lambda **_: v3_list([TREE], world.switches)),
        ("GET", "/catalog/trees/<int:tree_id>/categories", lambda tree_id, **_: tree(world, tree_id)),
    ]


def listed(world: World) -> list[Json]:
    rows = [world.bigcommerce.categories[number] for number in sorted(world.bigcommerce.categories)]
    for name in LISTS:
        for ending, wanted in ((":in", True), (":not_in", False)):
            texts = csv(name + ending)
            if texts is not None:
                rows = [row for row in rows if (str(row[name]) in texts) is wanted]
    for name in ("name", "page_title", "parent_id", "is_visible"):
        if name in request.args:
            rows = [row for row in rows if str(row[name]).lower() == request.args[name].lower()]
        like = request.args.get(f"{name}:like", "").lower()
        rows = [row for row in rows if like in str(row[name]).lower()]
    word = request.args.get("keyword", "").lower()
    return [row for row in rows if any(word in str(row[name]).lower() for name in ("name", "description"))]


def created(world: World) -> Response:
    made: list[Json] = []
    wrong: dict[str, str] = {}
    rows = v3_body(list)
    for place, told in enumerate(rows):
        problem = problem_of(world, told, None)
        if problem:
            wrong[f"{place}.{problem[0]}"] = problem[1]
        else:
            made.append(add(world, told))
    return _answer(201, made, wrong, len(rows))


def add(world: World, told: Json) -> Json:
    number = world.bigcommerce.new_id("category")
    row: Json = {
        "category_id": number,
        "category_uuid": str(UUID(int=number, version=4)),
        "parent_id": 0,
        "tree_id": 1,
        "name": "",
        "description": "",
        "views": 0,
        "sort_order": 0,
        "page_title": "",
        "meta_keywords": [],
        "meta_description": "",
        "layout_file": "category.html",
        "image_url": "",
        "is_visible": True,
        "search_keywords": "",
        "default_product_sort": "use_store_settings",
        "url": {"path": f"/category-{number}/", "is_customized": False},
    }
    row.update({key: told[key] for key in WRITABLE if key in told})
    world.bigcommerce.categories[number] = row
    events.emit(world, "store/category/created", {"type": "category", "id": number})
    return row


def problem_of(world: World, told: Json, own: Json | None) -> tuple[str, str] | None:
    name = told.get("name", own and own["name"])
    if not isinstance(name, str) or not 0 < len(name) <= 50:
        return "name", "name must have 1 to 50 characters"
    known = world.bigcommerce.categories
    parent = told.get("parent_id", own["parent_id"] if own else 0)
    if parent and parent not in known:
        return "parent_id", "The parent category does not exist."
    rows = [row for row in known.values() if row is not own]
    if any(row["parent_id"] == parent and row["name"].lower() == name.lower() for row in rows):
        return "name", "The category name is a duplicate."
    return None


def changed(world: World) -> Response:
    wrong: dict[str, str] = {}
    rows = v3_body(list)
    for place, told in enumerate(rows):
        row = world.bigcommerce.categories.get(told.get("category_id"))
        problem = problem_of(world, told, row) if row else ("category_id", "The category does not exist.")
        if problem or row is None:
            wrong[f"{place}.{problem[0]}" if problem else "category_id"] = problem[1] if problem else ""
            continue
        row.update({key: told[key] for key in WRITABLE if key in told})
        events.emit(world, "store/category/updated", {"type": "category", "id": row["category_id"]})
    return _answer(200, None, wrong, len(rows))


def deleted(world: World) -> Response:
    """By a filter; categories below go too, and products are no longer in any of them."""
    if not {f"{name}:in" for name in LISTS} & set(request.args):
        problem = {"status": 422, "title": UNFILTERED, "type": TYPE, "errors": {}}
        return as_json({"errors": problem, "meta": _counts(0, 0)}, 422)
    rows = listed(world)
    removed(world, {row["category_id"] for row in rows})
    return as_json({"meta": _counts(len(rows), 0)}, 202)


def removed(world: World, gone_ids: set[int]) -> None:
    store = world.bigcommerce
    while more := {n for n, row in store.categories.items() if row["parent_id"] in gone_ids} - gone_ids:
        gone_ids |= more
    for number in gone_ids:
        del store.categories[number]
        events.emit(world, "store/category/deleted", {"type": "category", "id": number})
    for product in store.products.values():
        product["categories"] = [number for number in product["categories"] if number not in gone_ids]


def _answer(status: int, made: Sequence[Json] | None, wrong: dict[str, str], total: int) -> Response:
    body: Json = {} if made is None else {"data": list(made)}
    if not wrong:
        return as_json({**body, "meta": _counts(total, 0)}, status)
    mixed = len(wrong) < total
    title = "Some categories were not saved." if mixed else "The categories are not valid."
    status = 207 if mixed else 422
    body = body if mixed else {}
    errors = {"status": status, "title": title, "type": TYPE, "errors": wrong}
    return as_json({**body, "errors": errors, "meta": _counts(total, len(wrong))}, status)


def _counts(total: int, failed: int) -> dict[str, int]:
    return {"total": total, "success": total - failed, "failed": failed}


def tree(world: World, tree_id: int) -> Response:
    if tree_id != TREE["id"]:
        raise gone("category tree")
    return v3_data(_below(world, 0, ()))


def _below(world: World, parent: int, path: tuple[int, ...]) -> list[dict[str, Any]]:
    rows = [row for row in world.bigcommerce.categories.values() if row["parent_id"] == parent]
    return [
        {
            "id": row["category_id"],
            "parent_id": parent,
            "depth": len(path),
            "path": [*path, row["category_id"]],
            "name": row["name"],
            "is_visible": row["is_visible"],
            "url": row["url"]["path"],
            "children": _below(world, row["category_id"], (*path, row["category_id"])),
        }
        for row in rows
    ]
