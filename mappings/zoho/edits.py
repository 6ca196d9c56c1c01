"""An edited order's document: whether it may be rewritten, and the body that makes it what the order is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mappings.errors import Unmappable
from mappings.plans import Step
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho import stages, steps
from mappings.zoho.documents import Draft
from mappings.zoho.found import Found, FoundDocument
from mappings.zoho.keys import key
from mappings.zoho.standing import Sale, amount_of, day_of, status_of

_KEPT = (
    *("custom_fields", "reference_number", "customer_id"),
    *("invoice_number", "salesorder_number", "estimate_number"),
)


def may_amend(order: Order, found: Found, document: FoundDocument, rules: BookRules, sale: Sale) -> bool:
    """Whether one PUT may rewrite it: a draft, or one that nobody has paid or credited, by setting. (Of a closed period
    the plan as a whole writes nothing.)
    """
    read = document.read or {}
    if rules.document == "sales_order":
        _refuse_moved(read, order)
        return rules.amend == "unpaid" or (rules.amend == "draft" and status_of(document) == "draft")
    if rules.amend == "never" or stages.is_linked(read):
        return False
    if status_of(document) == "draft":
        return True
    untouched = sale.open == amount_of(read, "total") and not found.notes
    return rules.amend == "unpaid" and untouched


def _refuse_moved(read: Mapping[str, Any], order: Order) -> None:
    """A sales order of which goods or money have moved on is a person's."""
    told = (read.get("invoiced_status"), read.get("shipped_status"))
    moved = [status for status in told if status not in ("", None, "not_invoiced", "pending", "not_shipped")]
    if not moved:
        return
    raise Unmappable(
        "changed-after-posting",
        f"order {order.id} was changed, and its sales order is {moved[0]} already",
        "Make the sales order in Zoho say what the order says now and retry: it is held as changed there, and "
        "`cartbooks resolve order ID --keep` lets the order go on. Or leave it held and book on by hand.",
    )


def refuse_invoiced(read: Mapping[str, Any], order: Order | str) -> None:
    if read.get("invoiced_status") in ("", None, "not_invoiced"):
        return
    record = order if isinstance(order, str) else order.id
    raise Unmappable(
        "changed-after-posting",
        f"order {record} was changed or ended, and its sales order is {read['invoiced_status']} already",
        "Correct the sales order and its invoice in Zoho by hand, and leave the order held.",
    )


def amended(order: Order, document: FoundDocument, rules: BookRules, draft: Draft) -> Step:
    """The whole new body under the old number and date; what was there and is no more is said to be nothing."""
    read = document.read or {}
    body = {name: value for name, value in draft.body.items() if name not in _KEPT}
    body |= {"date": day_of(order, document, rules), "line_items": _rows(draft.body["line_items"], read)}
    for name in ("adjustment", "shipping_charge"):
        if name not in body and amount_of(read, name):
            body[name] = 0
    if read.get("tax_authority_id") and "tax_authority_id" not in body:
        body["tax_authority_id"] = ""
    step_key = key(order, rules, "amend", str(document.generation))
    return Step("amend", rules.document, step_key, body, document.id, steps.promise(order, draft.body))


def _rows(new: Sequence[Mapping[str, Any]], read: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The new rows, those that stay with their id: by item at the same place, then by item. Others Zoho removes."""
    old = list(read.get("line_items", ()))
    chosen: dict[int, Mapping[str, Any]] = {
        place: old[place]
        for place, row in enumerate(new)
        if place < len(old) and str(old[place].get("item_id")) == row["item_id"]
    }
    free = [row for place, row in enumerate(old) if place not in chosen]
    for place, row in enumerate(new):
        same = next((each for each in free if str(each.get("item_id")) == row["item_id"]), None)
        if place not in chosen and same is not None:
            chosen[place] = same
            free.remove(same)
    return [_kept(row, chosen.get(place)) for place, row in enumerate(new)]


def _kept(row: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    if before is None:
        return dict(row)
    said = {*row, "tax_exemption_id"} if "tax_exemption_code" in row else set(row)
    emptied: dict[str, Any] = {
        name: empty
        for name, empty in (("discount", 0), ("tax_id", ""), ("tax_exemption_id", ""), ("description", ""))
        if before.get(name) and name not in said
    }
    return {"line_item_id": str(before["line_item_id"]), **row, **emptied}
