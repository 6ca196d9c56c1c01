import pytest

from mappings.errors import Unmappable
from mappings.records import TaxRate
from mappings.rules import BookRules
from mappings.zoho.found import ZohoTax
from mappings.zoho.taxes import read_taxes, tax_for, tax_ids
from tests.mappings.making import RULES, TAXES, D, line, order

PLAIN = line()
GST = line(rates=[TaxRate("CGST", D(9)), TaxRate("SGST", D(9))], net="10.00", tax="1.80")


def rules(**taxes):
    return BookRules("hash", taxes=taxes)


def held(one, taxes, rules_=RULES):
    with pytest.raises(Unmappable) as refused:
        tax_for(one, taxes, rules_)
    assert refused.value.reason == "tax-unmapped"
    return refused.value


def test_a_setting_by_name_and_rate_comes_first_then_by_name_then_by_rate():
    assert tax_for(PLAIN, TAXES, rules(**{"vat  20": "a", "VAT": "b", "20": "c"})) == "a"
    assert tax_for(PLAIN, TAXES, rules(**{"VAT": "b", "20": "c"})) == "b"
    assert tax_for(PLAIN, TAXES, rules(**{"20": "c"})) == "c"


def test_a_setting_may_name_several_rates_in_any_order():
    assert tax_for(GST, TAXES, rules(**{"SGST 9 + CGST 9": "g"})) == "g"
    assert tax_for(GST, TAXES, rules(**{"18": "g"})) == "g"


def test_without_a_setting_equal_name_and_rate_decide():
    twins = (ZohoTax("a", "Sales", D(20)), ZohoTax("b", "vat", D("20.0")))
    assert tax_for(PLAIN, twins, RULES) == "b"


def test_else_the_only_tax_that_is_as_high():
    assert tax_for(PLAIN, (ZohoTax("a", "USt", D(20)), ZohoTax("b", "VAT", D(7))), RULES) == "a"


def test_several_rates_are_the_group_made_of_them_before_a_single_tax_as_high():
    taxes = (
        *TAXES,
        ZohoTax("t18", "VAT 18", D(18)),
        ZohoTax("x", "Other", D(18), "tax_group", ("t20", "t7")),
    )
    assert tax_for(GST, taxes, RULES) == "g18"
    assert tax_for(line(rates=[TaxRate("X", D(18))]), taxes[:6], RULES) == "t18"


def test_two_taxes_as_high_are_not_guessed_between():
    refused = held(PLAIN, (ZohoTax("a", "One", D(20)), ZohoTax("b", "Two", D(20))))
    assert refused.what == "product:1 was charged VAT 20 %, and 2 taxes in Zoho are 20 %"
    assert "vat 20" in refused.remedy


def test_a_rate_nobody_made_in_zoho_is_named():
    assert "no tax in Zoho is 5.5 %" in held(line(rates=[TaxRate("Levy", D("5.5000"))]), TAXES).what


def test_untaxed_lines_have_no_tax_unless_a_setting_gives_them_one():
    free = line(tax="0.00", rates=())
    assert tax_for(free, TAXES, RULES) is None
    assert tax_for(free, TAXES, rules(**{"0": "exempt"})) == "exempt"


@pytest.mark.parametrize(
    ("inclusive", "net", "tax", "expected"),
    [(False, "10.00", "2.00", "t20"), (True, "10.00", "2.00", "t20"), (False, "10.00", "0.70", "t7")],
)
def test_an_untold_rate_is_the_only_tax_that_gives_the_amount(inclusive, net, tax, expected):
    """2.00 on 10.00, or inside 12.00, is 20 %; 0.70 on 10.00 is 7 %."""
    told = order(line(net=net, tax=tax, rates=()), inclusive=inclusive)
    assert tax_ids(told, TAXES, RULES) == {"product:1": expected}


def test_an_untold_rate_that_fits_none_or_two_is_held():
    """0.01 on 0.05 is 20 % and 18 %; 3.33 on 10.00 is none of them."""
    for net, tax, fits in (("0.05", "0.01", 2), ("10.00", "3.33", 0)):
        with pytest.raises(Unmappable) as refused:
            tax_ids(order(line(net=net, tax=tax, rates=())), TAXES, RULES)
        assert refused.value.reason == "tax-unmapped"
        assert f"{fits} taxes in Zoho would give this amount" in refused.value.what


def test_zohos_list_is_read_with_groups_and_odd_types():
    rows = [
        {"tax_id": 1, "tax_name": "VAT", "tax_percentage": 7.5, "tax_type": "tax"},
        {
            "tax_id": "2",
            "tax_name": "G",
            "tax_percentage": "15",
            "tax_type": "tax_group",
            "taxes": [{"tax_id": 1}],
        },
        {"tax_id": "3", "tax_type": "service_tax"},
    ]
    assert read_taxes(rows) == (
        ZohoTax("1", "VAT", D("7.5")),
        ZohoTax("2", "G", D(15), "tax_group", ("1",)),
        ZohoTax("3", "", D(0)),
    )


def test_of_several_taxes_that_fit_one_line_the_one_that_fits_all_to_the_cent_is_taken():
    taxes = (ZohoTax("a", "A", D("8.24")), ZohoTax("b", "B", D("8.25")))
    big = line("product:1", net="91.00", tax="7.51", rates=())
    small = line("product:2", net="12.99", tax="1.07", rates=())
    assert tax_ids(order(big, small), taxes, RULES) == {"product:1": "b", "product:2": "b"}
