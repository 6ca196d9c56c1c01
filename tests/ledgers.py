"""Ledgers for tests: the tables are made once per test process, and every ledger begins as a copy of that file."""

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from sqlalchemy import event, make_url
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from ledger.store import migrate, open_ledger


def compile_once():
    """Each test has its own ledger, and all compile the same statements: what one has compiled shall serve all.

    It is kept by dialect, so that all of them have one, of a ledger that has been connected.
    """
    with tempfile.TemporaryDirectory(prefix="cartbooks-ledger-") as directory:
        first = open_ledger(f"sqlite:///{directory}/ledger.db").engine
        first.connect().close()
        first.dispose()
    compiled = LRUCache(2000)

    def created(_, engine):
        engine.dialect, engine._compiled_cache = first.dialect, compiled

    SQLiteDialect_pysqlite.engine_created = classmethod(created)


def give_tables(url):
    """As `migrate` would leave an SQLite ledger that was not there before."""
    path = Path(make_url(url).database)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(_migrated(), path)


def forget_power_cuts(ledger):
    """No test cuts the power, so nobody waits for the disk at every commit."""
    event.listen(ledger.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    ledger.engine.dispose()


@functools.cache
def _migrated():
    path = Path(tempfile.mkdtemp(prefix="cartbooks-ledger-")) / "ledger.db"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    migrate(f"sqlite:///{path}")
    return path
