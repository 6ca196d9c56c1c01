"""How BigCommerce answers: bare v2 lists and error arrays, the v3 envelope, 204 for nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from flask import current_app, json, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

TYPE = "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes"
RELATIVE_TYPE = "/api-docs/getting-started/api-status-codes"  # as hooks and 429 answer
V2_DEFAULT_LIMIT = V3_DEFAULT_LIMIT = 50
MAX_LIMIT = 250
UNFILTERED = "At least one filter must be set for a delete action."

Row = Mapping[str, Any]


class Refusal(Exception):
    """A view that cannot go on raises its answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def as_json(body: Any, status: int = 200) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, content_type="application/json")


def nothing() -> Response:
    return Response(status=204, content_type="application/json")


def v2_error(status: int, message: str, **details: Any) -> Response:
    entry: dict[str, Any] = {"status": status, "message": message}
    return as_json([{**entry, "details": details} if details else entry], status)


def v3_error(status: int, title: str, errors: Row | None = None, kind: str = TYPE) -> Response:
    return as_json({"status": status, "title": title, "type": kind, "errors": dict(errors or {})}, status)


def error(version: str, status: int, message: str) -> Response:
    return v2_error(status, message) if version == "v2" else v3_error(status, message)


def refuse_v2(status: int, message: str, **details: Any) -> Refusal:
    return Refusal(v2_error(status, message, **details))


def refuse_v3(status: int, title: str, errors: Row | None = None) -> Refusal:
    return Refusal(v3_error(status, title, errors))


def v3_unfiltered() -> Refusal:
    """Who would delete everything; in the words of a recorded answer (github bigcommerce/api-specs#1044)."""
    return refuse_v3(422, UNFILTERED)


def v2_not_found() -> Refusal:
    return refuse_v2(404, "The requested resource was not found.")


def v2_invalid(field: str) -> Refusal:
    return refuse_v2(
        400, f"The field '{field}' is invalid.", invalid_reason=f"The field '{field}' is invalid."
    )


def v2_read_only(field: str) -> Refusal:
    """In the words of a recorded answer (github bigcommerce/api-specs#229)."""
    told = (
        f"The field '{field}' cannot be written to. Please remove it from your request before trying again."
    )
    return refuse_v2(400, told)


def v2_unsupported(field: str) -> Refusal:
    """Likewise (github bigcommerce/bigcommerce-api-python#82)."""
    return refuse_v2(400, f"The field '{field}' is not supported by this resource.")


def v3_data(data: Any, status: int = 200) -> Response:
    return as_json({"data": data, "meta": {}}, status)


def problem_json(title: str, errors: Row | None = None, status: int = 422) -> Response:
    """How inventory refuses."""
    answer = v3_error(status, title, errors)
    answer.content_type = "application/problem+json"
    return answer


def transaction() -> Response:
    """How inventory takes a write: without an envelope, and without a word on what became of it."""
    return as_json({"transaction_id": str(uuid4())})


def whole_number(name: str, default: int, wrong: Callable[[str], Refusal], least: int = 1) -> int:
    text = request.args.get(name)
    if text is None or text == "":
        return default
    if not text.isdigit() or int(text) < least:
        raise wrong(name)
    return int(text)


def v2_list(rows: Sequence[Any], switches: Row) -> Response:
    """A page as a bare array; an empty page, also one past the end, is 204 (switch empty_list)."""
    page = whole_number("page", 1, v2_invalid)
    limit = whole_number("limit", V2_DEFAULT_LIMIT, v2_invalid)
    if limit > MAX_LIMIT and switches["limit_too_large"] == "413":
        # in the words of a recorded answer (github bigcommerce/bigcommerce-api-python#59)
        raise refuse_v2(413, "The specified limit exceeds the maximum allowed.", max_limit=MAX_LIMIT)
    limit = min(limit, MAX_LIMIT)
    cut = rows[(page - 1) * limit : page * limit]
    if not cut:
        return nothing() if switches["empty_list"] == "204" else as_json([])
    return as_json(list(cut))


def v3_list(
    rows: Sequence[Any], switches: Row, most: int = MAX_LIMIT, show: Callable[[Any], Any] | None = None
) -> Response:
    """A page in the envelope, with pagination that tells how much there is; `show` makes the rows of the page only."""
    page = whole_number("page", 1, v3_invalid)
    limit = _v3_limit(switches, most)
    pages = max(1, -(-len(rows) // limit))
    cut = list(rows[(page - 1) * limit : page * limit])
    if not cut and page > pages and switches["past_the_end"] == "404":
        raise refuse_v3(404, "The requested page does not exist.")
    links = {"current": _link(page, limit)}
    if page > 1:
        links["previous"] = _link(page - 1, limit)
    if page < pages:
        links["next"] = _link(page + 1, limit)
    pagination = {
        "total": len(rows),
        "count": len(cut),
        "per_page": limit,
        "current_page": page,
        "total_pages": pages,
        "links": links,
    }
    data = [show(row) for row in cut] if show else cut
    return as_json({"data": data, "meta": {"pagination": pagination}})


def _v3_limit(switches: Row, most: int) -> int:
    limit = whole_number("limit", min(V3_DEFAULT_LIMIT, most), v3_invalid)
    if limit <= most:
        return limit
    # options and modifiers lower the page silently; more than the maximum of a room is refused
    if most >= MAX_LIMIT and switches["limit_too_large"] == "413":
        raise refuse_v3(413, "The limit is too large", {"limit": f"at most {most}"})
    return most


def v3_invalid(name: str) -> Refusal:
    return refuse_v3(422, f"The filter(s): {name} are not valid for this resource.", {name: "invalid value"})


def _link(page: int, limit: int) -> str:
    others = [(key, value) for key, value in request.args.items(multi=True) if key not in ("page", "limit")]
    pairs = [*others, ("page", str(page)), ("limit", str(limit))]
    return "?" + urlencode(pairs)


def v2_body() -> dict[str, Any]:
    """The JSON object of a v2 write; nonsense is a 400."""
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise refuse_v2(400, "The request body is invalid JSON.")
    return body


def v3_body(kind: type = dict) -> Any:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, kind):
        raise refuse_v3(422, "JSON data is missing or invalid")
    return body


def v3_batch(most: int, what: str = "rows") -> list[dict[str, Any]]:
    """The rows of a call that takes many at once."""
    rows: list[Any] = v3_body(list)
    if len(rows) > most:
        raise refuse_v3(413, f"No more than {most} {what} are taken in one call.")
    if not all(isinstance(row, dict) for row in rows):
        raise refuse_v3(422, "JSON data is missing or invalid")
    return rows


def csv(name: str) -> list[str] | None:
    """A list filter such as id:in=1,2; None when it was not given."""
    text = request.args.get(name)
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]


def wrapped(view: Callable[..., Response]) -> Callable[..., Response]:
    """Refusals become answers, and so does a body of wrong types; all else is our bug and stays loud."""

    def answer(**arguments: Any) -> Response:
        arguments.pop("store_hash", None)  # there is one store, and the guard has looked at its name
        try:
            return view(**arguments)
        except Refusal as refusal:
            return refusal.response
        except (TypeError, ValueError, AttributeError):
            if not request.content_length:
                raise
            if "/v2/" in request.path:
                return v2_error(400, "A field of the request body is invalid.")
            return v3_error(422, "JSON data is missing or invalid")

    return answer


def missing_route(version: str, problem: HTTPException) -> Response:
    if problem.code == 405:
        return error(version, 405, "Method not allowed")
    if version == "v2":
        return v2_error(404, "The requested resource was not found.")
    return v3_error(404, "The route is not found, check the URL")


def add_routes(prefix: str, routes: Iterable[tuple[str, str, Callable[..., Response]]]) -> None:
    """Rows (method, path, view); every view answers its refusals.

    v2 takes a slash or `.json` after a path, as its first clients write it; v3 does not.
    """
    older = prefix.endswith("/v2")
    for method, path, view in routes:
        name, answer = f"{method} {prefix}{path}".replace(".", "/"), wrapped(view)
        for ending in ("", ".json") if older else ("",):
            current_app.add_url_rule(
                prefix + path + ending, name, answer, methods=[method], strict_slashes=not older
            )
