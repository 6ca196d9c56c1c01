"""Transactions that meet on PostgreSQL, where each row has its own lock; SQLite lets one write after the other."""

import threading
import time

import pytest
from sqlalchemy import text

from ledger import cursors, pauses, store, work
from tests.ledger.test_many_at_once import NOW, all_at_once, note

DAWDLE = "CREATE FUNCTION dawdle() RETURNS trigger AS 'BEGIN PERFORM pg_sleep(0.2); RETURN NEW; END' LANGUAGE plpgsql"
AT_EACH_ROW = "CREATE TRIGGER dawdle BEFORE UPDATE ON work FOR EACH ROW EXECUTE FUNCTION dawdle()"


@pytest.fixture
def slow(ledger):
    """A ledger whose work rows are written so slowly that who comes later meets them half-way."""
    if ledger.engine.dialect.name == "postgresql":
        with store.writing(ledger) as connection:
            connection.execute(text(DAWDLE))
            connection.execute(text(AT_EACH_ROW))
    return ledger


HANDED_OUT = {
    "a pump's look": lambda ledger, _: work.due(ledger, NOW, 10),
    "a person's retry": lambda ledger, ids: work.retry(ledger, ids, NOW),
    "a batch that is claimed": lambda ledger, _: work.claim_due(ledger, "shop", "orders", NOW, 30.0, 10),
}


@pytest.mark.parametrize("who", HANDED_OUT)
def test_rows_noted_in_another_order_than_they_were_made_lock_nobody_for_good(slow, who):
    ids = [note(slow, record)[0] for record in ("b", "a")]
    first = threading.Thread(target=HANDED_OUT[who], args=(slow, ids))
    first.start()
    time.sleep(0.1)
    work.note(slow, "shop", "orders", ["a", "b"], NOW - 50, urgent=True)
    first.join()
    assert all(work.find_id(slow, row).urgent for row in ids)


def test_of_many_workers_that_find_a_login_dead_again_one_alerts(ledger):
    """Each says another end of the rest, and each but the last makes it longer."""
    for n in range(20):
        pauses.pause(ledger, f"shop {n}", NOW, "the last one")
        alerts = all_at_once(
            4,
            lambda who, n=n: pauses.pause(ledger, f"shop {n}", NOW + 100 + who, "dead", awake_since=NOW + 50),
        )
        assert sum(alerts) == 1


def test_a_reader_sees_one_state_however_many_statements_it_needs(ledger):
    cursors.put(ledger, "shop", "place", "before", NOW)
    with store.reading(ledger) as connection:
        look = text("SELECT value FROM cursors")
        assert connection.execute(look).scalar() == "before"
        cursors.put(ledger, "shop", "place", "after", NOW)
        assert connection.execute(look).scalar() == "before"
    assert cursors.get(ledger, "shop", "place") == "after"
