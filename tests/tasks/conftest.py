"""A lab per test: the whole service against its own sandbox, its own ledger and an empty Redis."""

import threading
from dataclasses import replace

import pytest

from ledger import cursors, work
from sandbox import orders
from sandbox.moods import moods_from
from tasks.recipe import perform
from tests.lab import make_lab

FAST = 1000  # the limit windows and our own waits run this many times faster
ASK_AFTER = (0.01, 0.03)


@pytest.fixture
def new_lab(tmp_path, valkey, valkey_url):
    """Makes a lab, by default calm and quick; callbacks are sent only when somebody asks for it."""
    made = []

    def make(*, lease=90.0, ask_after=ASK_AFTER, patience=0.2, **options):
        valkey.flushall()  # another sandbox knows nothing of the tokens and counts of the one before
        directory = tmp_path / f"lab{len(made)}"
        directory.mkdir()
        lab = make_lab(directory, valkey_url, **{"pace": FAST, "callback_threads": 0, **options})
        lab.set(ask_after=ask_after, patience=patience)
        lab.services = replace(lab.services, lease=lease)
        made.append(lab)
        return lab

    yield make
    for lab in made:
        lab.ledger.engine.dispose()


@pytest.fixture
def lab(new_lab):
    return new_lab()


@pytest.fixture
def order(lab):
    """Places a described order in the lab's store; its id."""

    def place(**described):
        return placed(lab, **described)

    return place


LINE = {"price": "10.00", "quantity": 3, "tax": "20", "sku": "MUG", "name": "Mug"}
SHIPPING = {"cost": "4.90", "tax": "20"}


def placed(lab, **described):
    """An order of three mugs of a customer, unless it is described otherwise; its id as text."""
    number = 100 + len(lab.world.bigcommerce.orders)
    told = {
        "id": number,
        "created": lab.world.clock.now(),
        "lines": [LINE],
        "shipping": SHIPPING,
        "customer": {"id": 7},
    }
    return lab.place(orders.order_from({**told, **described}))


def struck_by(lab, *moods):
    """From now on these moods are in force."""
    lab.world.moods.set(moods_from(list(moods)))


def forget_the_look(lab):
    """As if the minute had passed after which a tax that was missing is looked for again."""
    learned = cursors.learned(lab.ledger, lab.connection.organization)
    cursors.learn(lab.ledger, lab.connection.organization, "looked_at", learned["looked_at"] - 61)
    cursors.give_slot(lab.ledger, f"{lab.connection.organization}.look")


def by_the_clock(lab, clock):
    """Our own clock, for the ledger and for whoever waits; the platforms keep theirs."""
    lab.set(clock=clock)
    lab.services = replace(lab.services, clock=clock)


def together(lab, orders):
    """Note the orders and let a thread for each begin at the same moment; then wait until all is quiet."""
    clock = lab.connection.clock
    work.note(lab.ledger, "main", "orders", orders, clock())
    ids = [lab.row(order).id for order in orders]
    start = threading.Barrier(len(ids))

    def one(work_id):
        start.wait()
        perform(lab.services, work_id)

    threads = [threading.Thread(target=one, args=(work_id,)) for work_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lab.quiet()
