"""Each country's edition against a Zoho that drops nothing silently: what it refuses, and what it is told instead."""

import pytest
from sqlalchemy import delete

from ledger import cursors
from ledger.store import writing
from ledger.tables import learned
from sandbox import orders
from sandbox.bigcommerce import life, placing
from tasks.organization import known
from tests.tasks.checks import invoice_of, records
from tests.tasks.conftest import LINE, forget_the_look, placed
from tests.tasks.lives import ON_ACCOUNT, check_life, documents, does, notes

FREE = {"price": "5.00", "quantity": 2, "sku": "BOOK", "name": "Book"}
HOMES = {
    "us": {"country": "United States", "country_iso2": "US", "state": "Texas"},
    "ca": {"country": "Canada", "country_iso2": "CA", "state": "Ontario"},
    "au": {"country": "Australia", "country_iso2": "AU", "state": "Victoria"},
    "uk": {"country": "United Kingdom", "country_iso2": "GB", "state": "Greater Sample"},
    "eu": {"country": "France", "country_iso2": "FR", "state": "Paris"},
    "in": {"country": "India", "country_iso2": "IN", "state": "Karnataka"},
    "gcc": {"country": "United Arab Emirates", "country_iso2": "AE", "state": "Sharjah"},
}
TOLD = {
    "us": {"tax_authority_name": "There"},
    "ca": {"tax_authority_name": "There"},
    "au": {},
    "uk": {"vat_treatment": "uk"},
    "eu": {"vat_treatment": "eu_vat_not_registered"},
    "in": {"gst_treatment": "consumer", "place_of_supply": "KA"},
    "gcc": {"tax_treatment": "vat_not_registered", "place_of_supply": "SH"},
}
EXEMPT = {"us", "ca", "au", "in"}


def organization(new_lab, edition, state="", **rules):
    """A lab whose organization is of this edition, set up as its merchant would."""
    lab = new_lab(switches={"zoho_unknown_fields": "refused"})
    lab.world.zoho.edition, lab.world.zoho.state = edition, state
    if edition in ("us", "ca"):
        told = {"tax_authority_name": "There"}
        made = lab.world.zoho.ask("POST", "/settings/taxauthorities", told)["tax_authority"]
        rules["tax_authorities"] = {HOMES[edition]["country_iso2"]: made["tax_authority_id"]}
    if edition in EXEMPT:
        told = {"tax_exemption_code": "FREE", "type": "item"}
        lab.world.zoho.ask("POST", "/settings/taxexemptions", told)
        rules.setdefault("tax_exemption", "FREE")
    if edition == "in":
        indian_taxes(lab)
        rules.setdefault("state", "TN")
    lab.rules(**rules)
    return lab


def indian_taxes(lab):
    """IGST as one tax, and the group of the other two, both of 20 %, as the common orders charge it."""
    lab.world.zoho.add_tax("Integrated 20", "20", specific="igst")
    halves = [lab.world.zoho.add_tax(f"{name} 10", "10", specific=name.lower()) for name in ("CGST", "SGST")]
    lab.world.zoho.add_tax_group("GST 20", halves)


def there(edition, **more):
    return {"customer": {"id": 7, **HOMES[edition]}, "lines": [LINE, FREE], **more}


def placed_in(lab, edition, **more):
    """An order of two taxed and untaxed lines; in India the merchant has set up the taxes already."""
    described = {"id": 100 + len(lab.world.bigcommerce.orders), "created": lab.world.clock.now()}
    described |= {"shipping": {"cost": "4.90", "tax": "20"}, **there(edition, **more)}
    if edition != "in":
        return placed(lab, **there(edition, **more))
    return str(placing.place(lab.world, orders.order_from(described)))


def says(document, edition):
    """What a document of the edition says, and that each of its lines bears a tax or says why it does not."""
    assert {name: document[name] for name in TOLD[edition]} == TOLD[edition]
    untaxed = [row for row in document["line_items"] if not row["tax_id"]]
    if edition in EXEMPT:
        assert {row["tax_exemption_code"] for row in untaxed} <= {"FREE"}


@pytest.mark.parametrize("edition", list(HOMES))
def test_a_whole_life_is_booked_in_every_edition(new_lab, edition):
    """Sold, made dearer (a credit note and a new document follow), then refunded by a piece and by tax alone."""
    lab = organization(new_lab, edition)
    order = placed_in(lab, edition)
    assert lab.sync(order).outcome == "posted"
    says(invoice_of(lab, order), edition)
    life.edit(lab.world, int(order), price="15.00")
    assert lab.sync(order).outcome == "posted"
    assert does(lab, "refund", order, quantity=1).outcome == "posted"
    assert does(lab, "refund", order, tax="1.37").outcome == "posted"
    check_life(lab, order)
    assert len(notes(lab, order)) == 3
    for document in (*documents(lab, order).values(), *notes(lab, order).values()):
        says(document, edition)


@pytest.mark.parametrize("edition", ["us", "in", "uk"])
def test_what_refunds_left_of_a_cancelled_order_is_credited_as_it_was_sold(new_lab, edition):
    lab = organization(new_lab, edition)
    order = placed_in(lab, edition)
    lab.sync(order)
    assert does(lab, "refund", order, quantity=1).outcome == "posted"
    assert does(lab, "cancel", order).outcome == "posted"
    check_life(lab, order, reversed_=True)
    for document in notes(lab, order).values():
        says(document, edition)


@pytest.mark.parametrize("edition", list(HOMES))
def test_a_sales_order_is_told_the_same(new_lab, edition):
    lab = organization(new_lab, edition, document="sales_order")
    order = placed_in(lab, edition)
    assert lab.sync(order).outcome == "posted"
    (document,) = records(lab, "salesorders")
    says(document, edition)


@pytest.mark.parametrize("edition", ["us", "in", "uk", "gcc"])
def test_an_invoice_that_follows_a_sales_order_is_told_the_same(new_lab, edition):
    lab = organization(new_lab, edition, invoice_when="shipped")
    order = placed_in(lab, edition)
    lab.sync(order)
    assert does(lab, "ship", order).outcome == "posted"
    (before,) = records(lab, "salesorders")
    for document in (before, invoice_of(lab, order)):
        says(document, edition)


def test_an_organization_that_asks_why_a_line_is_untaxed_is_told_or_the_order_is_held(new_lab):
    lab = organization(new_lab, "us", tax_exemption="")
    row = lab.sync(placed_in(lab, "us"))
    assert (row.state, row.reason) == ("held", "tax-unmapped")
    assert "orders.tax_exemption" in row.remedy
    assert records(lab, "invoices") == []


def test_an_organization_that_does_not_ask_gets_its_untaxed_lines(new_lab):
    lab = organization(new_lab, "us", tax_exemption="")
    lab.world.switches["zoho_us_untaxed_line"] = "accepted"
    assert lab.sync(placed_in(lab, "us")).outcome == "posted"


@pytest.mark.parametrize(("state", "kind"), [("Tamil Nadu", "GST 20"), ("Karnataka", "Integrated 20")])
def test_within_the_state_and_between_states_zoho_takes_what_we_choose(new_lab, state, kind):
    lab = organization(new_lab, "in")
    order = placed_in(lab, "in", customer={"id": 7, **HOMES["in"], "state": state})
    assert lab.sync(order).outcome == "posted"
    assert invoice_of(lab, order)["line_items"][0]["tax_name"] == kind


def test_an_address_that_is_corrected_after_the_sale_does_not_change_what_is_given_back(new_lab):
    """Sold between states and refunded after the bill and the goods were told to be at home: IGST once more."""
    lab = organization(new_lab, "in")
    order = placed_in(lab, "in")
    assert lab.sync(order).outcome == "posted"
    life.address(lab.world, int(order), state="Tamil Nadu")
    assert does(lab, "refund", order, quantity=1).outcome == "posted"
    (note,) = notes(lab, order).values()
    assert (note["place_of_supply"], note["line_items"][0]["tax_name"]) == ("KA", "Integrated 20")
    assert does(lab, "cancel", order).outcome == "posted"
    rest = notes(lab, order)["reversal:1"]
    assert (rest["place_of_supply"], rest["line_items"][0]["tax_name"]) == ("KA", "Integrated 20")


def test_igst_within_the_state_is_refused_by_its_number(new_lab):
    """A setting that names no sort of trade is taken at its word, and Zoho's 3032 is shown."""
    lab = organization(new_lab, "in")
    igst = next(row["tax_id"] for row in lab.world.zoho.taxes.values() if row["tax_specific_type"] == "igst")
    lab.rules(taxes={"20": igst})
    row = lab.sync(placed_in(lab, "in", customer={"id": 7, **HOMES["in"], "state": "Tamil Nadu"}))
    assert (row.state, row.reason, "IGST" in row.what) == ("held", "rejected", True)


def test_an_unpaid_order_that_is_not_taxed_any_more_says_why(new_lab):
    """The mugs go, the book stays: its row keeps its exemption, the amended document its authority."""
    lab = organization(new_lab, "us")
    order = placed_in(lab, "us", **ON_ACCOUNT)
    lab.sync(order)
    life.edit(lab.world, int(order), quantity=0)
    assert lab.sync(order).outcome == "posted"
    says(check_life(lab, order, came="0"), "us")
    assert len(documents(lab, order)) == 1


def test_an_unpaid_order_that_goes_elsewhere_names_no_authority_of_before(new_lab):
    lab = organization(new_lab, "us")
    order = placed_in(lab, "us", **ON_ACCOUNT)
    lab.sync(order)
    assert invoice_of(lab, order)["tax_authority_name"] == "There"
    life.address(lab.world, int(order), country="France", country_iso2="FR", state="")
    life.edit(lab.world, int(order), quantity=2)
    assert lab.sync(order).outcome == "posted"
    live = check_life(lab, order, came="0")
    assert (live["tax_authority_name"], len(documents(lab, order))) == ("", 1)


def test_what_was_learned_before_there_were_editions_is_learned_again(new_lab):
    lab = organization(new_lab, "uk")
    known(lab.connection)
    with writing(lab.ledger) as c:
        c.execute(delete(learned).where(learned.c.name == "country"))
    cursors.give_slot(lab.ledger, f"{lab.connection.organization}.look")
    assert known(lab.connection)[0].country == "GB"


def test_the_edition_is_learned_when_the_organization_is_looked_at(new_lab):
    lab = organization(new_lab, "uk")
    assert known(lab.connection)[0].country == "GB"
    lab.world.zoho.edition = "in"
    forget_the_look(lab)
    assert known(lab.connection, at_most=1)[0].country == "IN"
