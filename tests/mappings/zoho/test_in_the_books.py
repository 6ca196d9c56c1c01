"""Our bodies in the pretended Zoho, over its own door: what we predicted is what comes back."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from mappings.bigcommerce.orders import translate
from mappings.errors import Skip, Unmappable
from mappings.plans import resolve
from mappings.rules import BookRules, OrderRules
from mappings.zoho.found import Found, Organization
from mappings.zoho.orders import plan, verify
from mappings.zoho.taxes import read_taxes
from sandbox import create_app
from sandbox.generator import generate, taxes_needed

LOGIN = {
    "grant_type": "refresh_token",
    "refresh_token": "1000.sandbox-refresh",
    "client_id": "1000.SANDBOX",
    "client_secret": "zoho-sandbox-secret",
}
PATHS = {
    "contact": "contacts",
    "item": "items",
    "invoice": "invoices",
    "payment": "customerpayments",
    "credit_note": "creditnotes",
}


class Books:
    """A client that knows HTTP and the plan, and nothing else."""

    def __init__(self, switches):
        app = create_app(pace=10000, switches=switches)
        self.http, self.zoho = app.test_client(), app.extensions["sandbox"].zoho
        token = self.http.post("/zoho/accounts/oauth/v2/token", data=LOGIN).json["access_token"]
        self.headers = {"Authorization": f"Zoho-oauthtoken {token}", "Content-Type": "application/json"}
        self.items = {}

    def call(self, method, path, body=None, **query):
        answer = self.http.open(
            f"/zoho/books/v3/{path}",
            method=method,
            data=json.dumps(body, default=float),
            query_string={"organization_id": "10234695", **query},
            headers=self.headers,
        )
        return json.loads(answer.get_data(), parse_float=Decimal)

    def liability(self):
        rows = self.call("GET", "chartofaccounts")["chartofaccounts"]
        return next(row["account_id"] for row in rows if "liability" in row["account_type"])

    def taxes(self):
        """The list names groups only; their members are asked for one by one."""
        rows = self.call("GET", "settings/taxes")["taxes"]
        groups = [row for row in rows if row["tax_type"] == "tax_group"]
        for row in groups:
            row["taxes"] = self.call("GET", f"settings/taxgroups/{row['tax_id']}")["tax_group"]["taxes"]
        return read_taxes(rows)

    def create(self, step, body):
        for name in (None, *step.expect.get("names", ())):
            field = "contact_name" if step.kind == "contact" else "name"
            query = {"invoice_id": step.expect["invoice"]} if step.kind == "credit_note" else {}
            answer = self.call("POST", PATHS[step.kind], body | ({field: name} if name else {}), **query)
            if answer["code"] == 0:
                return answer[step.kind.replace("_", "")]
        raise AssertionError((step.kind, answer["message"]))


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"zoho_tax_rounding": "item_level"},
        {"zoho_line_discount": "per_unit"},
        {"zoho_discount_mode": "none"},
        {"zoho_inclusive_item_total": "inclusive"},
    ],
    ids=str,
)
@pytest.mark.parametrize("shipping", ["item", "charge"])
def test_every_body_of_a_shop_comes_out_at_the_orders_total(switches, shipping):
    placed = generate(3, 40)
    books = Books(switches)
    account = books.liability()
    rules = BookRules(
        "hash", shipping=shipping, gift_certificate_account=account, store_credit_account=account
    )
    singles = {}
    for tax in taxes_needed([one.bundle for one in placed]):
        if tax.members:
            books.zoho.add_tax_group(tax.name, [singles[rate.percent] for rate in tax.members])
        else:
            singles[tax.percent] = books.zoho.add_tax(tax.name, tax.percent)
    organization = Organization(
        tax_rounding=switches.get("zoho_tax_rounding", "entity_level"),
        line_discounts="split"
        if "zoho_line_discount" in switches or "zoho_discount_mode" in switches
        else "amount",
        currencies={
            row["currency_code"]: row["currency_id"]
            for row in books.call("GET", "settings/currencies")["currencies"]
        },
        base_currency="EUR",
    )
    taxes = books.taxes()
    booked = credited = 0
    for one in placed:
        try:
            order = translate(json.loads(json.dumps(one.bundle), parse_float=Decimal), OrderRules())
            steps = plan(order, Found(items=books.items, taxes=taxes, organization=organization), rules).steps
        except (Skip, Unmappable):
            continue
        booked += 1
        born = {}
        for step in steps:
            if step.verb != "create":
                continue
            body = resolve(step.body, born)
            expect = resolve(step.expect, born)
            answer = books.create(replace(step, expect=expect), body)
            identity = answer[f"{step.kind.replace('_', '')}_id"]
            born[step.key] = {"id": identity, "number": answer.get("invoice_number")}
            if step.kind == "item":
                books.items[step.expect["item"]] = answer["item_id"]
            if step.kind in ("invoice", "credit_note"):
                verdict = verify(step.expect, body, answer, rules)
                assert verdict.equal, (one.scenario, verdict)
                assert step.kind == "credit_note" or step.expect["total"] == order.total
            credited += step.kind == "credit_note"
    assert booked >= 20
    assert credited
