"""Whatever people do in Zoho and whatever mood the platforms are in: in the end both sides say the same, and looking
again writes nothing.
"""

import itertools
import random
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ledger import work
from mappings.money import rounded
from sandbox.moods import WRITES, moods_from
from sandbox.zoho.answers import Refused
from tests.tasks.conftest import struck_by
from tests.tasks.shelf import changes, daily, glance, look, weigh

NAMES = ["Mug", "Bowl", "Plate"]  # so few that many items bear the same
SIZES = ["S", "M", "L", "XL", "XXL"]
ITEMS = ["create", "create", "rename", "price", "price", "status", "status", "delete", "service"]
GROUPS = ["group", "member", "rename group"]
LISTS = ["list", "list price", "percentage", "list status", "drop list"]
LOOKS = ["glance", "look", "weigh"]
WORDS = st.sampled_from([*ITEMS, *GROUPS, *LISTS, *LOOKS])
MOODS = [
    {"kind": "server_error", "platform": "zoho", "path": "/zoho/inventory/v1", "share": 0.05},
    {"kind": "reset_before", "platform": "zoho", "path": "/zoho/inventory/v1", "share": 0.05},
    {"kind": "html", "platform": "zoho", "path": "/zoho/inventory/v1", "share": 0.03},
    {"kind": "server_error", "platform": "bigcommerce", "share": 0.06},
    {"kind": "reset_before", "platform": "bigcommerce", "share": 0.05},
    {"kind": "reset_after", "platform": "bigcommerce", "share": 0.2, "methods": WRITES},
    {"kind": "error_after", "platform": "bigcommerce", "share": 0.1, "methods": WRITES, "status": 502},
]


class Person:
    """Somebody at the screens of Zoho; what Zoho refuses is not done."""

    def __init__(self, lab, dice):
        self.lab, self.dice, self.numbers = lab, dice, itertools.count(1)
        self.items = lab.world.zoho.records["items"]
        self.groups = lab.world.zoho.records["itemgroups"]
        self.lists = lab.world.zoho.records["pricebooks"]

    def does(self, word):
        with suppress(Refused):  # such as an item that a group still needs
            getattr(self, word.replace(" ", "_"))()

    def rate(self):
        return f"{self.dice.randint(1, 9_999) / 100:.2f}"

    def ask(self, method, path, body=None):
        return self.lab.world.zoho.ask(method, path, body or {}, "inventory")

    def one_of(self, rows):
        return self.dice.choice(sorted(rows)) if rows else None

    def create(self, **told):
        self.lab.item(
            name=self.dice.choice(NAMES),
            sku=f"sku-{next(self.numbers)}",
            rate=self.rate(),
            **told,
        )

    def service(self):
        self.create(product_type="service")

    def rename(self):
        if item := self.one_of(self.items):
            self.lab.change_item(item, name=self.dice.choice(NAMES))

    def price(self):
        if item := self.one_of(self.items):
            self.lab.change_item(item, rate=self.rate())

    def status(self):
        if item := self.one_of(self.items):
            self.lab.change_item(item, status=self.dice.choice(["active", "inactive"]))

    def delete(self):
        if item := self.one_of(self.items):
            self.lab.delete_item(item)

    def group(self):
        number, rate = next(self.numbers), self.rate()
        sizes = [
            {
                "option": size,
                "name": f"Shirt {number} {size}",
                "sku": f"shirt-{number}-{size.lower()}",
                "rate": rate,
            }
            for size in SIZES[:2]
        ]
        self.lab.group(f"Shirt {number}", "Size", sizes)

    def member(self):
        """One size more; the group's options must differ."""
        if group := self.one_of(self.groups):
            taken = {row["attribute_option_name1"] for row in self.lab.items_of(group)}
            free = [size for size in SIZES if size not in taken]
            if free and taken:
                sku = f"more-{next(self.numbers)}-{free[0].lower()}"
                self.create_member(group, free[0], sku)

    def create_member(self, group, size, sku):
        options = {"attribute_name1": "Size", "attribute_option_name1": size}
        self.lab.item(name=f"Shirt {sku}", sku=sku, rate=self.rate(), group_id=group, **options)

    def rename_group(self):
        if group := self.one_of(self.groups):
            self.ask("PUT", f"/itemgroups/{group}", {"group_name": f"Shirt renamed {next(self.numbers)}"})

    def list(self):
        rows = {item: self.rate() for item in sorted(self.items)[:3]}
        if rows:
            entries = [{"item_id": item, "pricebook_rate": rate} for item, rate in rows.items()]
            self._make("per_item", pricebook_items=entries)

    def percentage(self):
        self._make("fixed_percentage", percentage=self.dice.randint(1, 60), is_increase=False)

    def _make(self, kind, **told):
        body = {
            "name": f"List {next(self.numbers)}",
            "sales_or_purchase_type": "sales",
            "pricebook_type": kind,
        }
        self.ask("POST", "/pricebooks", body | told)

    def list_price(self):
        books = [one for one, row in self.lists.items() if row["pricebook_type"] == "per_item"]
        if (book := self.one_of(books)) and (item := self.one_of(self.items)):
            entries = [{"item_id": item, "pricebook_rate": self.rate()}]
            self.ask("PUT", f"/pricebooks/{book}", {"pricebook_items": entries})

    def list_status(self):
        if book := self.one_of(self.lists):
            self.ask("POST", f"/pricebooks/{book}/{self.dice.choice(['active', 'inactive'])}")

    def drop_list(self):
        if book := self.one_of(self.lists):
            self.ask("DELETE", f"/pricebooks/{book}")

    def glance(self):
        glance(self.lab, quiet=False)

    def look(self):
        daily(self.lab)

    def weigh(self):
        weigh(self.lab, quiet=False)


def sold(lab):
    """By SKU what Zoho sells now: (name of its product, rate, whether it is active)."""
    rows = [row for row in lab.world.zoho.records["items"].values() if row["product_type"] == "goods"]
    return {
        row["sku"]: (row["group_name"] or row["name"], Decimal(str(row["rate"])), row["status"] == "active")
        for row in rows
    }


def on_shelf(lab):
    """By SKU what the store has: (product's name, price, whether a shopper can buy it)."""
    found = {}
    for product in lab.products.values():
        for variant in product["variants"]:
            price = variant["price"] if variant["price"] is not None else product["price"]
            for_sale = product["is_visible"] and not variant["purchasing_disabled"]
            assert variant["sku"].lower() not in found, "one SKU is sold twice"
            found[variant["sku"].lower()] = (product["name"], Decimal(str(price)), for_sale)
    return found


def check_products(lab):
    wanted, there = sold(lab), on_shelf(lab)
    for sku, (name, rate, active) in wanted.items():
        bears, price, for_sale = there.get(sku, ("", None, False))
        assert for_sale == active, sku
        if active:
            assert price == rate, sku
            assert bears == name or bears.startswith(f"{name} ("), (sku, bears, name)
    assert not [sku for sku, row in there.items() if row[2] and sku not in wanted]


def entries(lab, book):
    path = f"/pricebooks/{book['pricebook_id']}/items"
    return lab.world.zoho.ask("GET", path, {}, "inventory")["pricebook_items"]


def check_lists(lab):
    """Each active list of sales is in the store with its records, every other is not active there."""
    rates = {item: Decimal(str(row["rate"])) for item, row in lab.world.zoho.records["items"].items()}
    skus = {
        item: row["sku"] for item, row in lab.world.zoho.records["items"].items() if row["sku"] in sold(lab)
    }
    active = {
        row["name"]: row for row in lab.world.zoho.records["pricebooks"].values() if row["status"] == "active"
    }
    there = {row["name"]: row["id"] for row in lab.world.bigcommerce.price_lists.values() if row["active"]}
    assert there.keys() == active.keys()
    on_sale = {sku for sku, row in on_shelf(lab).items()}
    for name, book in active.items():
        if book["pricebook_type"] == "per_item":
            wanted = {row["item_id"]: Decimal(str(row["pricebook_rate"])) for row in entries(lab, book)}
        else:
            left = 1 - Decimal(str(book["percentage"])) / 100
            wanted = {
                item: rounded(rate * left, int(book["decimal_place"] or 2)) for item, rate in rates.items()
            }
        expected = {skus[item]: price for item, price in wanted.items() if skus.get(item) in on_sale}
        rows = lab.world.bigcommerce.price_records[there[name]].values()
        assert {row["sku"].lower(): Decimal(str(row["price"])) for row in rows} == expected, name


@pytest.mark.timeout(300)
@settings(
    max_examples=6,
    phases=[Phase.generate],
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(words=st.lists(WORDS, min_size=8, max_size=30), seed=st.integers(0, 999))
def test_any_edits_in_any_order_and_mood_end_with_both_sides_equal(new_lab, words, seed):
    lab = new_lab(
        patience=0.0,
        more='zoho.product = "inventory"',
        switches={"zoho_item_names_unique": False},
        seed=seed,
    ).one_currency()
    lab.set(items_on=True, price_lists_on=True, largest_hide=100.0)
    person = Person(lab, random.Random(seed))
    person.create()
    struck_by(lab, *MOODS)
    for word in words:
        person.does(word)
    for _ in range(2):  # in the same moods
        daily(lab)
        weigh(lab, quiet=False)
        lab.quiet()
    lab.world.moods.set(moods_from([]))
    look(lab)
    weigh(lab)
    check_products(lab)
    check_lists(lab)
    begin = len(lab.world.calls)
    look(lab)
    weigh(lab)
    assert changes(lab, begin) == []
    assert work.held(lab.ledger, "main") == []
