"""Price lists: percentages or rates, brackets, pages of items, and the contacts that have one."""

import pytest

PER_ITEM = {"name": "Trade", "pricebook_type": "per_item", "sales_or_purchase_type": "sales"}
PERCENT = {
    "name": "Minus ten",
    "pricebook_type": "fixed_percentage",
    "sales_or_purchase_type": "sales",
    "percentage": 10,
    "is_increase": False,
    "rounding_type": "round_to_dollar_minus_01",
    "decimal_place": 2,
}


def make(client, body, **more):
    return client.ok("POST", "/pricebooks", {**body, **more})["pricebook"]


def read(client, book, **query):
    return client.ok("GET", f"/pricebooks/{book}", **query)


def test_a_list_of_rates_shows_each_rate_and_follows_discounts(client):
    ids = [client.item(f"Item {n}", rate=10) for n in range(3)]
    rows = [{"item_id": ids[0], "pricebook_rate": 8}, {"item_id": ids[1], "pricebook_discount": "12.5%"}]
    made = make(client, PER_ITEM, pricebook_items=rows)
    assert (made["status"], made["currency_code"], made["percentage"]) == ("active", "EUR", "")
    told = read(client, made["pricebook_id"])["pricebook"]
    assert [(row["item_id"], float(row["pricebook_rate"])) for row in told["pricebook_items"]] == [
        *((ids[0], 8.0), (ids[1], 8.75))
    ]
    client.ok("PUT", f"/items/{ids[1]}", {"rate": 20})
    assert (
        float(read(client, made["pricebook_id"])["pricebook"]["pricebook_items"][1]["pricebook_rate"]) == 17.5
    )


def test_a_percentage_has_no_items_and_a_list_of_rates_no_percentage(client):
    item = client.item()
    rows = [{"item_id": item, "pricebook_rate": 1}]
    assert client.refused("POST", "/pricebooks", {**PERCENT, "pricebook_items": rows}) == (400, 2)
    assert client.refused("POST", "/pricebooks", {**PER_ITEM, "percentage": 5}) == (400, 2)
    assert client.refused("POST", "/pricebooks", {**PERCENT, "percentage": ""}) == (400, 2)
    made = make(client, PERCENT)
    told = read(client, made["pricebook_id"])["pricebook"]
    assert (told["percentage"], told["is_increase"], told["pricebook_items"]) == (10, False, [])
    assert (told["rounding_type"], told["decimal_place"]) == ("round_to_dollar_minus_01", 2)
    assert told["currency_id"] == ""


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"name": ""}, 4),
        ({"pricebook_type": None}, 4),
        ({"sales_or_purchase_type": None}, 4),
        ({"pricebook_type": "absolute"}, 2),
        ({"sales_or_purchase_type": "both"}, 2),
        ({"rounding_type": "up"}, 2),
        ({"decimal_place": 4}, 2),
        ({"decimal_place": 0}, 2),
        ({"percentage": 101}, 2),
        ({"percentage": -1}, 2),
        ({"currency_id": "1"}, 9004),
    ],
)
def test_a_list_that_says_too_little_or_nonsense_is_refused(client, more, code):
    assert client.refused("POST", "/pricebooks", {**PERCENT, **more}) == (400, code)
    assert client.ok("GET", "/pricebooks")["pricebooks"] == []


@pytest.mark.parametrize(
    "spelling", ["round_to_dollor", "round_to_dollar", "no_rounding", "round_to_half_dollar"]
)
def test_both_spellings_of_the_dollar_are_taken(client, spelling):
    assert make(client, PERCENT, rounding_type=spelling)["rounding_type"] == spelling


def test_brackets_of_quantities(client):
    item = client.item(rate=100)
    brackets = [
        {"start_quantity": 1, "end_quantity": 9, "pricebook_rate": 95},
        {"start_quantity": 10, "end_quantity": "", "pricebook_discount": "10%"},
    ]
    rows = [{"item_id": item, "price_brackets": brackets}]
    made = make(client, PER_ITEM, pricing_scheme="volume", pricebook_items=rows)
    (row,) = read(client, made["pricebook_id"])["pricebook"]["pricebook_items"]
    assert (row["pricing_scheme"], row["pricebook_rate"]) == ("volume", "")
    assert [(b["start_quantity"], b["end_quantity"], b["pricebook_rate"]) for b in row["price_brackets"]] == [
        *((1, 9, 95), (10, "", 90))
    ]


@pytest.mark.parametrize(
    "entry",
    [
        {"pricing_scheme": "volume", "price_brackets": []},
        {"price_brackets": [{"start_quantity": 1, "pricebook_rate": 1}]},
        {
            "pricing_scheme": "volume",
            "price_brackets": [{"start_quantity": 5, "end_quantity": 1, "pricebook_rate": 1}],
        },
        {
            "pricing_scheme": "volume",
            "price_brackets": [
                {"start_quantity": 1, "end_quantity": 5, "pricebook_rate": 1},
                {"start_quantity": 5, "pricebook_rate": 1},
            ],
        },
        {
            "pricing_scheme": "volume",
            "price_brackets": [
                {"start_quantity": 1, "pricebook_rate": 1},
                {"start_quantity": 5, "pricebook_rate": 1},
            ],
        },
        {"pricebook_rate": -1},
        {"pricebook_rate": ""},
        {"pricebook_discount": "5"},
        {"pricebook_discount": "101%"},
        {"pricebook_discount": "x%"},
        {"pricing_scheme": "heap", "pricebook_rate": 1},
    ],
)
def test_entries_that_say_no_price_are_refused(client, entry):
    rows = [{"item_id": client.item(), **entry}]
    assert client.refused("POST", "/pricebooks", {**PER_ITEM, "pricebook_items": rows})[0] == 400


def test_an_item_stands_in_a_list_once_and_must_exist(client):
    row = {"item_id": client.item(), "pricebook_rate": 1}
    assert client.refused("POST", "/pricebooks", {**PER_ITEM, "pricebook_items": [row, row]}) == (400, 2)
    row["item_id"] = "1"
    assert client.refused("POST", "/pricebooks", {**PER_ITEM, "pricebook_items": [row]}) == (404, 2006)


def test_put_replaces_all_items_and_only_what_it_names_besides(client):
    ids = [client.item(f"Item {n}") for n in range(3)]
    book = make(
        client,
        PER_ITEM,
        description="old",
        pricebook_items=[{"item_id": i, "pricebook_rate": 1} for i in ids],
    )
    path = f"/pricebooks/{book['pricebook_id']}"
    client.ok("PUT", path, {"name": "Wholesale"})
    told = client.ok("GET", path)["pricebook"]
    assert (told["name"], told["description"], len(told["pricebook_items"])) == ("Wholesale", "old", 3)
    client.ok("PUT", path, {"pricebook_items": [{"item_id": ids[1], "pricebook_rate": 2}]})
    assert [row["item_id"] for row in client.ok("GET", path)["pricebook"]["pricebook_items"]] == [ids[1]]
    client.item("Later")
    assert len(client.ok("GET", path)["pricebook"]["pricebook_items"]) == 1
    assert (
        client.refused("PUT", path, {"pricebook_items": [{"item_id": "1", "pricebook_rate": 2}]})[1] == 2006
    )
    client.ok("DELETE", f"/items/{ids[1]}")
    assert client.ok("GET", path)["pricebook"]["pricebook_items"] == []


def test_lists_are_listed_without_items_and_by_kind(client):
    make(client, PER_ITEM, pricebook_items=[{"item_id": client.item(), "pricebook_rate": 1}])
    make(client, PERCENT)
    bought = make(client, PERCENT, name="Bought", sales_or_purchase_type="purchases")
    client.ok("POST", f"/pricebooks/{bought['pricebook_id']}/inactive")

    def names(**query):
        return [row["name"] for row in client.ok("GET", "/pricebooks", **query)["pricebooks"]]

    assert names() == ["Bought", "Minus ten", "Trade"]
    assert names(filter_by="SalesOrPurchaseType.Sales") == ["Minus ten", "Trade"]
    assert names(filter_by="SalesOrPurchaseType.Purchases") == ["Bought"]
    assert names(search_text="TRA") == ["Trade"]
    answer = client.ok("GET", "/pricebooks", per_page=2)
    assert (len(answer["pricebooks"]), answer["page_context"]["has_more_page"]) == (2, True)
    row = client.ok("GET", "/pricebooks")["pricebooks"][0]
    assert (row["status"], "pricebook_items" in row, "last_modified_time" in row) == (
        "inactive",
        False,
        False,
    )
    client.world.switches["zoho_filters"] = "ignored"
    assert len(names(filter_by="SalesOrPurchaseType.Purchases")) == 3


@pytest.mark.parametrize("paging", ["all", "paged"])
def test_the_items_of_a_list_come_all_at_once_or_by_pages(client_with, paging):
    client = client_with({"zoho_pricebook_paging": paging})
    ids = client.http.post("/control/zoho/items", json={"count": 450}).json["ids"]
    rows = [{"item_id": each, "pricebook_rate": 1} for each in ids]
    book = make(client, PER_ITEM, pricebook_items=rows)["pricebook_id"]
    first = read(client, book)
    if paging == "all":
        assert len(read(client, book, page=2)["pricebook"]["pricebook_items"]) == 450
        assert "page_context" not in first
        return
    assert (len(first["pricebook"]["pricebook_items"]), first["page_context"]["has_more_page"]) == (200, True)
    last = read(client, book, page=3)
    assert (len(last["pricebook"]["pricebook_items"]), last["page_context"]["has_more_page"]) == (50, False)
    assert len(read(client, book, per_page=20)["pricebook"]["pricebook_items"]) == 20
    items = client.ok("GET", f"/pricebooks/{book}/items", page=2)
    assert [row["item_id"] for row in items["pricebook_items"]] == ids[200:400]


@pytest.mark.parametrize(("unique", "taken"), [(True, False), (False, True)])
def test_whether_two_lists_may_have_one_name_is_a_switch(client_with, unique, taken):
    client = client_with({"zoho_pricebook_names_unique": unique})
    make(client, PER_ITEM)
    answer = client.call("POST", "/pricebooks", {**PERCENT, "name": "TRADE"})
    assert (answer.status_code == 201) == taken
    assert answer.json["code"] == (0 if taken else 1001)


def test_a_contact_has_a_list_by_its_id_until_the_list_is_gone(client):
    book = make(client, PERCENT)["pricebook_id"]
    contact = client.contact(pricebook_id=book)

    def told():
        whole = client.ok("GET", f"/contacts/{contact}")["contact"]
        return whole["pricebook_id"], whole["pricebook_name"]

    assert told() == (book, "Minus ten")
    client.ok("PUT", f"/pricebooks/{book}", {"name": "Minus a tenth"})
    assert told() == (book, "Minus a tenth")
    assert client.refused("PUT", f"/contacts/{contact}", {"pricebook_id": "1"}) == (400, 2)
    client.ok("POST", f"/pricebooks/{book}/inactive")
    assert client.refused("POST", "/contacts", {"contact_name": "B", "pricebook_id": book}) == (400, 2)
    assert told()[0] == book
    client.ok("DELETE", f"/pricebooks/{book}")
    assert told() == ("", "")
    assert client.refused("GET", f"/pricebooks/{book}") == (404, 5)


def test_price_lists_belong_to_settings_in_both_editions(client):
    book = make(client, PERCENT)["pricebook_id"]
    assert client.ok("GET", f"/pricebooks/{book}", edition="inventory/v1")["pricebook"]["name"] == "Minus ten"
    client.org.logins.set_scope("ZohoInventory.items.ALL ZohoBooks.settings.READ")
    client.login()
    assert client.refused("GET", "/pricebooks", edition="inventory/v1") == (401, 57)
    assert client.refused("POST", "/pricebooks", PER_ITEM) == (401, 57)
    assert len(client.ok("GET", "/pricebooks")["pricebooks"]) == 1
