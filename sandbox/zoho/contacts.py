"""Contacts: unique names across customers and vendors, persons, addresses, one currency each."""

from typing import Any

from sandbox.zoho import customfields, editions, lists, persons
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.balances import has_transactions
from sandbox.zoho.call import Call, created
from sandbox.zoho.filters import Listing
from sandbox.zoho.money import text
from sandbox.zoho.organization import Record
from sandbox.zoho.parties import days_of
from sandbox.zoho.shapes.common import fresh
from sandbox.zoho.shapes.contact import DETAIL, ROW
from sandbox.zoho.views import contact_sums, detail

MODULE = "contacts"
TEXTS = {
    "company_name": 200,
    "website": 255,
    "notes": 3000,
    "twitter": 100,
    "facebook": 100,
}
WORDS = {
    "contact_type": ("customer", "vendor"),
    "customer_sub_type": ("business", "individual"),
}
LISTING = Listing(
    "contacts",
    "Contacts",
    texts=("contact_name", "company_name", "first_name", "last_name", "email", "phone", "address"),
    exact=("contact_type", "status", *(f"zcrm_{name}_id" for name in ("contact", "account", "vendor"))),
    dates=("created_time",),
    searched=("contact_name", "company_name", "email", "phone"),
    sort="contact_name",
    order="A",
    sortable=("contact_name", "first_name", "last_name", "email", "created_time", "last_modified_time"),
    statuses={
        "Active": lambda row: row["status"] == "active",
        "Inactive": lambda row: row["status"] == "inactive",
        "Customers": lambda row: row["contact_type"] == "customer",
        "Vendors": lambda row: row["contact_type"] == "vendor",
        "Crm": lambda row: row["is_linked_with_zohocrm"],
        "PortalEnabled": lambda row: row["portal_status"] == "enabled",
        "PortalDisabled": lambda row: row["portal_status"] == "disabled",
    },
    unsifted=("Duplicate", "OverDue", "Unpaid", "CreditLimitExceed"),
)


def create(call: Call) -> Answer:
    contact_id = call.org.new_id()
    contact: Record = {**fresh(DETAIL), "contact_id": contact_id, "_custom": {}}
    contact["billing_address"] = persons.address(call.org, {})
    contact["shipping_address"] = persons.address(call.org, {})
    contact["entity_address_id"] = call.org.new_id()
    contact["contact_name"] = ""
    contact.update(_currency(call, call.org.base))
    _apply(call, contact)
    contact.update(
        created_time=call.org.stamp(),
        created_date=call.org.now().strftime("%d %b %Y"),
        created_by_name=call.org.user,
        created_by_id=call.org.user_id,
    )
    call.org.touched(contact, call.person)
    call.org.records[MODULE][contact_id] = call.org.born(contact)
    return created("The contact has been added.", "contact", shown(call, contact), f"contacts/{contact_id}")


def update(call: Call) -> Answer:
    contact = call.find(MODULE)
    draft = fresh(contact)
    if call.body.get("currency_id") not in (None, "", contact["currency_id"]):
        if has_transactions(call.org, contact["contact_id"]):
            raise Refused(2, "Invalid value passed for currency_id")
        draft.update(_currency(call, ""))
    _apply(call, draft)
    contact.update(draft)
    call.org.touched(contact, call.person)
    return done("Contact information has been saved.", contact=shown(call, contact))


def update_by_field(call: Call) -> Answer:
    return customfields.by_unique_field(call, MODULE, update, create)


def get(call: Call) -> Answer:
    return done("success", contact=shown(call, call.find(MODULE)))


def listed(call: Call) -> Answer:
    contacts = call.org.records[MODULE]

    def finish(told: dict[str, Any]) -> dict[str, Any]:
        sums = contact_sums(call, contacts[told["contact_id"]])
        return {key: sums.get(key, value) for key, value in told.items()}

    return lists.answer(call, LISTING, contacts.values(), lambda contact: row(call, contact), finish)


def delete(call: Call) -> Answer:
    contact = call.find(MODULE)
    if has_transactions(call.org, contact["contact_id"]):
        raise Refused(3000, "Contacts with transactions cannot be deleted. Mark them as inactive instead.")
    del call.org.records[MODULE][contact["contact_id"]]
    kind = "customer" if contact["contact_type"] == "customer" else "vendor"
    return done(f"The {kind} has been deleted.")


def activate(call: Call) -> Answer:
    return _mark(call, "active")


def deactivate(call: Call) -> Answer:
    return _mark(call, "inactive")


def _mark(call: Call, status: str) -> Answer:
    contact = call.find(MODULE)
    contact["status"] = status
    call.org.touched(contact, call.person)
    return done(f"The contact has been marked as {status}.")


def shown(call: Call, contact: Record) -> dict[str, Any]:
    sums = contact_sums(call, contact)
    summary = {
        "currency_id": contact["currency_id"],
        "currency_code": contact["currency_code"],
        "currency_symbol": contact["currency_symbol"],
        "price_precision": contact["price_precision"],
        "is_base_currency": contact["currency_code"] == call.org.base,
        "currency_name_formatted": call.org.currencies[contact["currency_id"]]["currency_name_formatted"],
        "outstanding_receivable_amount": sums["outstanding_receivable_amount"],
        "unused_credits_receivable_amount": sums["unused_credits_receivable_amount"],
    }
    return {**detail(call, MODULE, contact), **sums, "customer_currency_summaries": [summary]}


def row(call: Call, contact: Record) -> dict[str, Any]:
    whole = detail(call, MODULE, contact)
    made = {key: whole.get(key, "") for key in ROW}
    when = {"created_time_formatted": contact["created_time"], "last_modified_time_formatted": ""}
    made.update(when, customer_name=contact["contact_name"], vendor_name=contact["contact_name"])
    made["contact_type_formatted"] = "Customer" if contact["contact_type"] == "customer" else "Vendors"
    made["portal_status_formatted"] = "Disabled"
    made["contactperson_custom_fields"] = []
    made["has_attachment"] = False
    if call.org.edition == "in":
        made.update({name: contact[name] for name in ("gst_treatment", "gst_no", "place_of_contact")})
    return {**made, **customfields.promoted(call, MODULE, contact)}


def _apply(call: Call, contact: Record) -> None:
    """The body onto the contact; raises before anything is stored."""
    body = call.body
    if "contact_name" in body or not contact["contact_name"]:
        contact["contact_name"] = _name(call, contact["contact_id"])
    for name, limit in TEXTS.items():
        contact[name] = text(body, name, limit, contact[name])
    for name, words in WORDS.items():
        contact[name] = text(body, name, 50, contact[name]) or words[0]
        if contact[name] not in words:
            raise Refused(2, f"Invalid value passed for {name}")
    contact["language_code"] = text(body, "language_code", 100, contact["language_code"])
    editions.of_contact(call, contact)
    _terms(call, contact)
    _price_list(call, contact)
    for name in ("billing_address", "shipping_address"):
        if body.get(name) is not None:
            contact[name] = persons.address(call.org, body[name], contact[name])
    contact["contact_persons"] = persons.one_primary(persons.merged(call, contact["contact_persons"]))
    persons.mirror(contact)
    contact["_custom"] = customfields.taken_over(call, MODULE, contact["_custom"], contact["contact_id"])


def _terms(call: Call, contact: Record) -> None:
    if call.body.get("payment_terms") in (None, ""):
        return
    days = days_of(call.body)
    contact["payment_terms"] = days
    label = f"Net {days}" if days else "Due on Receipt"
    contact["payment_terms_label"] = text(call.body, "payment_terms_label", 100, label)


def _price_list(call: Call, contact: Record) -> None:
    """An active price list by its id; "" takes it away."""
    if "pricebook_id" not in call.body:
        return
    told = text(call.body, "pricebook_id", 50)
    book = call.org.records["pricebooks"].get(told)
    if told and (book is None or book["status"] != "active"):
        raise Refused(2, "Invalid value passed for pricebook_id")
    contact.update(pricebook_id=told, pricebook_name=book["name"] if book else "")


def _name(call: Call, own_id: str) -> str:
    name = text(call.body, "contact_name", 200).strip()
    if not name:
        raise Refused(3013, "Enter a valid Contact Name")
    for other_id, other in call.org.records[MODULE].items():
        if other_id != own_id and other["contact_name"].casefold() == name.casefold():
            raise Refused(3062, f'The contact "{name}" already exists. Specify a different name.')
    return name


def _currency(call: Call, default: str) -> dict[str, Any]:
    asked = str(call.body.get("currency_id") or ""), str(call.body.get("currency_code") or default)
    found = call.org.currencies.get(asked[0]) if asked[0] else call.org.currency(asked[1])
    if found is None:
        raise Refused(9004, "The currency does not exist.")
    names = ("currency_id", "currency_code", "currency_symbol", "price_precision")
    return {**{name: found[name] for name in names}, "is_bcy_only_contact": found["is_base_currency"]}
