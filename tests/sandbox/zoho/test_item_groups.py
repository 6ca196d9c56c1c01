"""Item groups and composites: ordinary items with something in common, items made of items."""

import pytest

INVENTORY = "inventory/v1"
BAGS = {
    "group_name": "Bags",
    "unit": "pcs",
    "brand": "Acme",
    "attribute_name1": "Size",
    "attribute_name2": "Colour",
    "items": [
        {
            "name": "Bags S red",
            "sku": "BS",
            "rate": 6,
            "attribute_option_name1": "S",
            "attribute_option_name2": "red",
        },
        {
            "name": "Bags L red",
            "sku": "BL",
            "rate": 7,
            "attribute_option_name1": "L",
            "attribute_option_name2": "red",
        },
    ],
}


def inv(client, method, path, body=None, **query):
    return client.ok(method, path, body, edition=INVENTORY, **query)


def refused(client, method, path, body=None, **query):
    return client.refused(method, path, body, edition=INVENTORY, **query)


def detail(client, item):
    return inv(client, "GET", f"/items/{item}")["item"]


def bags(client, **more):
    return inv(client, "POST", "/itemgroups", {**BAGS, **more})


def test_a_group_comes_with_its_items_and_they_know_it(client):
    made = bags(client)
    ids = [row["item_id"] for row in made["items"]]
    assert (made["group_name"], len(ids), made["item_group"]["group_id"]) == ("Bags", 2, made["group_id"])
    size, colour = made["attributes"]
    assert [size["name"], colour["name"]] == ["Size", "Colour"]
    assert [option["name"] for option in size["options"]] == ["S", "L"]
    assert [option["name"] for option in colour["options"]] == ["red"]
    item = detail(client, ids[1])
    told = (
        "group_id",
        "group_name",
        "attribute_name1",
        "attribute_option_name1",
        "attribute_option_name2",
        "brand",
    )
    assert [item[key] for key in told] == [made["group_id"], "Bags", "Size", "L", "red", "Acme"]
    assert item["attribute_option_id2"] == detail(client, ids[0])["attribute_option_id2"]
    assert [row["sku"] for row in client.ok("GET", "/items", filter_by="Status.Grouped")["items"]] == [
        "BL",
        "BS",
    ]
    assert len(client.ok("GET", "/items", group_id=made["group_id"])["items"]) == 2
    assert inv(client, "GET", f"/itemgroups/{made['group_id']}")["items"] == made["items"]
    assert [row["group_name"] for row in inv(client, "GET", "/itemgroups")["itemgroups"]] == ["Bags"]


def test_groups_are_a_matter_of_inventory(client):
    assert client.refused("GET", "/itemgroups") == (404, 5)
    assert client.refused("GET", "/compositeitems") == (404, 5)


def test_a_group_with_one_bad_item_comes_not_at_all(client):
    client.item("Mug", sku="bl")
    assert refused(client, "POST", "/itemgroups", BAGS) == (400, 1001)
    assert [row["name"] for row in client.ok("GET", "/items")["items"]] == ["Mug"]
    assert inv(client, "GET", "/itemgroups")["itemgroups"] == []
    assert refused(client, "POST", "/itemgroups", {**BAGS, "group_name": ""}) == (400, 4)
    assert refused(client, "POST", "/itemgroups", {**BAGS, "unit": None}) == (400, 4)


def test_an_item_is_put_into_a_group_by_its_id(client):
    group = bags(client)["group_id"]
    body = {"name": "Bags M red", "rate": 6.5, "group_id": group, "attribute_option_name1": "M"}
    assert client.refused("POST", "/items", body) == (400, 4)  # the second attribute has no option
    body["attribute_option_name2"] = "red"
    item = client.ok("POST", "/items", body)["item"]
    assert (item["group_name"], item["attribute_name2"]) == ("Bags", "Colour")
    twin = {**body, "name": "Twin", "attribute_option_name2": "RED"}
    assert client.refused("POST", "/items", twin) == (400, 2)  # the same options again
    assert client.refused("POST", "/items", {**body, "name": "x", "group_id": "1"}) == (400, 2)
    assert client.refused("POST", "/items", {**body, "name": "x", "attribute_name1": "Weight"}) == (400, 2)
    assert len(inv(client, "GET", f"/itemgroups/{group}")["items"]) == 3


def test_a_group_name_without_an_id_is_dropped(client):
    item = client.item("Alone", group_name="Bags", attribute_name1="Size", attribute_option_name1="S")
    assert (detail(client, item)["group_name"], detail(client, item)["attribute_name1"]) == ("", "")


def test_options_of_an_item_can_change_and_items_move(client):
    group = bags(client)
    item = group["items"][0]["item_id"]
    client.ok("PUT", f"/items/{item}", {"attribute_option_name1": "XS"})
    assert detail(client, item)["attribute_option_name1"] == "XS"
    assert client.refused("PUT", f"/items/{item}", {"attribute_option_name1": "l"}) == (400, 2)
    other = bags(client, group_name="Sacks", attribute_name2="", items=[])["group_id"]
    assert refused(client, "PUT", f"/items/move/{item}", {"group_id": other}) == (400, 4)
    inv(client, "PUT", f"/items/move/{item}", {"group_id": other, "attribute_option_name1": "S"})
    moved = detail(client, item)
    assert (moved["group_name"], moved["attribute_option_name2"]) == ("Sacks", "")
    assert len(inv(client, "GET", f"/itemgroups/{group['group_id']}")["items"]) == 1
    assert len(inv(client, "GET", f"/itemgroups/{other}")["items"]) == 1


def test_ungrouped_items_stand_alone(client):
    group = bags(client)
    ids = [row["item_id"] for row in group["items"]]
    client.world.clock.advance(5)
    inv(client, "POST", "/items/ungroup", item_ids=ids[0])
    item = detail(client, ids[0])
    assert (item["group_id"], item["attribute_option_name1"]) == ("", "")
    assert item["last_modified_time"] > detail(client, ids[1])["last_modified_time"]
    assert [row["item_id"] for row in inv(client, "GET", f"/itemgroups/{group['group_id']}")["items"]] == [
        ids[1]
    ]
    assert refused(client, "POST", "/items/ungroup", item_ids="1") == (404, 5)


@pytest.mark.parametrize("touches", [True, False])
def test_whether_a_renamed_group_touches_its_items_is_a_switch(client_with, touches):
    client = client_with({"zoho_group_touches_items": touches})
    group = bags(client)
    item = group["items"][0]["item_id"]
    before = detail(client, item)["last_modified_time"]
    client.world.clock.advance(5)
    body = {"group_name": "Sacks", "attribute_name1": "Volume", "brand": "Other"}
    inv(client, "PUT", f"/itemgroups/{group['group_id']}", body)
    after = detail(client, item)
    assert (after["group_name"], after["attribute_name1"], after["brand"]) == ("Sacks", "Volume", "Other")
    assert (after["last_modified_time"] != before) == touches


def test_a_change_of_a_group_changes_adds_and_keeps_items(client):
    group = bags(client)
    small, large = (row["item_id"] for row in group["items"])
    more = {"name": "Bags XL red", "rate": 9, "attribute_option_name1": "XL", "attribute_option_name2": "red"}
    body = {"items": [{"item_id": small, "rate": 5}, more]}
    rows = inv(client, "PUT", f"/itemgroups/{group['group_id']}", body)["items"]
    assert [(row["item_id"] == large, row["rate"]) for row in rows] == [(False, 5), (True, 7), (False, 9)]


def test_a_group_is_marked_and_deleted_with_its_items(client):
    group = bags(client)
    path, ids = f"/itemgroups/{group['group_id']}", [row["item_id"] for row in group["items"]]
    inv(client, "POST", f"{path}/inactive")
    assert {detail(client, each)["status"] for each in ids} == {"inactive"}
    inv(client, "POST", f"{path}/active")
    assert {detail(client, each)["status"] for each in ids} == {"active"}
    client.invoice(client.contact(), [{"item_id": ids[0]}])
    assert refused(client, "DELETE", path) == (400, 2049)
    assert len(inv(client, "GET", path)["items"]) == 2
    client.ok("DELETE", f"/items/{ids[1]}")
    assert len(inv(client, "GET", path)["items"]) == 1
    client.org.records["invoices"].clear()
    inv(client, "DELETE", path)
    assert client.ok("GET", "/items")["items"] == []
    assert refused(client, "GET", path) == (404, 5)


def test_a_person_edits_groups_at_the_screen(client):
    told = {"method": "POST", "path": "/itemgroups", "body": BAGS}
    group = client.http.post("/control/zoho/person", json=told).json["group_id"]
    client.org.edit("itemgroups", group, group_name="Sacks")
    assert inv(client, "GET", f"/itemgroups/{group}")["group_name"] == "Sacks"
    state = client.http.get("/control/state").json["zoho"]
    assert [row["group_name"] for row in state["itemgroups"]] == ["Sacks"]


@pytest.fixture
def parts(client):
    return [
        client.item(name, sku=name, item_type="inventory", initial_stock=stock)
        for name, stock in (("Frame", 10), ("Wheel", 7))
    ]


def bike(client, parts, **more):
    mapped = [{"item_id": parts[0], "quantity": 1}, {"item_id": parts[1], "quantity": 2}]
    body = {
        "name": "Bike",
        "sku": "BIKE",
        "rate": 300,
        "item_type": "inventory",
        "mapped_items": mapped,
        **more,
    }
    return inv(client, "POST", "/compositeitems", body)["composite_item"]


def test_a_composite_is_an_item_made_of_items(client, parts):
    made = bike(client, parts)
    own = made["composite_item_id"]
    assert [(row["item_id"], row["quantity"]) for row in made["mapped_items"]] == [
        (parts[0], 1),
        (parts[1], 2),
    ]
    rows = {row["sku"]: row for row in client.ok("GET", "/items")["items"]}
    assert (rows["BIKE"]["is_combo_product"], rows["Frame"]["is_combo_product"]) == (True, False)
    assert (rows["BIKE"]["item_id"], detail(client, own)["is_combo_product"]) == (own, True)
    assert [row["name"] for row in inv(client, "GET", "/compositeitems")["composite_items"]] == ["Bike"]
    assert refused(client, "GET", f"/compositeitems/{parts[0]}") == (404, 5)
    inv(client, "POST", f"/compositeitems/{own}/inactive")
    assert detail(client, own)["status"] == "inactive"


def test_a_kit_has_the_stock_of_its_parts_and_takes_theirs(client, parts):
    kit = bike(client, parts, combo_type="kit")["composite_item_id"]
    assert detail(client, kit)["stock_on_hand"] == 3
    invoice = client.invoice(client.contact(), [{"item_id": kit, "quantity": 2}])["invoice_id"]
    client.ok("POST", f"/invoices/{invoice}/status/sent")
    assert [detail(client, each)["stock_on_hand"] for each in (*parts, kit)] == [8, 3, 1]
    assembly = bike(client, parts, name="Other", sku="O", initial_stock=4)["composite_item_id"]
    assert detail(client, assembly)["stock_on_hand"] == 4


def test_a_composite_is_changed_and_deleted_and_its_parts_stay(client, parts):
    own = bike(client, parts)["composite_item_id"]
    assert client.refused("DELETE", f"/items/{parts[0]}") == (400, 2049)
    body = {"mapped_items": [{"item_id": parts[1], "quantity": 3}], "combo_type": "kit", "rate": 250}
    changed = inv(client, "PUT", f"/compositeitems/{own}", body)["composite_item"]
    assert (len(changed["mapped_items"]), changed["rate"], changed["combo_type"]) == (1, 250, "kit")
    client.ok("DELETE", f"/items/{parts[0]}")
    inv(client, "DELETE", f"/compositeitems/{own}")
    assert [row["sku"] for row in client.ok("GET", "/items")["items"]] == ["Wheel"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"mapped_items": []}, 4),
        ({"sku": ""}, 4),
        ({"mapped_items": [{"item_id": "1", "quantity": 1}]}, 2006),
        ({"combo_type": "heap"}, 2),
    ],
)
def test_a_composite_of_nothing_is_refused(client, more, code):
    item = client.item("Part", sku="part")
    body = {"name": "B", "sku": "b", "rate": 1, "mapped_items": [{"item_id": item, "quantity": 1}], **more}
    assert refused(client, "POST", "/compositeitems", body)[1] == code
