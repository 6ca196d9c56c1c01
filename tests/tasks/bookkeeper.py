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
    gone_back = Decimal(str(sum(row["total_amount"] for row in bundle["refunds"])))
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
    return not _refunds_fit(bundle, notes) or _money(lab, sales, notes) != max(
        expected.paid - gone_back, Decimal(0)
    )


def _refunds_fit(bundle, notes):
    told = sorted((key_of(note).split(":")[3], note["total"]) for note in notes if ":refund:" in key_of(note))
    return told == sorted((str(row["id"]), Decimal(str(row["total_amount"]))) for row in bundle["refunds"])


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
    rows = [row for row in records(lab, "invoices") if row["status"] != "void" and key_of(row)]
    return {key_of(row).split(":")[1] for row in rows} - orders
