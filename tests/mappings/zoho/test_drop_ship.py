"""Which purchase orders an order needs, told from what is sold, what items say, and what was ordered before."""

from decimal import Decimal

import pytest

from mappings.rules import BookRules
from mappings.zoho.drop_ship import plan
from mappings.zoho.purchases import Purchase, Row, Sold, Ware, sold_rows, ware_of

D = Decimal
RULES = BookRules("hash", drop_ship="on", document="sales_order")
HAT = Ware("hat", "HAT", "v1", D("11.50"))
TEA = Ware("tea", "TEA", "v2", D("2.25"))
MUG = Ware("mug", "MUG", "", D("3.00"))
WARES = {ware.item: ware for ware in (HAT, TEA, MUG)}
ROWS = (Row("mug", D(3), "l1"), Row("hat", D(2), "l2"), Row("tea", D(4), "l3"))
SOLD = Sold("100", "so1", "c1", "2026-11-22", ROWS)


def there(vendor="v1", rows=(ROWS[1],), status="draft", **more):
    return Purchase(vendor, f"id-{vendor}", f"PO-{vendor}", status, tuple(rows), **more)


def verbs(bought):
    return [(step.verb, step.key.rpartition(":")[2]) for step in bought.steps]


def test_each_vendor_is_asked_for_his_goods_at_the_purchase_rate():
    bought = plan(SOLD, WARES, (), RULES)
    assert verbs(bought) == [("create", "v1"), ("create", "v2")]
    body = bought.steps[0].body
    assert (body["vendor_id"], body["salesorder_id"], body["delivery_customer_id"]) == ("v1", "so1", "c1")
    assert (body["reference_number"], body["is_drop_shipment"]) == ("100", True)
    assert body["custom_fields"] == [{"api_name": "cf_cartbooks_key", "value": "hash:100:drop-ship:v1"}]
    line = {"item_id": "hat", "quantity": D(2), "purchase_rate": D("11.50"), "rate": D("11.50")}
    assert body["line_items"] == [{**line, "salesorder_item_id": "l2"}]
    assert bought.told[1] == "ordered of vendor v2: 4 x TEA at 2.25; together 9.00"


@pytest.mark.parametrize(
    ("known", "rows", "expected"),
    [
        (there(), ROWS, []),
        (there(), (Row("hat", D(5), "l2"),), [("amend", "v1")]),
        (there(rows=(Row("hat", D(2), "gone"),)), (Row("hat", D(2), "l9"),), [("amend", "v1")]),
        (there(rows=(Row("hat", D(2)),)), (Row("hat", D(2), "l2"),), []),
        (there(), (Row("hat", D(1), "l2"), Row("hat", D(1), "l4")), []),
        (there(), (), [("delete", "v1")]),
        (there(status="cancelled"), (Row("hat", D(5), "l2"),), []),
        (there(status="gone"), (Row("hat", D(5), "l2"),), []),
        (there(status="issued"), (Row("hat", D(2), "l9"),), []),
    ],
)
def test_a_draft_follows_what_is_sold_and_what_is_over_stays_over(known, rows, expected):
    wares = {**WARES, "tea": MUG}
    bought = plan(Sold("100", "so1", "c1", "2026-11-22", rows), wares, (known,), RULES)
    assert (verbs(bought), bought.held) == (expected, ())


@pytest.mark.parametrize(
    ("known", "rows", "sentence"),
    [
        (there(status="issued"), (), "PO-v1 is issued with 2 x HAT, and order 100 wants nothing"),
        (there(status="billed"), (Row("hat", D(3)),), "PO-v1 is billed with 2 x HAT, and order 100 wants 3 x HAT"),
        (there(status="open", rows=(Row("pin", D(1), sku="PIN"),)), (), "PO-v1 is open with 1 x PIN, and"),
        (there(ours=False), (Row("hat", D(3)),), "PO-v1 was made or changed by a person with 2 x HAT"),
    ],
)  # fmt: skip
def test_what_a_vendor_has_seen_or_a_person_changed_is_a_persons_to_settle(known, rows, sentence):
    bought = plan(Sold("100", "so1", rows=rows), WARES, (known,), RULES)
    (held,) = bought.held
    assert (bought.steps, held.reason, sentence in held.what) == ((), "changed-after-posting", True)


def test_what_was_ordered_of_one_vendor_stays_with_him_when_another_is_preferred():
    moved = {**WARES, "hat": Ware("hat", "HAT", "v2", D("10.00"))}
    bought = plan(Sold("100", "so1", rows=(Row("hat", D(5), "l2"),)), moved, (there(),), RULES)
    assert verbs(bought) == [("amend", "v1")]


def test_what_cannot_be_ordered_holds_its_vendor_alone():
    poor = {**WARES, "hat": Ware("hat", "HAT", "v1", D(0), "SKU HAT has no purchase price in Zoho")}
    bought = plan(SOLD, poor, (), RULES)
    assert (verbs(bought), bought.held[0].reason) == ([("create", "v2")], "drop-ship")
    assert "SKU HAT has no purchase price" in bought.held[0].what


def test_what_has_left_or_changed_after_its_invoice_is_ordered_of_nobody():
    assert plan(Sold("100", "so1", rows=ROWS, opens=False), WARES, (), RULES).steps == ()
    bought = plan(Sold("100", rows=ROWS, invoiced=True), WARES, (there(),), RULES)
    assert (bought.steps, len(bought.held)) == ((), 1)
    assert "wants 4 x TEA of a vendor, and nothing is ordered" in bought.held[0].what
    bought = plan(Sold("100", rows=(Row("hat", D(5)),), invoiced=True), WARES, (there(),), RULES)
    assert bought.held[0].what.endswith("wants 5 x HAT of a vendor, and purchase order PO-v1 has 2 x HAT")


@pytest.mark.parametrize(
    ("told", "vendor", "trouble"),
    [
        ({"vendor_id": "v1", "purchase_rate": D("1.5")}, "v1", ""),
        ({"vendor_id": "", "preferred_vendors": [{"vendor_id": "v3"}], "purchase_rate": 1}, "v3", ""),
        ({"vendor_id": "v1", "purchase_rate": ""}, "v1", "SKU HAT has no purchase price in Zoho"),
        ({"vendor_id": "v1", "purchase_rate": 2, "status": "inactive"}, "v1", "SKU HAT is inactive in Zoho"),
        ({"vendor_id": "v1", "purchase_rate": 2, "product_type": "service"}, "", ""),
    ],
)
def test_an_item_says_of_whom_it_is_bought_and_for_how_much(told, vendor, trouble):
    ware = ware_of({"item_id": "hat", "sku": "HAT", **told})
    assert (ware.vendor, ware.trouble) == (vendor, trouble)


def test_of_a_sales_order_only_goods_are_bought():
    lines = [
        {"item_id": "hat", "quantity": 2, "line_item_id": "l1"},
        {"item_id": "ship", "quantity": 1, "line_item_id": "l2"},
    ]
    assert sold_rows({"line_items": lines}, frozenset({"hat"})) == (Row("hat", D(2), "l1"),)
