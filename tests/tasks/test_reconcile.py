"""Both platforms compared by their lists: what is equal is equal, and each planted wrong is named."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from ledger import work
from mappings.reconcile import page
from sandbox.bigcommerce import life
from tasks import reconcile as reconciling
from tasks.reconcile import reconcile
from tests.tasks import planted
from tests.tasks.checks import invoice_of
from tests.tasks.conftest import placed
from tests.tasks.lives import ON_ACCOUNT

UNPAID = {"status_id": 7, "payment": {"status": ""}}


def compared(lab, days=3, **how):
    today = lab.world.zoho.today()
    return reconcile(lab.connection, today - timedelta(days=days), today, **how)


def all_lines(report):
    return {line.order: line for line in (*report.lines, *report.older)}


def faults(report):
    return {order: [one.fault for one in line.findings] for order, line in all_lines(report).items()}


def result(report, order):
    line = all_lines(report)[order]
    return line.result, line.reason


@pytest.fixture
def booked(lab):
    """So many orders in the books, three mugs and their shipping each; their ids."""

    def make(many=1, **described):
        orders = [placed(lab, **described) for _ in range(many)]
        lab.sync(*orders)
        planted.aged(lab)
        return orders if many > 1 else orders[0]

    return make


@pytest.mark.parametrize(
    ("told", "expected"), [({"payment": {"style": "offline"}}, []), (ON_ACCOUNT, ["payment"])]
)
def test_money_that_only_a_status_told_of_stays_when_its_order_ends_and_is_kept(lab, booked, told, expected):
    """Paid in cash, then cancelled: what the status says now says nothing of the money; that of a gateway does."""
    lab.rules(endings={**lab.connection.book_rules.endings, "cancelled": "keep"})
    order = booked(**told)
    if expected:
        invoice = invoice_of(lab, order)
        part = {"invoice_id": invoice["invoice_id"], "amount_applied": "1.00"}
        body = {
            "customer_id": invoice["customer_id"],
            "amount": "1.00",
            "date": invoice["date"],
            "invoices": [part],
        }
        planted.ask(lab, "POST", "/customerpayments", {**body, "payment_mode": "cash"})
    life.cancel(lab.world, int(order))
    lab.sync(order)
    assert faults(compared(lab))[order] == expected


def test_what_was_booked_is_equal_by_lists_alone(lab, booked):
    orders = booked(3)
    before = len(lab.calls())
    report = compared(lab)
    assert [line.result for line in report.lines] == ["posted"] * 3
    assert (report.unexplained, report.remarks) == ((), ())
    assert [line.order for line in report.lines] == sorted(orders)
    (total,) = {line.sold for line in report.lines}
    assert total.difference == 0
    assert total.store == invoice_of(lab, orders[0])["total"]
    calls = [call["path"] for call in lab.calls()[before:] if "/oauth/" not in call["path"]]
    assert len(calls) == 4  # orders, refunds; invoices, credit notes


def test_every_planted_wrong_of_a_day_is_named_and_nothing_else(lab, booked):
    fine, deleted, voided, doubled, unpaid, untaxed = booked(6)
    noteless, twice, short, stranger_note, cancelled = booked(5)
    dearer = placed(lab, status_id=7)
    archived, gone = booked(2)
    lab.sync(dearer)
    planted.aged(lab)
    lab.rules(missing_product="hold")
    held = placed(lab, lines=[{"price": "7.00", "quantity": 1, "tax": "20", "sku": "NEW", "name": "New"}])
    lab.sync(held)
    skipped = placed(lab, status_id=1)
    for wrong in ("deleted", "voided", "doubled", "unpaid", "untaxed", "dearer"):
        getattr(planted, wrong)(lab, locals()[wrong])
    planted.stranger(lab, 9999, like=fine)
    planted.refunded(lab, noteless, "12.00")
    planted.again(lab, planted.credited(lab, twice, "12.00", planted.refunded(lab, twice, "12.00")))
    planted.credited(lab, short, "11.99", planted.refunded(lab, short, "12.00"))
    planted.credited(lab, stranger_note, "3.00", "777")
    planted.status(lab, cancelled, 5)
    lab.world.bigcommerce.orders[int(archived)]["order"]["is_deleted"] = True
    del lab.world.bigcommerce.orders[int(gone)]
    report = compared(lab)
    assert len(report.lines) == len(all_lines(report)) == 17
    assert {order: found for order, found in faults(report).items() if found} == {
        deleted: ["missing"],
        voided: ["missing"],
        doubled: ["doubled"],
        unpaid: ["payment"],
        untaxed: ["tax"],
        dearer: ["total"],
        noteless: ["refund"],
        twice: ["refund"],
        short: ["refund"],
        stranger_note: ["refund"],
        cancelled: ["ended"],
        held: ["missing"],
        "9999": ["stranger"],
        gone: ["stranger"],
    }
    assert result(report, held) == ("held", "product-missing")
    assert result(report, skipped) == ("skipped", "status")
    assert result(report, fine) == result(report, archived) == ("posted", "")
    assert {line.order for line in report.unexplained} == set(faults(report)) - {
        held,
        skipped,
        fine,
        archived,
    }


def test_refunds_and_reversals_that_are_booked_are_equal(lab, booked):
    part, whole, edited, unpaid_end, paid_end = booked(5)
    for order, amount in ((part, "12.00"), (whole, str(invoice_of(lab, whole)["total"]))):
        planted.credited(lab, order, amount, planted.refunded(lab, order, amount))
    sale = invoice_of(lab, edited)
    planted.taken_back(lab, edited)
    planted.copied(lab, sale, edited, "invoice", 2)
    planted.moved(lab, edited)
    planted.unpaid(lab, unpaid_end)
    planted.taken_back(lab, unpaid_end)
    planted.status(lab, unpaid_end, 5)
    planted.taken_back(lab, paid_end)
    planted.status(lab, paid_end, 6)
    report = compared(lab)
    assert faults(report) == {order: [] for order in (part, whole, edited, unpaid_end, paid_end)}
    assert result(report, paid_end) == ("posted", "taken back")


@pytest.mark.parametrize("told", [True, False], ids=["keys", "no keys of credit notes"])
def test_a_credit_note_of_a_person_that_bears_an_order_s_number_is_not_ours_where_keys_are_told(
    lab, booked, told
):
    if not told:
        lab.world.zoho.remove_custom_field("creditnotes", "cf_cartbooks_key")
    refunded, other = booked(2)
    planted.credited(lab, refunded, "12.00", planted.refunded(lab, refunded, "12.00"))
    line = {"name": "A thank-you", "rate": "5.00", "quantity": 1}
    body = {"customer_id": invoice_of(lab, other)["customer_id"], "line_items": [line]}
    planted.ask(lab, "POST", "/creditnotes", {**body, "reference_number": other})
    assert faults(compared(lab)) == {refunded: [], other: [] if told else ["refund"]}


def test_a_document_dated_elsewhere_is_found_by_its_order_s_number(lab, booked):
    order = booked()
    invoice_of(lab, order)["date"] = "2025-01-01"
    assert result(compared(lab), order) == ("posted", "")


def test_where_there_is_no_key_field_reference_numbers_tell(new_lab):
    lab = new_lab()
    orders = [placed(lab) for _ in range(3)]
    lab.sync(*orders)
    planted.credited(lab, orders[0], "12.00", planted.refunded(lab, orders[0], "12.00"))
    planted.deleted(lab, orders[2])
    lab.rules(key_field="cf_of_somebody_else")
    report = compared(lab)
    assert faults(report) == {orders[0]: [], orders[1]: [], orders[2]: ["missing"]}
    assert any("No document bears our key" in one for one in report.remarks)


def test_a_refund_of_an_older_order_is_compared_too(lab, booked):
    fine, wrong, half = booked(3, created=lab.world.clock.now() - timedelta(days=40))
    for order in (fine, half):
        planted.credited(lab, order, "12.00", planted.refunded(lab, order, "12.00"))
    for order in (wrong, half):
        planted.refunded(lab, order, "5.00", 2)
    report = compared(lab)
    assert report.lines == ()
    assert [(line.order, line.result, line.findings[0].fault) for line in report.older] == [
        (wrong, "unexplained", "refund"),
        (half, "unexplained", "refund"),
    ]


def test_an_archived_order_is_asked_for_by_its_number(lab, booked):
    order = booked()
    lab.world.bigcommerce.orders[int(order)]["order"]["is_deleted"] = True
    assert result(compared(lab), order) == ("posted", "")
    lab.rules(endings={**lab.connection.book_rules.endings, "archived": "reverse"})
    assert faults(compared(lab))[order] == ["ended"]


def test_what_was_paid_in_part_is_known_from_its_transactions(lab):
    order = placed(lab)
    bundle = lab.world.bigcommerce.orders[int(order)]
    (capture,) = [row for row in bundle["transactions"] if row["event"] in ("purchase", "capture")]
    capture["amount"] = 20.0
    lab.sync(order)
    report = compared(lab)
    assert result(report, order) == ("posted", "")
    assert all_lines(report)[order].paid.store == 20


def test_an_order_paid_by_its_status_and_edited_keeps_the_money_that_was_booked(lab):
    """Three mugs paid by bank, then two: the store says that two were paid, the books hold three."""
    order = placed(lab, payment={"style": "offline"})
    lab.sync(order)
    life.edit(lab.world, int(order), quantity=2)
    lab.sync(order)
    report = compared(lab)
    assert result(report, order) == ("posted", "")
    assert all_lines(report)[order].paid.store > all_lines(report)[order].sold.store


def test_an_order_that_is_noted_or_young_is_on_its_way(lab, booked):
    old = placed(lab, created=lab.world.clock.now() - timedelta(days=1))
    assert result(compared(lab), old) == ("unexplained", "")
    stuck = placed(lab, created=lab.world.clock.now() - timedelta(days=1))
    work.note(lab.ledger, "main", "orders", [stuck], lab.connection.clock() - reconciling.ON_ITS_WAY)
    assert result(compared(lab), stuck) == ("unexplained", "")
    work.note(lab.ledger, "main", "orders", [old], lab.connection.clock())
    assert result(compared(lab), old) == ("waiting", "")
    young = placed(lab)
    lab.set(pace=1.0)
    assert result(compared(lab), young) == ("waiting", "")


def test_money_of_sales_orders_is_not_compared_and_the_page_says_so(lab, booked):
    lab.rules(document="sales_order")
    order = placed(lab)
    lab.sync(order)
    report = compared(lab)
    assert result(report, order) == ("posted", "")
    assert all_lines(report)[order].paid.books is None
    assert any("Sales orders do not tell" in one for one in report.remarks)


def test_all_documents_are_opened_where_somebody_asks_for_it(lab, booked):
    orders = booked(3)
    report = compared(lab, details=True)
    assert report.taxes_read == 3
    for order in orders:
        tax = all_lines(report)[order].tax
        assert tax.books == invoice_of(lab, order)["tax_total"]
        assert abs(tax.difference) <= Decimal("0.02")


def test_lists_that_zoho_does_not_filter_and_the_store_bounds_otherwise_are_read_all_the_same(new_lab):
    for switches in ({"zoho_filters": "ignored"}, {"min_date": "exclusive"}):
        lab = new_lab(switches=switches)
        orders = [placed(lab) for _ in range(2)]
        lab.sync(*orders)
        planted.deleted(lab, orders[1])
        assert faults(compared(lab)) == {orders[0]: [], orders[1]: ["missing"]}


def test_a_page_says_nothing_of_any_person(lab, booked):
    order = booked(
        customer={"id": 7, "email": "ada.lovelace@example.org", "first_name": "Ada", "last_name": "Lovelace"}
    )
    planted.dearer(lab, order)
    report = compared(lab)
    said = json.dumps(page.plain(report)) + "".join(map(str, page.csv_rows(report)))
    assert "ada" not in said.casefold()
    assert "lovelace" not in said.casefold()


def test_second_looks_have_a_limit_and_the_page_says_how_many_were_left(lab, booked, monkeypatch):
    orders = booked(3)
    for order in orders:
        planted.unpaid(lab, order)
    monkeypatch.setattr(reconciling, "AGAIN", 2)
    monkeypatch.setattr(reconciling, "OPENED", 1)
    report = compared(lab)
    assert (report.unread, report.taxes_read, report.taxes_left) == (1, 1, 2)
    assert len(report.unexplained) == 3
