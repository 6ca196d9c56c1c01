"""v2 orders as other people's clients meet them."""

import pytest

from sandbox.bigcommerce import placing
from sandbox.bigcommerce.shapes import ORDER_KEYS, moment_of, rfc2822
from tests.sandbox.bigcommerce.conftest import bundle, open_store


def place(store, count=1, **order):
    return [placing.place(store.world, bundle(**order)) for _ in range(count)]


def test_an_order_keeps_the_real_order_of_keys_and_links_back_to_this_sandbox(store):
    (order_id,) = place(store)
    order = store.api("GET", f"v2/orders/{order_id}").json()
    known = [key for key in order if key in ORDER_KEYS]
    assert known == [key for key in ORDER_KEYS if key in order]
    assert order["products"] == {
        "url": f"http://sandbox/bigcommerce/stores/sandbox/v2/orders/{order_id}/products",
        "resource": f"/orders/{order_id}/products",
    }
    assert order["total_inc_tax"] == "12.0000"
    assert order["date_modified"].endswith("+0000")
    assert store.session.get(order["products"]["url"]).json()[0]["order_id"] == order_id


def test_an_empty_list_and_a_page_past_the_end_are_204_without_a_body(store):
    for path in ("v2/orders", "v2/orders?page=2", "v2/orders?status_id=4"):
        answer = store.api("GET", path)
        assert (answer.status_code, answer.content) == (204, b""), path
    (order_id,) = place(store)
    assert store.api("GET", f"v2/orders/{order_id}/coupons").status_code == 204
    store.world.switches["empty_list"] = "array"
    assert store.api("GET", f"v2/orders/{order_id}/coupons").json() == []


def test_pages_are_cut_by_page_and_limit_and_no_page_is_longer_than_250(store):
    ids = place(store, 260)
    assert [row["id"] for row in store.api("GET", "v2/orders?limit=100&page=3").json()] == ids[200:]
    assert len(store.api("GET", "v2/orders?limit=250").json()) == 250
    refused = store.api("GET", "v2/orders?limit=251")
    assert (refused.status_code, refused.json()[0]["details"]) == (413, {"max_limit": 250})
    store.world.switches["limit_too_large"] = "clamp"
    assert len(store.api("GET", "v2/orders?limit=1000").json()) == 250
    assert len(store.api("GET", "v2/orders").json()) == 50


def test_orders_are_found_by_the_documented_filters(store):
    first, second, third = place(store, 3)
    store.api("PUT", f"v2/orders/{second}", json={"status_id": 2, "external_order_id": "INV-7"})
    found = lambda query: [row["id"] for row in (store.api("GET", f"v2/orders?{query}").json())]  # noqa: E731
    assert found(f"min_id={second}") == [second, third]
    assert found(f"max_id={second}") == [first, second]
    assert found("status_id=2") == [second]
    assert found("external_order_id=INV-7") == [second]
    assert found("email=A@EXAMPLE.com&sort=id:desc") == [third, second, first]
    assert store.api("GET", "v2/orders?min_total=12.01").status_code == 204
    assert len(found("min_total=12")) == 3


def test_changes_are_listed_by_date_modified_in_both_notations(store):
    first, second = place(store, 2)
    store.world.clock.advance(60)
    store.api("PUT", f"v2/orders/{first}", json={"staff_notes": "seen"})
    moment = store.api("GET", f"v2/orders/{first}").json()["date_modified"]
    iso = moment_of(moment).isoformat()
    by_rfc = store.api("GET", "v2/orders", params={"min_date_modified": moment}).json()
    assert [row["id"] for row in by_rfc] == [first]
    for written in (iso, iso.replace("+00:00", "Z"), f"{iso[:10]} {iso[11:19]}"):
        by_iso = store.api("GET", "v2/orders", params={"min_date_modified": written}).json()
        assert [row["id"] for row in by_iso] == [first]
    raw = store.api("GET", f"v2/orders?min_date_modified={iso}").json()
    assert [row["id"] for row in raw] == [first], "a plus that nobody encoded"
    both = store.api("GET", "v2/orders?sort=date_modified:asc").json()
    assert [row["id"] for row in both] == [second, first]
    store.world.switches["min_date"] = "exclusive"
    assert store.api("GET", "v2/orders", params={"min_date_modified": moment}).status_code == 204


@pytest.mark.parametrize(
    "query", ["page=x", "limit=0", "sort=colour:asc", "min_date_modified=soon", "status_id=x"]
)
def test_a_nonsense_filter_is_an_array_with_a_400(store, query):
    answer = store.api("GET", f"v2/orders?{query}")
    assert answer.status_code == 400
    assert answer.json()[0]["status"] == 400


def test_an_unknown_order_and_an_unknown_path_are_arrays_with_a_404(store):
    for path in ("v2/orders/9", "v2/orders/9/products", "v2/nothing"):
        answer = store.api("GET", path)
        assert (answer.status_code, answer.json()[0]["status"]) == (404, 404), path


def test_the_mark_of_the_books_is_written_moves_the_date_and_is_found(store):
    (order_id,) = place(store)
    before = store.api("GET", f"v2/orders/{order_id}").json()["date_modified"]
    store.world.clock.advance(2)
    answer = store.api("PUT", f"v2/orders/{order_id}", json={"external_order_id": "INV-000001"})
    assert answer.json()["external_order_id"] == "INV-000001"
    assert answer.json()["date_modified"] != before


def test_a_status_change_carries_its_words_and_the_shipping_date(store):
    (order_id,) = place(store)
    order = store.api("PUT", f"v2/orders/{order_id}", json={"status_id": 2}).json()
    assert (order["status"], order["custom_status"]) == ("Shipped", "Shipped")
    assert order["date_shipped"]


@pytest.mark.parametrize(
    "body",
    [
        {"id": 5},
        {"total_tax": "1"},
        {"colour": "red"},
        {"status_id": 99},
        {"status_id": "x"},
        {"subtotal_ex_tax": "1"},
        {"staff_notes": "x" * 65536},
        {"external_order_id": {"a": 1}},
        {"discount_amount": "much"},
    ],
)
def test_what_an_order_does_not_take_is_a_400_and_changes_nothing(store, body):
    (order_id,) = place(store)
    before = store.api("GET", f"v2/orders/{order_id}").json()
    answer = store.api("PUT", f"v2/orders/{order_id}", json=body)
    assert (answer.status_code, answer.json()[0]["status"]) == (400, 400)
    assert store.api("GET", f"v2/orders/{order_id}").json() == before


def test_an_external_merchant_id_is_written_once(store):
    (order_id,) = place(store)
    assert store.api("PUT", f"v2/orders/{order_id}", json={"external_merchant_id": "a"}).status_code == 200
    assert store.api("PUT", f"v2/orders/{order_id}", json={"external_merchant_id": "b"}).status_code == 400


def test_an_order_made_by_api_adds_up_exclusive_and_inclusive():
    """2 x 10.00 net, 2 x 12.00 gross, shipping 5.00/6.00, discount 3.00 in the price basis."""
    body = {
        "products": [{"name": "Mug", "quantity": 2, "price_ex_tax": 10, "price_inc_tax": "12"}],
        "billing_address": {"first_name": "A", "email": "a@example.com"},
        "shipping_cost_ex_tax": "5",
        "shipping_cost_inc_tax": "6",
        "discount_amount": 3,
    }
    for inclusive, totals in (
        (False, ("22.0000", "5.0000", "27.0000")),
        (True, ("22.0000", "5.0000", "27.0000")),
    ):
        store = open_store(switches={"prices_with_tax": inclusive})
        order = store.api("POST", "v2/orders", json=body).json()
        assert (order["total_ex_tax"], order["total_tax"], order["total_inc_tax"]) == totals
        assert list(order) == list(ORDER_KEYS)
        assert (order["order_source"], order["status_id"], order["tax_provider_id"]) == ("external", 1, "")
        (line,) = store.api("GET", f"v2/orders/{order['id']}/products").json()
        assert (line["total_inc_tax"], line["discounted_total_inc_tax"], line["product_id"]) == (
            "24.0000",
            "24.0000",
            0,
        )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"products": [{"product_id": 999, "quantity": 1}], "billing_address": {"email": "a"}},
        {"products": [{"quantity": 1}], "billing_address": {"email": "a"}},
        {"products": [{"name": "x", "price_ex_tax": 1}], "billing_address": {"email": "a"}},
        {"products": "no", "billing_address": {"email": "a"}},
    ],
)
def test_an_order_that_lacks_what_it_needs_is_a_400(store, body):
    assert store.api("POST", "v2/orders", json=body).status_code == 400
    assert store.api("POST", "v2/orders", data="{").status_code == 400
    assert store.world.bigcommerce.orders == {}


def test_archived_orders_vanish_from_lists_and_stay_readable(store):
    first, second = place(store, 2)
    assert store.api("DELETE", f"v2/orders/{first}").status_code == 204
    assert [row["id"] for row in store.api("GET", "v2/orders").json()] == [second]
    assert store.api("GET", f"v2/orders/{first}").json()["is_deleted"] is True
    assert [row["id"] for row in store.api("GET", "v2/orders?is_deleted=true").json()] == [first]


def test_embedded_line_items_stop_at_fifty_and_say_so(store):
    told = bundle()
    told["products"] = [{"product_id": 0, "name": f"Line {n}", "quantity": 1} for n in range(60)]
    told["shipping_addresses"] = [{"first_name": "A", "base_cost": "5.1000"}]
    order_id = placing.place(store.world, told)
    query = "include=consignments,%20consignments.line_items&consignment_structure=object"
    (parcel,) = store.api("GET", f"v2/orders/{order_id}?{query}").json()["consignments"]["shipping"]
    assert len(parcel["line_items"]) == 50
    assert "__warning__" in parcel
    assert parcel["base_cost"] == 5.1
    assert len(store.api("GET", f"v2/orders/{order_id}/products?limit=250").json()) == 60
    bare = store.api("GET", f"v2/orders/{order_id}?include=consignments").json()["consignments"]
    assert isinstance(bare, list)
    assert "url" in bare[0]["shipping"][0]["line_items"][0]
    listed = store.api("GET", f"v2/orders?{query.replace('&', ',fees&')}").json()[0]
    assert (listed["fees"], "__warning__" in listed["consignments"]["shipping"][0]) == ([], True)


def test_tax_rows_tell_their_line_only_when_asked_for_details(store):
    told = bundle()
    told["taxes"] = [{"name": "VAT", "rate": "20.0000", "order_product_id": 5, "line_item_type": "item"}]
    order_id = placing.place(store.world, told)
    (plain,) = store.api("GET", f"v2/orders/{order_id}/taxes").json()
    (full,) = store.api("GET", f"v2/orders/{order_id}/taxes?details=true").json()
    assert "order_product_id" not in plain
    assert (full["order_product_id"], full["line_item_type"]) == (5, "item")


def test_the_count_goes_by_status(store):
    place(store, 2)
    place(store, 1, status_id=2)
    told = store.api("GET", "v2/orders/count").json()
    assert told["count"] == 3
    assert {row["id"]: row["count"] for row in told["statuses"] if row["count"]} == {2: 1, 11: 2}
    assert len(store.api("GET", "v2/order_statuses").json()) == 15


def test_transactions_and_refunds_come_in_the_envelope(store):
    told = bundle()
    told["transactions"] = [{"event": "purchase", "amount": 12, "status": "ok"}]
    told["refunds"] = [{"total_amount": 2, "items": [], "payments": []}]
    order_id = placing.place(store.world, told)
    (row,) = store.api("GET", f"v3/orders/{order_id}/transactions").json()["data"]
    assert (row["order_id"], row["amount"]) == (str(order_id), 12)
    (refund,) = store.api("GET", f"v3/orders/{order_id}/payment_actions/refunds").json()["data"]
    number = refund["id"]
    assert store.api("GET", f"v3/orders/payment_actions/refunds/{number}").json()["data"] == refund
    query = f"order_id:in={order_id}&id:in={number}"
    assert store.api("GET", f"v3/orders/payment_actions/refunds?{query}").json()["data"] == [refund]
    missing = store.api("GET", "v3/orders/9/transactions")
    assert (missing.status_code, missing.json()["status"]) == (404, 404)


def test_a_recorded_order_keeps_its_numbers_and_gets_what_it_lacks(store, tmp_path):
    import json

    told = bundle(463, total_inc_tax="12.3456", date_created="Tue, 28 Apr 2026 13:06:44 +0000")
    (tmp_path / "463.json").write_text(json.dumps(told))
    (tmp_path / "again.json").write_text(json.dumps(told))
    (tmp_path / "no.json").write_text('{"orders": []}')
    answer = store.control("POST", "load", json={"path": str(tmp_path)}).json()
    assert answer["ids"] == [463]
    assert {row["name"] for row in answer["refused"]} == {"again.json", "no.json"}
    assert "463" in next(row["why"] for row in answer["refused"] if row["name"] == "again.json")
    order = store.api("GET", "v2/orders/463").json()
    assert (order["total_inc_tax"], order["date_created"]) == ("12.3456", "Tue, 28 Apr 2026 13:06:44 +0000")
    assert order["external_order_id"] == ""
    assert store.api("GET", "v2/orders/463/products").json()[0]["id"]
    assert store.api("GET", "v3/catalog/products/77").json()["data"]["sku"] == "MUG"


def test_a_person_edits_an_order_and_another_vanishes(store):
    first, second = place(store, 2)
    store.control("PATCH", f"orders/{first}", json={"order": {"total_inc_tax": "13.0000", "status_id": 5}})
    order = store.api("GET", f"v2/orders/{first}").json()
    assert (order["total_inc_tax"], order["status"]) == ("13.0000", "Cancelled")
    store.control("DELETE", f"orders/{second}")
    assert store.api("GET", f"v2/orders/{second}").status_code == 404


def test_dates_are_read_in_every_notation_a_client_may_send():
    from datetime import UTC, datetime, timedelta

    for day in range(7):
        moment = datetime(2026, 4, 27, 13, 6, 44, tzinfo=UTC) + timedelta(days=day)
        texts = (
            rfc2822(moment),
            moment.isoformat(),
            moment.isoformat().replace("+", " "),
            f"{moment:%Y-%m-%d %H:%M:%S}",
        )
        assert {moment_of(text) for text in texts} == {moment}
    with pytest.raises(ValueError, match="soon"):
        moment_of("soon")


def test_a_shipment_is_written_and_tells_what_was_sent(store):
    told = bundle()
    told["shipping_addresses"] = [{"first_name": "A"}]
    order_id = placing.place(store.world, told)
    (line,) = store.api("GET", f"v2/orders/{order_id}/products").json()
    path = f"v2/orders/{order_id}/shipments"
    body = {
        "order_address_id": line["order_address_id"],
        "items": [{"order_product_id": line["id"], "quantity": 1}],
        "tracking_number": "T1",
    }
    for wrong in (
        {},
        {**body, "order_address_id": 5},
        {**body, "items": [{"quantity": 1}]},
        {**body, "items": "x"},
        {**body, "date_created": "now"},
        {**body, "items": [{**body["items"][0], "product_id": 77}]},
    ):
        assert store.api("POST", path, json=wrong).status_code == 400
    made = store.api("POST", path, json=body)
    assert (made.status_code, made.json()["tracking_number"]) == (201, "T1")
    assert store.api("POST", path, json=body).status_code == 400, "nothing is left to ship"
    order = store.api("GET", f"v2/orders/{order_id}").json()
    assert (order["items_shipped"], order["status_id"]) == (1, 11)
    assert store.api("PUT", f"{path}/{made.json()['id']}", json={"comments": "c"}).json()["comments"] == "c"
    for wrong in ({"items": []}, {"order_address_id": 5}):
        assert store.api("PUT", f"{path}/{made.json()['id']}", json=wrong).status_code == 400
    refused = store.api("PUT", f"{path}/{made.json()['id']}", json={"items": []}).json()
    assert refused[0]["message"].startswith("The field 'items' cannot be written to.")
    assert store.api("DELETE", f"{path}/{made.json()['id']}").status_code == 204


def test_a_shipment_that_is_deleted_gives_its_pieces_back_to_be_sent_otherwise(store):
    order_id = placing.place(store.world, {**bundle(), "shipping_addresses": [{"email": "to@example.com"}]})
    (line,) = store.api("GET", f"v2/orders/{order_id}/products").json()
    path = f"v2/orders/{order_id}/shipments"
    body = {
        "order_address_id": str(line["order_address_id"]),
        "items": [{"order_product_id": str(line["id"]), "quantity": "1"}],
        "tracking_number": "T1",
        "tracking_carrier": "dhl",
        "tracking_link": None,
        "merchant_shipping_cost": "4.5",
    }
    for one in (True, False):
        made = store.api("POST", path, json=body).json()
        assert made["items"] == [
            {"order_product_id": line["id"], "product_id": line["product_id"], "quantity": 1}
        ]
        assert (made["merchant_shipping_cost"], made["tracking_link"]) == ("4.5000", "")
        assert made["generated_tracking_link"].endswith("/dhl/T1")
        assert made["shipping_address"]["email"] == "to@example.com"
        assert store.api("DELETE", f"{path}/{made['id']}" if one else path).status_code == 204
        assert store.api("GET", f"v2/orders/{order_id}").json()["items_shipped"] == 0


@pytest.mark.parametrize(
    "body", [[], "x", 5, None, {"products": [5]}, {"products": {}, "billing_address": []}]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "v2/orders"),
        ("POST", "v2/hooks"),
        ("POST", "v3/hooks"),
        ("POST", "v3/catalog/products"),
        ("PUT", "v3/catalog/products"),
        ("PUT", "v3/catalog/variants"),
        ("POST", "v3/customers"),
        ("PUT", "v3/customers"),
    ],
)
def test_nonsense_is_refused_and_never_breaks_the_sandbox(store, method, path, body):
    import json

    answer = store.api(method, path, data=json.dumps(body), headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500 or ((path == "v3/customers" or "catalog" in path) and body == [])
