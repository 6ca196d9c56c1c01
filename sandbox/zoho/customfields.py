"""Custom fields: what a body may say of them, how answers show them, and which values must not repeat."""

from typing import Any

from sandbox.zoho.answers import Answer, Refused
from sandbox.zoho.call import Call, View, rows_of
from sandbox.zoho.organization import IDS, CustomField, Record

ENTITY = {
    "contacts": "contact",
    "items": "item",
    "invoices": "invoice",
    "salesorders": "salesorder",
    "customerpayments": "customer_payment",
    "creditnotes": "creditnote",
    "estimates": "estimate",
    "purchaseorders": "purchaseorder",
}
UPDATED = "Custom Fields Updated Successfully"


def taken_over(call: Call, module: str, before: dict[str, str], own_id: str = "") -> dict[str, str]:
    """The record's values after this body; a unique value that another record has is refused."""
    values = dict(before)
    for row in rows_of(call.body, "custom_fields"):
        defined = _defined(call, module, row)
        if defined is None:
            if call.switch("zoho_unknown_custom_fields") == "refused":
                raise Refused(2, "Invalid value passed for custom_fields")
            continue
        value = row.get("value")
        values[defined.api_name] = "" if value is None else str(value)
        _check_unique(call, module, defined, values[defined.api_name], own_id)
    return {name: value for name, value in values.items() if value != ""}


def change(call: Call, module: str) -> Record:
    """PUT on the custom fields of a record alone."""
    record = call.find(module)
    record["_custom"] = taken_over(call, module, record["_custom"], record[IDS[module]])
    call.org.touched(record, call.person)
    return record


def _defined(call: Call, module: str, row: dict[str, Any]) -> CustomField | None:
    fields = call.org.custom_fields[module]
    if row.get("api_name") or row.get("placeholder"):
        return fields.get(str(row.get("api_name") or row.get("placeholder")))
    told = str(row.get("customfield_id") or row.get("field_id") or ""), str(row.get("label") or "")
    if not any(told):
        places = {str(place): each for place, each in enumerate(fields.values(), 1)}
        return places.get(str(row.get("index")))
    return next((each for each in fields.values() if each.field_id == told[0] or each.label == told[1]), None)


def holder(call: Call, module: str, api_name: str, value: str) -> Record | None:
    """The record that has this value in this field."""
    folded = bool(call.switch("zoho_unique_ignores_case"))
    wanted = value.casefold() if folded else value
    for record in call.org.records[module].values():
        own = record["_custom"].get(api_name)
        if own is not None and (own.casefold() if folded else own) == wanted:
            return record
    return None


def _check_unique(call: Call, module: str, field: CustomField, value: str, own_id: str) -> None:
    if not field.unique or not value:
        return
    other = holder(call, module, field.api_name, value)
    if other is not None and other[IDS[module]] != own_id:
        code = int(call.switch("zoho_unique_duplicate_code"))
        raise Refused(code, f"The value of {field.label} is already used. Specify a unique value.")


def shown(call: Call, module: str, record: Record) -> list[dict[str, Any]]:
    fields = call.org.custom_fields[module]
    places = {name: index for index, name in enumerate(fields, 1)}
    return [
        _field(fields[name], places[name], module, value)
        for name, value in record["_custom"].items()
        if name in fields
    ]


def _field(field: CustomField, index: int, module: str, value: str) -> dict[str, Any]:
    return {
        "field_id": field.field_id,
        "customfield_id": field.field_id,
        "show_in_store": False,
        "show_in_portal": False,
        "is_active": True,
        "index": index,
        "label": field.label,
        "show_on_pdf": False,
        "edit_on_portal": False,
        "edit_on_store": False,
        "api_name": field.api_name,
        "show_in_all_pdf": False,
        "value_formatted": value,
        "search_entity": ENTITY[module],
        "data_type": field.data_type,
        "placeholder": field.api_name,
        "value": value,
        "is_dependent_field": False,
    }


def promoted(call: Call, module: str, record: Record) -> dict[str, str]:
    """The twin keys `cf_x` and `cf_x_unformatted`, as lists and hashes carry them."""
    known = call.org.custom_fields[module]
    pairs = ((name, value) for name, value in record["_custom"].items() if name in known)
    return {key: value for name, value in pairs for key in (name, f"{name}_unformatted")}


def by_unique_field(call: Call, module: str, update: View, create: View) -> Answer:
    """PUT on a module without id: the record is named by the headers of its unique field; X-Upsert may create."""
    key = call.headers.get("X-Unique-Identifier-Key", "")
    value = call.headers.get("X-Unique-Identifier-Value", "")
    field = call.org.custom_fields[module].get(key)
    if field is None or not field.unique or not value:
        raise Refused(2, "Invalid value passed for X-Unique-Identifier-Key")
    found = holder(call, module, key, value)
    if found is not None:
        return update(_with(call, ids={"id": found[IDS[module]]}))
    if call.headers.get("X-Upsert", "").lower() != "true":
        status = int(call.switch("zoho_unique_miss_status"))
        raise Refused(int(call.switch("zoho_unique_miss_code")), "The record does not exist.", status)
    answer = create(_filled(call, key, value) if call.switch("zoho_upsert_fills_field") else call)
    return Answer(answer.payload, int(call.switch("zoho_upsert_create_status")), answer.headers)


def _filled(call: Call, key: str, value: str) -> Call:
    rows = [*rows_of(call.body, "custom_fields"), {"api_name": key, "value": value}]
    return _with(call, body={**call.body, "custom_fields": rows})


def _with(call: Call, **changes: Any) -> Call:
    return Call(**{**call.__dict__, **changes})
