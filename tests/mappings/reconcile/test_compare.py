"""An order against its documents: what is equal says nothing, every difference has its sentence and both figures."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.reconcile.compare import Terms, explained, line_of, money_of, stranger, unreadable
from mappings.reconcile.words import Back, Booked, Known, Pair, Sold
from mappings.rules import ENDINGS

D = Decimal
TERMS = Terms(frozenset({2, 7, 11, 13}), dict(ENDINGS), D("0.02"), ZoneInfo("Europe/Berlin"))
DAY = date(2026, 3, 31)
ORDER = Sold(
    order="104", created=datetime(2026, 3, 31, 12, tzinfo=UTC), status_id=11, currency="EUR", places=2,
    total=D("36.00"), tax=D("6.00"), credits=D(0), paid=D("36.00"),
)  # fmt: skip


def document(total="36.00", balance="0.00", n="1", role="sale", **told):
    number = {"sale": "INV", "refund": "CN-R", "reversal": "CN-B", "note": "CN"}[role] + f"-{n}"
    given_ = {"status": "sent", "currency": "EUR", "day": DAY, "order": "104", "id": number, **told}
    return Booked(number=number, role=role, n=n, total=D(total), balance=D(balance), **given_)


def back(amount, key="7", tax=None):
    return Back(key, "104", datetime(2026, 4, 2, tzinfo=UTC), D(amount), tax)


def refunded(*amounts, **told):
    backs = tuple(back(amount, str(7 + number)) for number, amount in enumerate(amounts))
    return replace(ORDER, refunds=backs, status_id=14, **told)


def faults(sold, *documents, terms=TERMS):
    return [found.fault for found in line_of(sold, documents, terms).findings]


def sentence(sold, *documents, terms=TERMS):
    (found,) = line_of(sold, documents, terms).findings
    assert found.remedy
    return found.what


def test_an_order_with_its_document_and_its_money_is_posted():
    line = line_of(ORDER, [document()], TERMS)
    assert (line.result, line.reason, line.findings) == ("posted", "", ())
    assert (line.sold, line.paid, line.day) == (Pair(D(36), D(36)), Pair(D(36), D(36)), DAY)
    assert line.tax == Pair(D(6), None)  # nobody has opened the document
    assert line_of(ORDER, [document(tax=D("6.01"))], TERMS).tax == Pair(D(6), D("6.01"))


@pytest.mark.parametrize(
    ("when", "told", "missing"),
    [
        ("paid", {}, True),
        ("paid", {"paid": D("35.99")}, False),
        ("shipped", {"status_id": 2}, True),
        ("shipped", {}, False),
        ("completed", {"status_id": 2}, False),
        ("completed", {"status_id": 10}, True),
        ("", {"status_id": 10}, False),
    ],
)
def test_from_its_moment_on_a_sales_order_alone_is_too_little(when, told, missing):
    terms = replace(TERMS, statuses=TERMS.statuses | {10}, invoice_when=when)
    only = document(ordered=True, balance="36.00")
    assert faults(replace(ORDER, **told), only, terms=terms) == (["missing"] if missing else [])
    if missing:
        assert "sales order INV-1 is all that" in sentence(replace(ORDER, **told), only, terms=terms)
        assert faults(replace(ORDER, paid=D(36), **told), document(), terms=terms) == []


def test_the_day_of_an_order_is_the_merchant_s():
    late = replace(ORDER, created=datetime(2026, 3, 31, 22, 30, tzinfo=UTC))
    assert line_of(late, [document()], TERMS).day == date(2026, 4, 1)


def test_an_order_without_a_document_is_missing():
    assert sentence(ORDER) == "Order 104 of 36.00 EUR has no document in the books."
    assert line_of(ORDER, [], TERMS).tax == Pair(D(6), None)
    assert sentence(ORDER, document(status="void")).endswith("in the books: INV-1 is void.")


def test_a_document_that_a_reversal_takes_back_does_not_stand_for_the_order():
    gone = [document(), document(role="reversal", balance="36.00")]
    assert faults(ORDER, *gone) == ["missing"]
    assert sentence(ORDER, *gone) == "Order 104 of 36.00 EUR has no document in the books."


def test_a_draft_of_a_credit_note_credits_nothing():
    assert faults(ORDER, document(), document(role="reversal", status="draft")) == []
    assert faults(refunded("12.00"), document(), document("12.00", n="7", role="refund", status="draft")) == [
        "refund"
    ]


def test_two_live_documents_are_doubled():
    both = [document(), document(n="2")]
    assert sentence(ORDER, *both) == (
        "Order 104 of 36.00 EUR is booked by 2 documents of 72.00 EUR: INV-1 and INV-2."
    )
    assert faults(ORDER, document(), document(n="2", status="void")) == []


def test_a_cent_in_the_total_is_told():
    assert sentence(ORDER, document("36.01", "0.01")) == (
        "Order 104 costs 36.00 EUR, INV-1 says 36.01 EUR: 0.01 EUR apart."
    )


def test_taxes_may_differ_by_two_cents_of_rounding_and_not_by_three():
    """6.02 - 6.00 = 0.02, the limit; 6.03 - 6.00 = 0.03."""
    assert faults(ORDER, document(tax=D("6.02"))) == []
    assert sentence(ORDER, document(tax=D("6.03"))) == (
        "Order 104 carries tax of 6.00 EUR, INV-1 has 6.03 EUR: 0.03 EUR apart."
    )


def test_another_currency_is_told_and_no_amount_is_compared():
    assert faults(ORDER, document("40.00", currency="USD")) == ["currency"]


def test_money_that_is_not_in_the_books_is_told():
    assert sentence(ORDER, document(balance="36.00")) == (
        "Order 104 has brought money of 36.00 EUR, the books hold 0.00 EUR: 36.00 EUR apart."
    )


def test_what_is_written_off_is_no_money():
    unpaid = replace(ORDER, paid=D(0))
    assert faults(unpaid, document(balance="0.00", written_off=D(36))) == []


def test_sales_orders_do_not_tell_money():
    assert faults(ORDER, document(balance="36.00"), terms=replace(TERMS, money=False)) == []


def test_certificates_may_have_been_taken_off_the_total():
    """Paid 26.00 by card and 10.00 by certificate: the total says 26.00 and the document 36.00."""
    less = replace(ORDER, total=D(26), paid=D(26), credits=D(10))
    assert faults(less, document()) == []
    exact = replace(less, paid=D(36), exact=True)
    assert faults(exact, document()) == []
    assert faults(less, document("31.00")) == ["total", "payment"]
    assert faults(replace(less, exact=True), document()) == ["payment"]  # and no certificate has come
    assert faults(replace(less, paid=D(10)), document()) == ["payment"]


def test_each_refund_has_one_credit_note_of_its_amount():
    paid_out = document("12.00", n="7", role="refund")
    assert faults(refunded("12.00"), document(), paid_out) == []
    assert sentence(refunded("12.00"), document()) == "Refund 7 of order 104, 12.00 EUR, has no credit note."
    twin = replace(paid_out, id="other", number="CN-9")
    assert sentence(refunded("12.00"), document(), paid_out, twin) == (
        "Refund 7 of order 104, 12.00 EUR, has 2 credit notes of 24.00 EUR: CN-R-7 and CN-9."
    )
    assert sentence(refunded("12.00"), document(), replace(paid_out, total=D("11.99"))) == (
        "Refund 7 of order 104 gave back 12.00 EUR, and CN-R-7 says 11.99 EUR."
    )
    assert sentence(ORDER, document(), paid_out) == (
        "CN-R-7 of 12.00 EUR credits a refund of order 104 that the store does not have."
    )


def test_the_tax_of_a_refund_is_compared_where_both_sides_tell_it():
    """2.03 - 2.00 = 0.03, one cent beyond the limit."""
    sold = replace(refunded("12.00"), refunds=(back("12.00", tax=D("2.00")),))
    note = document("12.00", n="7", role="refund")
    assert faults(sold, document(), replace(note, tax=D("2.02"))) == []
    assert faults(sold, document(), replace(note, tax=D("2.03"))) == ["tax"]
    assert faults(refunded("12.00"), document(), replace(note, tax=D("2.03"))) == []


def test_the_money_of_a_refund_goes_out_or_lowers_what_is_owed():
    """Paid 36.00, given back 12.00: 24.00 are left. Never paid: the note is applied and 24.00 are owed, money is 0."""
    note = document("12.00", n="7", role="refund")
    kept_back = replace(note, balance=D("12.00"))
    assert sentence(refunded("12.00"), document(), kept_back) == (
        "Order 104 has brought money of 24.00 EUR, the books hold 36.00 EUR: 12.00 EUR apart."
    )
    assert faults(refunded("12.00", paid=D(0)), document(balance="24.00"), note) == []


def test_an_edited_order_is_the_sum_of_its_documents():
    """36.00 - 36.00 + 40.00 = 40.00; its old money moved over by the credit, 4.00 are owed."""
    edited = replace(ORDER, total=D(40))
    whole = [document(), document(role="reversal"), document("40.00", "4.00", n="2")]
    assert faults(edited, *whole) == []
    line = line_of(edited, whole, TERMS)
    assert (line.sold, line.paid) == (Pair(D(40), D(40)), Pair(D(36), D(36)))
    assert line.tax.books is None
    some = [replace(whole[0], tax=D(6)), *whole[1:]]
    assert line_of(edited, some, TERMS).tax.books is None  # some are not opened
    read = [replace(one, tax=tax) for one, tax in zip(whole, (D(6), D(6), D("6.67")), strict=True)]
    assert line_of(edited, read, TERMS).tax.books == D("6.67")
    short = [document(), document("35.00", role="reversal"), document("40.00", "4.00", n="2")]
    assert faults(edited, *short)[0] == "taken-back"


def test_an_edited_order_that_counts_as_paid_by_its_status_was_paid_by_any_of_its_totals():
    """Paid 36.00 by bank, edited to 30.00, given back 10.00: the books hold 26.00, the store would say 20.00."""
    edited = replace(refunded("10.00"), total=D(30), paid=D(30), by_status=True)
    whole = [document(), document(role="reversal", balance="6.00"), document("30.00", n="2")]
    whole.append(document("10.00", n="7", role="refund"))
    assert faults(edited, *whole) == []
    assert faults(replace(edited, by_status=False), *whole) == ["payment"]
    assert faults(edited, *whole[:-1], document("10.00", "1.00", n="7", role="refund")) == ["payment"]


@pytest.mark.parametrize("ended", ["cancelled", "declined", "deleted"])
def test_an_ended_order_nets_to_nothing(ended):
    over = replace(ORDER, status_id=5, ended=ended)
    assert faults(over, document(status="void")) == []
    assert faults(over, document(), document(role="reversal")) == []
    assert sentence(over, document()) == f"Order 104 is {ended}, and 36.00 EUR of it are still booked: INV-1."
    line = line_of(over, [document(), document(role="reversal")], TERMS)
    assert (line.result, line.reason, line.sold) == ("posted", "taken back", Pair(D(0), D(0)))


def test_what_was_given_back_before_an_order_ended_is_not_taken_back_again():
    """36.00 sold, 12.00 credited by the refund, 24.00 by the reversal: nothing is left."""
    over = refunded("12.00", ended="cancelled")
    notes = [document("12.00", n="7", role="refund"), document("24.00", role="reversal")]
    assert faults(over, document(), *notes) == []
    line = line_of(over, [document(), *notes], TERMS)
    assert (line.sold, line.refunded) == (Pair(D(12), D(12)), Pair(D(12), D(12)))


@pytest.mark.parametrize("ended", ["disputed", "archived"])
def test_an_ended_order_that_is_kept_must_be_booked_as_if_it_stood(ended):
    over = replace(ORDER, status_id=13, ended=ended)
    assert faults(over, document()) == []
    assert faults(over, document("30.00")) == ["total", "payment"]


@pytest.mark.parametrize(("status", "rule"), [(0, "incomplete"), (1, "status"), (5, "status")])
def test_what_is_not_booked_by_rule_is_skipped(status, rule):
    line = line_of(replace(ORDER, status_id=status, ended="cancelled" if status == 5 else ""), [], TERMS)
    assert (line.result, line.reason, line.sold) == ("skipped", rule, Pair())


def test_a_booked_order_of_a_status_that_is_not_synced_any_more_is_still_compared():
    assert faults(replace(ORDER, status_id=1), document("30.00")) == ["total", "payment"]


def test_notes_without_a_key_are_told_by_their_totals():
    """Nobody made the key field: 12.00 is the refund's, and 24.00 what the reversal left of 36.00."""
    sale = document(n="INV-1")
    notes = [document("12.00", n="", role="note", id="a"), document("24.00", n="", role="note", id="b")]
    assert faults(refunded("12.00"), sale, notes[0]) == []
    assert faults(refunded("12.00", ended="cancelled"), sale, *notes) == []
    assert faults(ORDER, sale, document("5.00", n="", role="note", id="c")) == ["refund"]


def test_documents_of_an_order_that_is_not_there_are_strangers():
    line = stranger("999", [document(order="999")], TERMS)
    assert [one.what for one in line.findings] == [
        "INV-1 of 36.00 EUR names order 999, which the store does not have."
    ]
    assert stranger("999", [document(status="void")], TERMS).result == "posted"
    keeping = replace(TERMS, endings={**ENDINGS, "deleted": "keep"})
    assert stranger("999", [document()], keeping).result == "posted"


def test_an_order_that_cannot_be_read_is_not_passed_over():
    line = unreadable("104", DAY, "total_inc_tax of 104 cannot be read")
    assert (line.result, line.findings[0].fault) == ("unexplained", "unreadable")


def test_memory_explains_what_differs_and_nothing_that_is_doubled():
    known = Known("held", "tax-unmapped", "No tax. Map it.")
    line = explained(line_of(ORDER, [], TERMS), known)
    assert (line.result, line.reason, line.what) == ("held", "tax-unmapped", "No tax. Map it.")
    assert line.findings[0].fault == "missing"
    twice = line_of(ORDER, [document(), document(n="2")], TERMS)
    assert explained(twice, known).result == "unexplained"
    assert explained(line_of(ORDER, [document()], TERMS), known).result == "posted"
    assert explained(line_of(ORDER, [], TERMS), Known()).result == "unexplained"


CENTS = st.integers(1, 5000).map(lambda number: D(number) / 100)


@st.composite
def lives(draw):
    """An order with its edits and refunds, and the documents that a right bookkeeper would have made of it."""
    totals = draw(st.lists(CENTS, min_size=1, max_size=3))
    total = totals[-1]
    backs, left = [], total
    for number in range(draw(st.integers(0, 3))):
        amount = min(draw(CENTS), left)
        if amount > 0:
            backs.append(back(amount, str(number)))
            left -= amount
    paid = draw(st.sampled_from([D(0), total]))
    sold = replace(ORDER, total=total, paid=paid, refunds=tuple(backs), status_id=14 if backs else 11)
    documents = []
    for n, before in enumerate(totals[:-1], 1):  # edited before it was paid: all of the credit was applied
        documents += [document(before, n=str(n)), document(before, n=str(n), role="reversal")]
    open_ = total - paid - (D(0) if paid else total - left)
    documents.append(document(total, open_, n=str(len(totals))))
    documents += [document(one.total, n=one.key, role="refund") for one in backs]
    return sold, documents


@given(lives())
def test_a_right_life_has_no_difference(life):
    sold, documents = life
    line = line_of(sold, documents, TERMS)
    assert line.findings == ()
    assert line.sold.difference == line.refunded.difference == line.paid.difference == 0


@given(lives(), st.data())
def test_any_cent_anywhere_is_a_difference(life, data):
    """One document's total, or what is left of it, is wrong by a cent."""
    sold, documents = life
    number = data.draw(st.integers(0, len(documents) - 1))
    cent = data.draw(st.sampled_from([{"total": D("0.01")}, {"balance": D("0.01")}]))
    (name, more) = next(iter(cent.items()))
    one = documents[number]
    documents[number] = replace(one, **{name: getattr(one, name) + more})
    if (
        name == "total" and one.role == "sale"
    ):  # else its money were a cent more, too, and only its total were wrong
        documents[number] = replace(documents[number], balance=one.balance + more)
    assert line_of(sold, documents, TERMS).findings


@given(lives())
def test_money_is_never_less_than_nothing(life):
    assert money_of(life[0]) >= 0
