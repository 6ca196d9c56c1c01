"""How an invoice looks in answers: whole, and as a row of a list."""

from typing import Any

from sandbox.zoho.balances import invoice_status
from sandbox.zoho.call import Call
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.invoice import ROW
from sandbox.zoho.views import customer_block, detail
from sandbox.zoho.views import row as plain_row

MODULE = "invoices"


def shown(call: Call, invoice: Record) -> dict[str, Any]:
    status = invoice_status(call.org, invoice)
    orders = [call.org.records["salesorders"][each] for each in invoice["_orders"]]
    links = [
        {
            **{key: order[key] for key in ("salesorder_id", "salesorder_number", "reference_number")},
            "salesorder_order_status": order["order_status"],
            **{key: order[key] for key in ("total", "sub_total", "date", "shipment_date")},
        }
        for order in orders
    ]
    return {
        **detail(call, MODULE, invoice),
        "status": status,
        "current_sub_status": status,
        "salesorders": links,
        "salesorder_id": links[0]["salesorder_id"] if links else "",
        "salesorder_number": links[0]["salesorder_number"] if links else "",
        "contact": customer_block(call, invoice["customer_id"]),
    }


def row(call: Call, invoice: Record) -> dict[str, Any]:
    status = invoice_status(call.org, invoice)
    customer = call.org.records["contacts"][invoice["customer_id"]]
    return plain_row(
        call,
        MODULE,
        invoice,
        ROW,
        status=status,
        current_sub_status=status,
        company_name=customer["company_name"],
        country=invoice["billing_address"]["country"],
        phone=customer["phone"],
        created_by=invoice["created_by_name"],
        updated_time=invoice["last_modified_time"],
        created_date=invoice["created_date"],
        documents="",
        due_days="",
        billing_address=_row_address(invoice["billing_address"]),
        shipping_address=_row_address(invoice["shipping_address"]),
    )


def _row_address(address: Record) -> dict[str, str]:
    """Lists spell the postal code `zipcode`."""
    names = ("address", "street2", "city", "state", "zip", "country", "phone", "fax", "attention")
    return {"zipcode" if name == "zip" else name: address[name] for name in names}
