"""Running figures never drift from what all documents together do, and are quick among many items."""

import time
from collections import Counter
from contextlib import suppress
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import create_app
from sandbox.zoho import many_items
from sandbox.zoho.answers import Refused
from sandbox.zoho.balances import settle_order
from sandbox.zoho.organization import IDS
from sandbox.zoho.stock import NONE, Figures
from sandbox.zoho.stock_effects import EFFECTS

STEPS = (
    *("order", "confirm", "void order", "edit order", "delete order", "invoice", "invoice of order", "send"),
    *("void", "draft", "edit", "leave order", "delete", "credit", "void credit", "delete credit", "adjust"),
    *("delete adjustment", "pack", "ship", "unship", "transfer"),
)
# (what, to which, how many): two orders on their way, so that most steps find something to do
BEGUN = (
    *(("order", 0, 6), ("order", 2, 5), ("confirm", 0, 1), ("confirm", 1, 1)),
    *(("invoice of order", 0, 2), ("send", 0, 1), ("pack", 0, 2), ("ship", 0, 1), ("invoice", 1, 1)),
)


class Shop:
    """Random things happen to two items, a kit of them and an assembly, at two places."""

    def __init__(self):
        self.org = create_app(callback_threads=0).extensions["sandbox"].zoho
        self.org.add_place("Shed")
        self.items = many_items.make(self.org, {"count": 2, "item_type": "inventory", "initial_stock": 20})
        for kind in ("kit", "assembly"):
            parts = [{"item_id": each, "quantity": n + 1} for n, each in enumerate(self.items[:2])]
            body = {"name": kind, "sku": kind, "rate": 9, "item_type": "inventory", "combo_type": kind}
            made = self.org.ask("POST", "/compositeitems", {**body, "mapped_items": parts})
            self.items.append(made["composite_item"]["composite_item_id"])
        self.customer = self.org.ask("POST", "/contacts", {"contact_name": "A"})["contact"]["contact_id"]
        for step in BEGUN:
            self.do(*step)

    def of(self, module, which):
        found = list(self.org.records[module].values())
        return found[which % len(found)] if found else None

    def body(self, which, quantity, **more):
        place = list(self.org.places)[quantity % 2]
        line = {"item_id": self.items[which % 4], "quantity": quantity, "location_id": place, **more}
        return {"customer_id": self.customer, "line_items": [line]}

    def do(self, step, which, quantity):
        for kind in (self.new, self.of_order, self.of_invoice, self.of_others):
            kind(step, which, quantity)

    def new(self, step, which, quantity):
        made = {"order": "/salesorders", "invoice": "/invoices", "credit": "/creditnotes"}.get(step)
        if made:
            self.org.ask("POST", made, self.body(which, quantity))
        elif step == "adjust":
            line = {"item_id": self.items[which % 2], "quantity_adjusted": quantity - 4}
            body = {"date": "2026-11-22", "reason": "x", "adjustment_type": "quantity", "line_items": [line]}
            self.org.ask("POST", "/inventoryadjustments", body)
        elif step == "transfer":
            start, end = list(self.org.places)[:: 1 if which % 2 else -1]
            lines = [{"item_id": self.items[which % 2], "quantity_transfer": quantity}]
            way = {"from_location_id": start, "to_location_id": end, "is_intransit_order": which % 3 == 0}
            self.org.ask("POST", "/transferorders", {**way, "line_items": lines})

    def of_order(self, step, which, quantity):
        order = self.of("salesorders", which)
        if order is None:
            return
        path, line = f"/salesorders/{order['salesorder_id']}", _line(order)
        if step in ("confirm", "void order"):
            self.org.ask("POST", f"{path}/status/{'open' if step == 'confirm' else 'void'}", {})
        elif step == "edit order":
            self.org.ask("PUT", path, self.body(which, quantity, line_item_id=line))
        elif step == "delete order":
            self.org.ask("DELETE", path, {})
        elif step == "invoice of order":
            self.org.ask("POST", "/invoices", self.body(which, quantity, salesorder_item_id=line))
        elif step == "pack":
            lines = [{"so_line_item_id": line, "quantity": quantity}]
            query = f"salesorder_id={order['salesorder_id']}"
            self.org.ask("POST", f"/packages?{query}", {"line_items": lines})

    def of_invoice(self, step, which, quantity):
        invoice = self.of("invoices", which)
        if invoice is None:
            return
        path = f"/invoices/{invoice['invoice_id']}"
        if step in ("send", "void", "draft"):
            self.org.ask("POST", f"{path}/status/{'sent' if step == 'send' else step}", {})
        elif step == "edit":
            self.org.ask("PUT", path, self.body(which, quantity, line_item_id=_line(invoice)))
        elif step == "leave order":
            self.org.ask("PUT", path, self.body(which, quantity))
        elif step == "delete":
            self.org.ask("DELETE", path, {})

    def of_others(self, step, which, _quantity):
        gone = {"unship": "shipmentorders", "delete credit": "creditnotes"}
        module = {**gone, "delete adjustment": "inventoryadjustments"}.get(step)
        if module and (record := self.of(module, which)):
            self.org.ask("DELETE", f"/{module}/{record[IDS[module]]}", {})
        elif step == "void credit" and (note := self.of("creditnotes", which)):
            self.org.ask("POST", f"/creditnotes/{note['creditnote_id']}/void", {}, "inventory")
        elif step == "ship" and (package := self.of("packages", which)):
            query = f"salesorder_id={package['salesorder_id']}&package_ids={package['package_id']}"
            self.org.ask("POST", f"/shipmentorders?{query}", {})

    def reckoned(self):
        """The figures as if every document were looked at again."""
        for order in self.org.records["salesorders"].values():
            settle_order(self.org, order)
        figures = {}
        for item in self.org.records["items"].values():
            for place, there in item["_opening"].items():
                figures[item["item_id"], place] = Figures(on_hand=there, actual_on_hand=there)
        for module, effect in EFFECTS.items():
            for record in self.org.records[module].values():
                for key, change in effect(self.org, record).items():
                    figures[key] = figures.get(key, NONE) + change
        return {key: told for key, told in figures.items() if told != NONE}

    def running(self):
        whole = self.org.stock.items()
        return {(item, place): told for item, at in whole for place, told in at.items() if told != NONE}


def _line(record):
    return record["line_items"][0]["line_item_id"]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3), st.integers(1, 6)), min_size=3, max_size=30)
)
def test_whatever_happens_the_running_figures_are_the_sum_of_all_documents(steps):
    shop = Shop()
    for step in steps:
        with suppress(Refused):
            shop.do(*step)
    running = shop.running()
    assert running == shop.reckoned()


def test_stock_is_quick_among_many_items_and_documents(client):
    begun = time.process_time()
    ids = many_items.make(client.org, {"count": 3000, "item_type": "inventory", "initial_stock": 10})
    making = time.process_time() - begun
    many_items.count(client.org, dict.fromkeys(ids, 7))
    started = time.process_time()
    for first in range(0, 3000, 100):
        client.org.ask("GET", f"/itemdetails?item_ids={','.join(ids[first : first + 100])}", {})
    assert time.process_time() - started < 5 * making  # it is about a quarter: no document is looked at
    assert Counter(client.org.stock[each][next(iter(client.org.places))].on_hand for each in ids) == {
        Decimal(7): 3000
    }
