"""The minute, the calls in flight and the day, each with its code and headers."""

import threading
import time
from datetime import UTC, datetime

import pytest

from sandbox.zoho import limits


def at(client, moment):
    client.world.clock.advance((moment - client.world.clock.now()).total_seconds())
    client.login()


def test_the_hundred_and_first_call_of_a_minute_is_refused_and_the_window_slides(client):
    for _ in range(100):
        assert client.call("GET", "/settings/currencies").status_code == 200
    answer = client.call("GET", "/settings/currencies")
    assert (answer.status_code, answer.json["code"]) == (429, 44)
    assert "Retry-After" not in answer.headers
    client.world.clock.advance(61)
    assert client.call("GET", "/settings/currencies").status_code == 200


def test_refusals_do_not_use_up_the_day(client):
    client.http.put("/control/zoho/limits", json={"per_minute": 1})
    client.call("GET", "/items")
    before = client.call("GET", "/items").headers["x-rate-limit-remaining"]
    assert client.call("GET", "/items").headers["x-rate-limit-remaining"] == before


def test_the_pace_shortens_the_minute(client_with):
    client = client_with(pace=10.0)
    client.http.put("/control/zoho/limits", json={"per_minute": 1})
    assert [client.call("GET", "/items").status_code for _ in range(2)] == [200, 429]
    client.world.clock.advance(6.1)
    assert client.call("GET", "/items").status_code == 200


@pytest.mark.parametrize(("seconds", "code"), [(60, 44), (3600, 43)])
def test_a_block_may_last_and_says_how_long(client_with, seconds, code):
    client = client_with({"zoho_block_seconds": seconds, "zoho_minute_code": code})
    client.http.put("/control/zoho/limits", json={"per_minute": 1})
    client.call("GET", "/items")
    answer = client.call("GET", "/items")
    assert (answer.json["code"], answer.headers["Retry-After"]) == (code, str(seconds))
    client.world.clock.advance(seconds - 5)
    answer = client.call("GET", "/settings/currencies")
    assert (answer.status_code, int(answer.headers["Retry-After"])) == (429, 5)


def test_the_day_has_its_headers_and_its_end(client):
    client.http.put("/control/zoho/limits", json={"per_day": 1000, "day_used": 998})
    answer = client.call("GET", "/items")
    assert answer.headers["x-rate-limit-limit"] == "1000"
    assert answer.headers["x-rate-limit-remaining"] == "1"
    client.call("GET", "/items")
    refused = client.call("GET", "/items")
    assert (refused.status_code, refused.json["code"]) == (429, 45)
    assert refused.json["message"].endswith("maximum call rate limit of 1000.")
    assert refused.headers["x-rate-limit-remaining"] == "0"


@pytest.mark.parametrize(
    ("zone", "moment", "seconds"),
    [
        ("America/New_York", datetime(2026, 6, 9, 20, 22, 34, tzinfo=UTC), 27_446),
        ("Europe/Berlin", datetime(2026, 10, 24, 22, 0, 0, tzinfo=UTC), 25 * 3600),
        ("UTC", datetime(2026, 1, 1, 23, 59, 30, tzinfo=UTC), 30),
    ],
)
def test_the_day_ends_at_midnight_of_the_organization(client_with, zone, moment, seconds):
    client = client_with(more={"zoho": {"time_zone": zone}})
    client.org.per_day = 5
    at(client, moment)
    reset = int(client.call("GET", "/items").headers["x-rate-limit-reset"])
    assert abs(reset - seconds) <= 1
    for _ in range(5):
        client.call("GET", "/items")
    assert client.refused("GET", "/items") == (429, 45)
    client.world.clock.advance(reset + 1)
    client.login()
    assert client.call("GET", "/items").headers["x-rate-limit-remaining"] == "4"


@pytest.mark.parametrize(("counters", "left"), [("shared", 7), ("separate", 8)])
def test_books_and_inventory_count_together_or_apart(client_with, counters, left):
    client = client_with({"zoho_day_counters": counters})
    client.org.per_day = 10
    client.call("GET", "/items", edition="inventory/v1")
    client.call("GET", "/items")
    assert client.call("GET", "/items").headers["x-rate-limit-remaining"] == str(left)


def test_more_calls_in_flight_than_allowed_are_refused(client_with):
    client = client_with(moods=[{"kind": "latency", "seconds": 60, "path": "/zoho/books"}])
    client.org.concurrent = 3
    start, statuses = threading.Barrier(6), []

    def call():
        start.wait()
        answer = client.app.test_client().get(
            "/zoho/books/v3/items?organization_id=10234695", headers=client.headers
        )
        statuses.append((answer.status_code, answer.json["code"]))

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    while client.world.moods.struck.total() < 6:  # all are inside
        time.sleep(0.01)
    client.world.stopped.set()  # nobody waits any more
    for thread in threads:
        thread.join()
    assert statuses.count((200, 0)) == 3
    assert statuses.count((429, 1070)) == 3
    assert client.org.meter.in_flight == 0


def test_a_mood_speaks_as_the_platform_does(client):
    moods = [{"kind": "expired_token", "platform": "zoho", "times": 1}]
    client.http.put("/control/moods", json={"moods": moods})
    assert client.refused("GET", "/items") == (401, 57)
    assert client.refused("GET", "/items") == (401, 57)
    client.login()
    for kind, status, code in (("rate_limit", 429, 44), ("server_error", 503, 1000)):
        client.http.put("/control/moods", json={"moods": [{"kind": kind, "platform": "zoho", "times": 1}]})
        assert client.refused("GET", "/items") == (status, code)
    client.http.put("/control/moods", json={"moods": [{"kind": "html", "platform": "zoho", "times": 1}]})
    assert client.call("GET", "/items").content_type.startswith("text/html")
    assert client.call("GET", "/items").status_code == 200


def test_seconds_to_midnight_is_never_nothing(client):
    assert limits.seconds_to_midnight(client.org) >= 1
