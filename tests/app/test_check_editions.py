"""`cartbooks check` of organizations of several countries: which edition, and what an order to each place would get."""

import pytest

from tests.app.test_check import lines, only

TEXAN = {
    "lines": [{"price": "10.00", "quantity": 1, "tax": "8", "sku": "MUG", "name": "Mug"}],
    "customer": {"id": 7, "country": "United States", "country_iso2": "US", "state": "Texas"},
}
INDIAN = {
    "lines": [{"price": "10.00", "quantity": 1, "tax": "18", "sku": "MUG", "name": "Mug"}],
    "customer": {"id": 7, "country": "India", "country_iso2": "IN", "state": "Karnataka"},
}


def asked(shop, path):
    return [call for call in shop.calls() if call["path"].endswith(path)]


def test_the_global_edition_adds_nothing_and_costs_no_call(shop):
    shop.place()
    found = lines(shop)
    assert only(found, "edition", "ok")["what"] == "global (by its country, not told)"
    assert only(found, "destination") == []
    assert [call for call in asked(shop, "/v2/orders") if "limit=250" in str(call)] == []


def test_an_american_organization_is_told_its_gaps_and_then_what_texas_gets(shop):
    shop.world.zoho.edition = "us"
    shop.place(TEXAN)
    found = lines(shop)
    assert "orders.tax_exemption" in only(found, "edition", "warn")["what"]
    assert "no tax authority" in only(found, "destination", "warn")["what"]
    ask = shop.world.zoho.ask
    made = ask("POST", "/settings/taxauthorities", {"tax_authority_name": "Texas"})["tax_authority"]
    authority = made["tax_authority_id"]
    ask("POST", "/settings/taxexemptions", {"tax_exemption_code": "RESALE", "type": "item"})
    shop.write(f'orders.tax_exemption = "resale"\norders.tax_authorities = {{ "US-TX" = "{authority}" }}\n')
    found = lines(shop)
    assert only(found, "edition", "ok")["what"].startswith("us (by its country, US): exemption resale")
    said = only(found, "destination", "ok")["what"]
    (tax,) = shop.world.zoho.taxes
    assert said == (
        f"US-TX (1 of the last orders): 8 % {shop.world.zoho.taxes[tax]['tax_name']} ({tax}); "
        f"untaxed exemption resale; tax_authority_id {authority}"
    )


def test_what_the_settings_name_must_be_there(shop):
    shop.world.zoho.edition = "ca"
    shop.write(
        'orders.tax_exemption = "GONE"\n'
        'orders.tax_authorities = { "CA-ON" = "1" }\n'
        'orders.treatments = { "*" = "contact" }\n'
    )
    found = lines(shop)
    wrong = [line["what"] for line in only(found, "edition") if line["level"] == "fail"]
    assert any("no authority with this id" in what for what in wrong)
    assert any("no exemption with this code" in what for what in wrong)
    assert "knows nothing of it" in only(found, "edition", "warn")["what"]


def test_a_treatment_that_zoho_does_not_know_is_named(shop):
    shop.world.zoho.edition = "uk"
    shop.write('orders.treatments = { "FR" = "french" }\n')
    line = only(lines(shop), "edition", "fail")
    assert "no such vat_treatment" in line["what"]
    assert "overseas" in line["remedy"]


@pytest.mark.parametrize(("state", "level"), [("TN", "ok"), ("Atlantis", "fail")])
def test_in_india_the_state_decides_between_the_two_sorts_of_tax(shop, state, level):
    shop.world.zoho.edition = "in"
    halves = [shop.world.zoho.add_tax(f"{name} 9", "9", specific=name.lower()) for name in ("CGST", "SGST")]
    shop.world.zoho.add_tax_group("GST 18", halves)
    igst = shop.world.zoho.add_tax("IGST 18", "18", specific="igst")
    shop.place(INDIAN, taxes=False)
    shop.write(f'zoho.state = "{state}"\n')
    found = lines(shop)
    if level == "fail":
        assert "no state of India" in only(found, "edition", "fail")["what"]
        assert "whether it leaves the state is not known" in only(found, "destination", "warn")["what"]
        return
    said = only(found, "destination", "ok")["what"]
    assert said == (
        f"IN-KA (1 of the last orders): 18 % IGST 18 ({igst}); untaxed without tax; "
        "gst_treatment consumer; place_of_supply KA"
    )


def test_in_india_a_sort_of_tax_that_is_missing_is_a_gap(shop):
    shop.world.zoho.edition = "in"
    halves = [shop.world.zoho.add_tax(f"{name} 9", "9", specific=name.lower()) for name in ("CGST", "SGST")]
    shop.world.zoho.add_tax_group("GST 18", halves)
    shop.place(INDIAN, taxes=False)
    shop.write('zoho.state = "TN"\n')
    assert "no tax of 18 % for it" in only(lines(shop), "destination", "warn")["what"]


def test_taxes_by_destination_are_shown_in_any_edition(shop):
    """A key with a place makes the table worth while; the places of the settings stand in it without an order."""
    shop.place()
    known = next(iter(shop.world.zoho.taxes))
    rate = f"{shop.world.zoho.taxes[known]['tax_percentage']:g}"
    shop.write(f'orders.taxes = {{ "{rate}@FR" = "{known}" }}\n')
    said = [line["what"] for line in only(lines(shop), "destination")]
    assert any(what.startswith("FR: ") and known in what for what in said)
