"""What must become of an order is decided by the order and the merchant's terms alone."""

from decimal import Decimal

import pytest

from sandbox.arithmetic import Rate
from sandbox.generator import MerchantTax, Terms, expect_loaded, taxes_needed
from sandbox.orders import order_from

D = Decimal
LINE = {"price": "10.00", "quantity": 3, "tax": "20"}


def expected(description, **terms):
    return expect_loaded(order_from(description), Terms(**terms))


def test_a_paid_order_is_posted_with_its_total():
    """3 × 10.00 at 20 %: 30.00 + 6.00 = 36.00."""
    seen = expected({"lines": [LINE]})
    assert (seen.outcome, seen.total, seen.tax, seen.paid) == ("posted", D("36.00"), D("6.00"), D("36.00"))


@pytest.mark.parametrize(
    ("more", "outcome", "reason"),
    [
        ({"status_id": 0}, "skipped", "incomplete"),
        ({"status_id": 1}, "skipped", "status"),
        ({"status_id": 5}, "skipped", "status"),
        ({"status_id": 4}, "held", "refund-unclear"),
        ({"status_id": 4, "refunded": "1.00"}, "held", "refund-unclear"),
        ({"status_id": 14}, "held", "refund-unclear"),
        ({"status_id": 14, "refunded": "36.01"}, "held", "refund-unclear"),
        ({"error": "7.77"}, "held", "sums-differ"),
        ({"error": "-0.02"}, "held", "sums-differ"),
        ({"customer": {"email": ""}}, "held", "email-missing"),
        ({"currency": "BWP"}, "held", "currency-unmapped"),
    ],
)
def test_every_other_outcome_has_its_reason(more, outcome, reason):
    seen = expected({"lines": [LINE], **more})
    assert (seen.outcome, seen.reasons) == (outcome, (reason,))


@pytest.mark.parametrize(("status", "back"), [(14, "1.00"), (11, "1.00"), (4, "36.00"), (14, "36.00")])
@pytest.mark.parametrize("payment", ["purchase", "offline"])
def test_a_refund_stands_beside_what_was_sold_and_what_came_in(status, back, payment):
    seen = expected({"lines": [LINE], "status_id": status, "refunded": back, "payment": payment})
    assert (seen.outcome, seen.total, seen.paid, seen.refunded) == ("posted", D("36.00"), D("36.00"), D(back))
    assert seen.as_json()["refunded"] == back


def test_money_that_went_back_without_a_refund_is_taken_off_what_came_in():
    bundle = order_from({"lines": [LINE], "refunded": "1.00"})
    bundle["refunds"] = []
    assert expect_loaded(bundle).reasons == ("refund-unclear",)
    bundle["order"]["payment_status"] = "captured"
    seen = expect_loaded(bundle)
    assert (seen.outcome, seen.paid, seen.refunded) == ("posted", D("35.00"), D("0.00"))


@pytest.mark.parametrize(("number", "amount", "paid"), [(None, 1, "35.00"), (True, 1.01, "36.00")])
def test_a_refund_explains_one_transaction_by_its_number_or_its_amount(number, amount, paid):
    """One refund of 1.00: of two transactions of 1.00 one is strange; one of 1.01 with its number is its own."""
    bundle = order_from({"lines": [LINE], "refunded": "1.00"})
    back = bundle["transactions"][1]
    back["amount"] = amount
    if number is None:
        bundle["refunds"][0]["payments"][0]["transaction_id"] = None
        bundle["transactions"].append({**back, "id": back["id"] + 1})
    seen = expect_loaded(bundle)
    assert (seen.outcome, seen.paid, seen.refunded) == ("posted", D(paid), D("1.00"))


def test_a_declined_payment_of_a_refund_moved_nothing():
    bundle = order_from({"lines": [LINE], "status_id": 14, "refunded": "1.00"})
    bundle["refunds"][0]["payments"][0]["is_declined"] = True
    assert expect_loaded(bundle).reasons == ("refund-unclear",)
    bundle["order"]["status_id"] = 11
    del bundle["transactions"][1:]
    seen = expect_loaded(bundle)
    assert (seen.outcome, seen.paid, seen.refunded) == ("posted", D("36.00"), D("0.00"))


@pytest.mark.parametrize(
    ("edit", "outcome"),
    [
        ({}, "posted"),
        ({"total_amount": 11.99}, "held"),
        ({"total_amount": 11.99, "uses_merchant_override_values": True}, "posted"),
        ({"total_amount": 11.5, "total_tax": 1.5}, "posted"),
        ({"items": [], "total_amount": 2, "total_tax": 2}, "posted"),
        ({"items": [{"item_type": "PRODUCT", "item_id": 9, "quantity": 1}]}, "held"),
    ],
)
def test_a_refund_is_what_its_items_come_to(edit, outcome):
    """A piece of 12.00 with 2.00 of tax; the tax may have been corrected by the store."""
    bundle = order_from({"lines": [LINE], "status_id": 14, "refunded": "1.00"})
    piece = {"item_type": "PRODUCT", "item_id": bundle["products"][0]["id"], "quantity": 1}
    bundle["refunds"][0].update({"items": [piece], "total_amount": 12, "total_tax": 2, **edit})
    back = bundle["refunds"][0]["total_amount"]
    bundle["refunds"][0]["payments"][0]["amount"] = bundle["transactions"][1]["amount"] = back
    seen = expect_loaded(bundle)
    assert (seen.outcome, seen.refunded) == (outcome, D(str(back)) if outcome == "posted" else 0)


def test_a_refund_that_does_not_say_how_its_money_went_back_is_unclear():
    bundle = order_from({"lines": [LINE], "refunded": "1.00"})
    bundle["refunds"][0]["payments"] = []
    assert expect_loaded(bundle).reasons == ("refund-unclear",)


def test_an_authorisation_is_no_money():
    assert expected({"lines": [LINE], "payment": "authorised"}).paid == 0


@pytest.mark.parametrize("style", ["purchase", "capture", "settled"])
def test_money_is_counted_once_however_it_came(style):
    assert expected({"lines": [LINE], "payment": {"style": style, "failed_first": True}}).paid == D("36.00")


@pytest.mark.parametrize("style", ["purchase", "capture", "settled"])
def test_money_that_was_called_back_did_not_come(style):
    bundle = order_from({"lines": [LINE], "payment": style})
    last = bundle["transactions"][-1]
    void = {**last, "id": last["id"] + 1, "event": "void", "reference_transaction_id": last["id"]}
    bundle["transactions"].append(void)
    assert expect_loaded(bundle).paid == 0


@pytest.mark.parametrize(("status", "paid"), [(11, "36.00"), (7, "0.00")])
def test_offline_money_is_known_by_the_status(status, paid):
    seen = expected({"lines": [LINE], "payment": "offline", "status_id": status})
    assert (seen.outcome, seen.paid) == ("posted", D(paid))


def test_certificates_and_credit_are_payments_and_need_their_accounts():
    """36.00 = 25.00 by card + 10.00 gift certificate + 1.00 store credit, each told twice by the store."""
    told = {"lines": [LINE], "gift_certificate": "10.00", "store_credit": "1.00"}
    seen = expected(told)
    assert seen.payments == {"money": D("25.00"), "gift_certificate": D("10.00"), "store_credit": D("1.00")}
    assert expected(told, accounts=frozenset()).reasons == ("account-missing",)


def test_a_tax_the_merchant_does_not_have_holds_the_order():
    taxes = (MerchantTax("VAT 5", D(5)),)
    assert expected({"lines": [LINE]}, taxes=taxes).reasons == ("tax-unmapped",)


def test_rounding_per_document_and_per_line_differ():
    """Ten lines of 0.13 at 20 %: each 0.026 → 0.03 is 0.30; the document has 1.30 × 20 % = 0.26."""
    told = {"lines": [{"price": "0.13", "tax": "20"}] * 10}
    seen = expected(told)
    assert (seen.outcome, seen.reason, seen.booked_tax) == ("held", "tax-differs", D("0.26"))
    assert expected(told, tax_rounding="item_level").outcome == "posted"
    assert expected(told, adjustment_limit=D("0.04")).outcome == "posted"


def test_a_difference_of_opposite_signs_is_still_seen_per_tax():
    """Five of 0.13 at 20 % are 0.02 above the document, five of 0.27 at 5 % (0.0135 → 0.01) 0.02 below."""
    told = {"lines": [{"price": "0.13", "tax": "20"}] * 5 + [{"price": "0.27", "tax": "5"}] * 5}
    seen = expected(told, adjustment_limit=D("0.01"))
    assert seen.booked_tax == seen.tax == D("0.20")
    assert seen.reasons == ("tax-differs",)


def test_members_of_a_group_are_rounded_apart():
    """10.10 at 6 % + 2.25 %: 0.606 → 0.61 and 0.22725 → 0.23 make 0.84; 8.25 % of it would be 0.83."""
    bundle = order_from({"lines": [{"price": "10.10", "tax": ["6", "2.25"]}]})
    group = taxes_needed([bundle])[-1]
    assert (group.percent, [rate.percent for rate in group.members]) == (D("8.25"), [D(6), D("2.25")])
    seen = expect_loaded(bundle)
    assert seen.tax == seen.booked_tax == D("0.84")


def test_the_taxes_needed_are_one_per_rate_with_members_before_groups():
    bundles = [order_from({"lines": [LINE, {"price": "5", "tax": {"name": "GST", "rate": "20"}}]})]
    assert taxes_needed(bundles) == [MerchantTax("VAT 20", D(20))]
    grouped = taxes_needed([order_from({"lines": [{"price": "5", "tax": ["6", "2.25"]}]})])
    assert [tax.name for tax in grouped] == ["VAT 6", "VAT 2.25", "VAT 6 + VAT 2.25"]
    assert grouped[-1].members == (Rate("VAT 6", D(6)), Rate("VAT 2.25", D("2.25")))


def test_rates_that_all_have_one_name_are_taxes_of_their_own():
    taxes = [{"price": "5", "tax": {"name": "Tax", "rate": rate}} for rate in ("8.25", "8", "8.25")]
    needed = taxes_needed([order_from({"lines": [line]}) for line in taxes])
    assert needed == [MerchantTax("Tax", D("8.25")), MerchantTax("Tax 8", D(8))]


@pytest.mark.parametrize("inclusive", [True, False])
def test_without_tax_rows_the_simplest_percentage_is_inferred(inclusive):
    bundle = order_from({"lines": [LINE, {"price": "49.99", "tax": "5.5"}], "inclusive": inclusive})
    bundle["taxes"] = []
    assert {tax.percent for tax in taxes_needed([bundle])} == {D(20), D("5.5")}
    assert expect_loaded(bundle).outcome == "posted"


def test_rows_without_detail_still_tell_the_only_rate():
    bundle = order_from({"lines": [LINE], "shipping": {"cost": "5.00", "tax": "20"}})
    for row in bundle["taxes"]:
        del row["order_product_id"], row["line_item_type"]
    seen = expect_loaded(
        bundle, Terms(taxes=(MerchantTax("VAT 20", D(20)), MerchantTax("Other", D("20.01"))))
    )
    assert (seen.outcome, seen.booked_tax) == ("posted", D("7.00"))


@pytest.mark.parametrize("inclusive", [True, False])
def test_an_old_recording_without_the_newer_keys_is_read_all_the_same(inclusive):
    told = {"lines": [LINE], "discounts": [{"amount": "3.33"}], "inclusive": inclusive}
    whole = order_from(told)
    old = order_from(told)
    del old["order"]["is_tax_inclusive_pricing"]
    for line in old["products"]:
        del line["discounted_total_inc_tax"]
        line["quantity"] = str(line["quantity"])
    for part in ("coupons", "fees", "refunds"):
        del old[part]
    assert expect_loaded(old) == expect_loaded(whole)


def test_lines_with_four_decimals_add_up_in_whole_cents():
    """10.00 off 29.97 and 5.00: 21.3998 and 3.5702, 24.97 together; tax 3.57 + 0.60, of the sum 4.16."""
    told = {
        "inclusive": True,
        "lines": [{"price": "9.99", "quantity": 3, "tax": "20"}, {"price": "5.00", "tax": "20"}],
        "discounts": [{"amount": "10.00"}],
    }
    bundle = order_from(told)
    assert [line["discounted_total_inc_tax"] for line in bundle["products"]] == ["21.3998", "3.5702"]
    seen = expect_loaded(bundle)
    assert (seen.outcome, seen.total, seen.worst) == ("posted", D("24.97"), D("0.01"))


def test_a_tax_that_is_also_a_member_of_a_group_is_rounded_once():
    """10.10 at 6 % + 2.25 % and 10.10 at 6 %: 0.61 + 0.23 + 0.61 = 1.45 in the store; 20.20 × 6 % = 1.212 → 1.21
    and 0.23 in the books.
    """
    seen = expected({"lines": [{"price": "10.10", "tax": ["6", "2.25"]}, {"price": "10.10", "tax": "6"}]})
    assert (seen.tax, seen.booked_tax, seen.worst) == (D("1.45"), D("1.44"), D("0.01"))


def test_rows_without_detail_are_told_apart_by_the_tax_they_give():
    """30.00 at 20 % is 6.00, 50.00 at 3.33 % is 1.67 (1.665): each row fits one line only."""
    bundle = order_from({"lines": [LINE, {"price": "50.00", "tax": {"name": "Levy", "rate": "3.33"}}]})
    for row in bundle["taxes"]:
        del row["order_product_id"], row["line_item_type"]
    assert {tax.name for tax in taxes_needed([bundle])} == {"VAT 20", "Levy"}
    assert expect_loaded(bundle, Terms(taxes=(MerchantTax("VAT 20", D(20)),))).reasons == ("tax-unmapped",)


def test_lines_that_say_nothing_of_discounts_share_those_of_the_order():
    bundle = order_from(
        {
            "lines": [{"price": "30", "tax": "20"}, {"price": "10", "tax": "20"}],
            "discounts": [{"amount": "10"}],
        }
    )
    for line in bundle["products"]:
        del line["discounted_total_inc_tax"], line["applied_discounts"]
    seen = expect_loaded(bundle)
    assert (seen.outcome, seen.total, seen.tax) == ("posted", D("36.00"), D("6.00"))


def test_the_currency_that_was_shown_is_no_currency_of_amounts_once_converted():
    bundle = order_from({"lines": [LINE]})
    del bundle["order"]["default_currency_code"]
    assert expect_loaded(bundle).outcome == "posted"
    bundle["order"]["currency_exchange_rate"] = "0.9200000000"
    assert expect_loaded(bundle).reason == "field-missing"


def test_tax_that_no_part_carries_is_a_difference():
    bundle = order_from({"lines": [LINE]})
    bundle["order"]["total_tax"] = "7.0000"
    assert "tax-differs" in expect_loaded(bundle).reasons


def test_where_no_row_says_the_rate_all_parts_of_the_order_tell_together():
    bundle = order_from({"lines": [{"price": "91", "tax": "8.25"}, {"price": "12.99", "tax": "8.25"}]})
    bundle["taxes"] = []
    two = (MerchantTax("A", D("8.24")), MerchantTax("B", D("8.25")))
    assert expect_loaded(bundle, Terms(taxes=two)).outcome == "posted"
