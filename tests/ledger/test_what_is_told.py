"""The lines of a record's history that come with its work, in the same transaction; and how long they are kept."""

from ledger import history, work

CALLBACK = {"by": "callback"}


def lines(ledger, record, connection="shop"):
    return [(e.event, dict(e.detail)) for e in history.of(ledger, connection, "orders", record)]


def held(ledger, record, now=1.0, connection="shop"):
    (row_id,) = work.note(ledger, connection, "orders", [record], now)
    claim = work.claim(ledger, row_id, now, 90)
    work.finish(ledger, claim, now, state="held", outcome="held", reason="tax-unmapped")
    return row_id


def test_who_noted_a_record_is_told_once_for_a_burst(ledger):
    for now in (1.0, 1.1, 1.2):
        work.note(ledger, "shop", "orders", ["1"], now, delay=0.5, told=CALLBACK)
    assert lines(ledger, "1") == [("noted", CALLBACK)]


def test_a_note_for_a_record_that_is_being_worked_or_has_ended_is_told_and_says_when(ledger):
    (row_id,) = work.note(ledger, "shop", "orders", ["1"], 1.0, told=CALLBACK)
    claim = work.claim(ledger, row_id, 1.0, 90)
    work.note(ledger, "shop", "orders", ["1"], 2.0, told={"by": "look"})
    work.note(ledger, "shop", "orders", ["1"], 2.5, told={"by": "look"})  # the next run is promised already
    work.finish(ledger, claim, 3.0, state="done", outcome="posted")
    claim = work.claim(ledger, row_id, 3.0, 90)
    work.finish(ledger, claim, 3.0, state="done", outcome="posted")
    work.note(ledger, "shop", "orders", ["1"], 4.0, told={"by": "person"})
    assert [detail["by"] for _, detail in lines(ledger, "1")] == ["callback", "look", "person"]
    assert [event.at for event in history.of(ledger, "shop", "orders", "1")] == [1.0, 2.0, 4.0]


def test_a_note_that_brings_waiting_work_forward_is_told_and_one_that_changes_only_a_stamp_is_not(ledger):
    work.note(ledger, "shop", "orders", ["1"], 1.0, delay=60, told={"by": "look"}, stamp={"1": "monday"})
    work.note(ledger, "shop", "orders", ["1"], 2.0, delay=60, told={"by": "look"}, stamp={"1": "tuesday"})
    work.note(ledger, "shop", "orders", ["1"], 3.0, urgent=True, told=CALLBACK)
    assert [detail["by"] for _, detail in lines(ledger, "1")] == ["look", "callback"]


def test_a_note_that_says_nothing_tells_nothing(ledger):
    work.note(ledger, "shop", "orders", ["1"], 1.0)
    assert lines(ledger, "1") == []


def test_a_release_is_told_with_its_reason_for_each_record(ledger):
    ids = [held(ledger, record) for record in ("1", "2", "3")]
    assert work.retry(ledger, ids[:2], 5.0, {"why": "the taxes have changed"}) == ids[:2]
    told = [("released", {"why": "the taxes have changed"})]
    assert [lines(ledger, record) for record in ("1", "2", "3")] == [told, told, []]


def test_old_history_goes_and_what_is_told_of_a_held_record_stays(ledger):
    held(ledger, "1")
    for record in ("1", "2"):
        history.append_many(
            ledger, [("shop", "orders", record, float(at), "calls", {}) for at in range(1, 1201)]
        )
    history.append(ledger, "other", "orders", "1", 1.0, "posted", {})
    assert history.prune(ledger, 1200.0, "shop") == 1199
    assert [event.at for event in history.of(ledger, "shop", "orders", "2")] == [1200.0]
    assert len(history.of(ledger, "shop", "orders", "1")) == 1200
    assert len(history.of(ledger, "other", "orders", "1")) == 1
