from dataclasses import replace

from mappings.records import Address, Customer
from mappings.rules import BookRules
from mappings.zoho import contacts, steps
from mappings.zoho.found import plain_digest
from tests.mappings.making import ADDRESS, RULES, found, order


def customer(**more):
    known = {
        "customer_id": "5",
        "email": "ada@example.com",
        "first_name": "Ada",
        "last_name": "Example",
        "company": "Example Ltd",
        "phone": "+49 1",
        "billing": ADDRESS,
    }
    return order(customer=Customer(**(known | more)))


def test_a_name_is_tried_plain_then_with_the_customers_number_then_with_the_currency_then_with_the_orders():
    assert contacts.names(customer(), RULES) == (
        "Ada Example",
        "Ada Example (BC 5)",
        "Ada Example (BC 5 EUR)",
        "Ada Example (BC order 112)",
    )


def test_a_guests_suffix_is_the_orders_number():
    names = contacts.names(customer(customer_id=None), RULES)
    assert names == ("Ada Example", "Ada Example (BC order 112)", "Ada Example (BC order 112 EUR)")


def test_a_company_comes_first_by_setting_and_a_nameless_shopper_still_has_a_name():
    assert contacts.names(customer(), BookRules("hash", contact_name="company"))[0] == "Example Ltd"
    nameless = {"first_name": "", "last_name": ""}
    assert contacts.names(customer(**nameless), RULES)[0] == "Example Ltd"
    assert contacts.names(customer(**nameless, company=""), RULES)[0] == "ada@example.com"


def test_an_over_long_name_is_cut_before_its_suffix_and_not_through_an_emoji():
    plain, suffixed, *_ = contacts.names(customer(first_name="🙂" * 150), RULES)
    assert (plain, suffixed) == ("🙂" * 100, "🙂" * 96 + " (BC 5)")
    assert len(contacts.names(customer(first_name="x" * 500), RULES)[1]) == 200


def test_pasted_line_breaks_do_not_reach_a_name():
    assert (
        contacts.names(customer(first_name="Ada\r\n\x00", last_name=" Ex\tample "), RULES)[0]
        == "Ada Ex ample"
    )


def test_the_walk_in_contact_is_shared_and_bears_nobodys_address():
    told = customer(email="", customer_id=None)
    rules = BookRules("hash", no_email="walk_in")
    assert contacts.names(told, rules) == ("Walk-in customer", "Walk-in customer EUR")
    assert contacts.create_body(told, rules, "c-eur") == {
        "contact_name": "Walk-in customer",
        "contact_type": "customer",
        "currency_id": "c-eur",
    }
    assert contacts.profile(told, rules, plain_digest) == ""


def test_a_new_contact_has_a_person_with_the_email_and_both_addresses():
    told = replace(customer(), shipping_address=replace(ADDRESS, city="Elsewhere"))
    body = contacts.create_body(told, RULES, "c-eur")
    assert body["contact_persons"] == [
        {
            "first_name": "Ada",
            "last_name": "Example",
            "email": "ada@example.com",
            "phone": "+49 1",
            "is_primary_contact": True,
        }
    ]
    assert (body["company_name"], body["customer_sub_type"]) == ("Example Ltd", "business")
    assert body["billing_address"]["city"] == "Sampleton"
    assert body["shipping_address"]["city"] == "Elsewhere"


def test_an_update_leaves_name_and_persons_alone():
    assert set(contacts.update_body(customer())) == {"company_name", "customer_sub_type", "billing_address"}


def test_addresses_are_cut_to_zohos_lengths():
    body = contacts.address_body(
        Address(first_name="n" * 300, street_1="s" * 900, street_2="t" * 900, phone="1" * 90)
    )
    assert {name: len(text) for name, text in body.items()} == {
        "attention": 100,
        "address": 500,
        "street2": 255,
        "phone": 50,
    }


def test_an_address_is_known_again_whatever_became_of_case_and_blanks():
    body = contacts.address_body(ADDRESS)
    answered = {name: f" {text.upper()}  " for name, text in body.items()} | {"address_id": "a-1", "fax": ""}
    seen = contacts.address_fingerprint(body, plain_digest)
    assert contacts.addresses_of({"billing_address": answered}, plain_digest) == {seen: "a-1"}
    other = contacts.address_body(replace(ADDRESS, city="Elsewhere"))
    assert contacts.address_fingerprint(other, plain_digest) != seen


def test_empty_addresses_of_an_answer_are_not_remembered():
    answer = {
        "billing_address": {"address_id": "a-1", "address": ""},
        "addresses": [{"address_id": "a-2", "city": "X"}],
    }
    assert list(contacts.addresses_of(answer, plain_digest).values()) == ["a-2"]


def test_a_profile_changes_with_the_person_and_with_nothing_else():
    told = customer()
    same = replace(told, id="113", status_id=10)
    moved = customer(billing=replace(ADDRESS, city="Elsewhere"))
    assert contacts.profile(told, RULES, plain_digest) == contacts.profile(same, RULES, plain_digest)
    assert contacts.profile(told, RULES, plain_digest) != contacts.profile(moved, RULES, plain_digest)


def test_a_new_contact_carries_the_price_list_of_the_customers_group():
    (step,) = steps.contact_create(order(), found(contact=None, pricebook_id="p1"), RULES)
    assert step.body["pricebook_id"] == "p1"
    (step,) = steps.contact_create(order(), found(contact=None), RULES)
    assert "pricebook_id" not in step.body


def test_the_walk_in_contact_is_many_people_and_has_no_price_list():
    nobody = customer(customer_id=None, email="")
    assert "pricebook_id" not in contacts.create_body(
        nobody, BookRules("hash", no_email="walk_in"), "c1", "p1"
    )
    assert contacts.create_body(customer(), RULES, "c1", "p1")["pricebook_id"] == "p1"
