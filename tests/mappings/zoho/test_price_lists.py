import pytest

from mappings.errors import Skip, Unmappable
from mappings.records import Entry, Tier
from mappings.zoho.price_lists import price_list
from tests.mappings.making import D

CURRENCIES = {"c1": "EUR", "c2": "USD"}


def percent(**more):
    return {
        "pricebook_id": "p1", "name": "Retail", "status": "active", "currency_id": "c1", "pricebook_items": [],
        "pricebook_type": "fixed_percentage", "is_increase": False, "percentage": 15, "decimal_place": 2,
        "rounding_type": "no_rounding", "sales_or_purchase_type": "sales",
    } | more  # fmt: skip


def rates(*rows, **more):
    empty = {"percentage": "", "rounding_type": "", "decimal_place": ""}
    return percent(pricebook_type="per_item", pricebook_items=list(rows)) | empty | more


def read(told):
    return price_list(told, CURRENCIES, "EUR")


def held(told):
    with pytest.raises(Unmappable) as why:
        read(told)
    return why.value.reason


def entries(*rows, **more):
    return read(rates(*rows, **more)).entries


def bracket(first, last, rate="", **more):
    return {"start_quantity": first, "end_quantity": last, "pricebook_rate": rate} | more


def test_a_mark_down_is_a_negative_percentage_and_a_mark_up_a_positive_one():
    told = read(percent(rounding_type="round_to_dollor", decimal_place="1"))
    assert (told.id, told.name, told.kind, told.currency, told.active) == (
        "p1",
        "Retail",
        "fixed_percentage",
        "EUR",
        True,
    )
    assert (told.percentage, told.rounding, told.places, told.entries) == (D(-15), "round_to_dollor", 1, ())
    assert read(percent(is_increase="true")).percentage == D(15)
    assert not read(percent(status="inactive")).active


def test_what_a_percentage_list_says_of_single_items_does_not_count():
    assert read(percent(pricebook_items=[{"item_id": "i1", "pricebook_rate": 3}])).entries == ()


def test_rates_come_item_by_item():
    rows = {"item_id": 1, "pricebook_rate": D("9.50")}, {"item_id": "2", "pricebook_rate": "0"}
    assert entries(*rows) == (Entry("1", D("9.50"), ()), Entry("2", D(0), ()))


def test_an_item_without_a_rate_is_not_on_the_list():
    assert entries({"item_id": "1", "pricebook_rate": ""}) == ()


def test_a_discount_outranks_the_rate_that_zoho_once_made_of_it_and_no_discount_does_not():
    row = {"item_id": "1", "pricebook_rate": 9}
    assert entries(row | {"pricebook_discount": "10.5%"}) == (Entry("1", None, (), D("10.5")),)
    assert entries(row | {"pricebook_discount": "0%"}) == (Entry("1", D(9), ()),)
    assert entries(row | {"pricebook_discount": "100 %"}) == (Entry("1", None, (), D(100)),)


@pytest.mark.parametrize("discount", ["5", "five%", "101%", "-1%", "%"])
def test_a_discount_that_is_no_percentage_holds_the_list(discount):
    assert held(rates({"item_id": "1", "pricebook_discount": discount})) == "value-unfit"


def test_brackets_come_in_their_order_with_prices_or_discounts():
    rows = [bracket(10, "", 8), bracket(1, 9, D("9.5")), bracket(5, 5, pricebook_discount="20%")]
    (told,) = entries({"item_id": "1", "pricing_scheme": "volume", "price_brackets": rows})
    assert told == Entry("1", None, (Tier(1, 9, D("9.5")), Tier(5, 5, None, D(20)), Tier(10, None, D(8))))


def test_brackets_count_only_where_prices_go_by_volume():
    row = {"item_id": "1", "pricebook_rate": 7, "price_brackets": [bracket(1, 1, 9)]}
    assert entries(row) == entries(row | {"pricing_scheme": "unit"}) == (Entry("1", D(7), ()),)
    assert entries(row, pricing_scheme="volume")[0].tiers == (Tier(1, 1, D(9)),)


def test_a_bracket_from_0_begins_at_the_first_piece_and_half_pieces_hold_the_list():
    row = {"item_id": "1", "pricing_scheme": "volume"}
    assert entries(row | {"price_brackets": [bracket(0, 5, 9)]})[0].tiers == (Tier(1, 5, D(9)),)
    assert held(rates(row | {"price_brackets": [bracket(D("1.5"), 5, 9)]})) == "value-unfit"


def test_the_currency_is_the_lists_own_else_the_organizations():
    assert read(rates(currency_id="c2")).currency == "USD"
    assert read(rates(currency_id="c9", currency_code="gbp")).currency == "GBP"
    assert read(rates(currency_id="")).currency == "EUR"
    assert held(rates(currency_id="c9")) == "currency-unmapped"


def test_percentages_off_rates_in_another_currency_are_never_converted():
    assert held(percent(currency_id="c2")) == "currency-differs"
    assert held(rates({"item_id": "1", "pricebook_discount": "5%"}, currency_id="c2")) == "currency-differs"
    brackets = [bracket(1, "", pricebook_discount="5%")]
    row = {"item_id": "1", "pricing_scheme": "volume", "price_brackets": brackets}
    assert held(rates(row, currency_id="c2")) == "currency-differs"


def test_purchase_lists_never_go_over():
    with pytest.raises(Skip) as left:
        read(percent(sales_or_purchase_type="purchases"))
    assert left.value.rule == "purchase-list"


def test_a_list_of_an_unknown_sort_or_without_its_percentage_is_held():
    assert held(percent(pricebook_type="absolute")) == "value-unfit"
    assert held(percent(percentage="")) == "value-unfit"
    assert held(percent(pricebook_type="")) == "field-missing"
