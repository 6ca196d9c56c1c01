from decimal import ROUND_HALF_UP, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.errors import Unmappable
from mappings.zoho.found import ZohoTax
from mappings.zoho.totals import predict
from tests.mappings.making import TAXES, D

HALF = ZohoTax("t7.5", "VAT", D("7.5"))
TEN = ZohoTax("t10", "Ten", D(10))


def body(*lines, inclusive=False, **more):
    rows = [{"rate": D(rate), "quantity": D(quantity), "tax_id": tax} for rate, quantity, tax in lines]
    return {"line_items": rows, "is_inclusive_tax": inclusive} | more


def totals(told, rounding="entity_level", taxes=(*TAXES, HALF, TEN), precision=2):
    made = predict(told, taxes, rounding, precision)
    return made.total, made.tax_total


def test_seven_and_a_half_per_cent_of_one_is_0_08():
    """0.075, half up, as seen in a recorded document."""
    assert totals(body(("1.00", 1, "t7.5"))) == (D("1.08"), D("0.08"))


def test_it_is_the_rate_that_gets_rounded():
    """54.54545 is stored as 54.55; 10 % of it is 5.455 = 5.46; 60.01."""
    assert totals(body(("54.54545", 1, "t10"))) == (D("60.01"), D("5.46"))


def test_per_document_the_sum_is_taxed_per_line_every_line_is():
    """Three lines of 0.33 at 7.5 %: 0.07425 = 0.07 together, 3 × 0.02475 = 3 × 0.02 line by line."""
    three = body(*[("0.33", 1, "t7.5")] * 3)
    assert totals(three) == (D("1.06"), D("0.07"))
    assert totals(three, "item_level") == (D("1.05"), D("0.06"))


def test_inclusive_tax_is_inside_and_leaves_the_total_alone():
    """12.00 × 20/120 = 2.00; 9.99 × 20/120 = 1.665 = 1.67."""
    assert totals(body(("12.00", 1, "t20"), inclusive=True)) == (D("12.00"), D("2.00"))
    assert totals(body(("9.99", 1, "t20"), inclusive=True)) == (D("9.99"), D("1.67"))


def test_untaxed_lines_and_a_charge_add_up():
    """205 + 800 = 1005 as recorded, without tax."""
    told = body(("205", 1, None), inclusive=True, shipping_charge=D(800))
    assert totals(told) == (D(1005), D(0))


def test_a_groups_members_are_rounded_each_on_its_own():
    """18 % of 0.50 would be 0.09; twice 9 % is 2 × 0.045 = 2 × 0.05 = 0.10."""
    made = predict(body(("0.50", 1, "g18")), TAXES, "entity_level")
    assert (made.tax_total, made.by_tax) == (D("0.10"), {"t9c": D("0.05"), "t9s": D("0.05")})


def test_a_group_with_unknown_members_counts_as_one_tax():
    lone = ZohoTax("g18", "GST18", D(18), "tax_group", ("gone", "t9s"))
    assert predict(body(("0.50", 1, "g18")), (lone, *TAXES[:4]), "entity_level").tax_total == D("0.09")


def test_a_compound_tax_is_charged_on_the_other_tax_too():
    """10 % of 100 = 10; 10 % of 110 = 11; inclusive 121 carries 10 + 11."""
    group = (
        TEN,
        ZohoTax("c10", "Compound", D(10), "compound_tax"),
        ZohoTax("g", "Both", D(21), "tax_group", ("t10", "c10")),
    )
    assert totals(body(("100.00", 1, "g")), taxes=group) == (D("121.00"), D("21.00"))
    assert totals(body(("121.00", 1, "g"), inclusive=True), taxes=group) == (D("121.00"), D("21.00"))


def test_the_shipping_charge_is_taxed_and_rounded_apart():
    """0.33 + 0.33 at 7.5 %: 0.02475 = 0.02 each although together they would make 0.05."""
    told = body(("0.33", 1, "t7.5"), shipping_charge=D("0.33"), shipping_charge_tax_id="t7.5")
    assert totals(told) == (D("0.70"), D("0.04"))


def test_the_adjustment_is_after_tax():
    assert totals(body(("1.00", 1, "t20"), adjustment=D("-0.01"))) == (D("1.19"), D("0.20"))


def test_a_line_discount_is_per_line_and_before_tax():
    """3 × 3.34 - 0.02 = 10.00, 20 % of it 2.00."""
    told = body(("3.34", 3, "t20"))
    told["line_items"][0]["discount"] = D("0.02")
    assert totals(told) == (D("12.00"), D("2.00"))


def test_yen_are_rounded_to_yen():
    """8 % of 105 yen is 8.4 = 8."""
    assert totals(body(("105", 1, "t8")), taxes=(ZohoTax("t8", "JCT", D(8)),), precision=0) == (D(113), D(8))


def test_an_unknown_tax_is_named():
    with pytest.raises(Unmappable) as held:
        totals(body(("1.00", 1, "nobody's")))
    assert held.value.reason == "tax-unmapped"


LINES = st.lists(
    st.tuples(
        st.decimals(min_value=0, max_value=9999, places=2),
        st.integers(1, 99),
        st.sampled_from(["t20", "t7", "g18", None]),
    ),
    min_size=1,
    max_size=50,
)


@given(LINES, st.booleans(), st.sampled_from(["entity_level", "item_level"]))
def test_the_prediction_is_what_a_second_reckoning_finds(lines, inclusive, rounding):
    """Written the plain way, with sixty digits instead of fractions."""
    members = {"t20": [("t20", 20)], "t7": [("t7", 7)], "g18": [("t9c", 9), ("t9s", 9)], None: []}
    with localcontext() as context:
        context.prec = 60

        def cents(amount):
            return amount.quantize(D("0.01"), rounding=ROUND_HALF_UP)

        shares = []
        for rate, quantity, tax in lines:
            together = sum(percent for _, percent in members[tax])
            base = 100 + together if inclusive else 100
            shares += [(name, percent, base, rate * quantity) for name, percent in members[tax]]
        expected = D(0)
        if rounding == "item_level":
            expected = sum((cents(amount * percent / base) for _, percent, base, amount in shares), D(0))
        else:
            for key in {share[:3] for share in shares}:
                amount = sum((share[3] for share in shares if share[:3] == key), D(0))
                expected += cents(amount * key[1] / key[2])
        amounts = sum((rate * quantity for rate, quantity, _ in lines), D(0))
        made = predict(body(*lines, inclusive=inclusive), TAXES, rounding)
        assert made.tax_total == expected
        assert made.total == (amounts if inclusive else amounts + expected)
