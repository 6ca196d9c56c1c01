"""Every test gets a ledger of its own: on SQLite, and on PostgreSQL if CARTBOOKS_TEST_POSTGRES names one."""

import shutil

import pytest

from ledger import store
from tests import ledgers
from tests.ledgers import POSTGRES


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    store.migrate(f"sqlite:///{path}")
    return path


def postgres_database():
    if not POSTGRES:
        pytest.skip("CARTBOOKS_TEST_POSTGRES is not set: this ledger test ran on SQLite only")
    return ledgers.postgres_database()


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
