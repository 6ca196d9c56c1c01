"""What `cartbooks check` says of stock: each line either fine or with its remedy."""

import pytest

from tests.app.test_check import lines, only
from tests.app.test_cli_stock import goods

ACCOUNT = ["store_v2_orders", "store_v2_transactions", "store_v2_information", "store_v2_products",
           "store_v2_customers"]  # fmt: skip


@pytest.fixture
def stocked(shop):
    def stocked(method="scheduled", more=""):
        shop.write(f'stock.method = "{method}"\n{more}')
        return shop

    return stocked


def said(found, about):
    return " ".join(line["what"] for line in only(found, about))


def test_stock_that_is_off_is_one_line_and_no_call(shop):
    assert "is off" in only(lines(shop), "stock", "ok")["what"]
    assert not [call["path"] for call in shop.calls() if "inventory" in call["path"]]


@pytest.mark.parametrize(
    ("method", "words"),
    [("scheduled", "every now and then"), ("one_way", "in real time"), ("two_way", "becomes an adjustment")],
)
def test_each_method_says_what_it_does_and_which_figure_is_shown(stocked, method, words):
    found = lines(stocked(method, "stock.buffer = 3"))
    assert words in said(found, "stock")
    assert "by bills and invoices, less what sales orders promise, less a buffer of 3" in said(found, "stock")
    assert {line["about"] for line in found if line["level"] == "fail"} <= {"callbacks"}  # of the orders


def test_how_fresh_stock_can_be_is_told_before_it_starts(stocked):
    shop = stocked()
    assert "no SKU is paired yet" in only(lines(shop), "freshness", "ok")["what"]
    goods(shop, "MUG", 7)
    shop.run("sync", "stock")
    assert "1 Zoho call a look" in only(lines(shop), "freshness", "ok")["what"]


def test_a_day_with_too_few_calls_is_told_with_what_the_setting_says(stocked):
    shop = stocked()
    goods(shop, "MUG", 7)
    shop.run("sync", "stock")
    shop.world.zoho.meter.used = dict.fromkeys(("all", "books", "inventory"), 9000)
    shop.write('stock.method = "scheduled"\nstock.interval = 60')
    line = only(lines(shop), "freshness", "warn")
    assert "waits for tomorrow" in line["what"]
    assert "stock.interval says every 60 s" in line["what"]
    assert "larger plan" in line["remedy"]


def test_a_token_without_the_scope_of_stock_is_told_which(stocked):
    shop = stocked()
    for account in shop.world.bigcommerce.accounts.values():
        object.__setattr__(account, "scopes", tuple(ACCOUNT))
    found = lines(shop)
    assert "Store Inventory: modify" in only(found, "levels", "fail")["remedy"]
    assert "Store Locations: read-only" in only(found, "store locations", "fail")["remedy"]


def test_locations_of_the_settings_must_be_there_on_both_sides(stocked):
    shop = stocked()
    primary = next(iter(shop.world.zoho.places))
    shop.world.zoho.ask("POST", "/locations", {"location_name": "Vienna"})
    other = list(shop.world.zoho.places)[1]
    shop.write(f'stock.method = "scheduled"\nstock.locations = {{ "{primary}" = 1, "4711" = 77 }}')
    found = lines(shop)
    fails = " ".join(line["what"] for line in only(found, "locations") if line["level"] == "fail")
    assert "the store has no location 77" in fails
    assert "Zoho has no location 4711" in fails
    assert f"location 1 of the store shows Zoho's {primary}, and orders are taken from it" in said(
        found, "locations"
    )
    assert f"{other} is shown nowhere" in said(found, "locations")


def test_several_locations_that_are_added_up_are_told(stocked):
    shop = stocked()
    shop.world.zoho.ask("POST", "/locations", {"location_name": "Vienna"})
    one, other = shop.world.zoho.places
    shop.write(f'stock.method = "scheduled"\nstock.locations = {{ "{one}" = 1, "{other}" = 1 }}')
    assert f"Zoho's {one}, {other} together" in said(lines(shop), "locations")
    shop.world.zoho.places[other]["status"] = "inactive"
    assert "inactive in Zoho" in only(lines(shop), "locations", "warn")["what"]


def test_an_order_location_that_the_store_lacks_fails(stocked):
    line = only(lines(stocked(more="stock.order_location = 5")), "locations", "fail")
    assert "stock.order_location" in line["remedy"]
    assert "the store has 1" in line["remedy"]


def test_what_the_store_does_to_stock_by_itself_is_told(stocked):
    shop = stocked()
    assert "as soon as an order is placed" in said(lines(shop), "the store's own doing")
    path = "/bigcommerce/stores/sandbox/v3/settings/inventory"
    body = {"update_stock_behavior": "order_completed_or_shipped", "refund_order_stock_adjustment": True}
    headers = {"X-Auth-Token": "bc-sandbox-token"}
    assert shop.app.test_client().put(path, json=body, headers=headers).status_code == 200
    told = said(lines(shop), "the store's own doing")
    assert "only when an order is completed or shipped" in told
    assert "goods of cancelled orders come back" in told


def test_real_time_says_what_zoho_needs_for_it(stocked):
    shop = stocked("one_way")
    found = lines(shop)
    line = only(found, "Zoho calls us", "warn")
    assert "Invoice, Sales Order, Credit Note, Bill" in line["what"]
    assert "webhooks register" in line["remedy"]
    assert "Inventory Adjustment cannot be seen" in only(found, "Zoho calls us", "ok")["what"]
    shop.run("webhooks", "register")
    assert "plan with workflow rules" in said(lines(shop), "Zoho calls us")
    assert not [line for line in only(lines(shop), "Zoho calls us") if line["level"] == "warn"]


@pytest.mark.parametrize("plan", ["Free", "STANDARD"])
def test_a_plan_without_workflow_rules_is_no_plan_for_real_time(stocked, plan):
    shop = stocked("two_way")
    shop.world.zoho.plan_name = plan
    shop.run("webhooks", "register")
    line = only(lines(shop), "Zoho calls us", "warn")
    assert "has no workflow rules" in line["what"]
    assert 'stock.method = "scheduled"' in line["remedy"]


def test_looking_now_and_then_needs_no_callbacks(stocked):
    assert only(lines(stocked()), "Zoho calls us") == []


def test_two_way_needs_the_books_to_take_adjustments(stocked):
    assert only(lines(stocked("one_way")), "adjustments") == []
    assert only(lines(stocked("two_way")), "adjustments", "ok")
