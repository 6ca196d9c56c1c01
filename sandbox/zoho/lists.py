"""Lists: the records a query asks for in their order, one page of them with its page_context."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.zoho.answers import Answer, Refused
from sandbox.zoho.call import Call
from sandbox.zoho.filters import Listing, Row, conditions, instant
from sandbox.zoho.organization import Record

MAX_PAGE = 200
TIMES = ("created_time", "last_modified_time")
DECIDING = (
    *("zoho_filters", "zoho_modified_inclusive", "zoho_custom_field_filter", "zoho_unknown_filter_by"),
)
REMEMBERED = 4  # orders of lists


@dataclass(frozen=True)
class Sorting:
    column: str
    falling: bool


def answer(
    call: Call,
    listing: Listing,
    records: Iterable[Record],
    show: Callable[[Record], Row],
    finish: Callable[[Row], Row] = dict,
) -> Answer:
    """One page: rows are built by `show`, those in the search lag are left out; `finish` adds what costs time."""
    now = call.org.world.clock.epoch()
    seen = [(record, show(record)) for record in records if record["_seen_from"] <= now]
    asked = conditions(call, listing)
    seen = [pair for pair in seen if all(condition(pair[1], pair[0]) for condition in asked)]
    page, per_page = page_of(call, "page", 1), min(page_of(call, "per_page", MAX_PAGE), MAX_PAGE)
    order = _sorting(call, listing)
    seen.sort(
        key=lambda pair: (_sortable(pair[1].get(order.column, "")), pair[0]["_born"]), reverse=order.falling
    )
    rows = [row for _, row in seen]
    part = [finish(row) for row in rows[(page - 1) * per_page : page * per_page]]
    more = {"page": page, "per_page": per_page, "has_more_page": len(rows) > page * per_page}
    return _respond(call, listing, rows, part, {**more, **_context(call, listing, order)})


def answer_raw(
    call: Call, listing: Listing, records: Mapping[str, Record], show: Callable[[Record], Row]
) -> Answer:
    """The same for records that are filtered and sorted as they are stored; rows are built for the page only.

    The order is remembered until anything changes: a walk over 50,000 records sorts once.
    """
    page, per_page = page_of(call, "page", 1), min(page_of(call, "per_page", MAX_PAGE), MAX_PAGE)
    order = _sorting(call, listing)
    chosen = _chosen(call, listing, records, order)
    part = [show(record) for record in chosen[(page - 1) * per_page : page * per_page]]
    more = {"page": page, "per_page": per_page, "has_more_page": len(chosen) > page * per_page}
    return _respond(call, listing, [], part, {**more, **_context(call, listing, order)})


def _chosen(call: Call, listing: Listing, records: Mapping[str, Record], order: Sorting) -> list[Record]:
    """What the query wants, in its order."""
    org, switches = call.org, call.org.world.switches
    query = {key: value for key, value in call.args.items() if key not in {"page", "per_page"}}
    known = (listing.entity, org.changes, len(records), *sorted(query.items()), *map(switches.get, DECIDING))
    if known in org.orders:
        return org.orders[known]
    now = org.world.clock.epoch()
    seen = [record for record in records.values() if record["_seen_from"] <= now]
    asked = conditions(call, listing)
    wanted = [each for each in seen if all(condition(each, each) for condition in asked)]
    key = _sort_key(call, listing, order.column)
    wanted.sort(key=lambda each: (key(each), each["_born"]), reverse=order.falling)
    if len(seen) == len(records):  # else time alone would change it
        if len(org.orders) >= REMEMBERED:
            org.orders.clear()
        org.orders[known] = wanted
    return wanted


def _sort_key(call: Call, listing: Listing, column: str) -> Callable[[Record], tuple[int, Any]]:
    figure, key = listing.figures.get(column), listing.keys.get(column, column)
    if figure is not None:
        return lambda record: _sortable(figure(call.org, record))
    if key in TIMES:
        return lambda record: (0, instant(record[key]))
    return lambda record: _sortable(record.get(key, ""))


def paged(
    call: Call,
    name: str,
    rows: list[Row],
    sort: str,
    most: int = MAX_PAGE,
    names: tuple[str, ...] = (),
    **more: Any,
) -> Answer:
    """A short list that is kept nowhere else: sorted by one of its columns, a page of it."""
    page, per_page = page_of(call, "page", 1), min(page_of(call, "per_page", most), most)
    order = _sorting(call, Listing(name, "", sort=sort, order="A", sortable=names))
    rows = sorted(rows, key=lambda row: _sortable(row.get(order.column, "")), reverse=order.falling)
    context = {"page": page, "per_page": per_page, "has_more_page": len(rows) > page * per_page, **more}
    context |= {"sort_column": order.column, "sort_order": "D" if order.falling else "A"}
    return Answer(
        {
            "code": 0,
            "message": "success",
            name: rows[(page - 1) * per_page : page * per_page],
            "page_context": context,
        }
    )


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


def _context(call: Call, listing: Listing, order: Sorting) -> Row:
    context: Row = {
        "report_name": listing.report,
        "applied_filter": call.args.get("filter_by") or listing.filter_by,
        "custom_fields": [],
        "sort_column": order.column,
        "sort_order": "D" if order.falling else "A",
    }
    searched = [
        {"column_name": name, "search_text": text, "search_text_formatted": text, "comparator": "equal"}
        for name, text in call.args.items()
        if name in (*listing.texts, *listing.exact, *listing.numbers, *listing.dates)
    ]
    return {**context, "search_criteria": searched} if searched else context


def page_of(call: Call, name: str, default: int) -> int:
    told = call.args.get(name, "") or str(default)
    if not told.isdecimal() or int(told) < 1:
        raise Refused(2, f"Invalid value passed for {name}")
    return int(told)


def _sorting(call: Call, listing: Listing) -> Sorting:
    if listing.deaf:
        return Sorting(listing.sort, listing.order == "D")
    column = call.args.get("sort_column") or listing.sort
    if column not in (*listing.sortable, listing.sort):
        raise Refused(2, "Invalid value passed for sort_column")
    order = call.args.get("sort_order") or (listing.order if column == listing.sort else "A")
    if order.upper()[:1] not in {"A", "D"}:
        raise Refused(2, "Invalid value passed for sort_order")
    return Sorting(column, order.upper()[:1] == "D")


def _sortable(value: Any) -> tuple[int, Any]:
    if isinstance(value, (int, Decimal)):
        return (0, value)
    return (1, str(value).casefold())
