from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.errors import Unmappable
from mappings.plans import Ref
from mappings.records import Discount, TaxRate
from mappings.rules import BookRules
from mappings.zoho.documents import body, draft, fingerprint
from mappings.zoho.orders import Organization
from mappings.zoho.totals import predict
from tests.mappings.making import RULES, TAXES, D, found, line, order

VAT7 = TaxRate("Reduced", D(7))


def made(told, rules=RULES, **more):
    return body(told, found(**more), rules, "con-1")


def held(told, rules=RULES, **more):
    with pytest.raises(Unmappable) as refused:
        made(told, rules, **more)
    return refused.value


def test_a_document_carries_its_key_its_order_and_the_merchants_day():
    """23:30 on the 28th in London's winter clock is already the 29th in Berlin."""
    told = made(order(), BookRules("hash", time_zone="Europe/Berlin"))
    assert told["date"] == "2026-04-29"
    assert told["reference_number"] == "112"
    assert told["custom_fields"] == [{"api_name": "cf_cartbooks_key", "value": "hash:112:invoice:1"}]
    assert told["customer_id"] == "con-1"
    assert "payment_terms" not in told
    assert "due_date" not in told


def test_exclusive_orders_send_net_and_inclusive_ones_gross():
    one = line(net="10.00", tax="2.00")
    assert made(order(one))["line_items"][0]["rate"] == D("10.00")
    inside = made(order(one, inclusive=True))
    assert (inside["line_items"][0]["rate"], inside["is_inclusive_tax"]) == (D("12.00"), True)


def test_a_line_that_does_not_divide_is_exact_by_its_discount():
    told = made(order(line(quantity=3)))
    row = told["line_items"][0]
    assert (row["rate"], row["quantity"], row["discount"]) == (D("3.34"), 3, D("0.02"))
    assert (told["discount_type"], told["is_discount_before_tax"]) == ("item_level", True)
    assert "discount_type" not in made(order())


def test_where_line_discounts_are_refused_the_line_is_split():
    told = made(order(line(quantity=3)), line_discounts="split")
    assert [(row["quantity"], row["rate"]) for row in told["line_items"]] == [(2, D("3.33")), (1, D("3.34"))]
    assert "discount_type" not in told


def test_the_shoppers_discount_is_told_and_not_taken_again():
    cut = line(
        discounts=(Discount("Spring", "SAVE", D("2.5000")), Discount("Manual", None, D(1))),
        description="Size: L",
    )
    row = made(order(cut))["line_items"][0]
    assert row["description"] == "Size: L\nDiscount Spring (SAVE): 2.5 EUR\nDiscount Manual: 1 EUR"
    assert row["rate"] == D("10.00")


def test_rounding_within_the_limit_is_a_visible_adjustment():
    """Three lines of 0.33 at 20 %: the store charged 3 × 0.07 = 0.21, Zoho computes 0.198 = 0.20: adjustment +0.01."""
    lines = [line(f"product:{number}", "0.33", "0.07") for number in (1, 2, 3)]
    written = draft(order(*lines), found(), RULES, "con-1", None)
    assert written.body["adjustment"] == D("0.01")
    assert "Rounding" in written.body["adjustment_description"]
    assert "VAT 20 %: charged 0.21, Zoho computes 0.20" in written.arithmetic
    assert "adjustment" not in made(order(*lines), rounding="item_level")


def test_inclusive_orders_need_no_adjustment_though_their_tax_rounds_otherwise():
    """Three of 0.40 carry 3 × 0.07 = 0.21; 1.20 × 20/120 = 0.20: the total is 1.20 either way."""
    lines = [line(f"product:{number}", "0.33", "0.07") for number in (1, 2, 3)]
    assert "adjustment" not in made(order(*lines, inclusive=True))


def test_rounding_beyond_the_limit_is_held_with_the_arithmetic():
    """Nine lines of 0.33 at 20 %: charged 0.63, Zoho computes 0.594 = 0.59: 0.04 is more than 0.02."""
    lines = [line(f"product:{number}", "0.33", "0.07") for number in range(9)]
    refused = held(order(*lines))
    assert refused.reason == "tax-differs"
    assert "charged 0.63, Zoho computes 0.59" in refused.what
    assert "0.04 is more than the limit of 0.02" in refused.what
    assert made(order(*lines), BookRules("hash", adjustment_limit=D("0.04")))["adjustment"] == D("0.04")


def test_rates_that_are_off_in_opposite_ways_do_not_hide_each_other():
    """20 %: charged 2.05 for 2.00; 7 %: charged 0.65 for 0.70; together 2.70 as computed, and still held."""
    lines = [line("product:1", "10.00", "2.05"), line("product:2", "10.00", "0.65", [VAT7])]
    assert held(order(*lines)).reason == "tax-differs"


def test_a_stated_tax_that_the_lines_do_not_make_counts_too():
    refused = held(order(line(), tax="2.03"))
    assert refused.reason == "tax-differs"
    assert "the order states a tax of 2.03, its lines 2.00" in refused.what
    assert made(order(line(), tax="2.02"))["line_items"]


def test_shipping_is_a_line_or_by_setting_the_documents_charge():
    shipping = line("shipping", "5.00", "1.00", kind="shipping", name="Shipping: Post")
    told = order(line(), shipping)
    as_item = made(told)
    assert [row["item_id"] for row in as_item["line_items"]] == ["i-1", "i-s"]
    charged = made(told, BookRules("hash", shipping="charge"))
    assert (charged["shipping_charge"], charged["shipping_charge_tax_id"]) == (D("5.00"), "t20")
    assert len(charged["line_items"]) == 1
    free = made(
        order(line(), replace(shipping, tax=D("0.00"), rates=())), BookRules("hash", shipping="charge")
    )
    assert "shipping_charge_tax_id" not in free


def test_shipping_at_two_rates_or_alone_stays_lines_even_where_a_charge_is_set():
    rules = BookRules("hash", shipping="charge")
    one = line("shipping:1", "5.00", "1.00", kind="shipping")
    other = line("shipping:2", "5.00", "0.35", [VAT7], kind="shipping")
    assert len(made(order(line(), one, other), rules)["line_items"]) == 3
    assert len(made(order(one), rules)["line_items"]) == 1


def test_a_missing_item_is_named_before_it_is_born():
    new = line(product_id="79", variant_id="179", sku="NEW")
    assert made(order(new))["line_items"][0]["item_id"] == Ref("hash:112:item:variant:179")


def test_missing_products_are_held_or_go_to_the_catch_all_by_setting():
    new = order(line(product_id="79", variant_id="179", sku="NEW"))
    refused = held(new, BookRules("hash", missing_product="hold"))
    assert (refused.reason, "SKU NEW" in refused.what) == ("product-missing", True)
    catch_all = BookRules("hash", missing_product="catch_all")
    assert held(new, catch_all).reason == "product-missing"
    assert made(new, catch_all, items={"sku:CATCH-ALL": "i-any"})["line_items"][0]["item_id"] == "i-any"


def test_a_certificate_sold_is_booked_on_its_liability():
    sold = order(line("product:1", "50.00", "0.00", (), kind="gift_certificate"))
    items = {"sku:GIFT-CERTIFICATE": "i-g"}
    assert held(sold, items=items).reason == "account-missing"
    rules = BookRules("hash", gift_certificate_account="acc-owed")
    assert made(sold, rules, items=items)["line_items"][0]["account_id"] == "acc-owed"


def test_a_currency_the_organization_does_not_keep_is_held():
    assert held(order(currency="SEK")).reason == "currency-unmapped"
    coarse = Organization(currencies={"KWD": "c"}, base_currency="EUR", places={"KWD": 2})
    assert held(order(currency="KWD", places=3), organization=coarse).reason == "currency-unmapped"


def test_yen_are_exact_and_the_limit_counts_them_as_it_counts_cents():
    """Three lines of 33 yen at 20 % are charged 3 × 7 = 21, computed 19.8 = 20: 1 yen; nine are charged 63, computed
    59.4 = 59: 4 yen are more than 2.
    """
    lines = [line(f"product:{number}", "33", "7") for number in range(9)]
    assert made(order(*lines[:3], currency="JPY", places=0))["adjustment"] == 1
    refused = held(order(*lines, currency="JPY", places=0))
    assert refused.reason == "tax-differs"
    assert "4 is more than the limit of 2" in refused.what
    assert made(order(*lines, currency="JPY", places=0), rounding="item_level")["line_items"][0]["rate"] == 33


def test_the_number_is_zohos_or_the_orders():
    assert "invoice_number" not in made(order())
    assert made(order(), BookRules("hash", number="order", number_prefix="BC-"))["invoice_number"] == "BC-112"
    sales = BookRules("hash", number="order", document="sales_order")
    assert made(order(), sales)["salesorder_number"] == "112"
    assert made(order(), sales)["custom_fields"][0]["value"] == "hash:112:order:1"
    first, second = (BookRules("hash", number="order", part=part) for part in ("7", "8"))
    assert [made(order(), rules)["invoice_number"] for rules in (first, second)] == ["112.7", "112.8"]


def test_over_long_names_and_descriptions_are_cut():
    row = made(order(line(name="🙂" * 300, description="x" * 5000)))["line_items"][0]
    assert (len(row["name"]) <= 100, len(row["description"])) == (True, 2000)


def test_the_fingerprint_is_of_the_money_not_of_how_it_is_written():
    told = order()
    assert fingerprint(told) == fingerprint(order(line(net="10.000", quantity="1.0")))
    assert fingerprint(told) != fingerprint(order(line(net="10.01")))
    assert fingerprint(told) != fingerprint(order(line(quantity=2)))
    assert fingerprint(told) == fingerprint(replace(told, status_id=10, external_order_id="INV-1"))


CENTS = st.integers(0, 200_000)


@given(
    st.lists(
        st.tuples(CENTS, st.sampled_from(["t20", "t7", None]), st.integers(1, 30)), min_size=1, max_size=60
    ),
    st.booleans(),
    st.sampled_from(["entity_level", "item_level"]),
    st.sampled_from(["amount", "split"]),
    st.sampled_from([2, 0, 3]),
)
def test_whatever_is_posted_comes_out_at_the_orders_total(rows, inclusive, rounding, mode, places):
    percents = {"t20": TaxRate("VAT", D(20)), "t7": VAT7}
    unit = D(1).scaleb(-places)
    lines = []
    for number, (cents, tax_id, quantity) in enumerate(rows):
        rates = [percents[tax_id]] if tax_id else []
        percent = rates[0].rate if rates else D(0)
        amount = cents * unit
        tax = (amount * percent / (100 + percent if inclusive else 100)).quantize(
            unit, rounding="ROUND_HALF_UP"
        )
        net = amount - tax if inclusive else amount
        lines.append(line(f"product:{number}", net, tax, rates, quantity))
    currency = {2: "EUR", 0: "JPY", 3: "KWD"}[places]
    told = order(*lines, inclusive=inclusive, currency=currency, places=places)
    rules = BookRules("hash", adjustment_limit=D(100))
    written = made(told, rules, rounding=rounding, line_discounts=mode)
    totals = predict(written, TAXES, rounding, places)
    assert totals.total == told.total
    assert totals.amounts == sum((one.gross if inclusive else one.net for one in lines), D(0))
    if inclusive:
        assert "adjustment" not in written
    if mode == "amount":
        assert len(written["line_items"]) == len(lines)
    assert sum(row["quantity"] for row in written["line_items"]) == sum(one.quantity for one in lines)
