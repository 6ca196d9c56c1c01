"""A merchant's machine for tests of the doors: settings on disk, the sandbox on a real socket, `cartbooks` to call."""

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from app.cli import main
from app.settings import load
from ledger.store import open_ledger
from sandbox import create_app
from sandbox.orders import place
from sandbox.server import serve
from sandbox.shop.taxes import taxes_needed
from tests.lab import KEY
from tests.ledgers import give_tables
from tests.taxes import set_up_taxes

SETTINGS = """
pace = {pace}
data_dir = "{data}"
[connections.main]
store.store_hash = "sandbox"
store.base_url = "{url}/bigcommerce/stores/sandbox"
{public}
zoho.organization_id = "10234695"
zoho.client_id = "1000.SANDBOX"
zoho.accounts_url = "{url}/zoho/accounts"
zoho.plan.per_day = 10000
schedule.time_zone = "Europe/Berlin"
{more}
"""
SECRETS = {
    "CARTBOOKS_MAIN_BIGCOMMERCE_TOKEN": "bc-sandbox-token",
    "CARTBOOKS_MAIN_BIGCOMMERCE_CLIENT_SECRET": "bc-sandbox-secret",
    "CARTBOOKS_MAIN_WEBHOOK_SECRET": "hook-secret-of-the-front",
    "CARTBOOKS_MAIN_ZOHO_CLIENT_SECRET": "zoho-sandbox-secret",
    "CARTBOOKS_MAIN_ZOHO_REFRESH_TOKEN": "1000.sandbox-refresh",
}
SIMPLE = {"lines": [{"price": "10.00", "quantity": 3, "tax": "20"}]}


@dataclass
class Front:
    directory: Path
    app: Any
    url: str
    env: dict[str, str] = field(repr=False)

    @property
    def world(self):
        return self.app.extensions["sandbox"]

    @property
    def settings(self):
        return load(None, self.env)

    @property
    def ledger(self):
        return open_ledger(self.settings.ledger_url)

    def write(self, more="", *, pace=50, public="https://books.example", url=None):
        public = f'store.public_url = "{public}"' if public else ""
        text = SETTINGS.format(pace=pace, data=self.directory, url=url or self.url, public=public, more=more)
        (self.directory / "cartbooks.toml").write_text(text)

    def run(self, *words, typed=None, **env):
        """One command as its own process would see it: exit code and output; never a traceback."""
        result = CliRunner().invoke(main, words, input=typed, env={**self.env, **env})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        assert "Traceback" not in result.output
        return result

    def told(self, *words, **env):
        """The JSON that a command prints."""
        return json.loads(self.run(*words, "--json", **env).stdout)

    def place(self, description=SIMPLE, *, taxes=True):
        order_id = place(self.world, description)
        if taxes:
            stored = [self.world.bigcommerce.orders[order_id]]
            set_up_taxes(self.world, [tax.as_json() for tax in taxes_needed(stored)])
        return str(order_id)

    def calls(self, platform=None):
        return [call for call in self.world.calls if platform in (None, call["platform"])]

    def writes(self):
        """Calls that could change something on a platform; asking for a token does not."""
        return [c for c in self.world.calls if c["method"] != "GET" and "/oauth/" not in c["path"]]


@contextmanager
def front(directory, redis_url, **options):
    app = create_app(pace=50.0, **options)
    server = serve(app)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    env = {
        **SECRETS,
        "CARTBOOKS_KEY": KEY,
        "REDIS_URL": redis_url,
        "CARTBOOKS_SETTINGS": str(directory / "cartbooks.toml"),
    }
    made = Front(directory, app, f"http://127.0.0.1:{server.server_port}", env)
    made.write()
    give_tables(made.settings.ledger_url)
    try:
        yield made
    finally:
        app.extensions["sandbox"].stopped.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
