"""The small catalogue holds one of everything that decides a product's fate, and promises what its parts add up to."""

from decimal import Decimal

import pytest

from sandbox import create_app
from sandbox.generator import fill
from sandbox.shop.assortment import GROUPS, ITEMS, PRICE_LISTS, Bracket, PriceList


@pytest.fixture
def app():
    return create_app(callback_threads=0)


@pytest.fixture
def promised(app):
    return app.test_client().post("/control/catalogue", json={}).get_json()


def test_it_holds_one_of_everything(promised):
    assert len(promised["items"]) == len(ITEMS) + sum(len(group.variants) for group in GROUPS) == 24
    fates = {row["becomes"] for row in promised["items"]}
    assert fates == {"visible", "hidden", "nothing"}
    assert any(not row["sku"] for row in promised["items"])
    assert any(not item.active for item in ITEMS)
    assert any(item.parts for item in ITEMS)
    assert any(item.more.get("product_type") == "service" for item in ITEMS)
    assert max(sum(item.name == other.name for other in ITEMS) for item in ITEMS) == 3
    assert [len(group.attributes) for group in GROUPS] == [1, 2]
    assert any(one.purchase for one in PRICE_LISTS)


def test_the_books_and_the_store_are_filled_as_promised(app, promised):
    state = app.test_client().get("/control/state").get_json()
    by_sku = {row["sku"]: row for row in state["zoho"]["items"]}
    for row in promised["items"]:
        item = by_sku[row["sku"]]
        assert (item["name"], Decimal(str(item["rate"]))) == (row["item"], Decimal(row["rate"]))
        assert (item["status"] == "active") == row["active"]
        assert bool(item["group_id"]) == (row["product"] in {group.name for group in GROUPS})
    there = {product["id"]: product for product in state["bigcommerce"]["products"]}
    ids = {row["id"]: row["sku"].casefold() for row in promised["items"] if row["id"]}
    assert {number: there[number]["sku"].casefold() for number in ids} == ids
    names = {book["name"] for book in state["zoho"]["pricebooks"]}
    assert names >= {one["name"] for one in promised["price_lists"]}
    assert len(names) == len(promised["price_lists"]) + 1


def test_names_are_unique_again_once_the_catalogue_is_typed_in(app, promised):
    assert app.extensions["sandbox"].switches["zoho_item_names_unique"] is True
    assert promised["items"]


def test_the_orders_of_a_shop_are_the_same_with_a_catalogue_beside_them(app):
    other = create_app(callback_threads=0)
    other.test_client().post("/control/catalogue", json={})
    alone = fill(app.extensions["sandbox"], 3, 30, place=False)
    beside = fill(other.extensions["sandbox"], 3, 30, place=False)
    assert beside["expectations"] == alone["expectations"]
    goods = app.extensions["sandbox"].bigcommerce.products
    also = other.extensions["sandbox"].bigcommerce.products
    assert {number: also[number]["name"] for number in goods} == {n: row["name"] for n, row in goods.items()}


@pytest.mark.parametrize(
    ("rate", "price"), [("12.50", "10.99"), ("18.00", "15.99"), ("9.99", "8.99"), ("31.00", "27.99")]
)
def test_a_markdown_ends_in_99(rate, price):
    ten = PriceList("ten", markdown=Decimal(10))
    assert ten.prices("ANY", Decimal(rate)) == {"1": price}


def test_brackets_are_prices_by_quantity_and_an_item_without_any_is_not_on_the_list():
    rates = {"A": (Bracket(1, 9, Decimal("6.20")), Bracket(10, None, Decimal("5.80")))}
    one = PriceList("by quantity", rates)
    assert one.prices("A", Decimal(7)) == {"1": "6.20", "10": "5.80"}
    assert one.prices("B", Decimal(7)) == {}
