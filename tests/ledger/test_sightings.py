"""What a list has shown: what differs is told, what was not shown again is suspected, and members are known."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import sightings, store

SHOP = ("shop", "items")


def see(ledger, *rows, now=1.0):
    sightings.see(ledger, *SHOP, rows, now)


def test_what_was_seen_is_known_and_the_rest_is_absent(ledger):
    see(ledger, ("1", "item:1", "a"), ("2", "group:9", "b"), now=5.0)
    found = sightings.stamps(ledger, *SHOP, ["1", "2", "3"])
    assert found == {
        "1": sightings.Sighting("1", "item:1", "a", 5.0),
        "2": sightings.Sighting("2", "group:9", "b", 5.0),
    }
    assert sightings.stamps(ledger, *SHOP, []) == {}


def test_seen_again_the_newest_stamp_place_and_time_stand(ledger):
    see(ledger, ("1", "item:1", "a"), now=1.0)
    see(ledger, ("1", "item:1", "x"), ("1", "group:9", "b"), now=2.0)
    assert sightings.stamps(ledger, *SHOP, ["1"])["1"] == sightings.Sighting("1", "group:9", "b", 2.0)
    assert sightings.count(ledger, *SHOP) == 1


def test_touched_ones_keep_their_stamp_and_strangers_are_not_made(ledger):
    see(ledger, ("1", "item:1", "a"), now=1.0)
    sightings.touch(ledger, *SHOP, ["1", "2"], 7.0)
    assert sightings.stamps(ledger, *SHOP, ["1", "2"]) == {"1": sightings.Sighting("1", "item:1", "a", 7.0)}


def test_what_a_walk_did_not_show_is_unseen_page_by_page(ledger):
    see(ledger, *((f"{n:03}", f"item:{n}", "a") for n in range(50)), now=1.0)
    see(ledger, ("007", "item:7", "a"), ("013", "item:13", "a"), now=2.0)
    first = sightings.unseen(ledger, *SHOP, 2.0, 30)
    second = sightings.unseen(ledger, *SHOP, 2.0, 30, after=first[-1].record)
    records = [one.record for one in (*first, *second)]
    assert records == [f"{n:03}" for n in range(50) if n not in (7, 13)]
    assert (len(first), len(second)) == (30, 18)
    assert sightings.unseen(ledger, *SHOP, 1.0, 30) == []


def test_members_are_those_that_belong_now(ledger):
    see(ledger, ("2", "group:9", "a"), ("1", "group:9", "a"), ("3", "item:3", "a"))
    assert sightings.members(ledger, *SHOP, ["group:9", "item:3", "item:4"]) == {
        "group:9": ["1", "2"],
        "item:3": ["3"],
    }
    see(ledger, ("2", "item:2", "a"))
    assert sightings.members(ledger, *SHOP, ["group:9", "item:2"]) == {"group:9": ["1"], "item:2": ["2"]}


def test_forgotten_ones_are_unknown(ledger):
    see(ledger, ("1", "item:1", "a"), ("2", "item:2", "a"))
    assert sightings.forget(ledger, *SHOP, ["1", "8"]) == 1
    assert list(sightings.stamps(ledger, *SHOP, ["1", "2"])) == ["2"]
    assert sightings.count(ledger, *SHOP) == 1


def test_connections_and_flows_are_apart(ledger):
    see(ledger, ("1", "item:1", "a"))
    for other in (("shop", "prices"), ("other", "items")):
        assert sightings.stamps(ledger, *other, ["1"]) == {}
        assert sightings.unseen(ledger, *other, 9.0, 10) == []
        assert sightings.members(ledger, *other, ["item:1"]) == {}
        assert sightings.forget(ledger, *other, ["1"]) == 0
        sightings.touch(ledger, *other, ["1"], 9.0)
        assert sightings.count(ledger, *other) == 0
    assert sightings.stamps(ledger, *SHOP, ["1"])["1"].seen_at == 1.0


def test_more_rows_than_one_transaction_takes_are_all_written_read_and_dropped(ledger):
    many = [str(n) for n in range(1_203)]
    see(ledger, *((record, "group:1", "a") for record in many))
    sightings.touch(ledger, *SHOP, many, 3.0)
    assert {one.seen_at for one in sightings.stamps(ledger, *SHOP, many).values()} == {3.0}
    assert sightings.members(ledger, *SHOP, [*many, "group:1"]) == {"group:1": sorted(many)}
    assert sightings.forget(ledger, *SHOP, many) == 1_203


RECORDS = st.sampled_from(["1", "2", "3", "10"])
ROWS = st.lists(st.tuples(RECORDS, st.sampled_from(["item:1", "group:1"]), st.sampled_from("ab")), max_size=5)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("see"), ROWS),
        st.tuples(st.just("touch"), st.lists(RECORDS)),
        st.tuples(st.just("forget"), st.lists(RECORDS)),
    ),
    max_size=12,
)


def test_in_any_order_the_ledger_knows_what_a_plain_list_would(migrated):
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(ACTS)
    def holds(acts):
        with tempfile.TemporaryDirectory() as folder:
            ledger = store.open_ledger(f"sqlite:///{shutil.copy(migrated, Path(folder) / 'ledger.db')}")
            known = {}
            for now, (verb, told) in enumerate(acts, 1):
                act(ledger, known, verb, told, float(now))
            compare(ledger, known, float(len(acts)))
            store.close_ledger(ledger)

    holds()


def act(ledger, known, verb, told, now):
    if verb == "see":
        sightings.see(ledger, *SHOP, told, now)
        known.update({record: (belongs, stamp, now) for record, belongs, stamp in told})
    elif verb == "touch":
        sightings.touch(ledger, *SHOP, told, now)
        known.update({record: (*known[record][:2], now) for record in told if record in known})
    else:
        assert sightings.forget(ledger, *SHOP, told) == len({record for record in told if record in known})
        [known.pop(record, None) for record in told]


def compare(ledger, known, now):
    found = sightings.stamps(ledger, *SHOP, ["1", "2", "3", "10"])
    assert {one.record: (one.belongs, one.stamp, one.seen_at) for one in found.values()} == known
    unseen = [one.record for one in sightings.unseen(ledger, *SHOP, now, 10)]
    assert unseen == sorted(record for record, row in known.items() if row[2] < now)
    belonging = sightings.members(ledger, *SHOP, ["item:1", "group:1"])
    assert sorted(record for records in belonging.values() for record in records) == sorted(known)
