"""Where a sweep has got to, whose turn a scheduled job is, and what we learned about an organization."""

from typing import Any

from sqlalchemy import delete, or_, select, update

from ledger.store import Ledger, insert, insert_if_new, reading, writing
from ledger.tables import cursors, slots
from ledger.tables import learned as facts


def get(ledger: Ledger, connection: str, name: str) -> str | None:
    """Give a cursor's value."""
    mine = (cursors.c.connection == connection) & (cursors.c.name == name)
    with reading(ledger) as c:
        return c.execute(select(cursors.c.value).where(mine)).scalar()


def moved_at(ledger: Ledger, connection: str, name: str) -> float | None:
    """Give when a cursor was last set: how fresh what it stands for is."""
    mine = (cursors.c.connection == connection) & (cursors.c.name == name)
    with reading(ledger) as c:
        at = c.execute(select(cursors.c.at).where(mine)).scalar()
    return None if at is None else float(at)


def put(ledger: Ledger, connection: str, name: str, value: str, now: float) -> None:
    """Set a cursor; call it after the rows that it has passed are written."""
    row = {"connection": connection, "name": name, "value": value, "at": now}
    with writing(ledger) as c:
        new = insert(c, cursors).values(row)
        c.execute(new.on_conflict_do_update(index_elements=["connection", "name"], set_=row))


def replace(ledger: Ledger, connection: str, name: str, old: str | None, value: str, now: float) -> bool:
    """Set a cursor that still says `old` (None: that is not there yet); False where somebody was quicker."""
    row = {"connection": connection, "name": name, "value": value, "at": now}
    mine = (cursors.c.connection == connection) & (cursors.c.name == name) & (cursors.c.value == old)
    with writing(ledger) as c:
        if old is None:
            return insert_if_new(c, cursors, row)
        return bool(c.execute(update(cursors).where(mine).values(row)).rowcount)


def take_slot(ledger: Ledger, name: str, now: float, interval: float) -> bool:
    """Tell one caller per interval True, whoever and wherever they are: two beats sweep once.

    A tenth of the interval is forgiven, because a beat is never quite on time; a slot taken in the future was
    taken by a clock that has been set back since, and counts for nothing.
    """
    free = or_(slots.c.taken_at <= now - 0.9 * interval, slots.c.taken_at > now + interval)
    mine = slots.c.name == name
    with reading(ledger) as c:
        if c.execute(select(slots.c.name).where(mine, ~free)).first():
            return False
    with writing(ledger) as c:
        if insert_if_new(c, slots, {"name": name, "taken_at": now}):
            return True
        return bool(c.execute(update(slots).where(mine, free).values(taken_at=now)).rowcount)


def slot_taken(ledger: Ledger, name: str, now: float, interval: float) -> bool:
    """Tell whether `take_slot` would be refused now."""
    mine = (
        (slots.c.name == name)
        & (slots.c.taken_at > now - 0.9 * interval)
        & (slots.c.taken_at <= now + interval)
    )
    with reading(ledger) as c:
        return c.execute(select(slots.c.name).where(mine)).first() is not None


def keep_slot(ledger: Ledger, name: str, taken_at: float, now: float) -> bool:
    """Take a turn that was taken at `taken_at` for another interval; False when it has passed to somebody else."""
    mine = (slots.c.name == name) & (slots.c.taken_at == taken_at)
    with writing(ledger) as c:
        return bool(c.execute(update(slots).where(mine).values(taken_at=now)).rowcount)


def give_slot(ledger: Ledger, name: str) -> None:
    """Give a turn back that came to nothing: the next caller has it at once."""
    with writing(ledger) as c:
        c.execute(delete(slots).where(slots.c.name == name))


def learn(ledger: Ledger, organization: str, name: str, value: Any) -> None:
    """Keep a fact about an organization (plain JSON), such as whether its drafts take payments."""
    row = {"organization": organization, "name": name, "value": value}
    with writing(ledger) as c:
        new = insert(c, facts).values(row)
        c.execute(new.on_conflict_do_update(index_elements=["organization", "name"], set_=row))


def learned(ledger: Ledger, organization: str) -> dict[str, Any]:
    """Give what we know of an organization, by name."""
    with reading(ledger) as c:
        rows = c.execute(select(facts).where(facts.c.organization == organization))
        return {row.name: row.value for row in rows}
