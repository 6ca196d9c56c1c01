"""Country editions of an organization: which tax fields contacts, documents and lines have, and what follows.

Fields that an edition does not know are dropped like any other unknown field.
"""

from dataclasses import dataclass
from typing import Any

from sandbox.zoho import taxrooms
from sandbox.zoho.answers import Refused
from sandbox.zoho.call import Call
from sandbox.zoho.money import flag, text
from sandbox.zoho.organization import Organization, Record


@dataclass(frozen=True)
class Country:
    """What an edition adds; texts are kept as told, unless WORDS names what they may be."""

    code: str
    name: str
    contact: tuple[str, ...] = ()
    document: tuple[str, ...] = ()  # from the body, else from the customer
    line: tuple[str, ...] = ()
    exemptions: bool = False  # of contacts, documents and lines, by id or code
    authorities: bool = False
    state: str = ""  # where an organization is that does not say


VAT = ("vat_treatment", "vat_reg_no")
GST = ("gst_treatment", "gst_no")
COUNTRIES: dict[str, Country] = {
    "global": Country("", ""),
    "us": Country("US", "U.S.A", ("tax_id",), exemptions=True, authorities=True),
    "ca": Country("CA", "Canada", exemptions=True, authorities=True),
    "au": Country("AU", "Australia", exemptions=True),
    "uk": Country("GB", "United Kingdom", (*VAT, "country_code"), VAT),
    "eu": Country("DE", "Germany", (*VAT, "country_code"), VAT),
    "in": Country(
        *("IN", "India", ("tax_id", *GST, "place_of_contact")),
        document=(*GST, "place_of_supply"),
        line=("hsn_or_sac",),
        exemptions=True,
        state="TN",
    ),
    "gcc": Country(
        *("AE", "United Arab Emirates", ("tax_treatment", "tax_reg_no", "country_code")),
        document=("tax_treatment", "place_of_supply"),
        line=("tax_treatment_code",),
        state="DU",
    ),
}
WORDS = {
    "vat_treatment": ("uk", "eu_vat_registered", "eu_vat_not_registered", "non_eu", "overseas"),
    "gst_treatment": ("business_gst", "business_none", "overseas", "consumer"),
    "tax_treatment": (
        *("vat_registered", "vat_not_registered", "gcc_vat_registered", "gcc_vat_not_registered"),
        *("non_gcc", "dz_vat_registered", "dz_vat_not_registered"),
    ),
}
# where a document has it from when its body does not say
FROM_CONTACT = {"place_of_supply": ("place_of_contact", "country_code")}


def country(org: Organization) -> Country:
    return COUNTRIES[org.edition]


def home(org: Organization) -> str:
    """The state or emirate that the organization is in."""
    return org.state or country(org).state


def of_contact(call: Call, contact: Record) -> None:
    """The edition's fields of the body onto the contact; those it has stay."""
    own = country(call.org)
    for name in own.contact:
        contact[name] = _told(call.body, name, contact.get(name, ""))
    if own.exemptions:
        contact["is_taxable"] = flag(call.body, "is_taxable", contact.get("is_taxable", True))
        contact.update(_exemption(call, call.body, contact))
    if own.authorities:
        contact.update(_authority(call, call.body, contact))


def of_document(call: Call, record: Record, asked: dict[str, Any], customer: Record) -> None:
    own = country(call.org)
    for name in own.document:
        sources = FROM_CONTACT.get(name, (name,))
        default = next((customer[each] for each in sources if customer.get(each)), "")
        record[name] = _told(asked, name, default)
    if "place_of_supply" in own.document:
        record["place_of_supply"] = record["place_of_supply"] or home(call.org)
    if own.exemptions:
        record.update(_exemption(call, asked, {}))
    if own.authorities:
        record.update(_authority(call, asked, customer))


def of_line(call: Call, record: Record, told: dict[str, Any]) -> None:
    own = country(call.org)
    record.update({name: text(told, name, 100) for name in own.line})
    if own.exemptions:
        record.update(_exemption(call, told, {}))


def _told(body: dict[str, Any], name: str, default: str) -> str:
    value = text(body, name, 100, default)
    if value and name in WORDS and value not in WORDS[name]:
        raise Refused(2, f"Invalid value passed for {name}")
    if value and name == "gst_no" and len(value) != 15:
        raise Refused(2, "Invalid value passed for gst_no")
    return value


def _exemption(call: Call, body: dict[str, Any], before: Record) -> dict[str, str]:
    """By id or by code; what the body does not name stays."""
    keys = ("tax_exemption_id", "tax_exemption_code")
    if not any(name in body for name in keys):
        return {name: before.get(name, "") for name in keys}
    row = taxrooms.exemption(call, text(body, keys[0], 50), text(body, keys[1], 100))
    return {name: row.get(name, "") for name in keys}


def _authority(call: Call, body: dict[str, Any], before: Record) -> dict[str, str]:
    keys = ("tax_authority_id", "tax_authority_name")
    if keys[0] not in body:
        return {name: before.get(name, "") for name in keys}
    row = taxrooms.authority(call, text(body, keys[0], 50))
    return {name: row.get(name, "") for name in keys}


def check(call: Call, record: Record, customer: Record) -> None:
    """What the edition asks of the lines of a whole document."""
    if call.org.edition == "us":
        _check_untaxed(call, record, customer)
    if call.org.edition == "in":
        for line in record["line_items"]:
            _check_state(call, record, line)


def _check_untaxed(call: Call, record: Record, customer: Record) -> None:
    """Of a taxable customer every line has a tax or says why it has none."""
    free = not customer.get("is_taxable", True) or record["tax_exemption_id"]
    if free or not call.switch("zoho_tax_enabled") or call.switch("zoho_us_untaxed_line") == "accepted":
        return
    if any(not line["tax_id"] and not line["tax_exemption_id"] for line in record["line_items"]):
        raise Refused(4, "Select a tax or a tax exemption for every line of a taxable customer.")


def _check_state(call: Call, record: Record, line: Record) -> None:
    """Within a state CGST and SGST, between states IGST; customers abroad count as another state."""
    kinds = _kinds(call.org, line["tax_id"])
    between = record["gst_treatment"] == "overseas" or record["place_of_supply"] != home(call.org)
    if between and kinds & {"cgst", "sgst"}:
        raise Refused(3032, "IGST has to be applied as this is an interstate transaction")
    if not between and "igst" in kinds:
        raise Refused(3032, "IGST cannot be applied as this is an intrastate transaction")


def _kinds(org: Organization, tax_id: str) -> set[str]:
    """What a tax or the members of a group are: what they were made as, else what their name begins with."""
    row = org.taxes.get(tax_id)
    if row is None:
        return set()
    if row["tax_type"] == "tax_group":
        return {kind for each in row["_members"] for kind in _kinds(org, each)}
    told = row["tax_specific_type"]
    named = next((kind for kind in ("igst", "cgst", "sgst") if row["tax_name"].lower().startswith(kind)), "")
    return {told or named} - {""}
