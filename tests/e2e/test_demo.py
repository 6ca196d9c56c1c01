"""The main job as a person starts it, and on a rough day with a worker killed in the middle."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import asdict
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from app.demo import play, shelf
from app.demo.judge import judge, summary
from app.demo.run import running
from ledger import links, work
from sandbox.moods import ROUGH
from tests.e2e.eyes import PROC, until, with_word

CARTBOOKS = str(Path(sys.executable).parent / "cartbooks")
TOLD = {
    "orders", "posted", "skipped", "held", "marked", "unexplained", "duplicates", "total_difference",
    "tax_difference", "zoho_calls", "zoho_calls_per_order", "bigcommerce_calls", "seconds_p50", "seconds_p99",
    "products", "price_lists", "life",
}  # fmt: skip
BOOKS = "/zoho/books/v3"
POST = {"platform": "zoho", "methods": ["POST"]}
STORE = "/bigcommerce/stores/sandbox/v3"
MADE = {"kind": "reset_after", "platform": "bigcommerce", "methods": ["POST"]}
SURELY = (  # a rough day's dice may spare us; these do not
    {**POST, "kind": "reset_after", "path": f"{BOOKS}/invoices", "times": 2},
    {**POST, "kind": "reset_after", "path": f"{BOOKS}/customerpayments", "times": 2},
    {**POST, "kind": "reset_after", "path": f"{BOOKS}/contacts", "times": 1},
    {"kind": "server_error", "platform": "zoho", "path": BOOKS, "skip": 5, "times": 2},
    {"kind": "server_error", "platform": "bigcommerce", "skip": 5, "times": 2},
    {"kind": "rate_limit", "platform": "zoho", "path": BOOKS, "skip": 20, "times": 1},
    {"kind": "rate_limit", "platform": "bigcommerce", "skip": 20, "times": 1},
    {**MADE, "path": f"{STORE}/catalog/products", "skip": 1, "times": 2},
    {**MADE, "path": f"{STORE}/pricelists", "times": 1},
    {**MADE, "path": f"{STORE}/pricelists/1/records", "methods": ["PUT"], "times": 1},
)

pytestmark = [pytest.mark.processes, pytest.mark.timeout(420)]


@pytest.fixture
def elsewhere(tmp_path):
    """An environment whose temporary files, and so all processes that were given it, can be told by a word.

    Lines are long in it, so that no table breaks the words that are looked for.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("CARTBOOKS_")}
    return {**env, "TMPDIR": str(tmp_path), "COLUMNS": "200"}


def assert_catalogue_right(told):
    products, prices = told["products"], told["price_lists"]
    assert products == {"expected": 15, "right": 15, "wrong": 0, "missing": 0}
    assert prices == {"expected": 2, "records": 23, "right": 23, "wrong": 0, "missing": 0}


def judged(run):
    """What the store sells now, held against what the books had at first."""
    items, lists, there = run.catalogue["items"], run.catalogue["price_lists"], play.shelf_of(run.control)
    return shelf.summary(shelf.offers(items, there), shelf.listed(lists, items, there))


def nobody_left(word):
    if not PROC.exists():
        return
    until(lambda: not with_word(word), 60)


def test_thirty_orders_end_explained_and_equal_and_nothing_is_left_running(elsewhere, tmp_path):
    ran = subprocess.run(
        [CARTBOOKS, "demo", "--orders", "30", "--seed", "2", "--once", "--json"],
        check=False, capture_output=True, text=True, timeout=400, env=elsewhere,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    told = json.loads(ran.stdout)
    assert set(told) >= TOLD
    assert told["orders"] == 30 == told["posted"] + told["skipped"] + told["held"]
    assert told["posted"] == told["marked"] >= 15
    assert told["skipped"]
    assert told["held"]
    assert (told["unexplained"], told["duplicates"], told["total_difference"]) == (0, 0, "0.00")
    assert Decimal(told["tax_difference"]) <= Decimal("0.02") * told["posted"]
    assert told["workers"] == 2
    assert told["zoho_calls"] > 2 * told["posted"]
    assert (
        told["zoho_calls_per_order"] * told["posted"] < told["zoho_calls"]
    )  # the catalogue's are no order's
    assert_catalogue_right(told)
    lived = told["life"]
    assert (lived["deeds"], lived["right"], lived["wrong"], lived["net_difference"]) == (6, 6, 0, "0.00")
    assert 0 < told["seconds_p50"] <= told["seconds_p99"]
    nobody_left(str(tmp_path))
    assert not list(tmp_path.glob("cartbooks-demo-*"))


def test_the_demo_stays_for_the_commands_it_offers_until_ctrl_c_and_leaves_nobody(elsewhere, tmp_path):
    demo = subprocess.Popen(
        [CARTBOOKS, "demo", "--orders", "3", "--pace", "100", "--latency", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=elsewhere,
    )  # fmt: skip
    said = []
    with ExitStack() as end, demo.stdout:
        end.callback(demo.wait)
        end.callback(demo.kill)  # nobody stays, also where this fails
        for line in demo.stdout:
            said.append(line)
            if "Ctrl-C ends everything" in line:
                break
        told = "".join(said)
        assert "3 orders" in told, told
        headings = [told.index(word) for word in ("Honey Dipper", "Store and books", "What became of it")]
        assert headings == sorted(headings)
        if PROC.exists():
            commands = " ".join(with_word(str(tmp_path)).values())
            for program in ("gunicorn", "worker1@", "worker2@", "beat", "flower", "sandbox", "-server"):
                assert program in commands
        assert_offers_keep_their_word(told, elsewhere)
        demo.send_signal(signal.SIGINT)
        said += demo.stdout.readlines()
        assert demo.wait(120) == 0, "".join(said)
    nobody_left(str(tmp_path))


def assert_offers_keep_their_word(told, env):
    """What stands below "try", typed as it stands there: the first order was refunded, and nothing is unexplained."""
    _, offered = told.split("try, in another terminal:\n")
    variables, *commands, _ = [line.strip() for line in offered.splitlines()]
    explained, compared = (
        subprocess.run(
            ["sh", "-c", f"{variables} && {command}"],
            check=False, capture_output=True, text=True, timeout=200, env=env,
        )
        for command in commands
    )  # fmt: skip
    assert explained.returncode == 0, explained.stdout + explained.stderr
    assert "created credit note" in explained.stdout
    assert compared.returncode == 0, compared.stdout + compared.stderr
    assert "3 orders in the store" in compared.stdout
    assert stat.S_IMODE(Path(variables.split()[1]).stat().st_mode) == 0o600


def killed_when(run, name, comes):
    """Kill that worker with -9 as soon as `comes()`; a list that will hold its pid."""
    killed = []

    def strike():
        end = time.monotonic() + 300
        while time.monotonic() < end:
            if comes():
                killed.append(run.ours.pids()[name])
                os.kill(killed[0], signal.SIGKILL)
                return
            time.sleep(0.05)

    threading.Thread(target=strike, daemon=True).start()
    return killed


def at_rest(run, flow):
    return sum(row.number for row in work.counts(run.ledger) if row.flow == flow and row.outcome)


def brought_over(run):
    def arrived(flow):
        return shelf.arrived(flow, run.catalogue, play.shelf_of(run.control))

    return play.bring_over(run.ledger, run.ask_for, arrived, lambda _flow, _number: None, limit=150)


def test_a_rough_day_with_workers_killed_in_the_middle_ends_the_same(tmp_path):
    moods = tmp_path / "moods.json"
    moods.write_text(json.dumps({"moods": [*SURELY, *(asdict(mood) for mood in ROUGH)]}))
    with running(tmp_path, 20, 0.1, partial(play.day_of, 30, 2, "")) as run:
        run.prepare(str(moods))
        lost = killed_when(run, "catalogue", lambda: links.count(run.ledger, "demo", "product") > 8)
        assert brought_over(run)
        before = judged(run)
        killed = killed_when(run, "worker1", lambda: at_rest(run, "orders") >= len(run.day["bundles"]) // 3)
        at = play.place(run.control, run.day["bundles"], 20, lambda _number: None)
        rested = play.watch(run.ledger, list(at), lambda _number: None, limit=300)
        seen, counts, calls = play.seen(run.control, run.ledger, at)
        struck = run.control.get("moods")
        workers, after = play.workers_of(calls), judged(run)
    verdicts = judge(seen)
    told = summary(verdicts, counts)
    complaints = {one.order: one.complaint for one in verdicts if one.complaint}
    assert (rested, complaints, told["duplicates"], told["total_difference"]) == (True, {}, 0, "0.00")
    assert told["posted"] == told["marked"] >= 15
    assert_catalogue_right(before)
    assert_catalogue_right(after)
    log = (tmp_path / "log").read_text()
    assert killed
    assert lost
    for name in ("worker1", "catalogue"):
        assert f"{name} ended with -9" in log
    assert workers >= 2
    sure = struck["moods"][: len(SURELY)]
    assert [row["struck"] for row in sure] == [row["times"] for row in SURELY]
    assert not re.search(r"our own error|Traceback", log)
