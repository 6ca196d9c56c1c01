"""What a hostile bookkeeper found in the life of an order, each as a test."""

import time
from decimal import Decimal

import pytest

from connectors.http import mount
from ledger import work
from sandbox.bigcommerce import life
from tasks.recipe import perform
from tests.lab import BASE
from tests.tasks.checks import records
from tests.tasks.conftest import LINE, placed, struck_by
from tests.tasks.lives import (
    ON_ACCOUNT,
    bundle_of,
    charged,
    check_life,
    check_quiet,
    documents,
    does,
    net,
    notes,
    sold,
    zoho_calls,
)
from tests.tasks.test_life_people import says
from tests.tasks.test_lost_answers import without_unique_field
from tests.wsgi import WsgiAdapter

UNHEARD = {
    "platform": "zoho",
    "path": "/zoho/books/v3/invoices/*/credits",
    "methods": ["POST"],
    "times": 1,
    "share": 1,
}


@pytest.mark.parametrize("deeds", [("void", "cancel"), ("cancel",)], ids=["voided first", "cancelled"])
@pytest.mark.parametrize("back", [{"amount": "5.00"}, {}], ids=["part", "all"])
def test_money_that_came_while_nothing_was_live_pays_the_next_document(lab, deeds, back):
    order = sold(lab, **ON_ACCOUNT)
    for deed in (*deeds, "pay"):
        does(lab, deed, order)
    assert does(lab, "refund", order, **back).outcome == "posted"
    live = check_life(lab, order, came=charged(lab, order), back=Decimal(back.get("amount", "41.88")))
    assert (live["balance"], live["payment_made"]) == (0, Decimal("41.88"))


@pytest.mark.parametrize("mood", ["reset_before", "reset_after", "error_after"])
def test_such_a_use_that_went_unheard_is_asked_about(lab, mood):
    order = sold(lab, **ON_ACCOUNT)
    for deed in ("cancel", "pay"):
        does(lab, deed, order)
    struck_by(lab, {**UNHEARD, "kind": mood})
    assert does(lab, "reinstate", order).outcome == "posted"
    assert check_life(lab, order, came="41.88")["balance"] == 0


def test_such_a_use_that_went_unheard_before_the_order_changed_again_is_known(lab):
    """The money was used, whoever heard of it: two mugs more (2 x 12.00) stay open and find no money waiting."""
    order = sold(lab, **ON_ACCOUNT)
    for deed in ("cancel", "pay"):
        does(lab, deed, order)
    lab.set(ask_after=(0.5, 0.6))
    struck_by(lab, {**UNHEARD, "kind": "reset_after"})
    life.reinstate(lab.world, int(order))
    work.note(lab.ledger, "main", "orders", [order], time.time())
    perform(lab.services, work.due(lab.ledger, time.time(), 1, renudge_after=0.0)[0][0])
    does(lab, "cancel", order)
    check_life(lab, order, reversed_=True, came="41.88")
    does(lab, "reinstate", order)
    assert check_life(lab, order, came="41.88")["balance"] == 0
    assert does(lab, "edit", order, quantity=5).outcome == "posted"
    assert check_life(lab, order, came="41.88")["balance"] == 24


def test_a_paid_order_made_smaller_stays_a_persons_though_the_difference_went_back(lab):
    """41.88 came in for what is 29.88 now; 12.00 went back, and the store does not say what for."""
    order = sold(lab)
    assert does(lab, "edit", order, quantity=2).reason == "overpaid"
    row = does(lab, "refund", order, amount="12.00")
    assert (row.state, row.reason) == ("held", "overpaid")
    assert "41.88 EUR came in for an order of 29.88, 12.00 of it went back" in row.what
    assert net(lab, order) == Decimal("41.88")
    assert says(lab, order, choice="stop").reason == "left-to-person"


@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("tax", ["0.01", "1.00"])
def test_tax_that_went_back_alone_and_then_the_line_piece_by_piece(lab, inclusive, tax):
    line = {**LINE, "price": "7.30", "quantity": 2}
    order = sold(lab, lines=[line], inclusive=inclusive, shipping={"cost": "0", "tax": "20"})
    for told in ({"tax": tax}, {"quantity": 1}, {"quantity": 1}):
        assert does(lab, "refund", order, **told).outcome == "posted"
    check_life(lab, order, back=charged(lab, order))
    back = sum(row["tax_total"] for row in notes(lab, order).values())
    assert abs(back - documents(lab, order)[1]["tax_total"]) <= Decimal(
        "0.01"
    )  # 2 x 1.22 of 7.30, 2.43 of 14.60


@pytest.mark.parametrize("back", [{"amount": "5.00"}, {"tax": "1.37"}], ids=["on no line", "tax alone"])
def test_where_no_line_may_be_below_nothing_what_needs_one_is_held_and_says_so(new_lab, back):
    lab = new_lab(switches={"zoho_negative_lines": "refused"})
    order = sold(lab)
    does(lab, "refund", order, **back)
    before = len(records(lab, "creditnotes"))
    row = does(lab, "cancel", order)
    assert (row.state, row.reason) == ("held", "rejected")
    assert "no line below nothing" in row.what
    assert "one_line" in row.remedy
    assert len(records(lab, "creditnotes")) == before


def test_money_that_waits_and_is_voided_is_deleted_and_used_on_nothing(lab):
    order = sold(lab, **ON_ACCOUNT)
    for deed in ("cancel", "pay"):
        does(lab, deed, order)
    before = len(lab.world.calls)
    for _ in ("the authorization", "the payment"):
        life.void(lab.world, int(order))
    assert does(lab, "reinstate", order, 7).outcome == "posted"
    assert not [one for one in zoho_calls(lab, before) if one.endswith("/credits")]
    assert check_life(lab, order, came="0")["balance"] == Decimal("41.88")


def forget(lab):
    with lab.ledger.engine.begin() as connection:
        for table in ("work", "links", "intents"):
            connection.exec_driver_sql(f"DELETE FROM {table}")


PAPERS = ("invoices", "creditnotes", "customerpayments", "contacts")


def papers(lab):
    return {module: len(records(lab, module)) for module in PAPERS}


@pytest.mark.parametrize("deeds", [("edit",), ("cancel", "pay", "reinstate")], ids=["edited", "paid late"])
def test_a_payment_found_again_after_memory_was_lost_is_used_no_second_time(lab, deeds):
    order = sold(lab, **(ON_ACCOUNT if "pay" in deeds else {}))
    for deed in deeds:
        does(lab, deed, order, **({"quantity": 5} if deed == "edit" else {}))
    before = papers(lab)
    forget(lab)
    lab.sync(order)
    assert papers(lab) == before
    assert does(lab, "edit", order, quantity=7).outcome == "posted"
    assert does(lab, "refund", order, quantity=1).outcome == "posted"
    check_life(lab, order, came="41.88", back="12.00")


def test_an_order_that_was_cancelled_while_our_memory_was_lost_is_taken_back(lab):
    order = sold(lab)
    forget(lab)
    assert does(lab, "cancel", order).outcome == "posted"
    check_life(lab, order, reversed_=True)


def test_a_cancelled_order_with_somebody_elses_mark_costs_one_question(lab):
    order = placed(lab, status_id=5)
    bundle_of(lab, order)["order"]["external_order_id"] = "ERP-7"
    before = len(lab.world.calls)
    assert lab.sync(order).reason == "status"
    assert [one for one in zoho_calls(lab, before) if "/invoices" in one] == ["GET /invoices"]
    assert not any(one.startswith(("POST", "PUT")) or "/contacts" in one for one in zoho_calls(lab, before))


@pytest.mark.parametrize(
    "deeds", [(), ("edit",), ("cancel", "reinstate")], ids=["paid", "edited", "reinstated"]
)
def test_without_a_key_in_zoho_and_without_memory_what_the_mark_names_is_not_made_again(lab, deeds):
    without_unique_field(lab)
    order = sold(lab)
    for deed in deeds:
        does(lab, deed, order, **({"quantity": 5} if deed == "edit" else {}))
    before = papers(lab)
    forget(lab)
    row = lab.sync(order)
    assert (row.state, row.reason) == ("held", "foreign-document")
    assert papers(lab) == before


class Meddler(WsgiAdapter):
    """A person who acts in Zoho just before a write of ours."""

    def __init__(self, app, path, deed):
        super().__init__(app)
        self.path, self.deed = path, deed

    def send(self, request, **options):
        if request.method == "POST" and self.path in request.url and self.deed:
            deed, self.deed = self.deed, None
            deed()
        return super().send(request, **options)


def paid_by_hand(lab, amount):
    (document,) = records(lab, "invoices")
    part = {"invoice_id": document["invoice_id"], "amount_applied": amount}
    body = {"customer_id": document["customer_id"], "payment_mode": "cash", "amount": amount}
    lab.world.zoho.ask("POST", "/customerpayments", {**body, "date": document["date"], "invoices": [part]})


@pytest.mark.parametrize(
    "path", ["/creditnotes?", "/creditnotes/"], ids=["before the note", "before its use"]
)
@pytest.mark.parametrize("deed", ["cancel", "edit"])
def test_a_payment_recorded_by_hand_between_our_look_and_our_credit_is_the_customers(lab, path, deed):
    """20.00 of 41.88 are paid meanwhile: 21.88 of the note go on its document, 20.00 on the next or nowhere yet."""
    lab.rules(amend="never", reversal="credit")
    order = sold(lab, **ON_ACCOUNT)
    mount(lab.connection.zoho.session, BASE, Meddler(lab.app, path, lambda: paid_by_hand(lab, "20.00")))
    assert does(lab, deed, order, **({"quantity": 5} if deed == "edit" else {})).outcome == "posted"
    note = notes(lab, order)["reversal:1"]
    used = [part["amount_applied"] for part in note["invoices_credited"]]
    assert (used, note["balance"]) == (
        ([Decimal("21.88"), 20], 0) if deed == "edit" else ([Decimal("21.88")], 20)
    )
    check_quiet(lab, order)


def test_a_payment_recorded_by_hand_just_before_ours_leaves_ours_the_customers(lab):
    order = sold(lab, **ON_ACCOUNT)
    deed = Meddler(lab.app, "/customerpayments", lambda: paid_by_hand(lab, "20.00"))
    mount(lab.connection.zoho.session, BASE, deed)
    assert does(lab, "pay", order).outcome == "posted"
    assert sorted(row["unused_amount"] for row in records(lab, "customerpayments")) == [0, 20]
    check_quiet(lab, order)


@pytest.mark.parametrize("deed", ["pay", "refund"])
def test_a_contact_that_was_merged_away_is_asked_about_and_zohos_word_is_followed(lab, deed):
    order = sold(lab, **(ON_ACCOUNT if deed == "pay" else {}))
    ada = {"email": "ada@example.com", "is_primary_contact": True}
    made = lab.world.zoho.ask("POST", "/contacts", {"contact_name": "Merged", "contact_persons": [ada]})
    lab.world.zoho.records["contacts"].pop(records(lab, "invoices")[0]["customer_id"])
    for row in (*records(lab, "invoices"), *records(lab, "customerpayments")):
        row["customer_id"] = made["contact"]["contact_id"]
    row = does(lab, deed, order)
    assert (row.state, row.reason) == ("held", "changed-in-zoho")
    assert "customer_id" in row.what
    assert says(lab, order, choice="keep").outcome == "posted"
    check_life(lab, order, came="41.88", back="0" if deed == "pay" else "41.88")
