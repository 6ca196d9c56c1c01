"""What only one worker may do at a time: kept while it goes on, given back, and passed on when its holder died."""

import time

import pytest

from ledger import cursors
from tasks import turns
from tasks.fates import Later


def test_a_turn_is_one_workers_until_it_is_given_back(lab):
    with turns.alone(lab.connection, "work") as keep:
        keep()
        with pytest.raises(Later), turns.alone(lab.connection, "work"):
            raise AssertionError
        with pytest.raises(Later):
            turns.wait_for(lab.connection, "work")
        turns.wait_for(lab.connection, "other work")
    turns.wait_for(lab.connection, "work")
    with turns.alone(lab.connection, "work"):
        pass


def test_a_turn_that_fails_is_given_back_too(lab):
    with pytest.raises(ZeroDivisionError), turns.alone(lab.connection, "work"):
        raise ZeroDivisionError
    turns.wait_for(lab.connection, "work")


def test_a_turn_that_was_not_kept_passes_on_and_is_not_taken_from_its_new_holder(lab):
    now = time.time()
    lab.set(clock=lambda: now)
    with pytest.raises(Later), turns.alone(lab.connection, "work") as keep:  # noqa: PT012 (it is lost in between)
        assert cursors.take_slot(
            lab.ledger, "main.work", now + turns.lease(lab.connection), turns.lease(lab.connection)
        )
        keep()
    assert cursors.slot_taken(
        lab.ledger, "main.work", now + turns.lease(lab.connection), turns.lease(lab.connection)
    )
