"""Runs: what they noted, how far they are, what became of it; and rows that are in no hurry."""

import pytest

from ledger import history, intents, runs, work
from ledger.errors import LeaseLost

NOW = 1_700_000_000.0
FIRST = {"state": "done", "outcome": "posted"}


@pytest.fixture
def run(ledger):
    return runs.begin(ledger, "shop", "backfill", NOW, since="2026-01-01", until="", most=5)


def noted(ledger, run, *records, fresh=True):
    runs.add(ledger, run, dict.fromkeys(records, fresh), NOW)
    return work.note(ledger, "shop", "orders", records, NOW, patient=True)


def worked(ledger, record, now=NOW, **end):
    row = work.find(ledger, "shop", "orders", record)
    claim = work.claim(ledger, row.id, now, 60.0)
    work.finish(ledger, claim, now, **{**FIRST, **end})


def test_a_run_is_named_after_its_day_and_remembers_what_was_asked(ledger, run):
    assert run.name.startswith("2023-11-14-")
    assert len(run.name) == len("2023-11-14-a1b2")
    assert runs.get(ledger, "shop", run.name) == run
    assert runs.get(ledger, "other", run.name) is None
    assert runs.all_of(ledger, "shop") == [run]


def test_a_stopped_run_goes_on_where_it_was_and_an_ended_one_does_not(ledger, run):
    runs.move(ledger, run, "117")
    assert runs.unfinished(ledger, "shop", "backfill").cursor == "117"
    assert runs.unfinished(ledger, "shop", "sample") is None
    runs.set_state(ledger, run, "ended", NOW + 9)
    assert runs.unfinished(ledger, "shop", "backfill") is None
    assert runs.get(ledger, "shop", run.name).ended == NOW + 9


def test_what_was_first_said_of_a_record_stands(ledger, run):
    runs.add(ledger, run, {"7": True}, NOW)
    runs.add(ledger, run, {"7": False, "12": False}, NOW + 5)
    assert [(row.record, row.fresh, row.at) for row in runs.records(ledger, run)] == [
        ("7", True, NOW),
        ("12", False, NOW + 5),
    ]
    assert runs.count(ledger, run) == 2


def test_how_its_records_stand_is_counted(ledger, run):
    noted(ledger, run, "1", "2", "3")
    worked(ledger, "1")
    worked(ledger, "2", state="held", outcome="held", reason="tax-unmapped")
    told = {(one.state, one.outcome, one.reason, one.number) for one in runs.standings(ledger, run)}
    assert told == {("done", "posted", "", 1), ("held", "held", "tax-unmapped", 1), ("waiting", "", "", 1)}


def test_what_it_cost_and_made_is_that_of_its_own_records_since_it_noted_them(ledger, run):
    def tell(record, at, event, **detail):
        history.append(ledger, "shop", "orders", record, at, event, detail)

    noted(ledger, run, "1")
    tell("1", NOW - 5, "calls", zoho="9")
    tell("1", NOW + 5, "calls", zoho="2", bigcommerce="6")
    tell("2", NOW + 5, "calls", zoho="3")
    tell("1", NOW + 5, "create", kind="contact", id="77")
    tell("1", NOW + 5, "create", kind="invoice", id="78")
    assert runs.calls(ledger, run) == {"zoho": 2, "bigcommerce": 6}
    assert runs.made(ledger, run, "contact") == ["77"]


def test_rows_in_no_hurry_come_after_all_others(ledger, run):
    noted(ledger, run, "1", "2")
    work.note(ledger, "shop", "orders", ["8"], NOW + 10)
    work.note(ledger, "shop", "orders", ["9"], NOW + 20, urgent=True)
    assert runs.patient(ledger, "shop") == 2
    claims = work.claim_due(ledger, "shop", "orders", NOW + 30, 60.0, 9)
    assert [(claim.record, claim.patient) for claim in claims] == [
        ("9", False),
        ("8", False),
        ("1", True),
        ("2", True),
    ]


def test_nudges_are_handed_out_in_the_same_order(ledger, run):
    patient = noted(ledger, run, "1")
    hurried = work.note(ledger, "shop", "orders", ["8"], NOW + 10)
    assert [row[0] for row in work.due(ledger, NOW + 30, 9)] == [*hurried, *patient]


def test_a_row_that_somebody_else_asks_for_is_patient_no_more(ledger, run):
    noted(ledger, run, "1")
    work.note(ledger, "shop", "orders", ["1"], NOW + 1)
    assert not work.find(ledger, "shop", "orders", "1").patient


def test_what_is_in_no_hurry_makes_no_worker_late(ledger, run):
    noted(ledger, run, "1")
    assert work.oldest_due(ledger, NOW + 60) is None
    work.note(ledger, "shop", "orders", ["8"], NOW + 10)
    assert work.oldest_due(ledger, NOW + 60) == 50


def test_patience_ends_with_the_work(ledger, run):
    noted(ledger, run, "1")
    worked(ledger, "1")
    assert not work.find(ledger, "shop", "orders", "1").patient
    assert runs.patient(ledger, "shop") == 0


def test_a_row_is_set_aside_only_by_who_holds_it(ledger, run):
    noted(ledger, run, "1")
    row = work.find(ledger, "shop", "orders", "1")
    claim = work.claim(ledger, row.id, NOW, 60.0)
    runs.set_aside(ledger, claim)
    assert work.find(ledger, "shop", "orders", "1").fingerprint == runs.UNDONE
    work.claim(ledger, row.id, NOW + 61, 60.0)  # somebody else, for the lease ran out
    with pytest.raises(LeaseLost):
        runs.set_aside(ledger, claim)


def test_what_is_on_its_way_and_what_was_taken_back_is_told_apart(ledger, run):
    noted(ledger, run, "1", "2", "3")
    worked(ledger, "1")
    worked(ledger, "2", outcome="skipped", reason="undone", fingerprint=runs.UNDONE)
    assert runs.untouchable(ledger, "shop", ["1", "2", "3", "4"]) == ({"3"}, {"2"})


def test_calls_of_rows_in_no_hurry_are_no_measure_for_a_day_of_orders(ledger):
    for patient in ({}, {"patient": True}):
        history.append(ledger, "shop", "orders", "1", NOW, "calls", {"zoho": "2", **patient})
    assert history.zoho_calls(ledger, "shop", "orders", NOW - 1, NOW + 1) == 2


def test_intents_of_a_record_are_forgotten_whole(ledger):
    for key in ("orders:12:create:s:12:invoice:1", "orders:123:create:s:123:invoice:1"):
        intents.intend(ledger, "shop", key, "create", "invoice", "f", NOW, 1)
    assert intents.forget(ledger, "shop", "orders:12") == 1
    assert len(intents.of_record(ledger, "shop", "orders:123")) == 1
    assert intents.of_record(ledger, "shop", "orders:12") == []
