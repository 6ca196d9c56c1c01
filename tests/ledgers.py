"""Ledgers for tests: the tables are made once per test process, and every ledger begins as a copy of them.

Labs keep theirs in SQLite; with CARTBOOKS_TEST_POSTGRES, the URL of a server, each has a database there.
"""

import atexit
import functools
import os
import shutil
import tempfile
import uuid
from pathlib import Path

from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from ledger.store import migrate, open_ledger

POSTGRES = os.environ.get("CARTBOOKS_TEST_POSTGRES", "")
_to_drop = []


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
    """As `migrate` would leave a ledger that was not there before."""
    if make_url(url).get_backend_name() != "sqlite":
        return  # it was made with them
    path = Path(make_url(url).database)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(_migrated(), path)


def forget_power_cuts(ledger):
    """No test cuts the power, so nobody waits for the disk at every commit."""
    if ledger.engine.dialect.name != "sqlite":
        return
    event.listen(ledger.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    ledger.engine.dispose()


def lab_variables():
    """Where a lab's ledger is to be, unless beside its settings."""
    if not POSTGRES:
        return {}
    url, drop = postgres_database(_migrated_database())
    _to_drop.append(drop)
    return {"CARTBOOKS_LEDGER_URL": url}


def drop_databases():
    """Those of the labs of the last test."""
    while _to_drop:
        _to_drop.pop()()


def postgres_database(template="template0"):
    """Make a database on the server that the environment names; give its URL and how to drop it."""
    server = make_url(POSTGRES).set(drivername="postgresql+psycopg")
    name = f"cartbooks_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")

    def run(statement):
        with engine.connect() as connection:
            connection.execute(text(statement))

    def drop():
        run(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()

    run(f"CREATE DATABASE {name} TEMPLATE {template}")
    return server.set(database=name).render_as_string(hide_password=False), drop


@functools.cache
def _migrated_database():
    url, drop = postgres_database()
    atexit.register(drop)
    migrate(url)
    return make_url(url).database


@functools.cache
def _migrated():
    path = Path(tempfile.mkdtemp(prefix="cartbooks-ledger-")) / "ledger.db"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    migrate(f"sqlite:///{path}")
    return path
