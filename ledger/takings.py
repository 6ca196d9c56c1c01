"""What each order takes: from the store's level, and in Zoho through its document, due or booked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, case, func, or_, select, update

from ledger.store import Ledger, insert, reading, writing
from ledger.tables import orders_read, work
from ledger.tables import takings as table

CHUNK = 500
SOON = 1.0  # seconds: an order that is due by then counts as due
FLOW = "orders"
KEY = ("connection", "order", "variant")


@dataclass(frozen=True, slots=True)
class Taking:
    """What one order takes of one variant: `taken` of the store's level, `due` of Zoho's, `booked` of that already.

    `created` is the order's own time, `seen_at` when we first read it; both are epoch seconds.
    """

    order: str
    variant: str
    product: str
    taken: int
    due: int
    booked: int
    created: float
    seen_at: float


@dataclass(frozen=True, slots=True)
class Sums:
    """A variant's takings of all orders; `in_flight`: the document of one of them is being made right now.

    What a document has taken stays due until Zoho gives it back (a void one has taken nothing): an order that was
    cancelled or refunded is no stock by itself, for a credit note brings its goods back beside the document.
    """

    taken: int
    due: int
    booked: int
    in_flight: bool


_COLUMNS = tuple(table.c[name] for name in Taking.__dataclass_fields__)


def put(
    ledger: Ledger,
    connection: str,
    order: str,
    rows: Mapping[str, tuple[str, int, int]],
    created: float,
    now: float,
    *,
    read_at: float | None = None,
) -> None:
    """Write down an order that was just read: variant to (product, taken, due).

    What is booked stays, and so does when a variant was first seen; one that the order names no more takes nothing.
    `read_at`: when that reading began, where it took long; what is noted after it counts as unread.
    """
    fixed = {"connection": connection, "order": order, "created": created}
    fresh: dict[str, Any] = {**fixed, "booked": 0, "seen_at": now}
    told = ("product", "taken", "due")
    values = [{**fresh, "variant": one, **dict(zip(told, rows[one], strict=True))} for one in sorted(rows)]
    with writing(ledger) as c:
        _remember_read(c, connection, order, now if read_at is None else read_at)
        if values:
            new = insert(c, table)
            set_ = {name: new.excluded[name] for name in (*told, "created")}
            c.execute(new.on_conflict_do_update(index_elements=KEY, set_=set_), values)
        gone = _of_order(connection, order) & table.c.variant.not_in(sorted(rows))
        still = or_(table.c.taken != 0, table.c.due != 0)
        c.execute(update(table).where(gone, still).values(taken=0, due=0))


def _remember_read(c: Connection, connection: str, order: str, at: float) -> None:
    row = {"connection": connection, "order": order, "read_at": at}
    new = insert(c, orders_read).values({**row, "in_flight": False})
    c.execute(new.on_conflict_do_update(index_elements=["connection", "order"], set_={"read_at": at}))


def begin(ledger: Ledger, connection: str, order: str, fence: int | None = None) -> None:
    """The order's document is being made: until `book`, what Zoho says of its items may include it or not.

    `fence`: of the worker who makes it. One whom another has followed begins nothing, for nobody would end it.
    """
    mine = _read(connection, order)
    if fence is not None:
        row = (work.c.connection == connection) & (work.c.flow == FLOW) & (work.c.record == order)
        mine &= select(work.c.id).where(row & (work.c.fence == fence)).exists()
    with writing(ledger) as c:
        c.execute(update(orders_read).where(mine).values(in_flight=True))


def book(
    ledger: Ledger, connection: str, order: str, booked: Literal["all", "none"] | Mapping[str, int]
) -> None:
    """Remember what the order's document has taken in Zoho: all that is due, none, or so many of each variant.

    A variant that is not named has taken none; one that is not the order's is no business of it. It is in flight
    no more.
    """
    if booked == "all":
        taken: Any = table.c.due
    elif isinstance(booked, str) or not booked:
        taken = 0
    else:
        taken = case(dict(booked), value=table.c.variant, else_=0)
    with writing(ledger) as c:
        c.execute(update(orders_read).where(_read(connection, order)).values(in_flight=False))
        mine = _of_order(connection, order) & (table.c.booked != taken)
        c.execute(update(table).where(mine).values(booked=taken))


def sums(ledger: Ledger, connection: str, variants: Iterable[str]) -> dict[str, Sums]:
    """Give each of these variants' takings of all orders, zeros where none has any."""
    wanted = list(dict.fromkeys(variants))
    none: tuple[int, int, int] = (0, 0, 0)
    found: dict[str, tuple[int, int, int]] = {}
    due = case((table.c.due > table.c.booked, table.c.due), else_=table.c.booked)
    amounts = (func.sum(table.c.taken), func.sum(due), func.sum(table.c.booked))
    with reading(ledger) as c:
        moving = _in_flight(c, connection)
        for some in _chunks(wanted):
            mine = (table.c.connection == connection) & table.c.variant.in_(some)
            look = select(table.c.variant, *amounts).where(mine).group_by(table.c.variant)
            found |= {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in c.execute(look)}
    return {one: Sums(*found.get(one, none), one in moving) for one in wanted}


def _in_flight(c: Connection, connection: str) -> set[str]:
    """The variants of the few orders whose documents are being made."""
    flying = (orders_read.c.connection == connection) & orders_read.c.in_flight
    orders = select(orders_read.c.order).where(flying)
    mine = (table.c.connection == connection) & table.c.order.in_(orders)
    return set(c.execute(select(table.c.variant).where(mine)).scalars())


def in_flight(ledger: Ledger, connection: str, order: str) -> bool:
    """Tell whether this order's document is being made right now."""
    look = select(orders_read.c.in_flight).where(_read(connection, order))
    with reading(ledger) as c:
        return bool(c.execute(look).scalar())


def open_with(ledger: Ledger, connection: str, variants: Iterable[str]) -> list[str]:
    """Give the orders whose documents have not taken all that is due of one of these, those first seen coming first."""
    found: dict[str, float] = {}
    with reading(ledger) as c:
        for some in _chunks(list(dict.fromkeys(variants))):
            mine = (table.c.connection == connection) & table.c.variant.in_(some)
            look = select(table.c.order, func.min(table.c.seen_at)).where(mine, table.c.due > table.c.booked)
            for order, seen_at in c.execute(look.group_by(table.c.order)):
                found[order] = min(seen_at, found.get(order, seen_at))
    return sorted(found, key=lambda order: (found[order], order))


def seen_since(
    ledger: Ledger, connection: str, variants: Iterable[str], since: float
) -> dict[str, list[Taking]]:
    """Give, by variant, what orders take that were first seen then or later; variants without any are absent."""
    found: dict[str, list[Taking]] = {}
    with reading(ledger) as c:
        for some in _chunks(list(dict.fromkeys(variants))):
            mine = (table.c.connection == connection) & table.c.variant.in_(some)
            look = select(*_COLUMNS).where(mine, table.c.seen_at >= since)
            for row in c.execute(look.order_by(table.c.variant, table.c.seen_at, table.c.order)):
                found.setdefault(row.variant, []).append(Taking(*row))
    return found


def of_order(ledger: Ledger, connection: str, order: str) -> list[Taking]:
    """Give what one order takes, by variant."""
    look = select(*_COLUMNS).where(_of_order(connection, order)).order_by(table.c.variant)
    with reading(ledger) as c:
        return [Taking(*row) for row in c.execute(look)]


def open_orders(
    ledger: Ledger, connection: str, limit: int, after: str = "", over_since: float = 0.0
) -> list[str]:
    """Give up to `limit` orders whose documents have not taken just what is due, from behind `after` on.

    Orders that are over while their document stands (a credit note made up for it) stay so: only young ones count,
    created since then.
    """
    over = (table.c.due < table.c.booked) & (table.c.created >= over_since)
    mine = (
        (table.c.connection == connection) & (table.c.order > after) & or_(table.c.due > table.c.booked, over)
    )
    look = select(table.c.order).where(mine).distinct().order_by(table.c.order).limit(limit)
    with reading(ledger) as c:
        return list(c.execute(look).scalars())


def unread(ledger: Ledger, connection: str, now: float) -> int:
    """Count the orders that were noted and not read since: due ones, and those being worked.

    An order that was read and merely waits to be done is none of them.
    """
    same = (orders_read.c.connection == work.c.connection) & (orders_read.c.order == work.c.record)
    mine = (work.c.connection == connection) & (work.c.flow == FLOW)
    due = (work.c.state == "waiting") & (work.c.due_at <= now + SOON)
    news = or_(orders_read.c.read_at.is_(None), orders_read.c.read_at < work.c.noted_at)
    rows = work.outerjoin(orders_read, same)
    look = select(func.count()).select_from(rows).where(mine, or_(due, work.c.state == "working"), news)
    with reading(ledger) as c:
        return int(c.execute(look).scalar_one())


def _of_order(connection: str, order: str) -> ColumnElement[bool]:
    return (table.c.connection == connection) & (table.c.order == order)


def _read(connection: str, order: str) -> ColumnElement[bool]:
    return (orders_read.c.connection == connection) & (orders_read.c.order == order)


def _chunks(all_of: Sequence[str]) -> Iterator[Sequence[str]]:
    return (all_of[start : start + CHUNK] for start in range(0, len(all_of), CHUNK))
