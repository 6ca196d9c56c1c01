"""What lists of goods on their way, of accounts and of currencies are asked for, and what is written among them."""

import pytest

from sandbox import create_app
from tests.sandbox.zoho.conftest import LOGIN, Client
from tests.sandbox.zoho.test_stock_documents import Shop, composite

INVENTORY = "inventory/v1"


@pytest.fixture(scope="module")
def goods():
    """One transfer, one bundle, and a package of two that has left; another stays."""
    client = Client(create_app(switches={"zoho_places": "locations"}))
    shop = Shop(client)
    shed = shop("POST", "/locations", {"location_name": "Shed"})["locations"]
    main = next(iter(client.org.places))
    line = {"item_id": shop.item, "quantity_transfer": 2}
    moved = {"from_location_id": main, "to_location_id": shed["location_id"], "line_items": [line]}
    shop("POST", "/transferorders", {**moved, "reason": "Full", "date": "2026-11-01"})
    kit = composite(shop, "assembly")
    shop(
        "POST",
        "/bundles",
        {"composite_item_id": kit, "quantity_to_bundle": 1, "date": "2026-11-01", "reference_number": "B-7"},
    )
    orders = [shop.order(1) for _ in (1, 2)]
    packages = [shop.pack(order, order_line, 1) for order, order_line in orders]
    shop.ship(orders[0][0], packages[0])
    ids = {"item": shop.item, "kit": kit, "main": main, "shed": shed["location_id"]}
    customer = client.contact("Payer")
    client.pay(customer, 3, description="By hand")
    return client, ids


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("packages?filter_by=Status.Shipped", 1),
        ("packages?filter_by=Status.NotShipped", 1),
        ("packages?status=delivered", 0),
        ("packages?packing_number_contains=PKG", 2),
        ("packages?packing_number_startswith=X", 0),
        ("packages?customer_name_startswith=A cust", 2),
        ("packages?shipment_date_start=2026-01-01", 1),
        ("packages?date_before=2026-01-01", 0),
        ("packages?search_text=nothing", 0),
        ("packages?sort_column=shipment_date", 2),
        ("transferorders?filter_by=TransferStatus.InTransit", 0),
        ("transferorders?status=transferred&item_id={item}", 1),
        ("transferorders?item_id=1", 0),
        ("transferorders?to_location_id={shed}", 1),
        ("transferorders?to_warehouse_id={main}", 0),
        ("transferorders?from_location_name=shed", 0),
        ("transferorders?reason=full&date_end=2026-11-01", 1),
        ("transferorders?serial_number=S1", 0),
        ("bundles?composite_item_id={kit}", 1),
        ("bundles?item_id={kit}", 0),
        ("bundles?filter_by=Status.Pending", 0),
        ("bundles?reference_number_contains=B-&location_id={main}", 1),
        ("bundles?date_start=2026-11-02", 0),
        ("compositeitems?combo_type=kit", 0),
        ("compositeitems?combo_type=assembly", 1),
        ("customerpayments?notes_contains=hand", 1),
        ("customerpayments?notes_startswith=hand", 0),
        ("customerpayments?filter_by=PaymentMode.Stripe", 0),
        ("contacts?zcrm_contact_id=7", 0),
        ("salesorders?salesperson_id=7", 0),
        ("invoices?filter_by=Type.DebitNote", 0),
    ],
)
def test_lists_of_goods_and_money_are_asked_as_they_are_described(goods, path, count):
    client, ids = goods
    room, _, query = path.format(**ids).partition("?")
    asked = dict(pair.split("=") for pair in query.split("&"))
    answer = client.ok("GET", f"/{room}", edition=INVENTORY, **asked)
    assert len(next(rows for rows in answer.values() if isinstance(rows, list))) == count


def test_items_are_sorted_by_what_there_is_of_them(goods):
    client, _ = goods
    rows = client.ok("GET", "/items", edition=INVENTORY, sort_column="stock_on_hand", sort_order="D")["items"]
    tracked = [row["stock_on_hand"] for row in rows if "stock_on_hand" in row]
    assert tracked == sorted(tracked, reverse=True)


@pytest.mark.parametrize(
    ("room", "key"),
    [
        ("chartofaccounts", "chartofaccounts"),
        ("bankaccounts", "bankaccounts"),
        ("settings/currencies", "currencies"),
    ],
)
def test_short_lists_come_in_pages_too_or_who_walks_them_never_ends(client, room, key):
    first = client.ok("GET", f"/{room}", per_page=3)
    second = client.ok("GET", f"/{room}", per_page=3, page=2)
    assert (len(first[key]), first["page_context"]["has_more_page"]) == (3, True)
    assert not {str(row) for row in first[key]} & {str(row) for row in second[key]}
    assert client.ok("GET", f"/{room}", per_page=3, page=99)[key] == []


@pytest.mark.parametrize(
    ("wanted", "types"),
    [
        ("AccountType.Asset", {"cash", "bank", "stock", "other_current_asset", "accounts_receivable"}),
        ("AccountType.Liability", {"other_current_liability", "accounts_payable"}),
        ("AccountType.Expense", {"expense", "cost_of_goods_sold", "other_expense"}),
        ("AccountType.Inactive", set()),
    ],
)
def test_accounts_are_found_by_their_five_kinds(client, wanted, types):
    rows = client.ok("GET", "/chartofaccounts", filter_by=wanted)["chartofaccounts"]
    assert {row["account_type"] for row in rows} == types


def test_an_account_lives_a_whole_life(client):
    told = {"account_name": "Fees", "account_type": "other_expense"}
    made = client.ok("POST", "/chartofaccounts", told)["chart_of_account"]
    path = f"/chartofaccounts/{made['account_id']}"
    assert (made["is_user_created"], made["is_system_account"], made["currency_code"]) == (True, False, "EUR")
    assert client.refused("POST", "/chartofaccounts", told) == (400, 1001)
    assert client.refused("POST", "/chartofaccounts", {**told, "account_type": "money"}) == (400, 2)
    changed = client.ok("PUT", path, {"account_code": "66"})
    assert changed["message"] == "The details of the account have been updated."
    client.ok("POST", f"{path}/inactive")
    inactive = client.ok("GET", "/chartofaccounts", filter_by="AccountType.Inactive")["chartofaccounts"]
    assert [(row["account_name"], row["account_code"]) for row in inactive] == [("Fees", "66")]
    assert client.ok("DELETE", path)["message"] == "The account has been deleted."
    sales = client.org.account("Sales")["account_id"]
    assert client.refused("DELETE", f"/chartofaccounts/{sales}") == (400, 9)


def test_accounts_changed_since_then_are_found(client):
    client.world.clock.advance(60)
    since = client.org.stamp()
    client.ok("POST", "/chartofaccounts", {"account_name": "New", "account_type": "equity"})
    rows = client.ok("GET", "/chartofaccounts", last_modified_time=since)["chartofaccounts"]
    assert [row["account_name"] for row in rows] == ["New"]


def test_a_bank_account_is_one_of_the_chart(client):
    told = {"account_name": "Savings", "account_type": "bank", "bank_name": "A Bank"}
    made = client.ok("POST", "/bankaccounts", told)["bankaccount"]
    path = f"/bankaccounts/{made['account_id']}"
    assert client.ok("PUT", path, {"account_number": "80"})["bankaccount"]["account_number"] == "80"
    assert client.ok("GET", f"/chartofaccounts/{made['account_id']}")
    client.ok("POST", f"{path}/inactive")
    assert client.ok("GET", path)["bankaccount"]["is_active"] is False
    client.ok("DELETE", path)
    assert client.refused("GET", path) == (404, 5)
    assert client.refused("POST", "/bankaccounts", {**told, "account_type": "income"}) == (400, 2)


def test_a_currency_is_made_given_a_rate_and_deleted_while_nothing_is_in_it(client):
    told = {"currency_code": "NOK", "currency_symbol": "kr", "currency_format": "1.234.567,89"}
    made = client.ok("POST", "/settings/currencies", {**told, "price_precision": 0})["currency"]
    assert client.refused("POST", "/settings/currencies", told) == (400, 1001)
    path = f"/settings/currencies/{made['currency_id']}"
    rate = client.ok("POST", f"{path}/exchangerates", {"rate": "0.5", "effective_date": "2026-11-01"})
    one = f"{path}/exchangerates/{rate['exchange_rate']['exchange_rate_id']}"
    client.ok("PUT", one, {"rate": 2})
    assert client.ok("GET", one)["exchange_rate"]["rate"] == 2
    assert client.ok("PUT", path, {"price_precision": 2})["currency"]["price_precision"] == 2
    assert client.refused("PUT", path, {"currency_symbol": "too long"}) == (400, 15)
    contact = client.contact("Nils", currency_id=made["currency_id"])
    assert client.refused("DELETE", path) == (400, 9)
    client.ok("DELETE", f"/contacts/{contact}")
    client.ok("DELETE", path)
    base = client.org.currency("EUR")["currency_id"]
    assert client.refused("POST", f"/settings/currencies/{base}/exchangerates", {"rate": 2}) == (400, 9)


def test_what_is_on_its_way_is_amended_and_its_lines_are_counted_anew(client_with):
    shop = Shop(client_with({"zoho_places": "locations"}))
    order, order_line = shop.order(3)
    path = f"/packages/{shop.pack(order, order_line, 3)}"
    three = [{"so_line_item_id": order_line, "quantity": 3}]
    answer = shop("PUT", path, {"line_items": [{**three[0], "quantity": 2}], "notes": "Fragile"})
    assert answer["message"] == "Package Updated Successfully."
    assert (answer["package"]["notes"], answer["package"]["total_quantity"]) == ("Fragile", 2)
    assert shop.read(order)["line_items"][0]["quantity_packed"] == 2
    assert shop.client.refused("PUT", path, {"line_items": [{**three[0], "quantity": 4}]}, edition=INVENTORY)
    assert shop.read(order)["line_items"][0]["quantity_packed"] == 2
    shop.ship(order, path.rpartition("/")[2])
    assert shop.client.refused("PUT", path, {"line_items": three}, edition=INVENTORY) == (400, 9)
    one = [{"salesorder_item_id": order_line, "quantity": 1}]
    back = shop("POST", "/salesreturns", {"line_items": one}, salesorder_id=order)["salesreturn"]
    two = {"line_items": [{**one[0], "quantity": 2}], "reason": "Broken"}
    shop("PUT", f"/salesreturns/{back['salesreturn_id']}", two)
    assert shop.read(order)["line_items"][0]["quantity_returned"] == 2


def test_what_came_in_and_what_was_moved_is_amended_with_its_stock(client_with):
    shop = Shop(client_with({"zoho_places": "locations"}))
    lines = [{"item_id": shop.item, "quantity": 5, "rate": 1}]
    bought = shop("POST", "/purchaseorders", {"vendor_id": shop.vendor, "line_items": lines})["purchaseorder"]
    came = {"line_item_id": bought["line_items"][0]["line_item_id"], "quantity": 5}
    of_order = {"purchaseorder_id": bought["purchaseorder_id"]}
    made = shop("POST", "/purchasereceives", {"line_items": [came]}, **of_order)["purchase_receive"]
    assert shop.both()[1][0] == 15
    shop("PUT", f"/purchasereceives/{made['receive_id']}", {"line_items": [{**came, "quantity": 2}]})
    assert shop.both()[1][0] == 12
    shed = shop("POST", "/locations", {"location_name": "Shed"})["locations"]["location_id"]
    moved = {"from_location_id": next(iter(shop.client.org.places)), "to_location_id": shed}
    line = {"item_id": shop.item, "quantity_transfer": 2}
    made = shop("POST", "/transferorders", {**moved, "line_items": [line]})["transfer_order"]
    path = f"/transferorders/{made['transfer_order_id']}"
    shop("PUT", path, {"line_items": [{**line, "quantity_transfer": 7}]})
    places = shop("GET", f"/items/{shop.item}")["item"]["locations"]
    assert {row["location_id"]: row["location_stock_on_hand"] for row in places}[shed] == 7
    assert shop.client.refused("PUT", path, {"to_location_id": moved["from_location_id"]}, edition=INVENTORY)
    shop("DELETE", "/transferorders", transfer_order_ids=made["transfer_order_id"])
    assert shop("GET", "/transferorders")["transfer_orders"] == []


def test_a_location_is_renamed_and_deleted_unless_something_is_there(client_with):
    shop = Shop(client_with({"zoho_places": "locations"}))
    path = f"/locations/{shop('POST', '/locations', {'location_name': 'Shed'})['locations']['location_id']}"
    assert shop("PUT", path, {"location_name": "Barn"})["locations"]["location_name"] == "Barn"
    main = f"/locations/{next(iter(shop.client.org.places))}"
    for wrong in (("PUT", main, {"location_name": "barn"}), ("DELETE", main)):
        assert shop.client.refused(*wrong, edition=INVENTORY)[0] == 400
    shop("DELETE", path)
    assert shop.client.refused("GET", path, edition=INVENTORY) == (404, 5)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/invoices/1/attachment", 501),
        ("POST", "/salesorders/1/submit", 501),
        ("POST", "/expenses", 501),
        ("GET", "/vendorpayments/1", 501),
        ("GET", "/invoices/templates", 501),
        ("GET", "/invoices/pdf", 501),
        ("GET", "/invoices/1/email", 501),
        ("POST", "/projects/1/tasks", 501),
        ("GET", "/nonsense", 404),
        ("PUT", "/organizations", 405),
        ("GET", "/recurringbills", 200),
    ],
)
def test_what_the_platform_has_and_the_sandbox_has_not_is_named_openly(client, method, path, status):
    answer = client.call(method, path)
    assert answer.status_code == status
    assert (path in answer.json["message"]) is (status == 501)


def test_custom_fields_alone_come_as_a_bare_list_or_in_an_object(client):
    client.org.set_custom_field("invoices", "cf_mark", unique=False)
    lines = [{"name": "x", "rate": 5, "quantity": 1}]
    number = client.invoice(client.contact(), lines)["invoice_id"]
    for value, wrap in (("bare", lambda rows: rows), ("wrapped", lambda rows: {"custom_fields": rows})):
        rows = [{"api_name": "cf_mark", "value": value}]
        told = client.ok("PUT", f"/invoice/{number}/customfields", wrap(rows))
        assert told["message"] == "Custom Fields Updated Successfully"
        assert client.ok("GET", f"/invoices/{number}")["invoice"]["cf_mark"] == value


def test_terms_of_a_contact_are_days_that_a_calendar_has(client):
    told = {"contact_name": "Late", "payment_terms": 10**12}
    assert client.refused("POST", "/contacts", told) == (400, 2)


def test_answers_are_json_without_spaces_as_shell_scripts_cut_tokens_out_of_them(client):
    token = client.http.post("/zoho/accounts/oauth/v2/token", data=LOGIN).get_data(as_text=True)
    assert token.startswith('{"access_token":"1000.')
    assert client.call("GET", "/items").get_data(as_text=True).startswith('{"code":0,"message":"success",')
