"""Logins that die, limits that are reached: the work waits, one person is told, and nothing is lost."""

import time
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
import sentry_sdk
from sentry_sdk.transport import Transport

from ledger import work
from tasks import recipe, sweeps
from tests.tasks.checks import check_nothing_doubled, check_posted, records, written
from tests.tasks.conftest import by_the_clock, placed, struck_by, together

BOOKS = "/zoho/books/v3"


class Postbox(Transport):
    """What would be sent to Sentry."""

    def __init__(self, options=None):
        super().__init__(options)
        self.events = []

    def capture_envelope(self, envelope):
        event = envelope.get_event()
        if event:
            self.events.append(event)


@pytest.fixture
def alerts():
    """The alerts that a person was sent, as sentences."""
    postbox = Postbox()
    sentry_sdk.init(dsn="https://key@sentry.example/1", transport=postbox, default_integrations=False)
    yield lambda: [event["message"] for event in postbox.events if "message" in event]
    sentry_sdk.init()


def zoho_with(lab, **login):
    """The same connection with another login."""
    zoho = lab.connection.zoho
    lab.set(zoho=replace(zoho, login=replace(zoho.login, **login)))


def five_minutes_ago(lab):
    """Our own clock stands there, and a rest lasts its five minutes however long the test takes."""
    ago = time.time() - 301
    by_the_clock(lab, lambda: ago)
    lab.set(pace=1.0)
    return ago


def token_calls(lab):
    return [call for call in lab.calls("zoho") if "/oauth/" in call["path"]]


def test_a_token_that_expires_on_the_way_costs_one_refused_call_and_one_refresh(lab):
    order = placed(lab)
    lab.sync(placed(lab))
    struck_by(lab, {"kind": "expired_token", "platform": "zoho", "path": f"{BOOKS}/invoices", "times": 1})
    before = len(token_calls(lab))
    lab.sync(order)
    check_posted(lab, order)
    assert len([call for call in lab.calls("zoho") if call["status"] == 401]) == 1
    assert len(token_calls(lab)) == before + 1


def test_a_revoked_token_pauses_the_connection_alerts_once_and_loses_nothing(new_lab, alerts):
    lab = new_lab()
    lab.sync(placed(lab))
    orders = [placed(lab) for _ in range(4)]
    lab.world.zoho.logins.revoke_all()
    ago = five_minutes_ago(lab)
    work.note(lab.ledger, "main", "orders", orders, ago)
    for order in orders:
        recipe.perform(lab.services, lab.row(order).id)
    assert list(work.paused(lab.ledger, ago)) == ["main"]
    assert len(alerts()) == 1
    assert "main" in alerts()[0]
    assert {lab.row(order).state for order in orders} == {"waiting"}
    assert {lab.row(order).attempts for order in orders} == {0}
    calls = len(lab.calls("zoho"))
    lab.world.zoho.logins.refresh[lab.world.options.refresh_token] = lab.world.zoho.logins.scope
    assert work.due(lab.ledger, ago, 100, renudge_after=0.0) == []  # nothing is tried while it rests
    assert len(lab.calls("zoho")) == calls
    by_the_clock(lab, time.time)
    lab.quiet()
    for order in orders:
        check_posted(lab, order)
    assert len(alerts()) == 1
    check_nothing_doubled(lab)


@pytest.mark.parametrize(
    ("login", "word"),
    [
        ({"client_id": "1000.OTHERS"}, "data centre"),
        ({"client_secret": "nobody's"}, "client secret"),
        ({"refresh_token": "1000.unknown"}, "cartbooks connect zoho"),
    ],
    ids=["client of another data centre", "wrong secret", "unknown token"],
)
def test_a_login_that_never_worked_pauses_with_the_remedy_in_its_sentence(lab, alerts, login, word):
    zoho_with(lab, **login)
    order, ago = placed(lab), five_minutes_ago(lab)
    work.note(lab.ledger, "main", "orders", [order], ago)
    recipe.perform(lab.services, lab.row(order).id)
    (pause,) = work.paused(lab.ledger, ago).values()
    assert word in pause.why
    assert (lab.row(order).state, lab.row(order).attempts) == ("waiting", 0)
    assert len(alerts()) == 1
    assert written(lab) == []


def test_a_store_token_that_was_withdrawn_pauses_too(lab, alerts):
    token = lab.world.options.bigcommerce_token
    account = lab.world.bigcommerce.accounts.pop(token)
    order, ago = placed(lab), five_minutes_ago(lab)
    work.note(lab.ledger, "main", "orders", [order], ago)
    recipe.perform(lab.services, lab.row(order).id)
    assert list(work.paused(lab.ledger, ago)) == ["main"]
    assert len(alerts()) == 1
    lab.world.bigcommerce.accounts[token] = account
    by_the_clock(lab, time.time)
    lab.quiet()
    check_posted(lab, order)


def test_a_scope_that_is_missing_in_zoho_pauses_after_one_refresh(lab, alerts):
    lab.world.zoho.logins.set_scope("ZohoBooks.settings.READ ZohoBooks.contacts.ALL")
    order, ago = placed(lab), five_minutes_ago(lab)
    work.note(lab.ledger, "main", "orders", [order], ago)
    recipe.perform(lab.services, lab.row(order).id)
    assert list(work.paused(lab.ledger, ago)) == ["main"]
    assert len(alerts()) == 1
    lab.world.zoho.logins.set_scope("ZohoBooks.fullaccess.all")
    by_the_clock(lab, time.time)
    lab.quiet()
    check_posted(lab, order)
    check_nothing_doubled(lab)


def test_when_the_days_calls_are_gone_orders_wait_for_midnight_unattempted_and_the_store_is_still_read(lab):
    first, second = placed(lab), placed(lab)
    spend_the_day(lab)
    work.note(lab.ledger, "main", "orders", [first], time.time())
    recipe.perform(lab.services, lab.row(first).id)
    row = lab.row(first)
    midnight = lab.world.zoho.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    assert (row.state, row.attempts) == ("waiting", 0)
    assert abs(row.due_at - midnight.astimezone(UTC).timestamp()) < 5
    asked = len(lab.calls("zoho"))
    sweeps.orders(lab.services, "main")  # what comes meanwhile is found and noted
    assert lab.row(second).state == "waiting"
    recipe.perform(lab.services, lab.row(second).id)
    assert lab.row(second).due_at == pytest.approx(row.due_at, abs=5)
    assert len(lab.calls("zoho")) == asked  # not one call in vain
    assert written(lab) == []


def test_after_midnight_the_orders_that_waited_are_posted(new_lab):
    """The organization's midnight is moved to a moment from now; our zone then says another day, too."""
    lab = new_lab()
    lab.world.zoho.time_zone = "UTC"
    budget_in(lab, "Etc/GMT+12")
    order = put_off_until_midnight(lab)
    assert lab.row(order).state == "waiting"
    assert lab.row(order).due_at - time.time() < 3
    budget_in(lab, "Etc/GMT-14")
    lab.quiet()
    check_posted(lab, order)
    assert lab.row(order).attempts == 0


def put_off_until_midnight(lab, tries=20):
    """An order that comes a moment before it; one that came after it, on a machine that stood still, proves nothing."""
    for _ in range(tries):
        now = lab.world.clock.now()
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        lab.world.clock.advance((midnight - now).total_seconds() - 1.5)
        order = placed(lab)
        spend_the_day(lab)
        work.note(lab.ledger, "main", "orders", [order], time.time())
        recipe.perform(lab.services, lab.row(order).id)
        if lab.row(order).state == "waiting":
            break
    return order


def budget_in(lab, zone):
    zoho = lab.connection.zoho
    lab.set(zoho=replace(zoho, budget=replace(zoho.budget, zone=zone)))


def spend_the_day(lab):
    told = {"day_used": lab.world.zoho.per_day}
    assert lab.app.test_client().put("/control/zoho/limits", json=told).status_code == 200


def test_somebody_else_who_spends_the_minute_only_delays_us(new_lab):
    """Another integration uses the same organization: Zoho refuses, we are silent for a minute, then go on."""
    lab = new_lab(pace=300)
    struck_by(lab, {"kind": "rate_limit", "platform": "zoho", "path": BOOKS, "share": 0.2})
    lab.world.moods.random.seed(3)
    orders = [placed(lab) for _ in range(3)]
    lab.sync(*orders)
    for order in orders:
        check_posted(lab, order)
    assert lab.world.moods.report()["moods"][0]["struck"] > 0
    assert {lab.row(order).attempts for order in orders} == {0}


def test_many_orders_at_once_never_meet_zohos_own_limits(new_lab):
    """Our budget is what stops us: Zoho, which counts for itself, refuses nothing."""
    lab = new_lab(pace=200, latency=0.1)
    lab.sync(placed(lab))
    orders = [placed(lab) for _ in range(24)]
    together(lab, orders)
    assert [call for call in lab.calls() if call["rejected_by_limit"]] == []
    assert 1 < lab.world.zoho.meter.most_in_flight <= 8
    assert len(records(lab, "invoices")) == 25


def test_many_orders_at_once_with_an_expired_token_refresh_it_once(new_lab):
    lab = new_lab(pace=200, latency=0.1)
    lab.sync(placed(lab))
    lab.world.zoho.logins.expire_all()
    before = len(token_calls(lab))
    orders = [placed(lab) for _ in range(8)]
    together(lab, orders)
    for order in orders:
        check_posted(lab, order)
    assert len(token_calls(lab)) == before + 1
