"""The one table of environment variables: secrets, and what differs from machine to machine."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """One environment variable. In PER_CONNECTION_VARIABLES the name stands without CARTBOOKS_<NAME>_."""

    name: str
    about: str
    key: str  # the toml key under which people may try to write it; refused there
    required: bool = False
    example: str = ""


VARIABLES: tuple[Variable, ...] = (
    Variable("CARTBOOKS_KEY", "Seals tokens and hashes e-mails. Losing it means connecting and rebuilding.",
             "key", required=True),
    Variable("CARTBOOKS_SETTINGS", "Path of the settings file.", "", example="cartbooks.toml"),
    Variable("CARTBOOKS_DATA_DIR", "Wins over data_dir of the file.", "", example="data"),
    Variable("CARTBOOKS_LEDGER_URL", "Database of the ledger; empty: SQLite in data_dir.", "ledger_url",
             example="postgresql+psycopg://cartbooks:PASSWORD@localhost/cartbooks"),
    Variable("REDIS_URL", "Redis or Valkey, 6.2 or newer; empty: we start one.", "redis_url",
             example="redis://127.0.0.1:6379/0"),
    Variable("PORT", "Port of the web app; wins over web.port of the file.", "", example="8000"),
    Variable("CARTBOOKS_FLOWER_PASSWORD", "Password of Flower; empty: made at the first start and kept in "
             "data_dir/flower.password.", "flower.password"),
    Variable("SENTRY_DSN", "Where errors are reported; empty: nowhere.", "sentry_dsn"),
)  # fmt: skip

PER_CONNECTION_VARIABLES: tuple[Variable, ...] = (
    Variable("BIGCOMMERCE_TOKEN", "Access token of the store's API account.", "store.token", required=True),
    Variable("BIGCOMMERCE_CLIENT_SECRET", "Client secret of the API account; proves callback signatures.",
             "store.client_secret"),
    Variable("WEBHOOK_SECRET", "Sent back to us with every callback; empty: derived from CARTBOOKS_KEY.",
             "store.webhook_secret"),
    Variable("ZOHO_CLIENT_SECRET", "Client secret of the Self Client.", "zoho.client_secret", required=True),
    Variable("ZOHO_REFRESH_TOKEN", "Refresh token; empty: the one kept by `cartbooks connect zoho`.",
             "zoho.refresh_token"),
    Variable("ZOHO_WEBHOOK_SECRET", "Secret of Zoho's callbacks, 12 to 50 letters and digits; empty: derived from "
             "CARTBOOKS_KEY.", "zoho.webhook_secret"),
)  # fmt: skip


def variable_name(connection: str, variable: Variable) -> str:
    """`("main", BIGCOMMERCE_TOKEN)` is read from CARTBOOKS_MAIN_BIGCOMMERCE_TOKEN."""
    return f"CARTBOOKS_{connection.upper().replace('-', '_')}_{variable.name}"
