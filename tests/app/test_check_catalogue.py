"""What `cartbooks check` says of the catalogue: each line either fine or with its remedy."""

import pytest

from tests.app.shelf import item, shelved
from tests.app.test_check import lines, only


@pytest.fixture
def shelf(shop):
    return shelved(shop)


def switch(shop, **told):
    assert shop.app.test_client().put("/control/switches", json=told).status_code == 200


def test_a_catalogue_that_is_off_is_one_line_and_no_call(shop):
    (line,) = only(lines(shop), "catalogue")
    assert "is off" in line["what"]
    assert not {"price lists", "full look", "Zoho's callbacks"} & {one["about"] for one in lines(shop)}
    words = ("price", "webhooks", "groups", "channels", "categories")
    assert not [call["path"] for call in shop.calls() if any(word in call["path"] for word in words)]


def test_a_catalogue_that_is_on_says_what_it_will_do_with_prices(shelf):
    found = lines(shelf)
    said = " ".join(line["what"] for line in only(found, "catalogue"))
    assert "items are on, price lists are on" in said
    assert "written as they are" in said
    assert "offered" in only(found, "price lists", "ok")["what"]
    assert "each 200 items" in only(found, "full look", "ok")["what"]


def test_prices_with_tax_on_one_side_only_are_converted(shelf):
    switch(shelf, prices_with_tax=True)
    assert "converted with each item's tax" in str(only(lines(shelf), "catalogue"))


def test_two_currencies_hold_every_item_and_that_is_said_before(shelf):
    shelf.world.bigcommerce.currency = "JPY"
    line = only(lines(shelf), "catalogue", "fail")
    assert "JPY" in line["what"]
    assert line["remedy"]


@pytest.mark.parametrize("answer", ["403", "404"])
def test_a_plan_without_price_lists_is_one_clear_line(shelf, answer):
    switch(shelf, bigcommerce_price_lists=answer)
    line = only(lines(shelf), "price lists", "warn")
    assert "the store's plan has none" in line["what"]
    assert 'price_lists = "off"' in line["remedy"]
    assert len(only(lines(shelf), "store price lists")) == 0


def test_price_lists_that_are_off_are_not_asked_for(shelf):
    shelf.write('catalogue.items = "on"')
    shelf.world.calls.clear()
    assert only(lines(shelf), "price lists") == []
    assert not [call for call in shelf.calls() if "price" in call["path"]]


def test_whom_price_lists_are_assigned_to_must_exist(shelf):
    shelf.write(
        'catalogue.items = "on"\ncatalogue.price_lists = "on"\ncatalogue.categories = [987654]\n'
        'catalogue.assignments = { Wholesale = "group 987, channel 986, channel 1" }'
    )
    found = lines(shelf)
    assert "no customer group 987" in str([one["what"] for one in only(found, "assignments")])
    assert "no channel 986" in str([one["what"] for one in only(found, "assignments")])
    assert "Wholesale" in only(found, "assignments", "warn")["what"]
    assert "no category 987654" in only(found, "catalogue", "fail")["what"]


def test_a_full_look_has_its_price(shelf):
    item(shelf)
    shelf.run("sync", "items")
    assert "1 items: 1 Zoho calls" in only(lines(shelf), "full look", "ok")["what"]


def test_zohos_webhook_is_missed_until_it_is_registered(shelf):
    line = only(lines(shelf), "Zoho's callbacks", "warn")
    assert "cartbooks webhooks register" in line["remedy"]
    shelf.run("webhooks", "register")
    assert (
        "leads to https://books.example/webhooks/zoho/main"
        in only(lines(shelf), "Zoho's callbacks", "ok")["what"]
    )
    shelf.write('catalogue.items = "on"\nzoho.product = "inventory"\nzoho.webhook_signature = "required"')
    assert "signatures are required" in only(lines(shelf), "Zoho's callbacks", "ok")["what"]
    shelf.write('catalogue.items = "on"', public="")
    assert "public_url is empty" in only(lines(shelf), "Zoho's callbacks", "warn")["what"]


def test_the_check_of_a_catalogue_writes_nothing(shelf):
    shelf.run("check")
    assert shelf.writes() == []


def test_every_line_of_the_catalogue_that_is_not_fine_has_a_remedy(shelf):
    shelf.world.bigcommerce.currency = "JPY"
    switch(shelf, bigcommerce_price_lists="403")
    assert all(line["remedy"] for line in lines(shelf) if line["level"] != "ok")
