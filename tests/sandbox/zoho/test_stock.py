"""Stock place by place, in the books and physically, and what documents do to it."""

import pytest

INVENTORY = "inventory/v1"
NAMES = ("stock_on_hand", "committed_stock", "available_for_sale_stock")
PHYSICAL = ("actual_available_stock", "actual_committed_stock", "actual_available_for_sale_stock")


def inv(client, method, path, body=None, **query):
    return client.ok(method, path, body, edition=INVENTORY, **query)


def stocked(client, stock=10, **more):
    return client.item("Stocked", item_type="inventory", initial_stock=stock, **more)


def detail(client, item):
    return client.ok("GET", "/itemdetails", item_ids=item)["items"][0]


def books(client, item):
    """On hand, committed, available, in the books."""
    told = detail(client, item)
    return tuple(told[name] for name in NAMES)


def physical(client, item):
    told = detail(client, item)
    return tuple(told[name] for name in PHYSICAL)


def at(client, item, place, word="location"):
    rows = detail(client, item)[f"{word}s"]
    (row,) = (each for each in rows if each[f"{word}_id"] == place)
    return tuple(row[f"{word}_{name}"] for name in NAMES)


def adjust(client, item, quantity, **more):
    line = {"item_id": item, "quantity_adjusted": quantity, **more.pop("line", {})}
    body = {"date": "2026-11-22", "reason": "Counted", "adjustment_type": "quantity", "line_items": [line]}
    made = inv(client, "POST", "/inventoryadjustments", {**body, **more})
    return made["inventory_adjustment"]


def test_an_adjustment_moves_both_stocks_by_its_signed_quantity_until_it_is_deleted(client):
    item = stocked(client)
    made = adjust(client, item, -3, reference_number="sandbox:stock:1")
    adjust(client, item, "0.5")
    assert books(client, item) == physical(client, item) == (7.5, 0, 7.5)
    path = f"/inventoryadjustments/{made['inventory_adjustment_id']}"
    whole = inv(client, "GET", path)["inventory_adjustment"]
    assert (whole["reference_number"], whole["line_items"][0]["quantity_adjusted"]) == ("sandbox:stock:1", -3)
    inv(client, "DELETE", path)
    assert books(client, item) == (10.5, 0, 10.5)
    assert client.refused("GET", path, edition=INVENTORY) == (404, 5)


def test_stock_may_fall_below_nothing(client):
    item = stocked(client, 1)
    adjust(client, item, "-2.25")
    assert books(client, item) == (-1.25, 0, -1.25)


def test_an_adjustment_by_value_moves_no_stock(client):
    item = stocked(client)
    line = {"item_id": item, "value_adjusted": 40}
    body = {"date": "2026-11-22", "reason": "Rates", "adjustment_type": "value", "line_items": [line]}
    inv(client, "POST", "/inventoryadjustments", body)
    assert books(client, item) == (10, 0, 10)


def test_the_list_of_adjustments_knows_pages_and_nothing_else(client):
    item = stocked(client)
    for number in range(3):
        adjust(client, item, 1, reference_number=f"r{number}")
    rows = inv(client, "GET", "/inventoryadjustments", reference_number="r0", sort_column="no such")
    assert [row["reference_number"] for row in rows["inventory_adjustments"]] == ["r2", "r1", "r0"]
    assert "line_items" not in rows["inventory_adjustments"][0]
    page = inv(client, "GET", "/inventoryadjustments", page=2, per_page=2)
    assert [row["reference_number"] for row in page["inventory_adjustments"]] == ["r0"]
    assert page["page_context"]["has_more_page"] is False


@pytest.mark.parametrize(
    "wrong",
    [
        {"date": ""}, {"reason": ""}, {"adjustment_type": "both"}, {"line_items": []}, {"location_id": "1"},
        {"line_items": [{"item_id": "1", "quantity_adjusted": 1}]}, {"line_items": [{"quantity_adjusted": 1}]},
    ],
)  # fmt: skip
def test_adjustments_that_say_too_little_are_refused(client, wrong):
    item = stocked(client)
    line = {"item_id": item, "quantity_adjusted": 1}
    body = {"date": "2026-11-22", "reason": "x", "adjustment_type": "quantity", "line_items": [line]}
    status, _ = client.refused("POST", "/inventoryadjustments", {**body, **wrong}, edition=INVENTORY)
    assert status in (400, 404)
    assert books(client, item) == (10, 0, 10)


def test_what_is_not_tracked_cannot_be_adjusted(client):
    service = client.item("Advice")
    line = {"item_id": service, "quantity_adjusted": 1}
    body = {"date": "2026-11-22", "reason": "x", "adjustment_type": "quantity", "line_items": [line]}
    assert client.refused("POST", "/inventoryadjustments", body, edition=INVENTORY) == (400, 2)
    assert client.refused("POST", "/inventoryadjustments", body) == (404, 5)  # Books has no such path


def test_places_are_made_listed_and_have_an_opening_of_their_own(client_with):
    client = client_with({"zoho_places": "locations"})
    (main,) = client.ok("GET", "/locations")["locations"]
    assert (main["is_primary_location"], main["is_location_active"]) == (True, True)
    assert client.ok("GET", "/settings/warehouses")["warehouses"] == []
    shed = client.org.add_place("Shed")
    there = [
        {"location_id": main["location_id"], "initial_stock": 4},
        {"location_id": shed, "initial_stock": 6},
    ]
    item = client.item("Stocked", item_type="inventory", locations=there)
    assert books(client, item) == (10, 0, 10)
    assert at(client, item, shed) == (6, 0, 6)
    adjust(client, item, -1, location_id=shed)
    adjust(client, item, -1, line={"location_id": shed})
    assert (at(client, item, shed), at(client, item, main["location_id"])) == ((4, 0, 4), (4, 0, 4))
    client.ok("POST", f"/locations/{shed}/inactive")
    assert at(client, item, shed) == (4, 0, 4)  # inactive ones stay listed
    assert client.refused("POST", f"/locations/{main['location_id']}/inactive") == (400, 9)


def test_older_organizations_call_places_warehouses(client):
    (main,) = client.ok("GET", "/settings/warehouses")["warehouses"]
    assert (main["is_primary"], main["status"]) == (True, "active")
    assert client.ok("GET", "/locations")["locations"] == []
    item = stocked(client)
    assert at(client, item, main["warehouse_id"], "warehouse") == (10, 0, 10)


@pytest.mark.parametrize(("position", "keys"), [("absent", 0), ("empty", 7)])
def test_what_is_not_tracked_has_no_stock_or_an_empty_one(client_with, position, keys):
    client = client_with({"zoho_untracked_stock": position})
    told = detail(client, client.item("Advice"))
    assert sum(told.get(name) == "" for name in (*NAMES, *PHYSICAL, "available_stock")) == keys
    assert "warehouses" not in told


@pytest.mark.parametrize(("position", "available"), [("on_hand", 10), ("less_committed", 7)])
def test_what_available_means_is_a_switch(client_with, position, available):
    client = client_with({"zoho_available_stock": position})
    item = stocked(client)
    body = {"customer_id": client.contact(), "line_items": [{"item_id": item, "quantity": 3}]}
    order = client.ok("POST", "/salesorders", body)["salesorder"]["salesorder_id"]
    client.ok("POST", f"/salesorders/{order}/status/open")
    told = detail(client, item)
    assert (told["stock_on_hand"], told["available_stock"]) == (10, available)
    assert told["actual_available_stock"] == available


def test_somebody_counts_many_items_at_once(client):
    short, right, over = (client.item(name, item_type="inventory", initial_stock=5) for name in "abc")
    found = {short: 2, right: 5, over: "7.5"}
    client.http.put("/control/zoho/stock", json={"found": found})
    assert [books(client, each)[0] for each in found] == [2, 5, 7.5]
    (made,) = client.org.records["inventoryadjustments"].values()
    assert [line["quantity_adjusted"] for line in made["line_items"]] == [-3, 2.5]
    assert made["last_modified_by_id"] != client.org.user_id
    again = client.http.put("/control/zoho/stock", json={"found": found}).json
    assert again == {"inventory_adjustment_id": ""}


def test_the_state_of_the_world_tells_the_stock(client):
    item = stocked(client)
    adjust(client, item, 1)
    state = client.http.get("/control/state").json["zoho"]
    place = state["places"][0]["place_id"]
    assert state["stock"][item]["stock_on_hand"] == 11
    assert state["stock"][item]["places"][place]["available_for_sale_stock"] == 11
    assert [row["adjustment_type"] for row in state["inventoryadjustments"]] == ["quantity"]
