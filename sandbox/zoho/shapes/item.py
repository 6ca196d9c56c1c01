"""An item: its detail and its row in lists."""

from sandbox.zoho.shapes.common import Shape, keys, lock

DETAIL: Shape = {
    **keys(
        "group_id group_name item_id name sku brand manufacturer category_id category_name product_subtype"
        " purpose_of_use combo_type"
    ),
    "item_code": {},
    **keys("image_name image_type image_document_id"),
    "status": "active",
    "source": "api",
    "is_linked_with_zohocrm": False,
    **keys("zcrm_product_id crm_owner_id unit unit_id description"),
    "rate": 0,
    **keys("account_id account_name tax_id tax_name"),
    "tax_percentage": 0,
    **keys(
        "tax_type tax_status tax_start_date tax_end_date tax_groups_details tax_country_code tax_information"
    ),
    **keys("is_tax_expired purchase_tax_id purchase_tax_name purchase_tax_information"),
    "is_default_tax_applied": False,
    "purchase_tax_percentage": 0,
    **keys("purchase_tax_type associated_template_id"),
    "documents": [],
    "purchase_description": "",
    "pricebook_rate": 0,
    "pricing_scheme": "unit",
    "price_brackets": [],
    "default_price_brackets": [],
    "sales_rate": 0,
    "purchase_rate": 0,
    **keys(
        "sales_margin purchase_account_id purchase_account_name inventory_account_id inventory_account_name"
    ),
    **keys("created_at created_time offline_created_date_with_time last_modified_time"),
    "tags": [],
    "can_be_sold": True,
    "can_be_purchased": False,
    "track_inventory": False,
    "reorder_level": "",
    "item_type": "sales",
    "product_type": "goods",
    "is_returnable": False,
    **keys(
        "minimum_order_quantity maximum_order_quantity initial_stock initial_stock_rate vendor_id vendor_name"
    ),
    **lock(),
    "locked_fields": {},
    "custom_fields": [],
    "custom_field_hash": {},
    "is_fulfillable": False,
    **keys("attribute_id1 attribute_id2 attribute_id3 attribute_name1 attribute_name2 attribute_name3"),
    **keys("attribute_option_id1 attribute_option_id2 attribute_option_id3"),
    **keys("attribute_option_name1 attribute_option_name2 attribute_option_name3"),
    "sales_channels": [],
    "preferred_vendors": [],
    "is_modifier_item": False,
    **keys("upc ean isbn part_number"),
    **keys("is_combo_product image_sync_in_progress", False),
    "integration_references": [],
    "has_variant": False,
    "default_hosted_page_url": "",
    "package_details": {**keys("length width height weight"), "weight_unit": "kg", "dimension_unit": "cm"},
}

ROW = tuple(
    keys(
        "item_id name item_name unit status source is_combo_product is_linked_with_zohocrm zcrm_product_id"
        " description brand manufacturer rate tax_id tax_name tax_percentage purchase_account_id"
        " purchase_account_name account_id account_name purchase_description purchase_rate can_be_sold"
        " can_be_purchased track_inventory item_type product_type has_attachment is_returnable sku upc ean isbn"
        " part_number image_name image_type image_document_id created_time last_modified_time product_subtype"
        " purpose_of_use vendor_name length width height weight weight_unit dimension_unit tags"
    )
)

# told of an item that stands in a group; "" of others
GROUP = tuple(
    keys(
        "group_id group_name attribute_id1 attribute_id2 attribute_id3 attribute_name1 attribute_name2"
        " attribute_name3 attribute_option_id1 attribute_option_id2 attribute_option_id3"
        " attribute_option_name1 attribute_option_name2 attribute_option_name3"
    )
)

STOCK = tuple(
    keys(
        "stock_on_hand available_stock actual_available_stock committed_stock actual_committed_stock"
        " available_for_sale_stock actual_available_for_sale_stock"
    )
)
