from decimal import Decimal

import pytest

from mappings.errors import Skip, Unmappable
from mappings.rules import Override, StockRules
from mappings.zoho.stock import AdjustmentLine, adjustment, figures, in_list, is_tracked

D = Decimal
MAP = {"p1": 1, "p2": 1, "p3": 2}


def item(**more):
    """An item in detail whose four figures differ."""
    return {
        "item_id": "i1",
        "product_type": "goods",
        "item_type": "inventory",
        "track_inventory": True,
        **_figures("", 20),
    } | more


def place(name, on_hand, word="location"):
    return {f"{word}_id": name, f"{word}_name": "Somewhere", **_figures(f"{word}_", on_hand)}


def _figures(prefix, on_hand):
    return {
        f"{prefix}stock_on_hand": on_hand,
        f"{prefix}committed_stock": 3,
        f"{prefix}available_for_sale_stock": on_hand - 3,
        f"{prefix}actual_available_stock": on_hand - 1,
        f"{prefix}actual_committed_stock": 5,
        f"{prefix}actual_available_for_sale_stock": on_hand - 6,
    }


FIGURES = [
    ("available", "accounting", 17),
    ("on_hand", "accounting", 20),
    ("available", "physical", 14),
    ("on_hand", "physical", 19),
]


@pytest.mark.parametrize(("figure", "mode", "told"), FIGURES)
def test_the_setting_says_which_figure_counts(figure, mode, told):
    assert figures(item(), StockRules(figure=figure, mode=mode, order_location=4)) == {4: told}


@pytest.mark.parametrize(("figure", "mode", "told"), FIGURES)
def test_several_places_make_one_location_of_the_store(figure, mode, told):
    less = 20 - told
    row = item(locations=[place("p1", 12), place("p2", 9), place("p3", 6), place("else", 90)])
    rules = StockRules(figure=figure, mode=mode, locations=MAP)
    assert figures(row, rules) == {1: 21 - 2 * less, 2: 6 - less}


def test_older_organizations_call_places_warehouses_and_migrated_ones_both():
    rules = StockRules(figure="on_hand", locations=MAP)
    old = [place("p1", 12, "warehouse"), place("p3", 6, "warehouse")]
    both = item(warehouses=old, locations=[place("p1", 12), place("p3", 6)])
    assert figures(item(warehouses=old), rules) == figures(both, rules) == {1: 12, 2: 6}


def test_a_mapped_place_that_an_item_never_lay_in_adds_nothing():
    assert figures(item(locations=[place("p1", 12)]), StockRules(figure="on_hand", locations=MAP)) == {
        1: 12,
        2: 0,
    }


def test_a_map_needs_places():
    with pytest.raises(Unmappable) as why:
        figures(item(), StockRules(locations=MAP))
    assert why.value.reason == "places-missing"


def test_available_is_reckoned_where_it_is_not_told():
    assert figures(item(available_for_sale_stock=""), StockRules()) == {1: 17}
    short = {"stock_on_hand": 20, "committed_stock": 3}
    row = item(
        available_for_sale_stock="",
        locations=[{"location_id": "p3", **{f"location_{k}": v for k, v in short.items()}}],
    )
    assert figures(row, StockRules(locations=MAP)) == {1: 0, 2: 17}


def test_fractions_and_debts_are_kept():
    assert figures(item(available_for_sale_stock="-2.25"), StockRules()) == {1: D("-2.25")}


@pytest.mark.parametrize(
    "row",
    [
        item(track_inventory=False),
        item(product_type="service"),
        item(stock_on_hand="", available_for_sale_stock="", committed_stock=""),
        {k: v for k, v in item(item_type="sales").items() if k != "track_inventory"},
    ],
)
def test_what_zoho_keeps_no_stock_of_is_skipped(row):
    with pytest.raises(Skip) as why:
        figures(row, StockRules())
    assert why.value.rule == "untracked-in-zoho"


def test_an_item_that_does_not_say_is_tracked_by_its_type():
    assert is_tracked({"item_type": "inventory"})
    assert is_tracked({"track_inventory": "true"})
    assert not is_tracked({"item_type": "sales_and_purchases"})
    assert not is_tracked({})


def test_a_list_tells_only_what_lies_there_of_the_whole_item():
    row = {"item_id": "i1", "item_type": "inventory", "stock_on_hand": 20, "actual_available_stock": 19}
    assert in_list(row, StockRules(figure="on_hand")) == 20
    assert (
        in_list(row, StockRules(figure="on_hand", mode="physical")) is None
    )  # nobody says whether what is committed counts there
    assert in_list(row, StockRules()) is None
    assert in_list(row, StockRules(figure="on_hand", locations=MAP)) is None
    assert in_list({**row, "stock_on_hand": ""}, StockRules(figure="on_hand")) is None
    assert in_list({**row, "item_type": "sales"}, StockRules(figure="on_hand")) is None


def test_an_adjustment_is_one_document_that_its_reference_finds():
    lines = [AdjustmentLine("i1", D(-2)), AdjustmentLine("i2", D(3), "p3")]
    body = adjustment(lines, "hash:stock:1", "2026-11-22")
    assert (body["reference_number"], body["date"], body["adjustment_type"]) == (
        "hash:stock:1",
        "2026-11-22",
        "quantity",
    )
    assert body["reason"]
    assert body["line_items"] == [
        {"item_id": "i1", "quantity_adjusted": -2},
        {"item_id": "i2", "quantity_adjusted": 3, "location_id": "p3"},
    ]


def test_one_sku_may_be_left_alone_or_keep_a_buffer_of_its_own():
    rules = StockRules(buffer=2, overrides={"a-1": Override(skip=True), "b-2": Override(buffer=0)})
    assert rules.override(" A-1 ").skip
    assert (rules.buffer_of("B-2"), rules.buffer_of("A-1"), rules.buffer_of("C-3")) == (0, 2, 2)
