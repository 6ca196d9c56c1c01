"""Whom a document is for: the customer, his addresses, terms, persons and currency."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.zoho.answers import Refused
from sandbox.zoho.call import Call
from sandbox.zoho.money import ZERO, day, number, text
from sandbox.zoho.organization import Record
from sandbox.zoho.persons import addresses_of

MOST_DAYS = 99_999
_PERSON = ("first_name", "last_name", "phone", "mobile")


def customer_of(record: Record, asked: dict[str, Any], customer: Record) -> None:
    record["customer_id"] = customer["contact_id"]
    record["customer_name"] = customer["contact_name"]
    if "email" in record:
        record["email"] = customer["email"]
    for side in ("billing", "shipping"):
        chosen = _address(asked, customer, side)
        record[f"{side}_address"] = {**chosen, "street": chosen["address"]}
        record[f"{side}_address"].pop("address_id", None)
        if f"{side}_address_id" in record:
            record[f"{side}_address_id"] = str(asked.get(f"{side}_address_id") or "")
    if "has_shipping_address" in record:
        record["has_shipping_address"] = bool(record["shipping_address"]["address"])
        record["shipping_address"]["company_name"] = ""
    if "customer_default_billing_address" in record:
        record["customer_default_billing_address"] = {**customer["billing_address"], "city_code": ""}
    _terms(record, asked, customer)
    _persons(record, asked, customer)


def _address(asked: dict[str, Any], customer: Record, side: str) -> Record:
    """Addresses are named by id, from the customer's own; inline ones are dropped."""
    wanted = str(asked.get(f"{side}_address_id") or "")
    if not wanted:
        return dict(customer[f"{side}_address"])
    for each in addresses_of(customer):
        if each["address_id"] == wanted:
            return dict(each)
    raise Refused(2, f"Invalid value passed for {side}_address_id")


def days_of(asked: dict[str, Any], default: Decimal | None = ZERO) -> int:
    """Terms in days; below nothing they are words, such as the end of the month."""
    days = number(asked, "payment_terms", default)
    if abs(days) > MOST_DAYS:
        raise Refused(2, "Invalid value passed for payment_terms")
    return int(days)


def _terms(record: Record, asked: dict[str, Any], customer: Record) -> None:
    """The customer's own terms, unless the body says otherwise."""
    if "payment_terms" not in record:
        return
    days = days_of(asked, Decimal(customer["payment_terms"]))
    own = days == customer["payment_terms"]
    label = customer["payment_terms_label"] if own else f"Net {days}" if days else "Due on Receipt"
    record["payment_terms"] = days
    record["payment_terms_label"] = text(asked, "payment_terms_label", 100, label)
    if "due_date" in record:
        due = date.fromisoformat(record["date"]) + timedelta(days=max(days, 0))
        record["due_date"] = day(asked, "due_date", due)
    if "shipment_date" in record:
        record["shipment_date"] = text(asked, "shipment_date", 10)


def _persons(record: Record, asked: dict[str, Any], customer: Record) -> None:
    known = {each["contact_person_id"]: each for each in customer["contact_persons"]}
    told = asked.get("contact_persons") or []
    wanted = [str(each) for each in told] if isinstance(told, list) else [""]
    if any(each not in known for each in wanted):
        raise Refused(2, "Invalid value passed for contact_persons")
    record["contact_persons"] = wanted
    keys = ("contact_person_id", *_PERSON, "email", "is_primary_contact", "photo_url")
    for name in ("contact_persons_details", "contact_person_details"):
        if name in record:
            record[name] = [{key: known[each][key] for key in keys} for each in wanted]
    record["contact_persons_associated"] = [
        {
            "contact_person_id": each,
            "contact_person_name": f"{known[each]['first_name']} {known[each]['last_name']}".strip(),
            "contact_person_email": known[each]["email"],
            **{key: known[each][key] for key in (*_PERSON, "zcrm_contact_id", "communication_preference")},
        }
        for each in wanted
    ]


def currency_of(call: Call, record: Record, asked: dict[str, Any], customer: Record) -> None:
    """The customer's currency; Books also takes another by currency_id."""
    chosen = call.org.currencies[customer["currency_id"]]
    if call.edition == "books" and asked.get("currency_id") not in (None, ""):
        told = call.org.currencies.get(str(asked["currency_id"]))
        if told is None:
            raise Refused(2, "Invalid value passed for currency_id")
        chosen = told
    for name in (
        "currency_id",
        "currency_code",
        "currency_symbol",
        "currency_name_formatted",
        "price_precision",
    ):
        if name in record:
            record[name] = chosen[name]
    usual = Decimal(1) if chosen["is_base_currency"] else Decimal(chosen["exchange_rate"])
    record["exchange_rate"] = number(asked, "exchange_rate", usual) or usual
