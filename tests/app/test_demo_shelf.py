"""The demo's judge of the catalogue sees every way in which a store may differ from the books."""

import pytest

from app.demo.judge import summary as told
from app.demo.play import of_catalogue, workers_of
from app.demo.shelf import Shelf, arrived, good, listed, offers, summary

ROW = {"product": "MUG", "item": "Mug", "names": ["Mug", "Mug (MUG)"], "sku": "MUG", "rate": "10.00"}
WANTED = {**ROW, "becomes": "visible", "active": True, "id": None}
LISTS = [{"name": "Trade", "prices": {"MUG": {"1": "9.00", "10": "8.00"}}}]
TIER = {"quantity_min": 10, "quantity_max": None, "type": "fixed", "amount": 8}


def product(number=1, sku="mug", **changed):
    variant = {"id": 10 * number, "sku": sku, "price": None, "purchasing_disabled": False}
    named = {"id": number, "name": "Mug", "price": 10, "is_visible": True, "sku": sku}
    inner = {key: changed.pop(key) for key in list(changed) if key in variant and key not in named}
    return {**named, **changed, "variants": [{**variant, **inner}]}


def shelf(*products, records=(), names=("Trade",)):
    lists = [{"id": place, "name": name, "active": True} for place, name in enumerate(names, 1)]
    return Shelf(products, lists, records)


def record(**changed):
    return {"price_list_id": 1, "variant_id": 10, "price": 9, "bulk_pricing_tiers": [TIER], **changed}


def verdict(there, row=WANTED):
    (offer,) = offers([row], there)
    return offer.complaint


def counts(there, rows=(WANTED,), lists=LISTS):
    return summary(offers(rows, there), listed(lists, rows, there))


def test_what_is_as_it_should_be_is_right():
    there = shelf(product(), records=[record()])
    seen = counts(there)
    assert seen["products"] == {"expected": 1, "right": 1, "wrong": 0, "missing": 0}
    assert seen["price_lists"] == {"expected": 1, "records": 1, "right": 1, "wrong": 0, "missing": 0}
    assert good(seen)


@pytest.mark.parametrize(
    ("products", "complaint"),
    [
        ([], "missing"),
        ([product(), product(2)], "2 times"),
        ([product(name="Cup")], "name"),
        ([product(price=11)], "price"),
        ([product(is_visible=False)], "invisible"),
        ([product(purchasing_disabled=True)], "invisible"),
    ],
)
def test_each_way_to_be_wrong_is_a_complaint(products, complaint):
    there = shelf(*products, records=[record()])
    assert complaint in verdict(there)
    assert not good(counts(there))


def test_a_product_that_was_there_must_be_the_same_one():
    assert "anew" in verdict(shelf(product(number=2)), {**WANTED, "id": 1})
    assert verdict(shelf(product(number=1)), {**WANTED, "id": 1}) == ""


def test_what_is_not_for_sale_must_not_be_there():
    nothing = {**WANTED, "becomes": "nothing"}
    assert verdict(shelf(), nothing) == ""
    assert verdict(shelf(product()), nothing)
    assert counts(shelf(product()), [nothing], [])["products"]["wrong"] == 1


def test_an_item_without_a_sku_is_told_by_its_name():
    bare = {**WANTED, "sku": ""}
    assert verdict(shelf(product(sku="")), bare) == ""
    assert verdict(shelf(product(sku="", name="Cup")), bare) == "missing"


def test_variants_of_one_group_belong_into_one_product():
    group = [{**WANTED, "product": "Mugs", "sku": sku} for sku in ("A", "B")]
    parted = offers(group, shelf(product(1, "A"), product(2, "B")))
    assert [bool(offer.complaint) for offer in parted] == [False, True]


@pytest.mark.parametrize(
    ("records", "right", "wrong", "missing"),
    [
        ([], 0, 0, 1),
        ([record(price=8)], 0, 1, 0),
        ([record(bulk_pricing_tiers=[])], 0, 1, 0),
        ([record(bulk_pricing_tiers=[{**TIER, "type": "price", "amount": 1}])], 1, 0, 0),
        ([record(price_list_id=2)], 0, 0, 1),
    ],
)
def test_each_price_is_right_wrong_or_missing(records, right, wrong, missing):
    seen = counts(shelf(product(), records=records))["price_lists"]
    assert (seen["right"], seen["wrong"], seen["missing"]) == (right, wrong, missing)


def test_a_price_or_a_list_too_many_is_wrong():
    too_many = [{"name": "Trade", "prices": {}}]
    assert counts(shelf(product(), records=[record()]), lists=too_many)["price_lists"]["wrong"] == 1
    assert (
        counts(shelf(product(), names=("Trade", "Suppliers"), records=[record()]))["price_lists"]["wrong"]
        == 1
    )


def test_a_part_has_arrived_when_nothing_of_it_is_wrong_or_missing():
    expected = {"items": [WANTED], "price_lists": LISTS}
    stages = [shelf(), shelf(product()), shelf(product(), records=[record()])]
    seen = [[arrived(flow, expected, there) for flow in ("items", "prices")] for there in stages]
    assert seen == [[False, False], [True, False], [True, True]]


def test_a_login_is_no_writing():
    post = {"platform": "zoho", "method": "POST"}
    calls = [
        {**post, "agent": "worker", "path": "/zoho/books/v3/invoices"},
        {**post, "agent": "catalogue", "path": "/zoho/accounts/oauth/v2/token"},
    ]
    assert workers_of(calls) == 1


def test_the_catalogues_calls_are_no_orders():
    def call(path, query="", method="GET"):
        return {"platform": "zoho", "method": method, "path": f"/zoho/books/v3{path}", "query": query}

    ours = [
        call("/items", "page=1"),
        call("/itemdetails", "item_ids=1"),
        call("/pricebooks/4"),
        call("/items/1/image"),
    ]
    orders = [
        call("/items", "search_text=MUG"),
        call("/items", method="POST"),
        call("/contacts"),
        call("/invoices"),
    ]
    assert [of_catalogue(one) for one in ours] == [True] * 4
    assert [of_catalogue(one) for one in orders] == [False] * 4
    assert told([], {"zoho": 9, "bigcommerce": 1, "catalogue": 4})["zoho_calls"] == 9
