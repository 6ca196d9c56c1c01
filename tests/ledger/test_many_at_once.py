"""What threads and processes do to one ledger at the same moment."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger import cursors, intents, links, sightings, store, work

ROOT = Path(__file__).parents[2]
NOW = 1_000.0
LEASE = 30.0


def all_at_once(count, function):
    """Call `function(n)` from as many threads, started together; give the answers."""
    gate = threading.Barrier(count)

    def wait_and_call(n):
        gate.wait()
        return function(n)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(wait_and_call, range(count)))


def note(ledger, *records, now=NOW):
    return work.note(ledger, "shop", "orders", records, now)


def test_two_threads_claim_once(ledger):
    for n in range(20):
        (work_id,) = note(ledger, str(n))
        claims = all_at_once(2, lambda _, work_id=work_id: work.claim(ledger, work_id, NOW, LEASE))
        assert sum(claim is not None for claim in claims) == 1


def test_batches_claimed_at_once_share_the_rows_without_overlap(ledger):
    note(ledger, *(str(n) for n in range(100)))
    batches = all_at_once(4, lambda _: work.claim_due(ledger, "shop", "orders", NOW, LEASE, 25))
    records = [claim.record for batch in batches for claim in batch]
    assert len(records) == len(set(records))
    rest = work.claim_due(ledger, "shop", "orders", NOW, LEASE, 100)
    assert sorted([*records, *(claim.record for claim in rest)]) == sorted(str(n) for n in range(100))


def test_callbacks_that_come_at_once_are_one_row_and_one_of_them_wakes_a_worker(ledger):
    for n in range(10):
        newly = all_at_once(4, lambda _, n=n: note(ledger, str(n)))
        assert sum(len(ids) for ids in newly) == 1
    (count,) = work.counts(ledger)
    assert count.number == 10


def test_notes_of_the_same_records_in_other_orders_do_not_lock_each_other(ledger):
    records = [str(n) for n in range(60)]
    all_at_once(4, lambda n: note(ledger, *(records if n % 2 else records[::-1])))
    for record in records:
        claim = work.claim(ledger, work.find(ledger, "shop", "orders", record).id, NOW, LEASE)
        work.finish(ledger, claim, NOW, state="done", outcome="posted")
    newly = all_at_once(4, lambda n: note(ledger, *(records if n % 2 else records[::-1])))
    assert sum(len(ids) for ids in newly) == 60


def test_pumps_that_look_at_once_hand_out_each_row_once(ledger):
    note(ledger, *(str(n) for n in range(40)))
    handed_out = [i for batch in all_at_once(4, lambda _: work.due(ledger, NOW, 20)) for i, _, _ in batch]
    assert len(handed_out) == len(set(handed_out))


def test_no_change_is_lost_while_workers_and_callbacks_race(ledger):
    """Each callback tells of one more change; whatever was worked last must have seen the end."""
    source, seen, lock = {"1": 0}, {"1": 0}, threading.Lock()
    note(ledger, "1")
    row = work.find(ledger, "shop", "orders", "1")
    stop = threading.Event()

    def shop():
        for _ in range(60):
            with lock:
                source["1"] += 1
            note(ledger, "1")
        stop.set()

    def worker():
        while not stop.is_set() or work.due(ledger, NOW, 1, renudge_after=0):
            claim = work.claim(ledger, row.id, NOW, LEASE)
            if claim:
                with lock:
                    read = source["1"]
                work.finish(ledger, claim, NOW, state="done", outcome="posted")
                seen["1"] = max(seen["1"], read)

    threads = [threading.Thread(target=target, daemon=True) for target in (shop, worker, worker)]
    [thread.start() for thread in threads]
    [thread.join(200) for thread in threads]
    assert not any(thread.is_alive() for thread in threads)
    assert seen == source == {"1": 60}


def test_two_orders_of_one_new_customer_make_one_reservation(ledger):
    for n in range(10):
        got = all_at_once(
            4, lambda who, n=n: links.reserve(ledger, "org", "contact", f"hash-{n}", NOW, f"order {who}")
        )
        assert sum(link.fresh for link in got) == 1
        assert len({link.holder for link in got}) == 1


def test_one_of_many_takes_a_stale_reservation_over(ledger):
    links.reserve(ledger, "org", "contact", "hash", NOW, "the dead one")
    got = all_at_once(
        4,
        lambda who: links.take_over(ledger, "org", "contact", "hash", NOW + 99, f"order {who}", NOW + 50),
    )
    assert sum(link is not None for link in got) == 1


def test_one_of_many_intends_a_write_and_one_beat_sweeps_and_one_worker_alerts(ledger):
    got = all_at_once(
        4, lambda _: intents.intend(ledger, "shop", "s:1:invoice:1", "create", "invoice", "f", NOW, 1)
    )
    assert sum(intent.fresh for intent in got) == 1
    assert sum(all_at_once(4, lambda _: cursors.take_slot(ledger, "sweep", NOW, 60))) == 1
    assert sum(all_at_once(4, lambda _: cursors.take_slot(ledger, "sweep", NOW + 60, 60))) == 1
    assert sum(all_at_once(4, lambda _: work.pause(ledger, "shop", None, "the login is dead"))) == 1


def test_more_threads_than_the_pool_has_connections_all_get_their_turn(ledger):
    assert sum(len(ids) for ids in all_at_once(100, lambda n: note(ledger, str(n)))) == 100


def python(code, *arguments, **more):
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **more,
    )


MIGRATE = "import sys; from ledger import store; store.migrate(sys.argv[1])"


@pytest.mark.processes
def test_four_processes_migrate_at_once(empty_url):
    processes = [python(MIGRATE, empty_url) for _ in range(4)]
    results = [(process.communicate(timeout=200)[0], process.returncode) for process in processes]
    assert results == [("", 0)] * 4
    ledger = store.open_ledger(empty_url)
    assert store.is_current(ledger)
    store.close_ledger(ledger)


CLAIM_ALL = """
import sys
from ledger import store, work
ledger = store.open_ledger(sys.argv[1])
sys.stdin.readline()
for work_id in range(1, 101):
    claim = work.claim(ledger, work_id, 1000.0, 30.0)
    if claim:
        work.finish(ledger, claim, 1000.0, state="done", outcome="posted")
        print(claim.record)
store.close_ledger(ledger)
"""


@pytest.mark.processes
def test_processes_that_share_the_work_do_each_record_once(url, ledger):
    note(ledger, *(str(n) for n in range(100)))
    processes = [python(CLAIM_ALL, url, stdin=subprocess.PIPE) for _ in range(3)]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    records = [r for process in processes for r in process.communicate(timeout=200)[0].split()]
    assert sorted(records) == sorted(str(n) for n in range(100))


DIE_INSIDE = """
import sys, time
from sqlalchemy import text
from ledger import store, work
ledger = store.open_ledger(sys.argv[1])
work.note(ledger, "shop", "orders", ["kept"], 1000.0)
with store.writing(ledger) as connection:
    connection.execute(text("INSERT INTO slots (name, taken_at) VALUES ('lost', 1)"))
    connection.execute(text("UPDATE work SET state = 'done', due_at = NULL"))
    print("inside", flush=True)
    time.sleep(60)
"""


@pytest.mark.processes
def test_a_process_killed_in_the_middle_of_a_transaction_leaves_what_was_before(url, ledger):
    process = python(DIE_INSIDE, url)
    assert process.stdout.readline() == "inside\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    with store.writing(ledger) as connection:
        assert connection.execute(text("SELECT count(*) FROM slots")).scalar() == 0
    assert len(work.due(ledger, NOW, 10)) == 1


DIE_WORKING = """
import sys, time
from ledger import store, work
ledger = store.open_ledger(sys.argv[1])
print(work.claim(ledger, int(sys.argv[2]), 1000.0, 30.0).record, flush=True)
time.sleep(60)
"""


@pytest.mark.processes
def test_work_of_a_killed_process_comes_back_when_its_lease_ends(url, ledger):
    (work_id,) = note(ledger, "1")
    process = python(DIE_WORKING, url, str(work_id))
    assert process.stdout.readline() == "1\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert work.due(ledger, NOW + LEASE - 1, 10) == []
    assert work.due(ledger, NOW + LEASE, 10) == [(work_id, "orders", "shop")]
    assert work.claim(ledger, work_id, NOW + LEASE, LEASE).attempts == 1


def test_batches_that_end_while_callbacks_come_do_not_lock_each_other(ledger):
    records = [str(n) for n in range(60)]
    for _ in range(5):
        note(ledger, *records)
        claims = work.claim_due(ledger, "shop", "orders", NOW, LEASE, 60)
        ends = [(claim, {"state": "done", "outcome": "posted"}) for claim in reversed(claims)]

        def one(n, claims=claims, ends=ends):
            if n == 0:
                return work.finish_many(ledger, ends, NOW)
            return note(ledger, *records) if n == 1 else work.renew_many(ledger, claims, NOW, LEASE)

        written, *_ = all_at_once(3, one)
        assert written == {claim.id for claim in claims}


def test_of_two_batches_that_end_the_same_records_one_writes_each(ledger):
    note(ledger, *(str(n) for n in range(40)))
    claims = work.claim_due(ledger, "shop", "orders", NOW, LEASE, 40)
    ends = [(claim, {"state": "done", "outcome": "posted"}) for claim in claims]
    first, second = all_at_once(2, lambda n: work.finish_many(ledger, ends[:: -1 if n else 1], NOW))
    assert first | second == {claim.id for claim in claims}
    assert not first & second


def test_sweeps_that_see_the_same_rows_in_other_orders_do_not_lock_each_other(ledger):
    rows = [(str(n), f"item:{n}", "a") for n in range(400)]
    records = [record for record, _, _ in rows]

    def one(n):
        for _ in range(5):
            sightings.see(ledger, "shop", "items", rows if n % 2 else rows[::-1], NOW + n)
            links.bind_many(
                ledger, "shop", "variant", [(r, r, {}) for r in records[:: -1 if n % 2 else 1]], NOW
            )
            sightings.touch(ledger, "shop", "items", records if n % 2 else records[::-1], NOW + n)

    all_at_once(4, one)
    assert sightings.count(ledger, "shop", "items") == links.count(ledger, "shop", "variant") == 400
