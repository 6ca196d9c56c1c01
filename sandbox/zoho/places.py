"""Places of stock: locations in newer organizations, warehouses in older ones, with the same ids."""

from typing import Any

from sandbox.zoho.answers import Answer, Refused, done, unknown_id
from sandbox.zoho.call import Call, created
from sandbox.zoho.money import text
from sandbox.zoho.organization import Organization, Record
from sandbox.zoho.shapes.common import keys

WORDS = ("location", "warehouse")
# what else the list of warehouses tells; nothing of it means anything here
_WAREHOUSE = {
    **keys("address1 address2 attention default_receiving_storage_id default_receiving_storage_name"),
    **keys("is_fba_warehouse is_org_level_primary is_storage_location_enabled", False),
    **keys("total_zones total_storagelocations", 0),
}


def word(org: Organization) -> str:
    return str(org.world.switches["zoho_places"]).removesuffix("s")


def primary(org: Organization) -> str:
    return next(place_id for place_id, place in org.places.items() if place["is_primary"])


def named(call: Call, told: dict[str, Any], default: str) -> str:
    """The place a line or a document names in either word, or the default."""
    for name in WORDS:
        place_id = text(told, f"{name}_id", 50)
        if place_id and place_id not in call.org.places:
            raise Refused(2, f"Invalid value passed for {name}_id")
        if place_id:
            return place_id
    return default


def shown_at(org: Organization, place_id: str) -> dict[str, str]:
    """How a line tells its place."""
    own = word(org)
    return {f"{own}_id": place_id, f"{own}_name": org.places[place_id]["name"]}


def of_line(org: Organization, line: Record) -> str:
    return line.get("location_id") or line.get("warehouse_id") or primary(org)


def listed(call: Call) -> Answer:
    return _listed(call, "location")


def warehouses(call: Call) -> Answer:
    return _listed(call, "warehouse")


def _listed(call: Call, own: str) -> Answer:
    """An organization has the one word or the other; the list of the other is empty."""
    rows = [shown(place, own) for place in call.org.places.values()] if word(call.org) == own else []
    context = {"page": 1, "per_page": 200, "has_more_page": False, "sort_order": "A"}
    return done("success", **{f"{own}s": rows}, page_context=context)


def create(call: Call) -> Answer:
    name = text(call.body, "location_name", 100).strip() or text(call.body, "warehouse_name", 100).strip()
    if not name:
        raise Refused(4, "Invalid value passed for location_name")
    _check_free(call, name, None)
    place_id = call.org.add_place(name, primary=False)
    row = alone(call.org.places[place_id], word(call.org))
    return created("Location has been created.", f"{word(call.org)}s", row, f"locations/{place_id}")


def _check_free(call: Call, name: str, own: Record | None) -> None:
    others = (place for place in call.org.places.values() if place is not own)
    if any(place["name"].casefold() == name.casefold() for place in others):
        raise Refused(1001, "Location already exists.")


def update(call: Call) -> Answer:
    """Of what a location tells only its name is kept here."""
    place = _find(call)
    name = text(call.body, f"{word(call.org)}_name", 100, place["name"]).strip()
    if not name:
        raise Refused(4, "Invalid value passed for location_name")
    _check_free(call, name, place)
    place["name"] = name
    return done("Location has been updated.", **{f"{word(call.org)}s": alone(place, word(call.org))})


def delete(call: Call) -> Answer:
    """Neither the primary one, nor one where something lies or was moved."""
    place = _find(call)
    kept = (record for records in call.org.records.values() for record in records.values())
    if place["is_primary"] or any(_named_in(place["place_id"], each) for each in kept):
        raise Refused(9, "The primary location, and those that something names, cannot be deleted.")
    del call.org.places[place["place_id"]]
    return done("The location has been deleted..")


def _named_in(place_id: str, record: Record) -> bool:
    keys = tuple(f"{side}{name}_id" for side in ("", "from_", "to_") for name in WORDS)
    rows = (record, *record.get("line_items", ()))
    return any(row.get(key) == place_id for row in rows for key in keys)


def get(call: Call) -> Answer:
    return done("success", **{f"{word(call.org)}s": alone(_find(call), word(call.org))})


def activate(call: Call) -> Answer:
    _find(call)["status"] = "active"
    return done("The location has been marked as active.")


def deactivate(call: Call) -> Answer:
    place = _find(call)
    if place["is_primary"]:
        raise Refused(9, "The primary location cannot be marked as inactive.")
    place["status"] = "inactive"
    return done("The location has been marked as inactive.")


def mark_primary(call: Call) -> Answer:
    chosen = _find(call)
    if chosen["status"] != "active":
        raise Refused(9, "An inactive location cannot be the primary one.")
    for place in call.org.places.values():
        place["is_primary"] = place is chosen
    return done("The location has been marked as primary.")


def _find(call: Call) -> Record:
    place = call.org.places.get(call.ids["id"])
    if place is None:
        raise unknown_id()
    return place


def alone(place: Record, own: str) -> dict[str, Any]:
    """By itself a location tells in other keys how it stands than in a list."""
    row = shown(place, own)
    if own == "location":
        del row["is_primary_location"], row["is_location_active"]
        row.update(is_primary=place["is_primary"], status=place["status"], associated_users=[])
    return row


def shown(place: Record, own: str) -> dict[str, Any]:
    address = dict.fromkeys(("address", "street2", "city", "state", "state_code", "zip", "country"), "")
    common = {f"{own}_id": place["place_id"], f"{own}_name": place["name"], "email": "", "phone": ""}
    if own == "warehouse":
        status = {"is_primary": place["is_primary"], "status": place["status"]}
        return {**common, **address, **_WAREHOUSE, **status, "sales_channels": []}
    return {
        **common,
        "type": "general",
        "parent_location_id": "",
        "address": {**address, "attention": ""},
        "is_primary_location": place["is_primary"],
        "is_location_active": place["status"] == "active",
        "tax_settings_id": "",
        "associated_series_ids": [],
        "auto_number_generation_id": "",
        "is_all_users_selected": True,
        "user_ids": "",
    }
