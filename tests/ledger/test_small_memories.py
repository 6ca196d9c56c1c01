from decimal import Decimal

import pytest
from cryptography.fernet import Fernet

from ledger import cursors, history, pauses, quota, tokens
from ledger.text import LONGEST, clean


def test_a_cursor_keeps_its_last_value(ledger):
    assert cursors.get(ledger, "shop", "orders") is None
    cursors.put(ledger, "shop", "orders", "monday", 1.0)
    cursors.put(ledger, "shop", "orders", "tuesday", 2.0)
    assert cursors.get(ledger, "shop", "orders") == "tuesday"
    assert cursors.get(ledger, "other", "orders") is None


def test_two_beats_sweep_once_per_interval(ledger):
    """Two beats, half an interval apart, for ten minutes: ten sweeps."""
    ticks = sorted([60.0 * n for n in range(10)] + [60.0 * n + 30 for n in range(10)])
    assert sum(cursors.take_slot(ledger, "sweep", 1_000 + tick, 60) for tick in ticks) == 10


def test_a_beat_that_is_a_little_early_misses_no_turn(ledger):
    assert all(cursors.take_slot(ledger, "sweep", now, 60) for now in (1_000, 1_060.4, 1_119.9, 1_180))


def test_a_slot_taken_by_a_clock_that_was_wrong_does_not_stop_the_sweeps(ledger):
    assert cursors.take_slot(ledger, "sweep", 9_000_000, 60)
    assert cursors.take_slot(ledger, "sweep", 1_000, 60)
    assert not cursors.take_slot(ledger, "sweep", 1_001, 60)


def test_slots_of_different_names_are_apart(ledger):
    assert cursors.take_slot(ledger, "a", 1.0, 60)
    assert cursors.take_slot(ledger, "b", 1.0, 60)


def test_what_was_learned_of_an_organization_is_kept_as_it_was(ledger):
    cursors.learn(ledger, "10", "drafts_take_payments", True)
    cursors.learn(ledger, "10", "drafts_take_payments", False)
    cursors.learn(ledger, "10", "precision", 6)
    assert cursors.learned(ledger, "10") == {"drafts_take_payments": False, "precision": 6}
    assert cursors.learned(ledger, "11") == {}


def test_history_comes_in_order_and_can_be_pruned(ledger):
    history.append(ledger, "shop", "orders", "1", 1.0, "posted", {"total": Decimal("9.90")})
    history.append(ledger, "shop", "orders", "2", 2.0, "held", {})
    history.append(ledger, "shop", "orders", "1", 3.0, "marked", {"number": "INV-1"})
    assert [(e.event, e.detail) for e in history.of(ledger, "shop", "orders", "1")] == [
        ("posted", {"total": "9.90"}),
        ("marked", {"number": "INV-1"}),
    ]
    assert [e.record for e in history.since(ledger, "shop", 2.0)] == ["2", "1"]
    assert history.prune(ledger, 2.5) == 2
    assert [e.event for e in history.of(ledger, "shop", "orders", "1")] == ["marked"]


def test_money_in_floats_would_be_kept_but_objects_are_refused(ledger):
    with pytest.raises(Exception, match="plain JSON"):
        history.append(ledger, "shop", "orders", "1", 1.0, "posted", {"order": object()})


def test_the_day_of_an_organization_never_counts_backwards(ledger):
    assert quota.load_day(ledger, "10") is None
    quota.save_day(ledger, "10", "2026-03-01", 250, 5_000.0)
    quota.save_day(ledger, "10", "2026-03-01", 225, None)
    assert quota.load_day(ledger, "10") == quota.Day("2026-03-01", 250, None)


def test_a_new_day_begins_at_nothing_and_the_old_one_is_kept(ledger):
    quota.save_day(ledger, "10", "2026-03-01", 250, None)
    quota.save_day(ledger, "10", "2026-03-02", 1, None)
    assert quota.load_day(ledger, "10").used == 1
    assert quota.load_day(ledger, "10", "2026-03-01").used == 250
    assert quota.load_day(ledger, "11") is None


def test_tokens_are_kept_only_sealed(ledger):
    sealed = Fernet(Fernet.generate_key()).encrypt(b"1000.refresh").decode()
    tokens.put_sealed(ledger, "login", "gAAAAearlier")
    tokens.put_sealed(ledger, "login", sealed)
    assert tokens.get_sealed(ledger, "login") == sealed
    assert tokens.get_sealed(ledger, "other") is None
    with pytest.raises(ValueError, match="sealed"):
        tokens.put_sealed(ledger, "login", "1000.refresh")


def test_sentences_are_cleaned_of_addresses_and_cut():
    assert clean("<jane.doe+x@shop.example> exists, ünal@example.com too") == (
        "<(address hidden)> exists, (address hidden) too"
    )
    assert len(clean("x" * 9_999)) == LONGEST


CUT = {"Mug \ud83d": "Mug ?", "Mug\0": "Mug\ufffd", "Mug \U0001f600": "Mug \U0001f600"}


@pytest.mark.parametrize("name", CUT, ids=ascii)
def test_what_a_platform_cut_in_the_middle_of_an_emoji_is_kept_and_told(ledger, name):
    """JSON may hold half an emoji, which is no UTF-8, and a NUL, which PostgreSQL does not take as text."""
    cursors.learn(ledger, "org", "name", {"is": name})
    assert cursors.learned(ledger, "org") == {"name": {"is": name}}
    pauses.pause(ledger, "shop", None, f"{name} is not there")
    assert pauses.paused(ledger, 1.0)["shop"].why == f"{CUT[name]} is not there"


def test_many_events_are_kept_in_their_order(ledger):
    rows = [("shop", "items", str(n % 3), float(n), "changed", {"price": Decimal(n)}) for n in range(1_203)]
    history.append_many(ledger, rows)
    kept = history.since(ledger, "shop", 0.0)
    assert [event.at for event in kept] == [float(n) for n in range(1_203)]
    assert kept[7].detail == {"price": "7"}
    assert len(history.of(ledger, "shop", "items", "1")) == 401
