"""A street of shoppers whose orders live, people who touch their documents, a post that loses letters, dying workers.

Every deed that the store allowed is kept with its words, so that the same lives can be told once more.
"""

import random
import time
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from connectors.http import mount
from ledger import cursors, work
from sandbox import orders as described
from sandbox.bigcommerce import life, placing
from sandbox.bigcommerce.payment_actions import due
from sandbox.moods import WRITES
from sandbox.zoho.answers import Refused
from tasks import document_looks, memory, releases, sweeps
from tasks.recipe import perform
from tests.lab import BASE
from tests.tasks.conftest import SHIPPING, struck_by
from tests.tasks.deeds import (
    CHOICES,
    CURRENCIES,
    DEEDS,
    ENDS,
    MOON,
    NAMED,
    OFFLINE,
    PAID,
    SWITCHED,
    WORDS,
    in_yen,
)
from tests.tasks.lives import cents, standing
from tests.tasks.test_lost_answers import Killed
from tests.tasks.test_storms import PEOPLE, Murderous

STORM = [
    {"kind": "server_error", "platform": "zoho", "path": "/zoho/books", "share": 0.04},
    {"kind": "reset_before", "platform": "zoho", "path": "/zoho/books", "share": 0.04},
    {"kind": "reset_after", "platform": "zoho", "path": "/zoho/books", "share": 0.12, "methods": WRITES},
    {"kind": "error_after", "platform": "zoho", "path": "/zoho/books", "share": 0.1, "methods": WRITES, "status": 502},
    {"kind": "server_error", "platform": "bigcommerce", "share": 0.03},
    {"kind": "reset_after", "platform": "bigcommerce", "share": 0.6, "methods": WRITES},
]  # fmt: skip
SLOTS = ["orders", "daily", "documents", "release"]


class Aiming(Murderous):
    """A worker dies after some of the writes, and after the next one of each that it aims at: (method, path)."""

    def __init__(self, *told):
        super().__init__(*told)
        self.aims = []

    def send(self, request, **options):
        path = urlsplit(request.url).path
        aim = next((one for one in self.aims if request.method == one[0] and fnmatchcase(path, one[1])), None)
        answer = super().send(request, **options)
        if aim is not None:
            self.aims.remove(aim)
            self.deaths += 1
            raise Killed
        return answer


class Street:
    """What happens to orders on both platforms; `deeds` are the store's, `touched` the orders that a person changed in
    Zoho, `stopped` those that he keeps to himself, `typed` the (document, rate of its first line) of those that were
    at rest then, until he was asked; `totals` are what each order came to at one time or another; `heard` how many of
    its deeds had happened when the last letter of it arrived.
    """

    def __init__(self, lab, seed, chosen=None):
        self.lab, self.dice, self.happened = lab, random.Random(seed), Counter()
        self.placed, self.post, self.deeds = [], [], []
        self.history, self.totals, self.touched, self.stopped, self.typed = {}, {}, set(), set(), {}
        self.heard = {}
        self.killer = Aiming(lab.app, 0.0, random.Random(seed))  # how often it is asked is a matter of time
        for session in (lab.connection.zoho.session, lab.connection.store.session):
            mount(session, BASE, self.killer)
        self.chooses(**(chosen or {}))

    def chooses(self, **chosen):
        """The merchant's settings, as the dice fall where nothing is said."""
        rules, ends, switches = (
            {name: chosen.get(name, self.dice.choice(told)) for name, told in choices.items()}
            for choices in (CHOICES, ENDS, SWITCHED)
        )
        self.lab.rules(**rules, endings={**self.lab.connection.book_rules.endings, **ends})
        self.lab.world.switches.update(switches)
        self.lab.set(daily_at="00:00")

    # --- the store -------------------------------------------------------------------------------------------------

    def places(self, *, mapped=True):
        """A shopper buys something; its tax may be one that nobody has made in Zoho yet."""
        lines = self.dice.sample(NAMED, self.dice.randint(1, 3))
        lines = lines if mapped else [*lines, {**NAMED[0], "tax": MOON, "sku": "MOON", "name": "Moon"}]
        currency = self.dice.choice(CURRENCIES)
        told = {
            "lines": [in_yen(line) for line in lines] if currency == "JPY" else lines,
            "inclusive": self.dice.random() < 0.5,
            "currency": currency,
            "customer": self.dice.choice(PEOPLE[:4]),
            "shipping": "0" if currency == "JPY" else self.dice.choice([SHIPPING, "0"]),
            **self.dice.choice(PAID),
        }
        if self.dice.random() < 0.15 and "status_id" not in told:
            told["gift_certificate"] = "5"
        self.again("places", str(100 + len(self.placed)), told)

    def _places(self, order, told):
        bundle = described.order_from({"id": int(order), "created": self.lab.world.clock.now(), **told})
        placing.place(self.lab.world, bundle)
        if not any("MOON" in line["sku"] for line in told["lines"]):
            self.lab.merchant_taxes([bundle])
        self.placed.append(order)
        self.history[order], self.totals[order] = [], set()

    def does(self, word):
        """Somebody does this to some order, as far as the store lets him."""
        order = self.dice.choice(self.placed)
        bundle = self.lab.world.bigcommerce.orders.get(int(order))
        if bundle is not None and not (word in ("pay", "pay a part") and self.is_paid(order, bundle)):
            with suppress(life.Impossible):
                deed, told = DEEDS[word](self, order)
                self.again(deed, order, told)
                self.happened[word] += 1

    def is_paid(self, order, bundle):
        """Nobody pays nothing, nor by card what he pays in cash."""
        cash = any(which == order and told.get("payment") == OFFLINE for _, which, told in self.deeds)
        return due(bundle) <= 0 or cash

    def again(self, deed, order, told):
        """Done, kept and told to the post; raises Impossible where the store does not allow it."""
        if deed == "places":
            self._places(order, told)
        else:
            wanted = (told["wanted"],) if "wanted" in told else ()
            named = {name: one for name, one in told.items() if name != "wanted"}
            getattr(life, deed)(self.lab.world, int(order), *wanted, **named)
        self.history[order].append(deed)
        self.deeds.append((deed, order, told))
        self.post.append(order)
        if bundle := self.lab.world.bigcommerce.orders.get(int(order)):
            self.totals[order].add(cents(bundle["order"]["total_inc_tax"]))

    def retells(self, other):
        """The same lives as another street's, each letter at another moment."""
        for deed, order, told in other.deeds:
            self.again(deed, order, told)
            if self.dice.random() < 0.3:
                self.delivers(0.3, 0.3)
                self.works()

    def line(self, order):
        rows = self.lab.world.bigcommerce.orders[int(order)]["products"]
        return self.dice.choice([row["id"] for row in rows])

    def money(self, order, most=9):
        """Some amount with odd cents, where there are cents."""
        cents = self.dice.choice(["00", "13", "99"])
        if self.lab.world.bigcommerce.orders[int(order)]["order"]["currency_code"] == "JPY":
            return f"{self.dice.randint(1, most)}{cents}"
        return f"{self.dice.randint(1, most)}.{cents}"

    # --- people in Zoho --------------------------------------------------------------------------------------------

    def person_edits(self):
        self.edits_document(self._standing())

    def edits_document(self, found):
        """Somebody gives a line of one of our documents another price."""
        for live in found:
            kept = ("line_item_id", "item_id", "rate", "quantity", "tax_id", "discount")
            rows = [{name: row[name] for name in kept if row.get(name)} for row in live["line_items"]]
            rows[0]["rate"] = str(rows[0]["rate"] + 3)
            self._person(live, "PUT", "", {"line_items": rows})
            order = live["reference_number"]
            row = self.lab.row(order)
            if order in self.typed or (row is not None and (row.state, row.outcome) == ("done", "posted")):
                self.typed[order] = (live["invoice_id"], Decimal(rows[0]["rate"]))

    def person_voids(self):
        for live in self._standing():
            self._person(live, "POST", "/status/void", {})

    def _standing(self):
        """The document of some order, if it has one."""
        return standing(self.lab, self.dice.choice(self.placed))[:1]

    def _person(self, live, method, path, body):
        with suppress(Refused):
            self.lab.world.zoho.ask(method, f"/invoices/{live['invoice_id']}{path}", body)
            self.touched.add(live["reference_number"])
            self.happened["edited in Zoho" if method == "PUT" else "made void in Zoho"] += 1

    def person_decides(self):
        """What is held for him is written again, or left to him."""
        for row in work.held(self.lab.ledger, "main"):
            document = memory.newest(self.lab.connection, row.record)
            if row.reason == "changed-in-zoho" and document is not None:
                choice = self.dice.choice(["ours", "ours", "stop"])
                memory.change(self.lab.connection, document, choice=choice)
                self.stopped |= {row.record} if choice == "stop" else set()
                self.typed.pop(row.record, None)
                work.retry(self.lab.ledger, [row.id], time.time())
                self.happened[choice] += 1

    # --- the post, the workers, the weather --------------------------------------------------------------------------

    def delivers(self, lost, doubled):
        """The callbacks so far, in any order; some never come, and some come twice."""
        letters, self.post = self.post, []
        before = list(letters)
        self.dice.shuffle(letters)
        self.happened["shuffled"] += letters != before
        for order in letters:
            if self.dice.random() < lost:
                self.happened["lost"] += 1
                continue
            for _ in range(1 + (twice := self.dice.random() < doubled)):
                work.note(self.lab.ledger, "main", "orders", [order], time.time(), urgent=True)
                self.heard[order] = len(self.history[order])
            self.happened["doubled"] += twice

    def works(self, turns=1):
        """So many turns of a worker; one that is killed is replaced."""
        for _ in range(turns):
            for work_id, _, _ in work.due(self.lab.ledger, time.time(), 5, renudge_after=0.0):
                self.survived(perform, self.lab.services, work_id)

    def survived(self, job, *arguments):
        with suppress(Killed):
            job(*arguments)
            return
        self.happened["killed"] += 1

    def lives(self, hours):
        """So much of anything that may happen, in any order."""
        for _ in range(hours):
            self.does(self.dice.choice(WORDS))
            if self.dice.random() < 0.5:
                self.delivers(0.25, 0.25)
                self.works()

    def storm(self, share=0.1):
        self.calm()
        struck_by(self.lab, *STORM)
        self.killer.share = share

    def calm(self):
        for row in self.lab.world.moods.report()["moods"]:
            self.happened[f"{row['kind']} of {row['platform']}"] += row["struck"]
        struck_by(self.lab)
        self.killer.share = 0.0

    def sweeps(self):
        """Every look of the schedule, as if its time had come."""
        for slot in (*SLOTS, *(f"held.{cause}" for cause in releases.LOOKS)):
            cursors.give_slot(self.lab.ledger, f"main.{slot}")
        with self.lab.ledger.engine.begin() as c:
            c.exec_driver_sql("DELETE FROM cursors WHERE name = 'orders.daily'")
        organization = self.lab.connection.organization
        if "looked_at" in cursors.learned(self.lab.ledger, organization):
            cursors.learn(self.lab.ledger, organization, "looked_at", 0.0)
            cursors.give_slot(self.lab.ledger, f"{organization}.look")
        for sweep in (sweeps.orders, sweeps.daily, document_looks.look, releases.release):
            self.survived(sweeps.swept, self.lab.services, "main", sweep)
            self.works()

    def taxes_are_made(self):
        """The merchant makes in Zoho what his orders need by now."""
        self.lab.merchant_taxes(list(self.lab.world.bigcommerce.orders.values()))
