"""The full look at the catalogue: every item of Zoho and every product of the store, resumable, and believed late."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache
from math import ceil

from connectors.budget import LANES, LAST_SHARE
from connectors.errors import Temporary
from connectors.zoho import items as zoho_items
from connectors.zoho.client import PER_PAGE
from connectors.zoho.items import ItemPage
from ledger import cursors, sightings, work
from ledger.sightings import Sighting
from mappings.zoho.catalogue import rules_digest
from tasks import hiding, shelves, sweeps
from tasks.item_looks import FLOW, Look, Seen, compare, note, on_sale, record
from tasks.services import Connection, Publish, catalogue
from tasks.shelves import Shelves
from tasks.store_facts import facts
from tasks.turns import Keep, alone

PLACE = "items.full"  # where an unfinished walk has got to
DAILY = "items.daily"  # the day of the last one that came to its end
MODIFIED = "items.modified"  # the delta's cursor
RULES = "items.rules"  # by which rules the last one looked
ASKED = zoho_items.AT_ONCE - 1  # suspects of one call; the last place is the witness's
STALE = 3 * 86400.0  # seconds after which an unfinished walk is begun anew


@dataclass(frozen=True)
class Walk:
    """How far a full look has got, and what it found.

    `rules` is the digest of what shapes products; `page` the next of Zoho's list, 0 when the list is at its end;
    `witness` an item that was listed. `compared`: the store's side was looked at. `withheld` products wait for a
    person's word.
    """

    run: float
    day: str
    rules: str
    page: int = 1
    witness: str = ""
    compared: bool = False
    listed: int = 0
    products: int = 0
    changed: int = 0
    paired: int = 0
    vanished: int = 0
    withheld: int = 0


@dataclass(frozen=True)
class _Trip:
    """One turn of a walk: with what it goes, and how what it finds is written down (`dry`: not at all, and `met` is
    what it came by).
    """

    connection: Connection
    rules: str
    publish: Publish
    keep: Keep
    dry: bool
    shelves: Callable[[], Shelves]
    on_page: Callable[[Walk], None]
    met: set[str]


def full(
    connection: Connection,
    *,
    publish: Publish,
    on_page: Callable[[Walk], None] | None = None,
    dry: bool = False,
) -> Walk:
    """Look at everything, from where the last look was stopped; what it found.

    Raises OutOfBudget or Temporary where it could not get to the end: the next call goes on there. Raises Later
    when another worker is at it.
    """
    connection, told = catalogue(connection), on_page or (lambda _walk: None)
    rules = digest(connection)
    if dry:
        return _look(
            _trip(connection, rules, publish, lambda: None, told, dry=True), _begin(connection, rules)
        )
    with alone(connection, "catalogue") as keep:
        walk = _place(connection)
        if walk is None or walk.rules != rules:
            walk = _begin(connection, rules)
        return _look(_trip(connection, rules, publish, keep, told, dry=False), walk)


def unfinished(connection: Connection) -> bool:
    """A full look was stopped and is to go on."""
    return _place(connection) is not None


def cost(connection: Connection) -> int | None:
    """Zoho calls that a full look takes from here on, judged by the last one; None where nothing was seen yet."""
    known, walk = sightings.count(connection.ledger, connection.name, FLOW), _place(connection)
    if not known:
        return None
    done = (walk.page or ceil(known / PER_PAGE) + 1) - 1 if walk else 0
    return max(1, ceil(known / PER_PAGE) - done)


def room(connection: Connection) -> int:
    """Calls that the day still has for the catalogue, without what orders and stock may need."""
    budget, lane = connection.zoho.budget, LANES["catalogue"]
    usage = budget.usage()
    kept = max(LAST_SHARE, budget.reserve_share * lane.day) * usage.day_limit
    if budget.needed is not None:
        kept = max(kept, budget.needed() * lane.day)
    return max(0, usage.day_limit - usage.day_used - ceil(kept))


def digest(connection: Connection) -> str:
    """Of the settings and of what the store says of itself: a change of either concerns every product."""
    return rules_digest(connection.catalogue_rules, facts(connection))


def is_due(connection: Connection) -> bool:
    """Nothing was ever looked at, or by other rules than those of today."""
    kept = cursors.get(connection.ledger, connection.name, RULES)
    return cursors.get(connection.ledger, connection.name, MODIFIED) is None or kept != digest(connection)


def _trip(
    connection: Connection,
    rules: str,
    publish: Publish,
    keep: Keep,
    on_page: Callable[[Walk], None],
    *,
    dry: bool,
) -> _Trip:
    return _Trip(
        connection, rules, publish, keep, dry, cache(lambda: shelves.look(connection, keep)), on_page, set()
    )


def _look(trip: _Trip, walk: Walk) -> Walk:
    for page in _pages(trip.connection, walk):
        trip.keep()
        walk = _page(trip, _compared(trip, walk), page)
        _save(trip, walk)
        trip.on_page(walk)
    walk = _asked(trip, _compared(trip, walk))
    _finish(trip, walk)
    trip.on_page(walk)
    return walk


def _pages(connection: Connection, walk: Walk) -> Iterator[ItemPage]:
    return zoho_items.item_pages(connection.zoho, first_page=walk.page) if walk.page else iter(())


def _page(trip: _Trip, walk: Walk, page: ItemPage) -> Walk:
    """One page of Zoho's list: links first, so that whoever works what is noted finds them."""
    connection = trip.connection
    free = shelves.unlinked(connection, page.rows)
    told = shelves.told_whole(connection, free, trip.shelves()) if free else {}
    look = compare(connection, [told.get(str(row["item_id"]), row) for row in page.rows], trip.rules)
    paired = shelves.pair(connection, free, look.seen, trip.shelves(), dry=trip.dry) if free else []
    if trip.dry:
        trip.met.update(look.seen)
    else:
        note(connection, [one.belongs for one in paired], trip.publish)
        record(connection, look, walk.run, trip.publish)
    return replace(
        walk,
        page=0 if page.last else page.number + 1,
        witness=str(page.rows[-1]["item_id"]) if page.rows else walk.witness,
        listed=walk.listed + len(page.rows),
        changed=walk.changed + len(look.changed),
        paired=walk.paired + len(paired),
    )


def _compared(trip: _Trip, walk: Walk) -> Walk:
    """The store's side, once in a walk: products that a person has changed or deleted are looked at again."""
    if walk.compared:
        return walk
    found = trip.shelves()
    differing = found.differing - _held(trip.connection) if found.differing else set()
    if not trip.dry:
        note(trip.connection, sorted(differing), trip.publish)
    return replace(walk, compared=True, products=found.products, changed=walk.changed + len(differing))


def _held(connection: Connection) -> set[str]:
    """What waits for a person does not wait less because the store still differs."""
    return {row.record for row in work.held(connection.ledger, connection.name) if row.flow == FLOW}


def _asked(trip: _Trip, walk: Walk) -> Walk:
    """After the list's proven end: what it did not show is asked for by id, and only then something may be hidden."""
    hides: list[Seen] = []
    gone: list[str] = []
    changed, after = walk.changed, ""
    while unseen := _unseen(trip, walk, after):
        trip.keep()
        after = unseen[-1].record
        suspects = [one for one in unseen if one.record not in trip.met]
        if not suspects:
            continue
        look, lost = _questioned(trip, walk, suspects)
        visible = on_sale(trip.connection, [one.record for one in lost])
        gone += [one.belongs for one in lost if one.record in visible]
        hides += look.hides
        changed += len(look.changed)
        if not trip.dry:
            record(trip.connection, look, walk.run, trip.publish)
            _forget(trip, [one for one in lost if one.record not in visible])
    return _judged(trip, replace(walk, changed=changed), hides, gone)


def _unseen(trip: _Trip, walk: Walk, after: str) -> list[Sighting]:
    return sightings.unseen(trip.connection.ledger, trip.connection.name, FLOW, walk.run, ASKED, after)


def _questioned(trip: _Trip, walk: Walk, suspects: Sequence[Sighting]) -> tuple[Look, list[Sighting]]:
    """What Zoho says of each by id. A witness that was just listed is asked for with them, in the last place: if even
    that one is not answered, the answer proves nothing.
    """
    ids = [one.record for one in suspects]
    told = zoho_items.item_details(trip.connection.zoho, [*ids, walk.witness])
    if walk.witness and walk.witness not in told:
        raise Temporary("Zoho does not answer for an item that it has just listed: nothing is believed gone")
    look = compare(trip.connection, [told[one] for one in ids if one in told], trip.rules, details=True)
    return look, [one for one in suspects if one.record not in told]


def _forget(trip: _Trip, lost: Sequence[Sighting]) -> None:
    """Gone from Zoho and not to be found in the store: its record is looked at once more, and that is all."""
    note(trip.connection, [one.belongs for one in lost], trip.publish)
    sightings.forget(trip.connection.ledger, trip.connection.name, FLOW, [one.record for one in lost])


def _judged(trip: _Trip, walk: Walk, hides: Sequence[Seen], gone: Sequence[str]) -> Walk:
    """Nothing is hidden before the guard has seen all of it. What is withheld keeps its old sighting, so that the next
    walk finds it again.
    """
    records = list(dict.fromkeys([one.belongs for one in hides] + list(gone)))
    may_go = hiding.allowed if trip.dry else hiding.let_go
    if not may_go(trip.connection, records):
        if not trip.dry:
            hiding.withhold(trip.connection, len(records))
        return replace(walk, withheld=len(records))
    if not trip.dry:
        note(trip.connection, records, trip.publish)
        record(trip.connection, Look(changed=tuple(hides)), walk.run, trip.publish)
        hiding.settled(trip.connection)
    return replace(walk, vanished=len(gone), changed=walk.changed + len(hides))


def _begin(connection: Connection, rules: str) -> Walk:
    return Walk(run=connection.clock(), day=sweeps.today(connection), rules=rules)


def _place(connection: Connection) -> Walk | None:
    kept = json.loads(cursors.get(connection.ledger, connection.name, PLACE) or "{}")
    walk = (
        Walk(**kept) if kept.keys() == Walk.__dataclass_fields__.keys() else None
    )  # else of another version
    return walk if walk and connection.clock() - walk.run < STALE else None


def _save(trip: _Trip, walk: Walk) -> None:
    """Called after the rows of the page are committed: a walk that is stopped looks at a page twice, never at none."""
    if not trip.dry:
        one = trip.connection
        cursors.put(one.ledger, one.name, PLACE, json.dumps(asdict(walk)), one.clock())


def _finish(trip: _Trip, walk: Walk) -> None:
    if trip.dry:
        return
    one = trip.connection
    if cursors.get(one.ledger, one.name, MODIFIED) is None:
        begun = datetime.fromtimestamp(walk.run, UTC)
        cursors.put(one.ledger, one.name, MODIFIED, begun.isoformat(), one.clock())
    cursors.put(one.ledger, one.name, RULES, walk.rules, one.clock())
    cursors.put(one.ledger, one.name, DAILY, walk.day, one.clock())
    cursors.put(one.ledger, one.name, PLACE, "", one.clock())
