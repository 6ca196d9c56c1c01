"""Customer groups with their price list, channels, and which group a customer is in."""

from tests.sandbox.bigcommerce.conftest import open_store

GROUPS = "v2/customer_groups"


def test_a_group_has_a_price_list_as_its_only_rule(store):
    number = store.api("POST", "v3/pricelists", json={"name": "Trade"}).json()["data"]["id"]
    rule = {"type": "price_list", "price_list_id": number}
    group = store.api("POST", GROUPS, json={"name": "Trade", "discount_rules": [rule]}).json()
    assert (group["discount_rules"], group["is_group_for_guests"]) == ([rule], False)
    discount = {"type": "all", "method": "percent", "amount": "5.0000"}
    path = f"{GROUPS}/{group['id']}"
    assert store.api("PUT", path, json={"discount_rules": [rule, discount]}).status_code == 400
    assert store.api("PUT", path, json={"discount_rules": [{**rule, "price_list_id": 9}]}).status_code == 400
    assert store.api("PUT", path, json={"discount_rules": [discount]}).json()["discount_rules"] == [discount]
    store.api("PUT", path, json={"discount_rules": [rule]})
    store.api("DELETE", f"v3/pricelists/{number}")
    assert store.api("GET", path).json()["discount_rules"] == []


def test_groups_are_listed_counted_and_deleted_with_their_members_kept(store):
    assert store.api("GET", GROUPS).status_code == 204
    assert store.api("POST", GROUPS, json={}).json()[0]["status"] == 400
    group = store.api("POST", GROUPS, json={"name": "Trade"}).json()["id"]
    store.api("POST", GROUPS, json={"name": "Staff"})
    assert store.api("GET", f"{GROUPS}/count").json() == {"count": 2}
    assert [row["id"] for row in store.api("GET", f"{GROUPS}?name=trade").json()] == [group]
    body = [{"email": "a@example.com", "first_name": "A", "last_name": "B", "customer_group_id": group}]
    (person,) = store.api("POST", "v3/customers", json=body).json()["data"]
    assert person["customer_group_id"] == group
    assert len(store.api("GET", f"v3/customers?customer_group_id:in={group}").json()["data"]) == 1
    assert store.api("DELETE", f"{GROUPS}/{group}").status_code == 204
    (person,) = store.api("GET", f"v3/customers?id:in={person['id']},999").json()["data"]
    assert person["customer_group_id"] == 0
    assert store.api("GET", f"{GROUPS}/{group}").status_code == 404


def test_channels_are_listed_and_added(store):
    (first,) = store.api("GET", "v3/channels").json()["data"]
    assert (first["id"], first["type"]) == (1, "storefront")
    body = {"name": "Market stall", "type": "pos", "platform": "custom"}
    added = store.api("POST", "v3/channels", json=body).json()["data"]
    assert store.api("GET", f"v3/channels/{added['id']}").json()["data"]["name"] == "Market stall"
    assert [row["id"] for row in store.api("GET", "v3/channels?type:in=pos").json()["data"]] == [added["id"]]
    store.api("PUT", f"v3/channels/{added['id']}", json={"status": "inactive"})
    assert len(store.api("GET", "v3/channels?status:in=active").json()["data"]) == 1
    assert store.api("POST", "v3/channels", json={"name": "x"}).status_code == 422
    assert store.api("GET", "v3/channels/9").status_code == 404


def test_channels_and_groups_need_their_scopes():
    store = open_store(bigcommerce_scopes=("store_v2_products",))
    assert store.api("GET", "v3/channels").status_code == 403
    assert store.api("GET", GROUPS).status_code == 403
    assert store.api("GET", "v3/pricelists").status_code == 200


def test_the_whole_state_can_be_told(store):
    store.api("POST", GROUPS, json={"name": "Trade"})
    store.control("POST", "bigcommerce/products", json={"count": 2})
    told = store.control("GET", "state").json()["bigcommerce"]
    assert [row["sku"] for row in told["products"]] == ["SKU-00001", "SKU-00002"]
    assert told["customer_groups"][0]["name"] == "Trade"
    assert told["crowd"] == {"inside": {}, "most": {}, "refused": {}}
