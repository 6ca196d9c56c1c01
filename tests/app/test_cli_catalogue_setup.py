"""`cartbooks catalogue`: a filled store and filled books find each other by SKU, and nothing is made twice."""

import pytest

from ledger import intents, links
from tests.app.shelf import item, linked, product, products, shelved
from tests.app.test_cli import one_sentence, put_moods
from tests.app.test_cli_catalogue import kept

OPTIONS = [{"display_name": "Size", "type": "dropdown", "option_values": [{"label": "S"}, {"label": "L"}]}]


@pytest.fixture
def shelf(shop):
    return shelved(shop)


def items(shop):
    return {row["sku"]: row for row in shop.world.zoho.records["items"].values()}


def sized(shop, name, skus):
    """A product of the store with a variant for each size."""
    rows = [
        {"sku": sku, "price": 5, "option_values": [{"option_display_name": "Size", "label": size}]}
        for size, sku in skus.items()
    ]
    return product(shop, name=name, sku="", variants=rows)


# --- match -----------------------------------------------------------------------------------------------


def test_pairs_are_shown_first_and_linked_only_when_told(shelf):
    mug = item(shelf, "mug ", "Mug")
    item(shelf, "CUP", "Cup")
    item(shelf, "POST", "Postage", item_type="sales")
    shelf.world.zoho.records["items"][list(items_by(shelf))[-1]]["product_type"] = "service"
    made = product(shelf, name="Blue Mug", sku="MUG")
    product(shelf, name="Plate", sku="PLATE")
    before = kept(shelf)
    told = shelf.told("catalogue", "match")
    assert [(one["item_id"], one["product_id"]) for one in told["pairs"]] == [(mug, str(made["id"]))]
    assert [one["sku"] for one in told["unmatched_items"]] == ["CUP"]  # a service is nobody's product
    assert [one["sku"] for one in told["unmatched_products"]] == ["PLATE"]
    assert "nothing was written" in shelf.run("catalogue", "match").output
    assert kept(shelf) == before

    told = shelf.run("catalogue", "match", "--apply")
    assert (told.exit_code, "1 linked now" in told.output) == (0, True)
    assert linked(shelf) == {f"item:{mug}": str(made["id"])}
    assert list(linked(shelf, "variant")) == [mug]
    assert shelf.writes() == []
    again = shelf.told("catalogue", "match", "--apply")
    assert (again["linked_before"], again["linked_now"], again["pairs"]) == (1, 0, [])


def items_by(shop):
    return shop.world.zoho.records["items"]


def test_names_alone_never_pair(shelf):
    item(shelf, "A", "Mug")
    product(shelf, name="Mug", sku="B")
    assert shelf.told("catalogue", "match")["pairs"] == []


def test_what_shares_a_sku_and_does_not_fit_is_told_and_not_linked(shelf):
    item(shelf, "S1", "Shirt S")
    sized(shelf, "Shirt", {"S": "S1", "L": "L1"})
    told = shelf.told("catalogue", "match", "--apply")
    assert told["pairs"] == []
    assert "group it in Zoho" in told["doubtful"][0]["why"]
    assert linked(shelf) == {}


def test_items_of_a_group_pair_with_the_variants_of_one_product(shelf):
    body = {
        "group_name": "Shirt", "unit": "pcs", "attribute_name1": "Size",
        "items": [
            {"name": f"Shirt {size}", "sku": sku, "rate": 20, "attribute_option_name1": size}
            for size, sku in (("S", "S1"), ("L", "L1"))
        ],
    }  # fmt: skip
    shelf.world.zoho.ask("POST", "/itemgroups", body, "inventory")
    made = sized(shelf, "Shirt", {"S": "S1", "L": "L1"})
    told = shelf.told("catalogue", "match", "--apply")
    assert told["linked_now"] == 2
    (record,) = linked(shelf)
    assert record.startswith("group:")
    assert linked(shelf)[record] == str(made["id"])


def test_a_linked_store_then_follows_zoho(shelf):
    item(shelf, "MUG", "Mug", "12.00")
    product(shelf, name="Old Mug", sku="MUG", price=5)
    shelf.run("catalogue", "match", "--apply")
    assert shelf.run("sync", "items", "--full").exit_code == 0
    assert len(products(shelf)) == 1
    assert (products(shelf)["MUG"]["name"], float(products(shelf)["MUG"]["price"])) == ("Mug", 12.0)


# --- export ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", ["books", "inventory"])
def test_missing_items_are_shown_first_and_made_only_when_told(shelf, edition):
    shelf.write(f'catalogue.items = "on"\nzoho.product = "{edition}"')
    item(shelf, "CUP", "Cup")
    product(shelf, name="Cup", sku="CUP")
    product(shelf, name="Mug", sku="MUG", price=7.5)
    product(shelf, name="Nameless")
    shelf.world.calls.clear()
    told = shelf.run("catalogue", "export-to-zoho")
    assert told.exit_code == 0, told.output
    assert "1 items would be made" in told.output
    assert "has no SKU" in told.output.replace("\n", " ")
    assert shelf.writes() == []
    assert set(items(shelf)) == {"CUP"}

    told = shelf.run("catalogue", "export-to-zoho", "--apply")
    assert told.exit_code == 0, told.output
    assert "1 items made" in told.output
    made = items(shelf)["MUG"]
    assert (made["name"], float(made["rate"])) == ("Mug", 7.5)
    assert linked(shelf)[f"item:{made['item_id']}"] == str(products(shelf)["MUG"]["id"])
    assert links.get(shelf.ledger, "10234695", "item", "sku:mug").id == made["item_id"]  # orders find it, too
    assert "0 items would be made" in shelf.run("catalogue", "export-to-zoho").output


@pytest.mark.parametrize("mood", ["reset_after", "reset_before", "error_after"])
def test_a_lost_answer_never_makes_an_item_twice(shelf, mood):
    product(shelf, name="Mug", sku="MUG")
    path = "/zoho/books/v3/items"
    put_moods(shelf, [{"kind": mood, "platform": "zoho", "path": path, "methods": ["POST"], "times": 1}])
    told = shelf.run("catalogue", "export-to-zoho", "--apply")
    assert told.exit_code == 0, told.output
    assert list(items(shelf)) == ["MUG"]
    (intent,) = intents.of_record(shelf.ledger, "main", "export")
    assert (intent.state, intent.target) == ("done", items(shelf)["MUG"]["item_id"])


def test_an_export_that_died_after_zoho_made_the_item_finds_it(shelf):
    product(shelf, name="Mug", sku="MUG")
    path = "/zoho/books/v3/items"
    lost = [{"kind": "reset_after", "platform": "zoho", "path": path, "methods": ["POST"], "times": 1},
            {"kind": "server_error", "platform": "zoho", "path": path, "methods": ["GET"], "skip": 1}]  # fmt: skip
    put_moods(shelf, lost)
    assert shelf.run("catalogue", "export-to-zoho", "--apply").exit_code == 1
    put_moods(shelf, [])
    assert shelf.run("catalogue", "export-to-zoho", "--apply").exit_code == 0
    assert list(items(shelf)) == ["MUG"]


def test_an_item_that_an_order_is_making_is_left_to_it(shelf):
    product(shelf, name="Mug", sku="MUG")
    links.reserve(shelf.ledger, "10234695", "item", "sku:mug", 1.0, "main:orders:77")
    told = shelf.run("catalogue", "export-to-zoho", "--apply")
    assert told.exit_code == 1
    assert "an order is making" in told.output.replace("\n", " ")
    assert items(shelf) == {}


def test_a_refused_item_delays_no_other_and_may_be_made_later(shelf):
    product(shelf, name="Mug", sku="MUG")
    product(shelf, name="Cup", sku="CUP")
    shelf.world.zoho.add_item("Mug", "OTHER")
    told = shelf.run("catalogue", "export-to-zoho", "--apply")  # this organization refuses a name twice
    assert told.exit_code == 1
    assert set(items(shelf)) == {"OTHER", "CUP"}
    assert "MUG" in told.output
    shelf.world.zoho.edit("items", items(shelf)["OTHER"]["item_id"], name="Another mug")
    assert shelf.run("catalogue", "export-to-zoho", "--apply").exit_code == 0
    assert set(items(shelf)) == {"OTHER", "CUP", "MUG"}


def test_prices_of_another_currency_are_no_rates(shelf):
    product(shelf, name="Mug", sku="MUG")
    shelf.world.bigcommerce.currency = "JPY"
    one_sentence(shelf.run("catalogue", "export-to-zoho", "--apply"), "JPY")
    assert shelf.writes() == []


def test_variants_are_made_one_by_one_and_a_person_is_told_to_group_them(shelf):
    sized(shelf, "Shirt", {"S": "S1", "L": "L1"})
    told = shelf.run("catalogue", "export-to-zoho", "--apply")
    assert told.exit_code == 0, told.output
    assert set(items(shelf)) == {"S1", "L1"}
    assert "item groups" in told.output
    assert linked(shelf) == {}


# --- confirm ---------------------------------------------------------------------------------------------


@pytest.fixture
def doubtful(shelf):
    """Seven of eight items were made inactive, and a look has held that back."""
    ids = [item(shelf, f"SKU-{number}", f"Thing {number}") for number in range(8)]
    assert shelf.run("sync", "items").exit_code == 0
    for one in ids[:7]:
        shelf.world.zoho.ask("POST", f"/items/{one}/inactive", {})
    assert shelf.run("sync", "items", "--full").exit_code == 1
    return shelf


def seen(shop):
    return {sku for sku, row in products(shop).items() if row["is_visible"]}


def test_a_persons_word_lets_them_go(doubtful):
    assert len(seen(doubtful)) == 8
    assert doubtful.run("catalogue", "confirm", typed="n\n").exit_code == 1
    assert len(seen(doubtful)) == 8
    told = doubtful.run("catalogue", "confirm", typed="y\n")
    assert told.exit_code == 0, told.output
    assert seen(doubtful) == {"SKU-7"}
    assert "nothing waits" in doubtful.run("catalogue", "confirm").output


def test_without_anything_held_back_no_word_is_needed(shelf):
    told = shelf.run("catalogue", "confirm")
    assert (told.exit_code, told.output) == (0, "nothing waits for your word\n")
