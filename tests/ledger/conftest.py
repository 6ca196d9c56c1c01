"""Every test gets a ledger of its own: on SQLite, and on PostgreSQL if CARTBOOKS_TEST_POSTGRES names one."""

import os
import shutil
import uuid

import pytest
from sqlalchemy import create_engine, make_url, text

from ledger import store

POSTGRES = os.environ.get("CARTBOOKS_TEST_POSTGRES", "")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    store.migrate(f"sqlite:///{path}")
    return path


def postgres_database():
    """Make an empty database on the server that the environment names; give its URL and how to drop it."""
    if not POSTGRES:
        pytest.skip("CARTBOOKS_TEST_POSTGRES is not set: this ledger test ran on SQLite only")
    server = make_url(POSTGRES).set(drivername="postgresql+psycopg")
    name = f"cartbooks_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")

    def run(statement):
        with engine.connect() as connection:
            connection.execute(text(statement))

    def drop():
        run(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()

    run(f"CREATE DATABASE {name}")
    return server.set(database=name).render_as_string(hide_password=False), drop


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """Give the address of a ledger that has no tables yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'ledger.db'}"
        return
    url, drop = postgres_database()
    yield url
    drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path, migrated):
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(migrated, tmp_path / 'ledger.db')}"
        return
    url, drop = postgres_database()
    store.migrate(url)
    yield url
    drop()


@pytest.fixture
def ledger(url):
    opened = store.open_ledger(url)
    yield opened
    store.close_ledger(opened)
