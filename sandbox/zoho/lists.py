"""Lists: which records a query asks for, in which order, and one page of them with its page_context."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.zoho.answers import Answer, Refused
from sandbox.zoho.call import Call
from sandbox.zoho.organization import Record

Row = dict[str, Any]
MAX_PAGE = 200


@dataclass(frozen=True)
class Listing:
    """One kind of list: how its rows look, what can be asked of it, how it is sorted when nothing is said."""

    entity: str
    report: str
    texts: tuple[str, ...] = ()  # exact, _startswith, _contains
    exact: tuple[str, ...] = ()  # ids and words
    numbers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()  # search_text looks here
    sort: str = "created_time"
    order: str = "D"
    sortable: tuple[str, ...] = ("created_time", "last_modified_time", "date", "total", "balance")
    filter_by: str = "Status.All"
    statuses: Mapping[str, Callable[[Row], bool]] = field(default_factory=dict)


def answer(call: Call, listing: Listing, records: Iterable[Record], show: Callable[[Record], Row]) -> Answer:
    """One page. The rows are built from `records` by `show`; those still in the search lag are left out."""
    now = call.org.world.clock.epoch()
    seen = [(record, show(record)) for record in records if record["_seen_from"] <= now]
    if call.switch("zoho_filters") == "honoured":
        seen = [pair for pair in seen if _wanted(call, listing, pair[1], pair[0])]
    column, order = _sorting(call, listing)
    seen.sort(key=lambda pair: (_sortable(pair[1].get(column, "")), pair[0]["_born"]), reverse=order == "D")
    page, per_page = _page(call, "page", 1), min(_page(call, "per_page", MAX_PAGE), MAX_PAGE)
    rows = [row for _, row in seen]
    part = rows[(page - 1) * per_page : page * per_page]
    context = _context(call, listing, page, per_page, len(rows) > page * per_page, column, order)
    return _respond(call, listing, rows, part, context)


def _respond(call: Call, listing: Listing, rows: list[Row], part: list[Row], context: Row) -> Answer:
    """response_option: 0 rows; 1 rows, count, sums; 2 count; 3 count and sums; 4 rows and sums."""
    option = call.args.get("response_option", "0")
    payload: Row = {"code": 0, "message": "success"}
    if listing.entity != "invoices" or option in {"0", "1", "4"}:
        payload[listing.entity] = part
    if listing.entity == "invoices" and option in {"1", "3", "4"}:
        context["sum_columns"] = [
            {"column_name": name, "total": sum((Decimal(row[name]) for row in rows), Decimal(0))}
            for name in ("total", "balance")
        ]
    if listing.entity == "invoices" and option in {"1", "2", "3"}:
        context["total"] = len(rows)
    return Answer({**payload, "page_context": context})


def _context(
    call: Call, listing: Listing, page: int, per_page: int, more: bool, column: str, order: str
) -> Row:
    context: Row = {
        "page": page,
        "per_page": per_page,
        "has_more_page": more,
        "report_name": listing.report,
        "applied_filter": call.args.get("filter_by") or listing.filter_by,
        "custom_fields": [],
        "sort_column": column,
        "sort_order": order,
    }
    searched = [
        {"column_name": name, "search_text": text, "search_text_formatted": text, "comparator": "equal"}
        for name, text in call.args.items()
        if name in (*listing.texts, *listing.exact, *listing.numbers, *listing.dates)
    ]
    return {**context, "search_criteria": searched} if searched else context


def _page(call: Call, name: str, default: int) -> int:
    told = call.args.get(name, "") or str(default)
    if not told.isdigit() or int(told) < 1:
        raise Refused(2, f"Invalid value passed for {name}")
    return int(told)


def _sorting(call: Call, listing: Listing) -> tuple[str, str]:
    column = call.args.get("sort_column") or listing.sort
    if column not in (*listing.sortable, listing.sort):
        raise Refused(2, "Invalid value passed for sort_column")
    order = call.args.get("sort_order") or (listing.order if column == listing.sort else "A")
    if order.upper()[:1] not in {"A", "D"}:
        raise Refused(2, "Invalid value passed for sort_order")
    return column, order.upper()[:1]


def _sortable(value: Any) -> tuple[int, Any]:
    if isinstance(value, (int, Decimal)):
        return (0, value)
    return (1, str(value).casefold())


def _wanted(call: Call, listing: Listing, row: Row, record: Record) -> bool:
    kind = call.args.get("filter_by", "").rpartition(".")[2]
    if kind in listing.statuses and not listing.statuses[kind](row):
        return False
    if not _searched(call, listing, row):
        return False
    return all(_matches(call, listing, name, told, row, record) for name, told in call.args.items() if told)


def _searched(call: Call, listing: Listing, row: Row) -> bool:
    wanted = call.args.get("search_text", "").casefold()
    return not wanted or any(wanted in str(row.get(name, "")).casefold() for name in listing.searched)


def _matches(call: Call, listing: Listing, name: str, told: str, row: Row, record: Record) -> bool:
    """Unknown parameters are ignored, as the platform does."""
    if name == "last_modified_time":
        return _modified(call, told, row)
    if name.startswith("cf_") and call.switch("zoho_custom_field_filter"):
        return bool(record["_custom"].get(name) == told)
    for base, kind in _columns(listing):
        if name == base or name.startswith(f"{base}_"):
            if name.removeprefix(base) in VARIANTS[kind]:
                return VARIANTS[kind][name.removeprefix(base)](row.get(base, ""), told)
    return True


def _columns(listing: Listing) -> list[tuple[str, str]]:
    table = (
        ("text", listing.texts),
        ("exact", listing.exact),
        ("number", listing.numbers),
        ("date", listing.dates),
    )
    return [(name, kind) for kind, names in table for name in names]


def _modified(call: Call, told: str, row: Row) -> bool:
    """`+` of the offset may have been sent unencoded and arrive as a space."""
    try:
        since = datetime.strptime(told.replace(" ", "+"), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        raise Refused(2, "Invalid value passed for last_modified_time") from None
    at = datetime.strptime(row["last_modified_time"], "%Y-%m-%dT%H:%M:%S%z")
    return at >= since if call.switch("zoho_modified_inclusive") else at > since


def _amount(told: Any) -> Decimal:
    try:
        return Decimal(told or 0)
    except InvalidOperation:
        raise Refused(2, "Invalid value passed for amount") from None


def _text(value: Any) -> str:
    return str(value).casefold()


VARIANTS: dict[str, dict[str, Callable[[Any, str], bool]]] = {
    "text": {
        "": lambda value, told: _text(value) == _text(told),
        "_startswith": lambda value, told: _text(value).startswith(_text(told)),
        "_contains": lambda value, told: _text(told) in _text(value),
        "_in": lambda value, told: _text(value) in _text(told).split(","),
        "_not_in": lambda value, told: _text(value) not in _text(told).split(","),
    },
    "exact": {"": lambda value, told: _text(value) == _text(told)},
    "number": {
        "": lambda value, told: _amount(value) == _amount(told),
        "_less_than": lambda value, told: _amount(value) < _amount(told),
        "_less_equals": lambda value, told: _amount(value) <= _amount(told),
        "_greater_than": lambda value, told: _amount(value) > _amount(told),
        "_greater_equals": lambda value, told: _amount(value) >= _amount(told),
    },
    "date": {
        "": lambda value, told: str(value) == told,
        "_start": lambda value, told: str(value) >= told,
        "_end": lambda value, told: str(value) <= told,
        "_before": lambda value, told: str(value) < told,
        "_after": lambda value, told: str(value) > told,
    },
}
