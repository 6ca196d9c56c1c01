"""`cartbooks webhooks` where stock follows in real time: which callbacks are asked for, on both sides."""

import pytest

SECRET = "SecretOfZoho1234"
LEVELS = {"store/product/inventory/updated", "store/sku/inventory/updated"}


@pytest.fixture
def stocked(shop):
    shop.env["CARTBOOKS_MAIN_ZOHO_WEBHOOK_SECRET"] = SECRET

    def stocked(method="one_way", more=""):
        shop.write(f'stock.method = "{method}"\n{more}')
        return shop

    return stocked


def entities(shop):
    return {row["entity"] for row in shop.world.zoho.records["webhooks"].values()}


def scopes(shop):
    return {hook["scope"] for hook in shop.world.bigcommerce.hooks.values()}


def test_what_moves_accounting_stock_calls_us_and_the_rest_is_said(stocked):
    shop = stocked()
    told = shop.run("webhooks", "register").output
    assert entities(shop) == {"item", "invoice", "salesorder", "creditnote", "bill"}
    for word in ("Sales Order", "Inventory Adjustment", "Workflow Rules", "Cartbooks main bill", SECRET):
        assert word in told
    assert "Shipment Order" not in told  # they move nothing of what is shown
    assert "Transfer Order" not in told  # within the one sum
    again = shop.run("webhooks", "register").output
    assert again.count("is there") == 5
    assert len(shop.world.zoho.records["webhooks"]) == 5


def test_what_moves_physical_stock_is_something_else(stocked):
    shop = stocked(more='stock.mode = "physical"\norders.document = "sales_order"')
    told = shop.run("webhooks", "register").output
    assert entities(shop) == {"item", "salesorder"}
    for word in ("Purchase Receive", "Package", "Shipment Order", "Sales Return", "Inventory Adjustment"):
        assert f"module: {word}" in told
    assert "module: Bill" not in told


def test_goods_that_change_places_count_where_places_are_mapped(stocked):
    shop = stocked(more='stock.locations = { "460000000000001" = 1 }')
    assert "module: Transfer Order" in shop.run("webhooks", "register").output


def test_of_inventory_every_webhook_is_entered_by_hand(stocked):
    shop = stocked(more='zoho.product = "inventory"')
    told = shop.run("webhooks", "register").output
    for word in ("module: Invoice", "module: Inventory Adjustment", SECRET, "default payload"):
        assert word in told
    assert shop.world.zoho.records["webhooks"] == {}


@pytest.mark.parametrize("method", ["off", "scheduled"])
def test_without_real_time_nobody_is_asked_to_call(stocked, method):
    shop = stocked(method)
    assert "Zoho" not in shop.run("webhooks", "register").output
    assert scopes(shop) == {"store/order/*"}


def test_the_stores_levels_are_listened_to_only_in_two_way_and_no_longer_than_that(stocked):
    shop = stocked("two_way")
    shop.run("webhooks", "register")
    assert scopes(shop) == {"store/order/*"} | LEVELS
    shop = stocked("one_way")
    told = shop.run("webhooks", "repair").output
    assert told.count("removed") == 2
    assert scopes(shop) == {"store/order/*"}
    assert "nothing to do" in shop.run("webhooks", "repair").output


def test_removing_names_every_rule_that_only_a_person_can_remove(stocked):
    shop = stocked("two_way")
    shop.run("webhooks", "register")
    told = shop.run("webhooks", "remove").output
    assert scopes(shop) == set()
    for word in ("by hand", "Cartbooks main invoice", "Cartbooks main inventoryadjustment"):
        assert word in told


def test_a_long_name_of_a_connection_still_makes_names_that_zoho_takes():
    from tasks.zoho_hooks import MODULES, Wanted

    names = {Wanted("Cartbooks " + "x" * 60, "", "").named(entity) for entity in MODULES}
    assert len(names) == len(MODULES)
    assert max(map(len, names)) <= 50
