"""The accounts server and what a token opens."""

from urllib.parse import parse_qs, urlsplit

import pytest

TOKEN = "/zoho/accounts/oauth/v2/token"
GOOD = {
    "grant_type": "refresh_token",
    "refresh_token": "1000.sandbox-refresh",
    "client_id": "1000.SANDBOX",
    "client_secret": "zoho-sandbox-secret",
}


def test_a_refresh_gives_an_hours_token_and_the_address_of_the_api(client):
    answer = client.http.post(TOKEN, query_string=GOOD)
    assert answer.status_code == 200
    assert set(answer.json) == {"access_token", "scope", "api_domain", "token_type", "expires_in"}
    assert answer.json["api_domain"] == "http://localhost/zoho"
    assert answer.json["expires_in"] == 3600


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"refresh_token": "1000.other"}, "invalid_code"),
        ({"client_id": "1000.OTHER"}, "invalid_client"),
        ({"client_secret": "other"}, "invalid_client_secret"),
        ({"grant_type": "authorization_code", "code": "nonsense"}, "invalid_code"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_token_errors_come_with_http_200(client, change, error):
    answer = client.http.post(TOKEN, data={**GOOD, **change})
    assert (answer.status_code, answer.json) == (200, {"error": error})


def test_a_grant_code_works_once_and_brings_the_refresh_token(client):
    asked = {
        **GOOD,
        "grant_type": "authorization_code",
        "code": "1000.sandbox-grant",
        "redirect_uri": "https://x",
    }
    assert client.http.post(TOKEN, data=asked).json["refresh_token"] == "1000.sandbox-refresh"
    assert client.http.post(TOKEN, data=asked).json == {"error": "invalid_code"}


@pytest.mark.parametrize(("access", "kept"), [("offline", True), ("online", False)])
def test_a_consent_sends_back_with_a_code_for_what_was_asked(client, access, kept):
    asked = {"response_type": "code", "client_id": "1000.SANDBOX", "access_type": access, "state": "s 1"}
    asked |= {"redirect_uri": "http://here.example/back?x=1", "scope": "ZohoBooks.contacts.READ"}
    answer = client.http.get("/zoho/accounts/oauth/v2/auth", query_string=asked)
    assert answer.status_code == 302
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (back["x"], back["state"]) == (["1"], ["s 1"])
    assert back["accounts-server"][0].endswith("/zoho/accounts")
    told = {**GOOD, "grant_type": "authorization_code", "code": back["code"][0]}
    given = client.http.post(TOKEN, data=told).json
    assert ("refresh_token" in given, given["scope"]) == (kept, "ZohoBooks.contacts.READ")
    client.headers = {"Authorization": f"Zoho-oauthtoken {given['access_token']}"}
    assert client.ok("GET", "/contacts")
    assert client.refused("GET", "/invoices") == (401, 57)
    asked["client_id"] = "1000.OTHER"
    assert client.http.get("/zoho/accounts/oauth/v2/auth", query_string=asked).status_code == 400


@pytest.mark.parametrize("status", [400, 200])
def test_the_eleventh_token_in_ten_minutes_is_denied(client_with, status):
    client = client_with({"zoho_token_throttle_status": status})
    answers = [client.http.post(TOKEN, data=GOOD) for _ in range(10)]
    assert ["access_token" in each.json for each in answers] == [True] * 9 + [False]
    assert (answers[-1].status_code, answers[-1].json["error"]) == (status, "Access Denied")
    client.world.clock.advance(601)
    assert "access_token" in client.http.post(TOKEN, data=GOOD).json


def test_a_token_ends_after_an_hour(client):
    client.world.clock.advance(3601)
    assert client.refused("GET", "/contacts") == (401, 57)


def test_calls_without_or_with_a_wrong_token_are_not_authorized(client):
    for header in ({}, {"Authorization": "Zoho-oauthtoken nonsense"}, {"Authorization": "nonsense"}):
        answer = client.http.get("/zoho/books/v3/items?organization_id=10234695", headers=header)
        assert (answer.status_code, answer.json["code"]) == (401, 57)


@pytest.mark.parametrize(("bearer", "status"), [(False, 401), (True, 200)])
def test_bearer_is_a_switch(client_with, bearer, status):
    client = client_with({"zoho_bearer": bearer})
    token = client.headers["Authorization"].split()[1]
    headers = {"Authorization": f"Bearer {token}"}
    assert client.http.get("/zoho/books/v3/organizations", headers=headers).status_code == status


def test_a_revoked_login_opens_nothing_and_gives_no_tokens(client):
    revoked = client.http.post(f"{TOKEN}/revoke?token=1000.sandbox-refresh")
    assert revoked.json == {"status": "success"}
    assert client.refused("GET", "/contacts") == (401, 57)
    assert client.http.post(TOKEN, data=GOOD).json == {"error": "invalid_code"}


def test_the_scopes_of_books_and_inventory_are_named_differently(client):
    client.http.put("/control/zoho/scope", json={"scope": "ZohoBooks.settings.READ ZohoInventory.items.ALL"})
    assert client.call("GET", "/items").status_code == 200
    assert client.refused("POST", "/items", {"name": "x", "rate": 1}) == (401, 57)
    assert client.call("POST", "/items", {"name": "x"}, edition="inventory/v1").status_code == 201
    assert client.refused("GET", "/invoices") == (401, 57)
    assert client.refused("GET", "/settings/taxes", edition="inventory/v1") == (401, 57)


def test_status_actions_need_the_create_scope(client):
    customer, item = client.contact(), client.item()
    invoice = client.invoice(customer, [{"item_id": item}])["invoice_id"]
    client.http.put(
        "/control/zoho/scope", json={"scope": "ZohoBooks.invoices.UPDATE ZohoBooks.invoices.READ"}
    )
    assert client.refused("POST", f"/invoices/{invoice}/status/sent") == (401, 57)
    client.http.put("/control/zoho/scope", json={"scope": "ZohoBooks.invoices.CREATE"})
    assert client.call("POST", f"/invoices/{invoice}/status/sent").status_code == 200


@pytest.mark.parametrize("told", ["999", "10234695x"])
def test_another_organization_is_refused(client, told):
    assert client.refused("GET", "/items", organization_id=told) == (400, 6041)


def test_the_list_of_organizations_needs_no_organization(client):
    answer = client.http.get("/zoho/books/v3/organizations", headers=client.headers)
    assert answer.json["organizations"][0]["organization_id"] == "10234695"
    assert "x-rate-limit-limit" not in answer.headers
