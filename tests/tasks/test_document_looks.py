"""What people do to our documents in Zoho is found by the list of what changed, and costs nothing where nobody did."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from connectors.zoho import client
from connectors.zoho.changes import changed_since
from ledger import cursors, history, links, takings
from tasks import document_looks, memory, stock_map
from tests.tasks.checks import invoice_of
from tests.tasks.conftest import LINE, placed


def look(lab):
    """A look now; what it took up, with the reason told."""
    before = lab.connection.clock()
    cursors.give_slot(lab.ledger, "main.documents")
    document_looks.look(lab.services, "main")
    events = history.since(lab.ledger, "main", before)
    return {event.record: event.detail["why"] for event in events if event.event == "released"}


def document(lab, order):
    return memory.newest(lab.connection, order)


def change(lab, order, later=60, **told):
    """A person changes the order's invoice some seconds later."""
    lab.world.clock.advance(later)
    return lab.world.zoho.ask("PUT", f"/invoices/{invoice_of(lab, order)['invoice_id']}", told)


def void(lab, order):
    lab.world.zoho.ask("POST", f"/invoices/{invoice_of(lab, order)['invoice_id']}/status/void", {})


def unpaid(lab):
    return placed(lab, payment={"style": "authorised"}, status_id=7)


@pytest.fixture
def booked(lab):
    """Three orders in the books, one of them unpaid."""
    orders = [placed(lab), placed(lab), unpaid(lab)]
    lab.sync(*orders)
    return orders


def paths(lab, since):
    return [call["path"].rpartition("/")[2] for call in lab.calls("zoho")[since:]]


def test_what_we_wrote_ourselves_is_no_news_and_a_look_costs_a_call(lab, booked):
    before = len(lab.calls("zoho"))
    assert look(lab) == {}
    assert paths(lab, before) == ["invoices"]
    assert not any(document(lab, order).extra.get("doubtful") for order in booked)


def test_an_invoice_that_was_made_void_puts_its_order_in_doubt_once(lab, booked):
    order = booked[2]
    number = invoice_of(lab, order)["invoice_number"]
    void(lab, order)
    assert look(lab) == {order: f"document {number} has changed in Zoho"}
    assert document(lab, order).extra["doubtful"] is True
    assert lab.row(order).state == "waiting"
    assert lab.row(order).fingerprint == ""
    assert look(lab) == {}


def test_another_total_is_seen_at_once_and_anything_else_by_the_moment_of_its_change(lab, booked):
    lines = [
        {"item_id": row["item_id"], "rate": "1.00", "quantity": 1}
        for row in invoice_of(lab, booked[2])["line_items"]
    ]
    change(lab, booked[2], later=0, line_items=lines)
    assert set(look(lab)) == {booked[2]}
    change(lab, booked[0], notes="rung the customer")
    assert set(look(lab)) == {booked[0]}


def test_an_order_that_a_person_keeps_to_himself_is_left_alone(lab, booked):
    memory.change(lab.connection, document(lab, booked[2]), choice="stop")
    void(lab, booked[2])
    assert look(lab) == {}


def rewritten(lab, order):
    """A person writes another amount on the order's unpaid invoice, and a look finds it."""
    lines = [
        {"item_id": row["item_id"], "rate": "1.00", "quantity": 1}
        for row in invoice_of(lab, order)["line_items"]
    ]
    change(lab, order, later=0, line_items=lines)
    total = invoice_of(lab, order)["total"]
    look(lab)
    lab.quiet()
    return total


def choose(lab, order, choice):
    memory.change(lab.connection, document(lab, order), choice=choice, doubtful=True)
    document_looks.take_up(lab.connection, order, f"a person said --{choice}", None)
    lab.quiet()
    return lab.row(order)


@pytest.mark.parametrize(("choice", "ours"), [("keep", False), ("ours", True)])
def test_what_a_person_wrote_is_held_with_both_figures_until_somebody_chooses(lab, booked, choice, ours):
    before = invoice_of(lab, booked[2])["total"]
    total = rewritten(lab, booked[2])
    row = lab.row(booked[2])
    assert (row.state, row.reason) == ("held", "changed-in-zoho")
    assert f"total: written {before.normalize():f}, now {total.normalize():f}" in row.what
    assert look(lab) == {}
    row = choose(lab, booked[2], choice)
    assert (row.state, row.outcome) == ("done", "posted")
    assert invoice_of(lab, booked[2])["total"] == (before if ours else total)
    assert look(lab) == {}


def test_a_person_who_takes_his_own_change_back_frees_the_order(lab, booked):
    order = booked[2]
    lines = [dict(row) for row in invoice_of(lab, order)["line_items"]]
    rewritten(lab, order)
    assert lab.row(order).reason == "changed-in-zoho"
    kept = ("item_id", "rate", "quantity", "tax_id", "discount")
    change(lab, order, line_items=[{name: row[name] for name in kept if row.get(name)} for row in lines])
    assert set(look(lab)) == {order}
    lab.quiet()
    assert lab.row(order).outcome == "posted"


def test_an_order_that_is_left_alone_is_skipped_by_its_own_rule_until_it_is_followed_again(lab, booked):
    total = rewritten(lab, booked[2])
    row = choose(lab, booked[2], "stop")
    assert (row.state, row.outcome, row.reason) == ("done", "skipped", "left-to-person")
    assert invoice_of(lab, booked[2])["total"] == total
    assert choose(lab, booked[2], None).reason == "changed-in-zoho"


def test_what_a_worker_writes_while_the_list_is_read_is_not_written_over(lab, booked, monkeypatch):
    order = booked[2]
    void(lab, order)
    doubt = document_looks._doubt

    def slow(connection, row, link, publish):
        memory.change(connection, link, fingerprint="written meanwhile")
        doubt(connection, row, link, publish)

    monkeypatch.setattr(document_looks, "_doubt", slow)
    assert set(look(lab)) == {order}
    assert document(lab, order).extra["fingerprint"] == "written meanwhile"
    assert document(lab, order).extra["doubtful"] is True


@pytest.mark.parametrize("name", ["writing", "ending"])
def test_a_document_that_we_are_writing_ourselves_is_not_doubted(lab, booked, name):
    memory.change(lab.connection, document(lab, booked[2]), **{name: "x"})
    void(lab, booked[2])
    assert look(lab) == {}


def test_a_document_that_was_taken_back_or_replaced_is_nobodys_news(lab, booked):
    old = document(lab, booked[2])
    lab.world.clock.advance(60)
    void(lab, booked[2])
    memory.change(lab.connection, old, ended="void")
    assert look(lab) == {}


def test_so_many_changes_at_once_are_read_a_part_at_a_time_and_none_is_forgotten(lab, booked, monkeypatch):
    monkeypatch.setattr(document_looks, "AT_MOST", 2)
    monkeypatch.setattr(document_looks, "OVERLAP", timedelta(0))
    lab.set(clock=lab.world.clock.epoch)
    for order in booked:
        change(lab, order, later=20, notes="reminded")
    lab.world.clock.advance(20)
    seen = [set(look(lab)) for _ in range(3)]
    assert [len(one) for one in seen] == [2, 1, 0]
    assert seen[0] | seen[1] == set(booked)


def test_a_credit_note_of_ours_that_was_made_void_puts_its_order_in_doubt(lab, booked):
    order = booked[0]
    invoice = invoice_of(lab, order)
    body = {
        "customer_id": invoice["customer_id"],
        "reference_number": order,
        "line_items": [{"item_id": invoice["line_items"][0]["item_id"], "rate": "5.00", "quantity": 1}],
    }
    note = lab.world.zoho.ask("POST", "/creditnotes", body)["creditnote"]
    extra = {"number": note["creditnote_number"], "status": note["status"], "total": str(note["total"])}
    key = f"{memory.stem(lab.connection, order)}:refund:1"
    links.bind(lab.ledger, "main", memory.NOTE, key, note["creditnote_id"], extra, time.time())
    before = len(lab.calls("zoho"))
    assert look(lab) == {}
    assert paths(lab, before) == ["invoices", "creditnotes"]
    lab.world.zoho.ask("POST", f"/creditnotes/{note['creditnote_id']}/status/void", {})
    assert look(lab) == {order: f"document {note['creditnote_number']} has changed in Zoho"}
    assert document(lab, order).extra["doubtful"] is True
    assert look(lab) == {}


def test_a_void_invoice_gives_its_goods_back_where_stock_follows(lab):
    lab.stocked("MUG", 10, 10)
    lab.set(stock_on=True)
    stock_map.look(lab.connection, None)
    order = placed(lab, lines=[LINE])
    lab.sync(order)
    assert sum(row.booked for row in takings.of_order(lab.ledger, "main", order)) == 3
    payments = list(lab.world.zoho.records["customerpayments"])
    for payment in payments:
        lab.world.zoho.ask("DELETE", f"/customerpayments/{payment}", {})
    void(lab, order)
    look(lab)
    assert sum(row.booked for row in takings.of_order(lab.ledger, "main", order)) == 0


@pytest.mark.parametrize("filters", ["honoured", "ignored"])
def test_a_list_that_knows_no_filter_is_read_only_as_far_as_it_is_young(new_lab, monkeypatch, filters):
    lab = new_lab(switches={"zoho_filters": filters})
    *old, new = placed(lab), placed(lab), placed(lab), placed(lab)
    lab.sync(*old)
    lab.world.clock.advance(3600)
    lab.sync(new)
    monkeypatch.setattr(client, "PER_PAGE", 1)
    since, before = datetime.now(UTC) + timedelta(seconds=1800), len(lab.calls("zoho"))
    rows = list(changed_since(lab.connection.zoho, "invoice", since))
    assert [row["reference_number"] for row in rows] == [new]
    assert len(lab.calls("zoho")) - before == (1 if filters == "honoured" else 2)
