"""A client of the pretended Zoho that logs in as anybody would; it knows HTTP and nothing of our code."""

import json
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from sandbox import create_app
from tests.sandbox.clocks import Still
from tests.sandbox.zoho.receiving import Receiver
from tests.wsgi import WsgiAdapter

LOGIN = {
    "grant_type": "refresh_token",
    "refresh_token": "1000.sandbox-refresh",
    "client_id": "1000.SANDBOX",
    "client_secret": "zoho-sandbox-secret",
}


@dataclass
class Client:
    app: object
    headers: dict = field(default_factory=dict)

    def __post_init__(self):
        self.http = self.app.test_client()
        self.world = self.app.extensions["sandbox"]
        self.world.clock = Still()
        self.org = self.world.zoho
        self.login()

    def login(self):
        answer = self.http.post("/zoho/accounts/oauth/v2/token", data=LOGIN).json
        self.headers = {"Authorization": f"Zoho-oauthtoken {answer['access_token']}"}

    def call(self, method, path, body=None, *, edition="books/v3", headers=None, **query):
        return self.http.open(
            f"/zoho/{edition}{path}",
            method=method,
            json=body,
            query_string={"organization_id": "10234695", **query},
            headers={**self.headers, **(headers or {})},
        )

    def ok(self, method, path, body=None, **more):
        answer = self.call(method, path, body, **more)
        payload = json.loads(answer.get_data(), parse_float=Decimal)
        assert payload.get("code") == 0, payload
        return payload

    def refused(self, method, path, body=None, **more):
        answer = self.call(method, path, body, **more)
        assert answer.json["code"] != 0, answer.json
        return answer.status_code, answer.json["code"]

    def tax(self, name, percentage):
        return self.org.add_tax(name, percentage)

    def contact(self, name="A customer", **more):
        return self.ok("POST", "/contacts", {"contact_name": name, **more})["contact"]["contact_id"]

    def item(self, name="An item", rate=10, **more):
        return self.ok("POST", "/items", {"name": name, "rate": rate, **more})["item"]["item_id"]

    def invoice(self, customer, lines, *, query=None, **more):
        body = {"customer_id": customer, "line_items": lines, **more}
        return self.ok("POST", "/invoices", body, **(query or {}))["invoice"]

    def pay(self, customer, amount, invoice=None, applied=None, **more):
        parts = [{"invoice_id": invoice, "amount_applied": applied or amount}] if invoice else []
        body = {"customer_id": customer, "amount": amount, "payment_mode": "cash", "invoices": parts, **more}
        return self.ok("POST", "/customerpayments", body)["payment"]


@pytest.fixture
def client():
    return Client(create_app())


@pytest.fixture
def client_with():
    """A client of a sandbox with these switches and options."""

    def build(switches=None, **options):
        return Client(create_app(switches=switches or {}, **options))

    return build


@pytest.fixture
def silent(client_with):
    """A client whose callbacks wait until they are asked for, and their receiver."""

    def build(switches=None, **options):
        client = client_with(switches, callback_threads=0, **options)
        receiver = Receiver()
        client.org.courier.session.mount("http://receiver", WsgiAdapter(receiver.app))
        return client, receiver

    return build
