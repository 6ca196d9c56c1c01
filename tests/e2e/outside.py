"""The platforms on a port, in a thread of the test, and settings that lead there."""

import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.redis_server import free_port
from app.settings import load
from sandbox import create_app, orders
from sandbox.server import serve
from tests.lab import KEY, SETTINGS
from tests.taxes import set_up_taxes

SECRET = "hook-secret-of-the-lab"


@dataclass(frozen=True)
class Outside:
    """`world` is the sandbox's own state; `env` is what a process of ours is given to find it."""

    world: object
    settings: object
    env: dict = field(repr=False)

    def place(self):
        """A paid order of three mugs; its id."""
        set_up_taxes(self.world, [{"name": "VAT 20", "rate": "20", "members": []}])
        told = {
            "lines": [{"price": "9.99", "quantity": 3, "tax": "20", "sku": "MUG", "name": "Mug"}],
            "customer": {"id": 7, "email": "ada@example.com", "first_name": "Ada", "last_name": "Example"},
        }
        return orders.place(self.world, told)

    def posted(self, order):
        """The live invoices of an order that is marked with one of them."""
        mark = self.world.bigcommerce.orders[order]["order"]["external_order_id"]
        rows = list(self.world.zoho.records["invoices"].values())
        mine = [row for row in rows if row["reference_number"] == str(order) and row["status"] != "void"]
        return mine if mark in {row["invoice_number"] for row in mine} else []


@contextmanager
def outside(directory, *, redis_url="", pace=20.0):
    """Both platforms on a port; a Redis is started by whoever needs one unless its address is given."""
    web, flower = free_ports(2)
    server = serve(app := create_app(pace=pace))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    text = SETTINGS.format(
        pace=pace, data=directory, base=base, more=f"[web]\nport = {web}\n[flower]\nport = {flower}"
    )
    path = directory / "cartbooks.toml"
    path.write_text(text.replace("https://books.example", f"http://127.0.0.1:{web}"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CARTBOOKS_")}
    env = {
        **kept,
        "CARTBOOKS_SETTINGS": str(path),
        "CARTBOOKS_KEY": KEY,
        "CARTBOOKS_MAIN_BIGCOMMERCE_TOKEN": "bc-sandbox-token",
        "CARTBOOKS_MAIN_BIGCOMMERCE_CLIENT_SECRET": "bc-sandbox-secret",
        "CARTBOOKS_MAIN_WEBHOOK_SECRET": SECRET,
        "CARTBOOKS_MAIN_ZOHO_CLIENT_SECRET": "zoho-sandbox-secret",
        "CARTBOOKS_MAIN_ZOHO_REFRESH_TOKEN": "1000.sandbox-refresh",
        **({"REDIS_URL": redis_url} if redis_url else {}),
    }
    try:
        yield Outside(app.extensions["sandbox"], load(path, env), env)
    finally:
        app.extensions["sandbox"].stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


def free_ports(many):
    """Ports that nobody listens on."""
    return [free_port() for _ in range(many)]
