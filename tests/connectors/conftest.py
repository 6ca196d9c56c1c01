"""The sandbox as connectors meet it: in process, and for what only sockets show, on a port."""

import threading

import pytest
from cryptography.fernet import Fernet

from connectors.bigcommerce.client import BigCommerce
from connectors.bigcommerce.window import StoreWindow
from connectors.budget import Budget
from connectors.http import mount, open_session
from connectors.zoho.client import Zoho
from connectors.zoho.oauth import Login, TokenStore
from sandbox import create_app
from sandbox.server import serve
from tests.wsgi import WsgiAdapter

ROOT = "http://sandbox.test"
PACE = 1000.0


@pytest.fixture
def app():
    return create_app(pace=PACE, callback_threads=0)


@pytest.fixture
def world(app):
    return app.extensions["sandbox"]


@pytest.fixture
def counted():
    """Every call that was told to the counter."""
    return []


@pytest.fixture
def session(app, counted):
    opened = open_session("sandbox", on_call=lambda *call: counted.append(call))
    mount(opened, ROOT, WsgiAdapter(app))
    return opened


@pytest.fixture
def store(session, valkey):
    return BigCommerce(
        session,
        f"{ROOT}/bigcommerce/stores/sandbox",
        "bc-sandbox-token",
        StoreWindow(valkey, "sandbox", PACE),
    )


@pytest.fixture
def login():
    return Login(
        "com", "1000.SANDBOX", "zoho-sandbox-secret", "1000.sandbox-refresh", f"{ROOT}/zoho/accounts"
    )


@pytest.fixture
def tokens(valkey):
    return TokenStore(valkey, Fernet(Fernet.generate_key()))


@pytest.fixture
def zoho(session, valkey, login, tokens):
    budget = Budget(valkey, "10234695", pace=PACE, zone="Europe/Berlin")
    return Zoho(session, f"{ROOT}/zoho/books/v3", "10234695", tokens, login, budget)


@pytest.fixture
def inventory(session, valkey, login, tokens):
    budget = Budget(valkey, "10234695", pace=PACE, zone="Europe/Berlin")
    return Zoho(session, f"{ROOT}/zoho/inventory/v1", "10234695", tokens, login, budget, "inventory")


@pytest.fixture(params=["books", "inventory"])
def books(request, zoho, inventory):
    """Each of the two APIs that an organization answers by."""
    return zoho if request.param == "books" else inventory


@pytest.fixture(params=["honoured", "ignored"])
def filters(request, world):
    """Lists that filter as they were asked to, and lists that do not."""
    world.switches["zoho_filters"] = request.param


@pytest.fixture
def port(app):
    """The same sandbox on a real port."""
    server = serve(app)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()
