"""The money of refunds: paid out of their notes as far as it came in, the rest against what is open."""

from dataclasses import replace

from mappings.rules import BookRules
from mappings.zoho.documents import fingerprint
from mappings.zoho.found import FoundDocument
from mappings.zoho.orders import plan
from tests.mappings.making import RULES, D, found, line, money
from tests.mappings.zoho.little_books import Books
from tests.mappings.zoho.refunding import given, known, paid


def test_money_goes_back_from_the_account_it_went_back_from():
    credit = money("2.00", key="2", account="store_credit", method="storecredit")
    told = paid(given(line(net="5.00", tax="1.00"), payments=(money("4.00", key="1"), credit)))
    rules = BookRules(
        "hash",
        refund_accounts={"Credit_Card": "a-back"},
        deposit_accounts={"credit_card": "a-in"},
        store_credit_account="a-sc",
    )
    backs = [step for step in known(told, rules).steps if step.verb == "refund"]
    assert [(step.body["amount"], step.body["from_account_id"]) for step in backs] == [
        (D("4.00"), "a-back"),
        (D("2.00"), "a-sc"),
    ]
    assert [step.key for step in backs] == ["hash:112:repaid:7-1", "hash:112:repaid:7-2"]
    by_deposit = known(told, replace(rules, refund_accounts={})).steps
    assert [step.body["from_account_id"] for step in by_deposit if step.verb == "refund"] == ["a-in", "a-sc"]


def test_what_no_money_in_the_books_covers_lowers_what_is_open():
    """24.00 + 6.00 sold, 10.00 paid, 12.00 refunded: 10.00 go back, 2.00 against the 20.00 that are open."""
    told = replace(paid(given(line())), payments=(money("10.00"),))
    books = Books(RULES)
    steps = books.sync(told)
    assert [step.body["amount"] for step in steps if step.verb == "refund"] == [D("10.00")]
    assert [step.body["invoices"][0]["amount_applied"] for step in steps if step.verb == "apply"] == [
        D("2.00")
    ]
    assert books.net() == told.total - 12


def test_no_more_is_applied_than_is_open_and_the_rest_stays_the_customers():
    """30.00 sold, 29.00 credited in Zoho by a person: of a refund of 12.00 the note pays the 1.00 that is open."""
    told = replace(paid(given(line())), payments=())
    read = {"status": "sent", "total": told.total, "balance": D("1.00"), "line_items": []}
    document = FoundDocument("inv-1", "INV-1", customer_id="con-1", fingerprint=fingerprint(told), read=read)
    steps = known(told, document=document, payments={}).steps
    assert [step.body["invoices"][0]["amount_applied"] for step in steps if step.verb == "apply"] == [
        D("1.00")
    ]
    assert "refund" not in [step.verb for step in steps]


def test_an_unpaid_drafts_refund_opens_it_first():
    told = replace(paid(given(line())), payments=())
    steps = Books(BookRules("hash", unpaid="draft")).sync(told)
    verbs = [(step.verb, step.kind) for step in steps]
    assert verbs.index(("send", "invoice")) < verbs.index(("apply", "credit_note"))


def test_an_order_that_was_refunded_before_it_was_booked_is_booked_and_credited_in_one_go():
    told = paid(
        given(line(quantity=1), key="7"), given(line("shipping", "5.00", "1.00", kind="shipping"), key="8")
    )
    books = Books(RULES)
    steps = books.sync(told)
    assert [(step.verb, step.kind) for step in steps if step.kind not in ("item", "order")] == [
        ("create", "invoice"),
        ("create", "payment"),
        ("create", "credit_note"),
        ("refund", "credit_note"),
        ("create", "credit_note"),
        ("refund", "credit_note"),
    ]
    assert books.net() == told.total - 12 - 6
    assert books.sync(told) == ()


def test_money_that_came_with_the_invoice_is_repaid_too():
    told = paid(given(line()))
    steps = plan(told, found(), BookRules("hash", payments="with_invoice")).steps
    assert [step.body["amount"] for step in steps if step.verb == "refund"] == [D("12.00")]
    assert "apply" not in [step.verb for step in steps]


def test_a_run_that_died_after_the_note_goes_on_with_its_money():
    told = paid(given(line()))
    books = Books(RULES)
    books.sync(replace(told, refunds=()))
    books.sync(told, dies_after=2)
    assert [(step.verb, step.target) for step in books.sync(told)] == [
        ("refund", books.notes["refund:7"]["id"])
    ]
