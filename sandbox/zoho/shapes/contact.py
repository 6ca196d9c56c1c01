"""A contact: its detail, its row in lists, its persons."""

from sandbox.zoho.shapes.common import APPROVAL, Shape, keys, lock

_TEMPLATES = (
    "statement invoice bill estimate creditnote purchaseorder salesorder paymentthankyou invoice_email"
    " estimate_email creditnote_email purchaseorder_email salesorder_email paymentthankyou_email"
    " payment_remittance_email"
)

PERSON: Shape = {
    **keys("contact_person_id salutation first_name last_name email phone mobile mobile_country_code"),
    **keys("mobile_code_formatted department designation skype fax zcrm_contact_id"),
    **keys("is_portal_mfa_enabled is_added_in_portal", False),
    "can_invite": True,
    **keys("is_primary_contact is_portal_invitation_accepted is_sms_enabled_for_cp", False),
    "photo_url": "",
    "communication_preference": {"is_email_enabled": True},
}

DETAIL: Shape = {
    **keys("contact_id contact_name company_name contact_tax_information first_name last_name designation"),
    **keys("department website"),
    **keys("is_bcy_only_contact is_credit_limit_migration_completed", True),
    **keys(
        "language_code language_code_formatted contact_salutation email phone mobile photo_url invited_by"
    ),
    "portal_status": "disabled",
    "is_client_review_asked": False,
    "has_transaction": False,
    "contact_type": "customer",
    "customer_sub_type": "business",
    **keys("contact_relation_type owner_id owner_name"),
    "source": "api",
    "documents": [],
    **keys("twitter facebook"),
    **keys("is_crm_customer is_linked_with_zohocrm", False),
    **keys("primary_contact_id zcrm_account_id zcrm_contact_id crm_owner_id"),
    "payment_terms": 0,
    "payment_terms_label": "Due on Receipt",
    "payment_terms_id": "460000000000093081",
    "credit_limit_exceeded_amount": 0,
    "currency_id": "",
    **lock(),
    **keys("currency_code currency_symbol"),
    "price_precision": 2,
    "exchange_rate": "",
    **keys("can_show_customer_ob can_show_vendor_ob", True),
    "opening_balance_amount": 0,
    "opening_balance_amount_bcy": "",
    **keys("outstanding_ob_receivable_amount outstanding_ob_payable_amount outstanding_receivable_amount", 0),
    **keys("outstanding_receivable_amount_bcy outstanding_payable_amount outstanding_payable_amount_bcy", 0),
    **keys("unused_credits_receivable_amount unused_credits_receivable_amount_bcy", 0),
    **keys("unused_credits_payable_amount unused_credits_payable_amount_bcy unused_retainer_payments", 0),
    "status": "active",
    **keys("payment_reminder_enabled is_sms_enabled", True),
    "is_consent_agreed": False,
    "consent_date": "",
    "is_client_review_settings_enabled": False,
    "custom_fields": [],
    "custom_field_hash": {},
    "track_1099": False,
    **keys("tax_id tax_name tax_percentage tax_treatment tax_reg_no"),
    **keys("tax_id_type tax_id_value tax_reg_label account_id account_name contact_category"),
    "sales_channel": "direct_sales",
    "ach_supported": False,
    "portal_receipt_count": 0,
    "opening_balances": [],
    "entity_address_id": "",
    "billing_address": {},
    "shipping_address": {},
    "contact_persons": [],
    "addresses": [],
    **keys("pricebook_id pricebook_name"),
    "default_templates": keys(
        " ".join(f"{name}_template_id {name}_template_name" for name in _TEMPLATES.split())
    ),
    "associated_with_square": False,
    **keys("cards checks upi_mandates bank_accounts vpa_list", []),
    **keys("notes created_time created_date created_by_name created_by_id last_modified_by_id"),
    "last_modified_time": "",
    "tags": [],
    **keys("zohopeople_client_id siret_number company_id label_for_company_id"),
    "customer_currency_summaries": [],
    "approvers_list": [],
    **APPROVAL,
    "integration_references": [],
}

ROW = tuple(
    keys(
        "contact_id contact_name customer_name vendor_name company_name website language_code"
        " language_code_formatted contact_type contact_type_formatted status customer_sub_type source"
        " is_linked_with_zohocrm payment_terms payment_terms_id payment_terms_label currency_id twitter facebook"
        " currency_code outstanding_receivable_amount outstanding_receivable_amount_bcy outstanding_payable_amount"
        " outstanding_payable_amount_bcy unused_credits_receivable_amount unused_credits_receivable_amount_bcy"
        " unused_credits_payable_amount unused_credits_payable_amount_bcy first_name last_name email phone mobile"
        " portal_status portal_status_formatted track_1099 created_time created_time_formatted last_modified_time"
        " last_modified_time_formatted custom_fields custom_field_hash contactperson_custom_fields tags"
        " ach_supported has_attachment"
    )
)
