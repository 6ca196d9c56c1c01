"""What a call asks of the rows of a list: the ending of a filter's name says how it compares."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import request

from sandbox.bigcommerce.answers import Refusal, csv, v3_invalid
from sandbox.bigcommerce.shapes import moment_of
from sandbox.bigcommerce.store import Json

Test = Callable[[Json], bool]
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "": lambda have, bound: bool(have == bound),
    ":min": lambda have, bound: bool(have >= bound),
    ":max": lambda have, bound: bool(have <= bound),
    ":greater": lambda have, bound: bool(have > bound),
    ":less": lambda have, bound: bool(have < bound),
}
DAY = len("2026-01-31")


def fitting(
    rows: Iterable[Json], numbers: Iterable[str] = (), dates: Iterable[str] = (), **more: Any
) -> list[Json]:
    """The rows that this call asks for by these columns; a filter that makes no sense is refused."""
    tests = [test for name in numbers for test in by_number(name)]
    tests += [test for name in dates for test in by_date(name, **more)]
    return [row for row in rows if all(test(row) for test in tests)]


def by_number(name: str) -> Iterator[Test]:
    """Equal, :min, :max, :greater, :less, :in and :not_in; a row whose value is null fits none of the first five."""
    for ending, compare in COMPARE.items():
        if (text := request.args.get(name + ending)) is not None:
            yield _bounded(name, compare, read(name + ending, float, text))
    for ending, wanted in ((":in", True), (":not_in", False)):
        if (texts := csv(name + ending)) is not None:
            yield _among(name, frozenset(texts), wanted=wanted)


def by_date(name: str, wrong: Callable[[str], Refusal] = v3_invalid) -> Iterator[Test]:
    """Equal, :min and :max; a date without a time is equal to each of its moments."""
    for ending in ("", ":min", ":max"):
        text = request.args.get(name + ending)
        if text is not None:
            bound = read(name + ending, _instant, text, wrong)
            yield _on_day(name, text) if (ending, len(text)) == ("", DAY) else _dated(name, ending, bound)


def read(
    name: str, cast: Callable[[str], float], text: str, wrong: Callable[[str], Refusal] = v3_invalid
) -> float:
    try:
        return cast(text)
    except (TypeError, ValueError, OverflowError):
        raise wrong(name) from None


def _instant(text: str) -> float:
    return moment_of(text).timestamp()


def _bounded(name: str, compare: Callable[[Any, Any], bool], bound: float) -> Test:
    return lambda row: row[name] is not None and compare(float(row[name]), bound)


def _among(name: str, texts: frozenset[str], *, wanted: bool) -> Test:
    return lambda row: (str(row[name]) in texts) is wanted


def _dated(name: str, ending: str, bound: float) -> Test:
    return lambda row: COMPARE[ending](_instant(row[name]), bound)


def _on_day(name: str, text: str) -> Test:
    return lambda row: moment_of(row[name]).strftime("%Y-%m-%d") == text
