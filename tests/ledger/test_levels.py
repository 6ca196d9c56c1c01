"""Levels: what each item's stock was when both sides last agreed."""

from decimal import Decimal

import pytest

from ledger import levels
from ledger.levels import Level


def level(item="i1", location=1, base="10", **told):
    return Level(item, location, Decimal(base), **{"store": 10, "taken": 0, "at": 1.0, **told})


def test_what_was_agreed_on_is_known_by_item_and_place(ledger):
    here, there = level(base="12.250", store=-3, taken=7, at=5.5), level(location=2, proven=False)
    other = level("i2", pending={"adjustment": "s:stock:1", "quantity": Decimal("1.5")})
    levels.put_many(ledger, "shop", [here, there, other])
    found = levels.get_many(ledger, "shop", ["i1", "i2", "i3"])
    assert found == {
        "i1": {1: here, 2: there},
        "i2": {1: level("i2", pending={"adjustment": "s:stock:1", "quantity": "1.5"})},
    }
    assert str(found["i1"][1].base) == "12.250"


@pytest.mark.parametrize("base", ["0", "-0.5", "123456789012345678901234.000001", "1E+3"])
def test_a_figure_of_zoho_keeps_its_digits(ledger, base):
    levels.put_many(ledger, "shop", [level(base=base)])
    assert str(levels.get_many(ledger, "shop", ["i1"])["i1"][1].base) == base


def test_the_store_counts_to_the_largest_number_that_it_takes_and_beyond(ledger):
    most = level(store=2_147_483_647, taken=5_000_000_000)
    levels.put_many(ledger, "shop", [most])
    assert levels.get_many(ledger, "shop", ["i1"])["i1"][1] == most


def test_put_again_nothing_of_the_old_stands(ledger):
    levels.put_many(ledger, "shop", [level(proven=False, pending={"write": 3})])
    levels.put_many(ledger, "shop", [level(base="1"), level(base="2", store=2, taken=1, at=9.0)])
    assert levels.get_many(ledger, "shop", ["i1"]) == {
        "i1": {1: level(base="2", store=2, taken=1, at=9.0, proven=True, pending={})}
    }


def test_forgotten_ones_are_met_for_the_first_time(ledger):
    levels.put_many(ledger, "shop", [level(), level(location=2), level("i2")])
    assert levels.forget(ledger, "shop", ["i1", "i9"]) == 2
    assert list(levels.get_many(ledger, "shop", ["i1", "i2"])) == ["i2"]
    assert levels.forget(ledger, "shop", []) == 0


def test_all_are_walked_in_order_page_by_page(ledger, monkeypatch):
    monkeypatch.setattr(levels, "PAGE", 4)
    made = [level(f"i{n:02}", place) for n in range(6) for place in (1, 2, 10)]
    levels.put_many(ledger, "shop", reversed(made))
    assert list(levels.walk(ledger, "shop")) == made
    walk = levels.walk(ledger, "shop")
    first = next(walk)
    levels.put_many(ledger, "shop", [level("i99")])  # no transaction is open meanwhile
    assert [first, *walk] == [*made, level("i99")]


def test_connections_are_apart(ledger):
    levels.put_many(ledger, "shop", [level()])
    assert levels.get_many(ledger, "other", ["i1"]) == {}
    assert list(levels.walk(ledger, "other")) == []
    assert levels.forget(ledger, "other", ["i1"]) == 0
    levels.put_many(ledger, "other", [level(base="3")])
    assert levels.get_many(ledger, "shop", ["i1"])["i1"][1] == level()


def test_more_levels_than_one_transaction_takes_are_all_kept_and_dropped(ledger):
    made = [level(str(n)) for n in range(1_203)]
    levels.put_many(ledger, "shop", made)
    assert len(levels.get_many(ledger, "shop", [one.item for one in made])) == 1_203
    assert levels.forget(ledger, "shop", [one.item for one in made]) == 1_203
    assert list(levels.walk(ledger, "shop")) == []
