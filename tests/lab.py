"""The whole service in one process: real ledger, real Redis, the sandbox behind a WSGI transport."""

import base64
import json
import time
from dataclasses import dataclass, replace
from typing import Any

from app import wiring
from app.settings import load
from connectors.http import mount
from ledger import work
from ledger.store import migrate
from sandbox import create_app
from sandbox.bigcommerce import placing
from sandbox.shop.taxes import taxes_needed
from tasks.recipe import perform
from tests.wsgi import WsgiAdapter

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
BASE = "http://sandbox"

SETTINGS = """
pace = {pace}
data_dir = "{data}"
[connections.main]
store.store_hash = "sandbox"
store.base_url = "{base}/bigcommerce/stores/sandbox"
store.public_url = "https://books.example"
zoho.organization_id = "10234695"
zoho.client_id = "1000.SANDBOX"
zoho.accounts_url = "{base}/zoho/accounts"
zoho.plan.per_day = 10000
schedule.time_zone = "Europe/Berlin"
{more}
"""


@dataclass
class Lab:
    app: Any
    services: Any
    settings: Any

    @property
    def world(self):
        return self.app.extensions["sandbox"]

    @property
    def connection(self):
        return self.services.connections["main"]

    @property
    def ledger(self):
        return self.services.ledger

    def set(self, **changed):
        """The same connection with other values, such as ask_after or book_rules."""
        one = replace(self.connection, **changed)
        self.services = replace(self.services, connections={"main": one})

    def rules(self, **changed):
        self.set(book_rules=replace(self.connection.book_rules, **changed))

    def place(self, bundle):
        """An order in the store, and its taxes in the books, as a merchant would have set them up."""
        order_id = placing.place(self.world, bundle)
        self.merchant_taxes([self.world.bigcommerce.orders[order_id]])
        return str(order_id)

    def merchant_taxes(self, bundles):
        set_up_taxes(self.world, [tax.as_json() for tax in taxes_needed(bundles)])

    def sync(self, *orders):
        """Note the orders and work until nothing is due any more; their rows."""
        work.note(self.ledger, "main", "orders", [str(one) for one in orders], time.time())
        self.quiet()
        rows = [self.row(one) for one in orders]
        return rows[0] if len(rows) == 1 else rows

    def quiet(self, within=20.0):
        """Work what is due, wait for what is put off, until the ledger is at rest."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            due = work.due(self.ledger, time.time(), 100, renudge_after=0.0)
            for work_id, _, _ in due:
                perform(self.services, work_id)
            if not due and not self.waiting():
                return
            if not due:
                time.sleep(0.02)
        raise AssertionError(f"not at rest: {self.waiting()}")

    def waiting(self):
        return [count for count in work.counts(self.ledger) if count.state in {"waiting", "working"}]

    def row(self, order):
        return work.find(self.ledger, "main", "orders", str(order))

    @property
    def invoices(self):
        return list(self.world.zoho.records["invoices"].values())

    def calls(self, platform=None, method=None):
        return [
            call
            for call in self.world.calls
            if platform in (None, call["platform"]) and method in (None, call["method"])
        ]


def set_up_taxes(world, taxes):
    """Single taxes and groups, each once."""
    known = {row["tax_name"]: tax_id for tax_id, row in world.zoho.taxes.items()}
    for tax in taxes:
        if tax["name"] in known:
            continue
        if not tax["members"]:
            known[tax["name"]] = world.zoho.add_tax(tax["name"], tax["rate"])
            continue
        members = []
        for member in tax["members"]:
            if member["name"] not in known:
                known[member["name"]] = world.zoho.add_tax(member["name"], member["rate"])
            members.append(known[member["name"]])
        known[tax["name"]] = world.zoho.add_tax_group(tax["name"], members)


def make_lab(directory, redis_url, *, more="", pace=50, switches=None, moods=(), **options):
    app = create_app(pace=float(pace), switches=switches, moods=moods, **options)
    text = SETTINGS.format(pace=pace, data=directory, base=BASE, more=more)
    path = directory / "cartbooks.toml"
    path.write_text(text)
    env = {
        "CARTBOOKS_KEY": KEY,
        "REDIS_URL": redis_url,
        "CARTBOOKS_MAIN_BIGCOMMERCE_TOKEN": "bc-sandbox-token",
        "CARTBOOKS_MAIN_BIGCOMMERCE_CLIENT_SECRET": "bc-sandbox-secret",
        "CARTBOOKS_MAIN_WEBHOOK_SECRET": "hook-secret-of-the-lab",
        "CARTBOOKS_MAIN_ZOHO_CLIENT_SECRET": "zoho-sandbox-secret",
        "CARTBOOKS_MAIN_ZOHO_REFRESH_TOKEN": "1000.sandbox-refresh",
    }
    settings = load(path, env)
    migrate(settings.ledger_url)
    services = wiring.services_alone(settings)
    for connection in services.connections.values():
        for session in (connection.store.session, connection.zoho.session):
            mount(session, BASE, WsgiAdapter(app))
    lab = Lab(app, services, settings)
    accounts = {row["account_name"]: account_id for account_id, row in lab.world.zoho.accounts.items()}
    lab.set(patience=0.2)  # often one thread only: nobody else will finish what is waited for
    lab.rules(
        gift_certificate_account=accounts["Gift Certificates"], store_credit_account=accounts["Store Credit"]
    )
    return lab


def state(lab):
    return json.loads(lab.app.test_client().get("/control/state").data)
