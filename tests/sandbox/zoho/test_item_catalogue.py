"""Items as a catalogue needs them: measures, images, lists by time and kind, what lists never say."""

import io
from datetime import UTC, datetime
from time import process_time

import pytest

from sandbox import create_app
from tests.sandbox.zoho.conftest import Client

INVENTORY = "inventory/v1"
PNG = b"\x89PNG\r\n\x1a\n and more"


def upload(client, item, name="mug.png", content=PNG, field="image"):
    return client.http.post(
        f"/zoho/{INVENTORY}/items/{item}/image?organization_id=10234695",
        data={field: (io.BytesIO(content), name)},
        headers=client.headers,
    )


def rows(client, **query):
    return client.ok("GET", "/items", edition=INVENTORY, **query)["items"]


def names(client, **query):
    return [row["name"] for row in rows(client, **query)]


def detail(client, item):
    return client.ok("GET", f"/items/{item}", edition=INVENTORY)["item"]


def test_measures_lie_flat_in_lists_and_together_in_details(client):
    package = {"length": 10, "width": "2.5", "height": "", "weight": 0.4, "weight_unit": "lb"}
    item = client.item("Mug", package_details=package)
    whole = detail(client, item)["package_details"]
    assert {**whole, "weight": float(whole["weight"])} == {
        "length": 10,
        "width": 2.5,
        "height": "",
        "weight": 0.4,
        "weight_unit": "lb",
        "dimension_unit": "cm",
    }
    (row,) = rows(client)
    assert (row["width"], row["weight_unit"], "package_details" in row) == (2.5, "lb", False)
    client.ok("PUT", f"/items/{item}", {"package_details": {"weight": 2}})
    assert detail(client, item)["package_details"]["width"] == 2.5


@pytest.mark.parametrize(
    "package",
    ["heavy", {"weight": "heavy"}, {"weight": -1}, {"weight_unit": "stone"}, {"dimension_unit": "mi"}],
)
def test_measures_that_are_none_are_refused(client, package):
    assert client.refused("POST", "/items", {"name": "A", "rate": 1, "package_details": package}) == (400, 2)
    assert names(client) == []


def test_a_change_leaves_alone_what_it_does_not_name(client):
    item = client.item("A", item_type="sales_and_purchases", can_be_sold=False, status="inactive", brand="B")
    client.ok("PUT", f"/items/{item}", {"rate": 3})
    after = detail(client, item)
    assert (after["can_be_sold"], after["can_be_purchased"], after["status"]) == (False, True, "inactive")
    assert (after["brand"], after["rate"]) == ("B", 3)
    assert client.refused("PUT", f"/items/{item}", {"status": "sleeping"}) == (400, 2)


def test_an_image_is_uploaded_named_in_lists_answered_as_bytes_and_deleted(client):
    item = client.item("Mug")
    before = detail(client, item)["last_modified_time"]
    client.world.clock.advance(5)
    assert upload(client, item).json["code"] == 0
    (row,) = rows(client)
    assert (row["image_name"], row["image_type"], row["has_attachment"]) == ("mug.png", "png", True)
    assert row["last_modified_time"] > before
    first = row["image_document_id"]
    answer = client.call("GET", f"/items/{item}/image", edition=INVENTORY)
    assert (answer.get_data(), answer.content_type) == (PNG, "image/png")
    upload(client, item, "other.JPG", b"jpeg")
    assert detail(client, item)["image_document_id"] not in ("", first)
    assert client.call("GET", f"/items/{item}/image").content_type == "image/jpeg"
    client.ok("DELETE", f"/items/{item}/image", edition=INVENTORY)
    assert client.refused("GET", f"/items/{item}/image") == (404, 5)
    assert rows(client)[0]["image_document_id"] == ""


def test_a_file_that_is_no_image_is_refused(client):
    item = client.item("Mug")
    assert upload(client, item, "mug.pdf").json["code"] == 2
    assert upload(client, item, content=b"").json["code"] == 2
    assert upload(client, item, content=b"x" * (7 * 1024 * 1024 + 1)).json["code"] == 2
    assert upload(client, item, field="picture").json["code"] == 4
    assert upload(client, "1").status_code == 404
    client.org.set_image(item, PNG)
    assert detail(client, item)["image_name"] == "image.png"


def test_images_need_the_scope_of_items(client):
    item = client.item("Mug")
    client.org.logins.set_scope("ZohoInventory.items.READ")
    client.login()
    assert upload(client, item).status_code == 401


@pytest.fixture
def shop(client):
    """Five items: sold, inactive, bought, stocked, a service; one second apart."""
    kinds = [
        {},
        {"status": "inactive"},
        {"item_type": "purchases"},
        {"item_type": "inventory", "initial_stock": 3, "reorder_level": 2},
        {"product_type": "service", "item_type": "sales_and_purchases"},
    ]
    for number, more in enumerate(kinds):
        client.item(f"Item {number}", sku=f"S{number}", **more)
        client.world.clock.advance(1)
    return client


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("Status.All", "01234"),
        ("Status.Active", "0234"),
        ("Status.Inactive", "1"),
        ("Status.Grouped", ""),
        ("Status.Uncategorized", "01234"),
        ("ItemType.All", "01234"),
        ("ItemType.Sales", "01"),
        ("ItemType.Purchases", "2"),
        ("ItemType.SalesAndPurchases", "4"),
        ("ItemType.Inventory", "3"),
        ("ItemType.NonInventory", "0124"),
        ("ItemType.Service", "4"),
    ],
)
def test_lists_by_kind(shop, kind, wanted):
    assert names(shop, filter_by=kind) == [f"Item {number}" for number in wanted]


def test_a_list_goes_by_time_either_way_and_shows_what_changed_since(shop):
    assert names(shop, sort_column="created_time", sort_order="D")[0] == "Item 4"
    third = rows(shop, sku="S3")[0]
    shop.org.edit("items", rows(shop, sku="S0")[0]["item_id"], rate="3")
    by_change = {"sort_column": "last_modified_time", "sort_order": "A"}
    assert names(shop, **by_change)[-1] == "Item 0"
    assert names(shop, last_modified_time=third["last_modified_time"], **by_change) == [
        *("Item 3", "Item 4", "Item 0")
    ]
    shop.world.switches["zoho_modified_inclusive"] = False
    assert names(shop, last_modified_time=third["last_modified_time"], **by_change) == ["Item 4", "Item 0"]
    assert shop.refused("GET", "/items", last_modified_time="soon", edition=INVENTORY) == (400, 2)


def test_a_time_is_the_same_in_every_zone(shop):
    told = rows(shop, sku="S4")[0]["last_modified_time"]
    zulu = datetime.strptime(told, "%Y-%m-%dT%H:%M:%S%z").astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S%z")
    assert zulu != told
    assert names(shop, last_modified_time=zulu) == ["Item 4"]


def test_a_deleted_item_is_missing_from_every_list_and_told_by_none(shop):
    item = rows(shop, sku="S2")[0]["item_id"]
    shop.ok("DELETE", f"/items/{item}")
    assert names(shop, filter_by="Status.All") == ["Item 0", "Item 1", "Item 3", "Item 4"]
    assert "Item 2" not in names(shop, last_modified_time="2020-01-01T00:00:00+0000")
    assert shop.refused("GET", f"/items/{item}", edition=INVENTORY) == (404, 5)
    assert shop.ok("GET", "/itemdetails", item_ids=item, edition=INVENTORY)["items"] == []
    assert shop.item("Item 2", sku="S2")


def test_pages_show_every_change_that_came_between_them(shop):
    first = shop.ok("GET", "/items", per_page=2, sort_column="name", edition=INVENTORY)
    shop.ok("DELETE", f"/items/{first['items'][0]['item_id']}")
    second = shop.ok("GET", "/items", per_page=2, page=2, sort_column="name", edition=INVENTORY)
    assert [row["name"] for row in second["items"]] == [
        "Item 3",
        "Item 4",
    ]  # Item 2 slipped by, as in reality


def test_stock_and_reorder_level_are_in_rows_of_tracked_items_only(shop):
    tracked, other = rows(shop, sku="S3")[0], rows(shop, sku="S0")[0]
    assert (tracked["stock_on_hand"], tracked["reorder_level"]) == (3, 2)
    assert "stock_on_hand" not in other
    assert "group_id" in tracked
    assert "group_id" not in other
    shop.world.switches["zoho_group_keys_in_lists"] = "all"
    assert rows(shop, sku="S0")[0]["group_id"] == ""


def test_a_name_or_sku_is_free_again_when_its_item_is_renamed_or_gone(client):
    item = client.item("A", sku="a")
    client.ok("PUT", f"/items/{item}", {"name": "B", "sku": "b"})
    other = client.item("A", sku="a")
    assert client.refused("PUT", f"/items/{item}", {"sku": "A"}) == (400, 1001)
    client.ok("DELETE", f"/items/{other}")
    client.ok("PUT", f"/items/{item}", {"name": "A", "sku": "A"})
    client.ok("POST", f"/items/{item}/inactive")
    assert client.refused("POST", "/items", {"name": "A", "rate": 1}) == (
        400,
        1001,
    )  # inactive ones keep theirs


def test_equal_names_are_remembered_where_they_may_be_and_no_longer_may(client_with):
    client = client_with({"zoho_item_names_unique": False})
    first, second = client.item("Mug"), client.item("Mug")
    client.world.switches["zoho_item_names_unique"] = True
    client.ok("DELETE", f"/items/{second}")
    assert client.refused("POST", "/items", {"name": "mug", "rate": 1}) == (400, 1001)
    client.ok("DELETE", f"/items/{first}")
    assert client.item("mug")


@pytest.mark.parametrize(("limit", "taken"), [(50, 50), (100, 100), (200, 200)])
def test_itemdetails_takes_so_many_ids(client_with, limit, taken):
    client = client_with({"zoho_itemdetails_limit": limit})
    item = client.item("A")
    ids = ",".join([item] * taken)
    assert len(client.ok("GET", "/itemdetails", item_ids=ids, edition=INVENTORY)["items"]) == taken
    assert client.refused("GET", "/itemdetails", item_ids=f"{ids},1", edition=INVENTORY) == (400, 2)


def test_a_new_item_is_in_lists_after_the_lag_only(client_with):
    client = client_with({"zoho_search_lag": 2.0})
    client.item("A")
    assert names(client) == []
    client.world.clock.advance(2.1)
    assert names(client) == ["A"]


def test_many_items_are_made_and_changed_by_one_string(client):
    told = {
        "count": 3,
        "start": 7,
        "age": 3600,
        "name": "Mug {n}",
        "sku": "M{n}",
        "rate": "9.99",
        "unit": "pcs",
    }
    ids = client.http.post("/control/zoho/items", json=told).json["ids"]
    assert [row["sku"] for row in rows(client)] == ["M7", "M8", "M9"]
    since = client.org.now().strftime("%Y-%m-%dT%H:%M:%S%z")
    assert rows(client, last_modified_time=since) == []
    client.http.put("/control/zoho/items", json={"ids": ids[:2], "changes": {"rate": "12"}})
    assert [row["rate"] for row in rows(client, last_modified_time=since)] == [12, 12]
    one = client.http.post("/control/zoho/items", json=[{"name": "One", "sku": "one", "rate": 1}]).json["ids"]
    assert detail(client, one[0])["name"] == "One"
    assert client.http.post("/control/zoho/items", json=[{"name": "Two", "sku": "ONE"}]).status_code == 400


def test_a_walk_over_ten_thousand_items_is_quick_and_whole():
    client = Client(create_app(callback_threads=0, pace=1000.0))
    before = process_time()
    ids = client.http.post("/control/zoho/items", json={"count": 10_000, "age": 60}).json["ids"]
    begun, seen, page, more = process_time(), [], 1, True
    while more:
        query = {"page": page, "per_page": 200, "sort_column": "created_time", "sort_order": "A"}
        answer = client.call("GET", "/items", edition=INVENTORY, **query).json
        seen += [row["item_id"] for row in answer["items"]]
        more, page = answer["page_context"]["has_more_page"], page + 1
    assert (seen, page - 1) == (ids, 50)
    assert process_time() - begun < 4 * (begun - before)  # a third of what making them takes, usually
