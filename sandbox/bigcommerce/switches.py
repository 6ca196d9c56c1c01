"""What the documentation of BigCommerce leaves open, as switches with the position that we assume."""

from sandbox.switch import Switch

BIGCOMMERCE_SWITCHES: tuple[Switch, ...] = (
    Switch("order_created_status", 200, (200, 201), "the status of an answer to POST /v2/orders"),
    Switch("empty_list", "204", ("204", "array"), "an empty v2 list answers 204 without a body, or []"),
    Switch(
        "min_date", "inclusive", ("inclusive", "exclusive"), "whether min_date_modified includes its instant"
    ),
    Switch("metafield_bumps_order", False, (False, True), "writing an order metafield changes date_modified"),
    Switch("v2_scope_error", "object", ("object", "array"), "the shape of a v2 403 for a missing scope"),
    Switch("limit_headers", True, (True, False), "a 429 of the rate window carries the rate headers"),
    Switch("window_quota", 150, (), "calls in a rate window of 30 s (150 Standard, 450 Pro)"),
    Switch("neighbour", 0, (), "calls another app of the same store spends in each window"),
    Switch("hook_destination", "any", ("any", "https_only"), "https_only: as in reality https on port 443"),
    Switch("hook_signature", True, (True, False), "callbacks carry a Standard Webhooks signature"),
    Switch("hook_warm_up", 0.0, (), "seconds until a new hook fires (in reality up to 60)"),
    Switch("limit_too_large", "413", ("413", "clamp"), "a limit above 250 is refused or lowered"),
    Switch("webhook_id", "stable", ("stable", "fresh"), "whether webhook-id stays the same when sent again"),
    Switch("callback_timeout", 10.0, (), "seconds until an unanswered callback counts as failed"),
    Switch(
        "duplicate_hook", 409, (409, 422, 200), "the answer to a second hook for one scope and destination"
    ),
    Switch("unknown_order_field", "refused", ("refused", "ignored"), "a field no order has, in POST or PUT"),
    Switch(
        "unknown_filter",
        "refused",
        ("refused", "ignored"),
        "a filter that a list of orders, goods or customers does not know: 400 in v2, 422 in v3, or all rows",
    ),
    Switch(
        "order_without_address",
        "billing",
        ("billing", "none"),
        "where goods of an order made by API go when it tells no shipping address",
    ),
    Switch(
        "product_put_variants",
        "ignored",
        ("ignored", "changed"),
        "variants in the body of PUT /v3/catalog/products, which the description does not have",
    ),
    Switch(
        "price_basis_key", True, (True, False), "orders carry is_tax_inclusive_pricing (older ones do not)"
    ),
    Switch("shipment_sets_status", False, (False, True), "creating a shipment moves the order's status"),
    Switch("consignments_shape", "array", ("array", "object"), "without consignment_structure=object"),
    Switch("past_the_end", "empty", ("empty", "404"), "a v3 page past the end gives data [] or 404"),
    Switch("prices_with_tax", False, (False, True), "the store's is_price_entered_with_tax"),
    Switch("is_deleted_filter", True, (True, False), "the undocumented filter is_deleted=true still works"),
    Switch(
        "product_name_case",
        "ignored",
        ("ignored", "heeded"),
        "whether two products may have names that differ only in case",
    ),
    Switch(
        "product_half_stored",
        "never",
        ("never", "url", "inventory"),
        "207: the product is stored, what is named here failed",
    ),
    Switch(
        "catalog_batch",
        "whole",
        ("whole", "partial"),
        "one bad product or variant fails its whole batch, or only itself (products 207, variants 422)",
    ),
    Switch(
        "variant_new_labels",
        "refused",
        ("refused", "created"),
        "POST of a variant with option values the product does not have",
    ),
    Switch(
        "variants_in_filters",
        "ignored",
        ("ignored", "honoured"),
        "the undocumented sku:in and id:in of /catalog/variants",
    ),
    Switch(
        "bigcommerce_price_lists",
        "on",
        ("on", "403", "404"),
        "a plan without price lists answers everything below /pricelists so",
    ),
    Switch("price_list_writers", 1, (1, 2), "batches of price records a store writes at the same time"),
    Switch(
        "price_batch_errors",
        "rest_stored",
        ("rest_stored", "nothing_stored"),
        "what becomes of the good price records of a batch with bad ones",
    ),
    Switch(
        "price_record_put",
        "merges",
        ("merges", "replaces"),
        "whether prices and tiers that a PUT leaves out are kept",
    ),
    Switch(
        "price_tier_open_end",
        "null",
        ("null", "maximum"),
        "the quantity_max of a last bulk tier: null, or 2147483647",
    ),
    Switch("inventory_delay", 0.2, (), "seconds until an accepted adjustment takes effect (divided by pace)"),
    Switch(
        "inventory_batch",
        "whole",
        ("whole", "partial"),
        "one bad item fails its whole adjustment, or the good ones are stored although the answer is 422",
    ),
    Switch(
        "inventory_absolute",
        "on_hand",
        ("on_hand", "available"),
        "whether an absolute adjustment sets what is on hand or what can be sold",
    ),
    Switch(
        "inventory_over_maximum",
        "not_stored",
        ("not_stored", "clipped"),
        "an adjustment above 2147483647 leaves the level as it is, or sets the maximum",
    ),
    Switch(
        "inventory_untracked",
        "refused",
        ("refused", "ignored"),
        "an adjustment of what is not tracked: 422, or 200 without any effect",
    ),
    Switch(
        "inventory_untracked_rows",
        "listed",
        ("listed", "absent"),
        "whether /inventory/items shows variants of products that are not tracked",
    ),
    Switch(
        "inventory_product_rows",
        "variants",
        ("variants", "product"),
        "a product tracked as one has a row for each variant in /inventory/items, or one without variant_id",
    ),
    Switch(
        "inventory_catalogue_level",
        "default",
        ("default", "total"),
        "the catalogue's inventory_level: of the default location, or of all",
    ),
    Switch(
        "inventory_hook_value",
        "new_level",
        ("new_level", "change"),
        "the value in inventory callbacks whose method is absolute",
    ),
    Switch(
        "inventory_order_method",
        "relative",
        ("relative", "absolute"),
        "the method in inventory callbacks that orders cause",
    ),
    Switch(
        "order_without_stock",
        "zero",
        ("zero", "negative", "refused"),
        "an order of more than there is leaves zero, or less than that; refused: POST /v2/orders does not take it",
    ),
    Switch(
        "declined_order_took",
        True,
        (True, False),
        "an order that comes in declined had taken its goods before",
    ),
    Switch(
        "api_refund_restocks",
        False,
        (False, True),
        "refunds by API put goods back where the setting refund_order_stock_adjustment says so",
    ),
    Switch(
        "location_limit", 4, (), "active locations of a store (4 Standard, 5 Plus, 8 Pro, 100 Enterprise)"
    ),
    Switch(
        "transactions_empty", 200, (200, 204), "an order without transactions answers an empty list or 204"
    ),
    Switch(
        "payment_delay", 0.2, (), "seconds until a refund, capture or void is carried out (divided by pace)"
    ),
    Switch(
        "refund_declined",
        0.0,
        (),
        "payments of refunds that are declined: the next N, or below 1 a share of them",
    ),
    Switch(
        "requested_amount",
        "gross",
        ("gross", "basis"),
        "whether amounts of refund items are meant with their tax, or as the store enters prices",
    ),
    Switch(
        "capture_sets_status",
        True,
        (True, False),
        "an order that awaits its payment (7) awaits fulfillment (11) once all of it has come",
    ),
)
