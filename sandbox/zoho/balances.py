"""What is owed: balances and states of invoices, orders and customers, computed from payments and credits."""

from decimal import Decimal
from typing import Any

from sandbox.zoho import stock_effects
from sandbox.zoho.money import ZERO
from sandbox.zoho.organization import Organization, Record


def applied(org: Organization, invoice_id: str) -> list[tuple[Record, dict[str, Any]]]:
    """The payments of an invoice: (payment, its part), in the order they were made."""
    return [
        (payment, part)
        for payment in org.records["customerpayments"].values()
        for part in payment["invoices"]
        if part["invoice_id"] == invoice_id
    ]


def settle_note(org: Organization, note: Record) -> None:
    """Bring what is used, given back and left of a credit note, and its state, up to date."""
    note["total_credits_used"] = sum((part["amount_applied"] for part in note["invoices_credited"]), ZERO)
    note["total_refunded_amount"] = sum((each["amount"] for each in note["creditnote_refunds"]), ZERO)
    left = note["total"] - note["total_credits_used"] - note["total_refunded_amount"]
    note["balance"] = ZERO if note["_stage"] == "void" else left
    closed = note["_stage"] == "open" and left == 0
    note["status"] = "closed" if closed else note["_stage"]
    note["current_sub_status"] = note["status"]
    stock_effects.settle(org, "creditnotes", note)


def settle_payment(payment: Record) -> None:
    """What is left of a payment: neither applied to an invoice nor given back."""
    used = sum((part["amount_applied"] for part in payment["invoices"]), ZERO)
    given_back = sum((each["amount"] for each in payment["payment_refunds"]), ZERO)
    payment["unused_amount"] = payment["amount"] - used - given_back


def credited(org: Organization, invoice_id: str) -> list[tuple[Record, dict[str, Any]]]:
    """The credit notes applied to an invoice: (credit note, its part)."""
    return [
        (note, part)
        for note in org.records["creditnotes"].values()
        for part in note["invoices_credited"]
        if part["invoice_id"] == invoice_id
    ]


def settle(org: Organization, invoice: Record) -> None:
    """Bring an invoice's paid, credited and owed amounts and its state up to date."""
    payments, credits_ = applied(org, invoice["invoice_id"]), credited(org, invoice["invoice_id"])
    invoice["payment_made"] = sum((part["amount_applied"] for _, part in payments), ZERO)
    invoice["credits_applied"] = sum((part["amount_applied"] for _, part in credits_), ZERO)
    invoice["last_payment_date"] = max((payment["date"] for payment, _ in payments), default="")
    open_amount = invoice["total"] - invoice["payment_made"] - invoice["credits_applied"]
    invoice["balance"] = ZERO if invoice["_stage"] == "void" else open_amount - invoice["write_off_amount"]
    if payments and invoice["_stage"] == "draft":
        invoice["_stage"] = "sent"
    invoice["status"] = invoice_status(org, invoice)
    invoice["current_sub_status"] = invoice["status"]
    stock_effects.settle(org, "invoices", invoice)
    for order_id in invoice["_orders"]:
        order = org.records["salesorders"].get(order_id)
        if order is not None:
            settle_order(org, order)


def invoice_status(org: Organization, invoice: Record) -> str:
    if invoice["_stage"] in {"draft", "void"}:
        return str(invoice["_stage"])
    if invoice["balance"] == 0:
        return "paid"
    if invoice["due_date"] < org.today().isoformat():
        return "overdue"
    return "partially_paid" if invoice["balance"] < invoice["total"] else "sent"


def settle_order(org: Organization, order: Record) -> None:
    """An order's four states from what was invoiced of it and what of that was paid."""
    invoices = [
        each
        for each in org.records["invoices"].values()
        if order["salesorder_id"] in each["_orders"] and each["_stage"] != "void"
    ]
    taken = _invoiced(invoices)
    counted = invoices if org.world.switches["zoho_draft_invoice_releases"] else _sent(invoices)
    order["_released"] = _invoiced(counted)
    for line in order["line_items"]:
        line["quantity_invoiced"] = min(taken.get(line["line_item_id"], ZERO), line["quantity"])
        line["is_invoiced"] = line["quantity_invoiced"] == line["quantity"]
    paid = sum((each["total"] - each["balance"] for each in invoices), ZERO)
    order["balance"] = order["total"] - paid if order["_stage"] != "void" else ZERO
    _order_states(order, any(taken.get(line["line_item_id"]) for line in order["line_items"]), paid)
    _ship(org, order)
    _drop_ship(org, order)
    stock_effects.settle(org, "salesorders", order)


def _ship(org: Organization, order: Record) -> None:
    """What of each line is packed, and what of that has left."""
    packages = [org.records["packages"][each] for each in order.get("_packages", ())]
    packed = _packed(packages)
    shipped = _packed([each for each in packages if each["shipment_id"]])
    for line in order["line_items"]:
        line["quantity_packed"] = packed.get(line["line_item_id"], ZERO)
        line["quantity_shipped"] = shipped.get(line["line_item_id"], ZERO)
    if not shipped or order["_stage"] != "confirmed":
        return
    whole = all(line["quantity_shipped"] >= line["quantity"] for line in order["line_items"])
    came = all(each["status"] == "delivered" for each in packages)
    order["shipped_status"] = "fulfilled" if whole and came else "shipped" if whole else "partially_shipped"
    order["status"] = order["shipped_status"]


def _drop_ship(org: Organization, order: Record) -> None:
    """How much of each line a vendor sends straight to the customer."""
    bought = [
        each
        for each in org.records["purchaseorders"].values()
        if each["salesorder_id"] == order["salesorder_id"] and each["is_drop_shipment"]
    ]
    rows = [line for each in bought if each["status"] != "cancelled" for line in each["line_items"]]
    for line in order["line_items"]:
        own = [row["quantity"] for row in rows if row["salesorder_item_id"] == line["line_item_id"]]
        line["quantity_dropshipped"] = sum(own, ZERO)
    order["is_dropshipped"] = bool(rows)


def _packed(packages: list[Record]) -> dict[str, Decimal]:
    taken: dict[str, Decimal] = {}
    for package in packages:
        for line in package["line_items"]:
            taken[line["so_line_item_id"]] = taken.get(line["so_line_item_id"], ZERO) + line["quantity"]
    return taken


def _sent(invoices: list[Record]) -> list[Record]:
    return [each for each in invoices if each["_stage"] == "sent"]


def _invoiced(invoices: list[Record]) -> dict[str, Decimal]:
    """How much of each line of an order these invoices have."""
    taken: dict[str, Decimal] = {}
    for invoice in invoices:
        for line in invoice["line_items"]:
            key = line["salesorder_item_id"]
            taken[key] = taken.get(key, ZERO) + line["quantity"]
    return taken


def _order_states(order: Record, begun: bool, paid: Decimal) -> None:
    stage = order["_stage"]
    whole = all(line["is_invoiced"] for line in order["line_items"])
    if stage in {"draft", "void"}:
        order.update(order_status=stage, invoiced_status="", paid_status="", shipped_status="", status=stage)
    else:
        order["order_status"] = "closed" if whole else "confirmed"
        order["invoiced_status"] = "invoiced" if whole else "partially_invoiced" if begun else "not_invoiced"
        order["paid_status"] = (
            "unpaid" if not paid else "paid" if paid >= order["total"] else "partially_paid"
        )
        order["shipped_status"] = "pending"
        order["status"] = "confirmed"
    order["current_sub_status"] = order["order_status"]


def outstanding(org: Organization, customer_id: str) -> Decimal:
    return sum(
        (
            each["balance"]
            for each in org.records["invoices"].values()
            if each["customer_id"] == customer_id and each["_stage"] == "sent"
        ),
        ZERO,
    )


def unused_credits(org: Organization, customer_id: str) -> Decimal:
    payments = (
        each for each in org.records["customerpayments"].values() if each["customer_id"] == customer_id
    )
    notes = (each for each in org.records["creditnotes"].values() if each["customer_id"] == customer_id)
    free = sum((each["balance"] for each in notes if each["status"] == "open"), ZERO)
    return sum((each["unused_amount"] for each in payments), free)


def has_transactions(org: Organization, customer_id: str) -> bool:
    modules = ("invoices", "salesorders", "customerpayments", "creditnotes", "estimates")
    return any(row["customer_id"] == customer_id for name in modules for row in org.records[name].values())
