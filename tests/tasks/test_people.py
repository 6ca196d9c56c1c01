"""Whose order it is: one contact per person and currency, and never two people in one."""

from tests.tasks.checks import check_nothing_doubled, check_posted, invoice_of, records, written
from tests.tasks.conftest import LINE, SHIPPING, placed, together

ADDRESS = {"first_name": "Grace", "street_1": "2 Other Road", "city": "Elsewhere", "email": "ada@example.com"}


def contacts_by_email(lab):
    return {row["email"]: row for row in records(lab, "contacts")}


def test_two_people_of_one_name_are_two_contacts(lab):
    one = placed(lab, customer={"id": 7, "email": "ada@example.com"})
    other = placed(lab, customer={"id": 8, "email": "other.ada@example.com"})
    guest = placed(lab, customer={"email": "third.ada@example.com"})
    lab.sync(one, other, guest)
    for order in (one, other, guest):
        check_posted(lab, order)
    names = {email: row["contact_name"] for email, row in contacts_by_email(lab).items()}
    assert names == {
        "ada@example.com": "Ada Example",
        "other.ada@example.com": "Ada Example (BC 8)",
        "third.ada@example.com": f"Ada Example (BC order {guest})",
    }


def test_an_account_that_orders_under_one_email_after_the_other_is_a_contact_each_time(lab):
    orders = [placed(lab, customer={"id": 7, "email": f"ada{number}@example.com"}) for number in range(5)]
    lab.sync(*orders)
    for order in orders:
        check_posted(lab, order)
    names = [contacts_by_email(lab)[f"ada{number}@example.com"]["contact_name"] for number in (0, 1, 2, 4)]
    assert names[:3] == ["Ada Example", "Ada Example (BC 7)", "Ada Example (BC 7 EUR)"]
    assert names[3] == f"Ada Example (BC order {orders[4]})"


def test_a_vendor_that_bears_the_name_is_not_the_customer(lab):
    lab.world.zoho.ask("POST", "/contacts", {"contact_name": "Ada Example", "contact_type": "vendor"})
    order = placed(lab)
    lab.sync(order)
    check_posted(lab, order)
    assert invoice_of(lab, order)["customer_name"] == "Ada Example (BC 7)"


def test_a_contact_that_was_there_before_us_is_found_by_its_email_whatever_its_case(lab):
    body = {
        "contact_name": "Countess",
        "contact_persons": [{"email": "Ada@Example.com", "is_primary_contact": True}],
    }
    there = lab.world.zoho.ask("POST", "/contacts", body)["contact"]["contact_id"]
    order = placed(lab)
    lab.sync(order)
    check_posted(lab, order)
    assert invoice_of(lab, order)["customer_id"] == there
    assert len(records(lab, "contacts")) == 1


def test_a_second_currency_is_a_second_contact(lab):
    euros, dollars = placed(lab), placed(lab, currency="USD")
    lab.sync(euros, dollars)
    check_posted(lab, euros)
    check_posted(lab, dollars)
    found = {row["currency_code"]: row["contact_name"] for row in records(lab, "contacts")}
    assert found == {"EUR": "Ada Example", "USD": "Ada Example (BC 7)"}
    again = placed(lab, currency="USD")
    lab.sync(again)
    check_posted(lab, again)
    assert len(records(lab, "contacts")) == 2


def test_the_contacts_own_payment_terms_apply(lab):
    order = placed(lab, payment={"style": "authorised"}, status_id=7)
    body = {
        "contact_name": "On account",
        "payment_terms": 30,
        "contact_persons": [{"email": "ada@example.com", "is_primary_contact": True}],
    }
    lab.world.zoho.ask("POST", "/contacts", body)
    lab.sync(order)
    invoice = check_posted(lab, order)
    assert (invoice["payment_terms"], invoice["payment_terms_label"]) == (30, "Net 30")
    assert invoice["due_date"] > invoice["date"]
    assert invoice["status"] == "sent"


def test_a_name_longer_than_zoho_takes_and_emoji_are_no_obstacle(lab):
    longest = {
        "first_name": "Wolfeschlegel" * 10,
        "last_name": "🦄🌈" * 80,
        "email": "long@example.com",
        "company": "👩‍👩‍👧" * 90,
    }
    order = placed(
        lab,
        customer={**longest, "street_1": "Long Road " * 90, "city": "Llanfair" * 20},
        lines=[{"price": "5.00", "tax": "20", "name": "🎁" * 150, "sku": "GIFT"}],
        message="💌 please",
    )
    lab.sync(order)
    check_posted(lab, order)
    (contact,) = records(lab, "contacts")
    assert len(contact["contact_name"]) <= 200
    assert "🦄" in contact["contact_name"]


def test_two_long_names_that_are_cut_alike_are_still_two_people(lab):
    first = placed(lab, customer={"id": 7, "first_name": "W" * 300, "email": "one@example.com"})
    second = placed(lab, customer={"id": 8, "first_name": "W" * 300, "email": "two@example.com"})
    lab.sync(first, second)
    check_posted(lab, first)
    check_posted(lab, second)
    assert len(records(lab, "contacts")) == 2


def test_an_order_without_email_is_held_and_says_so(lab):
    order = placed(lab, customer={"email": ""})
    row = lab.sync(order)
    assert (row.state, row.reason) == ("held", "email-missing")
    assert row.remedy
    assert written(lab) == []


def test_two_orders_of_one_new_customer_at_the_very_same_time_make_one_contact(lab):
    """Each in a thread of its own, at the same items too: nobody waits for the other, nobody doubles."""
    orders = [
        placed(lab, lines=[{"price": f"{n}.99", "quantity": 3, "tax": "20", "sku": "NEW"}])
        for n in range(1, 7)
    ]
    together(lab, orders)
    for order in orders:
        check_posted(lab, order)
    assert len(records(lab, "contacts")) == 1
    check_nothing_doubled(lab)


def test_a_new_shipping_address_is_added_to_the_contact_once_and_named_on_the_document(lab):
    first = placed(lab)
    second = placed(lab, shipping=[{**SHIPPING, "address": ADDRESS}])
    third = placed(lab, shipping=[{**SHIPPING, "address": ADDRESS}])
    lab.sync(first)
    lab.sync(second)
    lab.sync(third)
    for order in (first, second, third):
        check_posted(lab, order)
    assert invoice_of(lab, second)["shipping_address"]["address"] == "2 Other Road"
    assert invoice_of(lab, third)["shipping_address"]["address"] == "2 Other Road"
    assert len([call for call in written(lab) if call["path"].endswith("/address")]) == 1


def test_a_person_who_moved_is_written_once_and_an_older_order_does_not_move_them_back(lab):
    old, new = placed(lab), placed(lab, customer={"id": 7, "street_1": "9 New Lane"})
    lab.sync(new)
    lab.sync(old)
    (contact,) = records(lab, "contacts")
    assert contact["billing_address"]["address"] == "9 New Lane"
    moved = placed(lab, customer={"id": 7, "street_1": "10 Newer Lane"})
    lab.sync(moved)
    assert contact["billing_address"]["address"] == "10 Newer Lane"
    assert contact["shipping_address"]["address"] == "9 New Lane"


def test_a_contact_deleted_in_zoho_after_we_linked_it_is_made_anew(lab):
    first = placed(lab)
    lab.sync(first)
    invoice = check_posted(lab, first)
    wipe(lab, invoice)
    lab.world.zoho.ask("DELETE", f"/contacts/{invoice['customer_id']}", {})
    second = placed(lab)
    lab.sync(second)
    assert check_posted(lab, second)["customer_id"] != invoice["customer_id"]
    assert len(records(lab, "contacts")) == 1


def test_an_item_deleted_in_zoho_after_we_linked_it_is_made_anew(lab):
    first = placed(lab)
    lab.sync(first)
    wipe(lab, check_posted(lab, first))
    (mug,) = [row for row in records(lab, "items") if row["sku"] == "MUG"]
    lab.world.zoho.ask("DELETE", f"/items/{mug['item_id']}", {})
    second = placed(lab)
    lab.sync(second)
    check_posted(lab, second)
    check_nothing_doubled(lab)


def test_an_order_older_than_the_sku_of_its_product_does_not_wait_for_a_free_name(lab):
    """Its line tells no SKU, and the item of that name bears one by now: the line gets an item of its own, once."""
    lab.item(name="Mug", sku="MUG")
    first, second = placed(lab, lines=[{**LINE, "sku": ""}]), placed(lab, lines=[{**LINE, "sku": ""}])
    lab.sync(first, second)
    check_posted(lab, first)
    check_posted(lab, second)
    (own,) = [row["name"] for row in records(lab, "items") if row["sku"] == ""]
    assert own.startswith("Mug [variant ")


def test_an_address_deleted_in_zoho_after_we_linked_it_is_added_anew(lab):
    first = placed(lab)
    second = placed(lab, shipping=[{**SHIPPING, "address": ADDRESS}])
    lab.sync(first)
    lab.sync(second)
    (contact,) = records(lab, "contacts")
    (address,) = contact["addresses"]
    path = f"/contacts/{contact['contact_id']}/address/{address['address_id']}"
    lab.world.zoho.ask("DELETE", path, {})
    third = placed(lab, shipping=[{**SHIPPING, "address": ADDRESS}])
    lab.sync(third)
    check_posted(lab, third)
    assert invoice_of(lab, third)["shipping_address"]["address"] == "2 Other Road"


def wipe(lab, invoice):
    """A person takes a document and its payments out of the books."""
    for payment in [
        row for row in records(lab, "customerpayments") if row["customer_id"] == invoice["customer_id"]
    ]:
        lab.world.zoho.ask("DELETE", f"/customerpayments/{payment['payment_id']}", {})
    lab.world.zoho.ask("DELETE", f"/invoices/{invoice['invoice_id']}", {})
