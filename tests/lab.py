"""The whole service in one process: real ledger, real Redis, the sandbox behind a WSGI transport."""

import base64
import json
import time
from dataclasses import dataclass, replace
from typing import Any

from app import wiring
from app.settings import load
from connectors.http import mount
from ledger import links, sightings, work
from mappings.zoho.catalogue import record_of
from sandbox import create_app
from sandbox.bigcommerce import catalog, placing
from sandbox.bigcommerce.stock import cell_of, holder_of
from sandbox.bigcommerce.stock_moves import adjust
from sandbox.shop.taxes import taxes_needed
from tasks.flows import FLOWS
from tasks.recipe import answer_nudge, perform
from tests.ledgers import forget_power_cuts, give_tables, lab_variables
from tests.taxes import set_up_taxes
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

    def quiet(self, within=250.0):
        """Work what is due, wait for what is put off, until the ledger is at rest."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            due = work.due(self.ledger, time.time(), 100, renudge_after=0.0)
            for work_id, flow, _ in due:
                (perform if FLOWS[flow].batch == 1 else answer_nudge)(self.services, work_id)
            if not due and not self.waiting():
                return
            if not due:
                time.sleep(0.02)
        raise AssertionError(f"not at rest: {self.waiting()}")

    def waiting(self):
        return [count for count in work.counts(self.ledger) if count.state in {"waiting", "working"}]

    def row(self, record, flow="orders"):
        return work.find(self.ledger, "main", flow, str(record))

    def one_currency(self):
        """The store sells in what Zoho keeps the books in, as a catalogue needs it."""
        self.world.bigcommerce.currency = self.world.zoho.base
        return self

    def item(self, **told):
        """A person makes an item in Zoho; its id."""
        body = {"name": "Mug", "rate": "10.00", "product_type": "goods", **told}
        return self.world.zoho.ask("POST", "/items", body)["item"]["item_id"]

    def group(self, name, attribute, items, **told):
        """A person makes an item group of one attribute, each item told with its `option`; the group's id."""
        rows = [
            {"attribute_option_name1": row["option"], **{k: v for k, v in row.items() if k != "option"}}
            for row in items
        ]
        body = {"group_name": name, "unit": "pcs", "attribute_name1": attribute, "items": rows, **told}
        answer = self.world.zoho.ask("POST", "/itemgroups", body, "inventory")
        return answer.get("item_group", answer.get("itemgroup", answer))["group_id"]

    def change_item(self, item_id, **told):
        """A person edits an item in Zoho, or marks it as active or inactive."""
        status = told.pop("status", None)
        if told:
            self.world.zoho.ask("PUT", f"/items/{item_id}", told)
        if status:
            self.world.zoho.ask("POST", f"/items/{item_id}/{status}", {})

    def picture(self, item_id, content, name="mug.png"):
        """A person gives an item its picture."""
        self.world.zoho.set_image(item_id, content, name)

    def delete_item(self, item_id):
        self.world.zoho.ask("DELETE", f"/items/{item_id}", {})

    def items_of(self, group_id):
        """The items of a group as Zoho keeps them."""
        return [row for row in self.world.zoho.records["items"].values() if row["group_id"] == group_id]

    def show_items(self):
        """As if a sweep had just seen every item: which record each belongs to."""
        rows = self.world.zoho.records["items"].values()
        seen = [(row["item_id"], record_of(row), "seen") for row in rows]
        sightings.see(self.ledger, "main", "items", seen, time.time())

    def sync_items(self, *records):
        """Note items and groups ("item:1", or an item's id alone) and work until all is quiet; their rows."""
        self.show_items()
        self.set(items_on=True)
        records = [record if ":" in record else f"item:{record}" for record in map(str, records)]
        work.note(self.ledger, "main", "items", records, time.time())
        self.quiet()
        rows = [self.row(record, "items") for record in records]
        return rows[0] if len(rows) == 1 else rows

    @property
    def products(self):
        """The store's products as it keeps them, by id."""
        return self.world.bigcommerce.products

    def product(self, record):
        """The product that follows an item or group."""
        record = str(record) if ":" in str(record) else f"item:{record}"
        link = links.get(self.ledger, "main", "product", record)
        return self.products.get(int(link.id)) if link else None

    def in_store(self, **told):
        """A person makes a product in the store; its id."""
        body = {"name": "Shelf", "type": "physical", "weight": 1, "price": 5, **told}
        return catalog.make(self.world, body)["id"]

    def stocked_item(self, sku, stock=0, **told):
        """A person makes an item in Zoho that counts its stock; its id. `stock` may be {location id: pieces}."""
        places = stock if isinstance(stock, dict) else {}
        rows = [{"location_id": place, "initial_stock": pieces} for place, pieces in places.items()]
        opening = {"locations": rows} if rows else {"initial_stock": str(stock)}
        return self.item(name=sku, sku=sku, item_type="inventory", **opening, **told)

    def stocked_product(self, sku, level=0, **told):
        """A person makes a simple product in the store that counts its stock; its id and its variant's."""
        body = {"name": sku, "sku": sku, "inventory_tracking": "product", "inventory_level": level, **told}
        product_id = self.in_store(**body)
        return product_id, self.products[product_id]["base_variant_id"]

    def stocked(self, sku, books=0, store=0):
        """The same goods on both sides: the item's id and the variant's."""
        return self.stocked_item(sku, books), str(self.stocked_product(sku, store)[1])

    def stock(self, *items):
        """Note these items' stock, or that of all items of Zoho, and work until all is quiet; their rows."""
        items = items or tuple(self.world.zoho.records["items"])
        work.note(self.ledger, "main", "stock", [str(one) for one in items], time.time())
        self.quiet()
        rows = [self.row(one, "stock") for one in items]
        return rows[0] if len(rows) == 1 else rows

    def place_in_books(self, name):
        """A person makes a location in Zoho; its id."""
        self.world.zoho.ask("POST", "/locations", {"location_name": name})
        return next(place for place, row in self.world.zoho.places.items() if row["name"] == name)

    def adjust(self, item_id, pieces, **line):
        """A person adjusts an item's stock in Zoho by so many pieces, at `location_id` or at the primary place."""
        lines = [{"item_id": item_id, "quantity_adjusted": str(pieces), **line}]
        body = {"date": "2026-01-31", "reason": "Counted", "adjustment_type": "quantity", "line_items": lines}
        return self.world.zoho.ask("POST", "/inventoryadjustments", body, "inventory")

    def level(self, variant_id, location=1):
        """What lies in the store at a location, by variant, whoever keeps the level."""
        with self.world.lock:
            return cell_of(self.world, self._holder(variant_id), location).on_hand

    def edit_level(self, variant_id, level, location=1):
        """A person sets a level in the store."""
        with self.world.lock:
            adjust(self.world, self._holder(variant_id), location, level, "absolute")

    def _holder(self, variant_id):
        variant = self.products.variants[int(variant_id)]
        return holder_of(self.products[variant["product_id"]], variant)

    def in_books(self, item_id, figure="available_for_sale_stock"):
        """What Zoho says that there is of an item, all locations together."""
        row = self.world.zoho.ask("GET", f"/items/{item_id}", {})["item"]
        return row[figure]

    @property
    def invoices(self):
        return list(self.world.zoho.records["invoices"].values())

    def calls(self, platform=None, method=None):
        return [
            call
            for call in self.world.calls
            if platform in (None, call["platform"]) and method in (None, call["method"])
        ]


def _in_process(session, app):
    """No proxy stands between, and to ask the environment for one takes as long as a call."""
    mount(session, BASE, WsgiAdapter(app))
    session.http.trust_env = False


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
        **lab_variables(),
    }
    settings = load(path, env)
    give_tables(settings.ledger_url)
    wiring._session.cache_clear()  # which would keep the worlds of all labs alive
    services = wiring.services_alone(settings)
    forget_power_cuts(services.ledger)
    for connection in services.connections.values():
        _in_process(connection.store.session, app)
        _in_process(connection.zoho.session, app)
    lab = Lab(app, services, settings)
    accounts = {row["account_name"]: account_id for account_id, row in lab.world.zoho.accounts.items()}
    lab.set(patience=0.2)  # often one thread only: nobody else will finish what is waited for
    lab.rules(
        gift_certificate_account=accounts["Gift Certificates"], store_credit_account=accounts["Store Credit"]
    )
    return lab


def state(lab):
    return json.loads(lab.app.test_client().get("/control/state").data)
