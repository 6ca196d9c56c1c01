import os
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from app.settings import (
    SettingsError,
    book_rules,
    catalogue_rules,
    from_environment,
    load,
    order_rules,
    stock_rules,
)
from app.settings.kinds import OWNERS
from app.settings.model import (
    CatalogueSettings,
    OrderSettings,
    PlanSettings,
    ScheduleSettings,
    StockSettings,
    StoreSettings,
    ZohoSettings,
)
from app.settings.table import GLOBAL, OWNERSHIP, PER_CONNECTION
from app.settings.variables import PER_CONNECTION_VARIABLES, VARIABLES
from mappings.rules import DEFAULT_FIELDS, BookRules, CatalogueRules, OrderRules, Ownership, StockRules

KEY = Fernet.generate_key().decode()
ENV = {
    "CARTBOOKS_KEY": KEY,
    "CARTBOOKS_MAIN_BIGCOMMERCE_TOKEN": "store-token-0001",
    "CARTBOOKS_MAIN_ZOHO_CLIENT_SECRET": "zoho-secret-0001",
}
SMALLEST = """
[connections.main.store]
store_hash = "abc"
[connections.main.zoho]
organization_id = "1"
client_id = "1000.X"
"""
ROOT = Path(__file__).parents[3]


@pytest.fixture
def read(tmp_path):
    def read(text, env=ENV):
        file = tmp_path / "cartbooks.toml"
        file.write_text(text)
        return load(file, env)

    return read


@pytest.fixture
def wrong(read):
    def wrong(text, env=ENV):
        with pytest.raises(SettingsError) as caught:
            read(text, env)
        return {one.key: one for one in caught.value.problems}

    return wrong


def test_the_example_file_loads_with_its_secrets():
    settings = load(ROOT / "cartbooks.example.toml", ENV)
    assert [one.name for one in settings.connections] == ["main"]


def test_the_smallest_file_gets_every_default(read):
    settings = read(SMALLEST)
    one = settings.connections[0]
    assert one.store.base_url == "https://api.bigcommerce.com/stores/abc"
    assert one.zoho.plan == PlanSettings(per_day=2000, per_minute=90, burst=10, concurrent=8)
    assert one.orders.adjustment_limit == Decimal("0.02")
    assert (one.orders.ask_after, one.orders.lease) == ((5.0, 30.0), 90.0)
    assert one.schedule == ScheduleSettings(
        order_interval=60,
        daily_at="03:00",
        time_zone="",
        history_days=400,
        reconcile_at="04:30",
        reconcile_days=31,
    )
    assert (settings.web.port, settings.pace, settings.redis_url) == (8000, 1.0, "")
    assert settings.ledger_url == f"sqlite:///{Path('data').absolute() / 'ledger.db'}"


def test_without_any_file_there_is_no_connection(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load(None, {"CARTBOOKS_KEY": KEY}).connections == ()


def test_the_environment_names_the_file_and_overrides_its_directory(tmp_path):
    (tmp_path / "mine.toml").write_text(SMALLEST)
    env = {
        **ENV,
        "CARTBOOKS_SETTINGS": str(tmp_path / "mine.toml"),
        "CARTBOOKS_DATA_DIR": str(tmp_path / "d"),
        "PORT": "9",
    }
    settings = load(None, env)
    assert (settings.connections[0].name, settings.data_dir, settings.web.port) == ("main", tmp_path / "d", 9)


def test_dotenv_fills_what_the_environment_lacks(tmp_path, monkeypatch):
    for name in [one for one in os.environ if one.startswith("CARTBOOKS_")]:
        monkeypatch.delenv(name)
    (tmp_path / ".env").write_text(
        f"# mine\nexport CARTBOOKS_KEY='{KEY}'\nSENTRY_DSN=https://from-file\nnonsense\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SENTRY_DSN", "https://from-environment")
    settings = from_environment()
    assert (settings.key.decode(), settings.sentry_dsn) == (KEY, "https://from-environment")


def test_all_problems_are_told_at_once_with_key_value_and_remedy(wrong):
    problems = wrong("""
log_level = "LOUD"
[web]
port = 70000
[connections.main]
enabled = "yes"
[connections.main.store]
public_url = "books.example.com"
[connections.main.zoho]
organization_id = 7
data_center = "us"
[connections.main.zoho.plan]
per_minute = 101
[connections.main.schedule]
daily_at = "3:00"
time_zone = "Vienna"
[connections.main.orders]
statuses = [0, 2]
paid_statuses = []
adjustment_limit = "much"
ask_after = [0]
taxes = { "20" = 7 }
skus = { postage = "POST" }
""")  # fmt: skip
    prefix = "connections.main."
    assert set(problems) == {
        "log_level", "web.port", prefix + "enabled", prefix + "store.store_hash", prefix + "store.public_url",
        prefix + "zoho.organization_id", prefix + "zoho.data_center", prefix + "zoho.client_id",
        prefix + "zoho.plan.per_minute", prefix + "schedule.daily_at", prefix + "schedule.time_zone",
        prefix + "orders.statuses", prefix + "orders.paid_statuses", prefix + "orders.adjustment_limit",
        prefix + "orders.ask_after", prefix + "orders.taxes", prefix + "orders.skus",
    }  # fmt: skip
    assert str(problems["log_level"]) == 'log_level = LOUD: write one of "DEBUG", "INFO", "WARNING", "ERROR"'
    assert problems[prefix + "zoho.plan.per_minute"].remedy == "must be from 1 to 100"
    assert "Europe/Vienna" in problems[prefix + "schedule.time_zone"].remedy


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("[connections.main.order]\nmark = 'none'", "connections.main.orders.mark"),
        ("[connections.main.orders]\nadjustment_limits = 1", "connections.main.orders.adjustment_limit"),
        ("[connections.main]\nstatuses = [2]", "connections.main.orders.statuses"),
        ("[webb]\nport = 1", "web.port"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(wrong, line, hint):
    (problem,) = wrong(SMALLEST + line).values()
    assert problem.remedy == f"is unknown; did you mean {hint}?"


def test_an_unknown_key_that_resembles_nothing_is_still_refused(wrong):
    assert wrong(SMALLEST + "[zzz]\nqqqqq = 1")["zzz.qqqqq"].remedy == "is unknown"


@pytest.mark.parametrize(
    ("line", "key", "variable"),
    [
        ("[connections.main.store]\ntoken = 'hush-hush'", "connections.main.store.token",
         "MAIN_BIGCOMMERCE_TOKEN"),
        ("[connections.main.zoho]\nrefresh_token = 'hush-hush'", "connections.main.zoho.refresh_token",
         "MAIN_ZOHO_REFRESH_TOKEN"),
        ("redis_url = 'redis://:hush-hush@h/0'", "redis_url", "REDIS_URL"),
        ("[flower]\npassword = 'hush-hush'", "flower.password", "CARTBOOKS_FLOWER_PASSWORD"),
        ("[web]\napi_token = 'hush-hush'", "web.api_token", "environment"),
    ],
)  # fmt: skip
def test_a_secret_in_the_file_is_refused_and_never_shown(wrong, line, key, variable):
    problem = wrong(line, {**ENV})[key]
    assert variable in problem.remedy
    assert "hush" not in str(problem)


def test_a_ledger_that_is_none_is_told_without_its_password(wrong):
    problem = wrong(SMALLEST, {**ENV, "CARTBOOKS_LEDGER_URL": "mysql://me:hush@host/db"})[
        "CARTBOOKS_LEDGER_URL"
    ]
    assert "sqlite or postgresql" in problem.remedy
    assert "hush" not in str(problem)


def test_missing_secrets_are_named_with_the_slip_that_explains_them(wrong):
    env = {
        "CARTBOOKS_KEY": KEY,
        "CARTBOOKS_MAIN_BIGCOMMERCE_TOKN": "x",
        "CARTBOOKS_MAIN_ZOHO_CLIENT_SECRET": "",
    }
    problems = wrong(SMALLEST, env)
    assert set(problems) == {"CARTBOOKS_MAIN_BIGCOMMERCE_TOKEN", "CARTBOOKS_MAIN_ZOHO_CLIENT_SECRET"}
    assert "CARTBOOKS_MAIN_BIGCOMMERCE_TOKN is set: was this one meant?" in str(
        problems["CARTBOOKS_MAIN_BIGCOMMERCE_TOKEN"]
    )
    assert (
        "is set:" not in problems["CARTBOOKS_MAIN_ZOHO_CLIENT_SECRET"].remedy
    )  # as in a copied .env.example


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("REDIS_URL", "redis://"),
        ("SENTRY_DSN", "https://"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_and_never_shown(wrong, name, said):
    problem = wrong(SMALLEST, {**ENV, name: "hush@127.0.0.1:6379"})[name]
    assert (said in problem.remedy, "hush" in str(problem)) == (True, False)


@pytest.mark.parametrize("key", ["", "short", "ä" * 44, "A" * 43])
def test_a_key_that_cannot_seal_is_refused_with_the_command_that_makes_one(wrong, key):
    problem = wrong(SMALLEST, {**ENV, "CARTBOOKS_KEY": key})["CARTBOOKS_KEY"]
    assert "python -c" in problem.remedy
    assert not key or key not in str(problem)


def test_a_connection_that_is_switched_off_may_be_unfinished(read):
    settings = read(SMALLEST + "[connections.later]\nenabled = false\n")
    assert [one.enabled for one in settings.connections] == [True, False]


def test_two_connections_on_one_pair_are_refused(wrong):
    twin = SMALLEST.replace("main", "twin")
    env = {**ENV, "CARTBOOKS_TWIN_BIGCOMMERCE_TOKEN": "t", "CARTBOOKS_TWIN_ZOHO_CLIENT_SECRET": "s"}
    assert "booked twice" in wrong(SMALLEST + twin, env)["connections.twin"].remedy


def test_several_connections_have_their_own_secrets(read):
    other = SMALLEST.replace("main", "shop-2").replace("abc", "def")
    env = {**ENV, "CARTBOOKS_SHOP_2_BIGCOMMERCE_TOKEN": "t2", "CARTBOOKS_SHOP_2_ZOHO_CLIENT_SECRET": "s2"}
    settings = read(SMALLEST + other, env)
    assert [one.store.token for one in settings.connections] == ["store-token-0001", "t2"]
    first, second = (one.store.webhook_secret for one in settings.connections)
    assert len(first) == 64
    assert first != second


STOCK = "[connections.main.stock]\nmethod = 'scheduled'"
DROP_SHIP, INVENTORY = "drop_ship = 'on'", "product = 'inventory'\n"
PARTS = "partial_invoices = 'on'\ndocument = 'sales_order_then_invoice'"


@pytest.mark.parametrize("name", ["Main", "a_b", "-a", "a--b", "1a"])
def test_a_name_that_fits_no_address_is_refused(wrong, name):
    assert f"connections.{name}" in wrong(f"[connections.{name}]\nenabled = false")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[connections.main.store]\npublic_url = 'https://x.example:8443'", "store.public_url"),
        ("[connections.main.store]\npublic_url = 'http://x.example'", "store.public_url"),
        ("[connections.main.store]\nwebhook_signature = 'required'", "store.webhook_signature"),
        ("[connections.main.zoho.plan]\nburst = 20", "zoho.plan.per_minute"),
        ("[connections.main.orders]\npayments = 'with_invoice'\ndocument = 'sales_order'", "orders.payments"),
        ("[connections.main.orders]\nstatuses = [2]\npaid_statuses = [2, 10]", "orders.paid_statuses"),
        (f"{INVENTORY}[connections.main.orders]\nestimate_statuses = [7]", "orders.estimate_statuses"),
        ("[connections.main.orders]\nestimate_statuses = [7, 11]", "orders.estimate_statuses"),
        ("[connections.main.orders]\nestimate_statuses = [5]", "orders.estimate_statuses"),
        ("[connections.main.orders]\npartial_invoices = 'on'", "orders.partial_invoices"),
        (f"[connections.main.orders]\n{PARTS}\ninvoice_when = 'paid'", "orders.partial_invoices"),
        (
            f"{INVENTORY}[connections.main.orders]\n{PARTS}\ninvoice_when = 'shipped'\n{DROP_SHIP}",
            "orders.partial_invoices",
        ),
        (f"[connections.main.orders]\n{DROP_SHIP}\ndocument = 'sales_order'", "orders.drop_ship"),
        (f"{INVENTORY}[connections.main.orders]\n{DROP_SHIP}", "orders.drop_ship"),
        (
            f"{INVENTORY}[connections.main.orders]\n{DROP_SHIP}\ndocument = 'sales_order'\n{STOCK}",
            "orders.drop_ship",
        ),
    ],
)
def test_keys_that_do_not_fit_together_are_refused(wrong, text, key):
    merged = (
        SMALLEST.replace("store_hash", text.split("\n", 1)[1] + "\nstore_hash")
        if ".store]" in text
        else SMALLEST + text
    )
    assert list(wrong(merged)) == ["connections.main." + key]


def test_a_store_in_the_lab_may_be_called_back_over_plain_http(read):
    text = SMALLEST.replace(
        "store_hash", "base_url = 'http://127.0.0.1:1/b'\npublic_url = 'http://127.0.0.1:2'\nstore_hash"
    )
    assert read(text).connections[0].store.public_url == "http://127.0.0.1:2"


def test_a_file_that_is_no_toml_is_told_by_line(wrong):
    assert "line 2" in wrong("[web]\nport = = 1\n")["settings file"].remedy


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path / "none.toml", ENV)


def test_secrets_are_not_in_the_text_of_settings(read):
    env = {**ENV, "REDIS_URL": "redis://:pw-of-redis@h/0", "SENTRY_DSN": "https://dsn-key@s.example/1"}
    settings = read(SMALLEST, env)
    shown = repr(settings)
    assert not [one for one in settings.secrets() if one in shown]
    assert "pw-of-redis" in settings.secrets()
    assert "dsn-key" not in shown


def test_the_table_and_the_dataclasses_name_the_same_keys():
    paths = {one.path for one in PER_CONNECTION}
    secrets = {one.key for one in PER_CONNECTION_VARIABLES}
    for prefix, shape in (
        ("store", StoreSettings),
        ("zoho", ZohoSettings),
        ("schedule", ScheduleSettings),
        ("orders", OrderSettings),
        ("catalogue", CatalogueSettings),
        ("stock", StockSettings),
    ):
        known = {f"{prefix}.{name}" for name in shape.__dataclass_fields__} - secrets - {"zoho.plan"}
        assert known == {path for path in paths if path.startswith(prefix + ".") and ".plan." not in path}
    assert {one.name for one in VARIABLES}.isdisjoint({one.path for one in GLOBAL})


def test_every_default_of_the_mappings_is_the_default_of_the_settings(read):
    """One meaning per word: the table and mappings/rules.py cannot drift apart."""
    one = read(SMALLEST).connections[0]
    assert order_rules(one) == OrderRules()
    assert book_rules(one, "Europe/Vienna") == BookRules(store_hash="abc", time_zone="Europe/Vienna")
    assert catalogue_rules(one) == CatalogueRules()
    assert stock_rules(one) == StockRules()


def test_choices_reach_the_mappings(read):
    one = read(SMALLEST + """
[connections.main.schedule]
time_zone = "Asia/Tokyo"
[connections.main.orders]
price_basis_fallback = "inclusive"
statuses = [2, 11]
paid_statuses = [2]
estimate_statuses = [1]
document = "sales_order"
adjustment_limit = "0.05"
taxes = { "VAT 20" = "77" }
skus = { shipping = "POST" }
""").connections[0]  # fmt: skip
    rules = book_rules(one, "Europe/Vienna")
    assert order_rules(one).price_basis_fallback is True
    assert (order_rules(one).statuses, rules.estimate_statuses) == ({1, 2, 11}, {1})
    assert (rules.document, rules.adjustment_limit, rules.time_zone) == (
        "sales_order",
        Decimal("0.05"),
        "Asia/Tokyo",
    )
    assert (rules.taxes, rules.skus.shipping, rules.skus.handling) == ({"VAT 20": "77"}, "POST", "HANDLING")


OTHERWISE = {"price_basis_fallback", "document", "invoice_when"}  # named otherwise in the mappings


@pytest.mark.parametrize(
    ("chosen", "booked"),
    [
        ('document = "invoice"', ("invoice", "")),
        ('document = "sales_order"\ninvoice_when = "shipped"', ("sales_order", "")),
        ('document = "sales_order_then_invoice"', ("invoice", "paid")),
        ('document = "sales_order_then_invoice"\ninvoice_when = "shipped"', ("invoice", "shipped")),
    ],
)
def test_what_books_an_order_in_the_end_and_when(read, chosen, booked):
    settings = read(SMALLEST + "[connections.main.orders]\n" + chosen)
    rules = book_rules(settings.connections[0])
    assert (rules.document, rules.invoice_when) == booked


def test_every_choice_of_the_table_is_one_the_mappings_know():
    """The words of a Literal in mappings/rules.py are exactly those the table offers."""
    from typing import get_args, get_type_hints

    table = {one.path: one for one in PER_CONNECTION if one.kind == "choice"}
    sections = (
        (OrderRules, "orders"), (BookRules, "orders"), (CatalogueRules, "catalogue"), (StockRules, "stock"),
    )  # fmt: skip
    for rules, section in sections:
        for name, hint in get_type_hints(rules).items():
            path = f"{section}.{name}"
            if path in table and get_args(hint) and name not in OTHERWISE:
                assert set(get_args(hint)) == set(table[path].choices), path
    assert set(get_args(Ownership)) == set(OWNERS)
    assert dict(DEFAULT_FIELDS) == OWNERSHIP


def test_what_gateways_keep_is_a_part_an_amount_or_both(read):
    more = '[connections.main.orders]\ngateway_fees = { a = "2.9% + 0.30", b = "1.5 %", c = "0.25" }\n'
    fees = book_rules(read(SMALLEST + more).connections[0]).gateway_fees
    told = {name: (fee.percent, fee.fixed) for name, fee in fees.items()}
    assert told == {
        "a": (Decimal("2.9"), Decimal("0.30")),
        "b": (Decimal("1.5"), Decimal(0)),
        "c": (Decimal(0), Decimal("0.25")),
    }


@pytest.mark.parametrize("fee", ['"much"', '"101%"', '""', '"+"', '"1% 2% 3"'])
def test_a_fee_that_is_none_says_how_to_write_one(wrong, fee):
    found = wrong(SMALLEST + f"[connections.main.orders]\ngateway_fees = {{ a = {fee} }}\n")
    assert "2.9% + 0.30" in str(found)
