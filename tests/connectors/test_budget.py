"""The call budget under several processes, dead holders, clocks that jump, and a Redis that forgets."""

import json
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from zoneinfo import ZoneInfo

import pytest
import redis

from connectors.budget import Budget, day_of
from connectors.errors import NeverSent, OutOfBudget, Temporary
from tests.days import today

ROOT = Path(__file__).parents[2]
FAST = 6000  # pace at which a minute is 10 ms, for tests that are not about the minute


@dataclass
class Hand:
    """A machine's clock that only a test moves: who stands still between two lines has lost no time."""

    name: str = "here"
    seconds: float = 0.0

    def __call__(self):
        return self.name, self.seconds

    def passes(self, seconds):
        self.seconds += seconds


def start(
    url, organization="10", *, processes=1, threads=8, seconds=5.0, latency=0.1, lane="orders", **limits
):
    told = {"url": url, "organization": organization, "threads": threads, "seconds": seconds}
    told |= {"latency": latency, "lane": lane, "limits": limits}
    command = [sys.executable, "-m", "tests.connectors.hammer", json.dumps(told)]
    return [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(processes)]


def calls_of(processes):
    calls = []
    for process in processes:
        out, _ = process.communicate(timeout=200)
        assert process.returncode == 0
        calls += json.loads(out)
    return calls


def worst_window(moments, window):
    moments = sorted(moments)
    worst, first = 0, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= window:
            first += 1
        worst = max(worst, last - first + 1)
    return worst


def most_at_once(calls):
    edges = sorted([(call["began"], 1) for call in calls] + [(call["ended"], -1) for call in calls])
    most = now = 0
    for _, step in edges:
        now += step
        most = max(most, now)
    return most


def take(budget, lane="orders", **how):
    with budget.permit(lane, **{"max_wait": 0.05, **how}):
        pass


def refused(budget, lane="orders", **how):
    with pytest.raises(OutOfBudget) as caught:
        take(budget, lane, **how)
    return caught.value


def seconds_until(ask):
    """How far ahead the instant lies that `ask` tells: at least, and at most, for the asking takes time."""
    before = time.time()
    until = ask()
    return until - time.time(), until - before


@pytest.mark.processes
def test_in_no_rolling_window_do_four_processes_make_more_calls_than_the_limit(valkey, valkey_url):
    window = 3.0
    calls = calls_of(start(valkey_url, processes=4, threads=6, seconds=9.0, latency=0.15, pace=20.0))
    assert worst_window([call["arrived"] for call in calls], window) <= 100
    assert most_at_once(calls) <= 8
    assert any(call["began"] - call["asked"] > 0.05 for call in calls), "nobody waited, this proves nothing"


def test_a_call_counts_until_one_window_after_its_end(valkey):
    """A platform counts when a call arrives, which may be any moment until it ended: 11 here, in one minute."""
    clock = Hand()
    budget = Budget(valkey, "10", per_minute=10, burst=2, concurrent=20, lease=1000.0, clock=clock)
    with ExitStack() as lingering:
        for _ in range(11):
            lingering.enter_context(budget.permit(max_wait=0.0))
            clock.passes(6.0)
        clock.passes(30.0)
    refused(budget)
    clock.passes(59.9)
    refused(budget)
    clock.passes(0.1)
    take(budget)


HOLD = """
import sys, time
from contextlib import ExitStack
import redis
from connectors.budget import Budget
budget = Budget(redis.Redis.from_url(sys.argv[1]), "10", concurrent=4, pace=6000.0, lease=600.0)
with ExitStack() as held:
    for _ in range(4):
        held.enter_context(budget.permit())
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.mark.processes
def test_a_holder_that_was_killed_gives_its_place_back_when_its_lease_ends(valkey, valkey_url):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, valkey_url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    clock = Hand()
    budget = Budget(valkey, "10", concurrent=4, pace=FAST, lease=600.0, clock=clock)
    with holder.stdout:
        assert holder.stdout.readline() == "held\n"
        holder.kill()
        holder.wait()
    refused(budget)
    clock.passes(600.0)
    take(budget)
    assert budget.usage().in_flight == 0


def test_a_call_that_fails_gives_its_place_back(valkey):
    budget = Budget(valkey, "10", concurrent=1, pace=FAST)
    with pytest.raises(ZeroDivisionError), budget.permit():
        raise ZeroDivisionError
    assert budget.usage().in_flight == 0
    assert budget.usage().day_used == 1


def test_a_call_that_never_left_is_not_counted(valkey):
    budget = Budget(valkey, "10")
    with pytest.raises(NeverSent), budget.permit():
        raise NeverSent("no route")
    usage = budget.usage()
    assert (usage.minute, usage.in_flight, usage.day_used) == (0, 0, 0)


def test_a_long_wait_is_given_back_with_its_time(valkey):
    budget = Budget(valkey, "10", per_minute=1, burst=1, clock=Hand())
    take(budget)
    least, most = seconds_until(lambda: refused(budget, max_wait=0.1).until)
    assert 0 < least <= 60.0 <= most


def test_a_short_wait_is_slept(valkey):
    budget, asked = Budget(valkey, "10", per_minute=60, burst=1), time.monotonic()
    take(budget)
    take(budget, max_wait=60.0)
    assert time.monotonic() - asked >= 1.0


def test_a_server_clock_set_back_an_hour_neither_stops_nor_frees_the_calls(valkey):
    budget = Budget(valkey, "10", per_minute=60, burst=3, clock=Hand())  # one call in a second
    for _ in range(3):
        take(budget)
    valkey.hset("cartbooks:{10}:budget", "wall", str(time.time() + 3600))
    newcomer = replace(budget, clock=Hand("new", -9000.0))
    refused(newcomer)
    refused(budget)
    newcomer.clock.passes(1.0)
    take(newcomer)


def test_a_server_clock_set_forward_an_hour_frees_no_calls_and_no_places(valkey):
    budget = Budget(valkey, "10", per_minute=60, burst=3, concurrent=3, clock=Hand())
    with budget.permit(), budget.permit(), budget.permit():
        valkey.hset("cartbooks:{10}:budget", "wall", str(time.time() - 3600))
        refused(budget)
        assert budget.usage().in_flight == 3
    least, most = seconds_until(lambda: refused(budget).until)
    assert least <= 1.0 <= most


def test_machines_whose_clocks_know_nothing_of_each_other_share_one_minute(valkey):
    """One call a minute; a clock that is new is set by the server's, so that moments pass until all are known."""
    clocks = [Hand("one"), Hand("two", -5000.0), Hand("three", 9e6)]
    machines = [Budget(valkey, "10", per_minute=1, burst=4, clock=clock) for clock in clocks]
    for number in range(4):
        take(machines[number % 3])
    for machine in machines:
        least, most = seconds_until(lambda machine=machine: refused(machine).until)
        assert least <= 60.0
        assert most > 0
    clocks[1].passes(60.0)
    take(machines[1])
    refused(machines[2])


def test_bulk_leaves_calls_and_places_to_orders(valkey):
    budget = Budget(valkey, "10", per_minute=60, burst=10, concurrent=8, clock=Hand())
    for _ in range(5):
        take(budget, "catalogue")
    refused(budget, "catalogue")
    take(budget, "stock")
    take(budget, "stock")
    refused(budget, "stock")
    for _ in range(3):
        take(budget, "orders")
    refused(budget, "orders")


def test_places_in_flight_are_left_to_orders(valkey):
    budget = Budget(valkey, "10", concurrent=4, pace=FAST)
    with budget.permit("stock"), budget.permit("stock"), budget.permit("stock"):
        refused(budget, "stock")
        take(budget, "orders")
        refused(budget, "catalogue")


class Asking:
    """Who asks for a place at every tick of a clock until he has one, and gives it back after so many ticks."""

    def __init__(self, budget, lane, ticks):
        self.budget, self.lane, self.ticks = budget, lane, ticks
        self.turn, self.since, self.until, self.waits = 0, 0, None, []

    def tick(self, now):
        token = f"{id(self)}-{self.turn}"
        if self.until == now:
            self.budget._give(token, sent=True)
            self.turn, self.since, self.until = self.turn + 1, now, None
        elif self.until is None and self.budget._take(token, self.lane, False).granted:
            self.waits.append(now - self.since)
            self.until = now + self.ticks


def test_orders_hardly_wait_behind_greedy_bulk(valkey):
    """30 calls in a second, asked for by a clock of 25 ticks in a second, of which 100 pass: 120 calls, 10 at once."""
    budget = Budget(valkey, "10", pace=20.0, concurrent=10, clock=Hand())
    bulk = [Asking(budget, "catalogue", 2) for _ in range(12)]
    order = Asking(budget, "orders", 5)
    for now in range(100):
        budget.clock.passes(0.04)
        first = now % len(bulk)
        for one in (*bulk[first:], *bulk[:first], order):
            one.tick(now)
    waits = [wait for one in bulk for wait in one.waits]
    assert 100 < len(waits) + len(order.waits) <= 120 + 10
    long = quantiles(waits, n=4)[-1]
    assert long > 4, "no bulk had to wait, this proves nothing"
    assert median(order.waits) < long / 4


def test_stock_and_catalogue_leave_the_reserve_of_the_day_to_orders(valkey):
    budget = Budget(valkey, "10", per_day=1000, pace=FAST)
    budget.restore(today(), 749, None)
    take(budget, "catalogue")
    refused(budget, "catalogue")
    budget.restore(today(), 799, None)
    take(budget, "stock")
    assert "800 of the day's 1000" in str(refused(budget, "stock"))
    take(budget, "orders")


def test_what_orders_still_need_today_widens_the_reserve(valkey):
    budget = Budget(valkey, "10", per_day=1000, pace=FAST, needed=lambda: 600)
    budget.restore(today(), 399, None)
    take(budget, "stock")
    refused(budget, "stock")
    take(budget, "orders")


def test_the_last_two_percent_of_the_day_only_finish_what_is_begun(valkey):
    budget = Budget(valkey, "10", per_day=1000, pace=FAST, zone="Asia/Kolkata")
    budget.restore(today("Asia/Kolkata"), 979, None)
    take(budget)
    spent = refused(budget)
    there = datetime.fromtimestamp(spent.until, ZoneInfo("Asia/Kolkata"))
    assert (there.hour, there.minute, there.second) == (0, 0, 0)
    assert 0 < spent.until - time.time() <= 86400
    for _ in range(20):
        take(budget, finishing=True, max_wait=1.0)
    refused(budget, finishing=True)
    assert budget.usage().day_used == 1000


def test_the_day_is_the_worse_of_our_count_and_the_header(valkey):
    budget = Budget(valkey, "10", per_day=10000, pace=FAST)
    today()
    take(budget)
    left = round(86400 - time.time() % 86400)  # of the day in UTC, whatever the hour of this run
    headers = {
        "x-rate-limit-limit": "2000",
        "x-rate-limit-remaining": "1500",
        "x-rate-limit-reset": str(left),
    }
    assert budget.heard(headers, 200) is None
    assert (budget.usage().day_used, budget.usage().day_limit) == (500, 2000)
    budget.heard({**headers, "x-rate-limit-remaining": "1990"}, 200)  # an older answer, read later
    assert budget.usage().day_used == 500


@pytest.mark.parametrize(
    ("now", "reset", "day"),
    [
        ("2026-03-10T00:00:05", 1, "2026-03-09"),  # read just after midnight, counted before it
        ("2026-03-10T00:00:05", 86395, "2026-03-10"),
        ("2026-03-10T23:59:50", 10, "2026-03-10"),
        ("2026-03-10T23:59:59", 86400, "2026-03-11"),  # our clock is a little late
        ("2026-03-08T12:00:00", 43200, "2026-03-08"),  # the short day of New York
    ],
)
def test_a_count_belongs_to_the_day_that_ends_at_its_reset(now, reset, day):
    assert day_of(reset, datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("America/New_York"))) == day


@pytest.mark.parametrize(
    ("code", "headers", "least", "most"),
    [
        (44, {}, 59, 60.1),
        (43, {"Retry-After": "3600"}, 3599, 3600.1),
        (1070, {}, 1.5, 2.1),
        (None, {}, 59, 60.1),
        (
            45,
            {"x-rate-limit-limit": "1000", "x-rate-limit-remaining": "0", "x-rate-limit-reset": "500"},
            499,
            500.1,
        ),
    ],
)
def test_a_refusal_by_zoho_silences_everybody(valkey, code, headers, least, most):
    budget = other = Budget(valkey, "10", clock=Hand())
    shortest, longest = seconds_until(lambda: budget.heard(headers, 429, code))
    assert shortest < most
    assert longest > least
    budget.heard({}, 429, 1070)  # a shorter silence does not end a longer one
    for ask in (lambda: refused(other, finishing=True).until, lambda: other.usage().frozen_until):
        shortest, longest = seconds_until(ask)
        assert shortest < most
        assert longest > least


def test_a_spent_day_without_headers_lasts_until_midnight_of_the_organization(valkey):
    budget = Budget(valkey, "10", zone="America/New_York")
    until = budget.heard({}, 429, 45)
    there = datetime.fromtimestamp(until + 2, ZoneInfo("America/New_York"))
    assert (there.hour, there.minute) == (0, 0)


def test_the_minute_goes_faster_with_the_pace_and_the_day_does_not(valkey):
    today()
    budget = Budget(valkey, "10", pace=60.0, clock=Hand())
    least, most = seconds_until(lambda: budget.heard({}, 429, 44))
    assert least <= 1.0 <= most
    assert budget.usage().resets_at - time.time() > 1.0
    refused(budget)
    budget.clock.passes(1.0)
    take(budget)


def test_a_redis_that_forgot_is_told_the_day_and_gives_no_burst(valkey):
    told, day = {}, today()
    budget = Budget(
        valkey,
        "10",
        pace=FAST,
        on_day=lambda day, used, until: told.update({day: (used, until)}),
        recall=told.get,
        clock=(clock := Hand()),
    )
    for _ in range(60):
        take(budget)
        clock.passes(0.01)
    assert told == {day: (50, None)}
    valkey.flushall()
    slow = replace(budget, pace=1.0)
    take(slow)
    refused(slow)  # the burst is not given a second time
    assert budget.usage().day_used == 76  # 50 that were told, 25 that may have been made since, this one


def test_a_redis_that_forgot_keeps_the_silence(valkey):
    told = {}
    budget = Budget(
        valkey,
        "10",
        on_day=lambda day, used, until: told.update({day: (used, until)}),
        recall=told.get,
    )
    take(budget)
    until = budget.heard({}, 429, 43)
    valkey.flushall()
    asked = time.time()
    assert until - 0.1 < refused(budget).until < until + 0.1 + (time.time() - asked)


def test_a_mirror_that_fails_holds_no_place_and_costs_no_call(valkey):
    def broken(day, used, until):
        raise OSError("the disk is full")

    budget = Budget(valkey, "10", pace=FAST, on_day=broken)
    budget.restore(today(), 24, None)
    with pytest.raises(OSError):
        take(budget)
    assert (budget.usage().in_flight, budget.usage().day_used) == (0, 24)


def test_the_first_start_of_all_has_its_burst(valkey):
    budget = Budget(valkey, "10", recall=lambda day: None)
    for _ in range(10):
        take(budget)


def test_no_redis_means_no_permit(valkey):
    nowhere = redis.Redis.from_url("redis://127.0.0.1:1/0", retry=None)
    with pytest.raises(Temporary), Budget(nowhere, "10").permit():
        pytest.fail("a call left without a permit")
    nowhere.close()


def test_an_answer_is_not_lost_because_redis_went_away_during_the_call(valkey, valkey_url):
    client = redis.Redis.from_url(valkey_url, retry=None)
    with Budget(client, "10", lease=0.2).permit():
        client.connection_pool.disconnect()
        client.connection_pool.connection_kwargs["port"] = 1
        answer = "made"
    assert answer == "made"
    client.close()


def test_organizations_do_not_share_a_budget(valkey):
    one, two = (Budget(valkey, number, burst=1, clock=Hand()) for number in ("10", "20"))
    take(one)
    refused(one)
    take(two)


def test_a_grant_asked_for_twice_over_a_broken_connection_is_one_call(valkey):
    budget = Budget(valkey, "10")
    budget._take("same", "orders", False)
    budget._take("same", "orders", False)
    assert budget.usage().day_used == 1


def test_many_threads_of_one_process_are_counted_exactly(valkey):
    budget = Budget(valkey, "10", pace=FAST, concurrent=50)
    threads = [threading.Thread(target=take, args=(budget,), kwargs={"max_wait": 60.0}) for _ in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert budget.usage().day_used == 60
