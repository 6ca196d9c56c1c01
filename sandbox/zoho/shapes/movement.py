"""Keys that documents which move goods are told with, and that mean nothing here."""

from sandbox.zoho.shapes.common import Shape, keys

CURRENCY = keys("currency_id currency_code currency_symbol")
SENT = {"is_emailed": False, "contact_persons": [], **keys("template_id template_name template_type")}
ADDRESSES: Shape = {"billing_address": {}, "shipping_address": {}}

BILL: Shape = {
    **keys("purchaseorder_id due_date due_by_days reference_id terms attachment_name gst_treatment gst_no"),
    **keys("source_of_supply destination_of_supply"),
    **CURRENCY,
    "price_precision": 2,
    "exchange_rate": 1,
    **keys("is_item_level_tax_calc is_pre_gst is_reverse_charge_applied", False),
    **keys("unused_credits_payable_amount tax_total open_purchaseorders_count", 0),
    **keys("tds_total unprocessed_payment_amount", 0),
    **keys("due_days due_in_days color_code current_sub_status_id current_sub_status client_viewed_time"),
    **keys("entity_type", "bill"),
    **keys("has_attachment is_viewed_by_client", False),
    **keys("taxes vendor_credits_applied payments vendor_credits", []),
    "billing_address": {},
}
RECEIVE: Shape = {"contact_persons": [], **ADDRESSES}
PACKAGE: Shape = {
    **keys("sales_channel sales_channel_formatted salesorder_fulfilment_status email phone mobile terms"),
    **keys("shipment_id shipment_number shipping_date delivery_method delivery_method_id tracking_number"),
    **keys("tracking_link expected_delivery_date shipment_delivered_date detailed_status status_message"),
    **keys("carrier service delivery_days created_by_id shipment_type label_format"),
    **keys("is_carrier_shipment is_tracking_enabled", False),
    "shipping_charge": 0,
    "delivery_guarantee": False,
    **SENT,
    **ADDRESSES,
    **keys("picklists shipmentorder_custom_fields", []),
    "shipment_order": {},
    "custom_field_hash": {},
}
PACKAGE_LINE: Shape = {
    **keys("picklist_item_id picklist_number image_name image_type"),
    "item_custom_fields": [],
}
SHIPMENT: Shape = {
    **keys("detailed_status status_message carrier service delivery_days estimate_id delivery_method_id"),
    "delivery_guarantee": False,
    **CURRENCY,
    "price_precision": 2,
    "exchange_rate": 1,
    **keys("discount discount_amount shipping_charge sub_total tax_total total", 0),
    **keys("discount_type", "item_level"),
    "is_discount_before_tax": True,
    **SENT,
    **ADDRESSES,
    **keys("taxes shipmentorder_custom_fields", []),
}
SHIPMENT_INSIDE: Shape = {
    **keys(
        "shipment_id shipment_number shipping_date delivery_method delivery_method_id notes shipment_type"
    ),
    **keys(
        "tracking_number tracking_link expected_delivery_date shipment_delivered_date status carrier service"
    ),
    **keys("shipment_sub_status detailed_status status_message delivery_days source_id source_name"),
    **keys("delivery_guarantee is_carrier_shipment can_show_tracking is_tracking_enabled", False),
    "is_forms_available": False,
    **keys("associated_packages_count shipment_rate", 0),
    **keys("multipiece_shipments shipmentorder_custom_fields tracking_statuses", []),
}
"""As a package shows its shipment."""
RETURN: Shape = {"comments": []}
BUNDLE: Shape = {"total": 0, "transaction_number": ""}
PURCHASE: Shape = {
    **keys("contact_category client_viewed_time delivery_date expected_delivery_date received_status"),
    **keys("is_viewed_by_client is_received is_po_marked_as_received has_qty_cancelled", False),
    **keys("billed_status color_code current_sub_status_id current_sub_status order_status status"),
    **keys("sub_statuses approvers_list taxes purchasereceives receives salesorders bills documents", []),
    **keys("delivery_days due_by_days due_in_days"),
    "has_attachment": False,
    "quantity_marked_as_received": 0,
    **CURRENCY,
    "exchange_rate": 1,
    **keys("is_drop_shipment is_backorder is_inclusive_tax", False),
    "tax_rounding": "entity_level",
    "salesorder_id": "",
    **keys("adjustment discount discount_amount discount_applied_on_amount sub_total tax_total total", 0),
    "sub_total_inclusive_of_tax": 0,
    "is_discount_before_tax": True,
    "discount_type": "item_level",
    **keys("adjustment_description discount_account_id billing_address_id pricebook_id"),
    "price_precision": 2,
    "payment_terms": 0,
    **keys("payment_terms_label terms ship_via ship_via_id attention delivery_org_address_id"),
    **keys("delivery_customer_id delivery_customer_name delivery_customer_address_id attachment_name"),
    "delivery_address": {},
    "billing_address": {},
    **SENT,
    **keys("page_width page_height orientation"),
    **keys("can_mark_as_bill can_mark_as_unbill can_send_in_mail", False),
}
PURCHASE_LINE: Shape = {
    **keys("account_id account_name tax_id tax_name tax_percentage salesorder_item_id"),
    "item_order": 1,
    "item_custom_fields": [],
}
