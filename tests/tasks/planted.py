"""What goes wrong in books and stores, planted by a person's hand: each wrong is one function of a lab and an order."""

from copy import deepcopy
from datetime import date, datetime, timedelta

from sandbox.bigcommerce import placing
from tests.tasks.checks import invoice_of, invoices_of, payments_of, records

KEY = "cf_cartbooks_key"
STAMP = "%Y-%m-%dT%H:%M:%S%z"


def ask(lab, method, path, body=None):
    return lab.world.zoho.ask(method, path, body or {})


def aged(lab, hours=1):
    """As if everything in the books had been made so long ago."""
    for module in ("invoices", "creditnotes"):
        for row in records(lab, module):
            for name in ("created_time", "last_modified_time"):
                was = datetime.strptime(row[name], STAMP).astimezone()
                row[name] = (was - timedelta(hours=hours)).strftime(STAMP)


def keyed(lab, order, kind, n):
    return [{"api_name": KEY, "value": f"{lab.connection.store_hash}:{order}:{kind}:{n}"}]


def lines_of(document, share=1):
    """Zoho's own rows as a person would copy them, of so many pieces."""
    names = ("item_id", "name", "rate", "tax_id")
    return [
        {**{name: row[name] for name in names}, "quantity": row["quantity"] * share}
        for row in document["line_items"]
    ]


def copied(lab, document, order, kind, n):
    """Another invoice of the same lines, or a credit note of them."""
    body = {
        "customer_id": document["customer_id"],
        "reference_number": str(order),
        "date": document["date"],
        "is_inclusive_tax": document["is_inclusive_tax"],
        "line_items": lines_of(document),
        "custom_fields": keyed(lab, order, kind, n),
    }
    if kind == "invoice":
        made = ask(lab, "POST", "/invoices", body)["invoice"]
        ask(lab, "POST", f"/invoices/{made['invoice_id']}/status/sent")
        return made
    return ask(lab, "POST", "/creditnotes", body)["creditnote"]


def deleted(lab, order):
    """The invoice and its payments are deleted in Zoho."""
    invoice = invoice_of(lab, order)
    unpaid(lab, order)
    ask(lab, "DELETE", f"/invoices/{invoice['invoice_id']}")


def voided(lab, order):
    """The invoice is made void, its payment deleted."""
    invoice = invoice_of(lab, order)
    unpaid(lab, order)
    ask(lab, "POST", f"/invoices/{invoice['invoice_id']}/status/void")


def unpaid(lab, order):
    """The payments are deleted."""
    for payment, _ in payments_of(lab, invoice_of(lab, order)):
        ask(lab, "DELETE", f"/customerpayments/{payment['payment_id']}")


def doubled(lab, order):
    """Somebody copies the invoice, key and all but its number."""
    copied(lab, invoice_of(lab, order), order, "invoice", 2)


def dearer(lab, order):
    """A line is added to the invoice."""
    invoice = invoice_of(lab, order)
    more = {"name": "Postage", "rate": "5.00", "quantity": 1}
    body = {"line_items": [*lines_of(invoice), more]}
    ask(lab, "PUT", f"/invoices/{invoice['invoice_id']}", body)


def untaxed(lab, order):
    """The same total, and no tax in it."""
    invoice = invoice_of(lab, order)
    line = {"name": "All of it", "rate": str(invoice["total"]), "quantity": 1}
    ask(lab, "PUT", f"/invoices/{invoice['invoice_id']}", {"line_items": [line]})
    assert invoice_of(lab, order)["total"] == invoice["total"]


def stranger(lab, order, like):
    """An invoice that names an order which was never placed."""
    copied(lab, invoice_of(lab, like), order, "invoice", 1)


def refunded(lab, order, amount, number=1, **payment):
    """The store gives so much back, gross; nobody has told the books."""
    bundle = lab.world.bigcommerce.orders[int(order)]
    at = lab.world.clock.now().isoformat()
    row = {
        "id": int(order) * 10 + number,
        "order_id": int(order),
        "created": at,
        "total_amount": float(amount),
        "total_tax": 0,
        "items": [],
        "payments": [
            {"id": number, "provider_id": "x", "amount": float(amount), "is_declined": False, **payment}
        ],
    }
    status = {"status_id": 14, "payment_status": "partially refunded"}
    placing.amend(lab.world, int(order), {"order": status, "refunds": [*bundle["refunds"], row]})
    return str(row["id"])


def credited(lab, order, amount, refund, *, repaid=True):
    """The credit note of a refund, its money paid back."""
    invoice = invoice_of(lab, order)
    body = {
        "customer_id": invoice["customer_id"],
        "reference_number": str(order),
        "line_items": [{"name": "Refund", "rate": str(amount), "quantity": 1}],
        "custom_fields": keyed(lab, order, "refund", refund),
    }
    note = ask(lab, "POST", "/creditnotes", body)["creditnote"]
    if repaid:
        money = {"amount": str(amount), "refund_mode": "creditcard", "date": note["date"]}
        ask(lab, "POST", f"/creditnotes/{note['creditnote_id']}/refunds", money)
    return note


def again(lab, note):
    """The same credit note a second time, as lists would show it where the key is not unique."""
    notes = lab.world.zoho.records["creditnotes"]
    twin = deepcopy(notes[note["creditnote_id"]])
    twin["creditnote_id"], twin["creditnote_number"] = lab.world.zoho.new_id(), "CN-99999"
    notes[twin["creditnote_id"]] = twin


def taken_back(lab, order, n=1):
    """The whole invoice is credited, the credit applied to what is owed."""
    invoice = invoice_of(lab, order)
    note = copied(lab, invoice, order, "reversal", n)
    if invoice["balance"]:
        part = {"invoice_id": invoice["invoice_id"], "amount_applied": str(invoice["balance"])}
        ask(lab, "POST", f"/creditnotes/{note['creditnote_id']}/invoices", {"invoices": [part]})
    return note


def moved(lab, order):
    """What is left of the order's reversal pays its newest invoice."""
    (note,) = [row for row in records(lab, "creditnotes") if row["reference_number"] == str(order)]
    newest = max(invoices_of(lab, order), key=lambda row: row["invoice_number"])
    part = {
        "invoice_id": newest["invoice_id"],
        "amount_applied": str(min(note["balance"], newest["balance"])),
    }
    ask(lab, "POST", f"/creditnotes/{note['creditnote_id']}/invoices", {"invoices": [part]})


def status(lab, order, number):
    placing.amend(lab.world, int(order), {"order": {"status_id": number}})


def day_of(text):
    return date.fromisoformat(text)


def is_paid(lab, order):
    return invoice_of(lab, order)["balance"] == 0
