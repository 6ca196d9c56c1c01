"""What a hostile look at stock found, two ways: each of these once invented, lost, repeated or oversold something."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ledger import work
from mappings.rules import Override
from sandbox.bigcommerce import stock_moves
from sandbox.bigcommerce.stock import cell_of
from sandbox.clock import Clock
from tasks import stock, stock_map, stock_sweeps, sweeps
from tasks.fates import Later
from tasks.hand import Hand
from tasks.orders import SETTLED
from tasks.outcome import Outcome
from tasks.recipe import perform
from tests.tasks.shelf import bent
from tests.tasks.test_stock import counting, sold, writes
from tests.tasks.test_stock_two_way import adjustments, lose

MINUTE = 60
PACE = 1000


class Behind(Clock):
    """The platforms' clock: it stays so far behind the lab's that a change counts as seen once it is read, though the
    machine stands still.
    """

    def __init__(self, ours):
        super().__init__()
        self.ours = ours

    def epoch(self):
        return min(super().epoch(), self.ours[0] - SETTLED - 1)


@pytest.fixture
def shop(new_lab):
    """Makes a lab whose time passes only when somebody lets it: looks cost none."""

    def make(method="two_way", delay=0.2, **switches):
        lab = counting(new_lab(switches=switches), method)
        lab.time, lab.delay, lab.accepted = [time.time()], delay, {}
        lab.set(clock=lambda: lab.time[0], ask_after=(0.005, 0.03))
        lab.services = replace(lab.services, clock=lambda: lab.time[0])
        lab.world.clock = Behind(lab.time)
        lab.world.switches["inventory_delay"] = 1e9  # nothing happens before `passes` says so
        lab.world.bigcommerce.courier.errand = lambda *_: None
        return lab

    return make


@pytest.fixture
def lab(shop):
    return shop()


def passes(lab, seconds):
    """So many seconds, of which the lab counts a thousandth; what the store accepted `delay` ago takes effect."""
    lab.time[0] += seconds / PACE
    effects = lab.world.bigcommerce.stock.effects
    for effect in effects:
        lab.accepted.setdefault(id(effect), (lab.time[0] - seconds / PACE, effect))
    while effects and lab.accepted[id(effects[0])][0] + lab.delay / PACE <= lab.time[0]:
        effects[0] = replace(effects[0], due=0.0)
        lab.accepted[id(effects[0])] = (0.0, effects[0])
        stock_moves.happen_locked(lab.world)


def look(lab, *items):
    """One run of the recipe; its ends, and what is due then is due when it says so."""
    clock = lab.connection.clock
    work.note(lab.ledger, "main", "stock", items, clock())
    ids = {work.find(lab.ledger, "main", "stock", one).id: one for one in items}
    claims = [work.claim(lab.ledger, one, clock() + 1e6, 60.0) for one in ids]
    claims = [replace(claim, noted_at=clock() - MINUTE) for claim in claims]
    ends = stock.sync([Hand(lab.connection, claim, 60.0) for claim in claims])
    for claim in claims:
        work.later(lab.ledger, claim, clock(), count_attempt=False, why="")
    return ends


def rests(lab, *items, every=3.0, times=60):
    """Looks every few seconds, until none has anything left to say; how often that was."""
    still = 0
    for n in range(times):
        ends = look(lab, *items)
        works(lab)
        busy = [end for end in ends if isinstance(end, Later) or getattr(end, "again_at", None)]
        passes(lab, every)
        still = 0 if busy else still + 1
        if still == 2:
            return n
    raise AssertionError(f"never at rest: {ends}")


def agreed(lab, sku="MUG", pieces=12):
    """Item and variant, agreed on an hour ago."""
    item, variant = lab.stocked(sku, books=pieces, store=pieces)
    look(lab, item)
    passes(lab, 3600)
    return item, variant


def both(lab, item, variant):
    return lab.in_books(item), lab.level(variant)


def sells(lab, pieces, sku="MUG", **told):
    return sold(lab, sku, pieces, **told, created=datetime.fromtimestamp(lab.time[0], UTC))


def read(lab, order):
    """The orders' flow reads an order and books it."""
    work.note(lab.ledger, "main", "orders", [str(order)], lab.time[0])
    works(lab)


def works(lab):
    """Orders that are noted, until they are done; only now the clock goes as it does for everybody."""
    for _ in range(50):
        due = [
            one
            for one, flow, _ in work.due(lab.ledger, lab.time[0], 100, renudge_after=0.0)
            if flow == "orders"
        ]
        for one in due:
            perform(lab.services, one)
        if not due:
            return


def product_of(lab, sku="MUG"):
    return next(row for row in lab.products.values() if row["sku"] == sku)


@pytest.mark.parametrize("position", ["on_hand", "available"])
@pytest.mark.parametrize("level", [40])
def test_a_safety_stock_of_the_store_is_no_change(shop, position, level):
    lab = shop(inventory_absolute=position)
    item, variant = lab.stocked("MUG", books=12, store=level)
    cell_of(lab.world, lab._holder(variant), 1).safety_stock = 2
    rests(lab, item)
    assert adjustments(lab) == []
    assert lab.in_books(item) == 12


@pytest.mark.parametrize("position", ["on_hand", "available"])
@pytest.mark.parametrize("fall", [9])
def test_a_fall_below_the_safety_stock_reaches_the_store(shop, position, fall):
    lab = shop(inventory_absolute=position)
    item, variant = agreed(lab)
    cell = cell_of(lab.world, lab._holder(variant), 1)
    cell.safety_stock = 5
    lab.adjust(item, -fall)
    begin = len(lab.world.calls)
    rests(lab, item)
    assert cell.available <= 12 - fall
    assert adjustments(lab) == []
    assert len(writes(lab, begin)) < 5


@pytest.mark.parametrize("how", ["variant", "none"])
@pytest.mark.parametrize("told", [False])
def test_counting_otherwise_in_the_store_is_no_change(shop, how, told):
    lab = shop()
    item, variant = agreed(lab)
    product = product_of(lab)
    product["inventory_tracking"] = how
    lab.world.bigcommerce.stock.cells.clear()
    product["inventory_level"] = 0
    for row in product["variants"]:
        row["inventory_level"] = 0
    if told:
        stock_map.look(lab.connection, None)
    rests(lab, item)
    assert adjustments(lab) == []
    product["inventory_tracking"] = "product"
    lab.world.bigcommerce.stock.cells.clear()
    stock_map.look(lab.connection, None)
    rests(lab, item)
    assert adjustments(lab) == []
    assert both(lab, item, variant) == (12, 12)


@pytest.mark.parametrize("between", ["off", "one_way"])
def test_what_happened_while_two_way_was_off_is_no_change(lab, between):
    item, variant = agreed(lab)
    if between == "off":
        lab.set(stock_on=False)
    else:
        counting(lab, "one_way")
    read(lab, sells(lab, 3))
    lab.edit_level(variant, 2)
    if between == "one_way":
        look(lab, item)
    counting(lab, "two_way")
    rests(lab, item)
    assert adjustments(lab) == []
    assert both(lab, item, variant) == (9, 9)


def test_another_order_location_is_no_change(lab):
    item, variant = agreed(lab)
    read(lab, sells(lab, 3))
    rests(lab, item)
    first = lab.world.bigcommerce.locations[1]
    lab.world.bigcommerce.locations[2] = {**first, "id": 2, "code": "two", "label": "two"}
    counting(lab, "two_way", order_location=2)
    rests(lab, item)
    assert lab.level(variant, 2) == 9
    assert adjustments(lab) == []


def test_what_was_left_alone_is_no_change_when_it_is_not_any_more(lab):
    item, variant = agreed(lab)
    counting(lab, "two_way", overrides={"mug": Override(skip=True)})
    look(lab, item)
    lab.edit_level(variant, 40)
    rests(lab, item)
    counting(lab, "two_way", overrides={})
    rests(lab, item)
    assert both(lab, item, variant) == (12, 12)
    assert adjustments(lab) == []


@pytest.mark.parametrize(
    "changed", [{"buffer": 3}, {"figure": "on_hand"}, {"overrides": {"mug": Override(buffer=3)}}]
)
def test_another_setting_is_no_change(lab, changed):
    item, variant = agreed(lab)
    read(lab, sells(lab, 3))
    counting(lab, "two_way", **changed)
    rests(lab, item)
    assert both(lab, item, variant) == (9, 9 if "figure" in changed else 6)
    assert adjustments(lab) == []


@pytest.mark.parametrize("delay", [90])
def test_effects_that_take_long_are_no_changes(shop, delay):
    lab = shop(delay=delay)
    item, variant = agreed(lab)
    lab.adjust(item, 3)
    look(lab, item)
    for _ in range(3):
        passes(lab, 3)
        look(lab, item)
    lab.adjust(item, 4)
    rests(lab, item, every=4.0, times=400)
    passes(lab, delay)
    rests(lab, item)
    assert adjustments(lab) == []
    assert both(lab, item, variant) == (19, 19)


@pytest.mark.parametrize("delay", [20])
def test_an_unanswered_change_that_takes_long_is_no_change(shop, delay):
    lab = shop(delay=delay)
    item, variant = agreed(lab)
    lab.adjust(item, 3)
    with bent(lab, "bigcommerce", lose(lab)):
        look(lab, item)
    rests(lab, item, times=100)
    passes(lab, delay)
    rests(lab, item, times=100)
    assert adjustments(lab) == []
    assert both(lab, item, variant) == (15, 15)


def test_an_unanswered_change_and_an_order_that_nobody_told_of_ask_no_person(lab):
    item, variant = agreed(lab)
    lab.adjust(item, 3)
    with bent(lab, "bigcommerce", lose(lab)):
        look(lab, item)
    order = sells(lab, 2)
    for _ in range(4):
        passes(lab, 5)
        (end,) = look(lab, item)
        assert isinstance(end, Later | Outcome)
        works(lab)
    rests(lab, item)
    assert both(lab, item, variant) == (13, 13)
    assert adjustments(lab) == []
    assert order


@pytest.mark.parametrize("moved", [2])
def test_an_adjustment_that_lists_show_late_is_made_once(lab, moved):
    item, variant = agreed(lab)
    lab.edit_level(variant, 17)
    look(lab, item)
    passes(lab, 6)
    lab.world.switches["zoho_search_lag"] = 1e9
    with bent(lab, "zoho", lose(lab, path="/inventoryadjustments")):
        look(lab, item)
    for _ in range(3):
        passes(lab, 20)
        look(lab, item)
    if moved:
        lab.adjust(item, moved)
    for _ in range(3):
        passes(lab, 20)
        look(lab, item)
    for record in lab.world.zoho.records["inventoryadjustments"].values():
        record["_seen_from"] = 0.0
    rests(lab, item)
    assert adjustments(lab) == [5]
    assert both(lab, item, variant) == (17 + moved, 17 + moved)


def test_orders_that_were_read_while_stock_was_off_are_met_when_it_is_on(lab):
    item, variant = agreed(lab)
    lab.set(stock_on=False)
    read(lab, sells(lab, 3, booked=False))
    counting(lab, "two_way")
    sweeps.swept(lab.services, "main", stock_sweeps.stock)
    works(lab)
    rests(lab, item)
    assert lab.level(variant) == 9
    assert adjustments(lab) == []


def test_a_kit_is_set_once_until_the_store_shows_it(lab):
    part, variant = agreed(lab, "PART", 20)
    body = {"name": "KIT", "sku": "KIT", "rate": "5", "item_type": "inventory", "combo_type": "kit"}
    body |= {"mapped_items": [{"item_id": part, "quantity": 2}]}
    made = lab.world.zoho.ask("POST", "/compositeitems", body, "inventory")
    kit = made.get("composite_item", made)["composite_item_id"]
    _, of_kit = lab.stocked_product("KIT", 3)
    stock_map.look(lab.connection, None)
    rests(lab, kit, part)
    lab.delay, begin = 20, len(lab.world.calls)
    lab.edit_level(str(of_kit), 4)
    lab.edit_level(variant, 18)
    rests(lab, kit, part)
    assert both(lab, part, variant) == (18, 18)
    assert lab.level(str(of_kit)) == 9
    assert adjustments(lab) == [-2]  # what somebody did to a kit is no change of its parts
    assert len(writes(lab, begin)) <= 3


def test_two_lost_answers_in_a_row_and_a_change_in_zoho_between_them_ask_no_person(lab):
    item, variant = agreed(lab)
    lab.adjust(item, 3)
    with bent(lab, "bigcommerce", lose(lab)):
        look(lab, item)
    lab.world.bigcommerce.stock.effects.clear()  # it never arrived
    lab.adjust(item, -1)
    with bent(lab, "bigcommerce", lambda _, path, *__: (504, {}) if path.endswith("/absolute") else None):
        for _ in range(5):
            passes(lab, 5)
            look(lab, item)
    rests(lab, item)
    assert look(lab, item)[0].outcome == "synced"
    assert both(lab, item, variant) == (14, 14)
    assert adjustments(lab) == []
