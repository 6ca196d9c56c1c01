from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.bigcommerce.price_lists import (
    OPEN_END,
    Sellable,
    assignments,
    diff,
    fingerprint,
    percentage_price,
    wanted,
)
from mappings.errors import Unmappable
from mappings.records import Entry, PriceList, Tier
from mappings.rules import Assignment, CatalogueRules
from tests.mappings.goods import FACTS, GROSS, RULES
from tests.mappings.making import D

ONE = Sellable("i1", "901", D("10.00"), D(20))
TWO = Sellable("i2", "902", D("33.33"), D(7))


def percent(percentage, rounding="no_rounding", places=2, **more):
    known = {"id": "p1", "name": "Retail", "currency": "EUR", "active": True, "entries": ()}
    return PriceList(
        **(
            known
            | {
                "kind": "fixed_percentage",
                "percentage": D(percentage),
                "rounding": rounding,
                "places": places,
            }
            | more
        )
    )


def rates(*entries, **more):
    return percent(0, kind="per_item", entries=entries, **more)


def price(price_list, sellable=ONE, rules=RULES, facts=FACTS):
    record = wanted(price_list, [sellable], rules, facts).get(sellable.variant_id)
    return record and record["price"]


def tiers(*brackets, price=None, sellable=ONE, facts=FACTS):
    """The price of one piece, and the tiers as (from, to, each)."""
    record = wanted(rates(Entry("i1", price, brackets)), [sellable], RULES, facts)["901"]
    assert all(tier["type"] == "fixed" for tier in record["bulk_pricing_tiers"])
    told = [
        (tier["quantity_min"], tier["quantity_max"], tier["amount"]) for tier in record["bulk_pricing_tiers"]
    ]
    return record["price"], told


@pytest.mark.parametrize(
    ("rate", "percentage", "rounding", "places", "made"),
    [
        ("10.00", "-15", "no_rounding", 2, "8.50"),
        ("10.00", "15", "no_rounding", 2, "11.50"),
        ("33.33", "-15", "no_rounding", 2, "28.33"),  # 28.3305
        ("33.33", "-15", "no_rounding", 1, "28.3"),
        ("33.33", "-15", "no_rounding", 3, "28.331"),  # 28.3305: half goes up
        ("9.50", "0", "round_to_dollor", 2, "10.00"),  # half goes up
        ("9.49", "0", "round_to_dollor", 2, "9.00"),
        ("9.50", "0", "round_to_dollar_minus_01", 2, "9.99"),  # 10 less a cent
        ("9.49", "0", "round_to_dollar_minus_01", 2, "8.99"),
        ("9.25", "0", "round_to_half_dollar", 2, "9.50"),  # 18.5 halves: up to 19
        ("9.24", "0", "round_to_half_dollar", 2, "9.00"),
        ("9.74", "0", "round_to_half_dollar", 2, "9.50"),
        ("9.75", "0", "round_to_half_dollar_minus_01", 2, "9.99"),  # 10.00 less a cent
        ("10.00", "-15", "round_to_half_dollar_minus_01", 2, "8.49"),  # 8.50 less a cent
        ("9.75", "0", "round_to_half_dollar_minus_01", 1, "10.0"),  # 9.99 to one decimal
        ("0.20", "0", "round_to_dollar_minus_01", 2, "0.00"),  # never below nothing
        ("10.00", "-100", "no_rounding", 2, "0.00"),
        ("9.99", "12.5", "round_to_dollor", 2, "11.00"),  # 11.23875
    ],
)
def test_a_percentage_is_rounded_by_type_then_to_the_lists_decimals(rate, percentage, rounding, places, made):
    told = percentage_price(D(rate), percent(percentage, rounding, places))
    assert (told, -told.as_tuple().exponent) == (D(made), places)


def test_a_percentage_list_has_a_record_for_every_linked_variant():
    told = wanted(percent(-10), [ONE, TWO], RULES, FACTS)
    assert {key: record["price"] for key, record in told.items()} == {"901": D("9.00"), "902": D("30.00")}
    assert told["901"] == {"variant_id": 901, "currency": "EUR", "price": D("9.00"), "bulk_pricing_tiers": []}


def test_tax_comes_after_the_lists_own_rounding():
    """10.00 less 15 % is 8.50, to the half less a cent 8.49, with 20 % 10.188: 10.19."""
    assert price(percent(-15, "round_to_half_dollar_minus_01"), facts=GROSS) == D("10.19")
    assert price(rates(Entry("i1", D("9.99"), ())), facts=GROSS) == D("11.99")  # 11.988


def test_a_list_of_rates_has_records_only_for_what_it_names_and_what_is_linked():
    told = wanted(rates(Entry("i1", D("9.5"), ()), Entry("i9", D(1), ())), [ONE, TWO], RULES, FACTS)
    assert {key: record["price"] for key, record in told.items()} == {"901": D("9.50")}


def test_a_discount_is_taken_off_the_items_own_rate():
    """33.33 less 10.5 % is 29.83035."""
    assert price(rates(Entry("i2", None, (), D("10.5"))), TWO) == D("29.83")


@pytest.mark.parametrize(("currency", "made"), [("EUR", "9.57"), ("JPY", "10"), ("KWD", "9.567")])
def test_prices_have_the_decimals_of_the_lists_currency(currency, made):
    assert price(rates(Entry("i1", D("9.5670"), ()), currency=currency)) == D(made)


def test_a_percentage_of_rates_in_another_currency_than_the_stores_is_held():
    with pytest.raises(Unmappable) as held:
        wanted(percent(5, currency="USD"), [ONE], RULES, FACTS)
    assert held.value.reason == "currency-differs"


def test_the_first_bracket_is_the_price_and_the_others_are_tiers_of_which_the_last_has_no_end():
    made = tiers(Tier(1, 9, D(9)), Tier(10, 49, D(8)), Tier(50, 99, D(7)))
    assert made == (D("9.00"), [(10, 49, D("8.00")), (50, OPEN_END, D("7.00"))])


def test_without_a_bracket_at_the_first_piece_the_items_own_rate_is_the_price():
    assert tiers(Tier(5, None, D(8))) == (D("10.00"), [(5, OPEN_END, D("8.00"))])
    assert tiers(Tier(1, None, D(8))) == (D("8.00"), [])


def test_between_brackets_the_items_own_rate_holds():
    made = tiers(Tier(1, 4, D(9)), Tier(10, 19, D(8)), Tier(30, None, D(7)))
    assert made == (
        D("9.00"),
        [(5, 9, D("10.00")), (10, 19, D("8.00")), (20, 29, D("10.00")), (30, OPEN_END, D("7.00"))],
    )


def test_a_bracket_ends_where_the_next_begins():
    assert tiers(Tier(1, None, D(9)), Tier(5, None, D(8)), Tier(10, None, D(7))) == (
        D("9.00"),
        [(5, 9, D("8.00")), (10, OPEN_END, D("7.00"))],
    )


def test_a_bracket_may_take_a_percentage_off_and_carries_tax_like_every_price():
    """10.00 less 20 % is 8.00, with 20 % tax 9.60."""
    assert tiers(Tier(1, 1, D(9)), Tier(2, None, None, D(20)), facts=GROSS) == (
        D("10.80"),
        [(2, OPEN_END, D("9.60"))],
    )


@st.composite
def brackets(draw):
    starts = sorted(draw(st.sets(st.integers(1, 30), min_size=1, max_size=5)))
    ends = [draw(st.none() | st.integers(start, start + 12)) for start in starts]
    prices = [draw(st.integers(1, 99)) for _ in starts]
    return tuple(Tier(s, e, D(p)) for s, e, p in zip(starts, ends, prices, strict=True))


@given(brackets())
def test_every_quantity_costs_what_zoho_would_take(told):
    """Read as a shopper would: the tier that holds the quantity, else the record's price."""
    first, listed = tiers(*told)
    for quantity in range(1, 50):
        bearing = [tier for tier in told if tier.quantity_min <= quantity]
        mine = bearing[-1] if bearing else None
        within = mine is not None and (
            mine is told[-1] or mine.quantity_max is None or quantity <= mine.quantity_max
        )
        zoho = mine.price if within else ONE.rate
        held = [each for start, end, each in listed if start <= quantity <= end]
        assert len(held) <= 1
        assert (held[0] if held else first) == zoho, (quantity, told, first, listed)


def there(variant_id, price, currency="eur", tiers=None, **more):
    return {
        "price_list_id": 3, "variant_id": variant_id, "product_id": 77, "currency": currency, "price": price,
        "sale_price": None, "bulk_pricing_tiers": tiers or [],
    } | more  # fmt: skip


def test_only_records_that_differ_are_put_and_only_those_gone_are_deleted():
    told = wanted(percent(-10), [ONE, TWO], RULES, FACTS)
    assert diff(told, [], "EUR") == ([told["901"], told["902"]], [])
    assert diff(told, [there(901, 9), there("902", "30.0000")], "EUR") == ([], [])
    assert diff(told, [there(901, D("9.01")), there(902, 30), there(903, 1)], "EUR") == (
        [told["901"]],
        ["903"],
    )


def test_records_of_other_currencies_are_another_matter():
    told = wanted(percent(-10), [ONE], RULES, FACTS)
    rows = [there(901, 9, "usd"), there(904, 9, "USD")]
    assert diff(told, rows, "EUR") == ([told["901"]], [])
    assert diff({}, rows, "usd") == ([], ["901", "904"])


@pytest.mark.parametrize("end", [None, OPEN_END])
def test_tiers_are_compared_by_value_in_any_order_and_an_open_end_is_open_either_way(end):
    told = wanted(
        rates(Entry("i1", None, (Tier(1, 4, D(9)), Tier(5, 9, D(8)), Tier(10, None, D(7))))),
        [ONE],
        RULES,
        FACTS,
    )
    rows = [
        {"quantity_min": 10, "quantity_max": end, "type": "fixed", "amount": "7.0"},
        {"quantity_min": 5, "quantity_max": 9, "type": "fixed", "amount": 8},
    ]
    assert diff(told, [there(901, 9, tiers=rows)], "EUR") == ([], [])
    for wrong in ({"amount": 7}, {"quantity_max": 8}, {"type": "price"}, {"quantity_min": 4}):
        changed = [rows[0], rows[1] | wrong]
        assert diff(told, [there(901, 9, tiers=changed)], "EUR")[0] == [told["901"]]
    assert diff(told, [there(901, 9, tiers=rows[:1])], "EUR")[0] == [told["901"]]


@given(st.lists(st.tuples(st.integers(1, 9), st.decimals(0, 99, places=2)), max_size=9), st.integers(-50, 50))
def test_what_was_put_is_not_put_again(rows, percentage):
    told = wanted(percent(percentage), [ONE, TWO], RULES, FACTS)
    store = {str(900 + number): there(900 + number, amount) for number, amount in rows}
    puts, deletes = diff(told, store.values(), "EUR")
    for record in puts:
        store[str(record["variant_id"])] = there(record["variant_id"], record["price"])
    for variant_id in deletes:
        del store[variant_id]
    assert set(store) == {"901", "902"}
    assert diff(told, store.values(), "EUR") == ([], [])


def test_the_fingerprint_changes_with_whatever_a_run_would_write_and_with_nothing_else():
    plain = percent(-10)
    told = wanted(plain, [ONE, TWO], RULES, FACTS)
    same = fingerprint(plain, told)
    assert fingerprint(plain, wanted(percent("-10.00"), [TWO, ONE], RULES, FACTS)) == same
    others = [
        fingerprint(replace(plain, name="Trade"), told),
        fingerprint(replace(plain, active=False), told),
        fingerprint(plain, wanted(plain, [ONE], RULES, FACTS)),
        fingerprint(plain, wanted(percent(-11), [ONE, TWO], RULES, FACTS)),
        fingerprint(
            plain, wanted(rates(Entry("i1", None, (Tier(2, None, D(9)),))), [ONE, TWO], RULES, FACTS)
        ),
    ]
    assert len({same, *others}) == 6


def test_assignments_are_those_of_the_lists_name():
    rules = CatalogueRules(
        assignments=(
            Assignment("Retail", 2, None),
            Assignment(" retail ", 3, 1),
            Assignment("Trade", None, 1),
        )
    )
    assert assignments("7", rules, "RETAIL") == [
        {"price_list_id": 7, "customer_group_id": 2},
        {"price_list_id": 7, "customer_group_id": 3, "channel_id": 1},
    ]
    assert assignments(7, rules, "Other") == []
