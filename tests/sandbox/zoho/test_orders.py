"""Orders: confirmed, invoiced bit by bit or as they are, one by one or many at once."""

import pytest

LINE = {"rate": 10, "quantity": 2, "description": "free text"}


@pytest.mark.parametrize(
    ("edition", "action", "word"), [("books/v3", "open", "open"), ("inventory/v1", "confirmed", "confirmed")]
)
def test_an_order_is_confirmed_and_invoiced_bit_by_bit(client, edition, action, word):
    customer, item = client.contact(), client.item()
    body = {
        "customer_id": customer,
        "line_items": [{"item_id": item, "quantity": 3}],
        "reference_number": "7",
    }
    made = client.call("POST", "/salesorders", body, edition=edition)
    order = made.json["salesorder"]
    assert (made.status_code, order["order_status"], order["invoiced_status"]) == (201, "draft", "")
    path = f"/salesorders/{order['salesorder_id']}"
    client.ok("POST", f"{path}/status/{action}", edition=edition)
    assert client.ok("GET", path, edition=edition)["salesorder"]["order_status"] == word
    line = {"item_id": item, "salesorder_item_id": order["line_items"][0]["line_item_id"]}
    first = client.invoice(customer, [{**line, "quantity": 1}])
    assert first["salesorder_number"] == order["salesorder_number"]
    state = client.ok("GET", path)["salesorder"]
    assert (state["invoiced_status"], state["paid_status"]) == ("partially_invoiced", "unpaid")
    too_many = {"customer_id": customer, "line_items": [{**line, "quantity": 3}]}
    assert client.refused("POST", "/invoices", too_many) == (400, 36026)
    rest = client.ok("POST", "/invoices/fromsalesorder", salesorder_id=order["salesorder_id"])["invoice"]
    assert (rest["line_items"][0]["quantity"], rest["reference_number"]) == (2, "7")
    client.pay(customer, 20, rest["invoice_id"])
    state = client.ok("GET", path, edition="inventory/v1")["salesorder"]
    assert [
        state[key] for key in ("order_status", "invoiced_status", "shipped_status", "paid_status", "status")
    ] == [
        "closed",
        "invoiced",
        "pending",
        "partially_paid",
        "confirmed",
    ]
    assert client.refused("POST", "/invoices/fromsalesorder", salesorder_id=order["salesorder_id"])[0] == 400
    assert client.refused("DELETE", path) == (400, 36026)


@pytest.mark.parametrize(
    ("switch", "status", "stage"), [("accepted", 201, "closed"), ("refused", 400, "draft")]
)
def test_whether_a_draft_of_an_order_is_made_into_an_invoice(client_with, switch, status, stage):
    client = client_with({"zoho_draft_order_invoices": switch})
    body = {"customer_id": client.contact(), "line_items": [LINE]}
    order = client.ok("POST", "/salesorders", body)["salesorder"]["salesorder_id"]
    answer = client.call("POST", "/invoices/fromsalesorder", salesorder_id=order)
    assert answer.status_code == status
    assert client.ok("GET", f"/salesorders/{order}")["salesorder"]["order_status"] == stage
    if status == 201:
        changed = client.refused("PUT", f"/salesorders/{order}", {"line_items": [LINE]})
        assert changed == (400, 36023)
        again = client.call("POST", "/invoices/fromsalesorder", salesorder_id=order).json
        assert again == {"code": 36026, "message": "There are no items in this sales order to be invoiced."}


def test_orders_are_confirmed_in_bulk_in_inventory_only(client):
    customer = client.contact()
    ids = [
        client.ok("POST", "/salesorders", {"customer_id": customer, "line_items": [LINE]})["salesorder"][
            "salesorder_id"
        ]
        for _ in range(2)
    ]
    path = "/salesorders/status/confirmed"
    client.ok("POST", path, edition="inventory/v1", salesorder_ids=",".join(ids))
    assert client.refused("POST", path, salesorder_ids=ids[0])[0] in {404, 405}
    assert client.refused("POST", f"/salesorders/{ids[0]}/status/confirmed") == (404, 5)
