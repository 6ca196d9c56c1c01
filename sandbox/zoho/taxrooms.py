"""Authorities that taxes are owed to, and the reasons for which no tax is charged."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sandbox.zoho.answers import Answer, Refused, done, unknown_id
from sandbox.zoho.call import Call, View
from sandbox.zoho.money import text
from sandbox.zoho.organization import Organization, Record


@dataclass(frozen=True)
class Room:
    """What differs between the two."""

    entity: str
    key: str
    name_key: str
    texts: tuple[str, ...]
    editions: tuple[str, ...]  # of the organization; elsewhere nobody makes any
    messages: tuple[str, str, str]  # added, changed, deleted
    rows: Callable[[Organization], dict[str, Record]]


AUTHORITIES = Room(
    *("tax_authority", "tax_authority_id", "tax_authority_name"),
    texts=("description", "registration_number", "registration_number_label"),
    editions=("us", "ca"),
    messages=(
        "Tax Authority has been added.",
        "Tax Authority information has been saved.",
        "Tax authority has been deleted.",
    ),
    rows=lambda org: org.tax_authorities,
)
EXEMPTIONS = Room(
    *("tax_exemption", "tax_exemption_id", "tax_exemption_code"),
    texts=("description", "type"),
    editions=("us", "ca", "au", "in"),
    messages=(
        "Tax Exemption has been added.",
        "Tax Exemption information has been saved.",
        "Tax exemption has been deleted successfully.",
    ),
    rows=lambda org: org.tax_exemptions,
)
PLURALS = {"tax_authority": "tax_authorities", "tax_exemption": "tax_exemptions"}


def views(room: Room) -> tuple[tuple[str, str, View], ...]:
    """(method, end of the path, view)."""
    return (
        ("GET", "", partial(_listed, room)),
        ("POST", "", partial(_create, room)),
        ("GET", "/{id}", partial(_get, room)),
        ("PUT", "/{id}", partial(_update, room)),
        ("DELETE", "/{id}", partial(_delete, room)),
    )


def _listed(room: Room, call: Call) -> Answer:
    context = {"page": 1, "per_page": 200, "has_more_page": False, "sort_order": "A"}
    return done("success", **{PLURALS[room.entity]: list(room.rows(call.org).values())}, page_context=context)


def _create(room: Room, call: Call) -> Answer:
    if call.org.edition not in room.editions:
        raise Refused(9, f"The edition of the organization knows no {room.entity}.")
    row = _written(room, call, {room.key: call.org.new_id()})
    room.rows(call.org)[row[room.key]] = row
    return Answer({"code": 0, "message": room.messages[0], room.entity: row}, 201)


def _get(room: Room, call: Call) -> Answer:
    return done("success", **{room.entity: _found(room, call)})


def _update(room: Room, call: Call) -> Answer:
    row = _found(room, call)
    row.update(_written(room, call, row))
    return done(room.messages[1], **{room.entity: row})


def _delete(room: Room, call: Call) -> Answer:
    del room.rows(call.org)[_found(room, call)[room.key]]
    return done(room.messages[2])


def _found(room: Room, call: Call) -> Record:
    row = room.rows(call.org).get(call.ids["id"])
    if row is None:
        raise unknown_id()
    return row


def _written(room: Room, call: Call, before: Record) -> Record:
    name = text(call.body, room.name_key, 100, before.get(room.name_key, "")).strip()
    if not name:
        raise Refused(4, f"Invalid value passed for {room.name_key}")
    others = [row for row in room.rows(call.org).values() if row[room.key] != before[room.key]]
    if any(row[room.name_key].casefold() == name.casefold() for row in others):
        raise Refused(1001, f"{room.name_key} already exists.")
    told = {key: text(call.body, key, 500, before.get(key, "")) for key in room.texts}
    if "type" in told and told["type"] not in {"customer", "item"}:
        raise Refused(2, "Invalid value passed for type")
    return {room.key: before[room.key], room.name_key: name, **told}


def exemption(call: Call, row_id: str, code: str) -> dict[str, Any]:
    """The exemption a body names by its id or its code; nothing when it names none."""
    for row in call.org.tax_exemptions.values():
        by_code = not row_id and code and row["tax_exemption_code"].casefold() == code.casefold()
        if by_code or row["tax_exemption_id"] == row_id:
            return row
    if row_id or code:
        raise Refused(2, f"Invalid value passed for tax_exemption_{'id' if row_id else 'code'}")
    return {}


def authority(call: Call, row_id: str) -> dict[str, Any]:
    if row_id and row_id not in call.org.tax_authorities:
        raise Refused(2, "Invalid value passed for tax_authority_id")
    return call.org.tax_authorities.get(row_id, {})
