"""The persons and addresses of a contact; e-mail and telephone live on the person, not on the contact."""

from typing import Any

from sandbox.zoho.answers import Answer, Refused, done, unknown_id
from sandbox.zoho.call import Call, rows_of
from sandbox.zoho.lists import page_of
from sandbox.zoho.money import flag, text
from sandbox.zoho.organization import Organization, Record
from sandbox.zoho.shapes.common import ADDRESS, fresh
from sandbox.zoho.shapes.contact import PERSON

# field -> longest text
PERSON_LIMITS = {
    "salutation": 25,
    "first_name": 100,
    "last_name": 100,
    "email": 100,
    "phone": 50,
    "mobile": 50,
    "designation": 50,
    "department": 50,
    "skype": 50,
    "fax": 50,
}
ADDRESS_LIMITS = {
    "attention": 100,
    "address": 500,
    "street2": 255,
    "city": 100,
    "state_code": 100,
    "state": 100,
    "zip": 50,
    "country": 100,
    "county": 100,
    "country_code": 50,
    "phone": 50,
    "fax": 50,
}


def person(org: Organization, told: dict[str, Any], before: Record | None = None) -> Record:
    """A contact person from the body, on top of what was there."""
    made = {**fresh(PERSON), **(before or {"contact_person_id": org.new_id()})}
    for name, limit in PERSON_LIMITS.items():
        made[name] = text(told, name, limit, str(made[name]))
    if made["email"] and ("@" not in made["email"] or " " in made["email"].strip()):
        raise Refused(2, "Invalid value passed for email")
    if "is_primary_contact" in told:
        made["is_primary_contact"] = flag(told, "is_primary_contact", False)
    return made


def merged(call: Call, before: list[Record]) -> list[Record]:
    """The persons after this body: those with an id are changed, the others added (or put in their place)."""
    if "contact_persons" not in call.body:
        return before
    known = {each["contact_person_id"]: each for each in before}
    told = rows_of(call.body, "contact_persons")
    given = [str(row.get("contact_person_id") or "") for row in told]
    if any(each and each not in known for each in given):
        raise Refused(2, "Invalid value passed for contact_person_id")
    made = [person(call.org, row, known.get(each)) for row, each in zip(told, given, strict=True)]
    if call.switch("zoho_persons_on_put") == "replaced":
        return one_primary(made)
    changed = {each["contact_person_id"]: each for each in made}
    kept = [changed.pop(each["contact_person_id"], each) for each in before]
    newest = next((each for each in reversed(made) if each["is_primary_contact"]), None)
    return one_primary([*kept, *changed.values()], newest)


def one_primary(persons: list[Record], wanted: Record | None = None) -> list[Record]:
    """Exactly one person is the primary one: the wanted, else the last that says so, else the first."""
    said = [each for each in persons if each["is_primary_contact"]]
    chosen = wanted or (said[-1] if said else (persons[0] if persons else None))
    for each in persons:
        each["is_primary_contact"] = each is chosen
    return persons


def mirror(contact: Record) -> None:
    """The contact shows its primary person's name, e-mail and telephone."""
    primary = next((each for each in contact["contact_persons"] if each["is_primary_contact"]), None)
    for name in ("first_name", "last_name", "email", "phone", "mobile", "designation", "department"):
        contact[name] = primary[name] if primary else ""
    contact["contact_salutation"] = primary["salutation"] if primary else ""
    contact["primary_contact_id"] = primary["contact_person_id"] if primary else ""


def address(org: Organization, told: Any, before: Record | None = None) -> Record:
    """An address from the body, on top of what was there; limits as documented."""
    if not isinstance(told, dict):
        raise Refused(2, "Invalid value passed for address")
    made = {"address_id": org.new_id(), **fresh(ADDRESS), **(before or {})}
    for name, limit in ADDRESS_LIMITS.items():
        made[name] = text(told, name, limit, str(made[name]))
    return {**made, "latitude": "", "longitude": ""}


def addresses_of(contact: Record) -> list[Record]:
    """Billing, shipping and the additional ones, which documents may name by id."""
    return [contact["billing_address"], contact["shipping_address"], *contact["addresses"]]


def list_addresses(call: Call) -> Answer:
    return done("success", addresses=addresses_of(call.find("contacts")))


def add_address(call: Call) -> Answer:
    contact = call.find("contacts")
    made = address(call.org, call.body)
    contact["addresses"].append(made)
    call.org.touched(contact, call.person)
    return Answer({"code": 0, "message": "The address has been created.", "address_info": made}, 201)


def change_address(call: Call) -> Answer:
    found = _address(call)
    found.update(address(call.org, call.body, found))
    call.org.touched(call.find("contacts"), call.person)
    return done("The address has been updated.", address_info=found)


def delete_address(call: Call) -> Answer:
    contact, found = call.find("contacts"), _address(call)
    if found not in contact["addresses"]:
        raise unknown_id()
    contact["addresses"].remove(found)
    call.org.touched(contact, call.person)
    return done("The address has been deleted.")


def _address(call: Call) -> Record:
    for each in addresses_of(call.find("contacts")):
        if each["address_id"] == call.ids["address"]:
            return each
    raise unknown_id()


def list_persons(call: Call) -> Answer:
    persons = call.find("contacts")["contact_persons"]
    context = {"page": 1, "per_page": 200, "has_more_page": False, "sort_column": "contact_person_id"}
    return done("success", contact_persons=persons, page_context={**context, "sort_order": "D"})


def list_all(call: Call) -> Answer:
    """The persons of every contact, page by page."""
    rows = [
        {"contact_id": contact["contact_id"], "contact_name": contact["contact_name"], **each}
        for contact in call.org.records["contacts"].values()
        for each in contact["contact_persons"]
    ]
    page, per_page = page_of(call, "page", 1), min(page_of(call, "per_page", 200), 200)
    more = len(rows) > page * per_page
    context = {"page": page, "per_page": per_page, "has_more_page": more, "sort_order": "D"}
    cut = rows[(page - 1) * per_page : page * per_page]
    return done("success", contact_persons=cut, page_context=context)


def add_person(call: Call) -> Answer:
    contact = call.org.records["contacts"].get(str(call.body.get("contact_id")))
    if contact is None:
        raise unknown_id()
    made = person(call.org, call.body)
    contact["contact_persons"] = one_primary([*contact["contact_persons"], made])
    _changed(call, contact)
    told = "The contactperson has been Created"
    return Answer({"code": 0, "message": told, "contact_person": [made]}, 201)


def get_person(call: Call) -> Answer:
    contact, found = _person(call)
    return done("success", contact_person={"contact_id": contact["contact_id"], **found})


def change_person(call: Call) -> Answer:
    contact, found = _person(call)
    found.update(person(call.org, call.body, found))
    contact["contact_persons"] = one_primary(contact["contact_persons"])
    _changed(call, contact)
    return done("The contactperson details has been updated.", contact_person=[found])


def delete_person(call: Call) -> Answer:
    contact, found = _person(call)
    contact["contact_persons"] = one_primary([row for row in contact["contact_persons"] if row is not found])
    _changed(call, contact)
    return done("The contact person has been deleted.")


def make_primary(call: Call) -> Answer:
    contact, found = _person(call)
    one_primary(contact["contact_persons"], found)
    _changed(call, contact)
    return done("This contact person has been marked as your primary contact person.")


def _changed(call: Call, contact: Record) -> None:
    mirror(contact)
    call.org.touched(contact, call.person)


def _person(call: Call) -> tuple[Record, Record]:
    for contact in call.org.records["contacts"].values():
        for each in contact["contact_persons"]:
            if each["contact_person_id"] == call.ids["person"]:
                return contact, each
    raise unknown_id()
