"""An independent bookkeeper: looks into both platforms' final state and says which orders are wrong, in his own way.

He shares no line with the comparison: he sees real payments, real taxes and real applications, where that sees lists.
"""

from decimal import Decimal

from sandbox.generator import judged
from tests.tasks.checks import key_of, records

BOOKED = {2, 3, 4, 7, 8, 9, 10, 11, 12, 13, 14}
OVER = {5, 6}  # cancelled, declined: reversed by default
CENTS = Decimal("0.02")


def wrong_orders(lab):
    """Ids of the orders whose books are not as they should be, and of strangers' documents."""
    bundles = lab.world.bigcommerce.orders
    expected = judged(list(bundles.values()))
    wrong = {
        str(order) for order, bundle in bundles.items() if _is_wrong(lab, str(order), bundle, expected[order])
    }
    return wrong | _strangers(lab, {str(order) for order in bundles})


def _is_wrong(lab, order, bundle, expected):
    sales = [row for row in _of(lab, "invoices", order) if row["status"] != "void"]
    notes = [row for row in _of(lab, "creditnotes", order) if row["status"] not in ("void", "draft")]
    status = int(bundle["order"]["status_id"])
    refunds = [row for row in bundle["refunds"] if not all(one["is_declined"] for one in row["payments"])]
    gone_back = sum((Decimal(str(row["total_amount"])) for row in refunds), Decimal(0))
    net = sum((row["total"] for row in sales), Decimal(0)) - sum((row["total"] for row in notes), Decimal(0))
    if status in OVER:
        return net != 0
    if status not in BOOKED:
        return bool(sales)
    reversed_ = {key_of(note).split(":")[3] for note in notes if ":reversal:" in key_of(note)}
    live = [row for row in sales if key_of(row).split(":")[3] not in reversed_]
    total = Decimal(str(bundle["order"]["total_inc_tax"])).quantize(Decimal("0.01"))
    if len(live) != 1 or live[0]["total"] != expected.total or net != total - gone_back:
        return True
    if abs(live[0]["tax_total"] - Decimal(str(bundle["order"]["total_tax"]))) > CENTS:
        return True
    totals = {row["total"] for row in sales} if _is_offline(bundle) and expected.paid else {expected.paid}
    kept = {max(paid - gone_back, Decimal(0)) for paid in totals}
    return not _refunds_fit(refunds, notes) or _money(lab, sales, notes) not in kept


def _is_offline(bundle):
    """The store cannot know what came in, only that it counts as paid."""
    unseen = ("offline", "store_credit", "gift_certificate")
    return not any(row["method"] not in unseen for row in bundle["transactions"])


def _refunds_fit(refunds, notes):
    told = sorted((key_of(note).split(":")[3], note["total"]) for note in notes if ":refund:" in key_of(note))
    return told == sorted((str(row["id"]), Decimal(str(row["total_amount"]))) for row in refunds)


def _money(lab, sales, notes):
    """What payments brought to these invoices, less what was paid out of these credit notes."""
    ids = {row["invoice_id"] for row in sales}
    parts = [part for payment in records(lab, "customerpayments") for part in payment["invoices"]]
    came = sum((part["amount_applied"] for part in parts if part["invoice_id"] in ids), Decimal(0))
    return came - sum((row["amount"] for note in notes for row in note["creditnote_refunds"]), Decimal(0))


def _of(lab, module, order):
    store = lab.connection.store_hash
    return [row for row in records(lab, module) if key_of(row).split(":")[:2] == [store, order]]


def _strangers(lab, orders):
    """Orders that the store does not have, and that are still booked."""
    named = {key_of(row).split(":")[1] for row in records(lab, "invoices") if key_of(row)} - orders
    return {order for order in named if _net(lab, order)}


def _net(lab, order):
    sales = [row["total"] for row in _of(lab, "invoices", order) if row["status"] != "void"]
    notes = [row["total"] for row in _of(lab, "creditnotes", order) if row["status"] not in ("void", "draft")]
    return sum(sales, Decimal(0)) - sum(notes, Decimal(0))
