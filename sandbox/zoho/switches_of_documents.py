"""What is left open of documents, as switches."""

from sandbox.switch import Switch

OF_DOCUMENTS: tuple[Switch, ...] = (
    Switch(
        "zoho_negative_lines",
        "accepted",
        ("accepted", "refused"),
        "whether lines may have a rate below nothing; else they are refused (code 2)",
    ),
    Switch(
        "zoho_credit_over_invoice",
        "allowed",
        ("allowed", "refused"),
        "whether the credit notes of an invoice may together be more than its total (else 24016)",
    ),
    Switch(
        "zoho_credit_applies_itself",
        False,
        (False, True),
        "whether a credit note made of an invoice is at once applied to what is owed of it",
    ),
    Switch(
        "zoho_credit_lines",
        "linked",
        ("linked", "refused"),
        "whether lines of a new credit note may name lines of an invoice; else they are refused with code 6",
    ),
    Switch(
        "zoho_draft_order_invoices",
        "accepted",
        ("accepted", "refused"),
        "whether a sales order that is a draft still is made into an invoice, which opens it (else code 9)",
    ),
    Switch(
        "zoho_purchaseorder_born",
        "issued",
        ("issued", "draft"),
        "the status of a purchase order that the API makes",
    ),
    Switch(
        "zoho_purchaseorder_told",
        True,
        (True, False),
        "whether a sales order names the purchase orders that were made for it",
    ),
    Switch(
        "zoho_purchaseorder_of_inactive",
        "refused",
        ("refused", "accepted"),
        "a purchase order to a vendor who is inactive (refused with code 2)",
    ),
    Switch(
        "zoho_inventory_purchase_filters",
        True,
        (True, False),
        "whether the list of purchase orders knows filters in Inventory, too, where only pages are described",
    ),
    Switch(
        "zoho_us_untaxed_line",
        "refused",
        ("refused", "accepted"),
        "in the US edition, a line of a taxable customer without tax and exemption (refused with code 4)",
    ),
    Switch(
        "zoho_estimate_answers",
        "sent",
        ("sent", "any"),
        "which estimates can be accepted or declined: sent ones only (else code 9), or any",
    ),
    Switch(
        "zoho_estimate_converts",
        "any",
        ("any", "accepted"),
        "which estimates an invoice or a sales order may name as its origin (else code 9)",
    ),
    Switch("zoho_lock_code", 1038, (1038, 9), "code of the refusal of what lies in the locked period"),
    Switch(
        "zoho_lock_list",
        "told",
        ("told", "missing"),
        "whether the list of transaction locks is where we look",
    ),
)
