"""The demo's judge sees every way in which the books may fail to follow what became of an order."""

from decimal import Decimal

import pytest

from app.demo import life
from app.demo.judge import Seen, judge
from app.demo.judge import summary as told
from app.demo.life import Deed, deeds, good, judged, summary

HASH, NUMBER = "sandbox", "1001"


def order(total="20.00", *, refunded="0", status=11, mark="INV-1", number=NUMBER):
    return {
        "id": int(number), "customer_id": 7, "status_id": status, "total_inc_tax": total, "total_tax": "0",
        "refunded": Decimal(refunded), "external_order_id": mark, "mark": None, "placed_at": 100.0,
    }  # fmt: skip


def paper(key, total, *, status="paid", made=101.0, number=NUMBER):
    name = key.replace(":", "-")
    return {
        "id": f"id-{name}", "number": name, "status": status, "reference_number": number,
        "key": f"{HASH}:{number}:{key}", "total": total, "created_at": made,
    }  # fmt: skip


def invoice(total="20.00", *, generation=1, paid="20.00", **more):
    row = paper(f"invoice:{generation}", total, **more)
    return {**row, "number": f"INV-{generation}", "tax_total": 0, "paid": paid}


def note(key, total, *, repaid="0", **more):
    return {**paper(key, total, status="open", **more), "repaid": repaid}


def seen(there, documents=(), notes=(), expected=None):
    expectations = {str(there["id"]): expected or {"outcome": "posted", "total": "20.00"}}
    return Seen([there], documents, notes, expectations, {}, HASH)


def became(becomes, there, documents=(), notes=(), calls=(), at=102.0):
    deed = Deed("something happens", str(there["id"]), becomes)
    (one,) = judged([(deed, at)], seen(there, documents, notes), calls)
    return one


# --- the day: net of credit notes --------------------------------------------------------------------


def test_a_refunded_order_is_right_when_its_document_is_whole_and_a_note_gives_the_refund_back():
    """Sold for 20.00, 5.00 went back: 15.00 on both sides."""
    expected = {"outcome": "posted", "total": "20.00", "paid": "20.00", "refunded": "5.00"}
    (one,) = judge(seen(order(refunded="5.00"), [invoice()], [note("refund:9", "5.00")], expected))
    assert (one.complaint, one.net_store, one.net_books, one.difference) == ("", 15, 15, 0)
    assert one.documents == ("INV-1", "refund-9")


@pytest.mark.parametrize(
    ("notes", "complaint", "apart"),
    [
        ([], "expected 5.00 refunded, is 0", "5.00"),
        ([note("refund:9", "4.99")], "expected 5.00 refunded, is 4.99", "0.01"),
        ([note("refund:9", "5.00"), note("refund:8", "5.00")], "expected 5.00 refunded, is 10.00", "5.00"),
        ([{**note("refund:9", "5.00"), "status": "void"}], "expected 5.00 refunded, is 0", "5.00"),
    ],
)
def test_a_refund_that_is_missing_short_doubled_or_void_is_seen(notes, complaint, apart):
    expected = {"outcome": "posted", "total": "20.00", "refunded": "5.00"}
    verdicts = judge(seen(order(refunded="5.00"), [invoice()], notes, expected))
    assert verdicts[0].complaint == complaint
    assert told(verdicts, {"zoho": 9, "bigcommerce": 9})["total_difference"] == apart


def test_two_credit_notes_of_one_refund_are_doubled_and_a_document_that_was_taken_back_is_not():
    twice = [note("refund:9", "5.00", made=1), note("refund:9", "5.00", made=2)]
    doubled = judge(seen(order(refunded="5.00"), [invoice()], twice))
    replaced = judge(
        seen(order(), [invoice(), invoice(generation=2, made=103)], [note("reversal:1", "20.00")])
    )
    plain = judge(seen(order(), [invoice(), invoice(generation=2)]))
    assert [one.doubled for one in (*doubled, *replaced, *plain)] == [1, 0, 1]


# --- the life ----------------------------------------------------------------------------------------

TAKEN = [note("reversal:1", "20.00")]
RIGHT = {
    "refunded": (order(refunded="5.00"), [invoice()], [note("refund:9", "5.00", repaid="5.00")]),
    "replaced": (order("30.00", mark="INV-2"), [invoice(), invoice("30.00", generation=2)], TAKEN),
    "amended": (order("30.00"), [invoice("30.00")], []),
    "void": (order(status=5), [invoice(status="void")], []),
    "credited": (order(status=5), [invoice()], TAKEN),
    "released": (order(), [invoice()], []),
}


@pytest.mark.parametrize("becomes", RIGHT)
def test_each_change_that_was_followed_is_right(becomes):
    one = became(becomes, *RIGHT[becomes])
    assert (one.complaint, one.difference) == ("", 0)


@pytest.mark.parametrize("becomes", RIGHT)
def test_what_nobody_followed_is_wrong(becomes):
    before = [] if becomes == "released" else [invoice("20.00")]
    assert became(becomes, RIGHT[becomes][0], before).complaint


@pytest.mark.parametrize(
    ("becomes", "changed", "complaint"),
    [
        ("refunded", (order(refunded="5.00"), [invoice()], [note("refund:9", "5.00")]), "not paid back"),
        ("refunded", (order(refunded="5.01"), *RIGHT["refunded"][1:]), "5.01 went back, 5.00 was credited"),
        ("refunded", (order(refunded="5.00"), [invoice()], TAKEN), "not refunded"),
        ("replaced", (order("30.01", mark="INV-2"), *RIGHT["replaced"][1:]), "its document is not"),
        ("replaced", (order("30.00"), *RIGHT["replaced"][1:]), "names another document"),
        ("replaced", (*RIGHT["replaced"][:2], [note("reversal:1", "19.99")]), "not replaced"),
        ("replaced", (*RIGHT["replaced"][:2], []), "not replaced: 2 live"),
        ("amended", (order("30.00"), [invoice("20.00")], []), "its document is not"),
        ("amended", (order("30.00"), [invoice("30.00"), invoice(status="void")], []), "not amended"),
        ("void", (order(status=5), [invoice()], TAKEN), "not void"),
        ("credited", (order(status=5), [invoice(status="void")], []), "not credited"),
        ("credited", (order(), [invoice()], TAKEN), "net 20.00 in the store, 0.00 in the books"),
    ],
)
def test_each_way_to_follow_wrongly_is_a_complaint(becomes, changed, complaint):
    assert complaint in became(becomes, *changed).complaint


def test_seconds_run_from_the_deed_to_the_last_write_that_its_papers_took():
    """Changed at 102; the document made at 101 is amended by a call from 104 to 104.5, another one's at 110."""
    there, documents, _ = RIGHT["amended"]
    calls = [
        {"platform": "zoho", "method": method, "path": path, "at": at, "seconds": 0.5}
        for method, path, at in (
            ("PUT", "/zoho/books/v3/invoices/id-invoice-1", 104.0),
            ("GET", "/zoho/books/v3/invoices/id-invoice-1", 106.0),
            ("PUT", "/zoho/books/v3/invoices/id-invoice-11", 110.0),
        )
    ]
    assert became("amended", there, documents, calls=calls).seconds == 2.5
    assert became("amended", there, documents).seconds is None


def test_the_papers_are_told_with_what_became_of_each():
    said = [became(one, *RIGHT[one]).papers for one in ("replaced", "amended", "void", "refunded")]
    assert said == [
        "INV-1 credited by reversal-1; INV-2",
        "INV-1 amended",
        "INV-1 void",
        "INV-1; refund-9 over 5.00, paid back 5.00",
    ]


def test_a_cent_anywhere_after_the_life_is_a_difference_and_spoils_it():
    there = [order(), order(number="1002")]
    invoices = [invoice(), invoice("20.01", number="1002")]
    told_ = summary([], Seen(there, invoices, [], {}, {}, HASH))
    assert told_["net_difference"] == "0.01"
    assert not good(told_)


# --- which orders ------------------------------------------------------------------------------------


def bundle(number, *, pieces=2, lines=1, taxes=("VAT",), **changed):
    zeros = dict.fromkeys(life.UNTOUCHED, "0")
    line = {"type": "physical", "quantity": pieces, "parent_order_product_id": None}
    return {
        "order": {**order(number=str(number)), **zeros, **changed},
        "products": [line] * lines,
        "taxes": [{"name": name, "rate": "3.33"} for name in taxes],
        "refunds": [],
    }


def chosen(*bundles, owing=(), held=()):
    expectations = {
        str(one["order"]["id"]): {
            "outcome": "posted",
            "paid": "0" if one["order"]["id"] in owing else "20.00",
        }
        for one in bundles
    }
    for number in held:
        expectations[str(number)] = {"outcome": "held", "reason": "tax-unmapped", "paid": "0"}
    known = [str(one["order"]["id"]) for one in bundles if one["order"]["id"] not in held]
    papers = [invoice(number=number, paid=expectations[number]["paid"]) for number in known]
    ours = {str(number): ("held", "tax-unmapped") for number in held}
    there = Seen([one["order"] for one in bundles], papers, [], expectations, ours, HASH)
    day = {"bundles": bundles, "taxes": [{"name": "VAT", "rate": "20", "members": []}]}
    return {one.becomes: one for one in deeds(day, there, judge(there))}


def test_a_day_gives_each_change_an_order_of_its_own_paid_or_not_as_the_change_needs():
    orders = [bundle(number) for number in range(1, 7)]
    made = chosen(*orders, bundle(9, taxes=("VAT", "Levy")), owing=(2, 5), held=(9,))
    assert {name: one.order for name, one in made.items()} == {
        "refunded": "1", "replaced": "3", "credited": "4", "amended": "2", "void": "5", "released": "9",
    }  # fmt: skip
    assert made["replaced"].told == {"deed": "edit", "order": 3, "quantity": 3}
    assert made["released"].taxes == ({"name": "Levy", "percentage": "3.33"},)
    assert not made["released"].told


def test_orders_with_something_off_with_refunds_or_with_vouchers_are_left_alone_and_short_ones_come_first():
    voucher = {**bundle(2), "products": [{"type": "giftcertificate", "quantity": 2}]}
    refunded = {**bundle(3), "refunds": [{}]}
    made = chosen(bundle(1, coupon_discount="1"), voucher, refunded, bundle(4, lines=3), bundle(5), bundle(6))
    assert {name: one.order for name, one in made.items()} == {
        "refunded": "5",
        "replaced": "6",
        "credited": "4",
    }


def test_a_small_day_has_as_many_changes_as_it_has_orders_for_and_recorded_orders_stay_as_they_are():
    assert list(chosen(bundle(1))) == ["refunded"]
    assert deeds({"recorded": True}, seen(order()), []) == []
