"""A customer payment: its detail, its row, and the piece that says which invoice it pays."""

from sandbox.zoho.shapes.common import Shape, keys

DETAIL: Shape = {
    **keys(
        "payment_id payment_number sales_channel account_identifier payment_link_id created_by created_time"
    ),
    "updated_time": "",
    "lock_details": {"can_lock": False},
    "locked_actions": [],
    **keys("payment_number_prefix payment_number_suffix"),
    "documents": [],
    **keys("beat_id beat_number journey_plan_id sales_person_id sales_person_name customer_id customer_name"),
    **keys("payment_mode card_type date offline_created_date_with_time account_id account_name account_type"),
    **keys(
        "customer_advance_account_id customer_advance_account_name currency_id currency_symbol currency_code"
    ),
    "exchange_rate": 1,
    **keys("amount unused_amount bank_charges", 0),
    **keys("bank_charges_account_id bank_charges_account_name tax_account_id"),
    "is_client_review_settings_enabled": False,
    "tax_account_name": "",
    **keys("tax_amount_withheld discount_amount", 0),
    "is_early_payment_discount_applicable": False,
    **keys("description reference_number online_transaction_id payment_gateway settlement_status"),
    "is_ondc_channel": False,
    "invoices": [],
    "payment_status": "paid",
    "tender_id": "",
    **keys("payment_refunds deposit_details", []),
    **keys("last_four_digits"),
    "template_id": "460000000000039005",
    "template_name": "Elite Template",
    "page_width": "8.27in",
    "page_height": "11.69in",
    "orientation": "portrait",
    "template_type": "elite",
    "attachment_name": "",
    **keys("can_send_in_mail can_send_payment_sms is_payment_details_required", True),
    "custom_fields": [],
    "custom_field_hash": {},
    "imported_transactions": [],
    "price_precision": 2,
    "rounding_mode": "round_half_up",
    "tags": [],
}

PART: Shape = {
    **keys("invoice_number invoice_payment_id invoice_id invoice_customer_id invoice_customer_name"),
    **keys("amount_applied tax_amount_withheld discount_amount total balance", 0),
    **keys("date due_date"),
    "price_precision": 2,
    **keys("apply_date allow_partial_payments"),
    "is_early_payment_discount_applicable": False,
    **keys("invoice_installments installments", []),
}

ROW: Shape = {
    **keys("payment_id payment_number invoice_numbers date payment_mode payment_mode_formatted"),
    **keys("amount bcy_amount unused_amount bcy_unused_amount", 0),
    **keys("account_id account_name description reference_number customer_id customer_name created_time"),
    **keys("last_modified_time last_four_digits gateway_transaction_id payment_gateway"),
    "bcy_refunded_amount": 0,
    "applied_invoices": [],
    "has_attachment": False,
    "tags": [],
    **keys("documents custom_fields_list tax_account_id tax_account_name"),
    "tax_amount_withheld": 0,
    "payment_type": "Invoice Payment",
    "payment_status": "paid",
    **keys("settlement_status sales_channel"),
}
