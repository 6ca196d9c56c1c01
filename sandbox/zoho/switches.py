"""What the documentation of Zoho leaves open, as switches; the default is what we think most likely."""

from sandbox.switch import Switch
from sandbox.zoho.switches_of_documents import OF_DOCUMENTS

ZOHO_SWITCHES: tuple[Switch, ...] = (
    Switch(
        "zoho_token_throttle_status", 400, (400, 200), "HTTP status of the answer to too many token requests"
    ),
    Switch(
        "zoho_bearer", True, (True, False), "whether `Authorization: Bearer` is taken besides Zoho-oauthtoken"
    ),
    Switch(
        "zoho_organization_unnamed",
        "default",
        ("default", "refused"),
        "a call that names no organization is of the only one there is, or is refused with 6041",
    ),
    Switch("zoho_minute_code", 44, (44, 43), "code of the refusal when the minute is used up"),
    Switch(
        "zoho_block_seconds",
        0,
        (0, 60, 3600),
        "0: free again as the window slides; else blocked so long (divided by pace) as Retry-After says",
    ),
    Switch(
        "zoho_day_counters",
        "shared",
        ("shared", "separate"),
        "one daily count for Books and Inventory, or two",
    ),
    Switch(
        "zoho_missing_status",
        404,
        (404, 400),
        "HTTP status with the codes 1002, 2006: a named thing is not there",
    ),
    Switch("zoho_inventory_create_status", 201, (201, 200), "HTTP status of a created item in Inventory"),
    Switch(
        "zoho_duplicate_item_code",
        1001,
        (1001, 120124),
        "code of the refusal of a second item with a SKU or name",
    ),
    Switch(
        "zoho_item_names_unique", True, (True, False), "whether a second item may have the name of a first"
    ),
    Switch(
        "zoho_unique_duplicate_code",
        120123,
        (120123, 1001),
        "code when a unique custom field's value is repeated",
    ),
    Switch(
        "zoho_unique_miss_code",
        5,
        (5, 1002),
        "code when PUT by unique field finds nothing and may not create",
    ),
    Switch("zoho_unique_miss_status", 404, (404, 400), "HTTP status of the same"),
    Switch(
        "zoho_unique_ignores_case",
        False,
        (False, True),
        "whether unique values are compared without regard to case",
    ),
    Switch("zoho_upsert_create_status", 201, (201, 200), "HTTP status when an upsert creates"),
    Switch(
        "zoho_upsert_fills_field", False, (False, True), "whether an upsert writes the unique value by itself"
    ),
    Switch(
        "zoho_modified_inclusive", True, (True, False), "whether last_modified_time= includes the very second"
    ),
    Switch(
        "zoho_stock_touches_item",
        False,
        (False, True),
        "whether stock movements move the item's last_modified_time",
    ),
    Switch(
        "zoho_line_discount",
        "per_line",
        ("per_line", "per_unit"),
        "what a line's discount amount is counted on",
    ),
    Switch(
        "zoho_discount_mode",
        "any",
        ("any", "item_level", "entity_level", "none"),
        "the organization's preference; a payload that contradicts it is refused with 4089",
    ),
    Switch(
        "zoho_inclusive_item_total",
        "exclusive",
        ("exclusive", "inclusive"),
        "what item_total shows on a document with inclusive prices",
    ),
    Switch(
        "zoho_shipping_charge",
        "inclusive",
        ("inclusive", "exclusive"),
        "how shipping_charge is read on a document with inclusive prices",
    ),
    Switch(
        "zoho_tax_rounding",
        "entity_level",
        ("entity_level", "item_level"),
        "tax rounded per document or per line",
    ),
    Switch(
        "zoho_search_lag",
        0.0,
        (),
        "seconds until a new record appears in lists (divided by pace); GET by id sees it",
    ),
    Switch(
        "zoho_filters",
        "honoured",
        ("honoured", "ignored"),
        "whether list filters work or are silently ignored",
    ),
    Switch(
        "zoho_unknown_filter_by",
        "refused",
        ("refused", "ignored"),
        "what a filter_by that the list does not know does: refused with code 2, or no filter at all",
    ),
    Switch("zoho_custom_field_filter", False, (False, True), "whether lists can be filtered by cf_<name>="),
    Switch(
        "zoho_itemdetails_limit",
        100,
        (100, 200, 50),
        "how many ids itemdetails takes; more are refused (code 2)",
    ),
    Switch(
        "zoho_itemdetails_places", True, (True, False), "whether itemdetails shows the stock of each place"
    ),
    Switch(
        "zoho_available_stock",
        "on_hand",
        ("on_hand", "less_committed"),
        "whether (actual_)available_stock is what is on hand, or that less what is committed",
    ),
    Switch(
        "zoho_untracked_stock",
        "absent",
        ("absent", "empty"),
        "whether details of items without tracking leave the stock keys out or have them empty",
    ),
    Switch(
        "zoho_invoice_moves_physical",
        False,
        (False, True),
        "whether sent invoices without a sales order (and credit notes) move physical stock as well",
    ),
    Switch(
        "zoho_draft_invoice_releases",
        False,
        (False, True),
        "whether a draft invoice of a sales order already releases what the order had committed",
    ),
    Switch("zoho_places", "warehouses", ("warehouses", "locations"), "the word for a place of stock"),
    Switch(
        "zoho_unknown_fields",
        "dropped",
        ("dropped", "refused"),
        "what happens to fields a body should not have",
    ),
    Switch(
        "zoho_unknown_custom_fields",
        "dropped",
        ("dropped", "refused"),
        "what happens to a custom field that the organization has not defined",
    ),
    Switch(
        "zoho_draft_payment",
        "accepted",
        ("accepted", "refused"),
        "whether a payment on a draft invoice is taken (which marks it sent) or refused",
    ),
    Switch(
        "zoho_error_info",
        False,
        (False, True),
        "whether validation errors carry an empty error_info beside the message",
    ),
    Switch(
        "zoho_persons_on_put", "added", ("added", "replaced"), "what contact_persons without an id do on PUT"
    ),
    Switch(
        "zoho_tax_enabled",
        True,
        (True, False),
        "whether the organization has switched sales tax on (else 110817)",
    ),
    Switch(
        "zoho_group_keys_in_lists",
        "tracked",
        ("tracked", "all"),
        "whether rows of the items list name the group of tracked items only",
    ),
    Switch(
        "zoho_group_touches_items",
        True,
        (True, False),
        "whether editing a group moves last_modified_time of its items and fires their rules",
    ),
    Switch(
        "zoho_pricebook_paging",
        "all",
        ("all", "paged"),
        "whether GET /pricebooks/ID shows all items at once, or by page and per_page",
    ),
    Switch(
        "zoho_pricebook_names_unique",
        True,
        (True, False),
        "whether a second price list may have the name of a first",
    ),
    Switch("zoho_signature", "hex", ("hex", "base64"), "how the signature of a workflow callback is written"),
    Switch(
        "zoho_deleted_payload", "id", ("id", "whole"), "what a workflow callback tells of a deleted record"
    ),
    Switch(
        "zoho_stock_fires_item_rule",
        False,
        (False, True),
        "whether stock movements fire the workflow rules of items",
    ),
    Switch(
        "zoho_callback_lines", True, (True, False), "whether callbacks of documents carry their line_items"
    ),
    Switch("zoho_webhooks_a_day", 1000, (1000, 20), "callbacks of workflow rules a day; more are not sent"),
    *OF_DOCUMENTS,
)
