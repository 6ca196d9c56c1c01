"""Which records a list is asked for: filters and their variants, search text, statuses, changes since."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from sandbox.zoho.answers import Refused
from sandbox.zoho.call import Call
from sandbox.zoho.organization import Organization, Record

Row = dict[str, Any]


@dataclass(frozen=True)
class Listing:
    """One kind of list: how its rows look, what can be asked of it, how it is sorted when nothing is said."""

    entity: str
    report: str
    texts: tuple[str, ...] = ()  # exact, _startswith, _contains
    exact: tuple[str, ...] = ()  # ids and words
    numbers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    of_lines: tuple[str, ...] = ()  # of any line, as texts
    custom: bool = False  # custom_field (exact, _startswith, _contains): of any custom field
    searched: tuple[str, ...] = ()  # search_text looks here
    sort: str = "created_time"
    order: str = "D"
    sortable: tuple[str, ...] = ("created_time", "last_modified_time", "date", "total", "balance")
    filter_by: str = "Status.All"
    statuses: Mapping[str, Callable[[Row], bool]] = field(default_factory=dict)
    unsifted: tuple[str, ...] = ()  # kinds of filter_by that are known and mean nothing here
    words: Mapping[str, Callable[[Row], bool]] = field(default_factory=dict)  # status=: more than a status
    keys: Mapping[str, str] = field(default_factory=dict)  # filter or column -> key of the row that it means
    # columns worked out
    figures: Mapping[str, Callable[[Organization, Record], Any]] = field(default_factory=dict)
    deaf: bool = False  # whatever is asked besides pages is silently ignored


Condition = Callable[[Row, Record], bool]
LINE_KEYS = {"item_name": "name", "item_description": "description"}  # filter -> key of a line


def conditions(call: Call, listing: Listing) -> list[Condition]:
    """What a query asks of a row and its record; unknown parameters are ignored, as the platform does."""
    if listing.deaf or call.switch("zoho_filters") != "honoured":
        return []
    made: list[Condition] = []
    told_by = call.args.get("filter_by", "")
    kind = told_by.rpartition(".")[2]
    if kind in listing.statuses:
        made.append(lambda row, _: listing.statuses[kind](row))
    elif kind not in {"", "All", *listing.unsifted} and call.switch("zoho_unknown_filter_by") == "refused":
        raise Refused(2, "Invalid value passed for filter_by")
    sought = call.args.get("search_text", "").casefold()
    if sought:
        made.append(lambda row, _: any(sought in _text(row.get(name, "")) for name in listing.searched))
    for name, told in call.args.items():
        condition = _condition(call, listing, name, told) if told else None
        if condition is not None:
            made.append(condition)
    return made


def _condition(call: Call, listing: Listing, name: str, told: str) -> Condition | None:
    if name == "last_modified_time":
        return of_time(call, told)
    if name.startswith("cf_") and call.switch("zoho_custom_field_filter"):
        return lambda _, record: bool(record["_custom"].get(name) == told)
    if name == "status" and told.casefold() in listing.words:
        return lambda row, _: listing.words[told.casefold()](row)
    if listing.custom and name.startswith("custom_field"):
        return _of_custom_field(name.removeprefix("custom_field"), told)
    return _of_column(listing, name, told)


def _of_column(listing: Listing, name: str, told: str) -> Condition | None:
    """A column of the row, or of any line, in one of its variants."""
    for base, kind in _columns(listing):
        matches = VARIANTS[kind].get(name.removeprefix(base)) if name.startswith(base) else None
        if matches is not None and base in listing.of_lines:
            return _of_any_line(LINE_KEYS.get(base, base), matches, told)
        if matches is not None:
            key = listing.keys.get(base, base)
            return lambda row, _, key=key, matches=matches: matches(row.get(key, ""), told)  # type: ignore[misc]
    return None


def _of_any_line(key: str, matches: Callable[[Any, str], bool], told: str) -> Condition:
    return lambda _, record: any(matches(line.get(key, ""), told) for line in record["line_items"])


def _of_custom_field(variant: str, told: str) -> Condition | None:
    matches = VARIANTS["text"].get(variant)
    if matches is None:
        return None
    return lambda _, record: any(matches(value, told) for value in record["_custom"].values())


def _columns(listing: Listing) -> list[tuple[str, str]]:
    table = (
        ("text", listing.of_lines),
        ("text", listing.texts),
        ("exact", listing.exact),
        ("number", listing.numbers),
        ("date", listing.dates),
    )
    return [(name, kind) for kind, names in table for name in names]


def of_time(call: Call, told: str) -> Condition:
    """Changed since then. `+` of the offset may have been sent unencoded and arrive as a space."""
    try:
        since = instant(told.replace(" ", "+"))
    except ValueError:
        raise Refused(2, "Invalid value passed for last_modified_time") from None
    if call.switch("zoho_modified_inclusive"):
        return lambda row, _: instant(row["last_modified_time"]) >= since
    return lambda row, _: instant(row["last_modified_time"]) > since


@lru_cache(maxsize=65_536)
def instant(text: str) -> float:
    """Epoch seconds of a time as the platform writes it; ValueError for any other text."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").timestamp()


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
