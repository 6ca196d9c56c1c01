from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.stock import (
    LARGEST,
    Agreed,
    Now,
    expected,
    falls,
    kit,
    one_way,
    published,
    two_way,
)

D = Decimal


def now(books=10, taken=0, due=0, booked=0, store=10, **more):
    return Now(D(str(books)), taken, due, booked, store, **more)


def agreed(base=10, store=10, taken=0):
    return Agreed(D(str(base)), store, taken)


@pytest.mark.parametrize(
    ("figure", "buffer", "level"),
    [("7", 0, 7), ("7.9", 0, 7), ("7", 2, 5), ("1", 2, 0), ("-3", 0, 0), ("-0.5", 0, 0), ("4e9", 1, LARGEST)],
)
def test_what_is_published_is_whole_and_never_below_nothing(figure, buffer, level):
    assert published(D(figure), buffer) == level


def test_orders_that_are_not_in_zoho_yet_are_taken_off():
    assert one_way(now(10, taken=3, due=3), 0).wanted == 7
    assert one_way(now(7, taken=3, due=3, booked=3), 0).wanted == 7
    assert one_way(now(9, taken=3, due=3, booked=1), 2).wanted == 5


def test_our_own_documents_change_nothing():
    before, after = one_way(now(10, 3, 3), 0), one_way(now(7, 3, 3, 3), 0)
    assert (before.base, before.wanted) == (after.base, after.wanted)


def test_one_way_never_writes_into_the_books():
    assert one_way(now(10, store=4), 0).to_books == 0
    assert one_way(now(10, store=4), 0).to_store == 6
    assert one_way(now(10, store=None), 0).to_store == 0


def test_at_first_contact_zohos_figure_is_right():
    merged = two_way(None, now(10, store=4, taken=2, due=2), 1)
    assert (merged.wanted, merged.to_books, merged.base) == (7, 0, 10)


def test_changes_on_both_sides_survive():
    merged = two_way(agreed(), now(books=13, store=8), 0)
    assert (merged.in_store, merged.in_books) == (3, -2)
    assert (merged.wanted, merged.to_store, merged.to_books) == (11, 3, -2)
    assert merged.base == 11


def test_a_sale_is_nobodys_change():
    assert two_way(agreed(), now(taken=2, due=2, store=8), 0).to_books == 0
    assert two_way(agreed(), now(taken=2, due=2, store=8), 0).to_store == 0


def test_our_own_write_comes_back_and_changes_nothing():
    first = two_way(agreed(), now(books=13, store=8), 0)
    echo = two_way(Agreed(first.base, first.wanted, 0), now(books=11, store=11), 0)
    assert (echo.to_store, echo.to_books, echo.in_store) == (0, 0, 0)


@given(
    st.decimals(-50, 50, places=2), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 5)
)
def test_an_untouched_level_is_never_a_change_however_it_was_clipped(books, taken, due, booked, buffer):
    told = Now(books, taken, due, booked, None)
    level = two_way(None, told, buffer)
    again = two_way(
        Agreed(level.base, level.wanted, taken), Now(books, taken, due, booked, level.wanted), buffer
    )
    assert (again.to_store, again.to_books, again.base) == (0, 0, level.base)


def test_goods_on_a_shelf_that_zoho_owes_pay_the_debt_first():
    merged = two_way(agreed(base=-3, store=0), now(books=-3, store=5), 0)
    assert (merged.to_books, merged.base, merged.wanted, merged.to_store) == (5, 2, 2, -3)


def test_what_an_absolute_write_overwrote_is_no_change():
    late = now(taken=2, due=2, store=10, late=2)
    assert two_way(agreed(), late, 0).to_books == 0
    assert two_way(agreed(), late, 0).to_store == -2


def test_an_order_of_the_same_second_after_an_absolute_write_is_no_change_either():
    assert two_way(agreed(), now(taken=2, due=2, store=8, late=2), 0).to_books == 0


def test_what_a_look_took_for_a_change_is_put_right_once_the_order_is_known():
    """The order was in the level already: the last look made an adjustment of -2 of it."""
    merged = two_way(agreed(base=8, store=8), now(books=8, taken=2, due=2, store=8), 0)
    assert (merged.to_books, merged.base, merged.wanted, merged.to_store) == (2, 10, 8, 0)


@pytest.mark.parametrize(("store", "adjusts"), [(12, 0), (13, 0), (14, 4), (8, -2), (10, 0)])
def test_a_rise_within_what_may_have_been_swallowed_is_not_believed(store, adjusts):
    assert two_way(agreed(), now(store=store, swallowed=3), 0).to_books == adjusts


def test_what_is_sold_beyond_nothing_is_no_change_and_comes_back_as_less():
    assert two_way(agreed(store=1), now(taken=3, due=3, store=0), 0).to_books == 0
    assert two_way(agreed(store=1), now(taken=3, due=3, store=-2), 0).to_books == 0
    assert two_way(agreed(store=0, taken=3), now(store=1), 0).to_books == 0
    assert two_way(agreed(store=0, taken=3), now(store=5), 0).to_books == 2


def test_a_level_that_was_not_read_says_nothing():
    merged = two_way(agreed(), now(books=12, store=None), 0)
    assert (merged.to_books, merged.to_store, merged.wanted) == (0, 0, 12)


def test_what_the_store_must_show_follows_from_its_orders():
    assert expected(agreed(store=9, taken=4), 7) == 6
    assert expected(agreed(store=9, taken=4), 1) == 12


def test_a_kit_is_as_many_as_its_scarcest_part_allows():
    assert kit([(D(10), D(2)), (D(7), D(1)), (D("4.5"), D("0.5"))]) == 5
    assert kit([(D(-1), D(2)), (D(7), D(1))]) == -1
    assert kit([(D(3), D(0)), (D(7), D(2))]) == 3
    assert kit([]) == 0


@pytest.mark.parametrize(
    ("before", "after", "large"),
    [
        (10, 5, False),
        (10, 4, True),
        (1, 0, True),
        (0, 0, False),
        (3, 3, False),
        (3, 9, False),
        (-2, -5, False),
    ],
)
def test_to_nothing_or_by_more_than_half_is_a_fall(before, after, large):
    assert falls(before, after, D(50)) is large


def test_to_nothing_is_a_fall_whatever_the_share():
    assert falls(3, 0, D(100))
    assert not falls(300, 1, D(100))
