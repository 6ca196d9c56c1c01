"""Goods whose item names a vendor are ordered of him, once, at his price, and sent to the customer."""

import time
from decimal import Decimal

import pytest

from app.telling_words import sentence_of
from ledger import history, links, runs, work
from sandbox.bigcommerce import life
from tasks import backfill, purchases
from tasks.foreseen import preview
from tests.tasks.checks import invoices_of, key_of, records
from tests.tasks.conftest import LINE, placed, struck_by
from tests.tasks.test_lost_answers import deadly, without_unique_field, work_until_killed
from tests.tasks.test_releases import sweep
from tests.tasks.test_undo import take_back

PURCHASES = "/zoho/inventory/v1/purchaseorders"
HAT = {"price": "30.00", "quantity": 2, "tax": "20", "sku": "HAT", "name": "Hat"}
TEA = {"price": "9.00", "quantity": 4, "tax": "7", "sku": "TEA", "name": "Tea"}
LINES = [LINE, HAT, TEA]  # three mugs of our own, two hats and four teas of two vendors
INVENTORY = 'zoho.product = "inventory"\norders.document = "sales_order"\norders.drop_ship = "on"'


@pytest.fixture
def lab(new_lab):
    return dropping(new_lab)


def dropping(new_lab, born="draft", switches=None, **more):
    """A merchant with two vendors: hats cost 11.50 of one of them, tea 2.25 of the other."""
    lab = new_lab(more=INVENTORY, switches={"zoho_purchaseorder_born": born, **(switches or {})}, **more)
    lab.set(pace=100.0)  # an hour lasts longer than a test
    lab.hatter, lab.grocer = vendor(lab, "Hatter"), vendor(lab, "Grocer")
    lab.hat = lab.item(name="Hat", sku="HAT", rate="30", purchase_rate="11.50", vendor_id=lab.hatter)
    lab.tea = lab.item(name="Tea", sku="TEA", rate="9", purchase_rate="2.25", vendor_id=lab.grocer)
    return lab


def vendor(lab, name, **told):
    body = {"contact_name": name, "contact_type": "vendor", **told}
    return lab.world.zoho.ask("POST", "/contacts", body)["contact"]["contact_id"]


def bought(lab):
    """Vendor to what is ordered of him: (item, pieces, rate) of each line."""
    return {
        row["vendor_id"]: [(line["item_id"], line["quantity"], line["rate"]) for line in row["line_items"]]
        for row in records(lab, "purchaseorders")
    }


def of(lab, whom):
    (made,) = [row for row in records(lab, "purchaseorders") if row["vendor_id"] == whom]
    return made


def edit(lab, order, sku, quantity):
    """The shopper wants another number of it."""
    rows = lab.world.bigcommerce.orders[int(order)]["products"]
    (line,) = [row["id"] for row in rows if row["sku"] == sku]
    life.edit(lab.world, int(order), line, quantity=quantity)


def mark(lab, whom, status):
    """A person says so in Zoho."""
    path = f"/purchaseorders/{of(lab, whom)['purchaseorder_id']}/status/{status}"
    lab.world.zoho.ask("POST", path, {}, "inventory")


def again(lab, order):
    """A person says retry."""
    work.retry(lab.ledger, [lab.row(order).id], time.time())
    lab.quiet()
    return lab.row(order)


def test_each_vendor_is_ordered_of_once_at_his_price_and_an_order_that_did_not_change_costs_nothing(lab):
    order = placed(lab, lines=LINES)
    assert lab.sync(order).outcome == "posted"
    assert bought(lab) == {
        lab.hatter: [(lab.hat, 2, Decimal("11.50"))],  # 2 x 11.50 = 23.00, sold for 60.00
        lab.grocer: [(lab.tea, 4, Decimal("2.25"))],  # 4 x 2.25 = 9.00, sold for 36.00
    }
    (sale,) = records(lab, "salesorders")
    for row in records(lab, "purchaseorders"):
        assert (row["salesorder_id"], row["is_drop_shipment"]) == (sale["salesorder_id"], True)
        assert (row["reference_number"], row["delivery_customer_id"]) == (order, sale["customer_id"])
        assert key_of(row) == f"sandbox:{order}:drop-ship:{row['vendor_id']}"
    assert [line["quantity_dropshipped"] for line in sale["line_items"]][:3] == [0, 2, 4]
    before = len(lab.calls("zoho"))
    assert lab.sync(order).outcome == again(lab, order).outcome == "posted"
    assert lab.calls("zoho")[before:] == []
    lab.sync(placed(lab, lines=LINES))  # the vendors and their prices are known by now
    asked = [(call["method"], call["path"].partition("/v1/")[2]) for call in lab.calls("zoho")[before:]]
    assert [
        path for _, path in asked if path == "itemdetails" or path.endswith((lab.hatter, lab.grocer))
    ] == []
    assert [method for method, path in asked if path.startswith("purchaseorders")] == ["POST", "POST"]
    assert len([path for method, path in asked if method == "GET"]) == 1  # the sales order, for its lines


def test_a_new_purchase_price_counts_from_the_next_hour_on(lab):
    lab.sync(placed(lab, lines=LINES[:2]))
    lab.change_item(lab.hat, purchase_rate="12.00")
    lab.sync(placed(lab, lines=LINES[:2]))
    lab.set(pace=1e6)  # the hour is over
    lab.sync(placed(lab, lines=LINES[:2]))
    rates = [row["line_items"][0]["rate"] for row in records(lab, "purchaseorders")]
    assert rates == [Decimal("11.50"), Decimal("11.50"), Decimal("12.00")]


def test_drafts_follow_every_edit_and_leave_with_the_order(lab):
    order = placed(lab, lines=LINES)
    lab.sync(order)
    unheard = {"kind": "reset_after", "platform": "zoho", "times": 1}
    struck_by(lab, {**unheard, "path": f"{PURCHASES}/*", "methods": ("PUT",)})
    edit(lab, order, "HAT", quantity=6)
    assert lab.sync(order).outcome == "posted"
    assert lab.world.moods.report()["moods"][0]["struck"] == 1
    edit(lab, order, "HAT", quantity=5)
    assert lab.sync(order).outcome == "posted"
    hats = of(lab, lab.hatter)
    assert (bought(lab)[lab.hatter], hats["total"]) == ([(lab.hat, 5, Decimal("11.50"))], Decimal("57.50"))
    edit(lab, order, "TEA", quantity=0)
    lab.sync(order)
    assert bought(lab).keys() == {lab.hatter}
    life.add(lab.world, int(order), price="9.00", quantity=3, tax="7", name="Tea", sku="TEA")
    lab.sync(order)
    assert bought(lab)[lab.grocer] == [(lab.tea, 3, Decimal("2.25"))]
    assert of(lab, lab.hatter)["purchaseorder_id"] == hats["purchaseorder_id"]
    life.cancel(lab.world, int(order))
    assert lab.sync(order).outcome == "posted"
    assert (bought(lab), records(lab, "salesorders")[0]["status"]) == ({}, "void")
    life.reinstate(lab.world, int(order))
    lab.sync(order)
    sale = records(lab, "salesorders")[-1]
    assert len(bought(lab)) == 2
    assert {row["salesorder_id"] for row in records(lab, "purchaseorders")} == {sale["salesorder_id"]}


def test_where_keys_are_not_kept_drafts_are_ours_all_the_same(lab):
    without_unique_field(lab)
    order = placed(lab, lines=LINES[:2])
    lab.sync(order)
    edit(lab, order, "HAT", quantity=5)
    assert lab.sync(order).outcome == "posted"
    assert bought(lab) == {lab.hatter: [(lab.hat, 5, Decimal("11.50"))]}


@pytest.mark.parametrize("born", ["issued", "draft"])
def test_what_a_vendor_has_seen_is_settled_by_a_person(new_lab, born):
    lab = dropping(new_lab, born)
    order = placed(lab, lines=LINES)
    lab.sync(order)
    if born == "draft":
        mark(lab, lab.hatter, "issued")
    edit(lab, order, "HAT", quantity=3)
    row = lab.sync(order)
    number = of(lab, lab.hatter)["purchaseorder_number"]
    assert (row.outcome, row.reason) == ("held", "changed-after-posting")
    assert f"{number} is issued with 2 x HAT, and order {order} wants 3 x HAT of its vendor now" in row.what
    assert (bought(lab)[lab.hatter][0][1], records(lab, "salesorders")[0]["line_items"][1]["quantity"]) == (
        2,
        3,
    )
    line = {"item_id": lab.hat, "quantity": 3, "rate": "11.50"}
    path = f"/purchaseorders/{of(lab, lab.hatter)['purchaseorder_id']}"
    lab.world.zoho.ask("PUT", path, {"line_items": [line]}, "inventory")
    assert again(lab, order).outcome == "posted"
    life.cancel(lab.world, int(order))
    row = lab.sync(order)
    assert (row.outcome, f"purchase order {number} is issued" in row.what) == ("held", True)
    assert records(lab, "salesorders")[0]["status"] == "void"
    assert len(bought(lab)) == (2 if born == "issued" else 1)
    for each in list(records(lab, "purchaseorders")):
        mark(lab, each["vendor_id"], "cancelled")
    assert again(lab, order).outcome == "posted"


def test_what_a_person_cancels_or_deletes_is_not_made_again_and_told(lab):
    order = placed(lab, lines=LINES)
    lab.sync(order)
    mark(lab, lab.hatter, "cancelled")
    lab.world.zoho.ask(
        "DELETE", f"/purchaseorders/{of(lab, lab.grocer)['purchaseorder_id']}", {}, "inventory"
    )
    edit(lab, order, "HAT", quantity=7)
    edit(lab, order, "TEA", quantity=7)
    assert lab.sync(order).outcome == "posted"
    assert bought(lab) == {lab.hatter: [(lab.hat, 2, Decimal("11.50"))]}
    told = [event.detail["status"] for event in history.of(lab.ledger, "main", "orders", order)
            if event.event == "purchase order over"]  # fmt: skip
    assert sentence_of("purchase order over", {"number": "PO-1", "status": "gone"})[0].startswith(
        "purchase order PO-1"
    )
    assert sorted(told) == ["cancelled", "gone"]


@pytest.mark.parametrize("unique", [True, False], ids=["unique field", "no unique field"])
def test_an_answer_that_is_lost_doubles_nothing(new_lab, unique):
    told = {"zoho_inventory_purchase_filters": unique, "zoho_purchaseorder_told": False}
    lab = dropping(new_lab, lease=0.8, switches=told)
    if not unique:
        without_unique_field(lab)
    first, order = placed(lab, lines=LINES[:2]), placed(lab, lines=LINES)
    lab.sync(first)  # by now it is known whether keys are kept
    deadly(lab, "POST", PURCHASES)
    work_until_killed(lab, order)
    assert len(records(lab, "purchaseorders")) == 2
    struck_by(
        lab, {"kind": "reset_after", "platform": "zoho", "path": PURCHASES, "methods": ("POST",), "times": 1}
    )
    lab.quiet()
    assert (len(bought(lab)), len(records(lab, "purchaseorders"))) == (2, 3)
    assert lab.row(order).outcome == "posted"


@pytest.mark.parametrize("before", [False, True], ids=["heard of nowhere", "never sent"])
def test_an_order_that_is_cancelled_before_anybody_heard_of_its_purchase_order_leaves_none(new_lab, before):
    lab = dropping(new_lab, lease=0.8)
    order = placed(lab, lines=LINES)
    deadly(lab, "POST", PURCHASES, before=before)
    work_until_killed(lab, order)
    life.cancel(lab.world, int(order))
    unheard = {"kind": "reset_after", "platform": "zoho", "times": 1}
    struck_by(lab, {**unheard, "path": f"{PURCHASES}/*", "methods": ("DELETE",)})
    lab.quiet()
    assert (records(lab, "purchaseorders"), lab.row(order).outcome) == ([], "posted")
    assert lab.world.moods.report()["moods"][0]["struck"] == (0 if before else 1)
    life.reinstate(lab.world, int(order))
    assert (lab.sync(order).outcome, len(bought(lab))) == ("posted", 2)


def test_what_zoho_names_with_the_sales_order_is_not_ordered_twice(new_lab):
    """Our memory was lost, and a person has ordered the tea by hand."""
    lab = dropping(new_lab)
    without_unique_field(lab)
    lab.change_item(lab.tea, vendor_id="")
    order = placed(lab, lines=LINES)
    lab.sync(order)
    purchases.forget_all(lab.connection, order)
    lab.change_item(lab.tea, vendor_id=lab.grocer)
    links.forget(lab.ledger, lab.connection.organization, "ware", lab.tea)
    body = {"vendor_id": lab.grocer, "line_items": [{"item_id": lab.tea, "quantity": 4, "rate": "2"}]}
    body |= {"salesorder_id": records(lab, "salesorders")[0]["salesorder_id"], "is_drop_shipment": True}
    lab.world.zoho.ask("POST", "/purchaseorders", body, "inventory")
    assert again(lab, order).outcome == "posted"
    assert bought(lab) == {lab.hatter: [(lab.hat, 2, Decimal("11.50"))], lab.grocer: [(lab.tea, 4, 2)]}
    assert len(records(lab, "purchaseorders")) == 2


def test_what_a_person_ordered_and_cancelled_before_anything_was_ordered_of_us_is_no_order(lab):
    lab.change_item(lab.tea, vendor_id="")
    order = placed(lab, lines=LINES)
    lab.sync(order)
    body = {"vendor_id": lab.grocer, "line_items": [{"item_id": lab.tea, "quantity": 4, "rate": "2"}]}
    body |= {"salesorder_id": records(lab, "salesorders")[0]["salesorder_id"], "is_drop_shipment": True}
    lab.world.zoho.ask("POST", "/purchaseorders", body, "inventory")
    mark(lab, lab.grocer, "cancelled")
    lab.change_item(lab.tea, vendor_id=lab.grocer)
    links.forget(lab.ledger, lab.connection.organization, "ware", lab.tea)
    edit(lab, order, "TEA", quantity=5)
    assert lab.sync(order).outcome == "posted"
    teas = [row for row in records(lab, "purchaseorders") if row["vendor_id"] == lab.grocer]
    assert [(row["status"], row["line_items"][0]["quantity"]) for row in teas] == [
        ("cancelled", 4),
        ("draft", 5),
    ]


def test_a_draft_that_a_person_has_changed_is_not_written_over(lab):
    order = placed(lab, lines=LINES)
    lab.sync(order)
    path = f"/purchaseorders/{of(lab, lab.hatter)['purchaseorder_id']}"
    dearer = {"line_items": [{"item_id": lab.hat, "quantity": 2, "rate": "12.00"}]}
    lab.world.zoho.ask("PUT", path, dearer, "inventory")
    edit(lab, order, "HAT", quantity=4)
    edit(lab, order, "TEA", quantity=6)
    row = lab.sync(order)
    assert "was made or changed by a person with 2 x HAT" in row.what
    assert "was made or changed by a person with 2 x HAT" in again(lab, order).what
    assert bought(lab) == {
        lab.hatter: [(lab.hat, 2, Decimal("12.00"))],
        lab.grocer: [(lab.tea, 6, Decimal("2.25"))],
    }


def test_what_cannot_be_ordered_holds_and_the_sale_is_in_the_books(lab):
    lab.change_item(lab.hat, purchase_rate=0)
    lab.world.zoho.ask("POST", f"/contacts/{lab.grocer}/inactive", {})
    order = placed(lab, lines=LINES)
    row = lab.sync(order)
    assert (row.outcome, row.reason, bought(lab)) == ("held", "drop-ship", {})
    assert "SKU HAT has no purchase price in Zoho" in row.what
    assert "SKU TEA: its vendor is inactive in Zoho" in row.what
    assert records(lab, "salesorders")[0]["status"] == "confirmed"
    lab.change_item(lab.hat, purchase_rate="11.50")
    sweep(lab)
    assert lab.row(order).reason == "drop-ship"
    lab.world.zoho.ask("POST", f"/contacts/{lab.grocer}/active", {})
    sweep(lab)
    assert (lab.row(order).outcome, len(bought(lab))) == ("posted", 2)
    lab.world.zoho.ask("POST", f"/contacts/{lab.grocer}/inactive", {})  # who was found well a moment ago
    row = lab.sync(placed(lab, lines=LINES))
    assert (row.reason, len(records(lab, "purchaseorders"))) == ("drop-ship", 3)
    assert "4 x TEA: Zoho refused: Invalid value passed for vendor_id (code 2)" in row.what


def test_where_an_invoice_follows_purchase_orders_belong_to_the_sales_order(lab):
    lab.rules(document="invoice", invoice_when="paid")
    lab.change_item(lab.tea, purchase_rate=0)
    order = placed(lab, lines=LINES)
    row = lab.sync(order)
    assert (row.reason, bought(lab).keys()) == ("drop-ship", {lab.hatter})
    assert len(invoices_of(lab, order)) == 1  # the sale goes on
    lab.change_item(lab.tea, purchase_rate="2.25")
    assert (again(lab, order).outcome, len(bought(lab))) == ("posted", 2)
    edit(lab, order, "HAT", quantity=3)
    row = lab.sync(order)
    assert (row.reason, bought(lab)[lab.hatter][0][1]) == ("changed-after-posting", 2)
    assert "changed after its sales order was invoiced: it wants 3 x HAT of a vendor" in row.what
    life.cancel(lab.world, int(order))
    assert (lab.sync(order).outcome, bought(lab)) == ("posted", {})


@pytest.mark.parametrize("rules", [{"drop_ship": "off"}, {"document": "invoice"}])
def test_nothing_is_ordered_where_that_is_off_or_no_sales_order_comes_first(lab, rules):
    lab.rules(**rules)
    order = placed(lab, lines=LINES)
    assert "purchase_order" not in {step.kind for step in preview(lab.connection, order).steps}
    assert (lab.sync(order).outcome, bought(lab)) == ("posted", {})


def test_an_order_that_is_gone_takes_its_drafts_with_it_and_one_that_has_left_is_ordered_of_nobody(lab):
    lab.rules(endings={**lab.connection.book_rules.endings, "deleted": "reverse"})
    order, shipped = placed(lab, lines=LINES), placed(lab, lines=LINES, status_id=2)
    lab.sync(order)
    life.delete(lab.world, int(order))
    assert (lab.sync(order).reason, bought(lab)) == ("gone", {})
    assert (lab.sync(shipped).outcome, bought(lab)) == ("posted", {})


def test_drafts_leave_with_an_order_that_ends_though_our_memory_was_lost_or_nothing_is_ordered_any_more(lab):
    lab.rules(document="invoice", invoice_when="shipped")
    lost, parted = placed(lab, lines=LINES), placed(lab, lines=LINES)
    lab.sync(lost, parted)
    purchases.forget_all(lab.connection, lost)
    life.cancel(lab.world, int(lost))
    assert (lab.sync(lost).outcome, len(records(lab, "purchaseorders"))) == ("posted", 2)
    lab.rules(drop_ship="off", partial_invoices="on")
    life.ship(lab.world, int(parted), {lab.world.bigcommerce.orders[int(parted)]["products"][0]["id"]: 1})
    lab.sync(parted)
    assert (len(invoices_of(lab, parted)), len(bought(lab))) == (1, 2)
    life.cancel(lab.world, int(parted))
    assert (lab.sync(parted).outcome, bought(lab)) == ("posted", {})


def test_a_run_that_is_undone_takes_back_drafts_and_names_what_is_issued(lab):
    run = runs.begin(lab.ledger, "main", "sync", time.time())
    first, second = placed(lab, lines=LINES), placed(lab, lines=[LINE, HAT])
    backfill.noted(lab.connection, run, {first: "", second: ""})
    lab.quiet()
    issued = next(row for row in records(lab, "purchaseorders") if row["reference_number"] == second)
    path = f"/purchaseorders/{issued['purchaseorder_id']}/status/issued"
    lab.world.zoho.ask("POST", path, {}, "inventory")
    ends = {end.order: end.remains for end in take_back(lab, run)}
    number = issued["purchaseorder_number"]
    assert ends == {first: "", second: f"purchase order {number} is issued: cancel it with its vendor first"}
    assert [row["purchaseorder_id"] for row in records(lab, "purchaseorders")] == [issued["purchaseorder_id"]]
    lab.world.zoho.ask("POST", path.replace("issued", "cancelled"), {}, "inventory")
    assert [(end.order, end.done) for end in take_back(lab, run)] == [(second, True)]
    assert (again(lab, first).outcome, len(records(lab, "purchaseorders"))) == ("posted", 3)


def test_a_preview_shows_them_with_their_figures_and_writes_nothing(lab):
    order = placed(lab, lines=LINES)
    plan = preview(lab.connection, order)
    ordered = [step for step in plan.steps if step.kind == "purchase_order"]
    assert [step.body["vendor_id"] for step in ordered] == sorted([lab.hatter, lab.grocer])
    assert f"ordered of vendor {lab.hatter}: 2 x HAT at 11.50; together 23.00" in plan.arithmetic
    assert records(lab, "purchaseorders") == []
    lab.sync(order)
    assert preview(lab.connection, order).steps == ()
