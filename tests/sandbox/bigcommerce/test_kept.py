"""What the store keeps as it is told: parts of a product, coupons; and where addresses are looked up."""

import pytest

from tests.sandbox.bigcommerce.conftest import sized_mug

BULK = {"quantity_min": 5, "quantity_max": 9, "type": "percent", "amount": 10}
VIDEO = {"video_id": "abc", "title": "How"}
MODIFIER = {"display_name": "Engraving", "type": "text", "required": False}
COUPON = {"name": "Ten", "code": "TEN", "type": "percentage_discount", "amount": "10"}
COUPON |= {"applies_to": {"entity": "categories", "ids": [0]}}


@pytest.mark.parametrize(
    ("part", "told", "change", "lacking"),
    [
        ("bulk-pricing-rules", BULK, {"amount": 20}, "quantity_max"),
        ("videos", VIDEO, {"title": "Why"}, "video_id"),
        ("modifiers", MODIFIER, {"required": True}, "display_name"),
    ],
)
def test_a_part_of_a_product_is_made_read_changed_and_deleted(store, part, told, change, lacking):
    number = sized_mug(store)["id"]
    path = f"v3/catalog/products/{number}/{part}"
    made = store.api("POST", path, json=told).json()["data"]
    assert made.items() >= told.items()
    assert store.api("PUT", f"{path}/{made['id']}", json=change).json()["data"].items() >= change.items()
    (kept,) = store.api("GET", path).json()["data"]
    assert store.api("GET", f"{path}/{made['id']}").json()["data"] == kept
    key = part.replace("-", "_")
    (inside,) = store.api("GET", f"v3/catalog/products?include={key}").json()["data"]
    assert inside[key] == [kept]
    for wrong in ({k: v for k, v in told.items() if k != lacking}, {**told, "type": "nonsense"}):
        assert store.api("POST", path, json=wrong).status_code == 422
    assert store.api("DELETE", f"{path}/{made['id']}").status_code == 204
    assert store.api("GET", f"{path}/{made['id']}").status_code == 404


def test_a_modifier_has_values(store):
    path = f"v3/catalog/products/{sized_mug(store)['id']}/modifiers"
    told = {**MODIFIER, "type": "dropdown", "option_values": [{"label": "Red"}]}
    modifier = store.api("POST", path, json=told).json()["data"]
    values = f"{path}/{modifier['id']}/values"
    made = store.api("POST", values, json={"label": "Blue"}).json()["data"]
    assert [row["label"] for row in store.api("GET", values).json()["data"]] == ["Red", "Blue"]
    one = f"{values}/{made['id']}"
    assert store.api("PUT", one, json={"is_default": True}).json()["data"]["is_default"] is True
    assert store.api("POST", values, json={}).status_code == 422
    assert store.api("DELETE", one).status_code == 204
    assert store.api("GET", one).status_code == 404


def test_a_product_brings_bulk_prices_and_videos_along(store):
    told = {"name": "M", "type": "physical", "price": 1, "weight": 1}
    parts = {"bulk_pricing_rules": [BULK], "videos": [VIDEO]}
    made = store.api("POST", "v3/catalog/products", json={**told, **parts}).json()["data"]
    assert (made["bulk_pricing_rules"][0]["amount"], made["videos"][0]["video_id"]) == (10, "abc")
    assert made["videos"][0]["product_id"] == made["id"]


def test_a_coupon_lives_a_whole_life(store):
    made = store.api("POST", "v2/coupons", json=COUPON).json()
    path = f"v2/coupons/{made['id']}"
    assert (made["amount"], made["min_purchase"], made["num_uses"]) == ("10.0000", "0.0000", 0)
    assert store.api("PUT", path, json={"amount": 15, "enabled": False}).json()["amount"] == "15.0000"
    assert store.api("GET", "v2/coupons?code=ten").json()[0]["enabled"] is False
    assert store.api("GET", f"v2/coupons?min_id={made['id'] + 1}").status_code == 204
    assert store.api("GET", "v2/coupons/count").json() == {"count": 1}
    assert store.api("POST", "v2/coupons", json=COUPON).json()[0]["status"] == 409
    for wrong in ({**COUPON, "amount": "much"}, {**COUPON, "type": "x"}, {"name": "x"}):
        assert store.api("POST", "v2/coupons", json=wrong).json()[0]["status"] == 400
    assert store.api("DELETE", path).status_code == 204
    assert store.api("GET", path).status_code == 404


def test_countries_and_their_states_are_looked_up(store):
    (country,) = store.api("GET", "v2/countries?country_iso2=US").json()
    path = f"v2{country['states']['resource']}"
    states = store.api("GET", path).json()
    texas = next(row for row in states if row["state_abbreviation"] == "TX")
    assert store.api("GET", f"{path}/{texas['id']}").json()["state"] == "Texas"
    assert store.api("GET", f"{path}/count").json() == {"count": len(states)}
    assert store.api("GET", f"v2/countries/{country['id']}").json()["country_iso3"] == "USA"
    every = store.api("GET", "v2/countries/states/count").json()["count"]
    assert len(store.api("GET", "v2/countries/states").json()) == every > len(states)
    assert store.api("GET", "v2/countries/1/states").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "v2/currencies", 501),
        ("GET", "v2/shipping/zones/1/methods", 501),
        ("GET", "v3/settings/store/profile", 501),
        ("POST", "v3/pricing/products", 501),
        ("PUT", "v3/tax/settings", 501),
        ("POST", "v3/catalog/products/1/reviews", 501),
        ("GET", "v3/channels/1/listings", 501),
        ("GET", "v3/customers/1/consent", 501),
        ("PUT", "v3/orders/1/transactions", 405),
        ("GET", "v3/catalog/nonsense", 404),
        ("GET", "v2/nonsense", 404),
        ("PATCH", "v3/settings/inventory", 405),
    ],
)
def test_what_the_platform_has_and_the_sandbox_has_not_is_named_openly(store, method, path, status):
    answer = store.api(method, path, json={})
    assert answer.status_code == status
    assert (f"/{path}" in answer.text) is (status == 501)
