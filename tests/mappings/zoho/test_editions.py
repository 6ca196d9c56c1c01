"""What each country's edition is told, from a table of destinations; every body is what Zoho would be sent."""

from dataclasses import replace

import pytest

from mappings.errors import Unmappable
from mappings.records import Address, TaxRate
from mappings.rules import BookRules
from mappings.zoho import contacts, editions, steps
from mappings.zoho.documents import body, draft
from mappings.zoho.editions import Place
from mappings.zoho.edits import amended
from mappings.zoho.found import FoundDocument, Organization, ZohoTax
from mappings.zoho.orders import plan
from mappings.zoho.places import state_code
from mappings.zoho.reversals import mirror
from mappings.zoho.standing import Sale
from mappings.zoho.taxes import tax_ids
from tests.mappings.making import TAXES, D, found, line, money, order

FREE = line("product:2", net="5.00", tax="0.00", rates=())
IGST, CGST, SGST = (
    ZohoTax("i18", "IGST18", D(18)),
    ZohoTax("c9", "CGST9", D(9)),
    ZohoTax("s9", "SGST9", D(9)),
)
INDIAN = (IGST, CGST, SGST, ZohoTax("g18", "GST18", D(18), "tax_group", ("c9", "s9")))
GST18 = line(net="100.00", tax="18.00", rates=(TaxRate("GST", D(18)),))


def going(country, state="", *lines, **more):
    """An order whose goods go there."""
    return order(*lines, shipping_address=Address(country_code=country, state=state), **more)


def rules(edition, **more):
    return BookRules("hash", edition=edition, **more)


def made(told, rules_, country="", **more):
    organization = replace(found().organization, country=country)
    return body(told, found(**({"organization": organization} | more)), rules_, "con-1")


def taxed(told, rules_, country="", taxes=TAXES):
    """The tax of the first line."""
    organization = replace(found().organization, country=country)
    chosen = tax_ids(told, taxes, rules_, editions.place_of(told, organization, rules_))
    return chosen[told.lines[0].key]


def head(told, rules_, country=""):
    """What the edition adds to a document's head."""
    plain = set(made(told, rules("global")))
    return {name: value for name, value in made(told, rules_, country).items() if name not in plain}


@pytest.mark.parametrize(
    ("country", "edition"),
    [
        *(("US", "us"), ("CA", "ca"), ("GB", "uk"), ("DE", "eu"), ("FR", "eu"), ("IN", "in"), ("AU", "au")),
        *(("AE", "gcc"), ("SA", "gcc"), ("CH", "global"), ("", "global")),
    ],
)
def test_the_edition_follows_from_the_organizations_country_and_a_setting_goes_before(country, edition):
    organization = Organization(country=editions.country_of({"country_code": country}))
    assert editions.edition_of(organization, BookRules("hash")) == edition
    assert editions.edition_of(organization, rules("uk")) == "uk"


@pytest.mark.parametrize(
    ("told", "country"),
    [
        *(({"country_code": "gb"}, "GB"), ({"country_name": "U.S.A"}, "US"), ({"country": "USA"}, "US")),
        *(({"country": "France"}, "FR"), ({"country_code": "", "country_name": "India"}, "IN")),
        *(({"country": "Atlantis"}, ""), ({}, "")),
    ],
)
def test_an_organization_tells_its_country_by_code_or_by_name(told, country):
    assert editions.country_of(told) == country


@pytest.mark.parametrize(
    ("country", "state", "code"),
    [
        *(
            ("US", "California", "CA"),
            ("US", "ny", "NY"),
            ("CA", "Qu\u00e9bec", "QC"),
            ("IN", "Karnataka", "KA"),
        ),
        *(("IN", "Jammu & Kashmir", "JK"), ("AE", "Ras Al Khaimah", "RA"), ("US", "Nowhere", "")),
        ("FR", "Paris", ""),
    ],
)
def test_a_state_is_known_by_its_name_or_its_code(country, state, code):
    assert state_code(country, state) == code


def test_in_the_global_edition_nothing_is_added():
    chosen = rules("global", tax_authorities={"US": "a1"}, tax_exemption="NONE", treatments={"*": "overseas"})
    assert made(going("US", "Texas", line(), FREE), chosen) == made(
        going("US", "Texas", line(), FREE), BookRules("hash")
    )


@pytest.mark.parametrize("edition", ["us", "ca"])
def test_the_authority_is_that_of_the_state_else_of_the_country(edition):
    chosen = rules(edition, tax_authorities={"us-ca": "a-ca", "US": "a-us"})
    assert head(going("US", "California"), chosen) == {"tax_authority_id": "a-ca"}
    assert head(going("US", "Texas"), chosen) == {"tax_authority_id": "a-us"}
    assert head(going("FR"), chosen) == {}


@pytest.mark.parametrize("edition", ["us", "ca", "au"])
def test_a_line_without_tax_says_why_where_a_reason_is_set(edition):
    told = going("US", "Texas", line(), FREE)
    rows = made(told, rules(edition, tax_exemption="RESALE"))["line_items"]
    assert [row.get("tax_exemption_code") for row in rows] == [None, "RESALE"]
    rows = made(told, rules(edition, tax_exemption="460000000099001"))["line_items"]
    assert [row.get("tax_exemption_id") for row in rows] == [None, "460000000099001"]
    rows = made(told, rules(edition))["line_items"]
    assert [name for row in rows for name in row if "exemption" in name] == []


def test_a_mapped_tax_of_nothing_is_a_reason_of_its_own():
    zero = (*TAXES, ZohoTax("t0", "Free", D(0)))
    told = made(going("US", "Texas", FREE), rules("us", taxes={"0": "t0"}), taxes=zero)
    assert told["line_items"][0]["tax_id"] == "t0"
    assert "tax_exemption_id" not in told["line_items"][0]


def test_free_shipping_is_a_line_where_it_needs_a_reason():
    """A shipping charge has no room for an exemption."""
    free = line("shipping", "4.90", "0.00", (), kind="shipping")
    told = going("US", "Texas", line(), free)
    chosen = {"shipping": "charge", "tax_exemption": "RESALE"}
    assert made(told, rules("global", **chosen))["shipping_charge"] == D("4.90")
    inside = made(told, rules("us", **chosen))
    assert "shipping_charge" not in inside
    assert [row.get("tax_exemption_code") for row in inside["line_items"]] == [None, "RESALE"]


@pytest.mark.parametrize(
    ("edition", "home", "goes", "treatment"),
    [
        *(("uk", "GB", "GB", "uk"), ("uk", "GB", "FR", "overseas"), ("uk", "GB", "US", "overseas")),
        *(
            ("eu", "DE", "DE", None),
            ("eu", "DE", "FR", "eu_vat_not_registered"),
            ("eu", "DE", "US", "non_eu"),
        ),
        *(("in", "IN", "IN", "consumer"), ("in", "IN", "US", "overseas")),
        *(("gcc", "AE", "AE", "vat_not_registered"), ("gcc", "AE", "SA", "gcc_vat_not_registered")),
        ("gcc", "AE", "DE", "non_gcc"),
    ],
)
def test_a_shopper_is_treated_as_a_private_person_there(edition, home, goes, treatment):
    field = editions.TREATMENT[edition]
    assert head(going(goes), rules(edition), home).get(field) == treatment
    assert treatment is None or treatment in editions.WORDS[edition]


def test_a_setting_says_otherwise_for_a_destination_or_leaves_it_to_the_contact():
    chosen = rules("uk", treatments={"FR": "eu_vat_registered", "*": "contact"})
    assert head(going("FR"), chosen, "GB") == {"vat_treatment": "eu_vat_registered"}
    assert head(going("GB"), chosen, "GB") == {}


def test_nobody_is_given_a_tax_number():
    for edition in ("uk", "eu", "in", "gcc"):
        told = {**made(going("FR"), rules(edition)), **_contact(going("FR"), rules(edition))}
        assert not {"vat_reg_no", "gst_no", "tax_reg_no"} & told.keys()


def _contact(told, rules_, country=""):
    known = found(contact=None, organization=replace(found().organization, country=country))
    (step,) = steps.contact_create(told, known, rules_)
    return step.body


def test_a_new_contact_is_told_the_treatment_and_an_old_one_keeps_its_own():
    assert _contact(going("FR"), rules("uk"), "GB")["vat_treatment"] == "overseas"
    indian = _contact(going("IN", "Karnataka"), rules("in", state="TN"), "IN")
    assert (indian["gst_treatment"], indian["place_of_contact"]) == ("consumer", "KA")
    assert "vat_treatment" not in contacts.update_body(going("FR"))


def test_the_tax_of_a_destination_comes_before_the_tax_of_everywhere():
    chosen = rules("eu", taxes={"VAT 20@FR": "t-fr", "VAT 20": "t-all", "20@at": "t-at", "0@FR": "t-0"})
    tax = {goes: taxed(going(goes), chosen, "DE") for goes in ("FR", "AT", "ES")}
    assert tax == {"FR": "t-fr", "AT": "t-at", "ES": "t-all"}
    assert taxed(going("FR", "", FREE), chosen) == "t-0"
    states = rules("us", taxes={"20@US-CA": "t-ca", "20@US": "t-us"})
    assert taxed(going("US", "California"), states) == "t-ca"
    assert taxed(going("US", "Texas"), states) == "t-us"


@pytest.mark.parametrize(
    ("goes", "mapped", "found_"),
    [
        (("IN", "Tamil Nadu"), "in", "g18"),
        (("IN", "Karnataka"), "out", "i18"),
        (("US", "Texas"), "out", "i18"),
    ],
)
def test_what_leaves_the_state_bears_igst_by_setting_or_as_the_taxes_are_called(goes, mapped, found_):
    chosen = rules("in", state="Tamil Nadu", taxes={"18@intra": "in", "18@inter": "out"})
    assert taxed(going(*goes, GST18), chosen, taxes=INDIAN) == mapped
    assert taxed(going(*goes, GST18), rules("in", state="TN"), taxes=INDIAN) == found_


def test_zohos_word_for_a_tax_goes_before_its_name():
    renamed = (replace(IGST, name="Integrated", specific="igst"), *INDIAN[1:])
    told = made(going("IN", "Tamil Nadu", GST18), rules("in", state="TN"), taxes=renamed)
    assert told["line_items"][0]["tax_id"] == "g18"


def test_a_tax_of_the_wrong_sort_is_held_before_zoho_refuses_it():
    with pytest.raises(Unmappable) as refused:
        made(going("IN", "Karnataka", GST18), rules("in", state="TN"), taxes=INDIAN[1:])
    assert (refused.value.reason, "between states" in refused.value.what) == ("tax-unmapped", True)


def test_the_sort_also_decides_where_the_store_told_no_rate():
    untold = replace(GST18, rates=())
    told = made(going("IN", "Karnataka", untold), rules("in", state="TN"), taxes=INDIAN)
    assert told["line_items"][0]["tax_id"] == "i18"


@pytest.mark.parametrize(("home", "state"), [("", "Karnataka"), ("TN", ""), ("TN", "Atlantis")])
def test_where_a_state_is_not_known_nothing_is_guessed(home, state):
    told = going("IN", state, GST18)
    place = editions.place_of(told, Organization(), rules("in", state=home))
    assert place.between is None
    assert place.tax_names == place.names


@pytest.mark.parametrize(
    ("edition", "goes", "supply"),
    [
        *(("in", ("IN", "Karnataka"), "KA"), ("in", ("US", "Texas"), None)),
        *(("gcc", ("AE", "Dubai"), "DU"), ("gcc", ("AE", ""), "AE"), ("gcc", ("SA", "Riyadh"), "SA")),
        *(("gcc", ("DE", ""), None), ("uk", ("GB", ""), None)),
    ],
)
def test_the_place_of_supply_is_a_state_an_emirate_or_a_country_of_the_gulf(edition, goes, supply):
    chosen = rules(edition, state="TN")
    assert made(going(*goes), chosen, "AE" if edition == "gcc" else "").get("place_of_supply") == supply


def test_goods_that_are_not_sent_go_where_the_bill_goes():
    told = order()
    assert editions.place_of(told, Organization(), rules("global")) == Place("DE")


def test_a_note_over_the_whole_document_says_what_the_document_says():
    row = {"item_id": "i-1", "line_item_id": "l-1", "rate": D(5), "quantity": D(1), "tax_exemption_id": "x-1"}
    read = {
        "date": "2026-04-29",
        "total": D(5),
        "tax_total": D(0),
        "line_items": [row],
        "tax_authority_id": "a-1",
        "place_of_supply": "KA",
        "vat_treatment": "",
        "exchange_rate": D("0.9"),
    }
    document = FoundDocument("d-1", read=read)
    sale = Sale("d-1", "INV-1", "sent", "con-1", 1, open=D(5))
    (step,), _ = mirror("112", document, rules("us"), sale, "2026-04-30")
    assert (step.body["tax_authority_id"], step.body["place_of_supply"]) == ("a-1", "KA")
    assert step.body["line_items"][0]["tax_exemption_id"] == "x-1"
    assert not {"vat_treatment", "exchange_rate"} & step.body.keys()
    (step,), _ = mirror("112", document, rules("us", exchange_rate="order"), sale, "2026-04-30")
    assert step.body["exchange_rate"] == D("0.9")


def test_an_amended_line_loses_its_exemption_only_with_its_reason():
    """It was free and is taxed now, or it is free as before."""
    rows = [
        {"line_item_id": f"l-{place}", "item_id": item, "tax_exemption_id": "x-1"}
        for place, item in enumerate(("i-1", "i-2"))
    ]
    document = FoundDocument("d-1", read={"date": "2026-04-29", "line_items": rows})
    told, chosen = (
        going("US", "Texas", line(), replace(FREE, variant_id="172")),
        rules("us", tax_exemption="FREE"),
    )
    step = amended(told, document, chosen, draft(told, found(), chosen, "con-1", None))
    taxed_now, free = step.body["line_items"]
    assert (taxed_now["tax_id"], taxed_now["tax_exemption_id"]) == ("t20", "")
    assert (free["tax_exemption_code"], "tax_exemption_id" in free) == ("FREE", False)


DOLLARS = {"currency": "USD", "store_currency": "EUR", "exchange_rate": D("1.0837000000")}


def test_a_dollar_is_one_over_the_rate_of_the_store():
    """1 EUR = 1.0837 USD: 1 / 1.0837 = 0.9227646027... EUR, to 12 digits, half up."""
    told = made(order(**DOLLARS), rules("global", exchange_rate="order"))
    assert told["exchange_rate"] == D("0.922764602750")
    as_told = made(order(**DOLLARS), rules("global", exchange_rate="order_as_told"))
    assert as_told["exchange_rate"] == D("1.0837")
    assert "exchange_rate" not in made(order(**DOLLARS), rules("global"))


def test_a_rate_of_many_zeros_keeps_its_digits():
    """1 EUR = 17000 units: 1 / 17000 = 0.0000588235294118, where ten decimals would keep six digits."""
    told = order(**DOLLARS | {"exchange_rate": D(17000)})
    assert made(told, rules("global", exchange_rate="order"))["exchange_rate"] == D("0.0000588235294118")


@pytest.mark.parametrize(
    "told",
    [
        *({"currency": "EUR"}, {"store_currency": "GBP"}, {"store_currency": ""}),
        *({"exchange_rate": None}, {"exchange_rate": D(1)}, {"exchange_rate": D(0)}),
    ],
)
def test_a_rate_that_says_nothing_of_the_books_is_not_sent(told):
    """In the books' own currency, by another currency than theirs, or 1, which the store writes where it knows none."""
    assert "exchange_rate" not in made(order(**DOLLARS | told), rules("global", exchange_rate="order"))


def test_document_and_payment_have_one_rate():
    told = order(**DOLLARS, payments=(money("12.00"),))
    planned = plan(told, found(), rules("global", exchange_rate="order"))
    rates = {step.kind: step.body.get("exchange_rate") for step in planned.steps if step.kind != "order"}
    assert rates == {"invoice": D("0.922764602750"), "payment": D("0.922764602750")}


def test_the_taxes_of_other_tests_are_of_no_sort():
    """CGST and SGST of the common fixtures stay a choice where no organization is in India."""
    assert made(going("IN", "Karnataka"), rules("global"), taxes=TAXES)["line_items"][0]["tax_id"] == "t20"
