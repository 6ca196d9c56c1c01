"""`cartbooks check` against the sandbox on a socket: what it finds, what it says, and that it writes nothing."""

import socket
import sqlite3
from types import SimpleNamespace

import pytest

from app.checks import books, store
from app.checks.accounts import accounts
from app.checks.closed import closed
from app.checks.lines import refusal
from app.checks.machine import redis_lines
from app.checks.reading import Check, Read
from app.settings.reading import ONE_KEY
from connectors.errors import OutOfBudget


def lines(shop, *words, **env):
    return shop.told("check", *words, **env)["lines"]


def only(found, about, level=None):
    """The lines about one thing; with a level, the single one of it."""
    rows = [line for line in found if line["about"] == about and level in (None, line["level"])]
    if level is not None:
        assert len(rows) == 1, (about, level, found)
        return rows[0]
    return rows


def bad(found):
    return {line["about"] for line in found if line["level"] == "fail"}


@pytest.fixture
def ready(shop):
    """A shop that has done what the check asks for, with one order in the books."""
    order = shop.place()
    shop.run("webhooks", "register")
    assert shop.run("sync", "order", order).exit_code == 0
    shop.world.calls.clear()
    return shop


def test_a_shop_that_is_set_up_right_is_fine_from_top_to_bottom(ready):
    result = ready.run("check")
    found = lines(ready)
    assert result.exit_code == 0
    assert {line["level"] for line in found} == {"ok"}


def test_the_check_writes_nothing_and_costs_few_calls(ready):
    before = ledger_as_it_is(ready)
    ready.run("check")
    assert ready.writes() == []
    assert ledger_as_it_is(ready) == before
    assert len(ready.calls("zoho")) <= 15
    assert len(ready.calls("bigcommerce")) <= 8


def ledger_as_it_is(shop):
    with sqlite3.connect(f"file:{shop.directory / 'ledger.db'}?mode=ro", uri=True) as file:
        return list(file.iterdump())


def test_a_new_shop_is_told_what_to_do_next(shop):
    result = shop.run("check")
    found = lines(shop)
    assert result.exit_code == 1
    assert bad(found) == {"callbacks"}
    assert "cartbooks webhooks register" in only(found, "callbacks", "fail")["remedy"]
    assert "held" in only(found, "taxes", "warn")["what"]
    remedy = only(found, "key field, invoices", "warn")["remedy"]
    assert ("cf_cartbooks_key" in remedy, remedy.endswith("once more for credit notes")) == (True, True)
    assert "Prevent duplicate values".lower() in only(found, "key field, payments received", "warn")["remedy"]
    assert "SHIPPING" in only(found, "service items", "ok")["what"]


def test_every_line_that_is_not_fine_has_a_remedy(shop):
    shop.world.zoho.logins.revoke_all()
    assert all(line["remedy"] for line in lines(shop) if line["level"] != "ok")


def test_wrong_settings_are_lines_too(shop):
    shop.write('store.webhook_signature = "sometimes"')
    found = lines(shop)
    assert [line["level"] for line in found] == ["fail"]
    assert "webhook_signature" in found[0]["what"]
    assert "required" in found[0]["remedy"]


def test_no_settings_at_all_are_one_line_each(shop):
    (shop.directory / "cartbooks.toml").unlink()
    result = shop.run("check", CARTBOOKS_SETTINGS="", CARTBOOKS_KEY="", COLUMNS="60")
    assert result.exit_code == 1
    assert "CARTBOOKS_KEY" in result.output
    assert (
        f"→ set this variable; {ONE_KEY}\n" in result.output
    )  # to be copied: whole in the narrowest terminal


def test_settings_without_a_connection_fail(shop):
    (shop.directory / "cartbooks.toml").write_text(f'data_dir = "{shop.directory}"')
    assert "cartbooks.example.toml" in only(lines(shop), "connections", "fail")["remedy"]


def test_a_ledger_that_is_not_there_is_not_made_by_looking(shop):
    for file in shop.directory.glob("ledger.db*"):
        file.unlink()
    found = lines(shop)
    assert "cartbooks migrate" in only(found, "ledger", "fail")["remedy"]
    assert not (shop.directory / "ledger.db").exists()
    assert shop.calls() == []


def test_a_ledger_of_another_version_wants_to_be_migrated(shop):
    with sqlite3.connect(shop.directory / "ledger.db") as file:
        file.execute("UPDATE alembic_version SET version_num = 'older'")
    assert "cartbooks migrate" in only(lines(shop), "ledger", "fail")["remedy"]


def test_a_ledger_that_somebody_holds_is_a_line_and_not_a_wait_for_ever(shop):
    with sqlite3.connect(shop.directory / "ledger.db", isolation_level=None) as file:
        file.execute("BEGIN IMMEDIATE")
        assert "locked" in only(lines(shop), "ledger", "fail")["what"]
        file.execute("ROLLBACK")


def test_a_redis_that_is_away_is_a_line(shop):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        found = lines(shop, REDIS_URL=f"redis://127.0.0.1:{nobody.getsockname()[1]}/0")
    assert "REDIS_URL" in only(found, "Redis", "fail")["remedy"]


def test_without_a_redis_the_check_brings_its_own_and_takes_it_along(shop):
    found = lines(shop, REDIS_URL="")
    assert "our own" in only(found, "Redis", "ok")["what"]
    assert (shop.directory / "redis" / "url").exists()
    assert (
        "Redis" in shop.run("status", REDIS_URL="").output or shop.run("status", REDIS_URL="").exit_code == 0
    )


def test_a_redis_that_throws_away_is_warned_of(shop, valkey, valkey_url):
    valkey.config_set("maxmemory", "512mb")
    valkey.config_set("maxmemory-policy", "allkeys-lru")
    try:
        assert "noeviction" in only(lines(shop), "Redis", "warn")["remedy"]
    finally:
        valkey.config_set("maxmemory", "0")
        valkey.config_set("maxmemory-policy", "noeviction")
    assert [line.level for line in redis_lines(valkey_url, ours=False)] == ["ok"]


def test_a_wrong_token_ends_the_questions_to_the_store_but_not_to_the_books(shop):
    found = lines(shop, CARTBOOKS_MAIN_BIGCOMMERCE_TOKEN="somebody-elses")
    assert "CARTBOOKS_MAIN_BIGCOMMERCE_TOKEN" in only(found, "store login", "fail")["remedy"]
    assert len(shop.calls("bigcommerce")) == 1
    assert only(found, "organization", "ok")


@pytest.mark.parametrize(
    ("about", "missing", "named", "level"),
    [
        ("orders", "store_v2_orders", "Orders: modify", "fail"),
        ("transactions", "store_v2_transactions", "Order Transactions", "fail"),
        ("information", "store_v2_information", "Information & Settings", "fail"),
        ("products", "store_v2_products", "Products: read-only", "warn"),
        ("customers", "store_v2_customers", "Customers: read-only", "warn"),
    ],
)
def test_a_missing_scope_of_the_store_is_named(shop, about, missing, named, level):
    every = ("orders", "transactions", "information", "products", "customers")
    account = shop.world.bigcommerce.accounts.pop("bc-sandbox-token")
    scopes = tuple(f"store_v2_{one}" for one in every if f"store_v2_{one}" != missing)
    shop.world.bigcommerce.accounts["bc-sandbox-token"] = type(account)(
        account.client_id, account.client_secret, scopes
    )
    found = lines(shop)
    line = only(found, about, level)
    assert named in line["remedy"]
    assert "new API account" in line["remedy"]


@pytest.mark.parametrize(
    ("about", "missing", "named"),
    [
        ("documents", "invoices", "ZohoBooks.invoices.ALL"),
        ("payments", "customerpayments", "ZohoBooks.customerpayments.ALL"),
        ("credit notes", "creditnotes", "ZohoBooks.creditnotes.ALL"),
        ("contacts", "contacts", "ZohoBooks.contacts.ALL"),
        ("organization", "settings", None),
    ],
)
def test_a_missing_scope_of_the_books_is_named(shop, about, missing, named):
    every = (
        "settings",
        "contacts",
        "invoices",
        "customerpayments",
        "creditnotes",
        "accountants",
        "salesorders",
    )
    shop.world.zoho.logins.set_scope(" ".join(f"ZohoBooks.{one}.ALL" for one in every if one != missing))
    line = only(lines(shop), about, "fail")
    assert named is None or named in line["remedy"]


def test_a_metafield_mark_is_asked_for_only_when_it_is_chosen(shop):
    assert not only(lines(shop), "metafields")
    shop.write('orders.mark = "metafield"')
    assert only(lines(shop), "metafields", "ok")


def test_a_clock_that_is_wrong_is_seen(shop):
    shop.world.clock.advance(120)
    assert only(lines(shop), "clock", "warn")
    shop.world.clock.advance(600)
    assert "NTP" in only(lines(shop), "clock", "fail")["remedy"]


def test_another_store_behind_the_address_is_seen(shop):
    shop.write(more='orders.number_prefix = "A-"')
    text = (shop.directory / "cartbooks.toml").read_text()
    (shop.directory / "cartbooks.toml").write_text(
        text.replace('store_hash = "sandbox"', 'store_hash = "other"')
    )
    assert 'store_hash = "sandbox"' in only(lines(shop), "store hash", "fail")["remedy"]


def test_a_hook_that_is_switched_off_or_lost_its_header_is_seen(ready):
    hook = next(iter(ready.world.bigcommerce.hooks.values()))
    hook["is_active"] = False
    assert "switched off" in only(lines(ready), "callbacks", "fail")["what"]
    hook["is_active"] = True
    hook["headers"] = None
    assert "header" in only(lines(ready), "callbacks", "fail")["what"]
    ready.run("webhooks", "repair")
    assert only(lines(ready), "callbacks", "ok")


def test_a_hook_that_leads_to_a_former_address_is_seen(ready):
    ready.write(public="https://new.example")
    found = lines(ready)
    assert only(found, "callbacks", "fail")
    assert "books.example" in only(found, "callbacks", "warn")["what"]


def test_without_a_public_address_there_are_only_sweeps(shop):
    shop.write(public="")
    line = only(lines(shop), "callbacks", "warn")
    assert "public_url" in line["what"]


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"CARTBOOKS_MAIN_ZOHO_REFRESH_TOKEN": "1000.revoked"}, "revoked"),
        ({"CARTBOOKS_MAIN_ZOHO_REFRESH_TOKEN": ""}, "nobody has logged in"),
        ({"CARTBOOKS_MAIN_ZOHO_CLIENT_SECRET": "wrong"}, "client secret is wrong"),
    ],
)
def test_a_dead_zoho_login_ends_the_questions_with_the_way_back(shop, env, said):
    line = only(lines(shop, **env), "Zoho login", "fail")
    assert said in line["what"]
    assert "cartbooks connect zoho" in line["remedy"]
    assert not [call for call in shop.calls("zoho") if "/oauth/" not in call["path"]]


def test_an_organization_that_the_login_does_not_see_is_told_with_those_it_sees(shop):
    text = (shop.directory / "cartbooks.toml").read_text()
    (shop.directory / "cartbooks.toml").write_text(text.replace('"10234695"', '"999"'))
    line = only(lines(shop), "organization", "fail")
    assert "999" in line["what"]
    assert "10234695" in line["what"]


def test_another_time_zone_of_the_books_is_warned_of(shop):
    shop.world.zoho.time_zone = "America/New_York"
    assert 'time_zone = "America/New_York"' in only(lines(shop), "time zone", "warn")["remedy"]


def test_a_day_that_is_nearly_spent_is_seen_by_zohos_own_count(shop):
    shop.world.zoho.per_day = 2000
    shop.world.zoho.meter.day = shop.world.zoho.today().isoformat()
    shop.world.zoho.meter.used = dict.fromkeys(("all", "books", "inventory"), 1500)
    found = lines(shop)
    assert "set it to 2000" in " ".join(line["remedy"] for line in only(found, "plan"))
    shop.world.zoho.meter.used = dict.fromkeys(("all", "books", "inventory"), 1990)
    assert "midnight" in " ".join(line["remedy"] for line in only(lines(shop), "plan"))


def test_a_tax_id_that_zoho_does_not_have_is_a_fail(shop):
    tax = shop.world.zoho.add_tax("VAT 20", "20")
    shop.write(f'orders.taxes = {{ "VAT 20" = "{tax}", "VAT 5" = "123" }}')
    found = lines(shop)
    assert "VAT 5" in only(found, "taxes", "fail")["what"]
    assert "1 taxes" in only(found, "taxes", "ok")["what"]


def test_a_currency_that_zoho_lacks_is_seen(shop):
    zoho = shop.world.zoho
    gone = {row["currency_code"]: key for key, row in zoho.currencies.items()}
    del zoho.currencies[gone["GBP"]]
    assert "GBP" in only(lines(shop), "currencies", "warn")["what"]
    del zoho.currencies[gone["USD"]]
    assert "store's own" in only(lines(shop), "currencies", "fail")["what"]


def test_service_items_that_are_inactive_or_missing_for_the_catch_all_are_seen(shop):
    shop.write('orders.missing_product = "catch_all"')
    item = shop.world.zoho.add_item("Shipping", "SHIPPING")
    assert "CATCH-ALL" in only(lines(shop), "service items", "fail")["what"]
    shop.world.zoho.add_item("Everything", "catch-all")
    assert [line["level"] for line in only(lines(shop), "service items")] == ["ok"]
    shop.world.zoho.ask("POST", f"/items/{item}/inactive", {})
    assert "SHIPPING is inactive" in only(lines(shop), "service items", "fail")["what"]


def test_accounts_are_compared_with_the_chart(shop):
    ids = {row["account_name"]: account_id for account_id, row in shop.world.zoho.accounts.items()}
    shop.write(
        f'orders.gift_certificate_account = "{ids["Gift Certificates"]}"\n'
        f'orders.store_credit_account = "{ids["Sales"]}"\n'
        f'orders.deposit_accounts = {{ "Bank Deposit" = "{ids["Business Checking"]}", "Cash" = "77" }}'
    )
    found = only(lines(shop), "accounts")
    assert [line["level"] for line in found] == ["ok", "fail", "ok", "fail"]
    assert "liability" in found[1]["remedy"]
    assert "does not exist" in found[3]["what"]


def test_inventory_shows_no_chart_of_accounts(shop):
    shop.write('zoho.product = "inventory"\norders.gift_certificate_account = "1"')
    assert only(lines(shop), "accounts", "warn")
    assert bad(lines(shop)) == {"callbacks"}


@pytest.mark.parametrize("module", ["invoices", "customerpayments"])
def test_a_key_field_that_zoho_drops_is_seen_on_our_own_documents(shop, module):
    shop.world.zoho.remove_custom_field(module, "cf_cartbooks_key")
    order = shop.place()
    assert shop.run("sync", "order", order).exit_code == 0
    about = {"invoices": "key field, invoices", "customerpayments": "key field, payments received"}
    line = only(lines(shop), about[module], "warn")
    assert "do not keep cf_cartbooks_key" in line["what"]
    assert "its API name must be cf_cartbooks_key" in line["remedy"]


def test_a_lock_of_zoho_that_is_later_than_ours_is_told(shop):
    shop.write('orders.lock_date = "2026-02-28"')
    shop.world.zoho.lock_date = "2026-03-31"
    line = only(lines(shop), "closed period", "warn")
    assert "closed up to 2026-02-28, and Zoho has locked All up to 2026-03-31" in line["what"]
    assert 'orders.lock_date = "2026-03-31"' in line["remedy"]
    shop.world.switches["zoho_lock_list"] = "missing"
    assert "does not tell" in only(lines(shop), "closed period", "ok")["what"]


@pytest.mark.parametrize(
    ("ours", "locks", "level"),
    [
        ("", [], "ok"),
        ("2026-03-31", ["enabled 2026-03-31", "enabled 2026-01-31"], "ok"),
        ("", ["disabled 2026-03-31"], "ok"),
        ("2026-03-30", ["enabled_with_logging 2026-01-31", "enabled 2026-03-31"], "warn"),
        ("", ["enabled 2026-03-31"], "warn"),
    ],
)
def test_only_a_lock_that_is_on_and_later_is_warned_of(ours, locks, level):
    pair = SimpleNamespace(
        key="connections.main", made=SimpleNamespace(book_rules=SimpleNamespace(lock_date=ours))
    )
    names = ("transaction_lock_status", "transaction_lock_date")
    rows = [dict(zip(names, told.split(), strict=True)) for told in locks]
    assert [line.level for line in closed(pair, {"transaction locks": rows})] == [level]


def test_every_kind_of_document_that_is_made_needs_its_key_field(shop):
    shop.write('orders.document = "sales_order_then_invoice"\norders.estimate_statuses = [7]')
    shop.world.zoho.remove_custom_field("salesorders", "cf_cartbooks_key")
    order = shop.place()
    assert shop.run("sync", "order", order).exit_code == 0
    found = {line["about"]: line for line in lines(shop) if line["about"].startswith("key field")}
    assert {about.removeprefix("key field, "): line["level"] for about, line in found.items()} == {
        "invoices": "ok",
        "payments received": "ok",
        "sales orders": "warn",
        "estimates": "warn",
    }
    assert "do not keep cf_cartbooks_key" in found["key field, sales orders"]["what"]
    assert "Settings, Estimates" in found["key field, estimates"]["remedy"]


def test_orders_to_vendors_need_it_too(shop):
    shop.write('zoho.product = "inventory"\norders.document = "sales_order"\norders.drop_ship = "on"')
    remedy = only(lines(shop), "key field, purchase orders", "warn")["remedy"]
    assert "Settings, Purchase orders" in remedy


def test_one_connection_of_several_is_looked_at_and_one_that_is_off_is_not(shop):
    shop.write(
        "[connections.second]\nenabled = false\n"
        'store.store_hash = "x"\nzoho.organization_id = "1"\nzoho.client_id = "c"'
    )
    found = lines(shop)
    assert "not looked at" in only(found, "connection", "ok")["what"]
    assert {line["connection"] for line in lines(shop, "--connection", "second")} == {"", "second"}
    result = shop.run("check", "--connection", "third")
    assert result.exit_code == 2
    assert "main, second" in result.output


def test_platforms_that_are_down_are_lines(shop):
    shop.write(url="http://127.0.0.1:9")
    found = lines(shop)
    assert {"store login", "Zoho login"} <= bad(found)
    assert "network" in only(found, "store login", "fail")["remedy"]


def test_a_wait_is_no_fail():
    line = refusal("taxes", OutOfBudget(86400.0, "the day is spent"), "unused")
    assert line.level == "warn"
    assert "00:00 UTC" in line.remedy


def test_every_check_needs_only_what_is_read():
    reads = {read.name for read in (*store.STORE_READS, *books.BOOKS_READS) if isinstance(read, Read)}
    for check in (*store.STORE_CHECKS, *books.BOOKS_CHECKS):
        assert isinstance(check, Check)
        assert set(check.needs) <= reads
    assert accounts in {check.judge for check in books.BOOKS_CHECKS}
