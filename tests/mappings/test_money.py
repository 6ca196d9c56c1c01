from hypothesis import given
from hypothesis import strategies as st

from mappings.money import allocate, floored, is_whole, places_of, rounded
from tests.mappings.making import D

PLACES = st.sampled_from([0, 2, 3])
AMOUNTS = st.lists(st.decimals(min_value=0, max_value=10**6, places=4), min_size=1, max_size=60)


def test_thirds_of_ten_get_the_odd_cent_once():
    """3.3333 three times is 10.00 as 3.34 + 3.33 + 3.33: floors 9.99, one cent to the first of equal remainders."""
    assert allocate([D("3.3333")] * 3, D("10.00"), 2) == (D("3.34"), D("3.33"), D("3.33"))


def test_the_largest_remainder_gets_the_cent():
    """1.004 + 2.007 = 3.011, charged 3.01: floors 3.00, the cent goes to 2.007."""
    assert allocate([D("1.004"), D("2.007")], D("3.01"), 2) == (D("1.00"), D("2.01"))


def test_whole_amounts_are_never_touched():
    assert allocate([D("1.00"), D("2.00")], D("3.01"), 2) is None
    assert allocate([D("1.00"), D("2.005")], D("3.01"), 2) == (D("1.00"), D("2.01"))


def test_rounding_cannot_explain_a_cent_less_than_the_floors_nor_one_more_than_the_fractions():
    assert allocate([D("1.004"), D("2.007")], D("2.99"), 2) is None
    assert allocate([D("1.004"), D("2.007")], D("3.03"), 2) is None


def test_yen_have_no_decimals_and_dinars_three():
    assert (places_of("JPY"), places_of("EUR"), places_of("KWD")) == (0, 2, 3)
    assert allocate([D("333.5"), D("333.5")], D(667), 0) == (D(334), D(333))
    assert allocate([D("0.3335"), D("0.3335")], D("0.667"), 3) == (D("0.334"), D("0.333"))


def test_a_half_goes_up_and_away_from_zero():
    assert (rounded(D("0.075"), 2), rounded(D("-0.075"), 2)) == (D("0.08"), D("-0.08"))


@given(AMOUNTS, PLACES)
def test_what_is_spread_adds_up_and_moves_by_less_than_a_unit(amounts, places):
    total = rounded(sum(amounts, D(0)), places)
    spread = allocate(amounts, total, places)
    unit = D(1).scaleb(-places)
    assert spread is not None
    assert sum(spread, D(0)) == total
    assert all(is_whole(amount, places) for amount in spread)
    assert all(abs(a - b) < unit for a, b in zip(amounts, spread, strict=True))


@given(AMOUNTS, PLACES, st.integers(-70, 70))
def test_a_total_is_explained_exactly_between_the_floors_and_the_ceilings(amounts, places, off):
    unit = D(1).scaleb(-places)
    floors = sum((floored(amount, places) for amount in amounts), D(0))
    odd = sum(1 for amount in amounts if not is_whole(amount, places))
    spread = allocate(amounts, floors + off * unit, places)
    assert (spread is not None) == (0 <= off <= odd)
