"""Every command as a person would type it, against the sandbox on a socket."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from ledger import work

ROOT = Path(__file__).parents[2]
TOKENS = ("1000.sandbox-refresh", "1000.sandbox-grant", "zoho-sandbox-secret", "bc-sandbox-token")
RECORDS = ("work", "links", "intents", "history", "pauses")  # all but what is known of the organization


def rows(shop, tables=RECORDS):
    with sqlite3.connect(f"file:{shop.directory / 'ledger.db'}?mode=ro", uri=True) as file:
        return {table: file.execute(f"SELECT * FROM {table}").fetchall() for table in tables}


def hooks(shop):
    return list(shop.world.bigcommerce.hooks.values())


def one_sentence(result, *words, code=1):
    """Failed, with one line that says these words, and without a traceback."""
    assert result.exit_code == code, result.output
    said = result.stderr.strip()
    assert said.startswith("Error: ") or code == 2, said
    assert "Traceback" not in result.output
    for word in words:
        assert word in said, said
    return said


# --- webhooks ------------------------------------------------------------------------------------------


def test_hooks_are_registered_listed_repaired_and_removed(shop):
    assert "webhooks register" in shop.run("webhooks", "list").output
    assert "created" in shop.run("webhooks", "register").output
    (hook,) = hooks(shop)
    assert hook["destination"] == "https://books.example/webhooks/bigcommerce/main"
    assert hook["headers"] == {"X-Cartbooks-Secret": "hook-secret-of-the-front"}
    assert "nothing to do" in shop.run("webhooks", "register").output

    hook["is_active"] = False
    assert "switched off" in shop.run("webhooks", "list").output
    assert "set right" in shop.run("webhooks", "repair").output
    assert hooks(shop)[0]["is_active"]

    listed = shop.run("webhooks", "list").output
    assert str(hook["id"]) in listed
    assert "hook-secret" not in listed
    assert "removed" in shop.run("webhooks", "remove").output
    assert hooks(shop) == []
    assert "nothing to do" in shop.run("webhooks", "remove").output


def test_hooks_need_an_address_to_lead_to(shop):
    shop.write(public="")
    for word in ("register", "repair", "remove", "list"):
        one_sentence(shop.run("webhooks", word), "public_url")
    assert shop.calls() == []


# --- connect zoho --------------------------------------------------------------------------------------


def test_a_grant_code_becomes_a_sealed_token_and_no_secret_is_printed(shop):
    shop.env["CARTBOOKS_MAIN_ZOHO_REFRESH_TOKEN"] = ""
    result = shop.run("connect", "zoho", typed="1000.sandbox-grant\n")
    assert result.exit_code == 0
    assert "sealed" in result.output
    assert not any(secret in result.output for secret in TOKENS)
    raw = (shop.directory / "ledger.db").read_bytes() + (shop.directory / "ledger.db-wal").read_bytes()
    assert b"1000.sandbox-refresh" not in raw
    assert shop.run("sync", "order", shop.place()).exit_code == 0


def test_a_grant_code_is_asked_for_only_once_the_settings_are_right(shop):
    shop.write('orders.document = "receipt"')
    said = shop.run("connect", "zoho", typed="1000.sandbox-grant\n").output
    assert ("Grant code" in said, "orders.document" in said) == (False, True)


def test_a_token_in_the_environment_is_said_to_win(shop):
    assert "remove that variable" in shop.run("connect", "zoho", "--code", "1000.sandbox-grant").output


def test_a_grant_code_that_is_used_up_is_told_in_a_sentence(shop):
    one_sentence(shop.run("connect", "zoho", "--code", "1000.old"), "grant code", "connect Zoho again")


def test_connecting_ends_the_rest_of_a_dead_login(shop):
    work.pause(shop.ledger, "main", time.time() + 300, "Zoho refuses")
    shop.run("connect", "zoho", "--code", "1000.sandbox-grant")
    assert work.paused(shop.ledger, time.time()) == {}


def test_connecting_makes_the_ledger_it_needs(shop):
    for file in shop.directory.glob("ledger.db*"):
        file.unlink()
    assert shop.run("connect", "zoho", "--code", "1000.sandbox-grant").exit_code == 0


# --- sync, preview -------------------------------------------------------------------------------------


def test_one_order_goes_through_and_is_said_to_be_posted(shop):
    order = shop.place()
    result = shop.run("sync", "order", order)
    assert (result.exit_code, result.stdout) == (0, f"order {order}: posted\n")
    (invoice,) = shop.world.zoho.records["invoices"].values()
    assert str(invoice["total"]) == "36.00"
    shop.world.calls.clear()
    assert shop.run("sync", "order", order).exit_code == 0
    assert shop.writes() == []
    assert [call for call in shop.calls("zoho") if "/oauth/" not in call["path"]] == []


def test_an_order_that_is_held_says_why_and_what_to_do(shop):
    order = shop.place(taxes=False)
    result = shop.run("sync", "order", order)
    assert result.exit_code == 1
    assert f"order {order}: held tax-unmapped" in result.stdout
    assert len(result.stdout.strip().splitlines()) == 3


def test_an_order_that_does_not_exist_is_skipped(shop):
    result = shop.run("sync", "order", "99999")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "order 99999: skipped gone")


def test_sync_stays_with_an_order_whose_answer_was_lost(shop):
    order = shop.place()
    put_moods(
        shop,
        [
            {
                "kind": "reset_after",
                "platform": "zoho",
                "path": "/zoho/books/v3/invoices",
                "methods": ["POST"],
                "times": 1,
            }
        ],
    )
    result = shop.run("sync", "order", order)
    assert (result.exit_code, result.stdout) == (0, f"order {order}: posted\n")
    assert len(shop.world.zoho.records["invoices"]) == 1


def test_an_order_is_posted_though_its_mark_trails(shop):
    order = shop.place()
    put_moods(shop, [{"kind": "server_error", "platform": "bigcommerce", "methods": ["PUT"], "times": 1}])
    result = shop.run("sync", "order", order)
    assert result.exit_code == 0
    assert result.stdout == f"order {order}: posted; its mark in the store is tried again\n"


def put_moods(shop, moods):
    answer = shop.app.test_client().put("/control/moods", json=moods)
    assert answer.status_code == 200, answer.text


def test_a_rest_does_not_stop_who_asks_by_hand(shop):
    work.pause(shop.ledger, "main", time.time() + 300, "Zoho refuses")
    assert shop.run("sync", "order", shop.place()).exit_code == 0


def test_a_connection_that_is_off_is_not_synced(shop):
    order = shop.place()
    shop.write("enabled = false")
    one_sentence(shop.run("sync", "order", order), "enabled is false")


def test_a_preview_shows_the_plan_and_writes_nothing(shop):
    order = shop.place()
    before = rows(shop)
    result = shop.run("preview", "order", order)
    told = shop.told("preview", "order", order)
    assert result.exit_code == 0
    assert f"order {order}: 5 steps, 4 Zoho calls" in result.stdout
    assert "difference 0.00" in result.stdout
    assert [step["verb"] for step in told["steps"]] == ["create"] * 4 + ["mark"]
    assert told["zoho_calls"] == 4
    assert shop.writes() == []
    assert rows(shop) == before


def test_a_preview_of_what_is_in_the_books_has_nothing_to_do(shop):
    order = shop.place()
    shop.run("sync", "order", order)
    assert "nothing to do" in shop.run("preview", "order", order).stdout


def test_a_preview_says_what_would_hold_or_skip_an_order(shop):
    order = shop.place(taxes=False)
    result = shop.run("preview", "order", order)
    assert result.exit_code == 1
    assert "would be held (tax-unmapped)" in result.stdout
    told = json.loads(shop.run("preview", "order", order, "--json").stdout)
    assert (told["held"], "VAT" in told["what"], bool(told["remedy"])) == ("tax-unmapped", True, True)
    gone = shop.run("preview", "order", "99999")
    assert (gone.exit_code, "would be skipped (gone)" in gone.stdout) == (0, True)
    assert shop.told("preview", "order", "99999")["skipped"] == "gone"
    assert shop.writes() == []


def test_orders_since_a_day_are_noted_for_the_workers(shop):
    orders = [shop.place() for _ in range(3)]
    result = shop.run("sync", "orders", "--since", "2020-01-01")
    assert result.stdout.startswith("3 orders noted")
    noted = [work.find(shop.ledger, "main", "orders", order) for order in orders]
    assert all(row.state == "waiting" and row.source_stamp for row in noted)
    assert shop.run("sync", "orders", "--since", "2999-01-01T00:00:00").stdout.startswith("0 orders noted")
    assert shop.writes() == []
    assert shop.calls("zoho") == []


# --- status, held, retry -------------------------------------------------------------------------------


def test_status_counts_the_work_and_the_calls(shop):
    assert "no order has been seen yet" in shop.run("status").stdout
    good, bad = (
        shop.place(),
        shop.place({"lines": [{"price": "5.00", "quantity": 1, "tax": "7"}]}, taxes=False),
    )
    shop.run("sync", "order", good)
    shop.run("sync", "order", bad)
    told = shop.told("status")
    counts = {(row["state"], row["outcome"]): row["count"] for row in told["work"]}
    assert counts == {("done", "posted"): 1, ("held", "held"): 1}
    assert told["zoho_calls"][0]["a_day"] == 10000
    assert told["zoho_calls"][0]["today"] > 4
    assert "posted" in shop.run("status").stdout


def test_status_works_while_redis_is_away(shop):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        told = shop.told("status", REDIS_URL=f"redis://127.0.0.1:{nobody.getsockname()[1]}/0")
    assert told["zoho_calls"] == []


def test_status_of_one_order_names_its_document_and_its_history(shop):
    order = shop.place()
    result = shop.run("status", order)
    assert (result.exit_code, "cartbooks sync order" in result.stdout) == (1, True)
    assert shop.run("status", order, "--json").exit_code == 1
    shop.run("sync", "order", order)
    said = shop.run("status", order).stdout
    assert f"order {order} (main): posted" in said
    assert "document INV-000001" in said
    (told,) = shop.told("status", order)["orders"]
    assert told["document"]["number"] == "INV-000001"
    assert [event["event"] for event in told["history"]][-2:] == ["posted", "calls"]


def test_status_shows_a_connection_that_rests(shop):
    work.pause(shop.ledger, "main", None, "Zoho refuses [the] token")
    said = shop.run("status").stdout
    assert "main rests until somebody acts: Zoho refuses [the] token" in said


def test_held_orders_are_listed_and_tried_again_when_asked(shop):
    assert "nothing is held" in shop.run("held").stdout
    order = shop.place(taxes=False)
    shop.run("sync", "order", order)
    (row,) = shop.told("held")
    assert (row["record"], row["reason"]) == (order, "tax-unmapped")
    assert row["what"]
    assert row["remedy"]
    said = shop.run("held", COLUMNS="60").stdout
    assert said == f"main orders {order} tax-unmapped: {row['what']}\n  {row['remedy']}\n"
    for words in (("status",), ("held",), ("retry",)):  # "nothing is held" would be no answer to a slip
        one_sentence(shop.run(*words, "--connection", "mian"), "no connection mian; there are: main", code=2)

    shop.world.zoho.add_tax("VAT 20", "20")
    assert shop.run("retry", order).stdout.startswith("1 held records")
    assert work.find(shop.ledger, "main", "orders", order).state == "waiting"
    assert shop.told("held") == []
    assert shop.run("retry").stdout.startswith("0 held records")
    one_sentence(shop.run("retry", "4711"), "not held: 4711")


def test_retry_ends_the_rest_of_a_connection(shop):
    work.pause(shop.ledger, "main", None, "Zoho refuses")
    assert "main goes on" in shop.run("retry").stdout
    assert work.paused(shop.ledger, time.time()) == {}


# --- migrate, settings, trouble ------------------------------------------------------------------------


def test_migrate_makes_the_ledger_and_does_no_harm_twice(shop):
    for file in shop.directory.glob("ledger.db*"):
        file.unlink()
    for words in (("status",), ("held",), ("retry",), ("sync", "order", "1"), ("preview", "order", "1")):
        one_sentence(shop.run(*words), "cartbooks migrate")
    assert not (shop.directory / "ledger.db").exists()
    for _ in range(2):
        assert shop.run("migrate").stdout == "the ledger is up to date\n"
    assert shop.run("status").exit_code == 0


def test_a_ledger_of_a_newer_version_is_left_as_it_is(shop):
    with sqlite3.connect(shop.directory / "ledger.db") as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    one_sentence(shop.run("migrate"), "newer Cartbooks", "9999", "install that one again")
    one_sentence(shop.run("status"), "of another version")


@pytest.mark.parametrize("words", [("migrate",), ("check",)], ids=" ".join)
def test_a_directory_that_cannot_be_made_is_told_in_a_sentence(shop, words):
    said = shop.run(*words, CARTBOOKS_DATA_DIR="/dev/null/data", REDIS_URL="")
    assert "/dev/null/data" in one_sentence(said, "Not a directory")


EVERY = [
    ("check",),
    ("webhooks", "register"),
    ("webhooks", "list"),
    ("webhooks", "repair"),
    ("webhooks", "remove"),
    ("connect", "zoho", "--code", "x"),
    ("sync", "order", "1"),
    ("sync", "orders", "--since", "2026-01-01"),
    ("preview", "order", "1"),
    ("status",),
    ("held",),
    ("retry",),
    ("migrate",),
    ("up",),
]


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_wrong_settings_are_told_with_key_and_remedy(shop, words):
    shop.write('orders.document = "receipt"')
    result = shop.run(*words)
    assert result.exit_code == (1 if words == ("check",) else 2)
    assert "orders.document" in result.output
    assert "invoice" in result.output


@pytest.mark.parametrize(
    "words",
    [words for words in EVERY if words[0] not in {"status", "held", "retry", "migrate", "check"}],
    ids=" ".join,
)
def test_settings_without_a_connection_say_where_to_begin(shop, words):
    (shop.directory / "cartbooks.toml").write_text(f'data_dir = "{shop.directory}"')
    one_sentence(shop.run(*words), "cartbooks.example.toml")


@pytest.mark.parametrize(
    "words",
    [words for words in EVERY if words[0] in {"webhooks", "connect", "sync", "preview"}],
    ids=" ".join,
)
def test_of_several_connections_one_must_be_chosen(shop, words):
    shop.write(
        '[connections.second]\nenabled = false\nstore.store_hash = "x"\n'
        'zoho.organization_id = "1"\nzoho.client_id = "c"'
    )
    one_sentence(shop.run(*words), "--connection: main, second", code=2)
    one_sentence(shop.run(*words, "--connection", "third"), "main, second", code=2)


@pytest.mark.parametrize(
    "words", [("sync", "order", "1"), ("preview", "order", "1"), ("webhooks", "list")], ids=" ".join
)
def test_a_key_that_is_not_the_one_that_sealed_is_told(shop, words):
    shop.env["CARTBOOKS_MAIN_ZOHO_REFRESH_TOKEN"] = ""
    shop.run("connect", "zoho", "--code", "1000.sandbox-grant")
    other = Fernet.generate_key().decode()
    one_sentence(shop.run(*words, CARTBOOKS_KEY=other), "CARTBOOKS_KEY", "cartbooks connect zoho")
    assert shop.run("status", CARTBOOKS_KEY=other).exit_code == 0
    line = next(
        one for one in shop.told("check", CARTBOOKS_KEY=other)["lines"] if one["about"] == "Zoho login"
    )
    assert (line["level"], "CARTBOOKS_KEY" in line["what"]) == ("fail", True)


def test_a_lost_key_is_overcome_by_connecting_again(shop):
    shop.env["CARTBOOKS_MAIN_ZOHO_REFRESH_TOKEN"] = ""
    shop.run("connect", "zoho", "--code", "1000.sandbox-grant")
    shop.env["CARTBOOKS_KEY"] = Fernet.generate_key().decode()
    shop.world.zoho.logins.codes.add("1000.another")
    assert shop.run("connect", "zoho", "--code", "1000.another").exit_code == 0
    assert shop.run("sync", "order", shop.place()).exit_code == 0


def test_a_key_that_is_no_key_is_told_without_showing_it(shop):
    result = shop.run("status", CARTBOOKS_KEY="not-thirty-two-bytes")
    assert result.exit_code == 2
    assert "CARTBOOKS_KEY" in result.output
    assert "not-thirty-two-bytes" not in result.output


def test_while_zoho_is_down_each_command_says_so_in_a_sentence(shop):
    order = shop.place()
    put_moods(shop, [{"kind": "server_error", "platform": "zoho", "path": "/zoho"}])
    one_sentence(shop.run("preview", "order", order), "HTTP 503")
    result = shop.run("sync", "order", order, "--wait", "0.5")
    assert result.exit_code == 1
    assert "is put off:" in result.stdout
    assert "503" in result.stdout
    assert "HTTP 503" in one_sentence(shop.run("connect", "zoho", "--code", "1000.sandbox-grant"))


def test_while_the_platforms_cannot_be_reached_each_command_says_so_in_a_sentence(shop):
    shop.write(url="http://127.0.0.1:9")
    for words in (("preview", "order", "1"), ("webhooks", "register"), ("sync", "orders", "--since", "2026-01-01"),
                  ("connect", "zoho", "--code", "x")):  # fmt: skip
        one_sentence(shop.run(*words), "could not be reached")


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("CARTBOOKS_MAIN_BIGCOMMERCE_TOKEN", "token is wrong"),
        ("CARTBOOKS_MAIN_ZOHO_REFRESH_TOKEN", "connect Zoho again"),
        ("CARTBOOKS_MAIN_ZOHO_CLIENT_SECRET", "client secret is wrong"),
    ],
)
def test_a_wrong_token_is_told_in_a_sentence_and_never_shown(shop, variable, said):
    order = shop.place()
    result = shop.run("preview", "order", order, **{variable: "wrong-token-77"})
    one_sentence(result, said)
    assert "wrong-token-77" not in result.output
    result = shop.run("sync", "order", order, **{variable: "wrong-token-77"})
    assert result.exit_code == 1
    assert said in result.stdout
    assert "wrong-token-77" not in result.output


def test_a_redis_that_is_away_is_told_in_a_sentence(shop):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = f"redis://:pass-word-77@127.0.0.1:{nobody.getsockname()[1]}/0"
        said = one_sentence(shop.run("preview", "order", "1", REDIS_URL=away), "Redis", "cannot be reached")
    assert "pass-word-77" not in said


def test_without_a_redis_a_command_brings_its_own_and_takes_it_along(shop):
    order = shop.place()
    assert shop.run("sync", "order", order, REDIS_URL="").exit_code == 0
    assert shop.run("preview", "order", order, REDIS_URL="").exit_code == 0
    assert "No Redis is running" not in shop.run("status", REDIS_URL="").output


def test_a_ledger_that_somebody_holds_is_told_in_a_sentence(shop):
    order = shop.place(taxes=False)
    shop.run("sync", "order", order)
    with sqlite3.connect(shop.directory / "ledger.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        one_sentence(shop.run("retry"), "locked")
        other.execute("ROLLBACK")


def test_only_json_goes_to_standard_output_when_json_is_asked_for(shop):
    order = shop.place()
    put_moods(shop, [{"kind": "expired_token", "platform": "zoho", "path": "/zoho/books", "times": 1}])
    for words in (("status",), ("held",), ("check",), ("preview", "order", order)):
        json.loads(shop.run(*words, "--json").stdout)


# --- what runs until it is told to stop ----------------------------------------------------------------


@pytest.mark.processes
def test_the_sandbox_opens_on_a_port_and_ends_when_told(tmp_path):
    argv = [sys.executable, "-m", "app", "sandbox", "--port", "0", "--pace", "10", "--seed", "3"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(argv, cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True) as process:
        said = process.stdout.readline()
        address = said.split()[1].removesuffix("/bigcommerce")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{address}/control/credentials", timeout=2) as answer:
                    assert json.load(answer)["zoho"]["organization_id"] == "10234695"
                break
            except OSError:
                time.sleep(0.05)
        else:
            raise AssertionError("the sandbox did not answer")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


def test_moods_and_orders_that_nobody_knows_are_told_in_a_sentence(shop):
    one_sentence(shop.run("sandbox", "--moods", "gloomy"))
    (shop.directory / "empty").mkdir()
    one_sentence(shop.run("sandbox", "--load", str(shop.directory / "empty")), "*.json")
