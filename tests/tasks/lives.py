"""What both platforms hold of an order's life in the end; nothing here asks our ledger."""

from decimal import Decimal
from types import SimpleNamespace

from sandbox.bigcommerce import life
from tasks.foreseen import preview
from tests.tasks.checks import key_of, mark_of, records, written
from tests.tasks.conftest import placed

BOOKS = "/zoho/books/v3"
ON_ACCOUNT = {"payment": {"style": "authorised"}, "status_id": 7}
ENDED = {5, 6}


def sold(lab, **described):
    """An order that is in the books already; its id as text."""
    order = placed(lab, **described)
    assert lab.sync(order).outcome == "posted"
    return order


def does(lab, deed, order, *told, **more):
    """Somebody does this to the order in the store, and we hear of it; its row."""
    getattr(life, deed)(lab.world, int(order), *told, **more)
    return lab.sync(order)


def bundle_of(lab, order):
    return lab.world.bigcommerce.orders[int(order)]


def charged(lab, order):
    return cents(bundle_of(lab, order)["order"]["total_inc_tax"])


def cents(value):
    return Decimal(str(value)).quantize(Decimal("0.01"))


def given_back(lab, order):
    """Refund id to the money of it that really went back."""
    return {
        str(row["id"]): money
        for row in lab.world.bigcommerce.orders.get(int(order), {"refunds": ()})["refunds"]
        if (money := sum((cents(p["amount"]) for p in row["payments"] if not p["is_declined"]), Decimal(0)))
    }


def documents(lab, order):
    """Generation to the sale document, void ones too."""
    rows = [row for row in records(lab, "invoices") if f":{order}:invoice:" in key_of(row)]
    return {int(key_of(row).rpartition(":")[2]): row for row in rows}


def notes(lab, order):
    """`refund:<id>` or `reversal:<n>` to the credit note, void ones left out; each only once."""
    rows = [row for row in records(lab, "creditnotes") if row["reference_number"] == str(order)]
    found = {key_of(row).split(":", 2)[2]: row for row in rows if row["status"] != "void"}
    assert len(found) == len([row for row in rows if row["status"] != "void"])
    return found


def standing(lab, order):
    """The sale documents that are neither void nor taken back by a note."""
    taken = notes(lab, order)
    return [
        row
        for number, row in documents(lab, order).items()
        if row["status"] != "void" and f"reversal:{number}" not in taken
    ]


def net(lab, order):
    """What the books say was sold of the order, refunds and reversals taken off."""
    booked = sum(
        (row["total"] for row in documents(lab, order).values() if row["status"] != "void"), Decimal(0)
    )
    return booked - sum((row["total"] for row in notes(lab, order).values()), Decimal(0))


def money(lab, order):
    """What came in for the order by the books, and what went back out of its credit notes."""
    payments = [row for row in records(lab, "customerpayments") if f":{order}:payment:" in key_of(row)]
    back = [part["amount"] for row in notes(lab, order).values() for part in row["creditnote_refunds"]]
    return SimpleNamespace(
        came=sum((row["amount"] for row in payments), Decimal(0)), back=sum(back, Decimal(0))
    )


def check_life(lab, order, *, reversed_=False, came=None, back=None):
    """Every law of a life at once; gives the live document, None where the order was taken back."""
    refunds, taken = given_back(lab, order), notes(lab, order)
    assert {name[7:]: row["total"] for name, row in taken.items() if name.startswith("refund:")} == refunds
    if came is not None:
        assert money(lab, order).came == Decimal(came)
    if back is not None:
        assert money(lab, order).back == Decimal(back)
    check_quiet(lab, order)
    if reversed_:
        assert net(lab, order) == 0
        assert standing(lab, order) == []
        return None
    (live,) = standing(lab, order)
    assert net(lab, order) == charged(lab, order) - sum(refunds.values(), Decimal(0))
    assert live["total"] == charged(lab, order)
    assert abs(live["tax_total"] - cents(bundle_of(lab, order)["order"]["total_tax"])) <= Decimal("0.02")
    assert mark_of(lab, order) == live["invoice_number"]
    return live


def check_quiet(lab, order):
    """A plan for what is right is empty, and nothing is written for it."""
    before = len(written(lab))
    if int(order) in lab.world.bigcommerce.orders:
        assert preview(lab.connection, order).steps == ()
    lab.sync(order)
    assert len(written(lab)) == before


def zoho_calls(lab, since):
    """What Zoho was asked, tokens aside."""
    rows = [
        call
        for call in lab.world.calls[since:]
        if call["platform"] == "zoho" and "/oauth/" not in call["path"]
    ]
    return [f"{call['method']} {call['path'].removeprefix(BOOKS)}" for call in rows]
