"""An auditor who looks into both platforms in the end: of every order, what is wrong with its books, in a sentence.

He shares no line with the recipe or the comparison; of the ledger he asks only how the row of an order ended.
"""

from collections import Counter
from decimal import Decimal

from mappings.reasons import HOLD_REASONS, SKIP_RULES
from sandbox.generator import Terms
from sandbox.shop.reading import inclusive
from sandbox.shop.receipts import gateway_events, received
from tests.tasks.causes import CAUSES, LINES, Lived
from tests.tasks.checks import key_of, records
from tests.tasks.lives import bundle_of, cents, charged, documents, given_back, money, net, notes, standing

ENDED = {5: "cancelled", 6: "declined", 13: "disputed"}
BOOKED = {2, 3, 4, 7, 8, 9, 10, 11, 12, 13, 14}
ROUNDING = Decimal("0.02")


def ended(lab, order):
    """How the order ended, and whether its books are to be taken back."""
    bundle = lab.world.bigcommerce.orders.get(int(order))
    if bundle is None:
        word = "deleted"
    else:
        hidden = "archived" if bundle["order"].get("is_deleted") else ""
        word = ENDED.get(int(bundle["order"]["status_id"]), hidden)
    return word, lab.connection.book_rules.endings.get(word, "keep")


def wrong(street, order, *, money=True):
    """What is wrong with the books of an order; "" where nothing is."""
    lab = street.lab
    word, wish = ended(lab, order)
    sales = [row for row in documents(lab, order).values() if row["status"] != "void"]
    if word and (wish != "keep" or word == "deleted"):
        return f"{word}, and {net(lab, order)} stay booked" if net(lab, order) else ""
    if not sales and int(bundle_of(lab, order)["order"]["status_id"]) not in BOOKED:
        return ""
    live = standing(lab, order)
    if len(live) != 1:
        return f"{len(live)} documents book it"
    told = (
        _document(lab, order, live[0]) or _refunds(lab, order) or _pieces(street, order) or _net(lab, order)
    )
    return told or (_money(street, order) or _credit(lab, order, live[0]) if money else "")


def _document(lab, order, live):
    """R3 and R5: total, tax, currency, and the goods line by line."""
    bundle = bundle_of(lab, order)
    if live["total"] != charged(lab, order):
        return f"{live['total']} booked, {charged(lab, order)} sold"
    coins = 100 if live["currency_code"] == "JPY" else 1  # two of the smallest coins, whatever those are
    if abs(live["tax_total"] - cents(bundle["order"]["total_tax"])) > ROUNDING * coins:
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


def _pieces(street, order):
    """R5: where a line came back piece by piece, the notes of its pieces make what was paid for it."""
    bundle = bundle_of(street.lab, order)
    if LINES & set(street.history[order]):
        return ""
    items = [
        item
        for row in bundle["refunds"]
        if str(row["id"]) in given_back(street.lab, order)
        for item in row["items"]
    ]
    for sold in bundle["products"]:
        back = [item for item in items if (item["item_type"], item["item_id"]) == ("PRODUCT", sold["id"])]
        pieces = sum(
            item["quantity"] for item in back if item["requested_amount"] is None and not item["adjustments"]
        )
        told = _credited(street.lab, order, sold["name"])
        if pieces == sold["quantity"] and told != _paid_for(bundle, sold):
            return f"{told} credited for {sold['name']}, {_paid_for(bundle, sold)} paid"
    return ""


def _credited(lab, order, name):
    rows = [
        line
        for key, note in notes(lab, order).items()
        if key.startswith("refund:")
        for line in note["line_items"]
    ]
    return sum(
        (cents(row["rate"] * row["quantity"] - row["discount"]) for row in rows if row["name"] == name),
        Decimal(0),
    )


def _paid_for(bundle, sold):
    """In the prices of the order: with its tax, or without."""
    tax = 0 if inclusive(bundle) else Decimal(str(sold["total_tax"]))
    return cents(Decimal(str(sold["discounted_total_inc_tax"])) - tax)


def _net(lab, order):
    """R7."""
    wanted = charged(lab, order) - sum(given_back(lab, order).values(), Decimal(0))
    return "" if net(lab, order) == wanted else f"{net(lab, order)} net, {wanted} wanted"


def _money(street, order):
    """R7: the money in the books is what came in; what went back out of notes is what went back, as far as it came."""
    lab = street.lab
    bundle, told = bundle_of(lab, order), money(lab, order)
    back = sum(given_back(lab, order).values(), Decimal(0))
    came = {received(bundle, Terms().paid).total}
    if not gateway_events(bundle):  # paid by its status: one of its totals, nobody knows which
        came |= street.totals[order]
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
    doubled = {what: many for what, many in seen.items() if many > 1}
    assert doubled == {}, doubled


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
        if problem := end(street, order):
            row = lab.row(order)
            ending = (row.state, row.outcome, row.reason, row.what) if row else None
            told[order] = (problem, ending, street.history[order])
    assert told == {}, told


def end(street, order):
    """What is wrong with how an order ended; "" where nothing is, or where nobody can know what became of it."""
    if is_on_no_list(street.lab, order) and street.heard.get(order, 0) < len(street.history[order]):
        return ""
    row = street.lab.row(order)
    if row is None or row.reason == "gone":
        there = int(order) in street.lab.world.bigcommerce.orders
        return "it is there and unknown" if there else wrong(street, order)
    if row.reason == "left-to-person":
        return "" if order in street.stopped else "nobody said so"
    if row.state == "held":
        return _held(street, order, row)
    if row.outcome == "skipped":
        return "skipped by no rule" if row.reason not in SKIP_RULES else wrong(street, order)
    return "not at rest" if row.state != "done" else wrong(street, order)


def is_on_no_list(lab, order):
    """No list shows an archived order, and no document that counts names it."""
    bundle = lab.world.bigcommerce.orders.get(int(order))
    live = [row for row in documents(lab, order).values() if row["status"] != "void"]
    return bundle is not None and bundle["order"].get("is_deleted") and not live


def _held(street, order, row):
    if row.reason not in HOLD_REASONS or not row.what or not row.remedy:
        return "held without what, why and what to do"
    cause = CAUSES.get(row.reason)
    return "" if cause is not None and cause(_lived(street, order)) else "held for no cause"


def _lived(street, order):
    word, wish = ended(street.lab, order)
    deeds = tuple((deed, told) for deed, which, told in street.deeds if which == order)
    bundle = street.lab.world.bigcommerce.orders.get(int(order))
    rules = street.lab.connection.book_rules
    return Lived(deeds, rules, bundle, word, wish, order in street.touched)


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
