"""Held orders go on by themselves once the cause is gone, each once for each change of it, and never in a storm."""

import time
from dataclasses import replace

import pytest

from ledger import cursors, history, work
from mappings.errors import Unmappable
from mappings.reasons import RELEASES
from tasks import entries, releases
from tests.tasks.checks import check_posted, invoices_of
from tests.tasks.conftest import LINE, placed

MOON = {"lines": [{**LINE, "tax": {"name": "Moon tax", "rate": "13"}}], "shipping": "0"}
BOOKS = "/zoho/books/v3"


def sweep(lab):
    """A sweep now, as if the time for each of its looks had come."""
    for slot in ("release", *(f"held.{cause}" for cause in releases.LOOKS)):
        cursors.give_slot(lab.ledger, f"main.{slot}")
    learned = cursors.learned(lab.ledger, lab.connection.organization)
    if "looked_at" in learned:
        cursors.learn(lab.ledger, lab.connection.organization, "looked_at", 0.0)
        cursors.give_slot(lab.ledger, f"{lab.connection.organization}.look")
    releases.release(lab.services, "main")
    lab.quiet()


def told(lab, order):
    lines = history.of(lab.ledger, "main", "orders", order)
    return [line.detail["why"] for line in lines if line.event == "released"]


def without_tax(lab, order_of, name="Moon tax"):
    """An order whose tax is not in Zoho any more: its row, and how the tax comes back."""
    order = order_of(lab)
    moon = next(one for one, row in lab.world.zoho.taxes.items() if row["tax_name"] == name)
    kept = lab.world.zoho.taxes.pop(moon)
    row = lab.sync(order)
    assert (row.state, row.reason) == ("held", "tax-unmapped")
    return order, lambda: lab.world.zoho.taxes.update({moon: kept})


def test_an_order_without_its_tax_is_booked_by_itself_once_the_tax_is_made(lab):
    order, make = without_tax(lab, lambda lab: placed(lab, **MOON))
    releases.at_start(lab.services)
    lab.quiet()
    sweep(lab)  # the first look knows nothing to compare with
    before = len(told(lab, order))
    sweep(lab)
    assert (lab.row(order).state, len(told(lab, order))) == ("held", before)
    make()
    sweep(lab)
    check_posted(lab, order)
    assert told(lab, order)[-1] == "taxes or currencies have changed in Zoho"


def test_an_order_that_was_looked_at_while_its_tax_was_made_is_released_all_the_same(lab):
    """A look finds it unchanged, asks Zoho nothing and so has tried nothing: it is no newer than before."""
    order, make = without_tax(lab, lambda lab: placed(lab, **MOON))
    mars = {"lines": [{**LINE, "tax": {"name": "Mars tax", "rate": "17"}}], "shipping": "0"}
    without_tax(lab, lambda lab: placed(lab, **mars), "Mars tax")
    sweep(lab)
    make()
    work.note(lab.ledger, "main", "orders", [order], time.time())
    sweep(lab)  # takes up the other one, and what was waiting is found unchanged
    lab.sync(order)
    assert lab.row(order).state == "held"
    sweep(lab)
    check_posted(lab, order)


def test_while_nothing_is_held_zoho_is_asked_nothing(lab):
    lab.sync(placed(lab))
    before = len(lab.calls("zoho"))
    sweep(lab)
    assert len(lab.calls("zoho")) == before


def test_what_has_been_missing_for_long_is_looked_for_less_often(lab):
    without_tax(lab, lambda lab: placed(lab, **MOON))
    (row,) = work.held(lab.ledger, "main")
    start, pace = row.noted_at, lab.connection.pace
    looks = []
    for minutes in range(0, 1440, 5):
        now = start + 60 * minutes / pace
        lab.set(clock=lambda now=now: now)
        if releases._is_due(lab.connection, "taxes", [row]):
            looks.append(minutes)
    assert looks[:5] == [0, 5, 10, 15, 20]
    assert 30 <= len(looks) <= 45  # 288 sweeps a day


def test_changed_settings_take_up_what_was_held_under_the_old_ones_and_only_once(lab):
    order = placed(lab, customer={"email": ""})
    releases.at_start(lab.services)
    assert lab.sync(order).reason == "email-missing"
    releases.at_start(lab.services)
    lab.quiet()
    assert told(lab, order) == []
    lab.set(order_rules=replace(lab.connection.order_rules, no_email="walk_in"))
    lab.rules(no_email="walk_in")
    releases.at_start(lab.services)
    lab.quiet()
    assert len(invoices_of(lab, order)) == 1
    assert told(lab, order) == ["the settings have changed"]
    releases.at_start(lab.services)
    lab.quiet()
    assert told(lab, order) == ["the settings have changed"]


def test_what_stays_held_under_changed_settings_is_not_taken_up_again_and_again(lab):
    releases.at_start(lab.services)
    order = placed(lab, error="0.50")
    lab.sync(order)
    lab.rules(lock_date="2020-01-31")
    for _ in range(3):
        releases.at_start(lab.services)
        lab.quiet()
        sweep(lab)
    assert told(lab, order) == ["the settings have changed"]


def test_thousands_that_were_held_are_taken_up_a_portion_at_a_time(lab):
    records = [str(number) for number in range(releases.PORTION + 30)]
    now = time.time() - 60
    for row_id in work.note(lab.ledger, "main", "orders", records, now):
        claim = work.claim(lab.ledger, row_id, now, 90)
        work.finish(lab.ledger, claim, now, state="held", outcome="held", reason="overpaid")
    published = []
    releases.at_start(replace(lab.services, publish=lambda _task, one: published.append(one)))
    assert len(published) == releases.PORTION
    assert len(work.held(lab.ledger, "main")) == 30
    assert not any(row.urgent for row in (work.find_id(lab.ledger, one) for one in published))


def test_the_order_of_a_missing_item_is_booked_by_itself_once_the_item_is_made(lab):
    lab.rules(missing_product="hold")
    lab.item(name="Shipping", sku="SHIPPING", rate="0", product_type="service")
    first, second = placed(lab), placed(lab, lines=[{**LINE, "sku": "CUP"}])
    releases.at_start(lab.services)
    lab.sync(first, second)
    assert {lab.row(one).reason for one in (first, second)} == {"product-missing"}
    sweep(lab)
    assert invoices_of(lab, first) == []
    work.retry(lab.ledger, [lab.row(first).id], time.time())  # a person tries in vain
    lab.quiet()
    lab.item(name="Mug", sku="mug")
    before = len(lab.calls("zoho"))
    sweep(lab)
    check_posted(lab, first)
    assert told(lab, first) == ["Zoho has an item with SKU mug"]
    assert (lab.row(second).state, told(lab, second)) == ("held", [])
    finds = [call for call in lab.calls("zoho")[before:] if call["path"] == f"{BOOKS}/items"]
    assert len(finds) <= 3  # one for each SKU that is missing, and the order's own


def test_the_sentence_of_a_missing_item_names_the_sku_that_is_looked_for(lab):
    lab.rules(missing_product="hold")
    what = lab.sync(placed(lab)).what
    assert releases.SKU.search(what)[1] in ("MUG", "SHIPPING")


def test_missing_items_are_asked_for_in_turn_and_twenty_at_a_time(lab):
    skus = [f"s{number:02}" for number in range(50)]
    turns = [releases._in_turn(lab.connection, "item", skus) for _ in range(5)]
    assert [len(turn) for turn in turns] == [releases.AT_MOST] * 5
    assert set(turns[0]) | set(turns[1]) | set(turns[2]) == set(skus)


def test_an_order_goes_on_when_the_other_document_of_its_number_is_gone(lab):
    order = placed(lab)
    lab.sync(placed(lab))
    theirs = lab.invoices[0]
    (row_id,) = work.note(lab.ledger, "main", "orders", [order], time.time())
    claim = work.claim(lab.ledger, row_id, time.time(), 90)
    work.finish(lab.ledger, claim, time.time(), state="held", outcome="held", reason="foreign-document")
    releases.at_start(replace(lab.services, connections={}))
    theirs["reference_number"], kept = order, theirs["_custom"].pop("cf_cartbooks_key")
    cursors.put(lab.ledger, "main", releases.RULES, releases.rules_digest(lab.connection), 0.0)
    sweep(lab)
    assert lab.row(order).state == "held"
    theirs["reference_number"] = "somebody else's"
    sweep(lab)
    check_posted(lab, order)
    assert told(lab, order) == ["no other document names the order any more"]
    assert kept


def test_a_connection_that_is_switched_off_takes_nothing_up(lab):
    order, _ = without_tax(lab, lambda lab: placed(lab, **MOON))
    lab.set(enabled=False)
    releases.at_start(lab.services)
    sweep(lab)
    assert told(lab, order) == []


def test_a_settings_digest_is_the_same_in_every_process_and_another_for_each_choice(lab):
    digest = releases.rules_digest(lab.connection)
    statuses = lab.connection.order_rules.statuses
    lab.set(
        order_rules=replace(lab.connection.order_rules, statuses=frozenset(sorted(statuses, reverse=True)))
    )
    assert releases.rules_digest(lab.connection) == digest
    lab.rules(lock_date="2026-01-31")
    assert releases.rules_digest(lab.connection) != digest


@pytest.mark.parametrize("cause", releases.LOOKS)
def test_every_cause_that_is_looked_for_frees_some_reason(cause):
    assert any(cause in causes for causes in RELEASES.values())
    assert issubclass(Unmappable, Exception)


def test_a_worker_that_starts_takes_up_what_was_held_under_other_settings(lab, monkeypatch):
    order = placed(lab, error="0.50")
    releases.at_start(lab.services)
    lab.sync(order)
    lab.rules(lock_date="2020-01-31")
    monkeypatch.setattr(entries, "services", lambda: lab.services)
    entries._start()
    entries._stop()
    assert told(lab, order) == ["the settings have changed"]
