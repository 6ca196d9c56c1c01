import pytest

from ledger import work

NOW = 1_000.0
LEASE = 30.0


def note(ledger, *records, now=NOW, **more):
    return work.note(ledger, "shop", "orders", records, now, **more)


def row(ledger, record="1"):
    return work.find(ledger, "shop", "orders", record)


def take(ledger, record="1", now=NOW):
    return work.claim(ledger, row(ledger, record).id, now, LEASE)


def done(ledger, claim, now=NOW, **more):
    return work.finish(ledger, claim, now, **{"state": "done", "outcome": "posted", **more})


def test_a_noted_record_is_due_at_once_and_handed_out(ledger):
    (work_id,) = note(ledger, "1")
    assert work.due(ledger, NOW, 10) == [(work_id, "orders", "shop")]
    assert row(ledger).state == "waiting"
    assert row(ledger).noted_at == NOW


def test_a_burst_of_callbacks_is_one_piece_of_work(ledger):
    newly = [note(ledger, "1", now=NOW + i) for i in range(50)]
    assert [bool(ids) for ids in newly] == [True] + [False] * 49
    assert len(work.due(ledger, NOW + 50, 100)) == 1
    done(ledger, take(ledger, now=NOW + 50))
    assert work.due(ledger, NOW + 9_999, 100) == []
    assert row(ledger).generation == 1


def test_a_record_named_twice_in_one_note_is_one_row(ledger):
    assert len(note(ledger, "1", "2", "1")) == 2


def test_newly_due_ids_come_in_the_order_of_the_records(ledger):
    ids = note(ledger, "9", "1", "5")
    assert ids == [row(ledger, r).id for r in ("9", "1", "5")]


def test_more_records_than_one_transaction_takes_are_all_noted(ledger):
    assert len(note(ledger, *(str(n) for n in range(1_203)))) == 1_203
    (count,) = work.counts(ledger)
    assert count == work.Count("shop", "orders", "waiting", "", 1_203)


def test_the_same_record_of_another_flow_or_connection_is_other_work(ledger):
    ids = note(ledger, "1")
    ids += work.note(ledger, "shop", "stock", ["1"], NOW)
    ids += work.note(ledger, "other", "orders", ["1"], NOW)
    assert len(set(ids)) == 3


def test_a_delayed_note_is_not_due_before_its_time_and_the_earlier_time_wins(ledger):
    assert note(ledger, "1", delay=5)
    assert work.due(ledger, NOW + 4.9, 10) == []
    assert not note(ledger, "1", now=NOW + 1, delay=5)
    assert note(ledger, "1", now=NOW + 1, delay=1)
    assert len(work.due(ledger, NOW + 2, 10)) == 1


def test_a_note_while_working_makes_the_record_due_again_at_the_end(ledger):
    note(ledger, "1")
    claim = take(ledger)
    assert note(ledger, "1", now=NOW + 1) == []
    assert work.due(ledger, NOW + 2, 10) == []
    assert done(ledger, claim, now=NOW + 3) is True
    assert row(ledger).state == "waiting"
    assert len(work.due(ledger, NOW + 3, 10)) == 1
    again = take(ledger, now=NOW + 4)
    assert again.generation == claim.generation + 1
    assert done(ledger, again, now=NOW + 5) is False
    assert work.due(ledger, NOW + 9_999, 10) == []


def test_several_notes_while_working_are_one_more_run(ledger):
    note(ledger, "1")
    claim = take(ledger)
    for i in range(5):
        note(ledger, "1", now=NOW + i)
    assert done(ledger, claim)
    assert done(ledger, take(ledger)) is False


def test_a_change_noted_before_the_claim_needs_no_second_run(ledger):
    note(ledger, "1")
    note(ledger, "1", now=NOW + 1)
    assert done(ledger, take(ledger, now=NOW + 2)) is False


def test_only_one_claim_is_given_until_the_lease_ends(ledger):
    (work_id,) = note(ledger, "1")
    first = work.claim(ledger, work_id, NOW, LEASE)
    assert first.leased_until == NOW + LEASE
    assert work.claim(ledger, work_id, NOW + LEASE - 1, LEASE) is None
    second = work.claim(ledger, work_id, NOW + LEASE, LEASE)
    assert second.fence == first.fence + 1


def test_a_dead_worker_counts_as_an_attempt(ledger):
    note(ledger, "1")
    take(ledger)
    assert take(ledger, now=NOW + LEASE).attempts == 1
    assert take(ledger, now=NOW + 2 * LEASE).attempts == 2


def test_a_claim_of_work_that_is_done_is_refused(ledger):
    (work_id,) = note(ledger, "1")
    done(ledger, take(ledger))
    assert work.claim(ledger, work_id, NOW + 1, LEASE) is None
    assert work.claim(ledger, 4_711, NOW, LEASE) is None


LATE_WRITES = {
    "finish": lambda ledger, claim: done(ledger, claim, outcome="wrong"),
    "later": lambda ledger, claim: work.later(ledger, claim, NOW + 500, count_attempt=True, why=""),
    "renew": lambda ledger, claim: work.renew(ledger, claim, NOW + 40, LEASE),
}


@pytest.mark.parametrize("late", LATE_WRITES)
def test_a_worker_that_lost_its_lease_writes_nothing(ledger, late):
    note(ledger, "1")
    overtaken = take(ledger)
    current = take(ledger, now=NOW + LEASE)
    with pytest.raises(work.LeaseLost):
        LATE_WRITES[late](ledger, overtaken)
    assert row(ledger).leased_until == current.leased_until
    assert row(ledger).outcome == ""
    done(ledger, current)
    with pytest.raises(work.LeaseLost):
        done(ledger, overtaken, outcome="wrong")
    assert row(ledger).outcome == "posted"


def test_a_slow_worker_whom_nobody_overtook_may_still_finish(ledger):
    note(ledger, "1")
    claim = take(ledger)
    done(ledger, claim, now=NOW + 10 * LEASE)
    assert row(ledger).state == "done"


def test_a_claim_cannot_be_finished_twice(ledger):
    note(ledger, "1")
    claim = take(ledger)
    done(ledger, claim)
    with pytest.raises(work.LeaseLost):
        done(ledger, claim)


def test_a_renewed_lease_keeps_others_away(ledger):
    note(ledger, "1")
    claim = take(ledger)
    work.renew(ledger, claim, NOW + 20, LEASE)
    assert take(ledger, now=NOW + 40) is None
    done(ledger, claim, now=NOW + 41)


def test_waiting_for_budget_costs_no_attempt_and_failing_does(ledger):
    note(ledger, "1")
    work.later(ledger, take(ledger), NOW + 60, count_attempt=False, why="the minute is full")
    assert row(ledger).why == "the minute is full"
    assert take(ledger, now=NOW + 59) is None
    claim = take(ledger, now=NOW + 60)
    assert claim.attempts == 0
    work.later(ledger, claim, NOW + 70, count_attempt=True, why="the shop did not answer")
    claim = take(ledger, now=NOW + 70)
    assert claim.attempts == 1
    done(ledger, claim)
    assert row(ledger).attempts == 0
    assert row(ledger).why == ""


def test_a_callback_brings_put_off_work_forward(ledger):
    note(ledger, "1")
    work.later(ledger, take(ledger), NOW + 600, count_attempt=True, why="")
    assert note(ledger, "1", now=NOW + 5)
    assert take(ledger, now=NOW + 5)


def test_a_held_record_is_due_again_on_a_note(ledger):
    note(ledger, "1")
    claim = take(ledger)
    work.finish(
        ledger, claim, NOW, state="held", outcome="held", reason="tax-unmapped", what="VAT 7", remedy="map it"
    )
    (held,) = work.held(ledger)
    assert (held.reason, held.what, held.remedy) == ("tax-unmapped", "VAT 7", "map it")
    assert work.due(ledger, NOW + 9_999, 10) == []
    assert note(ledger, "1", now=NOW + 10)
    assert work.held(ledger) == []
    assert take(ledger, now=NOW + 10).reason == "tax-unmapped"


def test_held_records_can_be_asked_for_by_connection(ledger):
    note(ledger, "1")
    done(ledger, take(ledger), state="held", outcome="held")
    assert len(work.held(ledger, "shop")) == 1
    assert work.held(ledger, "other") == []


def test_retry_makes_all_that_a_connection_holds_due_and_forgets_the_fingerprint(ledger):
    note(ledger, "1", "2", "3")
    for record in ("1", "2"):
        done(ledger, take(ledger, record), state="held", outcome="held", fingerprint="same")
    done(ledger, take(ledger, "3"), fingerprint="same")
    assert work.retry(ledger, "shop", NOW + 5) == sorted(row(ledger, r).id for r in ("1", "2"))
    assert take(ledger, "1", now=NOW + 5).fingerprint == ""
    assert row(ledger, "3").state == "done"


def test_retry_takes_more_ids_than_a_statement_of_postgres_does(ledger):
    """65,535 values; a bad day of a large store, and a person who says retry to all that is held."""
    ids = note(ledger, "1") + note(ledger, "2")
    many = 66_000 if ledger.engine.dialect.name == "postgresql" else 1_100
    assert work.retry(ledger, range(many), NOW + 1) == sorted(ids)


def test_retry_by_id_takes_done_work_up_again_and_does_not_disturb_a_worker(ledger):
    ids = note(ledger, "1", "2")
    done(ledger, take(ledger, "1"))
    claim = take(ledger, "2")
    work.retry(ledger, ids, NOW + 1)
    assert take(ledger, "1", now=NOW + 1)
    assert take(ledger, "2", now=NOW + 1) is None
    assert done(ledger, claim, now=NOW + 2) is True


def test_what_was_handed_out_comes_again_only_after_a_while(ledger):
    (work_id,) = note(ledger, "1")
    assert [found[0] for found in work.due(ledger, NOW, 10)] == [work_id]
    assert work.due(ledger, NOW + 9, 10) == []
    assert [found[0] for found in work.due(ledger, NOW + 10, 10)] == [work_id]
    assert len(work.due(ledger, NOW + 12, 10, renudge_after=2)) == 1


def test_rows_that_nobody_takes_do_not_hold_up_the_others(ledger):
    stuck = note(ledger, "1", "2", now=NOW - 500)
    assert {found[0] for found in work.due(ledger, NOW, 2)} == set(stuck)
    (fresh,) = note(ledger, "3", now=NOW)
    assert work.due(ledger, NOW + 20, 1) == [(fresh, "orders", "shop")]


def test_urgent_work_is_handed_out_first_and_is_urgent_only_once(ledger):
    note(ledger, "1")
    note(ledger, "2", now=NOW + 1)
    note(ledger, "2", now=NOW + 1, urgent=True)
    assert [found[0] for found in work.due(ledger, NOW + 1, 1)] == [row(ledger, "2").id]
    claim = take(ledger, "2", now=NOW + 1)
    assert claim.urgent
    done(ledger, claim)
    assert not row(ledger, "2").urgent


def test_a_batch_claim_takes_the_urgent_and_oldest_of_one_flow(ledger):
    note(ledger, "1", now=NOW + 2)
    note(ledger, "2", now=NOW + 1)
    note(ledger, "3", now=NOW + 3, urgent=True)
    work.note(ledger, "shop", "stock", ["4"], NOW)
    claims = work.claim_due(ledger, "shop", "orders", NOW + 5, LEASE, 2)
    assert [claim.record for claim in claims] == ["3", "2"]
    assert [claim.record for claim in work.claim_due(ledger, "shop", "orders", NOW + 5, LEASE, 9)] == ["1"]
    assert work.claim_due(ledger, "shop", "orders", NOW + 5, LEASE, 9) == []


def test_a_sweep_notes_only_what_changed(ledger):
    note(ledger, "1", "2", stamp={"1": "monday", "2": "monday"})
    assert work.known_stamps(ledger, "shop", "orders", ["1", "2", "3"]) == {"1": "monday", "2": "monday"}
    done(ledger, take(ledger), stamp="tuesday, by our own mark")
    assert work.known_stamps(ledger, "shop", "orders", ["1"]) == {"1": "tuesday, by our own mark"}


def test_the_stamp_of_a_change_noted_while_working_is_not_overwritten(ledger):
    note(ledger, "1", stamp={"1": "monday"})
    claim = take(ledger)
    note(ledger, "1", stamp={"1": "wednesday"})
    done(ledger, claim, stamp="tuesday")
    assert row(ledger).source_stamp == "wednesday"


def test_a_newer_stamp_of_waiting_work_is_kept(ledger):
    note(ledger, "1", stamp={"1": "monday"})
    assert note(ledger, "1", stamp={"1": "tuesday"}) == []
    assert row(ledger).source_stamp == "tuesday"


def test_the_fingerprint_and_outcome_of_the_last_run_come_with_the_next_claim(ledger):
    note(ledger, "1")
    done(ledger, take(ledger), fingerprint="abc")
    note(ledger, "1", now=NOW + 1)
    claim = take(ledger, now=NOW + 1)
    assert (claim.outcome, claim.fingerprint) == ("posted", "abc")
    done(ledger, claim, outcome="unchanged")
    assert row(ledger).fingerprint == "abc"


def test_an_address_in_a_sentence_is_hidden(ledger):
    note(ledger, "1")
    claim = take(ledger)
    done(
        ledger,
        claim,
        state="held",
        outcome="held",
        what='Contact "jane.doe@example.com" exists.',
        remedy="x@y",
    )
    assert "@" not in row(ledger).what + row(ledger).remedy
    assert row(ledger).what.startswith('Contact "')


def test_latency_counts_from_the_note_to_the_end_of_the_run_that_saw_it(ledger):
    note(ledger, "1")
    claim = take(ledger, now=NOW + 1)
    note(ledger, "1", now=NOW + 2)
    note(ledger, "1", now=NOW + 3)
    done(ledger, claim, now=NOW + 4)
    assert work.latencies(ledger, "shop", "orders") == []
    done(ledger, take(ledger, now=NOW + 5), now=NOW + 7)
    assert work.latencies(ledger, "shop", "orders") == [5.0]
    assert work.latencies(ledger, "shop", "orders", since=NOW + 8) == []


def test_the_age_of_the_oldest_due_row_is_known(ledger):
    assert work.oldest_due(ledger, NOW) is None
    note(ledger, "1", "2")
    assert work.oldest_due(ledger, NOW + 7) == 7
    take(ledger, "1"), take(ledger, "2")
    assert work.oldest_due(ledger, NOW + 7) is None
    assert work.oldest_due(ledger, NOW + LEASE + 1) == 1


def test_rows_are_counted_by_state_and_outcome(ledger):
    note(ledger, "1", "2", "3")
    done(ledger, take(ledger, "1"))
    done(ledger, take(ledger, "2"), state="held", outcome="held")
    assert [(c.state, c.outcome, c.number) for c in work.counts(ledger)] == [
        ("done", "posted", 1),
        ("held", "held", 1),
        ("waiting", "", 1),
    ]


def test_a_row_is_found_by_its_id(ledger):
    (work_id,) = note(ledger, "1")
    assert work.find_id(ledger, work_id) == row(ledger)
    assert work.find_id(ledger, work_id + 1) is None
    assert row(ledger, "nobody") is None


def test_a_paused_connection_is_left_alone_and_loses_nothing(ledger):
    (work_id,) = note(ledger, "1")
    assert work.pause(ledger, "shop", None, "the login is dead")
    note(ledger, "2")
    assert work.due(ledger, NOW, 10) == []
    assert work.claim(ledger, work_id, NOW, LEASE) is None
    assert work.claim_due(ledger, "shop", "orders", NOW, LEASE, 10) == []
    assert work.oldest_due(ledger, NOW) is None
    (other,) = work.note(ledger, "other", "orders", ["1"], NOW)
    assert work.due(ledger, NOW, 10) == [(other, "orders", "other")]
    assert work.resume(ledger, "shop")
    assert len(work.due(ledger, NOW, 10)) == 2


def test_a_timed_pause_ends_by_itself(ledger):
    note(ledger, "1")
    work.pause(ledger, "shop", NOW + 60, "the day is used up")
    assert work.paused(ledger, NOW)["shop"].why == "the day is used up"
    assert work.due(ledger, NOW + 59, 10) == []
    assert len(work.due(ledger, NOW + 60, 10)) == 1
    assert work.paused(ledger, NOW + 60) == {}


def test_many_workers_that_meet_a_dead_login_alert_once_and_no_pause_gets_shorter(ledger):
    assert work.pause(ledger, "shop", NOW + 10, "first")
    assert not work.pause(ledger, "shop", NOW + 20, "longer, by another worker")
    assert not work.pause(ledger, "shop", NOW + 5, "shorter")
    assert not work.pause(
        ledger, "shop", NOW + 30, "the rest has ended and begins again", awake_since=NOW + 15
    )
    assert work.pause(ledger, "shop", NOW + 90, "it was awake since", awake_since=NOW + 60)
    assert not work.pause(ledger, "shop", None, "the login is dead")
    assert not work.pause(ledger, "shop", None, "the login is dead")
    assert not work.pause(ledger, "shop", NOW + 99, "shorter than for ever")
    assert work.paused(ledger, NOW + 9_999)["shop"].until is None
    assert work.resume(ledger, "shop")
    assert not work.resume(ledger, "shop")


def claims_of(ledger, *records):
    note(ledger, *records)
    return {claim.record: claim for claim in work.claim_due(ledger, "shop", "orders", NOW, LEASE, 100)}


def test_many_are_finished_at_once_each_in_its_own_way(ledger):
    claims = claims_of(ledger, "1", "2", "3")
    ends = [
        (claims["1"], {"state": "done", "outcome": "posted", "fingerprint": "f", "stamp": "s"}),
        (
            claims["2"],
            {"state": "held", "outcome": "held", "reason": "r", "what": "w a@b.example", "remedy": "do"},
        ),
        (claims["3"], {"state": "done", "outcome": "posted", "again_at": NOW + 60}),
    ]
    assert work.finish_many(ledger, ends, NOW + 1) == {claim.id for claim in claims.values()}
    one, two, three = (row(ledger, record) for record in "123")
    assert (one.state, one.outcome, one.fingerprint, one.due_at) == ("done", "posted", "f", None)
    assert (two.state, two.reason, two.remedy) == ("held", "r", "do")
    assert "b.example" not in two.what
    assert (three.state, three.due_at) == ("waiting", NOW + 60)
    assert work.finish_many(ledger, [], NOW) == set()


def test_of_many_finished_the_one_that_changed_meanwhile_is_due_again(ledger):
    claims = claims_of(ledger, "1", "2")
    note(ledger, "2", now=NOW + 1)
    ends = [(claim, {"state": "done", "outcome": "posted"}) for claim in claims.values()]
    assert work.finish_many(ledger, ends, NOW + 2) == {claim.id for claim in claims.values()}
    assert row(ledger, "1").state == "done"
    assert row(ledger, "2").state == "waiting"
    assert [work_id for work_id, _, _ in work.due(ledger, NOW + 2, 10)] == [claims["2"].id]


def test_of_many_finished_the_one_that_another_claimed_is_left_to_them(ledger):
    claims = claims_of(ledger, "1", "2")
    theirs = take(ledger, "2", now=NOW + LEASE)
    ends = [(claim, {"state": "held", "outcome": "held", "what": "late"}) for claim in claims.values()]
    assert work.finish_many(ledger, ends, NOW + LEASE) == {claims["1"].id}
    assert (row(ledger, "2").state, row(ledger, "2").what) == ("working", "")
    assert work.finish_many(ledger, [(theirs, {"state": "done", "outcome": "posted"})], NOW + LEASE) == {
        theirs.id
    }


def test_of_many_finished_none_is_written_when_one_is_nonsense(ledger):
    claims = claims_of(ledger, "1", "2")
    ends = [(claims["1"], {"state": "done", "outcome": "posted"}), (claims["2"], {"status": "done"})]
    with pytest.raises(TypeError):
        work.finish_many(ledger, ends, NOW)
    assert row(ledger, "1").state == "working"


def test_of_many_renewed_only_the_held_ones_are_kept(ledger):
    claims = claims_of(ledger, "1", "2", "3")
    done(ledger, claims["3"])
    take(ledger, "2", now=NOW + LEASE)
    assert work.renew_many(ledger, claims.values(), NOW + LEASE, 50.0) == {claims["1"].id}
    assert row(ledger, "1").due_at == NOW + LEASE + 50.0
    assert row(ledger, "2").due_at == NOW + 2 * LEASE
    assert row(ledger, "3").due_at is None
    assert work.renew_many(ledger, [], NOW, LEASE) == set()
