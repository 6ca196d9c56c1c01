from dataclasses import replace

import pytest

from mappings.errors import Unmappable
from mappings.plans import Plan, Ref, refs
from mappings.rules import BookRules
from mappings.zoho import contacts
from mappings.zoho.documents import fingerprint
from mappings.zoho.found import plain_digest
from mappings.zoho.orders import (
    Found,
    FoundContact,
    FoundDocument,
    Organization,
    expected,
    needs,
    plan,
    verify,
)
from tests.mappings.making import ADDRESS, RULES, TAXES, D, found, line, money, order

PAID = order(payments=(money("12.00"),))
POSTED = FoundDocument("inv-1", "INV-1", D("12.00"), "paid", "con-1", fingerprint(PAID))


def steps(told, what, rules=RULES):
    return [(step.verb, step.kind) for step in plan(told, what, rules).steps]


def held(told, what, rules=RULES):
    with pytest.raises(Unmappable) as refused:
        plan(told, what, rules)
    return refused.value.reason


def test_a_known_customers_paid_order_is_two_calls_and_a_mark():
    made = plan(PAID, found(), RULES)
    assert [(step.verb, step.kind) for step in made.steps] == [
        ("create", "invoice"),
        ("create", "payment"),
        ("mark", "order"),
    ]
    assert made.zoho_calls == 2
    assert made.arithmetic


def test_the_economical_way_is_one_call():
    made = plan(PAID, found(), BookRules("hash", payments="with_invoice"))
    assert made.zoho_calls == 1
    assert made.steps[0].body["batch_payments"] == [{"payment_mode": "creditcard", "amount": D("12.00")}]
    assert made.steps[0].expect["payments"] == ("hash:112:payment:900",)


def test_what_is_not_there_is_made_first():
    told = replace(PAID, lines=(line(), line("shipping", kind="shipping")), total=D("24.00"), tax=D("4.00"))
    made = plan(told, Found(taxes=TAXES, organization=Organization(currencies={"EUR": "c-eur"})), RULES)
    assert [(step.verb, step.kind) for step in made.steps] == [
        ("create", "contact"),
        ("create", "item"),
        ("create", "item"),
        ("create", "invoice"),
        ("create", "payment"),
        ("mark", "order"),
    ]
    assert made.steps[0].body["currency_id"] == "c-eur"


def test_every_reference_points_to_an_earlier_step():
    born = set()
    for step in plan(PAID, Found(taxes=TAXES), RULES).steps:
        assert {ref.step for ref in refs([step.body, step.target])} <= born
        born.add(step.key)


def test_one_item_on_two_lines_is_made_once():
    told = order(line("product:1"), line("product:2"))
    assert steps(told, found(items={})).count(("create", "item")) == 1


def test_everything_there_means_nothing_to_do():
    there = found(document=POSTED, payments={"900": "pay-1"}, marked="INV-1")
    assert plan(PAID, there, RULES) == Plan(())
    by_store = replace(PAID, external_order_id="INV-1")
    assert plan(by_store, found(document=POSTED, payments={"900": "pay-1"}), RULES) == Plan(())


def test_a_run_that_died_before_the_payment_resumes_at_the_payment():
    made = plan(PAID, found(document=replace(POSTED, status="draft"), marked="INV-1"), RULES)
    assert [(step.verb, step.kind) for step in made.steps] == [("create", "payment")]
    assert made.steps[0].body["invoices"][0]["invoice_id"] == "inv-1"
    assert made.steps[0].body["customer_id"] == "con-1"


def test_a_payment_that_is_there_is_not_made_again():
    two = order(payments=(money("5.00"), money("7.00", key="901")))
    document = replace(POSTED, status="sent", fingerprint=fingerprint(two))
    there = found(document=document, payments={"900": "pay-1"}, marked="INV-1")
    assert [step.key for step in plan(two, there, RULES).steps] == ["hash:112:payment:901"]


def test_a_document_that_is_paid_takes_no_more_money():
    assert steps(PAID, found(document=POSTED, marked="INV-1")) == []


def test_an_unpaid_invoice_is_opened_unless_drafts_are_wanted():
    unpaid = order()
    assert steps(unpaid, found()) == [("create", "invoice"), ("send", "invoice"), ("mark", "order")]
    assert ("send", "invoice") not in steps(unpaid, found(), BookRules("hash", unpaid="draft"))


def test_where_drafts_take_no_payment_the_invoice_is_opened_first():
    refusing = replace(found().organization, drafts_take_payments=False)
    assert steps(PAID, found(organization=refusing))[:3] == [
        ("create", "invoice"),
        ("send", "invoice"),
        ("create", "payment"),
    ]
    draft = replace(POSTED, status="draft")
    assert steps(PAID, found(organization=refusing, document=draft, marked="INV-1")) == [
        ("send", "invoice"),
        ("create", "payment"),
    ]


def test_a_sales_order_is_confirmed_and_its_money_an_advance():
    rules = BookRules("hash", document="sales_order")
    assert steps(PAID, found(), rules) == [
        ("create", "sales_order"),
        ("confirm", "sales_order"),
        ("create", "payment"),
        ("mark", "order"),
    ]


def test_a_new_shipping_address_is_added_once_and_named():
    told = replace(PAID, shipping_address=ADDRESS)
    made = plan(told, found(), RULES)
    assert (made.steps[0].verb, made.steps[0].kind, made.steps[0].target) == ("create", "address", "con-1")
    assert made.steps[1].body["shipping_address_id"] == Ref("hash:112:address:1")
    seen = contacts.address_fingerprint(contacts.address_body(ADDRESS), plain_digest)
    known = plan(told, found(contact=FoundContact("con-1", {seen: "a-1"})), RULES)
    assert known.steps[0].body["shipping_address_id"] == "a-1"
    assert known.zoho_calls == 2


def test_a_new_contact_brings_its_shipping_address_along():
    told = replace(PAID, shipping_address=ADDRESS)
    made = plan(told, found(contact=None), RULES)
    assert [(step.verb, step.kind) for step in made.steps][:2] == [
        ("create", "contact"),
        ("create", "invoice"),
    ]
    assert "shipping_address" in made.steps[0].body


@pytest.mark.parametrize(
    ("profile", "written_by", "updated"), [("", "1", 0), ("old", "100", 1), ("old", "200", 0)]
)
def test_a_contact_is_rewritten_when_the_person_changed_but_not_by_an_older_order(
    profile, written_by, updated
):
    contact = FoundContact("con-1", {}, profile, written_by)
    assert steps(PAID, found(contact=contact)).count(("update", "contact")) == updated


def test_an_unchanged_person_is_not_rewritten():
    same = contacts.profile(PAID, RULES, plain_digest)
    assert ("update", "contact") not in steps(PAID, found(contact=FoundContact("con-1", {}, same, "100")))


def test_a_document_that_a_person_made_void_is_held_unless_its_order_ended():
    there = found(document=replace(POSTED, status="void"), payments={"900": "p-1"})
    assert held(PAID, there) == "changed-in-zoho"
    assert plan(replace(PAID, ended="cancelled"), there, RULES).steps == ()


def test_a_document_that_is_not_ours_is_left_alone():
    assert held(PAID, found(document=replace(POSTED, ours=False))) == "foreign-document"


def test_an_adopted_document_a_cent_off_is_mended_and_one_further_off_is_held():
    off = replace(POSTED, total=D("12.01"), fingerprint="", status="draft")
    made = plan(PAID, found(document=off, marked="INV-1"), RULES)
    assert [(step.verb, step.kind) for step in made.steps] == [("amend", "invoice"), ("create", "payment")]
    assert made.steps[0].body["adjustment"] == D("-0.01")
    assert held(PAID, found(document=replace(off, total=D("12.03")))) == "total-differs"
    assert held(PAID, found(document=replace(off, adjustment=D("-0.02")))) == "total-differs"


def test_somebody_elses_mark_in_the_store_is_never_overwritten():
    taken = replace(PAID, external_order_id="ERP-7")
    mark = plan(taken, found(), RULES).steps[-1]
    assert (mark.body["field"], mark.body["value"]) == ("metafield", Ref("hash:112:invoice:1", "number"))
    assert plan(PAID, found(), RULES).steps[-1].body["field"] == "external_order_id"
    assert plan(PAID, found(), BookRules("hash", mark="metafield")).steps[-1].body["field"] == "metafield"
    assert ("mark", "order") not in steps(PAID, found(), BookRules("hash", mark="none"))


def test_an_account_that_is_missing_holds_the_order_before_anything_is_written():
    told = order(payments=(money("12.00", account="store_credit"),))
    assert held(told, found()) == "account-missing"


def test_needs_name_what_to_look_up():
    asked = needs(PAID, RULES)
    assert (asked.email, asked.customer_id, asked.walk_in) == ("ada@example.com", None, False)
    assert (asked.key, asked.reference, asked.currency) == ("hash:112:invoice:1", "112", "EUR")
    nameless = replace(PAID, customer=replace(PAID.customer, email=""))
    assert needs(nameless, BookRules("hash", no_email="customer_id")).customer_id == "5"
    assert needs(nameless, BookRules("hash", no_email="walk_in")).walk_in is True


BODY = {"line_items": [{}]}


def test_an_answer_equal_to_the_cent_is_equal_whatever_its_number_type():
    for total in (12, "12.00", D("12.0"), 12.0):
        assert verify(expected(PAID), BODY, {"invoice": {"total": total, "tax_total": 2}}, RULES).equal


def test_an_answer_a_cent_off_is_amended_once():
    verdict = verify(expected(PAID), BODY | {"adjustment": D("0.01")}, {"total": "12.01"}, RULES)
    assert (verdict.equal, verdict.difference) == (False, D("-0.01"))
    assert verdict.amend == {
        "adjustment": D("0.00"),
        "adjustment_description": verdict.amend["adjustment_description"],
    }


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"total": "12.03"}, "total-differs"),
        ({"total": "12.00", "line_items": []}, "total-differs"),
        ({"total": "12.00", "tax_total": "1.97"}, "tax-differs"),
        ({"total": "12.00", "currency_code": "USD"}, "currency-unmapped"),
    ],
)
def test_an_answer_beyond_the_limit_is_held(answer, reason):
    verdict = verify(expected(PAID), BODY, {"invoice": answer}, RULES)
    assert verdict.reason == reason
    assert verdict.what
    assert verdict.remedy
