"""Callbacks of both platforms, as they really come, arrive at our door and bring stock over within seconds."""

import threading
import time

import pytest
from werkzeug.serving import make_server

from app.door import make_door
from app.web import make_app
from app.wiring import services_alone
from sandbox.bigcommerce.stock import DEFAULT, holder_of
from sandbox.bigcommerce.stock_moves import adjust as edit
from tasks.working import work_off
from tests.app.test_cli_stock import adjust, goods, levels
from tests.e2e.eyes import until


@pytest.fixture
def reachable(shop):
    """Our web app on a socket, callbacks registered on both sides, and a rule in Zoho for each webhook."""
    web = make_server("127.0.0.1", 0, None, threaded=True)
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def reachable(method="one_way"):
        shop.write(f'stock.method = "{method}"', public=f"http://127.0.0.1:{web.server_port}")
        web.app = make_app(make_door(shop.settings))
        thread.start()
        assert shop.run("webhooks", "register").exit_code == 0
        by_hand(shop, f"http://127.0.0.1:{web.server_port}/webhooks/zoho/main")
        return shop

    yield reachable
    web.shutdown()
    web.server_close()
    thread.join(5)


def by_hand(shop, url):
    """What `webhooks register` tells a person to enter: the webhook of Inventory, and the rules."""
    zoho = shop.world.zoho
    like = next(iter(zoho.records["webhooks"].values()))
    body = {"webhook_name": "Adjusted", "entity": "inventoryadjustment", "url": url,
            "headers": like["headers"], "secret": like["_secret"]}  # fmt: skip
    zoho.ask("POST", "/settings/webhooks", body)
    for webhook in list(zoho.records["webhooks"].values()):
        rule = {"workflow_name": webhook["webhook_name"], "entity": webhook["entity"], "rule_type": "add_edit",
                "instant_actions": [{"action_id": webhook["webhook_id"], "action_type": "webhook"}]}  # fmt: skip
        zoho.ask("POST", "/settings/workflows", rule)


def at_rest(shop, within=30.0):
    """Wait for a callback, and for all that come with it, and work until nothing of stock waits."""
    made = services_alone(shop.settings)
    end = time.monotonic() + within
    while time.monotonic() < end and not waiting(shop):
        time.sleep(0.02)
    until(lambda: not shop.world.zoho.courier.waiting() + shop.world.bigcommerce.courier.waiting())
    assert work_off(made, "main", "stock", wait=30, on_look=lambda _: None) == 0


def waiting(shop):
    return [
        one for one in shop.told("status")["work"] if one["flow"] == "stock" and one["state"] == "waiting"
    ]


def test_an_adjustment_in_zoho_is_in_the_store_for_a_call_each(reachable):
    shop = reachable()
    mug = goods(shop, "MUG", 7)
    at_rest(shop)
    shop.run("sync", "stock")
    shop.world.calls.clear()
    adjust(shop, mug, 3)
    at_rest(shop)
    assert levels(shop) == {"MUG": 10}
    assert len([call for call in shop.calls("zoho") if "/oauth/" not in call["path"]]) == 1
    assert len(shop.writes()) == 1


def test_in_two_way_what_a_person_does_in_the_store_is_adjusted_in_zoho_and_comes_to_rest(reachable):
    shop = reachable("two_way")
    mug = goods(shop, "MUG", 7)
    shop.run("sync", "stock")
    at_rest(shop, 1.0)
    with shop.world.lock:
        row = next(row for row in shop.world.bigcommerce.products.values() if row["sku"] == "MUG")
        edit(shop.world, holder_of(row, None), DEFAULT, 12, "absolute")
    at_rest(shop)
    assert shop.world.zoho.ask("GET", f"/items/{mug}", {})["item"]["available_for_sale_stock"] == 12
    at_rest(shop, 1.0)  # whatever our own writes called back
    shop.world.calls.clear()
    assert shop.run("sync", "stock").exit_code == 0
    assert shop.writes() == []
    assert levels(shop) == {"MUG": 12}
