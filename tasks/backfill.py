"""Brings in orders of the past: portion by portion behind the live ones, to be stopped and gone on with at any time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from connectors.bigcommerce import order_pages
from connectors.budget import LANES, LAST_SHARE
from ledger import runs, work
from ledger.runs import Run
from mappings.statuses import DUE, GIVEN_BACK
from tasks import look_up, memory, stages
from tasks.catalogue_walk import room
from tasks.order_looks import FLOW, changed
from tasks.recipe import answer_nudge
from tasks.services import Connection, Services

KIND = "backfill"
TOLD = {"by": "run"}
CALLS = 2.1  # of Zoho for an order, as measured (bench/calls.py): its invoice and its payment
ORDERED = 3.1  # of a sales order, confirmed, with its advance
BOTH = 7.1  # where its invoice is made of it at once
PORTION = 50  # orders noted at once
LOW = 50  # orders that still wait when the next portion is noted
LOOK_EVERY = 0.2  # seconds


@dataclass(frozen=True)
class Estimate:
    """`orders`: all of the period; `synced`: those of them whose status is booked. `calls` of Zoho are expected, `room`
    is what today has left for them, `daily` what a whole day has. `days` 1: all of it today.
    """

    orders: int
    synced: int
    statuses: Mapping[int, int]
    calls: int
    room: int
    daily: int
    minutes: int
    days: int


def estimate(connection: Connection, since: datetime, until: datetime, most: int | None) -> Estimate:
    """What the orders of a period will cost, before anything of them is read."""
    by_status = order_pages.count(connection.store, since, until)
    wanted = connection.order_rules.statuses | GIVEN_BACK
    synced = sum(number for status, number in by_status.items() if status in wanted)
    many = synced if most is None else min(synced, most)
    each = _calls(connection, {status: by_status[status] for status in by_status if status in wanted})
    calls, left, daily = ceil(many * each), room(connection), _daily(connection)
    per_minute = connection.zoho.budget.per_minute
    days = 1 if calls <= left else 1 + ceil((calls - left) / max(1, daily))
    return Estimate(
        sum(by_status.values()), synced, by_status, calls, left, daily, ceil(calls / per_minute), days
    )


def _calls(connection: Connection, by_status: Mapping[int, int]) -> float:
    """Of an order on average; where the invoice comes once all is paid, no status tells, and each is taken to be."""
    rules = connection.book_rules
    if not rules.invoice_when:
        return CALLS if rules.document == "invoice" else ORDERED
    due = DUE.get(rules.invoice_when, frozenset(by_status))
    invoiced = sum(number for status, number in by_status.items() if status in due)
    return ORDERED + (BOTH - ORDERED) * invoiced / max(1, sum(by_status.values()))


def _daily(connection: Connection) -> int:
    """Calls that a whole day has, without what orders and stock may need."""
    budget = connection.zoho.budget
    limit = budget.usage().day_limit
    return limit - ceil(max(LAST_SHARE, budget.reserve_share * LANES["catalogue"].day) * limit)


def period(connection: Connection, since: date, until: date | None) -> tuple[datetime, datetime]:
    """Both days included, in the merchant's zone; without an end, up to now."""
    zone = ZoneInfo(look_up.rules_of(connection).time_zone)
    now = datetime.fromtimestamp(connection.clock(), zone)
    end = now if until is None else datetime.combine(until + timedelta(days=1), time(), zone)
    return datetime.combine(since, time(), zone), min(end, now)


def begin(
    connection: Connection, since: datetime, until: datetime, most: int | None, *, open_end: bool = True
) -> Run:
    """A run for this period: the one that was stopped in it before, or a new one. `open_end`: up to now was asked for,
    so the end of the one before will do: what is younger was live.
    """
    ledger, now = connection.ledger, connection.clock()
    last = runs.unfinished(ledger, connection.name, KIND)
    same = last is not None and (last.since, last.most) == (since.isoformat(), most)
    if last is not None and same and (open_end or last.until == until.isoformat()):
        return last
    return runs.begin(
        ledger, connection.name, KIND, now, since=since.isoformat(), until=until.isoformat(), most=most
    )


Portion = list[Mapping[str, Any]]


def portions(connection: Connection, run: Run) -> Iterator[Portion]:
    """The run's orders from where it is, the oldest first; a page is asked for when it is needed."""
    rows = order_pages.oldest_first(
        connection.store,
        datetime.fromisoformat(run.since),
        datetime.fromisoformat(run.until),
        after=int(run.cursor or 0),
    )
    yield from batches(rows)


def batches(rows: Iterator[Mapping[str, Any]]) -> Iterator[Portion]:
    """What is looked at and noted at once."""
    while some := list(islice(rows, PORTION)):
        yield some


def note(connection: Connection, run: Run, rows: Portion) -> int:
    """Note what of a portion is not in the books as it is; how many that were. What the run is to remember is written
    down first, the place that it has reached last.
    """
    ledger, now = connection.ledger, connection.clock()
    stamps = wanted(connection, rows)
    left = len(stamps) if run.most is None else run.most - runs.count(ledger, run)
    stamps = dict(islice(stamps.items(), max(0, left)))
    noted(connection, run, stamps, patient=True)
    if run.most is None or runs.count(ledger, run) < run.most:
        runs.move(ledger, run, str(rows[-1]["id"]))
    else:
        runs.set_state(ledger, run, "ended", now)
    return len(stamps)


def noted(
    connection: Connection,
    run: Run,
    stamps: Mapping[str, str],
    *,
    patient: bool = False,
    told: Mapping[str, Any] = TOLD,
) -> list[int]:
    """Note orders (id to the store's last change) in the name of a run."""
    ledger, now = connection.ledger, connection.clock()
    _, undone = runs.untouchable(ledger, connection.name, stamps)
    fresh = {
        order: order in undone or memory.newest(stages.at(connection, order), order) is None
        for order in stamps
    }
    runs.add(ledger, run, fresh, now)
    said = {**told, "run": run.name}
    ids = work.note(ledger, connection.name, FLOW, stamps, now, stamp=stamps, patient=patient, told=said)
    _released(connection, run, undone)
    return ids


def _released(connection: Connection, run: Run, undone: Iterable[str]) -> None:
    """What a person has taken back before is taken up again by a run that names it."""
    rows = [work.find(connection.ledger, connection.name, FLOW, order) for order in sorted(undone)]
    why = {"why": f"run {run.name} has it once more"}
    work.retry(connection.ledger, [row.id for row in rows if row is not None], connection.clock(), why)


def wanted(connection: Connection, rows: Portion) -> dict[str, str]:
    """Not what is in the books as it is, nor what is on its way without us."""
    under_way, undone = runs.untouchable(connection.ledger, connection.name, [str(row["id"]) for row in rows])
    news = changed(connection, rows)
    return {
        order: str(row["date_modified"])
        for row in rows
        if (order := str(row["id"])) not in under_way and (order in news or order in undone)
    }


@dataclass
class Progress:
    """How a back-fill is getting on: orders looked at in the store's list, noted, and still waiting."""

    listed: int = 0
    noted: int = 0
    waiting: int = 0
    complete: bool = field(default=False)


def carry_on(
    services: Services,
    connection: Connection,
    run: Run,
    *,
    wait: float,
    on_look: Callable[[Progress], None],
    sleep: Callable[[float], None],
) -> Progress:
    """Note and work until the period is through, the day's calls are spent, or nothing has moved for `wait` seconds.

    Running workers take their share. `on_look` is told before each order; what it raises ends the work between two.
    """
    listed, told = portions(connection, run), Progress(complete=run.state != "open")
    idle = 0.0
    while True:
        before, told.waiting = told.waiting, runs.patient(connection.ledger, connection.name)
        on_look(told)
        moved = _noted_more(connection, run, listed, told) or _worked(services) or told.waiting != before
        idle = 0.0 if moved else idle + LOOK_EVERY
        if told.complete and not told.waiting:
            runs.set_state(connection.ledger, run, "ended", connection.clock())
            return told
        rests = connection.name in work.paused(connection.ledger, connection.clock())
        if rests or idle > wait:
            return told
        if not moved:
            sleep(LOOK_EVERY)


def _noted_more(connection: Connection, run: Run, listed: Iterator[Portion], told: Progress) -> bool:
    if told.complete or told.waiting >= LOW or room(connection) <= 0:
        return False
    rows = next(listed, None)
    if rows is None:
        told.complete = True
        return True
    told.listed += len(rows)
    told.noted += note(connection, run, rows)
    now = runs.get(connection.ledger, connection.name, run.name)
    told.complete = now is None or now.state != "open"
    return True


def _worked(services: Services) -> bool:
    """One piece of work that is due, the most urgent whoever it is of."""
    due = work.due(services.ledger, services.clock(), 1, renudge_after=0.0, flow=FLOW)
    if due:
        answer_nudge(services, due[0][0])
    return bool(due)
