"""Whatever people do to price lists in Zoho and in whatever mood the platforms are: in the end both sides say the same,
and looking again writes nothing.
"""

import random
import time
from contextlib import suppress
from decimal import Decimal

import pytest

from ledger import links
from sandbox.moods import WRITES
from sandbox.zoho.answers import Refused
from tests.tasks.conftest import struck_by
from tests.tasks.shelf import carried_over, changes, weigh
from tests.tasks.test_prices import BOOKS, ask, opened, price_list

NAMES = ["A", "B", "C"]  # so few that lists want each other's
WORDS = [
    "new",
    "new",
    "rename",
    "rename",
    "swap",
    "swap",
    "rates",
    "percentage",
    "status",
    "drop",
    "anew",
    "money",
]
MOODS = [
    {"kind": "server_error", "platform": "zoho", "path": "/zoho/inventory/v1", "share": 0.05},
    {"kind": "server_error", "platform": "bigcommerce", "share": 0.08},
    {"kind": "rate_limit", "platform": "bigcommerce", "share": 0.05},
    {"kind": "reset_before", "platform": "bigcommerce", "share": 0.05},
    {"kind": "reset_after", "platform": "bigcommerce", "share": 0.2, "methods": WRITES},
    {"kind": "error_after", "platform": "bigcommerce", "share": 0.1, "methods": WRITES, "status": 502},
]


class Person:
    """Somebody at the price lists of Zoho, and now and then at those of the store; what is refused is not done."""

    def __init__(self, lab, items, dice):
        self.lab, self.items, self.dice = lab, items, dice
        self.books = lab.world.zoho.records["pricebooks"]

    def acts(self):
        word = self.dice.choice([*WORDS, "throw away"])
        book = self.dice.choice(list(self.books)) if self.books else ""
        with suppress(Refused):
            if word == "new" or not book:
                price_list(
                    self.lab, self.dice.choice(NAMES), pricebook_type="per_item", pricebook_items=self.rates()
                )
            else:
                getattr(self, f"_{word.replace(' ', '_')}")(book)

    def rates(self):
        return [
            self.rate(item) for item in self.dice.sample(self.items, self.dice.randint(0, len(self.items)))
        ]

    def rate(self, item):
        if self.dice.random() < 0.6:
            return {"item_id": item, "pricebook_rate": self.dice.randint(1, 9)}
        brackets = [
            {"start_quantity": 1, "end_quantity": 4, "pricebook_rate": self.dice.randint(5, 9)},
            {"start_quantity": 5, "pricebook_rate": self.dice.randint(1, 4)},
        ]
        return {"item_id": item, "pricing_scheme": "volume", "price_brackets": brackets}

    def _put(self, book, **told):
        ask(self.lab, "PUT", f"{BOOKS}/{book}", told)

    def _rename(self, book):
        self._put(book, name=self.dice.choice(NAMES))

    def _swap(self, book):
        other = self.dice.choice(list(self.books))
        mine, theirs = self.books[book]["name"], self.books[other]["name"]
        for one, name in ((book, "in between"), (other, mine), (book, theirs)):
            self._put(one, name=name)

    def _rates(self, book):
        self._put(book, pricebook_type="per_item", pricebook_items=self.rates())

    def _percentage(self, book):
        zoho, less = self.lab.world.zoho, self.dice.randint(1, 50)
        told = {
            "percentage": less,
            "is_increase": False,
            "currency_id": zoho.currency(zoho.base)["currency_id"],
        }
        self._put(book, pricebook_type="fixed_percentage", **told)

    def _status(self, book):
        ask(self.lab, "POST", f"{BOOKS}/{book}/{self.dice.choice(['active', 'inactive'])}")

    def _drop(self, book):
        ask(self.lab, "DELETE", f"{BOOKS}/{book}")

    def _anew(self, book):
        name = self.books[book]["name"]
        self._drop(book)
        price_list(self.lab, name, pricebook_type="per_item", pricebook_items=self.rates())

    def _money(self, book):
        if self.books[book]["pricebook_type"] == "per_item":
            codes = [row["currency_code"] for row in self.lab.world.bigcommerce.currencies]
            self._put(book, currency_id=self.lab.world.zoho.currency(self.dice.choice(codes))["currency_id"])

    def _throw_away(self, _book):
        store = self.lab.world.bigcommerce
        if store.price_lists:
            number = self.dice.choice(list(store.price_lists))
            del store.price_lists[number], store.price_records[number]


@pytest.mark.parametrize("seed", range(4))
def test_in_the_end_every_list_is_in_the_store_once_with_its_prices(new_lab, seed):
    lab, dice = opened(new_lab()), random.Random(seed)
    person = Person(lab, carried_over(lab, 4), dice)
    for _ in range(12):
        for _ in range(dice.randint(1, 3)):
            person.acts()
        struck_by(lab, *MOODS)
        weigh(lab)
        lab.world.moods.set(())
    for _ in range(3):
        another_day(lab)
        weigh(lab)
    check_equal(lab, person)
    begin = len(lab.world.calls)
    weigh(lab)
    assert changes(lab, begin) == []


def another_day(lab):
    """The store's side is compared once a day, changed or not."""
    for link in links.walk(lab.ledger, "main", "price_list"):
        extra = {**link.extra, "read_at": 0}
        links.bind(lab.ledger, "main", "price_list", link.key, link.id, extra, time.time())


def check_equal(lab, person):
    store = lab.world.bigcommerce
    active = {row["name"]: key for key, row in person.books.items() if row["status"] == "active"}
    assert sorted(row["name"] for row in store.price_lists.values() if row["active"]) == sorted(active)
    for row in store.price_lists.values():
        if row["active"]:
            assert sorted(held_of(lab, row)) == sorted(wanted_of(lab, person, active[row["name"]])), row[
                "name"
            ]


def held_of(lab, row):
    """(variant, currency, price, how many tiers) of each record."""
    for one in lab.world.bigcommerce.price_records[row["id"]].values():
        yield (
            str(one["variant_id"]),
            one["currency"],
            Decimal(str(one["price"])),
            len(one["bulk_pricing_tiers"]),
        )


def wanted_of(lab, person, book):
    told = ask(lab, "GET", f"{BOOKS}/{book}")["pricebook"]
    currency = (told["currency_code"] or lab.world.zoho.base).lower()
    variants = {link.key: link.id for link in links.walk(lab.ledger, "main", "variant")}
    if told["pricebook_type"] == "fixed_percentage":
        price = Decimal(10) * (100 - Decimal(str(told["percentage"]))) / 100
        yield from ((variants[item], currency, price, 0) for item in person.items)
        return
    for entry in told["pricebook_items"]:
        brackets = entry.get("price_brackets") or []
        price = brackets[0]["pricebook_rate"] if brackets else entry["pricebook_rate"]
        yield variants[entry["item_id"]], currency, Decimal(str(price)), max(len(brackets) - 1, 0)
