"""Voided payments, closed periods, sales orders, and what is asked of Zoho before anything is planned."""

from dataclasses import replace

import pytest

from mappings.errors import Unmappable
from mappings.rules import BookRules
from mappings.zoho.documents import fingerprint
from mappings.zoho.found import FoundDocument, FoundNote
from mappings.zoho.orders import asks, expected, plan, verify
from tests.mappings.making import RULES, D, found, line, money, order
from tests.mappings.zoho.living import EDITED, MORE, ONE, PAID, SOLD, booked, did, held, refunded

ONE_HALF = line(net="5.00", tax="1.00")


def test_a_voided_payment_is_deleted_and_what_it_paid_is_open_again():
    books = booked(PAID)
    assert did(books, SOLD) == [("delete", "payment")]
    assert books.open() == D("18.00")
    two = replace(SOLD, payments=(money("18.00", key="901"),))
    books = booked(PAID)
    assert did(books, two) == [("delete", "payment"), ("create", "payment")]
    assert books.open() == 0


def test_a_voided_payment_and_an_edit_rewrite_the_document():
    books = booked(PAID)
    assert did(books, EDITED) == [("delete", "payment"), ("amend", "invoice")]


def test_a_voided_payment_is_for_a_person_where_the_setting_says_so_or_more_was_built_on_it():
    assert held(booked(PAID, BookRules("hash", voided_payments="hold")), SOLD) == "changed-after-posting"
    books = booked(PAID)
    books.sync(replace(EDITED, payments=PAID.payments))
    assert held(books, EDITED) == "changed-after-posting"
    books = booked(PAID)
    books.sync(replace(PAID, ended="cancelled"))
    assert held(books, replace(SOLD, ended="cancelled")) == "changed-after-posting"


def test_of_a_dearer_payment_instead_of_a_voided_one_only_what_is_open_is_used():
    """10.00 and 8.00 paid 18.00; the 8.00 are voided and 20.00 come: 18.00 - 10.00 = 8.00 are open."""
    both = (money("10.00"), money("8.00", key="901"))
    books = booked(replace(SOLD, payments=both))
    after = replace(SOLD, payments=(both[0], money("20.00", key="902")))
    payment = books.sync(after)[-1]
    assert payment.body["invoices"][0]["amount_applied"] == D("8.00")


def test_a_voided_payment_is_a_persons_where_one_of_two_refunds_was_paid_out_of_it():
    read = {"status": "paid", "total": D("18.00"), "balance": D(0), "customer_id": "con-1", "line_items": []}
    document = FoundDocument("inv-1", "INV-1", fingerprint=fingerprint(SOLD), read=read)
    notes = {
        "refund:7": FoundNote("k7", "cn7", "CN-7", "closed", D(6), frozenset({"1"}), balance=D(0)),
        "refund:8": FoundNote("k8", "cn8", "CN-8", "closed", D(6), balance=D(0)),
    }
    told = refunded(refunded(SOLD, ONE_HALF), ONE_HALF, key="8")
    with pytest.raises(Unmappable, match="payment 900 of order 112 is in the books"):
        plan(told, found(document=document, payments={"900": "p-1"}, notes=notes), RULES)


def test_a_voided_payment_that_no_id_names_is_a_persons_though_another_has_one():
    document = FoundDocument("inv-1", "INV-1", fingerprint=fingerprint(SOLD), read={"status": "paid"})
    told = {"900": "p-1", "901": "with the document"}
    with pytest.raises(Unmappable, match="payment 900, 901 of order 112 is in the books"):
        plan(SOLD, found(document=document, payments=told), RULES)


def test_money_that_is_voided_while_it_waits_for_a_document_pays_none():
    document = FoundDocument(
        "inv-1", "INV-1", status="sent", customer_id="con-1", fingerprint=fingerprint(SOLD),
        read={"status": "sent", "total": D("18.00"), "balance": D("18.00"), "line_items": []},
    )  # fmt: skip
    there = found(document=document, payments={"900": "p-1"}, unused={"900": D("18.00")}, marked="INV-1")
    assert [(step.verb, step.kind) for step in plan(PAID, there, RULES).steps] == [("apply", "payment")]
    assert [(step.verb, step.kind) for step in plan(SOLD, there, RULES).steps] == [("delete", "payment")]


def test_money_that_only_the_status_tells_of_grows_with_its_order():
    """18.00 were there by the status, then the order became 42.00: 24.00 more are recorded, and 24.00 were open."""
    offline = money("18.00", key="offline", method="Cash on Delivery")
    books = booked(replace(SOLD, payments=(offline,)))
    dearer = replace(MORE, payments=(replace(offline, amount=D("42.00")),))
    payment = next(step for step in books.sync(dearer) if step.kind == "payment")
    assert (payment.key, payment.body["amount"]) == ("hash:112:payment:offline+2", D("24.00"))
    assert (books.open(), books.credit(), books.net()) == (0, 0, D("42.00"))
    assert books.sync(dearer) == ()
    cheaper = replace(dearer, payments=(offline,))
    assert [step.kind for step in books.sync(replace(cheaper, ended="cancelled"))] == ["credit_note"]


def test_money_that_only_the_status_told_of_stays_when_the_order_ends():
    offline = replace(SOLD, payments=(money("18.00", key="offline", method="Cash on Delivery"),))
    books = booked(offline)
    assert did(books, replace(SOLD, ended="disputed")) == []
    assert did(books, replace(SOLD, ended="cancelled")) == [("create", "credit_note")]
    assert set(books.payments) == {"offline"}


# the lock date


LOCKED = BookRules("hash", lock_date="2026-04-30")


def test_nothing_is_written_in_a_closed_period():
    with pytest.raises(Unmappable) as refused:
        plan(SOLD, found(), LOCKED)
    assert refused.value.reason == "period-closed"
    assert "2026-04-28" in refused.value.what
    assert plan(SOLD, found(), BookRules("hash", lock_date="2026-04-27")).steps


@pytest.mark.parametrize("told", [SOLD, PAID], ids=["unpaid", "paid"])
def test_an_order_of_a_closed_period_that_is_edited_is_held(told):
    books = booked(told)
    books.rules = LOCKED
    assert held(books, replace(EDITED, payments=told.payments)) == "period-closed"


def test_a_document_of_a_closed_period_is_not_made_void_but_credited_in_the_open_one():
    """Booked on the 28th, closed up to the 30th: the note bears the 1st."""
    books = booked(SOLD)
    books.rules = LOCKED
    assert held(books, replace(SOLD, ended="cancelled")) == "period-closed"
    books.rules = replace(LOCKED, reversal="credit")
    note = books.sync(replace(SOLD, ended="cancelled"))[0]
    assert note.body["date"] == "2026-05-01"


def test_a_refund_after_the_lock_date_credits_a_document_before_it():
    """Sold on April 28th, refunded on May 2nd: fine up to May 1st, held from then on."""
    for closed, fine in (("2026-05-01", True), ("2026-05-02", False)):
        books = booked(PAID)
        books.rules = BookRules("hash", lock_date=closed)
        if fine:
            assert books.sync(refunded(PAID, ONE))
        else:
            assert held(books, refunded(PAID, ONE)) == "period-closed"


def test_a_payment_of_a_closed_period_is_neither_recorded_nor_deleted():
    books = booked(SOLD)
    books.rules = LOCKED
    assert held(books, PAID) == "period-closed"
    books = booked(PAID)
    books.rules = LOCKED
    assert held(books, SOLD) == "period-closed"


# sales orders


ORDERS = BookRules("hash", document="sales_order")


def as_order(told, states=(), rules=ORDERS, **more):
    """What the order's sales order needs; `states` are what Zoho answers of it."""
    read = {
        "order_status": "confirmed",
        "total": D("18.00"),
        "customer_id": "con-1",
        "line_items": [],
        **dict(states),
    }
    document = FoundDocument(
        "so-1", "SO-1", status="sent", customer_id="con-1", fingerprint=fingerprint(SOLD), read=read
    )
    return [(step.verb, step.kind) for step in plan(told, found(document=document, marked="SO-1", **more), rules).steps
            if step.kind != "item"]  # fmt: skip


def test_a_sales_order_is_rewritten_or_made_void_while_nothing_has_moved():
    assert as_order(EDITED) == [("amend", "sales_order")]
    assert as_order(replace(SOLD, ended="cancelled")) == [("void", "sales_order")]
    assert as_order(EDITED, {"invoiced_status": "not_invoiced", "shipped_status": "pending"}.items())


@pytest.mark.parametrize("state", [("invoiced_status", "partially_invoiced"), ("shipped_status", "shipped")])
def test_a_sales_order_of_which_something_moved_is_for_a_person(state):
    with pytest.raises(Unmappable) as refused:
        as_order(EDITED, (state,))
    assert refused.value.reason == "changed-after-posting"


def test_where_only_drafts_are_rewritten_a_confirmed_sales_order_is_for_a_person():
    rules = replace(ORDERS, amend="draft", unpaid="draft")
    assert as_order(EDITED, {"order_status": "draft"}.items(), rules)[0] == ("amend", "sales_order")
    with pytest.raises(Unmappable, match="are not those of document SO-1"):
        as_order(EDITED, rules=rules)


def test_an_invoiced_sales_order_is_not_made_void():
    with pytest.raises(Unmappable) as refused:
        as_order(replace(SOLD, ended="cancelled"), (("invoiced_status", "invoiced"),))
    assert refused.value.what.startswith(f"order {SOLD.id} was changed or ended")


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        (PAID, set()),
        (EDITED, {"document", "items"}),
        (replace(PAID, ended="cancelled"), {"document"}),
        (replace(PAID, ended="archived"), set()),
        (replace(SOLD, payments=()), {"document"}),
        (refunded(PAID, ONE), {"document", "items"}),
    ],
    ids=["as it was", "edited", "cancelled", "archived", "payment voided", "refunded"],
)
def test_only_what_the_change_needs_is_asked_of_zoho(told, asked):
    document = FoundDocument(
        "inv-1", "INV-1", status="sent", customer_id="con-1", fingerprint=fingerprint(PAID)
    )
    there = found(document=document, payments={"900": "1"}, marked="INV-1")
    assert asks(told, there, RULES) == asked
    doubted = replace(there, document=replace(document, doubtful=True))
    assert "document" in asks(told, doubted, RULES)
    read = replace(there, document=replace(document, read={"status": "paid"}))
    assert asks(told, read, RULES) == asked - {"document"}


def test_a_late_capture_of_an_untouched_order_asks_for_nothing():
    document = FoundDocument(
        "inv-1", "INV-1", status="sent", customer_id="con-1", fingerprint=fingerprint(SOLD)
    )
    there = found(document=document, marked="INV-1")
    assert asks(PAID, there, RULES) == frozenset()
    assert [step.kind for step in plan(PAID, there, RULES).steps] == ["payment"]
    note = FoundNote("k", "cn", "CN", "closed", D(6), balance=D(0))
    assert asks(PAID, replace(there, notes={"reversal:0": note}), RULES) == {"document"}


def test_an_order_over_nothing_lives_like_any_other():
    free = order(line(net="0", tax="0"))
    books = booked(free)
    assert books.sync(free) == ()
    books.sync(replace(free, ended="cancelled"))
    assert books.live() == []


@pytest.mark.parametrize("told", [{"invoice": {}}, {"salesorder": {}}, {"creditnote": {}}, {}])
def test_answers_of_every_kind_are_verified_against_what_was_promised(told):
    made = {"total": "6.00", "tax_total": "1.00", "currency_code": "EUR", "line_items": [{}]}
    answer = dict.fromkeys(told, made) or made
    expect = {"total": D(6), "tax": D(1), "lines": 1, "currency": "EUR"}
    assert verify(expect, {"line_items": [{}]}, answer, RULES).equal
    assert verify({**expect, "total": D("6.05")}, {}, answer, RULES).reason == "total-differs"
    assert verify({**expect, "lines": 2}, {}, answer, RULES).reason == "total-differs"
    assert verify({**expect, "tax": D(2)}, {}, answer, RULES).reason == "tax-differs"
    assert verify({**expect, "currency": "USD"}, {}, answer, RULES).reason == "currency-unmapped"


def test_what_a_sale_must_come_to_is_said_of_the_order():
    assert expected(PAID) == {"total": D("18.00"), "tax": D("3.00"), "currency": "EUR"}
