"""Sales orders: draft, confirmed (Books says open), void; how much of each line is invoiced."""

from typing import Any

from sandbox.zoho import customfields, lists, movements, stock_effects, workflows
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.balances import applied, settle_order
from sandbox.zoho.call import Call, created
from sandbox.zoho.documents import Kind, build, laid_over
from sandbox.zoho.filters import Listing
from sandbox.zoho.money import ZERO
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.salesorder import DETAIL, LINE, ROW
from sandbox.zoho.views import customer_block, detail
from sandbox.zoho.views import row as plain_row

MODULE = "salesorders"
KIND = Kind(
    *(MODULE, "salesorder", "salesorder_number", "SO-", 5),
    *(DETAIL, LINE, "Sales Order Number", 1001),
    booked=False,
    quoted="estimate_id",
)
LISTING = Listing(
    MODULE,
    "Sales Orders",
    texts=("salesorder_number", "reference_number", "customer_name", "email"),
    exact=("customer_id", "status", "order_status", "salesperson_id"),
    numbers=("total",),
    dates=("date", "shipment_date"),
    of_lines=("item_id", "item_name", "item_description"),
    searched=("salesorder_number", "reference_number", "customer_name"),
    sortable=(
        *("customer_name", "salesorder_number", "date", "shipment_date", "total"),
        *("created_time", "last_modified_time", "reference_number"),
    ),
    statuses={
        "Draft": lambda row: row["order_status"] == "draft",
        "Open": lambda row: row["order_status"] in {"confirmed", "open"},
        "Confirmed": lambda row: row["order_status"] in {"confirmed", "open"},
        "PartiallyInvoiced": lambda row: row["invoiced_status"] == "partially_invoiced",
        "Invoiced": lambda row: row["invoiced_status"] == "invoiced",
        "Closed": lambda row: row["order_status"] == "closed",
        "Void": lambda row: row["order_status"] == "void",
    },
    unsifted=("OverDue",),
)


def create(call: Call) -> Answer:
    order = build(call, KIND, call.body, None)
    order.update(_stage="draft", _orders=[], _packages=[])
    call.org.records[MODULE][order["salesorder_id"]] = order
    settle_order(call.org, order)
    tell(call, "created", order)
    told = (
        "Sales Order has been created."
        if call.edition == "inventory"
        else "Sales Order Created Successfully."
    )
    return created(told, "salesorder", shown(call, order), f"salesorders/{order['salesorder_id']}")


def update(call: Call) -> Answer:
    before = call.find(MODULE)
    order = build(call, KIND, laid_over(before, call.body), before)
    kept = {line["line_item_id"] for line in order["line_items"]}
    begun = ("quantity_invoiced", "quantity_packed")
    gone = [line for line in before["line_items"] if line["line_item_id"] not in kept]
    if any(line[name] for line in gone for name in begun):
        raise Refused(36023, "You cannot update or delete an item that is marked as invoiced.")
    order.update(_stage=before["_stage"], _orders=[], is_emailed=before["is_emailed"])
    order["_packages"] = before["_packages"]
    returned = {line["line_item_id"]: line["quantity_returned"] for line in before["line_items"]}
    for line in order["line_items"]:
        line["quantity_returned"] = returned.get(line["line_item_id"], 0)
    before.clear()
    before.update(order)
    settle_order(call.org, before)
    tell(call, "edited", before)
    told = (
        "Sales Order has been updated."
        if call.edition == "inventory"
        else "Sales Order Updated Successfully."
    )
    return done(told, salesorder=shown(call, before))


def update_by_field(call: Call) -> Answer:
    return customfields.by_unique_field(call, MODULE, update, create)


def get(call: Call) -> Answer:
    return done("success", salesorder=shown(call, call.find(MODULE)))


def listed(call: Call) -> Answer:
    orders = call.org.records[MODULE]

    def finish(told: dict[str, Any]) -> dict[str, Any]:
        invoices = _invoices(call, orders[told["salesorder_id"]])
        return {**told, "total_invoiced_amount": sum((each["total"] for each in invoices), ZERO)}

    return lists.answer(call, LISTING, orders.values(), lambda order: row(call, order), finish)


def delete(call: Call) -> Answer:
    order = call.find(MODULE)
    if _invoices(call, order):
        raise Refused(36026, "Sales orders that have been invoiced cannot be deleted.")
    _check_unpacked(order)
    tell(call, "deleted", order)
    stock_effects.dropped(call.org, MODULE, order)
    del call.org.records[MODULE][order["salesorder_id"]]
    call.org.deleted.append({"module": MODULE, "id": order["salesorder_id"]})
    told = (
        "The Sales Order has been deleted."
        if call.edition == "inventory"
        else "Sales Order Deleted Successfully."
    )
    return done(told)


def _check_unpacked(order: Record) -> None:
    if order["_packages"]:
        raise Refused(9, "Delete the packages of the sales order first.")


def confirm(call: Call) -> Answer:
    """Inventory /status/confirmed, Books /status/open."""
    _confirm(call, call.find(MODULE))
    word = "Open" if call.edition == "books" else "Confirmed"
    return done(f"Sales order status has been changed to {word}.")


def _confirm(call: Call, order: Record) -> None:
    order["_stage"] = "confirmed"
    settle_order(call.org, order)
    call.org.touched(order, call.person)
    tell(call, "edited", order)


def void(call: Call) -> Answer:
    order = call.find(MODULE)
    if _invoices(call, order):
        raise Refused(36026, "Sales orders that have been invoiced cannot be marked as void.")
    _check_unpacked(order)
    order["_stage"] = "void"
    settle_order(call.org, order)
    call.org.touched(order, call.person)
    tell(call, "edited", order)
    if call.edition == "books":
        return done("Sales order status has been changed to Void.")
    return done("The status of the Sales Order has been changed to void.")


def change_custom_fields(call: Call) -> Answer:
    tell(call, "edited", customfields.change(call, MODULE))
    return done(customfields.UPDATED)


def _invoices(call: Call, order: Record) -> list[Record]:
    return [
        invoice
        for invoice in call.org.records["invoices"].values()
        if order["salesorder_id"] in invoice["_orders"] and invoice["_stage"] != "void"
    ]


def _purchases(call: Call, order: Record) -> list[dict[str, Any]]:
    """What was bought for it."""
    keys = ("purchaseorder_id", "purchaseorder_number", "reference_number", "status", "date", "vendor_name")
    return [
        {
            **{key: each[key] for key in keys},
            "total": each["total"],
            "is_drop_shipment": each["is_drop_shipment"],
        }
        for each in call.org.records["purchaseorders"].values()
        if each["salesorder_id"] == order["salesorder_id"]
    ]


def _states(call: Call, order: Record) -> dict[str, Any]:
    """Books says open where Inventory says confirmed."""
    if call.edition == "books" and order["order_status"] == "confirmed":
        shown_as = "open" if order["status"] == "confirmed" else order["status"]
        return {"order_status": "open", "status": shown_as, "current_sub_status": "open"}
    return {}


def shown(call: Call, order: Record) -> dict[str, Any]:
    invoices = _invoices(call, order)
    keys = (
        "invoice_id",
        "invoice_number",
        "reference_number",
        "status",
        "date",
        "due_date",
        "total",
        "balance",
    )
    paid = [pair for invoice in invoices for pair in applied(call.org, invoice["invoice_id"])]
    names = (
        "payment_id",
        "payment_mode",
        "date",
        "description",
        "reference_number",
        "account_id",
        "account_name",
    )
    payments = [
        {**{name: payment[name] for name in names}, "amount": part["amount_applied"]}
        for payment, part in paid
    ]
    return {
        **detail(call, MODULE, order),
        **_states(call, order),
        "invoices": [{key: invoice[key] for key in keys} for invoice in invoices],
        "payments": payments,
        "packages": [movements.shown(call.org.records["packages"][each]) for each in order["_packages"]],
        "purchaseorders": _purchases(call, order) if call.switch("zoho_purchaseorder_told") else [],
        "contact": customer_block(call, order["customer_id"]),
    }


def row(call: Call, order: Record) -> dict[str, Any]:
    customer = call.org.records["contacts"][order["customer_id"]]
    return plain_row(
        call,
        MODULE,
        order,
        ROW,
        **_states(call, order),
        email=customer["email"],
        company_name=customer["company_name"],
        quantity=order["total_quantity"],
        is_drop_shipment=order["is_dropshipped"],
        **{
            name: sum((line[name] for line in order["line_items"]), ZERO)
            for name in ("quantity_invoiced", "quantity_packed", "quantity_shipped")
        },
    )


def tell(call: Call, event: str, order: Record) -> None:
    workflows.fire(call, "salesorder", event, lambda: shown(call, order))
