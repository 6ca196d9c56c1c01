"""Whatever happens in whatever order: at rest both sides agree, every movement is accounted for, nothing more is
written.
"""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mappings.shelf_histories import World

SOME = st.integers(0, 7)
CHANGE = st.integers(-4, 4)
LOOKS = st.tuples(st.sampled_from(["look", "look", "crash"]))
SALES = st.one_of(
    st.tuples(st.sampled_from(["sell", "order", "order"]), st.integers(1, 4)),
    st.tuples(st.sampled_from(["read", "read", "book", "book"]), SOME),
)
ORDERS = st.one_of(SALES, st.tuples(st.just("cancel"), SOME))
SHIPS = st.tuples(st.just("ship"), SOME)
IN_BOOKS = st.tuples(
    st.just("in_books"), CHANGE.map(Decimal) | st.sampled_from([Decimal("0.5"), Decimal(-9)])
)
IN_STORE = st.tuples(st.sampled_from(["bring", "take"]), st.integers(1, 4))
LOWERED = st.tuples(st.just("in_books"), st.integers(-4, 0))
BUFFER = st.integers(0, 3)


def history(*deeds):
    return st.lists(st.one_of(*deeds, LOOKS), min_size=4, max_size=40)


def live(world, history, look, after_settling=()):
    for deed, *amount in history:
        if deed in after_settling:
            world.settle()
        if deed in ("look", "crash"):
            look(deed == "crash")
        else:
            getattr(world, deed)(*amount)
    world.rest(look)


def is_right(world, start):
    assert world.store == world.wanted()
    assert world.books == start + world.edited - world.sold()
    assert world.writes == 0


@settings(max_examples=300, deadline=None)
@given(history(ORDERS, SHIPS, IN_BOOKS, IN_STORE), BUFFER, st.booleans(), st.booleans())
def test_two_ways_at_any_time_even_before_an_order_is_known(history, buffer, ships, restocks):
    """Levels never meet nothing here: what was taken for a person's change is put right to the piece."""
    world = World(Decimal(1000), 990, buffer, ships, restocks)
    world.look()
    live(world, history, world.look)
    is_right(world, 1000)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(1, 4), max_size=5), history(ORDERS, SHIPS, IN_BOOKS), BUFFER, st.booleans())
def test_the_first_absolute_write_swallows_orders_nobody_knows_and_they_become_no_adjustment(
    sold, history, buffer, restocks
):
    world = World(Decimal(1000), 990, buffer, restocks=restocks)
    for quantity in sold:
        world.sell(quantity)
    world.look()
    for which in range(len(sold)):
        world.read(which)
    world.look()
    live(world, history, world.look)
    is_right(world, 1000)


@settings(max_examples=300, deadline=None)
@given(history(ORDERS, IN_BOOKS, IN_STORE), BUFFER, st.integers(-3, 9), st.booleans())
def test_two_ways_near_nothing_with_people_at_both_ends(history, buffer, there, restocks):
    """Somebody who takes from a shelf that was empty until a cancellation filled it is not told from that."""
    world = World(Decimal(there), 5, buffer, restocks=restocks, sells_beyond=False, leaves=1)
    world.look()
    live(world, history, world.patient_look, after_settling=["take"])
    is_right(world, there)


@settings(max_examples=300, deadline=None)
@given(
    history(SALES, SHIPS, IN_BOOKS) | history(ORDERS, SHIPS, LOWERED),
    BUFFER,
    st.integers(-3, 9),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_two_ways_where_more_is_sold_than_is_there(history, buffer, there, ships, restocks, clips):
    """A level that stays at nothing does not show by how much. What is cancelled of that brings back less than it
    says, and only while the level is still at nothing can that be told from what a person took.
    """
    world = World(Decimal(there), 5, buffer, ships, restocks, clips, at_nothing=True)
    world.look()
    live(world, history, world.patient_look, after_settling=["cancel"])
    is_right(world, there)


@settings(max_examples=300, deadline=None)
@given(history(ORDERS, SHIPS, IN_BOOKS, IN_STORE), BUFFER, st.integers(-3, 9), st.booleans(), st.booleans())
def test_one_way_the_store_follows_whatever_happened_to_its_levels(history, buffer, there, ships, restocks):
    world = World(Decimal(there), 5, buffer, ships, restocks)
    changed = sum((amount[0] for deed, *amount in history if deed == "in_books"), Decimal(0))
    live(world, history, lambda _crash=False: world.look_one_way())
    assert world.store == world.wanted()
    assert world.books == there + changed - world.sold()
    assert world.writes == 0
