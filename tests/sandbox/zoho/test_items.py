"""Items: names, SKUs, details in bulk, stock."""

import pytest


def test_a_sku_is_taken_in_any_case(client):
    client.item("A", sku="Sku-1")
    assert client.refused("POST", "/items", {"name": "B", "rate": 1, "sku": "sku-1"}) == (400, 1001)
    assert client.refused("POST", "/items", {"name": "a", "rate": 1}) == (400, 1001)
    assert client.refused("POST", "/items", {"name": "C"}) == (400, 2)
    assert client.call("POST", "/items", {"name": "C"}, edition="inventory/v1").status_code == 201


def test_item_switches(client_with):
    client = client_with(
        {
            "zoho_item_names_unique": False,
            "zoho_duplicate_item_code": 120124,
            "zoho_inventory_create_status": 200,
        }
    )
    client.item("A", sku="s")
    client.item("A")
    assert client.refused("POST", "/items", {"name": "B", "rate": 1, "sku": "s"}) == (400, 120124)
    assert client.call("POST", "/items", {"name": "C"}, edition="inventory/v1").status_code == 200
    assert client.call("POST", "/items", {"name": "D", "rate": 1}).status_code == 201


def test_an_item_is_found_by_sku_and_by_text(client):
    client.item("Alpha", sku="A-1", description="a red one")
    client.item("Beta", sku="A-10")
    assert [row["name"] for row in client.ok("GET", "/items", sku="a-1")["items"]] == ["Alpha"]
    assert len(client.ok("GET", "/items", sku_startswith="A-1")["items"]) == 2
    found = client.ok("GET", "/items", search_text="red")
    assert [row["name"] for row in found["items"]] == ["Alpha"]


def test_details_come_for_many_ids_at_once(client):
    ids = [client.item(f"Item {n}") for n in range(3)]
    answer = client.ok("GET", "/itemdetails", item_ids=",".join([*ids, "1"]))
    assert [row["item_id"] for row in answer["items"]] == ids
    assert client.refused("GET", "/itemdetails", item_ids=",".join(["1"] * 101)) == (400, 2)


@pytest.mark.parametrize("word", ["warehouses", "locations"])
@pytest.mark.parametrize("shown", [True, False])
def test_stock_falls_with_sent_invoices_and_rises_with_voided_ones(client_with, word, shown):
    client = client_with(
        {"zoho_places": word, "zoho_itemdetails_places": shown, "zoho_itemdetails_limit": 200}
    )
    item = client.item("Stocked", item_type="inventory", initial_stock=10)
    invoice = client.invoice(client.contact(), [{"item_id": item, "quantity": 3}])["invoice_id"]

    def on_hand():
        return client.ok("GET", f"/items/{item}")["item"]["stock_on_hand"]

    assert on_hand() == 10
    client.ok("POST", f"/invoices/{invoice}/status/sent")
    assert on_hand() == 7
    client.ok("POST", f"/invoices/{invoice}/status/void")
    assert on_hand() == 10
    details = client.ok("GET", "/itemdetails", item_ids=item)["items"][0]
    assert (word in details) == shown
    assert client.ok("GET", f"/items/{item}")["item"][word][0][f"{word[:-1]}_stock_on_hand"] == 10


@pytest.mark.parametrize("touches", [False, True])
def test_whether_stock_touches_the_item_is_a_switch(client_with, touches):
    client = client_with({"zoho_stock_touches_item": touches})
    item = client.item("Stocked", item_type="inventory", initial_stock=10)
    invoice = client.invoice(client.contact(), [{"item_id": item}])["invoice_id"]
    before = client.ok("GET", f"/items/{item}")["item"]["last_modified_time"]
    client.world.clock.advance(5)
    client.ok("POST", f"/invoices/{invoice}/status/sent")
    assert (client.ok("GET", f"/items/{item}")["item"]["last_modified_time"] != before) == touches


def test_used_items_cannot_be_deleted(client):
    item = client.item()
    client.invoice(client.contact(), [{"item_id": item}])
    assert client.refused("DELETE", f"/items/{item}") == (400, 2049)
    client.ok("POST", f"/items/{item}/inactive")
    assert client.ok("GET", f"/items/{item}")["item"]["status"] == "inactive"


def test_the_two_editions_show_the_same_item(client):
    item = client.ok("POST", "/items", {"name": "Shared"}, edition="inventory/v1")["item"]["item_id"]
    assert client.ok("GET", f"/items/{item}")["item"]["name"] == "Shared"


@pytest.mark.parametrize("told", [{"item_type": "inventory"}, {"track_inventory": True}])
def test_an_item_stays_tracked_whichever_word_made_it_so(client, told):
    item = client.item(**told)
    client.ok("PUT", f"/items/{item}", {"rate": 12})
    shown = client.ok("GET", f"/items/{item}")["item"]
    assert (shown["track_inventory"], shown["item_type"]) == (True, "inventory")
    client.ok("PUT", f"/items/{item}", {"track_inventory": False})
    assert client.ok("GET", f"/items/{item}")["item"]["item_type"] == "sales_and_purchases"
