"""Many orders, several workers and platforms in the worst of moods: every order ends as it must, exactly once."""

import random
import threading
import time
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.door import Door
from app.web import make_app
from connectors.http import mount
from ledger import work
from ledger.store import open_ledger
from sandbox import orders as described
from sandbox.generator import generate, judged
from sandbox.moods import WRITES
from tasks import hooks, sweeps
from tasks.recipe import perform
from tests.lab import BASE
from tests.tasks.checks import check_as_expected, written
from tests.tasks.conftest import struck_by
from tests.tasks.test_lost_answers import Killed
from tests.wsgi import WsgiAdapter

ZOHO = "/zoho/books/v3"


def zoho(kind, share, **more):
    return {"kind": kind, "share": share, "platform": "zoho", "path": ZOHO, **more}


THIRTY_PERCENT = [  # of Zoho's calls; the store has few writes, so more of them are struck
    zoho("reset_after", 0.10, methods=WRITES),
    zoho("error_after", 0.15, methods=WRITES, status=502),  # a shop has some 60 writes: each kind must strike
    zoho("reset_before", 0.05),
    zoho("server_error", 0.05),
    zoho("html", 0.04, status=502),
    zoho("rate_limit", 0.03),
    zoho("expired_token", 0.05, times=5),
    {"kind": "server_error", "platform": "bigcommerce", "share": 0.04},
    {"kind": "reset_before", "platform": "bigcommerce", "share": 0.04},
    {"kind": "reset_after", "platform": "bigcommerce", "share": 0.3, "methods": WRITES},
    {"kind": "rate_limit", "platform": "bigcommerce", "share": 0.04},
]


class Murderous(WsgiAdapter):
    """A transport that ends the worker after some of the writes, before anybody can note what they did."""

    def __init__(self, app, share, dice):
        super().__init__(app)
        self.share, self.dice, self.deaths = share, dice, 0

    def send(self, request, **options):
        answer = super().send(request, **options)
        if request.method in WRITES and "/oauth/" not in request.url and self.dice.random() < self.share:
            self.deaths += 1
            raise Killed
        return answer


def worked_off(lab, workers=3, within=250.0):
    """Let several workers do what is due until nothing waits; a worker that is killed is replaced."""
    done, trouble = threading.Event(), []

    def worker(name):
        while not done.is_set():
            due = work.due(lab.ledger, time.time(), 3, renudge_after=0.0)
            for work_id, _, _ in due:
                try:
                    perform(lab.services, work_id)
                except Killed:
                    continue
                except BaseException as error:
                    trouble.append((name, error))
                    return
            if not due:
                time.sleep(0.01)

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + within
    while lab.waiting() and time.monotonic() < end and not trouble:
        work.resume(
            lab.ledger, "main"
        )  # a token that expires twice in a row looks dead: a person logs in again
        time.sleep(0.05)
    done.set()
    for thread in threads:
        thread.join()
    assert trouble == []
    assert lab.waiting() == []


def spared(lab):
    """The moods that have not struck yet."""
    return [(row["kind"], row["platform"]) for row in lab.world.moods.report()["moods"] if not row["struck"]]


def all_struck(lab):
    """Moods that never strike prove nothing."""
    assert spared(lab) == []


@pytest.mark.parametrize("unique", [True, False], ids=["unique field", "no unique field"])
def test_many_orders_in_a_storm_end_as_promised(new_lab, unique):
    lab = new_lab(seed=5, patience=0.0)
    if not unique:
        for module in ("invoices", "customerpayments"):
            lab.world.zoho.remove_custom_field(module, "cf_cartbooks_key")
    struck_by(lab, *THIRTY_PERCENT)
    shop = []
    for day in range(20):  # chance and the machine decide what strikes: it blows until everything has
        if shop and not spared(lab):
            break
        new = generate(2, 18, first_id=1001 + 1000 * day)
        for one in new:
            lab.place(one.bundle)
        work.note(lab.ledger, "main", "orders", [str(one.order_id) for one in new], time.time())
        worked_off(lab)
        shop += new
    check_as_expected(lab, shop)
    all_struck(lab)


def test_workers_that_are_killed_after_a_fifth_of_their_writes_double_nothing(new_lab):
    lab = new_lab(lease=0.8, patience=0.0)
    shop = generate(3, 25)
    for one in shop:
        lab.place(one.bundle)
    adapter = Murderous(lab.app, 0.2, random.Random(4))
    for session in (lab.connection.zoho.session, lab.connection.store.session):
        mount(session, BASE, adapter)
    work.note(lab.ledger, "main", "orders", [str(one.order_id) for one in shop], time.time())
    worked_off(lab)
    assert adapter.deaths >= 5
    check_as_expected(lab, shop)


def test_lost_doubled_and_late_callbacks_change_only_the_delay(new_lab):
    """Real callbacks through the real door; what is lost on the way, one sweep at the end finds."""
    lab = new_lab(seed=8)
    door = Door(
        open_ledger(lab.settings.ledger_url, busy_timeout=0.8),
        {one.name: one for one in lab.settings.connections},
        lambda *_nudge: None,
        lambda *_nudge: None,
        lambda *_product: [],
        lab.settings,
    )
    courier = lab.world.bigcommerce.courier
    courier.session.mount("https://books.example", WsgiAdapter(make_app(door)))
    hooks.register(lab.connection)
    struck_by(
        lab,
        {"kind": "callback_lost", "share": 0.3},
        {"kind": "callback_doubled", "share": 0.5},
        {"kind": "callback_late", "share": 0.5, "seconds": 100.0},
    )
    shop = generate(4, 25)
    for one in shop:
        lab.place(one.bundle)
        courier.deliver_due()
    worked_off(lab)
    lab.world.clock.advance(200)
    courier.deliver_due()
    worked_off(lab)
    lost = [one.order_id for one in shop if lab.row(one.order_id) is None]
    sweeps.orders(lab.services, "main")
    worked_off(lab)
    check_as_expected(lab, shop)
    all_struck(lab)
    assert len(lost) < len(shop)
    door.ledger.engine.dispose()


MONEY = st.integers(1, 20_000).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
SMALL = st.integers(1, 300).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
TAX = st.sampled_from([None, "20", "7", "5.5", ["6", "2.25"]])
PEOPLE = [
    {"id": 7, "email": "ada@example.com"},
    {"id": 8, "email": "other.ada@example.com"},
    {"email": "guest@example.com", "first_name": "Guest"},
    {"id": 7, "email": "ada@example.com", "street_1": "9 New Lane"},
    {"email": ""},
]


@st.composite
def a_line(draw):
    line = {"price": draw(MONEY), "quantity": draw(st.integers(1, 4)), "tax": draw(TAX)}
    line["sku"] = line["name"] = draw(st.sampled_from(["MUG", "TEA", "HAT"]))
    if draw(st.booleans()):
        line["discounts"] = [{"amount": line["price"], "kind": draw(st.sampled_from(["manual", "coupon"]))}]
    return line


@st.composite
def an_order(draw):
    lines = draw(st.lists(a_line(), min_size=1, max_size=3))
    order = {
        "lines": [*lines, {"price": "10.00", "tax": "20", "sku": "BASE"}],  # so that something is left to pay
        "inclusive": draw(st.booleans()),
        "currency": draw(st.sampled_from(["EUR", "EUR", "USD"])),
        "customer": draw(st.sampled_from(PEOPLE)),
        "shipping": {"cost": draw(SMALL), "tax": draw(TAX)},
        "status_id": draw(st.sampled_from([11, 11, 11, 7, 0, 5])),
        "payment": draw(st.sampled_from(["purchase", "capture", "authorised", "offline"])),
    }
    if draw(st.booleans()):
        order["discounts"] = [{"kind": "coupon", "amount": draw(SMALL), "code": "LESS"}]
    if draw(st.booleans()):
        order["gift_certificate"] = draw(SMALL)
    return order


@st.composite
def a_mood(draw):
    kind = draw(st.sampled_from(["reset_after", "reset_before", "error_after", "server_error", "html"]))
    return zoho(kind, draw(st.sampled_from([0.05, 0.15])), methods=WRITES if kind.endswith("after") else ())


@settings(
    max_examples=9,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    told=st.lists(an_order(), min_size=2, max_size=4),
    moods=st.lists(a_mood(), max_size=2),
    unique=st.booleans(),
    data=st.data(),
)
def test_any_orders_in_any_mood_and_any_order_of_notes_end_with_one_document_each(
    new_lab, told, moods, unique, data
):
    lab = new_lab(patience=0.0)
    if not unique:
        lab.world.zoho.remove_custom_field("invoices", "cf_cartbooks_key")
    bundles = [
        described.order_from({**one, "id": 100 + place, "created": lab.world.clock.now()})
        for place, one in enumerate(told)
    ]
    for bundle in bundles:
        lab.place(bundle)
    expected = judged(list(lab.world.bigcommerce.orders.values()))
    ids = [str(number) for number in expected]
    notes = data.draw(st.permutations(ids + data.draw(st.lists(st.sampled_from(ids), max_size=5))))
    struck_by(lab, *moods)
    for note in notes:
        work.note(lab.ledger, "main", "orders", [note], time.time())
    lab.quiet()
    shop = [
        SimpleNamespace(order_id=int(number), expected=expected[int(number)], scenario="any", bundle=bundle)
        for number, bundle in zip(ids, bundles, strict=True)
    ]
    check_as_expected(lab, shop)
    struck_by(lab)
    before = len(written(lab))
    work.retry(lab.ledger, [lab.row(number).id for number in ids], time.time())
    lab.quiet()
    assert len(written(lab)) == before
    check_as_expected(lab, shop)
