"""The door, the moods and the controls, whatever platform lies behind."""

import json
import threading
from collections import Counter

import pytest
import requests

from sandbox import create_app
from sandbox.moods import MoodError, moods_from
from sandbox.server import serve
from sandbox.switch import SwitchError
from sandbox.switches import SWITCHES
from tests.wsgi import WsgiAdapter

TIME = "/bigcommerce/stores/sandbox/v2/time"
ORDERS = "/bigcommerce/stores/sandbox/v2/orders"


@pytest.fixture
def live():
    """A sandbox on a real port."""
    app = create_app()
    server = serve(app)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    session = requests.Session()
    session.headers["X-Auth-Token"] = "bc-sandbox-token"
    session.root = f"http://127.0.0.1:{server.port}"
    session.world = app.extensions["sandbox"]
    yield session
    session.close()
    app.extensions["sandbox"].stopped.set()
    server.shutdown()
    server.server_close()


def in_process(**options):
    app = create_app(callback_threads=0, **options)
    session = requests.Session()
    session.headers["X-Auth-Token"] = "bc-sandbox-token"
    session.root = "http://sandbox"
    session.mount(session.root, WsgiAdapter(app))
    return session, app.extensions["sandbox"]


def test_a_connection_is_kept_over_many_calls(live):
    for _ in range(5):
        answer = live.get(live.root + TIME)
    pools = live.get_adapter(live.root).poolmanager.pools
    (pool,) = [pools[key] for key in pools.keys()]  # noqa: SIM118 - it is no dict
    assert answer.headers["Connection"] == "keep-alive"
    assert (pool.num_requests, pool.num_connections) == (5, 1)


def test_a_reset_after_the_write_really_resets_and_really_wrote(live):
    live.put(live.root + "/control/moods", json=[{"kind": "reset_after", "methods": ["POST"], "times": 1}])
    body = {
        "products": [{"name": "Mug", "quantity": 1, "price_ex_tax": 10, "price_inc_tax": 12}],
        "billing_address": {"first_name": "A"},
    }
    with pytest.raises(requests.ConnectionError):
        live.post(live.root + ORDERS, json=body)
    assert len(live.get(live.root + ORDERS).json()) == 1
    assert live.get(live.root + "/control/moods").json()["totals"] == {"bigcommerce reset_after": 1}
    assert live.post(live.root + ORDERS, json=body).status_code == 200


def test_a_reset_before_the_write_wrote_nothing(live):
    live.put(live.root + "/control/moods", json=[{"kind": "reset_before", "methods": ["POST"]}])
    with pytest.raises(requests.ConnectionError):
        live.post(live.root + ORDERS, json={})
    assert live.get(live.root + ORDERS).status_code == 204


def test_a_slow_body_arrives_whole(live):
    live.put(live.root + "/control/moods", json=[{"kind": "slow_body", "seconds": 0.2, "times": 1}])
    answer = live.get(live.root + "/bigcommerce/stores/sandbox/v2/store")
    assert answer.json()["id"] == "sandbox"
    assert live.get(live.root + TIME).status_code == 200


def test_a_reset_in_process_is_a_connection_error():
    session, _ = in_process(moods=[{"kind": "reset_after"}])
    with pytest.raises(requests.ConnectionError):
        session.get(session.root + TIME)


def test_the_rough_mood_strikes_in_its_shares_and_counts_what_it_did():
    session, world = in_process(moods="rough", seed=7, switches={"window_quota": 10**6})
    statuses = Counter()
    for _ in range(1500):
        try:
            statuses[session.put(f"{session.root}{ORDERS}/1", json={}).status_code] += 1
        except requests.ConnectionError:
            statuses["reset"] += 1
    assert 45 <= statuses["reset"] <= 105, "5 % of 1500 are 75"
    assert 45 <= statuses[503] <= 105
    assert 12 <= statuses[429] <= 50, "2 % of 1500 are 30"
    assert world.moods.totals["bigcommerce reset_after"] == statuses["reset"]
    assert world.moods.totals["bigcommerce server_error"] == statuses[503]


def test_the_same_seed_brings_the_same_luck():
    def luck():
        session, _ = in_process(moods=[{"kind": "html", "share": 0.5}], seed=3)
        return [session.get(session.root + TIME).status_code for _ in range(30)]

    assert luck() == luck()
    assert set(luck()) == {200, 503}


def test_a_mood_keeps_to_its_path_its_skip_and_its_times():
    session, _ = in_process()
    row = {"kind": "server_error", "path": "/bigcommerce/*/v2/store", "skip": 1, "times": 2, "status": 502}
    session.put(session.root + "/control/moods", json={"moods": [row]})
    store = session.root + "/bigcommerce/stores/sandbox/v2/store"
    assert [session.get(store).status_code for _ in range(5)] == [200, 502, 502, 200, 200]
    assert session.get(session.root + TIME).status_code == 200
    (told,) = session.get(session.root + "/control/moods").json()["moods"]
    assert (told["met"], told["struck"]) == (5, 2)
    assert session.delete(session.root + "/control/moods").json()["moods"] == []


def test_moods_come_from_files_of_both_kinds(tmp_path):
    rows = [{"kind": "latency", "seconds": 0.5, "platform": "zoho"}]
    (tmp_path / "moods.json").write_text(json.dumps({"moods": rows}))
    (tmp_path / "moods.toml").write_text('[[moods]]\nkind = "latency"\nseconds = 0.5\nplatform = "zoho"\n')
    assert moods_from(str(tmp_path / "moods.json")) == moods_from(str(tmp_path / "moods.toml"))


@pytest.mark.parametrize("told", ["gloomy", [{"kind": "gloomy"}], [{"kind": "html", "colour": 1}], 5, {}])
def test_an_unknown_mood_is_refused_by_name(told):
    with pytest.raises(MoodError):
        moods_from(told)
    session, _ = in_process()
    assert session.put(session.root + "/control/moods", json=told).status_code == 400


def test_every_switch_has_a_default_among_its_choices_and_a_sentence():
    names = Counter(switch.name for switch in SWITCHES)
    assert max(names.values()) == 1
    for switch in SWITCHES:
        assert not switch.choices or switch.default in switch.choices, switch.name
        assert switch.about


def test_a_switch_is_set_and_read_by_control_and_a_wrong_position_is_refused():
    session, world = in_process(switches={"window_quota": 20})
    assert world.switches["window_quota"] == 20
    assert session.put(session.root + "/control/switches", json={"empty_list": "array"}).status_code == 200
    assert world.switches["empty_list"] == "array"
    wrong = ({"empty_list": "maybe"}, {"unknown": 1}, {"window_quota": "many"}, {"hook_signature": 1})
    for told in wrong:
        assert session.put(session.root + "/control/switches", json=told).status_code == 400, told
    with pytest.raises(SwitchError):
        create_app(switches={"empty_list": "maybe"})


def test_every_call_is_logged_with_what_befell_it():
    session, _ = in_process(moods=[{"kind": "server_error", "times": 1}])
    session.get(session.root + TIME)
    session.get(session.root + TIME + "?x=1", headers={"User-Agent": "probe"})
    first, second = session.get(session.root + "/control/calls").json()["calls"]
    assert (first["status"], first["moods"]) == (503, ["server_error"])
    assert (second["status"], second["query"], second["agent"]) == (200, "x=1", "probe")
    assert (second["platform"], second["method"], second["path"]) == ("bigcommerce", "GET", TIME)
    assert second["rejected_by_limit"] is False


def test_a_call_under_way_is_already_whole_in_the_log(live):
    live.put(live.root + "/control/moods", json=[{"kind": "latency", "seconds": 60}])
    headers = {"X-Auth-Token": "bc-sandbox-token"}
    under_way = threading.Thread(target=requests.get, args=(live.root + TIME,), kwargs={"headers": headers})
    under_way.start()
    while not (calls := live.get(live.root + "/control/calls").json()["calls"]):
        pass
    assert under_way.is_alive()
    assert (calls[0]["platform"], calls[0]["path"], calls[0]["status"]) == ("bigcommerce", TIME, 0)
    live.world.stopped.set()  # nobody waits any more
    under_way.join()
    assert live.get(live.root + "/control/calls").json()["calls"][0]["status"] == 200


def test_the_clock_goes_forward_on_demand():
    session, world = in_process()
    before = session.get(session.root + TIME).json()["time"]
    session.post(session.root + "/control/clock", json={"advance": 3600})
    assert session.get(session.root + TIME).json()["time"] >= before + 3600
    assert world.clock.now().tzinfo is not None


def test_control_refuses_nonsense_with_a_sentence():
    session, _ = in_process()
    for path, body in (("clock", {}), ("orders", {"lines": "no"}), ("load", {"path": "/nowhere"})):
        answer = session.post(f"{session.root}/control/{path}", json=body)
        assert answer.status_code in (400, 409), path
        assert answer.json()["error"]
    assert session.post(session.root + "/control/orders", data="{").status_code == 400


def test_credentials_open_the_door_they_belong_to():
    session, _ = in_process()
    told = session.get(session.root + "/control/credentials").json()
    answer = session.get(
        told["bigcommerce"]["api"] + "/v2/time", headers={"X-Auth-Token": told["bigcommerce"]["access_token"]}
    )
    assert answer.status_code == 200
    assert told["zoho"]["organization_id"]


def test_the_whole_state_is_json():
    session, _ = in_process()
    session.post(session.root + "/control/generate", json={"seed": 1, "orders": 25})
    told = session.get(session.root + "/control/state").json()
    assert len(told["bigcommerce"]["orders"]) == 25
    assert len(told["expectations"]) == 25
    assert set(told) >= {"bigcommerce", "zoho", "calls", "moods"}


def test_two_writers_at_once_change_the_world_one_after_the_other(live):
    def write():
        session = requests.Session()
        session.headers["X-Auth-Token"] = "bc-sandbox-token"
        for _ in range(10):
            session.post(live.root + "/control/orders", json={"order": {}})
        session.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [
        row["order"]["id"] for row in live.get(live.root + "/control/state").json()["bigcommerce"]["orders"]
    ]
    assert len(ids) == len(set(ids)) == 40
