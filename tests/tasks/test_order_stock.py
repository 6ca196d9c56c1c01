"""What orders take of the stock: known as soon as they are read, right whatever becomes of them, at no call's cost."""

import time
from dataclasses import replace

import pytest

from connectors.http import mount
from ledger import links, takings, work
from mappings.rules import StockRules
from sandbox.bigcommerce import life, placing
from tasks import open_documents, order_stock, stock_map
from tasks.recipe import perform
from tests.lab import BASE
from tests.tasks.conftest import LINE, placed, struck_by
from tests.tasks.test_lost_answers import Killed, deadly
from tests.wsgi import WsgiAdapter

BOOKS = "/zoho/books/v3"


@pytest.fixture
def lab(new_lab):
    return choose(new_lab().one_currency())


def choose(lab, **rules):
    lab.set(stock_on=True, stock_rules=StockRules(**{"method": "one_way", **rules}))
    return lab


class Goods:
    """A mug on both sides, paired."""

    def __init__(self, lab):
        self.item, self.variant = lab.stocked("MUG", 20, 20)
        stock_map.look(lab.connection, None)
        lab.quiet()
        self.product = links.get(lab.ledger, "main", "stock", self.item).extra["product"]

    def sold(self, lab, quantity=3, **described):
        ids = {"product_id": int(self.product), "variant_id": int(self.variant)}
        line = {**LINE, **ids, "quantity": quantity}
        return placed(lab, **{"lines": [line], "shipping": None, **described})


@pytest.fixture
def mug(lab):
    return Goods(lab)


def of(lab, order):
    """What an order takes: taken from the store, due in Zoho, booked there, and whether that is under way."""
    rows = takings.of_order(lab.ledger, "main", order)
    if not rows:
        return None
    (row,) = rows
    flying = takings.sums(lab.ledger, "main", [row.variant])[row.variant].in_flight
    return row.taken, row.due, row.booked, flying


def noted(lab):
    due = work.due(lab.ledger, time.time() + 60, 1000, renudge_after=-100.0, flow="stock")
    return {work.find_id(lab.ledger, one).record for one, _, _ in due}


def forgotten(lab):
    """As if nothing of stock waited."""
    work.claim_due(lab.ledger, "main", "stock", time.time() + 60, 1e6, 1000)


def document(lab, order):
    return order_stock.document_of(lab.connection, order).id


def person(lab, method, path, body=None):
    return lab.world.zoho.ask(method, path, body or {})


def test_an_order_that_is_booked_is_taken_due_and_booked(lab, mug):
    order = mug.sold(lab)
    lab.sync(order)
    assert of(lab, order) == (3, 3, 3, False)
    assert lab.in_books(mug.item) == 17


def test_with_stock_off_nothing_is_written_and_with_it_on_no_call_more_is_made(lab, mug):
    age(lab, mug)
    lab.sync(mug.sold(lab))  # the taxes, the contact and the store's habits are known now
    counts = []
    for on in (False, True):
        lab.set(stock_on=on)
        order, begin = mug.sold(lab), len(lab.world.calls)
        lab.sync(order)
        counts.append([(one["method"], one["path"].split("?")[0]) for one in lab.world.calls[begin:]])
        assert (of(lab, order) is not None) == on
    assert len(counts[0]) == len(counts[1])


def test_a_held_order_takes_and_books_nothing(lab, mug):
    order = mug.sold(lab, customer={"id": 7, "email": ""})
    assert lab.sync(order).state == "held"
    assert of(lab, order) == (3, 3, 0, False)


def test_an_order_that_is_not_ours_to_book_yet_takes_all_the_same(lab, mug):
    order = mug.sold(lab, status_id=1)
    assert lab.sync(order).reason == "status"
    assert of(lab, order) == (3, 3, 0, False)


def test_a_draft_takes_nothing_in_zoho_until_a_person_sends_it(lab, mug):
    lab.rules(unpaid="draft")
    order = mug.sold(lab, status_id=7, payment={"style": "offline"})
    assert lab.sync(order).outcome == "posted"
    assert of(lab, order) == (3, 3, 0, False)
    person(lab, "POST", f"/invoices/{document(lab, order)}/status/sent")
    assert open_documents.look(lab.connection, "invoices", document(lab, order)) == [mug.item]
    assert of(lab, order) == (3, 3, 3, False)
    assert open_documents.look(lab.connection, "invoices", document(lab, order)) == []


def test_what_a_person_did_to_a_document_outlives_the_next_look_at_its_order(lab, mug):
    order = mug.sold(lab)
    lab.sync(order)
    voided = lab.world.zoho.records["invoices"][document(lab, order)]
    for payment in list(lab.world.zoho.records["customerpayments"].values()):
        person(lab, "DELETE", f"/customerpayments/{payment['payment_id']}")
    person(lab, "POST", f"/invoices/{voided['invoice_id']}/status/void")
    open_documents.look(lab.connection, "invoices", document(lab, order))
    assert of(lab, order) == (3, 3, 0, False)
    placing.amend(lab.world, int(order), {"order": {"status_id": 10}})
    lab.sync(order)
    assert of(lab, order) == (3, 3, 0, False)


def test_an_order_cancelled_after_it_was_booked_is_still_booked_while_it_is_held(lab, mug):
    lab.rules(endings={"cancelled": "hold"})
    order = mug.sold(lab)
    lab.sync(order)
    placing.amend(lab.world, int(order), {"order": {"status_id": 5}})
    assert lab.sync(order).reason == "changed-after-posting"
    taken, due, booked, flying = of(lab, order)
    assert (due, booked, flying) == (0, 3, False)
    assert taken in (0, 3)  # as the store is set


@pytest.mark.parametrize("described", [{}, {"status_id": 7, "payment": {"style": "authorised"}}])
def test_a_document_that_was_taken_back_has_taken_nothing_and_its_goods_are_back_in_zoho(lab, mug, described):
    """Made void while it is unpaid, credited when it is paid: either way the 20 are there again."""
    order = mug.sold(lab, **described)
    lab.sync(order)
    assert lab.in_books(mug.item) == 17
    placing.amend(lab.world, int(order), {"order": {"status_id": 5}})
    assert lab.sync(order).outcome == "posted"
    assert of(lab, order)[1:] == (0, 0, False)
    assert order_stock.document_of(lab.connection, order) is None
    assert lab.in_books(mug.item) == 20
    placing.amend(lab.world, int(order), {"order": {"status_id": described.get("status_id", 11)}})
    assert lab.sync(order).outcome == "posted"
    assert of(lab, order)[1:] == (3, 3, False)
    assert lab.in_books(mug.item) == 17


@pytest.mark.parametrize("described", [{}, {"status_id": 7, "payment": {"style": "authorised"}}])
def test_an_edited_document_has_taken_what_the_order_needs_now(lab, mug, described):
    """Five instead of three: the invoice is amended, or credited (3 come back) and written anew (5 go)."""
    order = mug.sold(lab, **described)
    lab.sync(order)
    life.edit(lab.world, int(order), quantity=5)
    assert lab.sync(order).outcome == "posted"
    assert of(lab, order)[1:] == (5, 5, False)
    assert lab.in_books(mug.item) == 15
    assert open_documents.look(lab.connection, "invoices", document(lab, order)) == []


@pytest.mark.parametrize("path", ["/invoices", "/customerpayments"])
def test_a_worker_that_dies_at_a_document_leaves_it_in_flight_and_the_next_one_settles_it(lab, mug, path):
    lab.set(book_rules=replace(lab.connection.book_rules, payments="separate"))
    lab.services = replace(lab.services, lease=0.05)
    order = mug.sold(lab)
    deadly(lab, "POST", f"{BOOKS}{path}")
    work.note(lab.ledger, "main", "orders", [order], time.time())
    with pytest.raises(Killed):
        perform(lab.services, lab.row(order).id)
    assert of(lab, order)[2:] == (0, True)
    lab.quiet()
    assert of(lab, order) == (3, 3, 3, False)


def test_an_answer_that_was_lost_keeps_it_in_flight_until_zoho_was_asked(lab, mug):
    struck_by(
        lab,
        {
            "kind": "reset_after",
            "platform": "zoho",
            "path": f"{BOOKS}/invoices",
            "methods": ["POST"],
            "times": 1,
        },
    )
    order = mug.sold(lab)
    work.note(lab.ledger, "main", "orders", [order], time.time())
    perform(lab.services, lab.row(order).id)
    assert lab.row(order).state == "waiting"
    assert of(lab, order) == (3, 3, 0, True)
    lab.quiet()
    assert of(lab, order) == (3, 3, 3, False)


def test_an_order_that_is_put_off_before_its_document_is_not_in_flight(lab, mug):
    struck_by(lab, {"kind": "server_error", "platform": "zoho", "path": f"{BOOKS}/contacts"})
    order = mug.sold(lab)
    work.note(lab.ledger, "main", "orders", [order], time.time())
    perform(lab.services, lab.row(order).id)
    assert lab.row(order).state == "waiting"
    assert of(lab, order) == (3, 3, 0, False)
    struck_by(lab)
    lab.quiet()
    assert of(lab, order) == (3, 3, 3, False)


def test_an_order_from_before_stock_was_on_is_known_once_it_is_looked_at(lab, mug):
    lab.set(stock_on=False)
    order = mug.sold(lab)
    lab.sync(order)
    lab.set(stock_on=True)
    begin = len(lab.world.calls)
    assert lab.sync(order).outcome == "posted"
    assert of(lab, order) == (3, 3, 3, False)
    assert not [
        one for one in lab.world.calls[begin:] if (one["platform"], one["method"]) == ("zoho", "POST")
    ]


def test_an_order_that_nobody_can_read_for_its_stock_is_booked_all_the_same(lab, mug, monkeypatch):
    def broken(*_args, **_more):
        raise ZeroDivisionError

    monkeypatch.setattr(order_stock.stock, "takings", broken)
    order = mug.sold(lab)
    assert lab.sync(order).outcome == "posted"
    assert of(lab, order) is None


def test_where_the_store_does_not_say_when_it_moves_stock_orders_go_on(lab, mug):
    struck_by(lab, {"kind": "server_error", "platform": "bigcommerce", "path": "*/settings/inventory"})
    order = mug.sold(lab)
    assert lab.sync(order).outcome == "posted"
    begin = len(lab.world.calls)
    lab.sync(mug.sold(lab))
    assert not [one for one in lab.world.calls[begin:] if one["path"].endswith("/settings/inventory")]
    assert of(lab, order) == (3, 3, 3, False)


def test_an_order_that_is_read_and_booked_notes_nothing_to_look_at(lab, mug):
    lab.stock(mug.item)
    age(lab, mug)
    lab.sync(mug.sold(lab))
    assert noted(lab) == set()


def age(lab, mug):
    """As if the two sides had agreed an hour ago."""
    from ledger import levels

    rows = [replace(one, at=one.at - 3600) for one in levels.walk(lab.ledger, "main") if one.item == mug.item]
    levels.put_many(lab.ledger, "main", rows)


def test_an_order_from_about_when_a_level_was_written_is_looked_at(lab, mug):
    order = mug.sold(lab)
    lab.stock(mug.item)
    work.note(lab.ledger, "main", "orders", [order], time.time())
    perform(lab.services, lab.row(order).id)
    assert noted(lab) == {mug.item}


def test_what_the_store_takes_only_when_it_ships_is_looked_at_at_once(lab, mug):
    lab.world.bigcommerce.stock.settings[""] = {"update_stock_behavior": "order_completed_or_shipped"}
    lab.stock(mug.item)
    age(lab, mug)
    order = mug.sold(lab, status_id=11)
    work.note(lab.ledger, "main", "orders", [order], time.time())
    perform(lab.services, lab.row(order).id)
    assert of(lab, order)[:2] == (0, 3)
    assert noted(lab) == {mug.item}


def test_selling_a_kit_has_its_parts_looked_at_and_selling_a_part_its_kits(lab):
    from tests.tasks.test_stock_map import kit

    cup = lab.stocked_item("CUP", 9)
    set_ = kit(lab, "SET", **{f"i{cup}": 2})
    product, variant = lab.stocked_product("SET", 4)
    cup_product, cup_variant = lab.stocked_product("CUP", 9)
    stock_map.look(lab.connection, None)
    for product_id, variant_id, sku in ((product, variant, "SET"), (cup_product, cup_variant, "CUP")):
        forgotten(lab)
        line = {**LINE, "product_id": product_id, "variant_id": variant_id, "sku": sku, "quantity": 1}
        order = placed(lab, lines=[line], shipping=None)
        work.note(lab.ledger, "main", "orders", [order], time.time())
        perform(lab.services, lab.row(order).id)
        rows = {one for one in (cup, set_) if lab.row(one, "stock").generation > 1}
        assert rows == {cup, set_}


class TestSalesOrders:
    """What is ordered is held back at once and leaves when a person invoices or ships it."""

    @pytest.fixture
    def lab(self, lab):
        lab.rules(document="sales_order")
        return lab

    def test_what_is_for_sale_falls_when_the_order_is_confirmed(self, lab, mug):
        order = mug.sold(lab)
        lab.sync(order)
        assert of(lab, order) == (3, 3, 3, False)
        assert lab.in_books(mug.item) == 17

    def test_what_is_on_hand_falls_when_a_person_invoices_it(self, lab, mug):
        choose(lab, figure="on_hand")
        order = mug.sold(lab)
        lab.sync(order)
        assert of(lab, order) == (3, 3, 0, False)
        sales_order = document(lab, order)
        made = person(lab, "POST", f"/invoices/fromsalesorder?salesorder_id={sales_order}")
        invoice = made["invoice"]["invoice_id"]
        person(lab, "POST", f"/invoices/{invoice}/status/sent")
        assert lab.in_books(mug.item, "stock_on_hand") == 17
        assert set(open_documents.look(lab.connection, "invoices", invoice)) == {mug.item}
        assert of(lab, order) == (3, 3, 3, False)


def test_a_document_of_somebody_else_leads_to_its_items(lab, mug):
    contact = person(lab, "POST", "/contacts", {"contact_name": "Bo"})["contact"]["contact_id"]
    body = {"customer_id": contact, "line_items": [{"item_id": mug.item, "quantity": 1, "rate": "5"}]}
    invoice = person(lab, "POST", "/invoices", body)["invoice"]["invoice_id"]
    assert open_documents.look(lab.connection, "invoices", invoice) == [mug.item]
    assert open_documents.look(lab.connection, "invoices", "999") == []


def test_what_a_person_adds_to_our_document_is_looked_at_and_not_counted_as_the_orders(lab, mug):
    order = mug.sold(lab)
    lab.sync(order)
    invoice = lab.world.zoho.records["invoices"][document(lab, order)]
    invoice["line_items"][0]["quantity"] += 2
    assert open_documents.look(lab.connection, "invoices", document(lab, order)) == [mug.item]
    assert of(lab, order) == (3, 3, 3, False)


def test_open_documents_are_read_again_twenty_a_sweep_and_each_once_an_hour(lab, mug):
    lab.rules(unpaid="draft")
    orders = [mug.sold(lab, 1, status_id=7, payment={"style": "offline"}) for _ in range(4)]
    lab.sync(*orders)
    lab.set(pace=1.0)
    begin = len(lab.world.calls)
    assert open_documents.look_again(lab.connection, None, at_most=3) == 3
    assert open_documents.look_again(lab.connection, None, at_most=3) == 1
    assert open_documents.look_again(lab.connection, None, at_most=3) == 0
    read = [one["path"].rpartition("/")[2] for one in lab.world.calls[begin:]]
    assert sorted(read) == sorted(document(lab, order) for order in orders)


def test_our_own_document_on_its_way_is_nobodys_change(lab, mug):
    order = mug.sold(lab)
    lab.sync(order)
    takings.begin(lab.ledger, "main", order)
    begin = len(lab.world.calls)
    assert open_documents.look(lab.connection, "invoices", document(lab, order)) == []
    assert len(lab.world.calls) == begin
    assert of(lab, order) == (3, 3, 3, True)


class Overtaken(WsgiAdapter):
    """The worker stands still before its first call that looks for a contact; another does its work meanwhile."""

    def __init__(self, lab):
        super().__init__(lab.app)
        self.lab, self.stood = lab, False

    def send(self, request, **options):
        if "/contacts" in request.url and not self.stood:
            self.stood = True
            time.sleep(self.lab.services.lease)
            self.lab.quiet()
        return super().send(request, **options)


def test_a_worker_that_stood_still_and_was_overtaken_leaves_nothing_on_its_way(new_lab):
    """It came back after its order was done, and its goods were "being booked right now" for ever."""
    lab = choose(new_lab(lease=0.3).one_currency())
    mug = Goods(lab)
    standing = Overtaken(lab)
    mount(lab.connection.zoho.session, BASE, standing)
    order = mug.sold(lab)
    lab.sync(order)
    assert standing.stood
    assert lab.row(order).outcome == "posted"
    assert of(lab, order) == (3, 3, 3, False)


def test_a_channel_may_take_its_goods_at_another_time_than_the_store(lab, mug):
    lab.world.bigcommerce.stock.settings["1"] = {"update_stock_behavior": "order_completed_or_shipped"}
    order = mug.sold(lab, status_id=11)
    lab.sync(order)
    assert of(lab, order)[:2] == (0, 3)
