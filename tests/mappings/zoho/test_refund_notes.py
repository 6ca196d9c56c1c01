"""A refund as a credit note: over its total to the cent, on the right items, its money where it went."""

from dataclasses import replace

import pytest

from mappings.errors import Unmappable
from mappings.plans import Ref
from mappings.records import TaxRate
from mappings.rules import BookRules
from mappings.zoho.documents import fingerprint
from mappings.zoho.found import FoundDocument, FoundNote
from mappings.zoho.orders import asks, needs, plan
from mappings.zoho.refund_lines import base_of
from mappings.zoho.totals import predict
from tests.mappings.making import RULES, TAXES, VAT20, D, found, line
from tests.mappings.zoho.refunding import given, known, paid

VAT19 = TaxRate("VAT", D(19))


def noted(told, rules=RULES, **more):
    return next(
        step
        for step in known(told, rules, **more).steps
        if step.verb == "create" and step.kind == "credit_note"
    )


def test_a_part_refund_is_a_note_and_its_money_two_writes():
    told = paid(given(line(net="5.00", tax="1.00", quantity=1)))
    made = known(told)
    assert [(step.verb, step.kind) for step in made.steps] == [
        ("create", "item"),
        ("create", "credit_note"),
        ("refund", "credit_note"),
    ]
    note, back = made.steps[1:]
    assert note.key == "hash:112:refund:7"
    assert note.expect == {"total": D(6), "tax": D(1), "lines": 1, "currency": "EUR", "invoice": "inv-1"}
    assert (back.key, back.target) == ("hash:112:repaid:7-1", Ref("hash:112:refund:7"))
    assert back.body == {
        "date": "2026-05-02",
        "refund_mode": "creditcard",
        "amount": D(6),
        "reference_number": "gw-back",
        "description": "Refund 7 of order 112",
    }
    assert "refund 7: 6.00 EUR credited, 6.00 of it paid back" in made.arithmetic


def test_the_note_bears_the_key_the_day_and_the_order_and_says_which_refund_it_is():
    note = noted(paid(given(line(description="Size: L"))), BookRules("hash", time_zone="Europe/Berlin"))
    assert note.body["date"] == "2026-05-03"
    assert note.body["reference_number"] == "112"
    assert note.body["customer_id"] == "con-1"
    assert note.body["custom_fields"] == [{"api_name": "cf_cartbooks_key", "value": "hash:112:refund:7"}]
    assert note.body["line_items"][0]["description"] == "Refund 7\nSize: L"


def test_a_note_of_an_order_in_parts_is_for_no_invoice_alone():
    """It may give back what another part has invoiced."""
    told = paid(given(line(quantity=1), pieces=["product:1"]))
    note = noted(told, BookRules("hash", restock="always", invoice_when="shipped", part="rest"))
    assert note.expect["invoice"] == ""
    assert "invoice_item_id" not in note.body["line_items"][0]


def test_goods_are_credited_on_the_refund_item_unless_their_pieces_are_restocked():
    told = paid(given(line(quantity=1), pieces=["product:1"]))
    row = noted(told).body["line_items"][0]
    assert (row["item_id"], row["quantity"]) == (Ref("hash:112:item:sku:REFUND"), 1)
    assert "invoice_item_id" not in row
    back = noted(told, BookRules("hash", restock="always")).body["line_items"][0]
    assert (back["item_id"], back["quantity"], back["invoice_item_id"]) == ("i-1", 1, "row-1")


def test_money_back_without_pieces_never_moves_stock():
    row = noted(paid(given(line(quantity=1))), BookRules("hash", restock="always")).body["line_items"][0]
    assert row["item_id"] == Ref("hash:112:item:sku:REFUND")


def test_shipping_is_credited_on_its_own_item_and_row():
    told = paid(given(line("shipping", "2.50", "0.50", kind="shipping")))
    row = noted(told, BookRules("hash", shipping="charge")).body["line_items"][0]
    assert (row["item_id"], row["invoice_item_id"], row["rate"]) == ("i-s", "row-2", D("2.50"))


def test_rows_are_not_linked_where_the_invoice_has_others():
    told = paid(given(line("shipping", "2.50", "0.50", kind="shipping")))
    rows = [{"line_item_id": "row-1", "item_id": "i-2"}, {"line_item_id": "row-2", "item_id": "i-s"}]
    read = {"balance": D(0), "total": told.total, "status": "paid", "line_items": rows}
    document = FoundDocument("inv-1", "INV-1", customer_id="con-1", fingerprint=fingerprint(told), read=read)
    assert "invoice_item_id" not in noted(told, document=document).body["line_items"][0]


def test_money_on_the_whole_order_is_one_untaxed_row():
    told = paid(given(line("refund", "3.00", "0", (), kind="refund", name="Refund")))
    note = noted(told)
    row = note.body["line_items"][0]
    assert (row["rate"], "tax_id" in row, note.expect["tax"]) == (D("3.00"), False, 0)


def test_tax_alone_is_1_37_of_tax_on_7_21_and_7_21_charged_again_without():
    """1.37 at 19 % is the tax of 7.2105, so of 7.21; Zoho computes 1.3699 = 1.37 on it."""
    taxes = (*TAXES, replace(TAXES[0], tax_id="t19", percentage=D(19)))
    back = given(line("tax:19", "0", "1.37", (VAT19,), kind="tax"))
    for inclusive, with_, without in ((False, "7.21", "-7.21"), (True, "8.58", "-7.21")):
        told = paid(back, inclusive=inclusive)
        note = noted(told, taxes=taxes)
        rows = note.body["line_items"]
        assert [(row["rate"], row.get("tax_id")) for row in rows] == [(D(with_), "t19"), (D(without), None)]
        assert (note.expect["total"], note.expect["tax"]) == (D("1.37"), D("1.37"))
        assert predict(note.body, taxes, "entity_level").total == D("1.37")


@pytest.mark.parametrize(
    ("tax", "rate", "places", "net"),
    [("0.01", 20, 2, "0.05"), ("1.37", 19, 2, "7.21"), ("0.025", 20, 3, "0.125"), ("7", 8, 0, "88")],
)
def test_the_net_of_a_tax_is_rounded_half_up(tax, rate, places, net):
    """0.01 / 20 % = 0.05; 1.37 / 19 % = 7.2105; 0.025 / 20 % = 0.125; 7 / 8 % = 87.5, so 88 yen."""
    assert base_of(line("tax", "0", tax, (TaxRate("VAT", D(rate)),), kind="tax"), places) == D(net)


def test_tax_alone_may_be_one_untaxed_row():
    told = paid(given(line("tax:20", "0", "1.00", kind="tax")))
    note = noted(told, BookRules("hash", tax_refunds="one_line"))
    assert [(row["rate"], row.get("tax_id")) for row in note.body["line_items"]] == [(D("1.00"), None)]
    assert (note.expect["total"], note.expect["tax"]) == (D("1.00"), 0)


def test_tax_of_an_unknown_rate_is_for_a_person():
    told = paid(given(line("tax", "0", "1.00", (), kind="tax")))
    with pytest.raises(Unmappable) as refused:
        known(told)
    assert refused.value.reason == "refund-unclear"


def test_a_refund_of_nothing_gets_no_note():
    told = paid(given(line(net="0", tax="0"), payments=()))
    assert known(told).steps == ()


def test_rounding_of_a_note_is_a_visible_adjustment():
    """Three rows of 0.33 at 20 %: 3 × 0.07 = 0.21 went back, Zoho computes 0.198 = 0.20: adjustment +0.01."""
    rows = [line(f"product:{number}", "0.33", "0.07") for number in (1, 2, 3)]
    note = noted(paid(given(*rows), lines=tuple(rows)))
    assert note.body["adjustment"] == D("0.01")


@pytest.mark.parametrize(
    ("currency", "places", "net", "tax"), [("JPY", 0, "1005", "101"), ("KWD", 3, "1.005", "0.201")]
)
def test_currencies_of_other_decimals_come_out_exact(currency, places, net, tax):
    """1,005 yen and 101 of tax are 1,106; 1.005 + 0.201 dinars are 1.206."""
    rates = (TaxRate("VAT", D(20)),)
    if currency == "JPY":
        rates = (TaxRate("JCT", D(10)),)
    taxes = (*TAXES, replace(TAXES[0], tax_id="t10", name="JCT", percentage=D(10)))
    sold = line(net=net, tax=tax, rates=rates)
    told = paid(given(sold), lines=(sold,), currency=currency, places=places)
    note = noted(told, taxes=taxes)
    assert note.expect["total"] == D(net) + D(tax)
    assert predict(note.body, taxes, "entity_level", places).total == D(net) + D(tax)


def test_only_a_refund_without_a_whole_note_asks_for_the_document():
    told = paid(given(line()))
    document = FoundDocument(
        "inv-1", "INV-1", status="sent", customer_id="con-1", fingerprint=fingerprint(told)
    )
    there = found(document=document, payments={"900": "p-1"})
    assert asks(told, there, RULES) == {"document", "items"}
    note = FoundNote("hash:112:refund:7", "cn-1", "CN-1", "open", D("12.00"), balance=D("12.00"))
    assert asks(told, replace(there, notes={"refund:7": note}), RULES) == {"document"}
    whole = replace(note, repaid=frozenset({"1"}), balance=D(0))
    assert asks(told, replace(there, notes={"refund:7": whole}), RULES) == frozenset()


def test_a_note_whose_refund_was_declined_since_is_for_a_person():
    note = FoundNote("hash:112:refund:9", "cn-1", "CN-1", "open", D("12.00"))
    with pytest.raises(Unmappable) as refused:
        known(paid(), notes={"refund:9": note})
    assert refused.value.reason == "changed-after-posting"
    assert "12.00" in refused.value.what


def test_a_refund_of_a_sales_order_is_for_a_person():
    rules = BookRules("hash", document="sales_order")
    with pytest.raises(Unmappable) as refused:
        plan(paid(given(line())), found(), rules)
    assert refused.value.reason == "refunded"


def test_what_refunds_are_credited_on_is_looked_up_with_the_rest():
    wanted = {need.key: need.sku for need in needs(paid(given(line(), pieces=["product:1"])), RULES).items}
    assert wanted == {"variant:171": "SKU-1", "sku:SHIPPING": "SHIPPING", "sku:REFUND": "REFUND"}
    assert "sku:REFUND" not in {need.key for need in needs(paid(), RULES).items}
    restocked = needs(paid(given(line(), pieces=["product:1"])), BookRules("hash", restock="always")).items
    assert "sku:REFUND" not in {need.key for need in restocked}


def test_two_rows_of_one_line_keep_their_own_taxes():
    back = given(
        line("refund", "1.00", "0", (), kind="refund"),
        line("refund", "1.00", "0.20", (VAT20,), kind="refund"),
    )
    rows = noted(paid(back)).body["line_items"]
    assert [row.get("tax_id") for row in rows] == [None, "t20"]
