"""Which fields a body may carry; what else it carries is dropped, or refused where the switch says so."""

from typing import Any

from sandbox.zoho.answers import Refused
from sandbox.zoho.shapes import contact, creditnote, estimate, invoice, item, payment, salesorder
from sandbox.zoho.shapes.common import keys

_DOCUMENT = keys(
    "billing_address_id shipping_address_id currency_id contact_persons tax_authority_id tax_exemption_id"
    " pricebook_id location_id warehouse_id place_of_supply gst_treatment gst_no vat_treatment"
    " tax_exemption_code vat_reg_no tax_treatment"
    " payment_options batch_payments is_draft due_date currency_code salesorder_number"
)
FIELDS: dict[str, frozenset[str]] = {
    "contacts": frozenset(
        {
            *contact.DETAIL,
            "contact_number",
            "credit_limit",
            "vat_treatment",
            "vat_reg_no",
            "gst_no",
            "gst_treatment",
            "place_of_contact",
            "country_code",
            "is_taxable",
            "tax_exemption_id",
            "tax_exemption_code",
            "tax_authority_id",
        }
    ),
    "items": frozenset(
        {*item.DETAIL, "is_taxable", "tax_exemption_id", "locations", "warehouses", "hsn_or_sac"}
    ),
    "invoices": frozenset({*invoice.DETAIL, *_DOCUMENT, "invoiced_estimate_id"}),
    "salesorders": frozenset({*salesorder.DETAIL, *_DOCUMENT}),
    "estimates": frozenset({*estimate.DETAIL, *_DOCUMENT}),
    "creditnotes": frozenset({*creditnote.DETAIL, *_DOCUMENT}),
    "customerpayments": frozenset({*payment.DETAIL, "amount_applied", "location_id", "contact_persons"}),
}


def check(path: str, body: dict[str, Any]) -> None:
    """Refuse a body of a create or update with a field that its module does not know."""
    module = path.split("/")[1]
    if module not in FIELDS or path.count("/") > 2:
        return
    for name in body:
        if name not in FIELDS[module] and not name.startswith("cf_"):
            raise Refused(2, f"Invalid value passed for {name}")
