"""Estimates, which the screens call quotes: they are sent, accepted or declined, and book nothing."""

from typing import Any

from sandbox.zoho import customfields, lists
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.call import Call, created
from sandbox.zoho.documents import Kind, build, laid_over
from sandbox.zoho.filters import Listing
from sandbox.zoho.money import day, text
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.estimate import DETAIL, LINE, ROW
from sandbox.zoho.views import detail
from sandbox.zoho.views import row as plain_row

MODULE = "estimates"
KIND = Kind(
    *(MODULE, "estimate", "estimate_number", "QT-", 6),
    *(DETAIL, LINE, "Estimate Number", 1001),
    booked=False,
)
STATUSES = ("Draft", "Sent", "Accepted", "Declined", "Expired", "Invoiced")
LISTING = Listing(
    MODULE,
    "Quotes",
    texts=("estimate_number", "reference_number", "customer_name"),
    exact=("customer_id", "status"),
    numbers=("total",),
    dates=("date", "expiry_date"),
    of_lines=("item_id", "item_name", "item_description"),
    custom=True,
    searched=("estimate_number", "reference_number", "customer_name"),
    sortable=("customer_name", "estimate_number", "date", "total", "created_time", "last_modified_time"),
    statuses={name: lambda row, name=name: row["status"] == name.lower() for name in STATUSES},  # type: ignore[misc]
)


def create(call: Call) -> Answer:
    estimate = _build(call, call.body, None)
    estimate["_stage"] = "draft"
    if call.asks("send"):
        _check_address(call, estimate)
        estimate.update(_stage="sent", is_emailed=True)
    call.org.records[MODULE][estimate["estimate_id"]] = estimate
    path = f"estimates/{estimate['estimate_id']}"
    return created("The quote has been created.", "estimate", shown(call, estimate), path)


def _build(call: Call, asked: dict[str, Any], before: Record | None) -> Record:
    estimate = build(call, KIND, asked, before)
    told = text(asked, "expiry_date", 10)
    estimate["expiry_date"] = day(asked, "expiry_date", call.org.today()) if told else ""
    estimate["uninvoiced_amount"] = estimate["total"]
    return estimate


def _check_address(call: Call, estimate: Record) -> None:
    if not call.org.records["contacts"][estimate["customer_id"]]["email"]:
        raise Refused(4, "Invalid value passed for contact_persons")


def update(call: Call) -> Answer:
    before = call.find(MODULE)
    estimate = _build(call, laid_over(before, call.body), before)
    for name in ("_stage", "is_emailed", "accepted_date", "declined_date"):
        estimate[name] = before[name]
    before.clear()
    before.update(estimate)
    return done("Quote information has been updated.", estimate=shown(call, before))


def update_by_field(call: Call) -> Answer:
    return customfields.by_unique_field(call, MODULE, update, create)


def get(call: Call) -> Answer:
    return done("success", estimate=shown(call, call.find(MODULE)))


def listed(call: Call) -> Answer:
    return lists.answer(call, LISTING, call.org.records[MODULE].values(), lambda each: row(call, each))


def delete(call: Call) -> Answer:
    estimate = call.find(MODULE)
    call.org.gone(MODULE, estimate["estimate_id"])
    call.org.deleted.append({"module": MODULE, "id": estimate["estimate_id"]})
    return done("The quote has been deleted.")


def mark_sent(call: Call) -> Answer:
    return _mark(call, "sent")


def accept(call: Call) -> Answer:
    return _mark(call, "accepted")


def decline(call: Call) -> Answer:
    return _mark(call, "declined")


def _mark(call: Call, stage: str) -> Answer:
    estimate = call.find(MODULE)
    strict = call.switch("zoho_estimate_answers") == "sent" and stage != "sent"
    if estimate["_stage"] == "invoiced" or (strict and _status(call, estimate) not in ("sent", "expired")):
        raise Refused(9, f"Only sent quotes can be marked as {stage}.")
    estimate["_stage"] = stage
    for each in ("accepted", "declined"):
        estimate[f"{each}_date"] = call.org.today().isoformat() if each == stage else ""
    call.org.touched(estimate, call.person)
    return done(f"Quote status has been changed to {stage.capitalize()}.")


def change_custom_fields(call: Call) -> Answer:
    customfields.change(call, MODULE)
    return done(customfields.UPDATED)


def _status(call: Call, estimate: Record) -> str:
    """Sent ones whose day is past are expired."""
    late = "" < estimate["expiry_date"] < call.org.today().isoformat()
    return "expired" if late and estimate["_stage"] == "sent" else str(estimate["_stage"])


def shown(call: Call, estimate: Record) -> dict[str, Any]:
    status = _status(call, estimate)
    return {**detail(call, MODULE, estimate), "status": status, "current_sub_status": status}


def row(call: Call, estimate: Record) -> dict[str, Any]:
    status = _status(call, estimate)
    company = call.org.records["contacts"][estimate["customer_id"]]["company_name"]
    more = {"status": status, "current_sub_status": status, "company_name": company}
    return plain_row(call, MODULE, estimate, ROW, **more)
