import contextlib
import threading
import time

import alembic.command
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from ledger import cursors, sightings, store, work
from ledger.store import LedgerBusy
from ledger.tables import metadata
from tests.ledger.conftest import postgres_database


def test_migrating_makes_the_tables_that_the_code_knows(empty_url):
    store.migrate(empty_url)
    ledger = store.open_ledger(empty_url)
    with store.reading(ledger) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert store.is_current(ledger)
    store.close_ledger(ledger)


def test_migrating_again_changes_nothing(url, ledger):
    work.note(ledger, "shop", "orders", ["1"], 1.0)
    store.migrate(url)
    assert work.find(ledger, "shop", "orders", "1")


def test_a_ledger_of_the_first_version_keeps_what_it_holds(url, ledger):
    work.note(ledger, "shop", "orders", ["1"], 1.0)
    with store.writing(ledger) as connection:
        older = store._alembic()
        older.attributes["connection"] = connection
        alembic.command.downgrade(older, "0001")
    assert not store.is_current(ledger)
    store.migrate(url)
    assert store.is_current(ledger)
    assert work.find(ledger, "shop", "orders", "1")
    assert sightings.count(ledger, "shop", "items") == 0


def test_the_newest_revision_is_the_one_that_migrating_ends_with():
    assert store.newest() == ScriptDirectory.from_config(store._alembic()).get_current_head()


def test_a_ledger_without_tables_is_not_current(tmp_path):
    ledger = store.open_ledger(f"sqlite:///{tmp_path / 'empty.db'}")
    assert not store.is_current(ledger)
    store.close_ledger(ledger)


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "mysql://host/db", "ledger", "postgresql://me@host:hush/db"],
)
def test_a_place_that_cannot_keep_a_ledger_is_refused(url):
    with pytest.raises(ValueError, match=r"ledger|write it as") as refused:
        store.check_url(url)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg2"])
def test_a_postgres_may_be_called_as_others_call_it(scheme):
    ledger = store.open_ledger(f"{scheme}://me@host/db")
    assert ledger.engine.url.drivername == "postgresql+psycopg"


def test_sqlite_survives_a_power_cut(tmp_path, migrated):
    ledger = store.open_ledger(f"sqlite:///{migrated}")
    with store.reading(ledger) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
    store.close_ledger(ledger)


def test_a_failed_transaction_writes_nothing(ledger):
    with contextlib.suppress(RuntimeError), store.writing(ledger) as connection:
        connection.execute(text("INSERT INTO slots (name, taken_at) VALUES ('x', 1)"))
        raise RuntimeError
    assert cursors.take_slot(ledger, "x", 1.0, 60)


def test_a_lock_that_does_not_come_is_said_within_the_time_given(url, ledger):
    """The web waits 0.8 s at most and then answers 503."""
    hasty = store.open_ledger(url, busy_timeout=0.2)
    with store.writing(ledger) as connection:
        connection.execute(text("INSERT INTO slots (name, taken_at) VALUES ('x', 1)"))
        began = time.monotonic()
        with pytest.raises(LedgerBusy):
            cursors.take_slot(hasty, "x", 1.0, 60)
        assert 0.1 < time.monotonic() - began < 5
    store.close_ledger(hasty)


def test_readers_do_not_wait_for_a_writer(url, ledger):
    work.note(ledger, "shop", "orders", ["1"], 1.0)
    hasty = store.open_ledger(url, busy_timeout=0.05)
    with store.writing(ledger) as connection:
        connection.execute(text("UPDATE work SET record = '2'"))
        assert work.find(hasty, "shop", "orders", "1")
        assert work.note(hasty, "shop", "orders", ["1"], 2.0) == []
        assert work.due(hasty, 0.5, 10) == []
    store.close_ledger(hasty)


def test_who_waits_for_a_lock_gets_it_when_it_is_free(url, ledger):
    entered, results = threading.Event(), []

    def hold():
        with store.writing(ledger) as connection:
            connection.execute(text("INSERT INTO slots (name, taken_at) VALUES ('x', 1)"))
            entered.set()
            time.sleep(0.3)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait()
    patient = store.open_ledger(url, busy_timeout=10)
    results.append(cursors.take_slot(patient, "x", 500.0, 60))
    holder.join()
    store.close_ledger(patient)
    assert results == [True]


def test_a_postgres_that_is_away_is_busy_and_not_a_crash():
    ledger = store.open_ledger("postgresql://nobody@127.0.0.1:1/nothing", busy_timeout=0.5)
    with pytest.raises(LedgerBusy), store.reading(ledger):
        pass
    store.close_ledger(ledger)


@pytest.fixture
def postgres():
    url, drop = postgres_database()
    store.migrate(url)
    yield url
    drop()


READ_ONLY = "?options=-c%20default_transaction_read_only%3Don"


def test_a_postgres_that_takes_no_writes_says_so(postgres):
    """As a standby does."""
    store.try_write(store.open_ledger(postgres))
    with pytest.raises(LedgerBusy, match="read-only transaction"):
        store.try_write(store.open_ledger(f"{postgres}?options=-c%20default_transaction_read_only%3Don"))


def test_a_postgres_without_our_database_says_so(postgres):
    for use in (store.migrate, lambda url: store.is_current(store.open_ledger(url))):
        with pytest.raises(LedgerBusy, match="does not exist"):
            use(f"{postgres}_too")
