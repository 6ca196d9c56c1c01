"""`cartbooks webhooks` where the catalogue follows Zoho: what the API can do is done, the rest is said."""

import pytest

SECRET = "SecretOfZoho1234"
URL = "https://books.example/webhooks/zoho/main"


@pytest.fixture
def shelf(shop):
    """A shop with its catalogue on."""
    shop.env["CARTBOOKS_MAIN_ZOHO_WEBHOOK_SECRET"] = SECRET
    shop.write('catalogue.items = "on"')
    return shop


def webhooks(shop):
    return list(shop.world.zoho.records["webhooks"].values())


def test_the_webhook_is_made_once_and_the_rule_is_left_to_a_person(shelf):
    told = shelf.run("webhooks", "register")
    (made,) = webhooks(shelf)
    assert (made["url"], made["entity"], made["method"], made["_secret"]) == (URL, "item", "POST", SECRET)
    assert made["headers"] == [{"param_name": "X-Cartbooks-Secret", "param_value": SECRET}]
    assert "Workflow Rules" in told.output
    assert made["webhook_name"] in told.output
    assert SECRET not in told.output  # nobody need type it
    again = shelf.run("webhooks", "register")
    assert "is there" in again.output
    assert len(webhooks(shelf)) == 1


def test_a_webhook_with_another_secret_is_noticed(shelf):
    shelf.run("webhooks", "register")
    shelf.env["CARTBOOKS_MAIN_ZOHO_WEBHOOK_SECRET"] = "AnotherSecret99"
    assert "old secret" in shelf.run("webhooks", "register").output
    assert len(webhooks(shelf)) == 1


def test_they_are_listed_with_those_of_the_store(shelf):
    assert "no webhook of Zoho" in shelf.run("webhooks", "list").output
    shelf.run("webhooks", "register")
    listed = shelf.run("webhooks", "list").output
    assert URL in listed
    assert "store/order" in listed
    assert SECRET not in listed


def test_removing_says_what_only_a_person_can_remove(shelf):
    shelf.run("webhooks", "register")
    assert "by hand" in shelf.run("webhooks", "remove").output
    assert shelf.world.bigcommerce.hooks == {}


def test_of_inventory_everything_is_entered_by_hand_and_all_of_it_is_printed(shelf):
    shelf.write('catalogue.items = "on"\nzoho.product = "inventory"')
    told = shelf.run("webhooks", "register").output
    for word in (URL, SECRET, "X-Cartbooks-Secret", "default payload", "Workflow Rules", "deleted"):
        assert word in told
    assert webhooks(shelf) == []
    assert "does not tell" in shelf.run("webhooks", "list").output


def test_without_a_catalogue_zoho_is_not_asked(shop):
    for word in ("register", "list", "remove"):
        assert "Zoho" not in shop.run("webhooks", word).output
    assert shop.calls("zoho") == []
