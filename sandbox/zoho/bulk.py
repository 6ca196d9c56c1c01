"""One call for many records: ids with commas between, in the query, a form or the body."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.zoho.answers import WRONG_METHOD, Answer, Refused, done, unknown_id
from sandbox.zoho.call import Call, View

# module -> how its list of ids is called
NAMES = {
    "contacts": "contact_ids",
    "items": "item_ids",
    "invoices": "invoice_ids",
    "salesorders": "salesorder_ids",
    "customerpayments": "payment_ids",
    "creditnotes": "creditnote_ids",
    "estimates": "estimate_ids",
    "purchaseorders": "purchaseorder_ids",
    "packages": "package_ids",
    "shipmentorders": "shipment_ids",
    "transferorders": "transfer_order_ids",
}


def for_each(module: str, view: View, told: str, *, nameless_is_wrong: bool = False) -> View:
    """A view that does to every named record what `view` does to one; all must be known before any is touched.

    `nameless_is_wrong`: a call that names none is a wrong method, instead of an unknown id.
    """

    def answer(call: Call) -> Answer:
        for each in ids_of(call, module, nameless_is_wrong=nameless_is_wrong):
            view(replace(call, ids={"id": each}))
        return done(told)

    return answer


def ids_of(call: Call, module: str, *, nameless_is_wrong: bool) -> list[str]:
    name = NAMES[module]
    given = call.args.get(name) or call.body.get(name) or ""
    texts = given if isinstance(given, list) else str(given).split(",")
    wanted = [str(each).strip() for each in texts if str(each).strip()]
    if not wanted and nameless_is_wrong:
        raise Refused(37, "HTTP method not allowed", WRONG_METHOD)
    if not wanted or any(each not in call.org.records[module] for each in wanted):
        raise unknown_id()
    return wanted


def custom_fields(module: str, single: str, change: View) -> View:
    """PUT with bulk_update=true: the same custom fields for all records that `single` names."""

    def answer(call: Call) -> Answer:
        body: Mapping[str, Any] = call.body
        wanted = [each.strip() for each in str(body.get(single, "")).split(",") if each.strip()]
        if not wanted or any(each not in call.org.records[module] for each in wanted):
            raise unknown_id()
        for each in wanted:
            change(replace(call, ids={"id": each}))
        return done("Custom Fields Updated Successfully")

    return answer
