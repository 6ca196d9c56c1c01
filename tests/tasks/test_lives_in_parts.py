"""Lives of orders that are invoiced shipment by shipment, in which each write goes unheard once."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from sandbox.generator import Terms
from sandbox.shop.receipts import received
from tasks.reconcile import reconcile
from tests.tasks.audit import check_nothing_doubled
from tests.tasks.checks import key_of, records
from tests.tasks.deeds import AUTHORISED, NAMED, STREETS
from tests.tasks.lives import bundle_of, charged, given_back
from tests.tasks.plays import DOCUMENT, NOTE, PAYMENT, REPAID, THREE, USED, Act, play
from tests.tasks.test_lives import quiet_at_last, street_in

ORDERED = "POST */salesorders"
PLAYS = {
    "in three parts": (
        {"lines": NAMED[:2]},
        Act("places", {}, (ORDERED, PAYMENT)),
        Act("ship", {"pieces": (1, 1)}, (DOCUMENT, USED)),
        Act("ship", {"pieces": (1, 0)}, (DOCUMENT,), then=("ship", {"pieces": (0, 1)})),
        Act("cancel", {}, (NOTE,)),
    ),
    "paid between two parts": (
        THREE | AUTHORISED,
        Act("places", {}, (ORDERED,)),
        Act("ship", {"pieces": (1,)}, (DOCUMENT,)),
        Act("capture", {}, (PAYMENT,)),
        Act("refund", {"line": 0, "quantity": 1}, (DOCUMENT, NOTE, REPAID)),
    ),
}


def parts(lab, order):
    """The invoices that book the order as sold: part to its totals; a part that is booked twice is told as such."""
    notes = {key_of(row) for row in of_order(lab, "creditnotes", order)}
    live = [
        row
        for row in of_order(lab, "invoices", order)
        if key_of(row).replace(":invoice:", ":reversal:") not in notes
    ]
    assert max(Counter(key_of(row).split(":")[1] for row in live).values(), default=0) <= 1, live
    return live


def of_order(lab, module, order):
    """What carries a key of this order or of a part of it, void ones left out."""
    rows = [row for row in records(lab, module) if row["status"] != "void" and key_of(row)]
    return [row for row in rows if key_of(row).split(":")[1].partition(".")[0] == order]


def summed(rows, name="total"):
    return sum((row[name] for row in rows), Decimal(0))


def wrong(street, order):
    """What is wrong with the books of an order in parts; "" where nothing is."""
    lab, bundle = street.lab, bundle_of(street.lab, order)
    row, live = lab.row(order), parts(lab, order)
    if (row.state, row.outcome) != ("done", "posted"):
        return f"{row.state}: {row.what}"
    back = given_back(lab, order)
    notes = of_order(lab, "creditnotes", order)
    told = {key_of(note).split(":")[3]: note["total"] for note in notes if ":refund:" in key_of(note)}
    net = summed(of_order(lab, "invoices", order)) - summed(notes)
    if told != back:
        return f"{told} credited, {back} refunded"
    if int(bundle["order"]["status_id"]) == 5:
        return f"{net} stay booked" if net else ""
    if net != summed(live) - sum(back.values(), Decimal(0)):
        return f"{net} net"
    return _pieces(lab, order, bundle, live) or _money(lab, order, bundle)


def _pieces(lab, order, bundle, live):
    """What has left is invoiced, and where all has left or something went back, the whole order is."""
    booked, gone = Counter(), Counter()
    for line in (line for one in live for line in one["line_items"]):
        booked[line["name"]] += int(line["quantity"])
    whole = bool(bundle["refunds"]) or all(
        row["quantity_shipped"] == row["quantity"] for row in bundle["products"]
    )
    for row in bundle["products"]:
        gone[row["name"]] += int(row["quantity"] if whole else row["quantity_shipped"])
    if whole and summed(live) != charged(lab, order):
        return f"{summed(live)} booked, {charged(lab, order)} sold"
    return "" if +gone == +booked else f"{dict(booked)} booked, {dict(gone)} left"


def _money(lab, order, bundle):
    payments = [row for row in records(lab, "customerpayments") if f":{order}:payment:" in key_of(row)]
    came = received(bundle, Terms().paid).total
    return (
        "" if summed(payments, "amount") == came else f"{summed(payments, 'amount')} recorded, {came} came in"
    )


def test_an_order_in_parts_ends_right_whichever_of_its_writes_goes_unheard(new_lab):
    street = street_in(new_lab, 1, STREETS[0])
    street.lab.rules(invoice_when="shipped", partial_invoices="on")
    for name in PLAYS:
        play(street, name, 1, PLAYS, wrong)
    quiet_at_last(street)
    assert {order: wrong(street, order) for order in street.placed} == dict.fromkeys(street.placed, "")
    check_nothing_doubled(street.lab)
    today = street.lab.world.clock.now().date()
    report = reconcile(street.lab.connection, today - timedelta(days=2), today + timedelta(days=2))
    assert [(line.order, line.findings) for line in report.lines if line.findings] == []
