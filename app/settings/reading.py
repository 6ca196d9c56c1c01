"""Reads cartbooks.toml and the environment into settings, or says everything that is wrong at once."""

import base64
import binascii
import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.settings.checks import checked
from app.settings.kept import dotenv, store_secret, zoho_secret
from app.settings.kinds import parse
from app.settings.model import (
    CatalogueSettings,
    Connection,
    FlowerSettings,
    OrderSettings,
    PlanSettings,
    Problem,
    ScheduleSettings,
    Settings,
    SettingsError,
    StockSettings,
    StoreSettings,
    WebSettings,
    ZohoSettings,
)
from app.settings.table import GLOBAL, PER_CONNECTION, Setting
from app.settings.variables import PER_CONNECTION_VARIABLES, VARIABLES, Variable, variable_name
from ledger.store import check_url

NOT_SHOWN = "(not shown)"
ONE_KEY = (
    "python -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())' makes a new one"
)
ADDRESSES = {
    "REDIS_URL": ("redis://", "rediss://", "unix://"),
    "SENTRY_DSN": ("https://", "http://"),
}
_SECRET_NAME = re.compile(r"(token|secret|password|passwd|api_key|private_key|dsn)", re.IGNORECASE)
_CONNECTION_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass
class _Reader:
    """What has been found so far: values by key and problems, in the order of the file."""

    env: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, key: str, value: str, remedy: str) -> None:
        self.problems.append(Problem(key, value, remedy))


def load(path: Path | None, env: Mapping[str, str]) -> Settings:
    """Settings of `path` (else $CARTBOOKS_SETTINGS, else ./cartbooks.toml if it exists) and of `env`.

    Raises SettingsError with all problems; the text of no problem contains a secret.
    """
    reader = _Reader(env)
    raw = _file(reader, path)
    blocks = raw.pop("connections", {})
    values = _values(reader, raw, GLOBAL, VARIABLES, ("", ""))
    secrets = {one.name: env.get(one.name, "").strip() for one in VARIABLES}
    for name, schemes in ADDRESSES.items():
        _address(reader, name, secrets[name], schemes)
    key = _key(reader, secrets["CARTBOOKS_KEY"])
    connections = _connections(reader, blocks, key)
    settings = _settings(reader, values, secrets, connections, key)
    problems = (*reader.problems, *checked(settings))
    if problems:
        raise SettingsError(problems)
    return settings


def _file(reader: _Reader, path: Path | None) -> dict[str, Any]:
    named = path or (Path(reader.env["CARTBOOKS_SETTINGS"]) if reader.env.get("CARTBOOKS_SETTINGS") else None)
    found = named or Path("cartbooks.toml")
    if named is None and not found.exists():
        return {}
    try:
        return tomllib.loads(found.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        reader.wrong("settings file", str(found), f"cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        reader.wrong("settings file", str(found), "save it as UTF-8")
    except tomllib.TOMLDecodeError as error:
        reader.wrong("settings file", str(found), f"is not TOML: {error}")
    return {}


def _connections(reader: _Reader, blocks: Any, key: bytes) -> tuple[Connection, ...]:
    if not isinstance(blocks, dict) or any(not isinstance(one, dict) for one in blocks.values()):
        reader.wrong("connections", NOT_SHOWN, "write a table per connection, such as [connections.main]")
        return ()
    return tuple(_connection(reader, name, block, key) for name, block in blocks.items())


def _connection(reader: _Reader, name: str, block: dict[str, Any], key: bytes) -> Connection:
    if not _CONNECTION_NAME.fullmatch(name):
        reader.wrong(f"connections.{name}", name, "name it with a-z, 0-9 and single hyphens between")
    prefix = f"connections.{name}."
    values = _values(reader, block, PER_CONNECTION, PER_CONNECTION_VARIABLES, (prefix, name))
    needed = bool(values["enabled"])
    secret = {one.name: _secret(reader, name, one, needed=needed) for one in PER_CONNECTION_VARIABLES}
    store, zoho = _section(values, "store."), _section(values, "zoho.")
    store["base_url"] = store["base_url"] or f"https://api.bigcommerce.com/stores/{store['store_hash']}"
    plan = {word: zoho.pop(f"plan.{word}") for word in ("per_day", "per_minute", "burst", "concurrent")}
    orders = _section(values, "orders.")
    orders["lease"] = float(orders["lease"])
    return Connection(
        name=name,
        enabled=values["enabled"],
        store=StoreSettings(
            **store,
            token=secret["BIGCOMMERCE_TOKEN"],
            client_secret=secret["BIGCOMMERCE_CLIENT_SECRET"],
            webhook_secret=secret["WEBHOOK_SECRET"] or store_secret(key, name),
        ),
        zoho=ZohoSettings(
            **zoho,
            plan=PlanSettings(**plan),
            client_secret=secret["ZOHO_CLIENT_SECRET"],
            refresh_token=secret["ZOHO_REFRESH_TOKEN"],
            webhook_secret=secret["ZOHO_WEBHOOK_SECRET"] or zoho_secret(key, name),
        ),
        schedule=ScheduleSettings(**_section(values, "schedule.")),
        orders=OrderSettings(**orders),
        catalogue=CatalogueSettings(**_section(values, "catalogue.")),
        stock=StockSettings(**_section(values, "stock.")),
    )


def _settings(
    reader: _Reader,
    values: Mapping[str, Any],
    secrets: Mapping[str, str],
    connections: tuple[Connection, ...],
    key: bytes,
) -> Settings:
    data_dir = Path(secrets["CARTBOOKS_DATA_DIR"] or values["data_dir"]).absolute()
    return Settings(
        connections=connections,
        data_dir=data_dir,
        web=WebSettings(host=values["web.host"], port=_port(reader, secrets["PORT"], values["web.port"])),
        flower=FlowerSettings(**_section(values, "flower."), password=secrets["CARTBOOKS_FLOWER_PASSWORD"]),
        log_level=values["log_level"],
        pace=float(values["pace"]),
        redis_url=secrets["REDIS_URL"],
        ledger_url=_ledger_url(reader, secrets["CARTBOOKS_LEDGER_URL"])
        or f"sqlite:///{data_dir / 'ledger.db'}",
        sentry_dsn=secrets["SENTRY_DSN"],
        key=key,
    )


def _values(
    reader: _Reader,
    raw: Mapping[str, Any],
    rows: tuple[Setting, ...],
    variables: tuple[Variable, ...],
    scope: tuple[str, str],
) -> dict[str, Any]:
    """Value of every row: what stands in the file, else the default. `scope` = (key prefix, connection)."""
    prefix, connection = scope
    given = dict(_leaves(raw, {row.path for row in rows}))
    known = {row.path: row for row in rows}
    for path in sorted(given.keys() - known.keys()):
        reader.problems.append(_stranger(path, prefix, known, (variables, connection)))
    values: dict[str, Any] = {}
    for row in rows:
        values[row.path] = row.default
        if row.path in given:
            values[row.path] = _parsed(reader, row, given[row.path], prefix)
        elif row.required and raw.get("enabled", True) is not False:
            reader.wrong(prefix + row.path, "(missing)", "set it: " + row.about)
    return values


def _leaves(raw: Mapping[str, Any], known: set[str], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in raw.items():
        path = prefix + name
        ours = any(one.startswith(path + ".") for one in known)
        if isinstance(value, dict) and (value or ours) and path not in known:
            yield from _leaves(value, known, path + ".")
        else:
            yield path, value


def _parsed(reader: _Reader, row: Setting, raw: Any, prefix: str) -> Any:
    try:
        return parse(row, raw)
    except ValueError as error:
        shown = str(raw) if len(str(raw)) <= 80 else str(raw)[:77] + "..."
        reader.wrong(prefix + row.path, shown or '""', str(error))
        return row.default


def _stranger(
    path: str,
    prefix: str,
    known: Mapping[str, Setting],
    secrets: tuple[tuple[Variable, ...], str],
) -> Problem:
    """A key that the table lacks: a secret in the wrong place, a slip of the pen, or nothing of ours."""
    variables, connection = secrets
    last = path.rsplit(".", 1)[-1]
    for variable in variables:
        if variable.key and last == variable.key.rsplit(".", 1)[-1]:
            name = variable_name(connection, variable) if connection else variable.name
            return Problem(prefix + path, NOT_SHOWN, f"is a secret: take it out and set the variable {name}")
    if _SECRET_NAME.search(last):
        return Problem(prefix + path, NOT_SHOWN, "looks like a secret: secrets stand in the environment only")
    if any(one.startswith(path + ".") for one in known):
        return Problem(prefix + path, NOT_SHOWN, f"is a table: write [{prefix}{path}]")
    near = _nearest(path, known)
    return Problem(
        prefix + path, NOT_SHOWN, f"is unknown; did you mean {prefix}{near[0]}?" if near else "is unknown"
    )


def _nearest(path: str, known: Mapping[str, Setting]) -> list[str]:
    """A slip in the whole key, else the right last word in a wrong table, else a slip in that word."""
    words = {one.rsplit(".", 1)[-1]: one for one in known}
    last = path.rsplit(".", 1)[-1]
    slips = [words[word] for word in difflib.get_close_matches(last, words, 1, 0.7)]
    return difflib.get_close_matches(path, known, 1, 0.8) or slips


def _secret(reader: _Reader, connection: str, variable: Variable, *, needed: bool) -> str:
    name = variable_name(connection, variable)
    value = reader.env.get(name, "").strip()
    if needed and variable.required and not value:
        mine = [one for one, given in reader.env.items() if one.startswith("CARTBOOKS_") and given.strip()]
        near = difflib.get_close_matches(name, mine, 1, 0.9)
        slip = f" ({near[0]} is set: was this one meant?)" if near else ""
        reader.wrong(name, "(missing)", f"set this variable: {variable.about}{slip}")
    return value


def _key(reader: _Reader, text: str) -> bytes:
    if not text:
        reader.wrong("CARTBOOKS_KEY", "(missing)", f"set this variable; {ONE_KEY}")
        return b""
    try:
        right = len(base64.urlsafe_b64decode(text.encode("ascii"))) == 32
    except (ValueError, binascii.Error):
        right = False
    if not right:
        reader.wrong("CARTBOOKS_KEY", NOT_SHOWN, f"is not 32 bytes in URL-safe base64; {ONE_KEY}")
    return text.encode("utf-8")


def _address(reader: _Reader, name: str, text: str, schemes: tuple[str, ...]) -> None:
    """It may hold a password, and is not shown."""
    if text and not text.startswith(schemes):
        reader.wrong(name, NOT_SHOWN, f"must begin with {' or '.join(schemes)}")


def _port(reader: _Reader, text: str, default: int) -> int:
    if not text:
        return default
    if not text.isdecimal() or int(text) > 65535:
        reader.wrong("PORT", text[:20], "must be from 0 to 65535")
        return default
    return int(text)


def _ledger_url(reader: _Reader, text: str) -> str:
    try:
        if text:
            check_url(text)
    except ValueError as error:
        reader.wrong("CARTBOOKS_LEDGER_URL", NOT_SHOWN, str(error))
        return ""
    return text


def _section(values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {path.removeprefix(prefix): one for path, one in values.items() if path.startswith(prefix)}


def from_environment() -> Settings:
    """The settings of this process: the file, its environment, and `.env` for what the environment lacks."""
    return load(None, {**dotenv(Path(".env")), **os.environ})
