"""A shop whose stock moves on both sides, and its own account of every movement: nothing here asks our ledger."""

import json
import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import text

from connectors.http import mount
from ledger import cursors, work
from ledger.store import writing
from sandbox import orders as described
from sandbox.bigcommerce import placing
from sandbox.bigcommerce.stock_moves import happen
from sandbox.moods import WRITES
from sandbox.zoho.answers import Refused
from tasks import stock_map, stock_notes, stock_sweeps, sweeps
from tasks.flows import FLOWS
from tasks.recipe import answer_nudge, perform
from tests.lab import BASE
from tests.tasks.conftest import struck_by
from tests.tasks.test_lost_answers import Killed
from tests.tasks.test_storms import Murderous
from tests.wsgi import _response

PENDING, SHIPPED, CANCELLED, PAID = 1, 2, 5, 11  # a pending one has left the store and is in no books
SCARCE = {"MUG": 60, "TEA": 25, "HAT": 6}
PLENTY = {"MUG": 16_000, "TEA": 12_500, "HAT": 10_600}
TURNS = ["stock", "stock_look", "stock_map"]
STORM = [
    {"kind": "server_error", "platform": "zoho", "path": "/zoho/", "share": 0.06},
    {"kind": "reset_before", "platform": "zoho", "path": "/zoho/books", "share": 0.04},
    {"kind": "reset_after", "platform": "zoho", "path": "/zoho/*", "share": 0.2, "methods": WRITES},
    {"kind": "server_error", "platform": "bigcommerce", "share": 0.06},
    {"kind": "rate_limit", "platform": "bigcommerce", "share": 0.03},
    {"kind": "reset_after", "platform": "bigcommerce", "share": 0.25, "methods": WRITES},
    {"kind": "error_after", "platform": "bigcommerce", "share": 0.15, "methods": WRITES, "status": 502},
]


CHANGES = [-6, -3, -1, 1, 2, 5]
MOVES = {"sent", "open"}  # the stages in which an invoice or a credit note moves goods
FEW = 15  # pieces that may come and go between a write and our account of it
WORDS = [
    "sells",
    "sells",
    "sells",
    "cancels",
    "counts",
    "adjusts",
    "buys",
    "takes_back",
    "sells_otherwise",
    "edits",
]
WORDS += ["delivers", "delivers", "works", "works", "sweep"]
STAGES = ["ships" if word in ("edits", "takes_back") else word for word in WORDS]


@dataclass(frozen=True)
class Goods:
    sku: str
    item: str
    product: int
    variant: str


class Weather(Murderous):
    """Workers die in it, and once in a while Zoho says that there is nothing of anything, never twice in a row."""

    def __init__(self, app, dice, left):
        """`left`: how many pieces of a product or variant there are for the store, at this moment."""
        super().__init__(app, 0.0, dice)
        self.left, self.lies, self.lied, self.told, self.emptied = left, 0.0, False, 0, []

    def send(self, request, **options):
        if request.method == "PUT" and request.url.endswith("/adjustments/absolute"):
            rows = json.loads(request.body)["items"]
            names = [str(row.get("product_id") or row["variant_id"]) for row in rows if not row["quantity"]]
            self.emptied += [(name, self.left(name)) for name in names]
        answer = super().send(request, **options)
        return self._perhaps_a_lie(request, answer) if "/itemdetails" in request.url else answer

    def _perhaps_a_lie(self, request, answer):
        if answer.status_code != 200:
            return answer  # says nothing, and what is said next must not be a lie again
        self.lied = not self.lied and self.dice.random() < self.lies
        if not self.lied:
            return answer
        self.told += 1
        told = json.loads(answer.content)
        for row in told["items"]:
            row.update(dict.fromkeys([name for name in row if name.endswith("_stock")], 0))
        headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
        return _response(request, json.dumps(told).encode(), "200 OK", headers)


class Trade:
    """People on both sides, shoppers, a post that loses letters, and workers that die."""

    def __init__(self, lab, seed, opening):
        self.lab, self.dice, self.happened = lab, random.Random(seed), Counter()
        self.goods = {sku: self._goods(sku, pieces) for sku, pieces in opening.items()}
        self.in_books = Counter(opening)  # what people made of it in Zoho
        self.counted = Counter()  # what people changed in the store
        self.orders, self.post = [], []
        self.words = STAGES if lab.connection.book_rules.invoice_when else WORDS
        self.killer = Weather(lab.app, self.dice, self._left)
        for session in (lab.connection.zoho.session, lab.connection.store.session):
            mount(session, BASE, self.killer)
        stock_map.look(lab.connection, None)
        for _ in range(2):  # the second look proves what the first has written
            lab.stock(*(one.item for one in self.goods.values()))
        self._long_ago()
        self.seen = self._snapshot()

    def _long_ago(self):
        """As if they had agreed a while ago: about an absolute write nobody knows which order was first."""
        with writing(self.lab.ledger) as c:
            c.execute(text("UPDATE levels SET at = at - 60, pending = '{}'"))

    def _goods(self, sku, pieces):
        product, variant = self.lab.stocked_product(sku, self.dice.randint(0, 9))
        return Goods(sku, self.lab.stocked_item(sku, pieces, rate="10.00"), product, str(variant))

    def any(self):
        return self.goods[self.dice.choice(sorted(self.goods))]

    # --- the store -----------------------------------------------------------------------------------------------

    def level(self, goods):
        with self.lab.world.lock:
            happen(self.lab.world)
        return self.lab.level(goods.variant)

    def sells(self, pieces):
        """A shopper takes what there is, at most."""
        chosen = self.dice.sample(sorted(self.goods), self.dice.randint(1, 2))
        basket = {sku: min(pieces, self.level(self.goods[sku])) for sku in chosen}
        lines = [self._line(self.goods[sku], some) for sku, some in basket.items() if some > 0]
        if lines:
            number = 100 + len(self.lab.world.bigcommerce.orders)
            told = {
                "id": number,
                "created": self.lab.world.clock.now(),
                "customer": {"id": 7},
                "lines": lines,
                "status_id": self.dice.choice([PAID, PAID, PENDING]),
            }
            order = self.lab.place(described.order_from(told))
            self.orders.append(order)
            self.post.append(("order", order))

    def _line(self, goods, pieces):
        return {
            "price": "10.00", "quantity": pieces, "tax": "20", "sku": goods.sku, "name": goods.sku,
            "product_id": goods.product, "variant_id": goods.variant,
        }  # fmt: skip

    def cancels(self):
        """In two-way only one that is not booked: what is back of one that is, two people may count differently."""
        live = [order for order in self.orders if self._is_live(order)]
        if self.lab.connection.stock_rules.method == "two_way":
            booked = {invoice["reference_number"] for invoice in self.lab.invoices}
            live = [order for order in live if order not in booked]
        if live:
            order = self.dice.choice(live)
            placing.amend(self.lab.world, int(order), {"order": {"status_id": CANCELLED}})
            self.post.append(("order", order))

    def ships(self):
        """What is paid leaves the house, and is to be invoiced where that comes after a sales order."""
        paid = [order for order in self.orders if self._status(order) == PAID]
        if paid:
            order = self.dice.choice(paid)
            placing.amend(self.lab.world, int(order), {"order": {"status_id": SHIPPED}})
            self.post.append(("order", order))
            self.happened["shipped"] += 1

    def counts(self, pieces):
        """Somebody sets a level in the store by hand.

        In two-way by the hundred: where a change of ours is not answered and a person changes the level by just as
        much before we look, nothing tells the two apart (decision 14), and a random day must not meet that.
        """
        goods = self.any()
        have = self.level(goods)
        if self.lab.connection.stock_rules.method == "two_way":
            pieces *= 100
        after = max(0, have + pieces)
        self.lab.edit_level(goods.variant, after)
        self.counted[goods.sku] += after - have

    # --- the books -----------------------------------------------------------------------------------------------

    def adjusts(self, pieces):
        goods = self.any()
        self.lab.adjust(goods.item, pieces)
        self.in_books[goods.sku] += pieces

    def buys(self, pieces):
        """A bill brings goods."""
        goods = self.any()
        vendor = self._vendor()
        line = {"item_id": goods.item, "quantity": pieces, "rate": "3.00"}
        number = f"B-{len(self.lab.world.zoho.records['bills'])}"
        body = {"vendor_id": vendor, "bill_number": number, "date": "2026-01-31", "line_items": [line]}
        bill = self._ask("POST", "/bills", body)["bill"]
        with suppress(Refused):  # open already
            self._ask("POST", f"/bills/{bill['bill_id']}/status/open", {})
        self.in_books[goods.sku] += pieces

    def _vendor(self):
        contacts = self.lab.world.zoho.records["contacts"]
        known = [one for one, row in contacts.items() if row["contact_type"] == "vendor"]
        if known:
            return known[0]
        made = self._ask("POST", "/contacts", {"contact_name": "Mill", "contact_type": "vendor"})
        return made["contact"]["contact_id"]

    def _ask(self, method, path, body):
        return self.lab.world.zoho.ask(method, path, body)

    def takes_back(self, pieces):
        """A credit note for goods that came back over the counter."""
        goods = self.any()
        contacts = self.lab.world.zoho.records["contacts"]
        known = [one for one, row in contacts.items() if row["contact_type"] == "customer"]
        if known:
            line = {"item_id": goods.item, "quantity": pieces, "rate": "10.00"}
            self._ask("POST", "/creditnotes", {"customer_id": known[0], "line_items": [line]})
            self.in_books[goods.sku] += pieces

    def sells_otherwise(self, pieces):
        """An invoice that a person writes: goods sold over the counter."""
        goods = self.any()
        contacts = self.lab.world.zoho.records["contacts"]
        known = [one for one, row in contacts.items() if row["contact_type"] == "customer"]
        if known:
            line = {"item_id": goods.item, "quantity": pieces, "rate": "10.00"}
            made = self._ask("POST", "/invoices", {"customer_id": known[0], "line_items": [line]})["invoice"]
            self._ask("POST", f"/invoices/{made['invoice_id']}/status/sent", {})
            self.in_books[goods.sku] -= pieces

    def edits(self):
        """An item's price changes, and its stock does not."""
        self.lab.change_item(self.any().item, rate=f"{self.dice.randint(5, 20)}.00")

    # --- the post, the workers, the weather ----------------------------------------------------------------------

    def _snapshot(self):
        figures = {sku: self.lab.in_books(one.item) for sku, one in self.goods.items()}
        return {sku: (figures[sku], self.level(one)) for sku, one in self.goods.items()}

    def writes_letters(self):
        """Every change of either side, our own writes too, is worth a callback."""
        now = self._snapshot()
        self.post += [("stock", self.goods[sku].item) for sku in now if now[sku] != self.seen[sku]]
        self.seen = now

    def delivers(self, lost, doubled):
        """The callbacks so far, in any order; some never come, and some come twice."""
        letters, self.post = self.post, []
        self.dice.shuffle(letters)
        for letter in letters:
            if self.dice.random() < lost:
                self.happened["lost"] += 1
                continue
            for _ in range(2 if self.dice.random() < doubled else 1):
                self._note(*letter)

    def _note(self, flow, record):
        if flow == "order":
            work.note(self.lab.ledger, "main", "orders", [record], time.time(), urgent=True)
        elif self.lab.connection.stock_rules.method != "scheduled":
            stock_notes.note(self.lab.connection, [record], None, urgent=True)

    def works(self, turns):
        """So many turns of a worker; one that is killed is replaced."""
        for _ in range(turns):
            for work_id, flow, _ in work.due(self.lab.ledger, time.time(), 5, renudge_after=0.0):
                self.survived(perform if FLOWS[flow].batch == 1 else answer_nudge, self.lab.services, work_id)
            self.writes_letters()

    def survived(self, job, *arguments):
        with suppress(Killed):
            job(*arguments)
            return
        self.happened["killed"] += 1
        for turn in TURNS:  # as if the dead one's turn had run out
            cursors.give_slot(self.lab.ledger, f"main.{turn}")

    def lives(self, hours):
        """So much of anything that may happen, in any order."""
        for _ in range(hours):
            word = self.dice.choice(self.words)
            if word in ("counts", "adjusts"):
                getattr(self, word)(self.dice.choice(CHANGES))
            elif word in ("sells", "buys", "takes_back", "sells_otherwise", "works"):
                getattr(self, word)(self.dice.randint(1, 4))
            elif word == "delivers":
                self.delivers(0.3, 0.3)
            else:
                getattr(self, word)()
            self.writes_letters()

    def worst_hour(self, within=100):
        """A storm that spares nobody: how much a day has to do is a matter of time, and chance alone could pass by."""
        self.storm()
        self.killer.share = 1.0
        for _ in range(within):
            if self.happened["killed"]:
                self.killer.share = 0.2
            if not self._spared():
                return
            self.sells(1)
            self.ships()
            self.adjusts(1)
            self.writes_letters()
            self.delivers(0.0 if self.happened["lost"] else 1.0, 0.3)
            self.sweep()
            self.works(1)
        raise AssertionError(f"the storm passes by: {self._spared()}")

    def _spared(self):
        told = {
            **self.happened,
            "struck": self._have_struck(),
            "lied": self.killer.told or not self.killer.lies,
        }
        return {word for word in ("lost", "struck", "killed", "lied", "shipped") if not told.get(word)}

    def _have_struck(self):
        return sum(row["struck"] for row in self.lab.world.moods.report()["moods"])

    def storm(self):
        """Where Zoho is always right, it may also err for once."""
        self.calm()
        struck_by(self.lab, *STORM)
        self.killer.lies = 0.0 if self.lab.connection.stock_rules.method == "two_way" else 0.3

    def calm(self):
        self.happened["struck"] += self._have_struck()
        struck_by(self.lab)
        self.killer.lies = 0.0

    def spends_the_day(self):
        self.lab.app.test_client().put("/control/zoho/limits", json={"day_used": self.lab.world.zoho.per_day})
        self.happened["day spent"] += 1

    def midnight(self):
        """Zoho counts from nothing again, nobody remembers the day before, and what waited for it is due."""
        self.lab.app.test_client().put("/control/zoho/limits", json={"day_used": 0})
        self.lab.connection.store.window.redis.flushall()
        with writing(self.lab.ledger) as c:
            c.execute(text("DELETE FROM quota"))
            c.execute(text("DELETE FROM pauses"))
            c.execute(
                text("UPDATE work SET due_at = :now WHERE state = 'waiting' AND due_at > :now"),
                {"now": time.time()},
            )

    def sweep(self):
        """A look at all stock now, whosever turn it is."""
        cursors.give_slot(self.lab.ledger, "main.stock_sweep")
        self.survived(sweeps.swept, self.lab.services, "main", stock_sweeps.stock)

    def sweep_orders(self):
        cursors.give_slot(self.lab.ledger, "main.orders")
        self.survived(sweeps.orders, self.lab.services, "main")

    def counts_anew(self, row):
        """Somebody counts what Cartbooks cannot tell, as it asks for, and has it tried again."""
        goods = next(one for one in self.goods.values() if one.item == row.record)
        people = self.in_books[goods.sku] + self.counted[goods.sku]
        self.lab.edit_level(goods.variant, int(people - self.booked(goods) - self.still_open(goods)))
        work.retry(self.lab.ledger, [row.id], time.time())
        self.happened["counted anew"] += 1

    # --- the account ---------------------------------------------------------------------------------------------

    def _is_live(self, order):
        return self._status(order) != CANCELLED

    def _status(self, order):
        return self.lab.world.bigcommerce.orders[int(order)]["order"]["status_id"]

    def still_open(self, goods):
        """Pieces that live orders want and that no document has taken yet; what a document has taken for an order that
        is over is Zoho's to give back.
        """
        live = [order for order in self.orders if self._is_live(order)]
        return sum(self._ordered(order, goods) - self.booked(goods, [order]) for order in live)

    def _ordered(self, order, goods):
        lines = self.lab.world.bigcommerce.orders[int(order)]["products"]
        return sum(int(line["quantity"]) for line in lines if line["sku"] == goods.sku)

    def booked(self, goods, orders=None):
        """Pieces that our own documents have taken from Zoho, less what our credit notes have given back."""
        mine = self.orders if orders is None else orders
        notes = self.lab.world.zoho.records["creditnotes"].values()
        gone = self._moved(goods, self.lab.invoices, mine) - self._moved(goods, notes, mine)
        return gone + self._held_back(goods, mine)

    def _held_back(self, goods, orders):
        """What our sales orders hold for their buyers until it is invoiced."""
        made = self.lab.world.zoho.records["salesorders"].values()
        named = [one for one in made if one["reference_number"] in orders and one["_stage"] == "confirmed"]
        lines = [line for one in named for line in one["line_items"] if line["item_id"] == goods.item]
        return sum((Decimal(line["quantity"]) - line["quantity_invoiced"] for line in lines), Decimal(0))

    @staticmethod
    def _moved(goods, documents, orders):
        named = [one for one in documents if one["reference_number"] in orders and one["_stage"] in MOVES]
        lines = [line for one in named for line in one["line_items"] if line["item_id"] == goods.item]
        return sum((Decimal(line["quantity"]) for line in lines), Decimal(0))

    def check_emptied(self):
        """Nothing that was there was set to nothing because Zoho erred for once."""
        emptied, self.killer.emptied = self.killer.emptied, []
        assert [(name, left) for name, left in emptied if left >= FEW] == []

    def _left(self, name):
        with self.lab.world.lock:
            goods = next(one for one in self.goods.values() if name in (str(one.product), one.variant))
            return Decimal(str(self.lab.in_books(goods.item))) - self.still_open(goods)

    def check_agreed(self, buffer=0):
        """The store shows Zoho's figure less the orders that no document has taken yet; never less than nothing."""
        for goods in self.goods.values():
            still_open = self.still_open(goods)
            there = Decimal(str(self.lab.in_books(goods.item)))
            wanted = int(there - still_open - buffer)
            # what a document has taken for an order that was cancelled is back at once, or when Zoho says so
            over = [order for order in self.orders if not self._is_live(order)]
            given_back = int(self.booked(goods, over))
            levels = range(max(0, wanted), max(0, wanted + given_back) + 1)
            assert self.level(goods) in levels, (goods.sku, self.level(goods), levels)

    def check_accounted(self, *, counts):
        """Zoho holds what people made of it on either side, less what orders have booked: not a piece more or less."""
        for sku, goods in self.goods.items():
            people = self.in_books[sku] + (self.counted[sku] if counts else 0)
            wanted = people - self.booked(goods)
            assert (sku, Decimal(str(self.lab.in_books(goods.item)))) == (sku, wanted), (
                people,
                self.counted[sku],
            )
