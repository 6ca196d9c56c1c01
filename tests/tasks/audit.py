"""An auditor who looks into both platforms in the end: of every order, what is wrong with its books, in a sentence.

He shares no line with the recipe or the comparison; of the ledger he asks only how the row of an order ended.
"""

from collections import Counter
from decimal import Decimal

from mappings.reasons import HOLD_REASONS, SKIP_RULES
from sandbox.generator import Terms
from sandbox.shop.receipts import gateway_events, received
from tests.tasks.checks import key_of, records
from tests.tasks.lives import bundle_of, cents, charged, documents, given_back, money, net, notes, standing

ENDED = {5: "cancelled", 6: "declined", 13: "disputed"}
BOOKED = {2, 3, 4, 7, 8, 9, 10, 11, 12, 13, 14}
ROUNDING = Decimal("0.02")
BECAUSE = {  # what must have happened to an order that is held for it
    "overpaid": {"edit", "discount", "pay", "capture"},
    "refund-unclear": {"edit", "add", "discount", "shipping alone", "tax alone"},
    "changed-after-posting": {
        *("edit", "add", "discount", "void", "cancel", "decline", "refund", "reinstate", "delete"),
        *("dispute", "archive", "pay", "capture"),
    },
    "tax-differs": {"places"},
}


def ended(lab, order):
    """How the order ended, and whether its books are to be taken back."""
    bundle = lab.world.bigcommerce.orders.get(int(order))
    if bundle is None:
        word = "deleted"
    else:
        hidden = "archived" if bundle["order"].get("is_deleted") else ""
        word = ENDED.get(int(bundle["order"]["status_id"]), hidden)
    return word, lab.connection.book_rules.endings.get(word, "keep")


def wrong(lab, order, *, money=True):
    """What is wrong with the books of an order; "" where nothing is."""
    word, wish = ended(lab, order)
    sales = [row for row in documents(lab, order).values() if row["status"] != "void"]
    if word and (wish != "keep" or word == "deleted"):
        return f"{word}, and {net(lab, order)} stay booked" if net(lab, order) else ""
    if not sales and int(bundle_of(lab, order)["order"]["status_id"]) not in BOOKED:
        return ""
    live = standing(lab, order)
    if len(live) != 1:
        return f"{len(live)} documents book it"
    told = _document(lab, order, live[0]) or _refunds(lab, order) or _net(lab, order)
    return told or (_money(lab, order) or _credit(lab, order, live[0]) if money else "")


def _document(lab, order, live):
    """R3 and R5: total, tax, currency, and the goods line by line."""
    bundle = bundle_of(lab, order)
    if live["total"] != charged(lab, order):
        return f"{live['total']} booked, {charged(lab, order)} sold"
    if abs(live["tax_total"] - cents(bundle["order"]["total_tax"])) > ROUNDING:
        return f"tax {live['tax_total']} booked, {bundle['order']['total_tax']} charged"
    if live["currency_code"] != bundle["order"]["currency_code"]:
        return f"booked in {live['currency_code']}"
    sold, booked = Counter(), Counter()
    for row in bundle["products"]:
        sold[row["sku"]] += int(row["quantity"])
    for row in live["line_items"]:
        sku = lab.world.zoho.records["items"][row["item_id"]]["sku"]
        booked[sku] += int(row["quantity"]) if sku in sold else 0
    return "" if +booked == sold else f"{dict(booked)} booked, {dict(sold)} sold"


def _refunds(lab, order):
    """R2: exactly one credit note for each refund, over its money."""
    told = {name[7:]: row["total"] for name, row in notes(lab, order).items() if name.startswith("refund:")}
    return "" if told == given_back(lab, order) else f"{told} credited, {given_back(lab, order)} refunded"


def _net(lab, order):
    """R7."""
    wanted = charged(lab, order) - sum(given_back(lab, order).values(), Decimal(0))
    return "" if net(lab, order) == wanted else f"{net(lab, order)} net, {wanted} wanted"


def _money(lab, order):
    """R7: the money in the books is what came in; what went back out of notes is what went back, as far as it came."""
    bundle, told = bundle_of(lab, order), money(lab, order)
    back = sum(given_back(lab, order).values(), Decimal(0))
    came = {received(bundle, Terms().paid).total}
    if not gateway_events(bundle):  # paid by its status: one of its totals, nobody knows which
        came |= {row["total"] for row in documents(lab, order).values()}
    if told.came not in came:
        return f"{told.came} recorded, {came} came in"
    return (
        "" if told.back == min(back, told.came) else f"{told.back} paid back, {back} of {told.came} went back"
    )


def _credit(lab, order, live):
    """The credit of an earlier document goes against what is open of the one that followed it."""
    left = {name: row["balance"] for name, row in notes(lab, order).items() if name.startswith("reversal:")}
    if live["balance"] and any(left.values()):
        return f"{live['balance']} open, {left} left"
    earlier = [
        row["balance"]
        for row in documents(lab, order).values()
        if row["status"] != "void" and row is not live
    ]
    return f"{earlier} open of what was taken back" if any(earlier) else ""


def check_nothing_doubled(lab):
    """R2 and R6: a document per key and number, a contact per person and currency, an item per SKU."""
    seen = Counter()
    for module, number in (("invoices", "invoice_number"), ("creditnotes", "creditnote_number")):
        rows = [row for row in records(lab, module) if row["status"] != "void"]
        seen += Counter((module, row[number]) for row in rows)
        seen += Counter((module, key_of(row)) for row in rows)
    seen += Counter(("payment", key_of(row)) for row in records(lab, "customerpayments"))
    seen += Counter(("item", row["sku"].casefold()) for row in records(lab, "items") if row["sku"])
    seen += Counter(
        ("contact", person["email"].casefold(), row["currency_code"])
        for row in records(lab, "contacts")
        for person in row["contact_persons"]
    )
    assert {what: many for what, many in seen.items() if many > 1} == {}


def check_people(lab, placed):
    """R6: every document is on the contact of whoever bought."""
    for order in placed:
        if int(order) in lab.world.bigcommerce.orders:
            email = bundle_of(lab, order)["order"]["billing_address"]["email"].casefold()
            for row in documents(lab, order).values():
                contact = lab.world.zoho.records["contacts"][row["customer_id"]]
                assert [one["email"].casefold() for one in contact["contact_persons"]] == [email], order


def check_ends(street):
    """R1: each order posted and right, skipped by a rule, or held with what, why and what to do, for a cause."""
    lab, told = street.lab, {}
    for order in street.placed:
        row = lab.row(order)
        if problem := _end(street, order, row):
            ending = (row.state, row.outcome, row.reason, row.what) if row else None
            told[order] = (problem, ending, street.history[order])
    assert told == {}


def _end(street, order, row):
    if row is None or row.reason == "gone":
        there = int(order) in street.lab.world.bigcommerce.orders
        return "it is there and unknown" if there else wrong(street.lab, order)
    if row.reason == "left-to-person":
        return "" if order in street.stopped else "nobody said so"
    if row.state == "held":
        return _held(street, order, row)
    if row.outcome == "skipped":
        return "skipped by no rule" if row.reason not in SKIP_RULES else wrong(street.lab, order)
    return "not at rest" if row.state != "done" else wrong(street.lab, order)


def _held(street, order, row):
    if row.reason not in HOLD_REASONS or not row.what or not row.remedy:
        return "held without what, why and what to do"
    if (
        order in street.touched
    ):  # what he made void may be one that we never heard of, and be refused a second time
        return ""
    if row.reason in ("changed-in-zoho", "rejected"):
        return "nobody changed it in Zoho"
    return "" if BECAUSE.get(row.reason, set()) & _happened(street, order) else "held for no cause"


def _happened(street, order):
    """What was done to it; the store tells in more ways than one of a refund of nothing but shipping or tax."""
    told = [words for deed, which, words in street.deeds if (deed, which) == ("refund", order)]
    return {*street.history[order], *(f"{part} alone" for words in told for part in words)}


def check_typed(street):
    """R10: what a person typed into a document at rest is there until he was asked."""
    for order, (document, rate) in street.typed.items():
        there = [row for row in documents(street.lab, order).values() if row["invoice_id"] == document]
        untouched = [row for row in standing(street.lab, order) if row["invoice_id"] == document]
        assert there == untouched, (order, "taken back unasked", street.history[order])
        assert [row["line_items"][0]["rate"] for row in there] == [rate], (order, street.history[order])


def figures(lab, order):
    """R8: what the books say of an order, by amounts alone, however they came to it.

    Of one that was paid by its status nobody knows which of its totals was paid.
    """
    live, told = next(iter(standing(lab, order)), None), money(lab, order)
    if live is None:
        return {"net": net(lab, order)}
    return {
        "total": live and (live["total"], live["tax_total"], live["currency_code"]),
        "lines": live
        and sorted((row["name"], row["quantity"], row["item_total"]) for row in live["line_items"]),
        "refunds": {
            name: (row["total"], row["tax_total"])
            for name, row in notes(lab, order).items()
            if name.startswith("refund:")
        },
        "net": net(lab, order),
        "money": told.came - told.back if gateway_events(bundle_of(lab, order)) else None,
    }
