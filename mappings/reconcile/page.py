"""The comparison as a page to be filed, as rows of a table and as plain JSON-able values: ids and amounts only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from mappings.money import ZERO, places_of
from mappings.reconcile import sums
from mappings.reconcile.sums import Sums
from mappings.reconcile.words import Line, Pair, Report

WORDS = {
    "posted": "in the books, equal",
    "skipped": "skipped by rule",
    "held": "held for a person",
    "waiting": "on their way",
    "unexplained": "unexplained",
}
COLUMNS = (
    "order", "day", "currency", "status", "result", "reason", "sold", "booked", "tax", "tax booked", "refunded",
    "credited", "money", "money booked", "documents", "differences",
)  # fmt: skip
SUM_COLUMNS = ("day", "currency", "orders", "sold", "tax", "refunded", "money kept")
SUMS = "By the order's day; store / books (difference), one figure where both agree"


def heading(report: Report) -> list[str]:
    """Whose comparison it is, of which days, made when."""
    made = report.at.strftime("%Y-%m-%d %H:%M %Z").strip()
    return [
        f"Orders {report.first} to {report.last} ({report.zone}), compared {made}",
        f"BigCommerce store {report.store} and Zoho organization {report.organization}",
    ]


def counted(report: Report) -> Iterator[str]:
    """How many orders ended how, the rules and reasons by name."""
    told = sums.counts(report)
    yield f"{told['orders']:,} orders in the store, {report.documents:,} documents in Zoho"
    for result, words in WORDS.items():
        why = [f"{number:,} {reason}" for reason, number in sums.reasons(report, result)]
        names = f" ({', '.join(why)})" if result in ("skipped", "held") and why else ""
        if told[result] or result in ("posted", "unexplained"):
            yield f"{told[result]:,} {words}{names}"
    if report.older:
        yield f"{len(report.older):,} older orders with documents or refunds of these days; they are in no sum"


def remarks(report: Report) -> Iterator[str]:
    """What this comparison cannot say."""
    yield (
        "Lists of Zoho tell no tax of a document and no tax rates. Tax was read, and compared, in "
        f"{report.taxes_read:,} of {report.documents:,} documents; --details reads all."
    )
    if report.taxes_left:
        yield f"{report.taxes_left:,} documents that were changed after they were made were not read: too many."
    if report.unread:
        yield f"{report.unread:,} orders that differ were not read a second time: too many."
    yield from report.remarks


def differences(report: Report) -> Iterator[tuple[str, str, str]]:
    """Every order that is not simply equal: its result, what differs, what to do."""
    for line in (*report.lines, *report.older):
        for found in line.findings:
            result = f"{line.result} {line.reason}".strip() if line.result != "unexplained" else ""
            yield result, found.what, line.what or found.remedy


def sum_rows(report: Report) -> Iterator[tuple[str, ...]]:
    """Rows of SUM_COLUMNS, for each day and currency and for the whole period; see `SUMS`."""
    for one in [*sums.by_day(report.lines), *sums.by_currency(report.lines)]:
        code = one.currency
        figures = (_both(one.sold, code), _tax(one), _both(one.refunded, code), _both(one.paid, code))
        yield (str(one.day or "all days"), code, f"{one.orders:,}", *figures)


def _both(pair: Pair, code: str) -> str:
    if pair.difference is None:
        return f"{_said(pair.store, code)} / not told"
    if not pair.difference:
        return _said(pair.store, code)
    both = f"{_said(pair.store, code)} / {_said(pair.books or ZERO, code)}"
    return f"{both}\n({_signed(pair.difference, code)})"  # on a line of its own: a narrow terminal cuts no figure


def _tax(one: Sums) -> str:
    """Of the documents whose tax nobody has read only the store's side is known."""
    code = one.currency
    if one.taxes_told == one.orders or not one.taxes_told:
        return _both(Pair(one.tax.store, one.tax.books if one.taxes_told else None), code)
    apart = (one.tax.books or ZERO) - one.tax_told
    found = f"{_signed(apart, code)} apart" if apart else "equal"
    return f"{_said(one.tax.store, code)} / {one.taxes_told:,} read, {found}"


def _said(amount: Decimal, code: str) -> str:
    return f"{amount:,.{places_of(code)}f}"


def _signed(amount: Decimal, code: str) -> str:
    return f"{amount:+,.{places_of(code)}f}"


def csv_rows(report: Report) -> Iterator[tuple[str, ...]]:
    """One row for each order, below COLUMNS."""
    for line in (*report.lines, *report.older):
        yield _row(line)


def _row(line: Line) -> tuple[str, ...]:
    figures = [
        "" if amount is None else f"{amount:.{places_of(line.currency)}f}"
        for pair in (line.sold, line.tax, line.refunded, line.paid)
        for amount in (pair.store, pair.books)
    ]
    words = (line.order, str(line.day), line.currency, str(line.status_id), line.result, line.reason)
    documents, found = " ".join(line.documents), " ".join(one.what for one in line.findings)
    return (*words, *figures, documents, found)


def plain(report: Report) -> dict[str, Any]:
    """Everything, with amounts as text."""
    told: dict[str, Any] = _plain({**asdict(report), "lines": [], "older": []})
    told["counts"] = dict(sums.counts(report))
    told["sums"] = _plain([asdict(one) for one in sums.by_day(report.lines)])
    told["totals"] = _plain([asdict(one) for one in sums.by_currency(report.lines)])
    told["orders"] = _plain([asdict(line) for line in report.lines])
    told["older"] = _plain([asdict(line) for line in report.older])
    del told["lines"]
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, (date, datetime)) else value
