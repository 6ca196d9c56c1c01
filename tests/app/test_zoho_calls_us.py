"""Zoho's own callbacks, as its workflow rules send them, arrive at our door and are worked."""

import threading
import time

import pytest
from werkzeug.serving import make_server

from app.door import make_door
from app.web import make_app
from app.wiring import services_alone
from tasks.working import work_off
from tests.app.shelf import item, products, shelved
from tests.e2e.eyes import until


@pytest.fixture
def reachable(shop):
    """Our web app on a socket, and a webhook with its rule in Zoho that leads there."""
    shelved(shop)
    web = make_server("127.0.0.1", 0, None, threaded=True)
    shop.write('catalogue.items = "on"', public=f"http://127.0.0.1:{web.server_port}")
    web.app = make_app(make_door(shop.settings))
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    assert shop.run("webhooks", "register").exit_code == 0
    (webhook_id,) = shop.world.zoho.records["webhooks"]
    rule = {"workflow_name": "Cartbooks", "entity": "item", "rule_type": "add_edit",
            "instant_actions": [{"action_id": webhook_id, "action_type": "webhook"}]}  # fmt: skip
    shop.world.zoho.ask("POST", "/settings/workflows", rule)
    yield shop
    web.shutdown()
    web.server_close()
    thread.join(5)


def noted(shop):
    """How many items wait."""
    return [one for one in shop.told("status")["work"] if one["flow"] == "items"]


@pytest.mark.parametrize("encoding", ["hex", "base64"])
def test_a_change_in_zoho_is_in_the_store_without_any_look(reachable, encoding):
    shop = reachable
    assert (
        shop.app.test_client().put("/control/switches", json={"zoho_signature": encoding}).status_code == 200
    )
    one = item(shop, "MUG", "Mug", "10.00")
    (row,) = until(lambda: noted(shop))
    assert (row["state"], row["count"]) == ("waiting", 1)
    shop.world.calls.clear()
    time.sleep(0.6)  # its callbacks settle
    assert work_off(services_alone(shop.settings), "main", "items", wait=10, on_look=lambda _: None) == 0
    assert products(shop)["MUG"]["name"] == "Mug"
    assert not [call for call in shop.calls("zoho") if call["path"].endswith("/items")]
    assert shop.run("status", one).exit_code == 0


def test_a_rule_with_an_old_secret_calls_in_vain(reachable):
    shop = reachable
    (webhook,) = shop.world.zoho.records["webhooks"].values()
    webhook["headers"][0]["param_value"] = "SomebodyElse123"
    item(shop)
    (told,) = until(lambda: list(shop.world.zoho.courier.log))
    assert told["status"] == 401
    assert noted(shop) == []
