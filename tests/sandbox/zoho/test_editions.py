"""Country editions: the tax fields each knows, what it refuses, and what it drops."""

import pytest

DOCUMENTS = (
    ("/invoices", "invoice"),
    ("/creditnotes", "creditnote"),
    ("/salesorders", "salesorder"),
    ("/estimates", "estimate"),
)
INVENTORY = "inventory/v1"


@pytest.fixture
def of(client):
    """The client of an organization of this edition."""

    def become(edition, **more):
        answer = client.http.put("/control/zoho/edition", json={"edition": edition, **more})
        assert answer.status_code == 200, answer.json
        return client

    return become


def exempt(client, code="RESELLER", kind="customer"):
    body = {"tax_exemption_code": code, "type": kind}
    return client.ok("POST", "/settings/taxexemptions", body)["tax_exemption"]["tax_exemption_id"]


@pytest.mark.parametrize(
    ("edition", "code"),
    [
        *(("global", ""), ("us", "US"), ("uk", "GB"), ("eu", "DE"), ("in", "IN")),
        *(("au", "AU"), ("ca", "CA"), ("gcc", "AE")),
    ],
)
def test_the_organization_tells_its_country(of, edition, code):
    client = of(edition)
    row = client.ok("GET", "/organizations", edition=INVENTORY)["organizations"][0]
    assert (row["country_code"], bool(row["country_name"])) == (code, bool(code))
    assert client.http.get("/control/zoho").json["edition"] == edition


def test_an_unknown_edition_is_refused_by_the_string(client):
    answer = client.http.put("/control/zoho/edition", json={"edition": "mars"})
    assert (answer.status_code, client.org.edition) == (400, "global")


EXTRA = {
    "vat_treatment": "overseas",
    "vat_reg_no": "GB1",
    "gst_treatment": "consumer",
    "place_of_supply": "KA",
    "tax_treatment": "non_gcc",
    "tax_exemption_code": "NO SUCH",
    "tax_authority_id": "1",
}


@pytest.mark.parametrize(("path", "entity"), DOCUMENTS)
def test_a_global_organization_drops_what_others_know(client, path, entity):
    customer = client.contact(**EXTRA, is_taxable=False, gst_no="short", place_of_contact="KA")
    line = {"rate": 10, "tax_exemption_code": "NO SUCH", "hsn_or_sac": "1"}
    made = client.ok("POST", path, {"customer_id": customer, "line_items": [line], **EXTRA})[entity]
    told = client.ok("GET", f"/contacts/{customer}")["contact"]
    for name in EXTRA:
        assert not made.get(name), name
        assert not told.get(name), name
    assert "hsn_or_sac" not in made["line_items"][0]


@pytest.mark.parametrize(("path", "entity"), DOCUMENTS)
def test_in_the_us_lines_of_taxable_customers_have_a_tax_or_an_exemption(of, path, entity):
    client = of("us")
    tax, customer = client.tax("NY", "8"), client.contact()
    exemption = exempt(client)
    bare = {"customer_id": customer, "line_items": [{"rate": 10}]}
    assert client.refused("POST", path, bare) == (400, 4)
    for told in ({"tax_id": tax}, {"tax_exemption_id": exemption}, {"tax_exemption_code": "reseller"}):
        made = client.ok("POST", path, {**bare, "line_items": [{"rate": 10, **told}]})[entity]
    line = made["line_items"][0]
    assert (line["tax_exemption_id"], line["tax_exemption_code"]) == (exemption, "RESELLER")
    whole = client.ok("POST", path, {**bare, "tax_exemption_id": exemption})[entity]
    assert (whole["tax_exemption_code"], whole["tax_total"]) == ("RESELLER", 0)
    free = client.contact("A reseller", is_taxable=False, tax_exemption_id=exemption)
    client.ok("POST", path, {**bare, "customer_id": free})


def test_whether_the_us_refuses_untaxed_lines_is_a_switch_and_needs_sales_tax(client_with):
    for switches in ({"zoho_us_untaxed_line": "accepted"}, {"zoho_tax_enabled": False}):
        client = client_with(switches, more={"zoho": {"edition": "us"}})
        assert client.invoice(client.contact(), [{"rate": 10}])["total"] == 10


def test_in_the_us_items_lend_no_tax_and_documents_have_an_authority(of):
    client = of("us")
    body = {"tax_authority_name": "State of New York"}
    authority = client.ok("POST", "/settings/taxauthorities", body)["tax_authority"]["tax_authority_id"]
    tax = client.tax("NY", "8")
    item = client.item("Chair", 50, tax_id=tax)
    customer = client.contact(tax_authority_id=authority)
    body = {"customer_id": customer, "line_items": [{"item_id": item}]}
    assert client.refused("POST", "/invoices", body) == (400, 4)
    made = client.invoice(customer, [{"item_id": item, "tax_id": tax}])
    assert (made["tax_authority_id"], made["tax_authority_name"]) == (authority, "State of New York")
    assert client.refused("PUT", f"/invoices/{made['invoice_id']}", {"tax_authority_id": "1"}) == (400, 2)


@pytest.mark.parametrize(
    ("path", "entity", "key"),
    [
        ("/settings/taxauthorities", "tax_authority", "tax_authority_name"),
        ("/settings/taxexemptions", "tax_exemption", "tax_exemption_code"),
    ],
)
@pytest.mark.parametrize("edition", ["books/v3", INVENTORY])
def test_authorities_and_exemptions_are_made_listed_changed_and_removed(of, path, entity, key, edition):
    client = of("us")
    body = {key: "One", "description": "first", "type": "item"}
    made = client.ok("POST", path, body, edition=edition)[entity]
    assert client.refused("POST", path, {**body, key: "ONE"}) == (400, 1001)
    assert client.refused("POST", path, {"type": "item"}) == (400, 4)
    own = f"{path}/{made[f'{entity}_id']}"
    changed = client.ok("PUT", own, {"description": "second"}, edition=edition)[entity]
    assert (changed[key], changed["description"]) == ("One", "second")
    rows = client.ok("GET", path, edition=edition)
    assert [changed] in rows.values()
    client.ok("DELETE", own, edition=edition)
    assert client.refused("GET", own) == (404, 5)
    of("global")
    assert client.refused("POST", path, body) == (400, 9)


@pytest.mark.parametrize("edition", ["uk", "eu"])
@pytest.mark.parametrize(("path", "entity"), DOCUMENTS)
def test_vat_treatments_come_from_the_customer_unless_the_body_says(of, edition, path, entity):
    client = of(edition)
    customer = client.contact(vat_treatment="eu_vat_registered", vat_reg_no="DE123456789")
    body = {"customer_id": customer, "line_items": [{"rate": 10}]}
    made = client.ok("POST", path, body)[entity]
    assert (made["vat_treatment"], made["vat_reg_no"]) == ("eu_vat_registered", "DE123456789")
    told = client.ok("POST", path, {**body, "vat_treatment": "overseas"})[entity]
    assert told["vat_treatment"] == "overseas"
    assert client.refused("POST", path, {**body, "vat_treatment": "mars"}) == (400, 2)


@pytest.fixture
def india(of):
    client = of("in", state="TN")
    inter = client.tax("IGST18", "18")
    half = [client.tax("CGST9", "9"), client.org.add_tax("State 9", "9", specific="sgst")]
    return client, inter, client.org.add_tax_group("GST18", half)


@pytest.mark.parametrize(
    ("place", "treatment", "inter"),
    [
        ("TN", "consumer", False),
        ("KA", "consumer", True),
        ("TN", "overseas", True),
        ("", "business_none", False),
    ],
)
@pytest.mark.parametrize(("path", "entity"), DOCUMENTS)
def test_in_india_the_place_of_supply_decides_between_igst_and_the_others(
    india, path, entity, place, treatment, inter
):
    client, across, within = india
    right, wrong = (across, within) if inter else (within, across)
    body = {"customer_id": client.contact(gst_treatment=treatment), "place_of_supply": place}
    assert client.refused("POST", path, {**body, "line_items": [{"rate": 100, "tax_id": wrong}]}) == (
        400,
        3032,
    )
    lines = [{"rate": 100, "tax_id": right, "hsn_or_sac": "8054"}, {"rate": 1}]
    made = client.ok("POST", path, {**body, "line_items": lines})[entity]
    assert (made["tax_total"], made["place_of_supply"]) == (18, place or "TN")
    assert made["line_items"][0]["hsn_or_sac"] == "8054"


def test_in_india_the_place_of_the_customer_stands_in(india):
    client, across, _ = india
    customer = client.contact(place_of_contact="KA", gst_treatment="business_gst", gst_no="29AAAAA0000A1Z5")
    made = client.invoice(customer, [{"rate": 100, "tax_id": across}])
    assert (made["place_of_supply"], made["gst_no"]) == ("KA", "29AAAAA0000A1Z5")
    body = {"contact_name": "Another", "gst_no": "29AAAAA"}
    assert client.refused("POST", "/contacts", body) == (400, 2)


@pytest.mark.parametrize("edition", ["au", "ca"])
def test_lines_may_be_exempt_but_need_not_say_why(of, edition):
    client = of(edition)
    exempt(client, "GST FREE", "item")
    lines = [{"rate": 10, "tax_exemption_code": "GST FREE"}, {"rate": 5}]
    rows = client.invoice(client.contact(), lines)["line_items"]
    assert [row["tax_exemption_code"] for row in rows] == ["GST FREE", ""]
    body = {
        "customer_id": rows and client.contact("Another"),
        "line_items": [{"rate": 1, "tax_exemption_id": "1"}],
    }
    assert client.refused("POST", "/invoices", body) == (400, 2)


def test_in_the_gulf_treatment_and_place_are_told(of):
    client = of("gcc")
    customer = client.contact(tax_treatment="vat_not_registered", tax_reg_no="100", country_code="AB")
    made = client.invoice(customer, [{"rate": 10}])
    assert (made["tax_treatment"], made["place_of_supply"]) == ("vat_not_registered", "AB")
    assert client.ok("GET", f"/contacts/{customer}")["contact"]["tax_reg_no"] == "100"
    other = client.contact("Another")
    assert client.invoice(other, [{"rate": 10}])["place_of_supply"] == "DU"


def test_an_update_keeps_the_fields_of_the_edition(of):
    client = of("uk")
    customer = client.contact(vat_treatment="uk", vat_reg_no="GB1")
    client.ok("PUT", f"/contacts/{customer}", {"notes": "x"})
    made = client.invoice(customer, [{"rate": 10}], vat_treatment="overseas")
    now = client.ok("PUT", f"/invoices/{made['invoice_id']}", {"notes": "x"})["invoice"]
    assert (now["vat_treatment"], now["vat_reg_no"]) == ("overseas", "GB1")
