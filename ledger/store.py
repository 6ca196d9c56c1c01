"""Opens the ledger: SQLite beside the service, or PostgreSQL by URL when it runs on several hosts.

Never keep one of these transactions open across an HTTP call: the whole service waits for its end.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, literal, make_url, text
from sqlalchemy import inspect as inspected
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from ledger.errors import LedgerBusy, LedgerUnfit

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert

# Alembic and what speaks to PostgreSQL take half a second to import, so only they do who migrate or have one.

__all__ = [
    "Ledger",
    "LedgerBusy",
    "LedgerUnfit",
    "check_url",
    "close_ledger",
    "insert",
    "insert_if_new",
    "is_current",
    "migrate",
    "open_ledger",
    "reading",
    "try_write",
    "writing",
]

_SQLITE_BUSY_OR_LOCKED = (5, 6)  # https://www.sqlite.org/rescode.html
# https://www.postgresql.org/docs/current/errcodes-appendix.html: a lock, a deadlock, a standby, no rights yet; and
# whole classes: no room, memory or connections left, an operator's word, a disk's trouble
_POSTGRES_BUSY = ("55P03", "40P01", "40001", "25006", "42501", "53", "57", "58")
_MIGRATION_LOCK = 0x43415254  # any number that nobody else locks


@dataclass(frozen=True, slots=True)
class Ledger:
    """One opened ledger; threads share it, processes open their own (after a fork, not before)."""

    engine: Engine
    busy_timeout: float


def open_ledger(url: str, busy_timeout: float = 10.0) -> Ledger:
    """Open the ledger at an SQLAlchemy URL; the first use connects. `migrate` must have run once.

    `busy_timeout`: seconds to wait for another's lock before LedgerBusy.
    """
    address = _address(url)
    sqlite = address.get_backend_name() == "sqlite"
    engine = create_engine(
        address,
        connect_args=_sqlite_arguments(busy_timeout)
        if sqlite
        else _postgres_arguments(address, busy_timeout),
        pool_size=32 if sqlite else 8,  # a thread per task must not wait here, but a server's connections
        max_overflow=64 if sqlite else 12,  # are few, and every process takes this many
        pool_timeout=busy_timeout,
        pool_pre_ping=not sqlite,
        json_serializer=_to_json,
    )
    if sqlite:
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return Ledger(engine, busy_timeout)


def close_ledger(ledger: Ledger) -> None:
    """Let go of all connections; a process does so before it ends."""
    ledger.engine.dispose()


def check_url(url: str) -> None:
    """Raise ValueError, without a word of a password, for what names no ledger."""
    _address(url)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # whose words may hold a password
        raise ValueError("write it as postgresql://user:password@host/database") from None
    if address.get_backend_name() in ("postgresql", "postgres"):
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite":
        raise ValueError(f"the ledger lives in sqlite or postgresql, not in {address.get_backend_name()}")
    if address.database in (None, "", ":memory:"):
        raise ValueError("the ledger must outlive the process: name a file, as in sqlite:///data/ledger.db")
    return address


def _sqlite_arguments(busy_timeout: float) -> dict[str, Any]:
    return {"timeout": busy_timeout, "check_same_thread": False}


def _postgres_arguments(address: URL, busy_timeout: float) -> dict[str, Any]:
    theirs = address.query.get("options", "")  # such as a search_path; ours would replace it
    return {
        "connect_timeout": max(2, round(busy_timeout)),
        "options": f"{theirs} -c lock_timeout={int(busy_timeout * 1000)} -c timezone=UTC",
    }


def _to_json(value: Any) -> str:
    told = json.dumps(value, default=_exactly, ensure_ascii=False, sort_keys=True)
    # half an emoji is no UTF-8, and its escape is JSON
    return told.encode(errors="backslashreplace").decode()


def _exactly(value: Any) -> str:
    if isinstance(value, Decimal):  # money keeps its digits
        return str(value)
    raise TypeError(f"the ledger keeps plain JSON, not {type(value).__name__}")


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say, see _begin_sqlite
    connection.execute("PRAGMA synchronous=FULL")  # a commit lost in a power cut is a second invoice


def _begin_sqlite(connection: Connection) -> None:
    # A deferred BEGIN that reads and then writes fails at once when another wrote meanwhile, whatever the
    # time-out (https://www.sqlite.org/isolation.html): whoever means to write takes the lock first.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextlib.contextmanager
def reading(ledger: Ledger) -> Iterator[Connection]:
    """Look at one consistent state; locks nobody out."""
    with _busy_is_said(), ledger.engine.connect() as plain:
        connection = plain.execution_options(**_one_state(plain))
        with connection.begin():
            yield connection


def _one_state(connection: Connection) -> Mapping[str, Any]:
    """PostgreSQL shows each statement what was committed before it, SQLite all of them what was before the first."""
    return {"isolation_level": "REPEATABLE READ"} if connection.dialect.name == "postgresql" else {}


@contextlib.contextmanager
def writing(ledger: Ledger) -> Iterator[Connection]:
    """All of it is written at the end, or nothing. Raises LedgerBusy when the lock does not come in time."""
    with _busy_is_said(), ledger.engine.connect() as plain:
        connection = plain.execution_options(writes=True)
        with connection.begin():
            yield connection


@contextlib.contextmanager
def _busy_is_said() -> Iterator[None]:
    try:
        yield
    except PoolExhausted:
        raise LedgerBusy("no connection to the ledger came free in time") from None
    except DBAPIError as error:
        if not _is_busy(error):
            raise
        raise LedgerBusy(f"the ledger is locked or away{_of_postgres(error)}") from None


def _of_postgres(error: DBAPIError) -> str:
    """Which database, user or right is missing, or that it only waited; later lines may hold values."""
    if isinstance(error.orig, sqlite3.Error) or not str(error.orig).strip():
        return ""
    return ": " + str(error.orig).strip().splitlines()[0]


def try_write(ledger: Ledger) -> None:
    """Raise LedgerBusy unless rows may be written here and now; none is."""
    with writing(ledger) as connection:
        connection.execute(text("UPDATE slots SET taken_at = taken_at WHERE false"))


def _is_busy(error: DBAPIError) -> bool:
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return (getattr(original, "sqlite_errorcode", 0) & 0xFF) in _SQLITE_BUSY_OR_LOCKED
    state = getattr(original, "sqlstate", None)
    never_connected = type(original).__name__ in {"OperationalError", "ConnectionTimeout"} and state is None
    return error.connection_invalidated or never_connected or (state or "").startswith(_POSTGRES_BUSY)


def insert(connection: Connection, table: Table) -> SqliteInsert | PostgresInsert:
    """Give the insert of this database, the one that knows ON CONFLICT."""
    if connection.dialect.name != "postgresql":
        return sqlite_insert(table)
    from sqlalchemy.dialects.postgresql import insert as postgres_insert  # noqa: PLC0415

    return postgres_insert(table)


def insert_if_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless its key is taken; True when it was inserted."""
    # RETURNING and not rowcount, which psycopg gives as -1 for an insert
    new = insert(connection, table).values(row).on_conflict_do_nothing().returning(literal(1))
    return connection.execute(new).first() is not None


def migrate(url: str) -> None:
    """Bring the ledger's tables up to date; several processes may do so at once and one of them works."""
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        _migrate_sqlite(url, Path(str(address.database)))
    else:
        _migrate_postgres(url)


def _migrate_sqlite(url: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")  # is kept in the file, so once is enough
        _upgrade(url)


def _migrate_postgres(url: str) -> None:
    ledger = open_ledger(url)
    try:
        with _busy_is_said(), ledger.engine.connect() as connection:
            connection.execute(text("SET lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
            connection.commit()
            _upgrade(url)
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _MIGRATION_LOCK})
            connection.commit()
    finally:
        close_ledger(ledger)


def _upgrade(url: str) -> None:
    import alembic.command  # noqa: PLC0415

    ledger = open_ledger(url)
    try:
        with writing(ledger) as connection:
            _refuse_newer(connection)
            settings = _alembic()
            settings.attributes["connection"] = connection
            alembic.command.upgrade(settings, "head")
    finally:
        close_ledger(ledger)


def _refuse_newer(connection: Connection) -> None:
    there = _revision(connection) or ""
    if there > newest():
        raise LedgerUnfit(f"the tables are of a newer Cartbooks ({there}): install that one again")


def _alembic() -> Config:
    from alembic.config import Config  # noqa: PLC0415

    settings = Config()
    settings.set_main_option("script_location", "ledger:migrations")
    settings.set_main_option("path_separator", "os")
    return settings


def is_current(ledger: Ledger) -> bool:
    """Tell whether the tables are those of this version."""
    with reading(ledger) as connection:
        return _revision(connection) == newest()


def _revision(connection: Connection) -> str | None:
    if not inspected(connection).has_table("alembic_version"):
        return None
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


@cache
def newest() -> str:
    """The revision of this version of ours: its files bear their numbers."""
    files = (Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py")
    return max(file.stem.split("_")[0] for file in files)
