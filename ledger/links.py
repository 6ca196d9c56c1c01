"""Which of their ids belongs to which of ours: contacts, items and documents, each created by one worker.

`scope` is a connection or an organization; `key` never holds an e-mail or a name, only hashes of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, func, select, update

from ledger.store import Ledger, insert, insert_if_new, reading, writing
from ledger.tables import links as table

CHUNK = 500
PAGE = 1000

# asked for a dozen times for every order, and to put a statement together takes longer than its answer
_THESE = select(table).where(table.c.scope == bindparam("scope"), table.c.kind == bindparam("kind"))
_SOME = _THESE.where(table.c.key.in_(bindparam("keys", expanding=True)))
_BELOW = _THESE.where(table.c.key > bindparam("start"), table.c.key < bindparam("end")).order_by(table.c.key)


@dataclass(frozen=True, slots=True)
class Link:
    """`state`: creating (by `holder`, since then) | linked. `fresh`: this very call reserved it."""

    scope: str
    kind: str
    key: str
    id: str
    extra: Mapping[str, Any]
    state: str
    holder: str
    since: float
    fresh: bool = False


def reserve(ledger: Ledger, scope: str, kind: str, key: str, now: float, holder: str) -> Link:
    """Say that `holder` is about to create this one, or learn who is or what is there already.

    Only a link that comes back `fresh` may be created without asking the platform first: a `creating` one of
    the same holder was left by an earlier attempt of it.
    """
    there = get(ledger, scope, kind, key)
    if there:
        return there
    row: dict[str, Any] = {"scope": scope, "kind": kind, "key": key, "id": "", "extra": {}}
    row |= {"state": "creating", "holder": holder, "since": now}
    with writing(ledger) as c:
        fresh = insert_if_new(c, table, row)
        found = c.execute(select(table).where(_is(scope, kind, key))).first()
    if found is None:  # released between the two statements, which only PostgreSQL lets happen
        return reserve(ledger, scope, kind, key, now, holder)
    return _link(found, fresh=fresh)


def bind(
    ledger: Ledger,
    scope: str,
    kind: str,
    key: str,
    id: str,  # noqa: A002 - the platform's own word
    extra: Mapping[str, Any],
    now: float,
) -> Link:
    """Remember the platform's id and what goes with it (ids, amounts, fingerprints); replaces the old."""
    bind_many(ledger, scope, kind, [(key, id, extra)], now)
    return Link(scope, kind, key, id, dict(extra), "linked", "", now)


def bind_many(
    ledger: Ledger, scope: str, kind: str, rows: Iterable[tuple[str, str, Mapping[str, Any]]], now: float
) -> None:
    """Remember many at once, each (key, id, extra); replaces the old. Of a key named twice the last counts."""
    fixed: dict[str, Any] = {"scope": scope, "kind": kind, "state": "linked", "holder": "", "since": now}
    newest = {key: {**fixed, "key": key, "id": their, "extra": dict(extra)} for key, their, extra in rows}
    values = [newest[key] for key in sorted(newest)]  # in one order: no two writers wait for each other
    for start in range(0, len(values), CHUNK):
        with writing(ledger) as c:
            new = insert(c, table)
            set_ = {name: new.excluded[name] for name in ("id", "extra", "state", "holder", "since")}
            again = new.on_conflict_do_update(index_elements=["scope", "kind", "key"], set_=set_)
            c.execute(again, values[start : start + CHUNK])


def mark(
    ledger: Ledger,
    scope: str,
    kind: str,
    key: str,
    id: str,  # noqa: A002
    **facts: Any,
) -> bool:
    """Add facts to what goes with a link (None takes one away), and nothing else: what others wrote meanwhile stays,
    and so does `since`. False where it does not lead to this id (any more).
    """
    mine = _is(scope, kind, key) & (table.c.id == id)
    with writing(ledger) as c:
        row = c.execute(select(table.c.extra).where(mine).with_for_update()).first()
        if row is None:
            return False
        extra = {name: value for name, value in {**row.extra, **facts}.items() if value is not None}
        return bool(c.execute(update(table).where(mine).values(extra=extra)).rowcount)


def get(ledger: Ledger, scope: str, kind: str, key: str) -> Link | None:
    """Give a link, be it linked or only being created."""
    return get_many(ledger, scope, kind, [key]).get(key)


def get_many(ledger: Ledger, scope: str, kind: str, keys: Iterable[str]) -> dict[str, Link]:
    """Give the links there are, by key."""
    wanted = list(dict.fromkeys(keys))
    found: dict[str, Link] = {}
    with reading(ledger) as c:
        for start in range(0, len(wanted), CHUNK):
            some = {"scope": scope, "kind": kind, "keys": wanted[start : start + CHUNK]}
            rows = c.execute(_SOME, some)
            found |= {row.key: _link(row) for row in rows}
    return found


def by_id(ledger: Ledger, scope: str, kind: str, id: str) -> list[Link]:  # noqa: A002
    """Give the links that lead to one id of the platform; a contact may have several keys."""
    return by_ids(ledger, scope, kind, [id]).get(id, [])


def by_ids(ledger: Ledger, scope: str, kind: str, ids: Iterable[str]) -> dict[str, list[Link]]:
    """Give the links that lead to these ids of the platform, by id; ids without any are absent."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, list[Link]] = {}
    with reading(ledger) as c:
        for start in range(0, len(wanted), CHUNK):
            some = table.c.id.in_(wanted[start : start + CHUNK])
            look = select(table).where(_all(scope, kind), some).order_by(table.c.key)
            for row in c.execute(look):
                found.setdefault(row.id, []).append(_link(row))
    return found


def walk(ledger: Ledger, scope: str, kind: str) -> Iterator[Link]:
    """Give every linked one, by key; no transaction stays open while the caller works on them."""
    after = ""
    while True:
        rest = _linked(scope, kind) & (table.c.key > after)
        with reading(ledger) as c:
            page = [_link(r) for r in c.execute(select(table).where(rest).order_by(table.c.key).limit(PAGE))]
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].key


def count(ledger: Ledger, scope: str, kind: str) -> int:
    """Tell how many are linked."""
    look = select(func.count()).select_from(table).where(_linked(scope, kind))
    with reading(ledger) as c:
        return int(c.execute(look).scalar_one())


def says(ledger: Ledger, scope: str, kind: str, word: str) -> bool:
    """Whether the key of any that is linked has this word between its colons."""
    look = select(table.c.key).where(_linked(scope, kind), table.c.key.contains(f":{word}:", autoescape=True))
    with reading(ledger) as c:
        return c.execute(look.limit(1)).first() is not None


def below(ledger: Ledger, scope: str, kind: str, prefix: str, sign: str = ":") -> list[Link]:
    """Give the links whose key continues `prefix` with a colon, or with another sign."""
    start, end = prefix + sign, prefix + chr(ord(sign) + 1)  # what follows the sign in ASCII
    with reading(ledger) as c:
        rows = c.execute(_BELOW, {"scope": scope, "kind": kind, "start": start, "end": end})
        return [_link(row) for row in rows]


def release(ledger: Ledger, scope: str, kind: str, key: str, holder: str) -> bool:
    """Give back what `holder` reserved and did not create; True when it still was theirs."""
    mine = _is(scope, kind, key) & (table.c.state == "creating") & (table.c.holder == holder)
    with writing(ledger) as c:
        return bool(c.execute(delete(table).where(mine)).rowcount)


def touch(ledger: Ledger, scope: str, kind: str, key: str, now: float, holder: str) -> bool:
    """Keep a reservation that is still `holder`'s young; False where another has it, or it was bound."""
    mine = _is(scope, kind, key) & (table.c.state == "creating") & (table.c.holder == holder)
    with writing(ledger) as c:
        return bool(c.execute(update(table).where(mine).values(since=now)).rowcount)


def take_over(
    ledger: Ledger, scope: str, kind: str, key: str, now: float, holder: str, stale_before: float
) -> Link | None:
    """Become the holder of a reservation made before `stale_before`, whose creator must have died.

    None when there is no such one. It may have created before it died: ask the platform first; until it is bound
    its `extra` says `taken_over`.
    """
    stale = _is(scope, kind, key) & (table.c.state == "creating") & (table.c.since < stale_before)
    mine = update(table).where(stale).values(holder=holder, since=now, extra={"taken_over": True})
    with writing(ledger) as c:
        row = c.execute(mine.returning(*table.c)).first()
    return _link(row) if row else None


def hand_over(
    ledger: Ledger, scope: str, kind: str, old: str, new: str, extra: Mapping[str, Any], now: float
) -> None:
    """What one key led to, another leads to from now on, at one stroke: never both, never none."""
    with writing(ledger) as c:
        c.execute(delete(table).where(_is(scope, kind, new)))
        moved = update(table).where(_is(scope, kind, old))
        c.execute(moved.values(key=new, extra=dict(extra), since=now))


def forget(ledger: Ledger, scope: str, kind: str, key: str) -> bool:
    """Drop a link whose other end is gone; True when there was one. What somebody is creating is not touched."""
    gone = _is(scope, kind, key) & (table.c.state == "linked")
    with writing(ledger) as c:
        return bool(c.execute(delete(table).where(gone)).rowcount)


def _all(scope: str, kind: str) -> ColumnElement[bool]:
    return (table.c.scope == scope) & (table.c.kind == kind)


def _linked(scope: str, kind: str) -> ColumnElement[bool]:
    return _all(scope, kind) & (table.c.state == "linked")


def _is(scope: str, kind: str, key: str) -> ColumnElement[bool]:
    return _all(scope, kind) & (table.c.key == key)


def _link(row: Row[Any], *, fresh: bool = False) -> Link:
    return Link(**row._mapping, fresh=fresh)  # noqa: SLF001 - SQLAlchemy's documented name
