"""The shared token: one refresh for everybody, readable by nobody else, and every refusal by its name."""

import json
import subprocess
import sys
import time
from collections import deque
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from cryptography.fernet import Fernet

from connectors.errors import OutOfBudget, Temporary, Unauthorized
from connectors.zoho.oauth import DATA_CENTRES, TokenStore, access_token, exchange_grant
from sandbox.moods import moods_from

ROOT = Path(__file__).parents[3]
ACCOUNTS = "/zoho/accounts"


def forget(tokens, login):
    """As if the shared token had run out."""
    tokens.redis.delete(f"cartbooks:{{{login.key}}}:token")


def refreshes(world):
    return [call for call in world.calls if call["path"].startswith(ACCOUNTS)]


def storm(valkey_url, key, login, *, processes, threads, stale=None):
    told = {"url": valkey_url, "key": key.decode(), "threads": threads, "stale": stale}
    told["login"] = [login.dc, login.client_id, login.client_secret, login.refresh_token, login.accounts_url]
    command = [sys.executable, "-m", "tests.connectors.token_storm", json.dumps(told)]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(processes)
    ]
    tokens = []
    for process in running:
        out, _ = process.communicate(timeout=200)
        assert process.returncode == 0
        tokens += json.loads(out)
    return tokens


@pytest.mark.processes
def test_three_processes_of_eight_threads_refresh_once(world, valkey, valkey_url, port, login):
    world.moods.set(moods_from([{"kind": "latency", "path": ACCOUNTS, "seconds": 0.4}]))
    there = replace(login, accounts_url=f"http://127.0.0.1:{port}{ACCOUNTS}")
    key = Fernet.generate_key()
    tokens = storm(valkey_url, key, there, processes=3, threads=8)
    assert len(tokens) == 24
    assert len(set(tokens)) == 1
    assert len(refreshes(world)) == 1
    again = storm(valkey_url, key, there, processes=2, threads=8, stale=tokens[0])
    assert len(set(again)) == 1
    assert again[0] != tokens[0]
    assert len(refreshes(world)) == 2


def test_the_token_is_kept_for_its_life_and_replaced_before_its_end(session, world, valkey, tokens, login):
    first = access_token(tokens, session, login)
    assert access_token(tokens, session, login).value == first.value
    assert len(refreshes(world)) == 1
    assert first.api_domain == "http://sandbox.test/zoho"
    name = f"cartbooks:{{{login.key}}}:token"
    assert valkey.ttl(name) > 3500
    valkey.expire(name, 299)
    assert access_token(tokens, session, login).value != first.value


def test_while_one_replaces_the_token_early_the_others_go_on_with_the_old_one(session, valkey, tokens, login):
    first = access_token(tokens, session, login)
    valkey.expire(f"cartbooks:{{{login.key}}}:token", 200)
    valkey.set(f"cartbooks:{{{login.key}}}:lock", "somebody", ex=60)
    assert access_token(tokens, session, login).value == first.value


def test_a_process_that_died_while_refreshing_is_not_waited_for_for_ever(session, valkey, tokens, login):
    began = time.monotonic()
    valkey.set(f"cartbooks:{{{login.key}}}:lock", "dead", px=700)
    assert access_token(tokens, session, login).value
    assert time.monotonic() - began > 0.69
    impatient = TokenStore(tokens.redis, tokens.fernet, wait=0.2)
    forget(tokens, login)
    valkey.set(f"cartbooks:{{{login.key}}}:lock", "dead", ex=60)
    with pytest.raises(Temporary):
        access_token(impatient, session, login)


class Late(redis.Redis):
    """A client whose lock is asked for only after somebody else did the whole work."""

    before_the_lock = None

    def set(self, *args, nx=False, **how):
        if nx and self.before_the_lock:
            first, self.before_the_lock = self.before_the_lock, None
            first()
        return super().set(*args, nx=nx, **how)


def test_who_comes_second_to_the_lock_takes_the_token_of_the_first(session, world, valkey_url, tokens, login):
    with Late.from_url(valkey_url) as client:
        client.before_the_lock = lambda: access_token(tokens, session, login)
        second = access_token(TokenStore(client, tokens.fernet), session, login)
    assert second.value == access_token(tokens, session, login).value
    assert len(refreshes(world)) == 1


def test_redis_never_holds_the_token_in_the_clear(session, valkey, tokens, login):
    token = access_token(tokens, session, login)
    dump = b"".join(valkey.dump(key) + key for key in valkey.keys("*"))
    for secret in (token.value, login.refresh_token, login.client_secret):
        assert secret.encode() not in dump
        assert secret not in repr((token, login, tokens))


def test_a_token_sealed_with_another_key_is_no_token(session, world, valkey, tokens, login):
    access_token(tokens, session, login)
    other = TokenStore(valkey, Fernet(Fernet.generate_key()))
    access_token(other, session, login)
    assert len(refreshes(world)) == 2


def test_logins_do_not_share_a_token(session, tokens, login):
    access_token(tokens, session, login)
    with pytest.raises(Unauthorized):
        access_token(tokens, session, replace(login, refresh_token="1000.another"))


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ({"refresh_token": "1000.revoked"}, "cartbooks connect zoho"),
        ({"client_id": "1000.NOBODY"}, "data centre"),
        ({"client_secret": "wrong"}, "client secret"),
    ],
)
def test_a_login_that_is_refused_names_its_remedy_and_no_secret(session, tokens, login, change, remedy):
    with pytest.raises(Unauthorized, match=remedy) as refused:
        access_token(tokens, session, replace(login, **change))
    assert refused.value.platform == "zoho"
    assert "1000.revoked" not in str(refused.value)


@pytest.mark.parametrize("status", [200, 400])
def test_a_throttled_login_is_left_in_peace_by_everybody(session, world, valkey, tokens, login, status):
    world.switches["zoho_token_throttle_status"] = status
    world.zoho.logins.asked[login.refresh_token] = deque([world.clock.epoch() + 1000] * 10)
    with pytest.raises(OutOfBudget) as throttled:
        access_token(tokens, session, login)
    assert 600 < throttled.value.until - time.time() <= 901
    asked = len(refreshes(world))
    with pytest.raises(OutOfBudget):
        access_token(tokens, session, login)
    assert len(refreshes(world)) == asked


def test_we_stop_at_eight_refreshes_in_ten_minutes_before_zoho_does(session, world, tokens, login):
    for _ in range(8):
        access_token(tokens, session, login)
        forget(tokens, login)
    with pytest.raises(OutOfBudget) as enough:
        access_token(tokens, session, login)
    assert 590 < enough.value.until - time.time() <= 600
    assert len(refreshes(world)) == 8


@pytest.mark.parametrize("kind", ["server_error", "html", "reset_before", "reset_after"])
def test_an_accounts_server_in_trouble_is_temporary(session, world, tokens, login, kind):
    world.moods.set(moods_from([{"kind": kind, "path": ACCOUNTS}]))
    with pytest.raises(Temporary):
        access_token(tokens, session, login)
    world.moods.set(())
    assert access_token(tokens, session, login).value


def test_a_grant_code_becomes_a_refresh_token_once(session, login):
    assert exchange_grant(session, login, "1000.sandbox-grant") == "1000.sandbox-refresh"
    with pytest.raises(Unauthorized, match="used up"):
        exchange_grant(session, login, "1000.sandbox-grant")


def test_no_token_store_means_later(session, login, tokens):
    nowhere = redis.Redis.from_url("redis://127.0.0.1:1/0", retry=None)
    with pytest.raises(Temporary):
        access_token(TokenStore(nowhere, tokens.fernet), session, login)
    nowhere.close()


def test_every_data_centre_has_its_own_hosts():
    assert set(DATA_CENTRES) == {"com", "eu", "in", "com.au", "jp", "ca", "com.cn", "sa"}
    assert len({row.api for row in DATA_CENTRES.values()}) == 8
    assert len({row.accounts for row in DATA_CENTRES.values()}) == 8
