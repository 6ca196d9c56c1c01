"""Contacts: names, persons, addresses, currencies."""

import pytest


def person(email, **more):
    return {"first_name": "Ann", "last_name": "Other", "email": email, **more}


def test_a_name_is_taken_by_customers_and_vendors_alike_in_any_case(client):
    client.contact("Acme", contact_type="vendor")
    assert client.refused("POST", "/contacts", {"contact_name": "ACME "}) == (400, 3062)
    assert client.refused("POST", "/contacts", {"contact_name": ""}) == (400, 3013)
    assert client.refused("POST", "/contacts", {"contact_name": "x" * 201}) == (400, 15)
    assert client.refused("POST", "/contacts", {"contact_name": ["x"]}) == (400, 2)


def test_a_contact_without_a_person_has_no_email_and_is_not_found_by_one(client):
    lone = client.ok("POST", "/contacts", {"contact_name": "A", "email": "a@x.example"})["contact"]
    assert lone["email"] == ""
    assert client.ok("GET", "/contacts", email="a@x.example")["contacts"] == []
    client.contact("B", contact_persons=[person("b@x.example")])
    found = client.ok("GET", "/contacts", email="B@X.example")["contacts"]
    assert [row["contact_name"] for row in found] == ["B"]


def test_the_email_filter_matches_the_primary_person_only(client):
    two = [person("first@x.example"), person("second@x.example", is_primary_contact=True)]
    client.contact("A", contact_persons=two)
    assert client.ok("GET", "/contacts", email="first@x.example")["contacts"] == []
    assert len(client.ok("GET", "/contacts", email="second@x.example")["contacts"]) == 1


def test_an_update_is_partial(client):
    contact = client.contact("A", contact_persons=[person("a@x.example")], company_name="Co")
    after = client.ok("PUT", f"/contacts/{contact}", {"notes": "n"})["contact"]
    assert (after["contact_name"], after["company_name"], after["email"], after["notes"]) == (
        "A",
        "Co",
        "a@x.example",
        "n",
    )


@pytest.mark.parametrize(("switch", "emails"), [("added", 2), ("replaced", 1)])
def test_persons_without_an_id_on_put(client_with, switch, emails):
    client = client_with({"zoho_persons_on_put": switch})
    contact = client.contact("A", contact_persons=[person("a@x.example")])
    after = client.ok("PUT", f"/contacts/{contact}", {"contact_persons": [person("b@x.example")]})["contact"]
    assert len(after["contact_persons"]) == emails
    assert sum(each["is_primary_contact"] for each in after["contact_persons"]) == 1


def test_persons_have_a_life_of_their_own(client):
    contact = client.contact("A", contact_persons=[person("a@x.example")])
    made = client.ok("POST", "/contacts/contactpersons", {"contact_id": contact, **person("b@x.example")})
    who = made["contact_person"][0]["contact_person_id"]
    client.ok("POST", f"/contacts/contactpersons/{who}/primary")
    assert client.ok("GET", f"/contacts/{contact}")["contact"]["email"] == "b@x.example"
    client.ok("PUT", f"/contacts/contactpersons/{who}", {"email": "c@x.example"})
    assert client.ok("GET", f"/contacts/{contact}")["contact"]["email"] == "c@x.example"
    client.ok("DELETE", f"/contacts/contactpersons/{who}")
    assert client.ok("GET", f"/contacts/{contact}")["contact"]["email"] == "a@x.example"
    assert len(client.ok("GET", f"/contacts/{contact}/contactpersons")["contact_persons"]) == 1


def test_addresses_are_added_and_named_by_documents(client):
    contact = client.contact(
        "A", billing_address={"address": "1 Bill Street", "city": "Billtown", "zip": "1"}
    )
    made = client.ok("POST", f"/contacts/{contact}/address", {"address": "2 Ship Street", "city": "Shipton"})
    address = made["address_info"]["address_id"]
    assert len(client.ok("GET", f"/contacts/{contact}/address")["addresses"]) == 3
    lines = [{"item_id": client.item()}]
    invoice = client.invoice(contact, lines, shipping_address_id=address)
    assert (invoice["billing_address"]["city"], invoice["shipping_address"]["city"]) == (
        "Billtown",
        "Shipton",
    )
    row = client.ok("GET", "/invoices")["invoices"][0]
    assert row["billing_address"]["zipcode"] == "1"
    body = {"customer_id": contact, "line_items": lines, "shipping_address_id": "1"}
    assert client.refused("POST", "/invoices", body) == (400, 2)
    assert client.refused("POST", f"/contacts/{contact}/address", {"address": "x" * 501}) == (400, 15)


def test_a_contact_has_one_currency_which_its_transactions_fix(client):
    yen = client.org.currency("JPY")["currency_id"]
    contact = client.contact("A", currency_id=yen)
    invoice = client.invoice(contact, [{"item_id": client.item(), "rate": "99.5", "quantity": 2}])
    assert (invoice["currency_code"], invoice["price_precision"], invoice["total"]) == ("JPY", 0, 200)
    euro = client.org.currency("EUR")["currency_id"]
    assert client.refused("PUT", f"/contacts/{contact}", {"currency_id": euro}) == (400, 2)
    assert client.refused("POST", "/contacts", {"contact_name": "B", "currency_id": "1"}) == (400, 9004)


def test_contacts_with_transactions_stay_and_others_go(client):
    used, free = client.contact("A"), client.contact("B")
    client.invoice(used, [{"item_id": client.item()}])
    assert client.refused("DELETE", f"/contacts/{used}") == (400, 3000)
    assert client.ok("DELETE", f"/contacts/{free}")["message"] == "The customer has been deleted."
    assert client.refused("GET", f"/contacts/{free}") == (404, 5)
    client.ok("POST", f"/contacts/{used}/inactive")
    assert client.ok("GET", "/contacts", filter_by="Status.Active")["contacts"] == []


def test_emoji_pass(client):
    contact = client.contact("Zoë 🎁 & Söhne", contact_persons=[person("z@x.example")])
    assert client.ok("GET", f"/contacts/{contact}")["contact"]["contact_name"] == "Zoë 🎁 & Söhne"
