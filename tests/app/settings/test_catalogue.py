"""What a merchant may choose about the catalogue, and what is refused."""

import hashlib
import hmac
from decimal import Decimal

import pytest

from app.settings import SettingsError, catalogue_rules, load
from mappings.rules import Assignment
from tests.app.settings.test_reading import ENV, KEY, SMALLEST

SECRET = "CARTBOOKS_MAIN_ZOHO_WEBHOOK_SECRET"


@pytest.fixture
def chosen(tmp_path):
    def chosen(text="", **env):
        file = tmp_path / "cartbooks.toml"
        file.write_text(f"{SMALLEST}\n[connections.main.catalogue]\n{text}")
        return load(file, {**ENV, **env}).connections[0]

    return chosen


@pytest.fixture
def wrong(chosen):
    def wrong(text="", **env):
        with pytest.raises(SettingsError) as caught:
            chosen(text, **env)
        return {one.key: one.remedy for one in caught.value.problems}

    return wrong


def test_the_catalogue_is_off_until_somebody_switches_it_on(chosen):
    catalogue = chosen().catalogue
    assert (catalogue.items, catalogue.price_lists, catalogue.create) == ("off", "off", "create")
    assert (catalogue.items_interval, catalogue.prices_interval, catalogue.daily_at) == (300, 3600, "03:30")
    assert catalogue.largest_hide == Decimal(10)


def test_ownership_of_a_field_is_set_one_by_one_and_the_rest_keeps_its_owner(chosen):
    fields = chosen('fields = { description = "follow", image = "never" }').catalogue.fields
    assert (fields["description"], fields["image"], fields["name"]) == ("follow", "never", "follow")
    assert (fields["brand"], len(fields)) == ("create", 12)


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        ('fields = { colour = "follow" }', "fields", "known are name, price"),
        ('fields = { name = "sometimes" }', "fields", "follow, create, never"),
        ("categories = [0]", "categories", "ids above 0"),
        ("categories = [true]", "categories", "ids above 0"),
        ('tax_classes = { Reduced = "3" }', "tax_classes", "Reduced"),
        ("tax_classes = { Reduced = 256 }", "tax_classes", "tax class ids"),
        ("largest_hide = 101", "largest_hide", "from 0 to 100"),
        ('assignments = { Wholesale = "everybody" }', "assignments", "group 3 channel 1"),
        ('assignments = { Wholesale = "group 2," }', "assignments", "group 3 channel 1"),
        ('assignments = { Wholesale = "group 0" }', "assignments", "group 3 channel 1"),
        ("assignments = { Wholesale = 2 }", "assignments", "Wholesale"),
        ('price_lists = "on"', "price_lists", "items"),
        ('create = "only_listed"\nlisted_field = "Show"', "listed_field", "cf_show_in_store"),
        ('custom_fields = { Material = "Stuff" }', "custom_fields", "cf_material"),
        ('assignments = { Wholesale = "group 2" }', "assignments", "price_lists"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_write_instead(wrong, text, key, hint):
    assert hint in wrong(text)[f"connections.main.catalogue.{key}"]


def test_assignments_name_groups_channels_or_groups_in_channels(chosen):
    lists = '{ "A" = "group 2,channel 1 , group 3 channel 4", B = "channel 1" }'
    text = 'items = "on"\nprice_lists = "on"\nassignments = '
    assert chosen(text + lists).catalogue.assignments == (
        ("A", 2, None),
        ("A", None, 1),
        ("A", 3, 4),
        ("B", None, 1),
    )


def test_an_empty_secret_of_zohos_callbacks_is_derived_from_the_key(chosen):
    secret = chosen().zoho.webhook_secret
    assert secret == hmac.new(KEY.encode(), b"zoho webhook:main", hashlib.sha256).hexdigest()[:48]
    assert secret != chosen().store.webhook_secret
    assert chosen(**{SECRET: "Chosen1234567"}).zoho.webhook_secret == "Chosen1234567"


@pytest.mark.parametrize("secret", ["short", "with-a-hyphen-in-it", "x" * 51])
def test_a_secret_that_zoho_would_refuse_is_refused_and_not_shown(wrong, secret):
    problems = wrong(**{SECRET: secret})
    assert "12 to 50" in problems[SECRET]
    assert secret not in str(problems)


def test_a_connection_that_is_off_may_hold_contradictions(tmp_path):
    file = tmp_path / "cartbooks.toml"
    file.write_text('[connections.main]\nenabled = false\n[connections.main.catalogue]\nprice_lists = "on"')
    assert load(file, {"CARTBOOKS_KEY": KEY}).connections[0].catalogue.price_lists == "on"


def test_choices_reach_the_mappings(chosen):
    rules = catalogue_rules(chosen("""
items = "on"
price_lists = "on"
create = "only_listed"
weight = 0.5
categories = [23, 24]
tax_classes = { "20" = 1, "0" = 2 }
fields = { image = "follow" }
rates = "inclusive"
assignments = { Wholesale = "group 2 channel 1" }
"""))  # fmt: skip
    assert (rules.create, rules.weight, rules.categories) == ("only_listed", Decimal("0.5"), (23, 24))
    assert (rules.tax_classes, rules.rates) == ({"20": 1, "0": 2}, "inclusive")
    assert (rules.owns("image"), rules.owns("brand")) == ("follow", "create")
    assert rules.assignments == (Assignment("Wholesale", 2, 1),)
