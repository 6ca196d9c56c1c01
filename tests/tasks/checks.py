"""What both platforms' final state must show, whatever happened on the way; nothing here asks our ledger."""

from collections import Counter
from decimal import Decimal

from sandbox.generator import judged


def invoices_of(lab, order):
    """The live invoices that name this order."""
    rows = lab.world.zoho.records["invoices"].values()
    return [row for row in rows if row["reference_number"] == str(order) and row["status"] != "void"]


def invoice_of(lab, order):
    """Its one live invoice."""
    (only,) = invoices_of(lab, order)
    return only


def payments_of(lab, invoice):
    """The payments on this invoice: (payment, the amount applied)."""
    return [
        (payment, part["amount_applied"])
        for payment in lab.world.zoho.records["customerpayments"].values()
        for part in payment["invoices"]
        if part["invoice_id"] == invoice["invoice_id"]
    ]


def records(lab, module):
    return list(lab.world.zoho.records[module].values())


def mark_of(lab, order):
    return lab.world.bigcommerce.orders[int(order)]["order"]["external_order_id"]


def written(lab):
    """Every write that either platform received."""
    return [call for call in lab.calls() if call["method"] != "GET" and "/oauth/" not in call["path"]]


def check_posted(lab, order, expected=None, *, marked=True):
    """Posted exactly once, equal to the cent, paid, opened and marked; its invoice."""
    expected = expected or judged([lab.world.bigcommerce.orders[int(order)]])[int(order)]
    assert expected.outcome == "posted", f"order {order} is not one to be posted: {expected}"
    invoice = invoice_of(lab, order)
    assert invoice["total"] == expected.total
    assert invoice["total"] - invoice["balance"] == expected.paid
    assert abs(invoice["tax_total"] - expected.tax) <= Decimal("0.02")
    assert invoice["status"] != "draft"
    paid = payments_of(lab, invoice)
    assert sum((amount for _, amount in paid), Decimal(0)) == expected.paid
    assert len(paid) == len(expected.payments)
    if marked:
        assert mark_of(lab, order) == invoice["invoice_number"]
    return invoice


def check_nothing_doubled(lab):
    """One live document per order, a payment per key, a contact per person and currency, an item per SKU."""
    invoices = [row for row in records(lab, "invoices") if row["status"] != "void"]
    seen = Counter(("invoice", row["reference_number"]) for row in invoices)
    seen += Counter(("number", row["invoice_number"]) for row in invoices)
    seen += Counter(("payment", key) for row in records(lab, "customerpayments") if (key := key_of(row)))
    seen += Counter(
        ("contact", person["email"].casefold(), row["currency_code"])
        for row in records(lab, "contacts")
        for person in row["contact_persons"]
        if person["email"]
    )
    seen += Counter(("item", row["sku"].casefold()) for row in records(lab, "items") if row["sku"])
    assert {what: number for what, number in seen.items() if number > 1} == {}


def key_of(row):
    return row["_custom"].get("cf_cartbooks_key", "")


def check_as_expected(lab, placed):
    """Every order ended as the generator promised, judged by what both platforms hold in the end."""
    wrong = {}
    for one in placed:
        row = lab.row(one.order_id)
        promised = one.expected
        said = (row.outcome, row.reason if promised.outcome != "posted" else "")
        if said != (promised.outcome, promised.reason):
            wrong[one.order_id] = (one.scenario, said, promised.outcome, promised.reason, row.what)
        elif promised.outcome == "posted":
            check_posted(lab, one.order_id, promised, marked=not one.bundle["order"].get("external_order_id"))
        else:
            assert invoices_of(lab, one.order_id) == []
    assert wrong == {}
    check_nothing_doubled(lab)
