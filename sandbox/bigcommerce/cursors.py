"""Lists that can also be walked by cursor: `after` and `before` instead of page numbers."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import json, request
from werkzeug.wrappers import Response

from sandbox.bigcommerce.answers import (
    MAX_LIMIT,
    V3_DEFAULT_LIMIT,
    Refusal,
    Row,
    as_json,
    refuse_v3,
    v3_list,
    whole_number,
)


def cursor_list(
    rows: Sequence[Row], switches: Row, *, key: str = "id", show: Callable[[Any], Any] | None = None
) -> Response:
    """The first page tells both ways on, later pages only by number, `after` and `before` only by cursor.

    Rows come in ascending order of `key`, which is what a cursor remembers.
    """
    if "after" in request.args or "before" in request.args:
        return _by_cursor(rows, key, show)
    response = v3_list(rows, switches, show=show)
    if whole_number("page", 1, _invalid) > 1:
        return response
    answer: Any = json.loads(response.get_data())
    pages = answer["meta"]["pagination"]
    numbers = [int(row[key]) for row in rows[: pages["count"]]]
    whole = pages["total"] > pages["count"]
    answer["meta"]["cursor_pagination"] = _told(numbers, pages["per_page"], before=False, after=whole)
    return as_json(answer)


def _by_cursor(rows: Sequence[Row], key: str, show: Callable[[Any], Any] | None) -> Response:
    if "after" in request.args and "before" in request.args:
        raise refuse_v3(422, "The filters before and after cannot be used together.")
    limit = min(whole_number("limit", V3_DEFAULT_LIMIT, _invalid), MAX_LIMIT)
    ids = [int(row[key]) for row in rows]
    if "after" in request.args:
        mark = _decoded("after")
        start = next((place for place, number in enumerate(ids) if number > mark), len(ids))
        end = start + limit
    else:
        mark = _decoded("before")
        end = next((place for place, number in enumerate(ids) if number >= mark), len(ids))
        start = max(0, end - limit)
    told = _told(ids[start:end], limit, before=start > 0, after=end < len(ids))
    data = [show(row) if show else row for row in rows[start:end]]
    return as_json({"data": data, "meta": {"cursor_pagination": told}})


def _told(cut: Sequence[int], limit: int, *, before: bool, after: bool) -> dict[str, Any]:
    first, last = (_encoded(cut[0]), _encoded(cut[-1])) if cut else (None, None)
    links = {"current": _link(limit)}
    if before and first:
        links["previous"] = _link(limit, before=first)
    if after and last:
        links["next"] = _link(limit, after=last)
    return {"count": len(cut), "per_page": limit, "start_cursor": first, "end_cursor": last, "links": links}


def _link(limit: int, **cursor: str) -> str:
    own = ("page", "limit", *(("before", "after") if cursor else ()))
    others = [(key, value) for key, value in request.args.items(multi=True) if key not in own]
    return "?" + urlencode([*others, *cursor.items(), ("limit", str(limit))])


def _encoded(number: int) -> str:
    return urlsafe_b64encode(f"id:{number}".encode()).decode()


def _decoded(name: str) -> int:
    try:
        return int(urlsafe_b64decode(request.args[name]).decode().removeprefix("id:"))
    except ValueError:
        raise _invalid(name) from None


def _invalid(name: str) -> Refusal:
    return refuse_v3(422, f"The filter(s): {name} are not valid for this resource.", {name: "invalid value"})
