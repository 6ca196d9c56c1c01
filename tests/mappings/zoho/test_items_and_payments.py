from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mappings.errors import Unmappable
from mappings.records import Refund
from mappings.rules import BookRules, Fee
from mappings.zoho import items, payments
from mappings.zoho.found import ItemNeed
from tests.mappings.making import RULES, D, line, money, order

OWED = BookRules("hash", gift_certificate_account="acc-gift", store_credit_account="acc-credit")


def test_items_are_asked_for_once_by_variant_then_product_then_sku():
    told = order(
        line("product:1"),
        line("product:2"),
        line("product:3", variant_id=None, product_id="73"),
        line("product:4", variant_id=None, product_id=None, sku="ODD"),
        line("product:5", variant_id=None, product_id=None, sku=""),
        line("shipping", kind="shipping"),
        line("fee:1", kind="fee"),
    )
    assert items.item_needs(told, RULES) == (
        ItemNeed("variant:171", "SKU-1", "71", "171"),
        ItemNeed("product:73", "SKU-1", "73"),
        ItemNeed("sku:ODD", "ODD"),
        ItemNeed("sku:CUSTOM", "CUSTOM"),
        ItemNeed("sku:SHIPPING", "SHIPPING"),
        ItemNeed("sku:FEE", "FEE"),
    )
    catch_all = BookRules("hash", missing_product="catch_all", catch_all_sku="ANY")
    assert items.item_needs(order(), catch_all)[-1] == ItemNeed("sku:ANY", "ANY")


def test_a_shipping_charge_needs_an_item_where_a_refund_has_left_it_of_an_order_that_ended():
    charged = BookRules("hash", shipping="charge")
    told = order(line(), line("shipping", kind="shipping"))
    back = Refund("1", datetime(2026, 5, 2, tzinfo=UTC), (), D(1), D(0), ())
    refunded = replace(told, refunds=(back,))
    needed = [
        {need.key for need in items.item_needs(one, charged)}
        for one in (told, refunded, replace(refunded, ended="cancelled"))
    ]
    assert ["sku:SHIPPING" in keys for keys in needed] == [False, False, True]


def test_a_new_item_is_the_product_with_its_options_and_its_price_before_tax():
    one = line(quantity=3, name="Shirt", description="Size: L\nincludes 1 × Mug")
    assert items.create_body(one, order(one), RULES) == {
        "name": "Shirt (Size: L)",
        "rate": D("3.33"),
        "product_type": "goods",
        "item_type": "sales",
        "sku": "SKU-1",
    }


def test_services_are_services_and_certificates_are_owed():
    shipping = line("shipping", kind="shipping", name="Shipping: Post")
    assert items.create_body(shipping, order(shipping), RULES)["name"] == "Shipping"
    sold = line("product:9", kind="gift_certificate")
    assert items.create_body(sold, order(sold), OWED)["account_id"] == "acc-gift"
    with pytest.raises(Unmappable) as held:
        items.create_body(sold, order(sold), RULES)
    assert held.value.reason == "account-missing"


def test_a_taken_item_name_has_an_alternative_within_the_limit():
    body = {"name": "x" * 100, "sku": "SKU-1"}
    assert items.names(body, "sku:SKU-1") == ("x" * 100, "x" * 92 + " [SKU-1]")
    assert items.names({"name": "Odd"}, "variant:171") == ("Odd", "Odd [variant 171]")
    long = {"name": "x" * 100, "sku": "S" * 150}
    assert items.names(long, "sku:S")[1] == "x" * 47 + f" [{'S' * 50}]"


def test_a_payment_carries_its_key_its_reference_and_its_own_day():
    told = order(payments=(money("12.00"),))
    rules = BookRules("hash", time_zone="America/New_York")
    assert payments.create_body(told.payments[0], told, rules, "con-1", "inv-1") == {
        "customer_id": "con-1",
        "payment_mode": "creditcard",
        "amount": D("12.00"),
        "date": "2026-04-28",
        "reference_number": "gw-1",
        "custom_fields": [{"api_name": "cf_cartbooks_key", "value": "hash:112:payment:900"}],
        "invoices": [{"invoice_id": "inv-1", "amount_applied": D("12.00")}],
    }


@pytest.mark.parametrize(
    ("amount", "percent", "fixed", "kept"),
    [
        ("24.90", "2.9", "0.30", "1.02"),  # 0.7221 + 0.30 = 1.0221
        ("10.50", "1", "0", "0.11"),  # 0.105, half up
        ("0.20", "0", "0.30", "0.20"),  # never more than came in
    ],
)
def test_what_the_gateway_keeps_is_told_as_bank_charges(amount, percent, fixed, kept):
    rules = BookRules("hash", gateway_fees={"Credit_Card": Fee(D(percent), D(fixed))})
    told = order(payments=(money(amount), money("1.00", method="cash")))
    bodies = [payments.create_body(one, told, rules, "con-1", "inv-1") for one in told.payments]
    assert bodies[0]["bank_charges"] == D(kept)
    assert bodies[0]["amount"] == D(amount)
    assert "bank_charges" not in bodies[1]


def test_certificates_pass_no_gateway():
    rules = BookRules("hash", gateway_fees={"gift_certificate": Fee(D(2), D(0))})
    used = money("10.00", method="gift_certificate", account="gift_certificate")
    assert payments.kept(used, 2, rules) == 0


def test_modes_and_deposit_accounts_go_by_method_in_any_case():
    rules = BookRules(
        "hash", payment_modes={"bank DEPOSIT": "wire"}, deposit_accounts={"Bank Deposit": "acc-bank"}
    )
    wired = money("1.00", method="Bank deposit")
    assert (payments.mode(wired, rules), payments.account_of(wired, rules)) == ("wire", "acc-bank")
    assert (payments.mode(wired, RULES), payments.account_of(wired, RULES)) == ("banktransfer", "")
    assert payments.mode(money("1.00", method="something new"), RULES) == "others"


def test_money_of_the_document_s_own_call_comes_to_its_account_too():
    rules = BookRules("hash", deposit_accounts={"cash": "acc-till"})
    row = {"payment_mode": "cash", "amount": D("1.00")}
    cash = money("1.00", method="Cash")
    assert payments.batch_row(cash, rules) == {**row, "account_id": "acc-till"}
    assert payments.batch_row(cash, RULES) == row


@pytest.mark.parametrize("account", ["gift_certificate", "store_credit"])
def test_money_the_shop_owed_comes_from_its_account_or_holds_the_order(account):
    used = money("5.00", account=account)
    assert payments.account_of(used, OWED).startswith("acc-")
    with pytest.raises(Unmappable) as held:
        payments.account_of(used, RULES)
    assert held.value.reason == "account-missing"
    assert f"{account}_account" in held.value.remedy


def test_money_for_a_sales_order_is_an_advance():
    told = order(payments=(money("12.00"),))
    body = payments.create_body(
        told.payments[0], told, BookRules("hash", document="sales_order"), "con-1", "so-1"
    )
    assert "invoices" not in body
