"""Addresses of a document's own: they are given after it was made, and stay until a body names others by id."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.zoho import lock
from sandbox.zoho.answers import Answer, done
from sandbox.zoho.call import Call, View
from sandbox.zoho.money import flag
from sandbox.zoho.organization import Record
from sandbox.zoho.persons import address

if TYPE_CHECKING:
    from sandbox.zoho.documents import Kind

SIDES = ("billing", "shipping")
Tell = Callable[[Call, str, Record], None]


def change(kind: Kind, side: str, tell: Tell | None) -> View:
    """PUT …/address/billing or …/shipping; `is_update_customer` tells the customer, too. `tell`: workflow rules hear of
    it, where there are any.
    """

    def answer(call: Call) -> Answer:
        record = call.find(kind.module)
        if kind.booked:
            lock.check(call, record["date"])
        made = address(call.org, call.body)
        del made["address_id"]
        record["_addresses"] = {**record.get("_addresses", {}), side: made}
        _put(record, side, made)
        customers_too = flag(call.body, "is_update_customer", False)
        if customers_too:
            call.org.records["contacts"][record["customer_id"]][f"{side}_address"].update(made)
        call.org.touched(record, call.person)
        if tell is not None:
            tell(call, "edited", record)
        told = {**record[f"{side}_address"], "is_update_customer": customers_too}
        return done(f"{side.capitalize()} address updated", **{f"{side}_address": told})

    return answer


def give(record: Record, own: dict[str, Record]) -> None:
    """What a document is made from has addresses of its own: they are its own as well."""
    record["_addresses"] = dict(own)
    for side, made in own.items():
        _put(record, side, made)


def keep(call: Call, record: Record, before: Record | None) -> None:
    """The changed document has what was its own, unless it is of another customer now."""
    own = before.get("_addresses", {}) if before and before["customer_id"] == record["customer_id"] else {}
    give(record, {side: own[side] for side in own if not call.body.get(f"{side}_address_id")})


def _put(record: Record, side: str, made: Record) -> None:
    record[f"{side}_address"].update(made, street=made["address"])
    if f"{side}_address_id" in record:
        record[f"{side}_address_id"] = ""
    if side == "shipping" and "has_shipping_address" in record:
        record["has_shipping_address"] = bool(made["address"])
