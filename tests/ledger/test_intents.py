import pytest

from ledger import intents

KEY = "store:12:invoice:1"


def intend(ledger, key=KEY, now=1.0, fence=1, fingerprint="f1"):
    return intents.intend(ledger, "shop", key, "create", "invoice", fingerprint, now, fence)


def settle(ledger, state, target="", now=2.0, message=""):
    intents.settle(ledger, "shop", KEY, state, target, now, message)


def kept(ledger, connection="shop"):
    """What the ledger holds of it."""
    return next(iter(intents.of_record(ledger, connection, KEY)), None)


def is_open(ledger):
    return kept(ledger).state in {"intended", "unknown"}


def test_a_new_intent_is_fresh_and_open(ledger):
    assert intend(ledger).fresh
    left = kept(ledger)
    assert (left.key, left.state, left.attempts, left.asked) == (KEY, "intended", 1, 0)
    assert kept(ledger, "other") is None


def test_an_intent_that_a_crash_left_is_not_fresh(ledger):
    intend(ledger)
    assert not intend(ledger, now=9.0, fence=2).fresh
    assert kept(ledger).attempt_at == 1.0


def test_what_is_done_has_its_target_and_is_not_open(ledger):
    intend(ledger)
    settle(ledger, "done", "900")
    there = intend(ledger, now=9.0)
    assert (there.fresh, there.state, there.target) == (False, "done", "900")
    assert not is_open(ledger)


def test_what_is_done_stays_done(ledger):
    intend(ledger)
    settle(ledger, "done", "900")
    settle(ledger, "unknown")
    assert kept(ledger).target == "900"


def test_something_done_that_was_never_intended_is_an_error(ledger):
    with pytest.raises(LookupError):
        settle(ledger, "done", "900")


def test_an_unknown_one_is_asked_about_and_then_sent_again(ledger):
    intend(ledger)
    settle(ledger, "unknown", message="no answer for jane@example.com")
    there = intend(ledger, now=3.0, fence=2)
    assert (there.fresh, there.state, there.message) == (False, "unknown", "no answer for (address hidden)")
    assert intents.mark_asked(ledger, "shop", KEY, 8.0) == 1
    assert intents.mark_asked(ledger, "shop", KEY, 38.0) == 2
    assert kept(ledger).asked_at == 38.0
    again = intents.again(ledger, "shop", KEY, "f2", 40.0, 2)
    assert (again.state, again.attempts, again.asked, again.attempt_at) == ("intended", 2, 0, 40.0)
    assert kept(ledger).fingerprint == "f2"


def test_a_rejected_one_made_nothing_and_may_be_sent_afresh(ledger):
    intend(ledger)
    settle(ledger, "rejected", message="tax is not valid")
    once_more = intend(ledger, now=5.0, fence=2, fingerprint="f2")
    assert (once_more.fresh, once_more.attempts, once_more.message) == (True, 2, "")
    assert kept(ledger).state == "intended"


def test_an_overtaken_worker_may_not_begin_a_write(ledger):
    intend(ledger, fence=5)
    intend(ledger, fence=6)
    with pytest.raises(intents.LeaseLost):
        intend(ledger, fence=5)
    with pytest.raises(intents.LeaseLost):
        intents.again(ledger, "shop", KEY, "f", 9.0, 5)


def test_the_intents_of_one_record_are_not_those_of_another_with_a_longer_number(ledger):
    for key in (
        "store:12",
        "store:12:invoice:1",
        "store:12:payment:7",
        "store:123:invoice:1",
        "store:1:order:1",
    ):
        intend(ledger, key=key)
    expected = ["store:12", "store:12:invoice:1", "store:12:payment:7"]
    assert [found.key for found in intents.of_record(ledger, "shop", "store:12")] == expected
    assert [found.key for found in intents.of_record(ledger, "shop", "store:12:")] == expected


def test_an_intent_nobody_had_is_none(ledger):
    assert kept(ledger) is None
    assert intents.mark_asked(ledger, "shop", KEY, 1.0) == 0
