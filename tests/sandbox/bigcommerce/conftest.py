"""A pretended store in process, and a session that knows its token."""

from types import SimpleNamespace

import pytest
import requests

from sandbox import create_app
from tests.sandbox.clocks import Still
from tests.wsgi import WsgiAdapter

HOST = "http://sandbox"


def open_store(**options):
    """A namespace: world, api (v2/v3 calls), control (calls under /control); its time passes by `advance` alone."""
    app = create_app(callback_threads=0, **options)
    app.extensions["sandbox"].clock = Still()
    session = requests.Session()
    session.mount(HOST, WsgiAdapter(app))
    session.headers["X-Auth-Token"] = "bc-sandbox-token"

    def api(method, path, **more):
        return session.request(method, f"{HOST}/bigcommerce/stores/sandbox/{path}", **more)

    def control(method, path, **more):
        return session.request(method, f"{HOST}/control/{path}", **more)

    return SimpleNamespace(
        app=app, world=app.extensions["sandbox"], api=api, control=control, session=session
    )


@pytest.fixture
def store():
    return open_store()


def bundle(number=None, **order):
    """The smallest order that the store takes."""
    told = {
        "total_inc_tax": "12.0000",
        "status_id": 11,
        "billing_address": {"email": "a@example.com"},
        **order,
    }
    if number:
        told["id"] = number
    line = {
        "product_id": 77,
        "variant_id": 5,
        "name": "Mug",
        "sku": "MUG",
        "quantity": 1,
        "base_price": "12.0000",
    }
    return {"order": told, "products": [line]}


def sized_mug(store):
    values = [{"option_display_name": "Size", "label": label} for label in ("S", "L")]
    rows = [{"sku": f"MUG-{value['label']}", "option_values": [value]} for value in values]
    told = {"name": "Sized", "type": "physical", "price": 9, "weight": 1, "inventory_tracking": "variant"}
    more = {"brand_name": "Potters", "variants": rows, "custom_fields": [{"name": "Clay", "value": "red"}]}
    return store.api("POST", "v3/catalog/products", json={**told, **more}).json()["data"]
