"""Whatever happens in whatever order, what was noted is worked afterwards, by one worker at a time."""

import contextlib
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger import store, work

RECORDS = ("1", "2", "3")
LEASE = 30.0


class Shop(RuleBasedStateMachine):
    """A source that changes, callbacks about it, and workers that read it, finish, put off, stall and die.

    `changed` counts the changes that were noted, `booked` the newest of them that a finished run has read.
    """

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = shutil.copy(TEMPLATE[0], Path(self.folder.name) / "ledger.db")
        self.ledger = store.open_ledger(f"sqlite:///{path}")
        self.now = 1_000.0
        self.changed = dict.fromkeys(RECORDS, 0)
        self.booked = dict.fromkeys(RECORDS, 0)
        self.working = []  # (claim, what it read)
        self.fences = dict.fromkeys(RECORDS, 0)  # of the newest claim

    def teardown(self):
        self.settle_everything()
        store.close_ledger(self.ledger)
        self.folder.cleanup()

    @rule(record=st.sampled_from(RECORDS), delay=st.sampled_from([0.0, 2.0]))
    def change(self, record, delay):
        self.changed[record] += 1
        work.note(self.ledger, "shop", "orders", [record], self.now, delay=delay)

    @rule(limit=st.integers(1, 3))
    def pump_and_claim(self, limit):
        for work_id, _, _ in work.due(self.ledger, self.now, limit, renudge_after=1):
            self.take(work.claim(self.ledger, work_id, self.now, LEASE))

    def take(self, claim):
        if claim:
            self.fences[claim.record] = claim.fence
            self.working.append((claim, self.changed[claim.record]))

    @precondition(lambda self: self.working)
    @rule(data=st.data(), state=st.sampled_from(["done", "held"]))
    def finish(self, data, state):
        claim, read = self.working.pop(data.draw(st.integers(0, len(self.working) - 1)))
        try:
            work.finish(self.ledger, claim, self.now, state=state, outcome=state)
        except work.LeaseLost:
            assert claim.fence < self.fences[claim.record]
        else:
            assert claim.fence == self.fences[claim.record]
            assert read >= self.booked[claim.record]
            self.booked[claim.record] = read

    @precondition(lambda self: self.working)
    @rule(state=st.sampled_from(["done", "held"]))
    def finish_all_at_once(self, state):
        newest = dict(self.working)
        self.working.clear()
        written = work.finish_many(
            self.ledger, [(claim, {"state": state, "outcome": state}) for claim in newest], self.now
        )
        holders = {claim for claim in newest if claim.fence == self.fences[claim.record]}
        assert written == {claim.id for claim in holders}
        for claim in holders:
            assert newest[claim] >= self.booked[claim.record]
            self.booked[claim.record] = newest[claim]

    @precondition(lambda self: self.working)
    @rule()
    def renew_all_at_once(self):
        held = work.renew_many(self.ledger, [claim for claim, _ in self.working], self.now, LEASE)
        assert held == {claim.id for claim, _ in self.working if claim.fence == self.fences[claim.record]}

    @precondition(lambda self: self.working)
    @rule(data=st.data(), wait=st.sampled_from([1.0, 20.0]))
    def put_off(self, data, wait):
        claim, _ = self.working.pop(data.draw(st.integers(0, len(self.working) - 1)))
        with contextlib.suppress(work.LeaseLost):
            work.later(self.ledger, claim, self.now + wait, count_attempt=False, why="")

    @precondition(lambda self: self.working)
    @rule()
    def die(self):
        self.working.pop()

    @rule(seconds=st.sampled_from([1.0, 5.0, LEASE]))
    def time_passes(self, seconds):
        self.now += seconds

    @invariant()
    def nothing_is_forgotten(self):
        """What is at rest has booked all changes; what has not is due at some time."""
        for record in RECORDS:
            row = work.find(self.ledger, "shop", "orders", record)
            if row and row.due_at is None:
                assert self.booked[record] == self.changed[record]

    def settle_everything(self):
        for _ in range(20):
            self.now += LEASE
            for claim in work.claim_due(self.ledger, "shop", "orders", self.now, LEASE, 10):
                self.booked[claim.record] = self.changed[claim.record]
                work.finish(self.ledger, claim, self.now, state="done", outcome="posted")
        assert self.booked == self.changed


TEMPLATE = []


def test_what_was_noted_is_worked_whatever_happens(migrated):
    TEMPLATE[:] = [migrated]
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Shop,
        settings=settings(
            max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=checks
        ),
    )
