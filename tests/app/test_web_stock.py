"""The door for callbacks about stock: which items of which callback are noted, when, and what is never believed."""

import json
import time
from urllib.parse import urlencode

import pytest

from app.nudge import gathered
from app.web import LARGEST_RECORD
from ledger import links, takings, work
from ledger.store import writing
from tasks.stock_notes import TICK
from tests.app.test_web_zoho import FORM, HOOK, PATH, SECRET, SECRETS, SETTINGS, Web
from tests.e2e.eyes import until

ON = 'store.public_url = "https://books.example"\nstock.method = "{}"'
STORE = "/webhooks/bigcommerce/main"
STORE_HOOK = {"X-Cartbooks-Secret": SECRETS["CARTBOOKS_MAIN_WEBHOOK_SECRET"]}
ENTITIES = {
    "invoice": "invoices",
    "salesorder": "salesorders",
    "creditnote": "creditnotes",
    "bill": "bills",
    "purchasereceive": "purchasereceives",
    "inventory_adjustment": "inventoryadjustments",
    "transfer_order": "transferorders",
    "package": "packages",
    "shipmentorder": "shipmentorders",
    "salesreturn": "salesreturns",
}


class Door(Web):
    def __init__(self, directory, method="one_way", more=""):
        super().__init__(directory, f"{ON.format(method)}\n{more}")
        self.at = []
        door = self.app.extensions["door"]
        object.__setattr__(door, "nudge_at", lambda *nudge: self.at.append(nudge))

    def noted(self, flow="stock"):
        due = work.due(self.ledger, time.time() + TICK, 5000, renudge_after=0.0)
        rows = [work.find_id(self.ledger, row[0]) for row in due]
        return sorted(row.record for row in rows if row.flow == flow)

    def link(self, item, variant, product="9", **extra):
        links.bind(self.ledger, "main", "stock", item, variant, {"product": product, **extra}, 1.0)

    def books(self, order, document, pieces, *, booked="all", kind="invoice"):
        """An order whose document we made: variant -> pieces."""
        rows = {variant: ("9", many, many) for variant, many in pieces.items()}
        takings.put(self.ledger, "main", order, rows, 1.0, 1.0)
        links.bind(
            self.ledger, "main", "document", f"abc:{order}:{kind}:1", document, {"status": "sent"}, 1.0
        )
        takings.book(self.ledger, "main", order, booked)


@pytest.fixture
def door(tmp_path):
    return Door(tmp_path)


@pytest.fixture
def both(tmp_path):
    return Door(tmp_path, "two_way")


def document(name, *items, number="500", **told):
    lines = [{"item_id": item, "quantity": many} for item, many in items]
    return {name: {f"{name}_id": number, "status": "sent", "line_items": lines, **told}}


def level(product, variant=None, **told):
    kind = "sku" if variant else "product"
    inventory = {"product_id": product, "method": "absolute", "value": 7}
    if variant:
        inventory["variant_id"] = variant
    data = {"type": kind, "id": variant or product, "inventory": inventory}
    return {"scope": f"store/{kind}/inventory/updated", "data": data, **told}


# --- which items ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ENTITIES)
def test_a_document_notes_the_items_of_its_lines_each_once(door, name):
    assert door.post(document(name, ("71", 2), ("72", 1), ("71", 1))).status_code == 200
    assert door.noted() == ["71", "72"]
    assert work.find(door.ledger, "main", "stock", "71").urgent


@pytest.mark.parametrize(("name", "module"), ENTITIES.items())
def test_a_document_that_does_not_name_its_items_is_noted_itself(door, name, module):
    assert door.post({name: {f"{name}_id": "500", "status": "sent"}}).status_code == 200
    assert door.noted() == [f"{module}:500"]


@pytest.mark.parametrize(
    ("fields", "noted"),
    [
        ({"JSONString": json.dumps(document("invoice", ("71", 2)))}, ["71"]),
        ({"invoice_id": "500", "salesorder_id": "600", "total": "12"}, ["invoices:500"]),
        ({"package_id": "500", "salesorder_id": "600"}, ["packages:500"]),
        ({"shipment_id": "500", "salesorder_id": "600"}, ["shipmentorders:500"]),
        ({"creditnote_id": "500", "invoice_id": "600"}, ["creditnotes:500"]),
        ({"inventory_adjustment_id": "500"}, ["inventoryadjustments:500"]),
        ({"salesorder_id": "500", "item_id": "71"}, ["salesorders:500"]),
    ],
)
def test_a_form_says_it_as_well_and_the_nearest_name_counts(door, fields, noted):
    assert door.post(urlencode(fields).encode(), kind=FORM).status_code == 200
    assert door.noted() == noted


def test_a_changed_item_is_looked_at_for_its_stock_and_for_its_product(door):
    door.post({"item": {"item_id": "71", "group_id": ""}})
    assert (door.noted(), door.noted("items")) == (["71"], ["item:71"])


def test_with_the_catalogue_off_only_the_stock_is_noted(tmp_path, monkeypatch):
    off = SETTINGS.replace('catalogue.items = "on"', 'catalogue.items = "off"')
    monkeypatch.setattr("tests.app.test_web_zoho.SETTINGS", off)
    door = Door(tmp_path)
    door.post({"item": {"item_id": "71"}})
    assert (door.noted(), door.noted("items")) == (["71"], [])


def test_kits_follow_their_parts_and_parts_the_kits_that_were_sold(door):
    door.link("80", "8", kit={"71": "2", "72": "1"})
    for part in ("71", "72"):
        links.bind(door.ledger, "main", "stock_part", part, part, {"kits": ["80", "81"]}, 1.0)
    door.post(document("invoice", ("71", 1)))
    assert door.noted() == ["71", "80", "81"]
    door.post(document("bill", ("80", 1)))
    assert door.noted() == ["71", "72", "80", "81"]


def test_what_lies_inside_of_a_sold_kit_is_noted_too(door):
    inside = {"item_id": "80", "quantity": 1, "mapped_items": [{"item_id": "73", "quantity": 2}]}
    door.post({"invoice": {"invoice_id": "500", "line_items": [inside]}})
    assert door.noted() == ["73", "80"]


def test_a_document_of_more_items_than_are_taken_is_noted_itself(door):
    door.post(document("bill", *((str(number), 1) for number in range(1, 502))))
    assert door.noted() == ["bills:500"]


def test_a_document_of_half_a_megabyte_is_answered_at_once(door):
    told = document("bill", *((str(number), 1) for number in range(1, 501)))
    for row in told["bill"]["line_items"]:
        row["description"] = "x" * 900
    assert 450_000 < len(json.dumps(told)) < LARGEST_RECORD
    began = time.thread_time()
    assert door.post(told).status_code == 200
    assert time.thread_time() - began < 5.0  # a fifth of a second of our own work, usually
    assert len(door.noted()) == 500
    assert len(door.at) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"invoice": {"invoice_id": "12; DROP TABLE work", "line_items": [{"item_id": "71"}]}},
        {"invoice": {"line_items": [{"item_id": "71"}]}},
        {"invoice": {"invoice_id": True}},
        {"invoice": []},
        {"contact": {"contact_id": "9"}},
        {"salesorder_id": "x"},
    ],
)
def test_a_document_without_a_number_notes_nothing(door, told):
    door.post(told)
    assert door.noted() == []


def test_lines_that_are_none_are_passed_over(door):
    lines = [None, 7, "71", {}, {"item_id": "x"}, {"item_id": "72", "quantity": "many"}, {"item_id": 73}]
    door.post({"invoice": {"invoice_id": "500", "line_items": lines}})
    assert door.noted() == ["72", "73"]


@pytest.mark.parametrize("method", ["off", "scheduled"])
def test_without_real_time_no_callback_is_listened_to(tmp_path, method):
    door = Door(tmp_path, method)
    door.link("71", "8")
    assert door.post(document("invoice", ("71", 2))).status_code == 200
    assert door.post({"item": {"item_id": "71"}}).status_code == 200
    assert door.post(level(9, 8), STORE_HOOK, STORE).status_code == 200
    assert door.noted() == []


def test_strangers_note_nothing(both):
    both.link("71", "8")
    assert both.post(document("invoice", ("71", 2)), {"X-Cartbooks-Secret": SECRET[:-1]}).status_code == 401
    assert both.post(level(9, 8), HOOK, STORE).status_code == 401
    assert both.noted() == []


# --- documents of our own ---------------------------------------------------------------------------------


def test_the_echo_of_our_own_document_is_not_even_noted(door):
    door.link("71", "8")
    door.books("100", "500", {"8": 2})
    door.post(document("invoice", ("71", 2), ("70", 1)))  # the second line is the shipping
    assert door.noted() == []


def test_while_a_document_is_being_made_its_echo_is_not_waited_for(door):
    door.link("71", "8")
    door.books("100", "500", {"8": 2}, booked="none")
    takings.begin(door.ledger, "main", "100")
    door.post(document("invoice", ("71", 2), status="draft"))
    assert door.noted() == []


@pytest.mark.parametrize(
    "told",
    [
        document("invoice", ("71", 2), status="void"),
        document("invoice", ("71", 2), status="draft"),
        document("invoice", ("71", 1)),
        document("invoice", ("71", 2), ("72", 1)),
        {"invoice": {"invoice_id": "500"}},
    ],
    ids=["void", "draft", "fewer", "another", "deleted"],
)
def test_what_a_person_changes_in_our_document_has_it_read_again(door, told):
    door.link("71", "8")
    door.link("72", "7")
    door.books("100", "500", {"8": 2})
    door.post(told)
    assert door.noted() == ["invoices:500"]


def test_our_draft_that_somebody_sends_is_read_again_because_it_books_now(door):
    door.link("71", "8")
    door.books("100", "500", {"8": 2}, booked="none")
    door.post(document("invoice", ("71", 2)))
    assert door.noted() == ["invoices:500"]


@pytest.mark.parametrize("name", ["invoice", "package", "shipmentorder"])
def test_what_follows_from_our_sales_order_has_that_read_again_first(door, name):
    door.link("71", "8")
    door.books("100", "600", {"8": 2}, booked="none", kind="order")
    door.post(document(name, ("71", 2), ("75", 1), salesorder_id="600"))
    assert door.noted() == ["75", "salesorders:600"]


@pytest.mark.parametrize("name", ["salesreturn", "creditnote"])
def test_what_comes_back_is_no_business_of_the_sales_order(door, name):
    door.link("71", "8")
    door.books("100", "600", {"8": 2}, kind="order")
    door.post(document(name, ("71", 2), salesorder_id="600"))
    assert door.noted() == ["71"]


def test_our_own_adjustment_comes_back_and_changes_nothing(both):
    both.post(document("inventory_adjustment", ("71", 2), reference_number="abc:stock:77"))
    assert both.noted() == []
    both.post(document("inventory_adjustment", ("71", 2), reference_number="counted"))
    assert both.noted() == ["71"]


# --- levels of the store ----------------------------------------------------------------------------------


def test_in_two_way_a_level_that_changed_in_the_store_notes_its_item(both):
    both.link("71", "8")
    both.link("72", "7", product="10")
    assert both.post(level(9, 8), STORE_HOOK, STORE).status_code == 200
    assert both.noted() == ["71"]
    assert both.post(level(10), STORE_HOOK, STORE).status_code == 200
    assert both.noted() == ["71", "72"]


def test_what_was_paired_since_is_found_when_the_pairs_are_read_again(both, monkeypatch):
    both.link("71", "8")
    both.post(level(9), STORE_HOOK, STORE)
    both.link("72", "7", product="10")
    monkeypatch.setattr("app.product_index.RENEWED", 0.0)
    both.post(level(10), STORE_HOOK, STORE)
    assert both.noted() == ["71", "72"]


def test_in_one_way_the_stores_levels_are_nobodys_business(door):
    door.link("71", "8")
    door.post(level(9, 8), STORE_HOOK, STORE)
    assert door.noted() == []


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (level(99), 200),
        (level(9, 99), 200),
        ({"scope": "store/product/updated", "data": {"type": "product", "id": 9}}, 200),
        ({"scope": "store/sku/inventory/order/updated", "data": level(9, 8)["data"]}, 200),
        ({"scope": "store/product/inventory/updated", "data": {"type": "product", "id": 9}}, 400),
        (level("x"), 400),
        (level(9, "8; DROP TABLE work"), 400),
        ({"scope": "store/product/inventory/updated"}, 400),
    ],
)
def test_a_level_of_what_is_not_ours_or_of_nothing_is_not_noted(both, told, status):
    both.link("71", "8")
    assert both.post(told, STORE_HOOK, STORE).status_code == status
    assert both.noted() == []


# --- when -------------------------------------------------------------------------------------------------


def test_a_burst_of_callbacks_is_due_at_the_ticks_and_one_nudge_each(door):
    began = time.time()
    for number in range(60):
        door.post(document("invoice", (str(70 + number % 6), 1), number=str(500 + number)))
    due = {round(work.find(door.ledger, "main", "stock", record).due_at, 3) for record in door.noted()}
    ticks = {round(at, 3) for _, _, _, at in door.at}
    assert due == ticks
    assert len(ticks) <= (time.time() - began) // TICK + 2
    assert all(began <= at <= time.time() + TICK for at in ticks)


def test_those_that_are_due_together_are_nudged_once():
    sent, moments = [], []
    nudge = gathered(lambda *told: moments.append(time.time()) or sent.append(told))
    at = time.time() + 0.5
    for number in range(20):
        nudge("main", "stock.sync", number, at)
    nudge("other", "stock.sync", 77, at)
    nudge("main", "stock.sync", 99, at + 0.05)
    until(lambda: ("stock.sync", 99) in sent)  # the last
    assert sent == [("stock.sync", 0), ("stock.sync", 77), ("stock.sync", 99)]
    assert min(moments) > at - 0.01


def test_while_the_ledger_is_locked_zoho_is_asked_to_come_again(door):
    with writing(door.ledger):
        assert door.post(document("invoice", ("71", 1))).status_code == 503
    assert door.post(document("invoice", ("71", 1))).status_code == 200
    assert door.noted() == ["71"]


def test_nothing_of_a_document_but_ids_is_kept(door, tmp_path, caplog):
    caplog.set_level("DEBUG")
    told = document("invoice", ("71", 1), customer_name="Ada", email="ada@example.com")
    door.post(told)
    door.post(told, {**HOOK, "X-Zoho-Webhook-Signature": "wrong"}, PATH)
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("ledger.db*"))
    for word in ("Ada", "ada@example.com"):
        assert word.encode() not in kept
        assert word not in caplog.text
