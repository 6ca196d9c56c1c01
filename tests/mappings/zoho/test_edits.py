"""Edited orders: rewritten in place, credited and written anew, or left to a person."""

from dataclasses import replace

import pytest

from mappings.plans import Ref
from mappings.rules import BookRules
from mappings.zoho.documents import fingerprint
from mappings.zoho.found import FoundDocument
from mappings.zoho.orders import plan
from tests.mappings.making import RULES, D, found, line, money, order
from tests.mappings.zoho.living import EDITED, MORE, ONE, PAID, SOLD, TWO, booked, did, held, refunded


@pytest.mark.parametrize(
    ("told", "rules", "steps"),
    [
        (SOLD, RULES, [("amend", "invoice")]),
        (SOLD, BookRules("hash", unpaid="draft"), [("amend", "invoice")]),
        (SOLD, BookRules("hash", unpaid="draft", amend="draft"), [("amend", "invoice")]),
        (
            SOLD,
            BookRules("hash", unpaid="draft", amend="never"),
            [("void", "invoice"), ("create", "invoice"), ("mark", "order")],
        ),
        (
            SOLD,
            BookRules("hash", amend="draft"),
            [
                ("create", "credit_note"),
                ("apply", "credit_note"),
                ("create", "invoice"),
                ("send", "invoice"),
                ("mark", "order"),
            ],
        ),
        (
            PAID,
            RULES,
            [
                ("create", "credit_note"),
                ("create", "invoice"),
                ("send", "invoice"),
                ("apply", "credit_note"),
                ("mark", "order"),
            ],
        ),
    ],
    ids=["unpaid", "draft", "only drafts", "a draft, never", "unpaid, only drafts", "paid"],
)
def test_an_edited_order_is_rewritten_or_credited_as_the_document_stands(told, rules, steps):
    books = booked(told, rules)
    edited = replace(EDITED, payments=told.payments)
    assert did(books, edited) == steps
    assert books.net() == edited.total
    assert books.sync(edited) == ()


def test_an_amendment_keeps_the_ids_of_lines_that_stay_and_the_day_and_says_both_totals():
    books = booked(SOLD)
    old = [row["line_item_id"] for row in books.documents[books.live()[0]]["line_items"]]
    made = plan(EDITED, books.found(EDITED), RULES)
    body = made.steps[-1].body
    assert [row.get("line_item_id") for row in body["line_items"]] == [old[0], None]
    assert body["date"] == "2026-04-28"
    kept = {"custom_fields", "reference_number", "customer_id", "invoice_number"}
    assert not (kept | {"adjustment", "shipping_charge", "tax_authority_id"}) & set(body)
    assert made.arithmetic[0] == "INV-1 is rewritten: 18.00 becomes 36.00 EUR"
    assert made.steps[-1].expect["fingerprint"] == fingerprint(EDITED)


def test_a_line_that_moved_up_keeps_its_id():
    books = booked(SOLD)
    old = [row["line_item_id"] for row in books.documents[books.live()[0]]["line_items"]]
    only = order(TWO)
    rows = plan(only, books.found(only), RULES).steps[-1].body["line_items"]
    assert [row["line_item_id"] for row in rows] == [old[1]]


def test_of_two_lines_of_an_item_that_was_one_only_one_keeps_its_id():
    books = booked(SOLD)
    old = [row["line_item_id"] for row in books.documents[books.live()[0]]["line_items"]]
    twice = order(EDITED.lines[1], ONE, replace(ONE, key="product:9"))
    rows = plan(twice, books.found(twice), RULES).steps[-1].body["line_items"]
    assert [row.get("line_item_id") for row in rows] == [None, old[0], None]


def test_what_an_amended_line_had_and_has_no_more_is_said_to_be_nothing():
    """3 pieces for 10.00 are 3 × 3.34 - 0.02; two for 10.00 divide, and untaxed ones have no tax: all said."""
    before = order(line(quantity=3, description="Size: L"))
    after = order(line(quantity=2, tax="0", rates=()))
    books = booked(before)
    row = plan(after, books.found(after), RULES).steps[-1].body["line_items"][0]
    assert (row["discount"], row["tax_id"], row["description"]) == (0, "", "")


def test_an_adjustment_that_is_not_needed_any_more_is_taken_off():
    """Three lines of 0.33 at 20 % needed +0.01; one of 0.33 with 0.07 needs none."""
    lines = [line(f"product:{number}", "0.33", "0.07") for number in (1, 2, 3)]
    books = booked(order(*lines))
    assert books.documents[books.live()[0]]["adjustment"] == D("0.01")
    after = order(line())
    assert plan(after, books.found(after), RULES).steps[-1].body["adjustment"] == 0


def test_a_credited_edit_mirrors_zohos_own_rows_and_names_the_invoice():
    sold = replace(order(line(quantity=3), TWO), payments=(money("18.00"),))
    books = booked(sold)
    old = books.documents[books.live()[0]]
    edited = replace(EDITED, payments=sold.payments)
    note = next(step for step in plan(edited, books.found(edited), RULES).steps if step.kind == "credit_note")
    assert note.key == "hash:112:reversal:1"
    assert (note.body["date"], note.body["reference_number"]) == ("2026-04-28", "112")
    kept = ("item_id", "rate", "quantity", "tax_id")
    for row, sent in zip(old["line_items"], note.body["line_items"], strict=True):
        assert {name: sent.get(name) for name in kept} == {name: row.get(name) for name in kept}
        assert sent["invoice_item_id"] == row["line_item_id"]
        assert sent.get("discount", 0) == row["discount"]
    assert note.expect == {
        "total": D("18.00"),
        "tax": D("3.00"),
        "lines": 2,
        "currency": "EUR",
        "invoice": books.live()[0],
    }


def test_a_mirror_has_shipping_charge_adjustment_and_discount_as_zoho_tells_them():
    read = {
        "status": "paid", "total": D("36.01"), "balance": D(0), "tax_total": D("6.00"), "currency_code": "EUR",
        "customer_id": "con-1", "date": "2026-04-28", "is_inclusive_tax": True, "shipping_charge": D("6.00"),
        "shipping_charge_tax_id": "t20", "adjustment": D("0.01"), "adjustment_description": "Rounding",
        "discount_type": "item_level", "is_discount_before_tax": True,
        "line_items": [{"line_item_id": "r1", "item_id": "i-1", "name": "Thing", "rate": D("3.34"), "quantity": 3,
                        "discount": D("0.02"), "tax_id": "t20", "account_id": "sales", "location_id": ""}],
    }  # fmt: skip
    steps = plan(PAID, mirrored_of(read), RULES).steps
    assert steps[0].body == {
        "customer_id": "con-1", "reference_number": "112", "date": "2026-04-28", "is_inclusive_tax": True,
        "custom_fields": [{"api_name": "cf_cartbooks_key", "value": "hash:112:reversal:1"}],
        "line_items": [{"item_id": "i-1", "name": "Thing", "tax_id": "t20", "account_id": "sales", "rate": D("3.34"),
                        "quantity": D(3), "discount": D("0.02"), "invoice_item_id": "r1"}],
        "discount_type": "item_level", "is_discount_before_tax": True, "shipping_charge": D("6.00"),
        "shipping_charge_tax_id": "t20", "adjustment": D("0.01"), "adjustment_description": "Rounding",
    }  # fmt: skip


def test_an_amount_off_the_whole_is_mirrored_as_such():
    """20.00 less 2.00 off the whole: 18.00."""
    read = {
        "status": "paid", "total": D("18.00"), "balance": D(0), "tax_total": D("3.00"), "currency_code": "EUR",
        "customer_id": "con-1", "date": "2026-04-28", "discount_type": "entity_level", "discount": D("2.00"),
        "is_discount_before_tax": False,
        "line_items": [{"line_item_id": "r1", "item_id": "i-1", "rate": D("20.00"), "quantity": 1, "discount": ""}],
    }  # fmt: skip
    body = plan(PAID, mirrored_of(read), RULES).steps[0].body
    told = {name: body.get(name) for name in ("discount_type", "discount", "is_discount_before_tax")}
    assert told == {
        "discount_type": "entity_level",
        "discount": D("2.00"),
        "is_discount_before_tax": False,
    }


def mirrored_of(read):
    """What is found of an order whose document said something else when it was made."""
    document = FoundDocument("inv-1", "INV-1", fingerprint="old", read=read)
    return found(document=document, payments={"900": "1"})


def test_the_credit_of_a_dearer_order_pays_what_it_can_and_the_shopper_the_rest():
    """18.00 were paid; the order costs 42.00 now: 18.00 of credit, and a payment of 24.00 finds 24.00 open."""
    books = booked(PAID)
    dearer = replace(MORE, payments=(*PAID.payments, money("24.00", key="901")))
    books.sync(replace(MORE, payments=PAID.payments))
    assert books.open() == D("24.00")
    books.sync(dearer)
    assert (books.open(), books.credit(), books.net()) == (0, 0, D("42.00"))


def test_a_payment_is_used_as_far_as_the_credit_of_an_edit_has_left_anything_open():
    """42.00 less 18.00 of credit: of 30.00 that come with the edit 24.00 are used."""
    books = booked(PAID)
    steps = books.sync(replace(MORE, payments=(*PAID.payments, money("30.00", key="901"))))
    payment = next(step for step in steps if step.kind == "payment")
    assert (payment.body["invoices"][0]["amount_applied"], books.open()) == (D("24.00"), 0)


def test_of_the_credit_of_a_cheaper_order_the_rest_stays_the_customers():
    books = booked(PAID)
    cheaper = replace(order(TWO), payments=PAID.payments)
    books.sync(cheaper)
    assert (books.open(), books.credit(), books.net()) == (0, D("12.00"), D("6.00"))
    assert books.sync(cheaper) == ()


def test_an_edit_after_a_part_refund_takes_back_the_whole_document_and_keeps_the_refund():
    books = booked(refunded(PAID, line(net="5.00", tax="1.00")))
    edited = refunded(replace(MORE, payments=PAID.payments), line(net="5.00", tax="1.00"))
    assert books.sync(edited)
    assert books.net() == edited.total - 6
    assert len(books.notes) == 2


def test_an_edit_that_was_cut_short_goes_on_where_it_stopped():
    for deaths in range(1, 5):
        books = booked(PAID)
        edited = replace(EDITED, payments=PAID.payments)
        books.sync(edited, dies_after=deaths)
        books.sync(edited)
        assert (len(books.documents), len(books.notes), books.net()) == (2, 1, edited.total)
        assert books.sync(edited) == ()


def test_the_new_number_goes_to_the_store_unless_a_stranger_wrote_there():
    books = booked(PAID)
    edited = replace(EDITED, payments=PAID.payments, external_order_id="INV-1")
    mark = books.sync(edited)[-1]
    assert (mark.key, mark.body) == (
        "hash:112:mark:2",
        {"field": "external_order_id", "value": Ref("hash:112:invoice:2", "number")},
    )
    books = booked(PAID)
    assert books.sync(replace(edited, external_order_id="ERP-7"))[-1].body["field"] == "metafield"


def test_a_later_generation_has_a_number_of_its_own_where_numbers_are_the_orders():
    books = booked(PAID, BookRules("hash", number="order", number_prefix="W-"))
    create = next(
        step for step in books.sync(replace(EDITED, payments=PAID.payments)) if step.kind == "invoice"
    )
    assert (create.key, create.body["invoice_number"]) == ("hash:112:invoice:2", "W-112-2")


def test_where_the_setting_says_so_an_edit_is_for_a_person():
    books = booked(PAID, BookRules("hash", edited="hold"))
    assert held(books, replace(EDITED, payments=PAID.payments)) == "changed-after-posting"
