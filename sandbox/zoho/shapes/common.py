"""Pieces that several records share."""

from copy import deepcopy
from typing import Any

Shape = dict[str, Any]


def keys(names: str, value: Any = "") -> Shape:
    """The named keys (space separated), each with a value of its own."""
    return {name: deepcopy(value) for name in names.split()}


def fresh(shape: Shape) -> Shape:
    """A copy that shares nothing; plain values, which most are, need no copying."""
    return {key: deepcopy(value) if isinstance(value, dict | list) else value for key, value in shape.items()}


def lock() -> Shape:
    return {
        "lock_details": {"can_lock": False},
        "locked_actions": [],
        "lock_detail": {"can_lock": True, "custom_locks": [], "system_locks": []},
    }


def page(template: str = "Standard Template", kind: str = "standard") -> Shape:
    return {
        "template_id": "460000000000017001",
        "template_name": template,
        "template_type": kind,
        "page_width": "8.27in",
        "page_height": "11.69in",
        "orientation": "portrait",
    }


APPROVAL = keys(
    "submitter_id approver_id submitted_date submitted_by submitted_by_name submitted_by_email"
    " submitted_by_photo_url"
)
SHIPPING_TAX = keys(
    "shipping_charge_tax_id shipping_charge_tax_name shipping_charge_tax_type shipping_charge_tax_percentage"
    " shipping_charge_tax_exemption_id shipping_charge_tax_exemption_code shipping_charge_tax"
    " bcy_shipping_charge_tax"
)
SHIPPING = {
    **keys("shipping_charge_exclusive_of_tax shipping_charge_inclusive_of_tax", 0),
    **keys("shipping_charge_tax_formatted"),
    **keys("shipping_charge_exclusive_of_tax_formatted shipping_charge_inclusive_of_tax_formatted"),
    **keys("shipping_charge_account_id shipping_charge_account_name"),
    **keys("shipping_charge", 0),
}
ROUNDING = {
    "roundoff_value": 0,
    "transaction_rounding_type": "no_rounding",
    "rounding_mode": "round_half_up",
    "bcy_rounding_mode": "round_half_up",
}
ADDRESS = keys("attention address street2 city state_code state zip country county country_code phone fax")
