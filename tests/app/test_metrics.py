import pytest
import redis
from prometheus_client.parser import text_string_to_metric_families

from app.metrics import Calls, Gauge, counted, counting, exposition

GONE = "redis://127.0.0.1:1/0"


@pytest.fixture
def client(valkey_url):
    with redis.Redis.from_url(valkey_url) as client:
        client.flushdb()
        yield client


def test_calls_of_all_processes_add_up(client):
    for _process in range(2):
        call_counted = counting(client)
        call_counted("zoho", "invoice", "create", "POST", 201, 0.15)
        call_counted("zoho", "invoice", "create", "POST", "lost", 30.0)
    assert counted(client) == [
        Calls(("zoho", "invoice", "create", "POST", "201"), 2, pytest.approx(0.3)),
        Calls(("zoho", "invoice", "create", "POST", "lost"), 2, pytest.approx(60.0)),
    ]


def test_a_call_is_made_even_when_it_cannot_be_counted():
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    with redis.Redis.from_url(GONE, retry=Retry(NoBackoff(), 0)) as away:
        counting(away)("zoho", "invoice", "create", "POST", 201, 0.15)
        with pytest.raises(redis.RedisError):
            counted(away)


def test_prometheus_can_read_it():
    gauges = [
        Gauge("cartbooks_work", "Rows by state.", 3, {"connection": "main", "state": "waiting"}),
        Gauge("cartbooks_work", "Rows by state.", 1, {"connection": "main", "state": "held"}),
        Gauge("cartbooks_oldest_due_seconds", "Age of the oldest due row.", 0.5),
    ]
    calls = [Calls(("zoho", "invoice", "create", "POST", "201"), 2, 0.3)]
    families = {
        one.name: one.samples for one in text_string_to_metric_families(exposition(gauges, calls).decode())
    }
    assert [(one.labels["state"], one.value) for one in families["cartbooks_work"]] == [
        ("waiting", 3),
        ("held", 1),
    ]
    assert families["cartbooks_oldest_due_seconds"][0].value == 0.5
    (call,) = families["cartbooks_calls"]
    assert (call.name, call.value, call.labels["entity"]) == ("cartbooks_calls_total", 2, "invoice")
    assert families["cartbooks_call_seconds"][0].value == 0.3
