"""What a reviewer of the first set-up and of the commands of price lists found."""

import pytest

from tests.app.shelf import item, linked, product, products, shelved
from tests.app.test_cli_catalogue import kept, lists, price_list
from tests.app.test_cli_catalogue_setup import items


@pytest.fixture
def shelf(shop):
    return shelved(shop)


def switched(shop, answer):
    assert (
        shop.app.test_client().put("/control/switches", json={"bigcommerce_price_lists": answer}).status_code
        == 200
    )


@pytest.mark.parametrize("why", ["inactive", "service"])
def test_an_export_pairs_no_product_with_an_item_that_is_not_for_the_store(shelf, why):
    """Only the look does so, for an inactive one: its product goes off sale, and the guard sees it."""
    mug = item(shelf, "MUG")
    if why == "inactive":
        shelf.world.zoho.ask("POST", f"/items/{mug}/inactive", {})
    else:
        shelf.world.zoho.records["items"][mug]["product_type"] = "service"
    product(shelf, name="Mug of the store", sku="MUG")
    told = shelf.run("catalogue", "export-to-zoho")
    assert "0 items would be made" in told.output, told.output
    shelf.run("catalogue", "export-to-zoho", "--apply")
    assert linked(shelf) == {}
    shelf.run("sync", "items", "--full", "--yes")
    assert products(shelf)["MUG"]["is_visible"] == (why == "service")
    assert list(items(shelf)) == ["MUG"]


def test_a_plan_that_has_price_lists_again_is_believed_at_once(shelf):
    mug = item(shelf)
    assert shelf.run("sync", "items").exit_code == 0
    price_list(shelf, "Wholesale", {mug: "8.00"})
    switched(shelf, "403")
    assert shelf.run("sync", "prices").exit_code == 1
    switched(shelf, "on")
    told = shelf.run("sync", "prices")
    assert told.exit_code == 0, told.output
    assert set(lists(shelf)) == {"Wholesale"}


def test_a_dry_run_on_a_plan_without_price_lists_writes_nothing_and_says_so(shelf):
    mug = item(shelf)
    assert shelf.run("sync", "items").exit_code == 0
    price_list(shelf, "Wholesale", {mug: "8.00"})
    assert shelf.run("sync", "prices").exit_code == 0
    switched(shelf, "403")
    before = kept(shelf)
    told = shelf.run("sync", "prices", "--dry-run")
    assert kept(shelf) == before
    assert "does not include price lists" in told.output.replace("\n", " "), told.output


def test_no_dry_run_of_items_writes_anywhere(shelf):
    item(shelf, "MUG")
    product(shelf, name="Cup", sku="CUP")
    item(shelf, "CUP", "Cup of Zoho", rate="12.00")
    for words in (("--full",), (), ("--sku", "CUP")):
        before = kept(shelf)
        shelf.world.calls.clear()
        told = shelf.run("sync", "items", "--dry-run", *words)
        assert told.exit_code == 0, told.output
        assert shelf.writes() == []
        assert kept(shelf) == before
