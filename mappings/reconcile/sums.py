"""Sums of a comparison: by day and currency on both sides, and how many orders ended how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mappings.money import ZERO
from mappings.reconcile.words import RESULTS, Line, Pair, Report


@dataclass(frozen=True)
class Sums:
    """What the orders of one day and currency come to. The books' side of `tax` is of those orders whose documents were
    read for it; `taxes_told` of them, and `tax_told` is the store's side of the same.
    """

    day: date | None
    currency: str
    orders: int
    sold: Pair
    tax: Pair
    refunded: Pair
    paid: Pair
    taxes_told: int
    tax_told: Decimal


def by_day(lines: Iterable[Line]) -> list[Sums]:
    """Of each day and currency, in their order; what was skipped is in no sum."""
    days: dict[tuple[date, str], list[Line]] = {}
    for line in lines:
        if _is_summed(line):
            days.setdefault((line.day, line.currency), []).append(line)
    return [_sums(day, code, days[day, code]) for day, code in sorted(days)]


def by_currency(lines: Iterable[Line]) -> list[Sums]:
    """The same of the whole period."""
    codes: dict[str, list[Line]] = {}
    for line in lines:
        if _is_summed(line):
            codes.setdefault(line.currency, []).append(line)
    return [_sums(None, code, codes[code]) for code in sorted(codes)]


def counts(report: Report) -> Mapping[str, int]:
    """How many orders of the period, and of each result; those of before it count where they differ."""
    found = Counter(line.result for line in report.lines)
    found.update(line.result for line in report.older if line.result != "posted")
    orders = sum(line.in_store for line in report.lines)
    return {"orders": orders, **{result: found.get(result, 0) for result in RESULTS}}


def reasons(report: Report, result: str) -> list[tuple[str, int]]:
    """Why orders were held, or skipped by which rule, the most frequent first."""
    lines = (*report.lines, *report.older)
    return Counter(line.reason or "no reason told" for line in lines if line.result == result).most_common()


def _is_summed(line: Line) -> bool:
    return line.result != "skipped" and bool(line.currency)


def _sums(day: date | None, code: str, lines: list[Line]) -> Sums:
    taxed = [line.tax for line in lines if line.tax.books is not None]
    paid = [line.paid for line in lines if line.paid.books is not None]
    return Sums(
        day=day,
        currency=code,
        orders=len(lines),
        sold=_sum([line.sold for line in lines]),
        tax=Pair(_sum([line.tax for line in lines]).store, _sum(taxed).books if taxed else None),
        refunded=_sum([line.refunded for line in lines]),
        paid=_sum(paid) if paid else Pair(_sum([line.paid for line in lines]).store, None),
        taxes_told=len(taxed),
        tax_told=_sum(taxed).store,
    )


def _sum(pairs: list[Pair]) -> Pair:
    return Pair(sum((pair.store for pair in pairs), ZERO), sum((pair.books or ZERO for pair in pairs), ZERO))
