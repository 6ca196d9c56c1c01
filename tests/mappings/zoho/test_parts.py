"""One invoice for each shipment: every part is the difference of two sums, so all of them are the order to the cent."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.bigcommerce.orders import fingerprint, translate
from mappings.errors import Unmappable
from mappings.records import Discount, Refund, Shipment
from mappings.rules import OrderRules
from mappings.zoho import parts, stages
from mappings.zoho.keys import document_key, key, note_key, order_of, part_of
from tests.mappings.making import RULES, D, bundle, line, order, product

AT = datetime(2026, 5, 2, tzinfo=UTC)
THREE = line(net="8.33", tax="1.67", quantity=D(3))
SHIPPING = line("shipping", "4.08", "0.82", kind="shipping")


def shipped(number, **pieces):
    """A shipment of so many pieces by line: `one=2` of product:1."""
    lines = {"one": "product:1", "two": "product:2"}
    return Shipment(
        str(number), AT + timedelta(days=number), {lines[name]: D(many) for name, many in pieces.items()}
    )


def sold(*lines, shipments=(), status=3, inclusive=True, **more):
    told = order(*lines)
    return replace(told, shipments=tuple(shipments), status_id=status, inclusive=inclusive, **more)


def names(told, known=()):
    return [part.name for part in parts.parts_of(told, known)]


def test_the_first_of_three_pieces_for_10_00_is_3_33_the_second_3_34_and_the_third_3_33():
    """10.00/3 = 3.333 -> 3.33; 20.00/3 = 6.667 -> 6.67 - 3.33 = 3.34; 10.00 - 6.67 = 3.33.

    Tax 1.67/3 = 0.5567 -> 0.56; 1.1133 -> 1.11 - 0.56 = 0.55; 1.67 - 1.11 = 0.56.
    """
    told = sold(THREE, shipments=[shipped(1, one=1), shipped(2, one=1), shipped(3, one=1)])
    made = [(part.sale.total, part.sale.tax) for part in parts.parts_of(told, ())]
    assert made == [(D("3.33"), D("0.56")), (D("3.34"), D("0.55")), (D("3.33"), D("0.56"))]


def test_before_tax_the_net_is_shared_and_the_tax_by_itself():
    """8.33/3 = 2.7767 -> 2.78; 5.5533 -> 5.55 - 2.78 = 2.77; 8.33 - 5.55 = 2.78; tax 0.56, 0.55, 0.56."""
    told = sold(THREE, shipments=[shipped(1, one=1), shipped(2, one=1), shipped(3, one=1)], inclusive=False)
    made = [part.sale.lines[0] for part in parts.parts_of(told, ())]
    assert [(one.net, one.tax) for one in made] == [
        (D("2.78"), D("0.56")), (D("2.77"), D("0.55")), (D("2.78"), D("0.56")),
    ]  # fmt: skip


def test_a_discount_is_told_in_shares():
    """0.50 off 3 pieces: 0.17, 0.33 - 0.17 = 0.16 and 0.17."""
    told = replace(THREE, discounts=(Discount("Sale", None, D("0.50")),))
    asked = [parts.share(told, sold(told), D(begin), D(begin + 1)).discounts[0].amount for begin in range(3)]
    assert asked == [D("0.17"), D("0.16"), D("0.17")]


def test_what_is_not_shipped_piece_by_piece_goes_with_the_first():
    told = sold(THREE, SHIPPING, shipments=[shipped(1, one=1), shipped(2, one=2)])
    assert [[one.key for one in part.sale.lines] for part in parts.parts_of(told, ())] == [
        ["product:1", "shipping"],
        ["product:1"],
    ]


def test_a_certificate_that_a_shipment_names_is_sold_once():
    card = line("product:2", "5.00", "0", kind="gift_certificate")
    told = sold(THREE, card, shipments=[shipped(1, one=1, two=1), shipped(2, one=2)])
    made = parts.parts_of(told, ())
    assert [[one.key for one in part.sale.lines] for part in made] == [
        ["product:1", "product:2"],
        ["product:1"],
    ]


def test_what_is_left_waits_until_the_order_is_shipped_or_something_went_back():
    back = Refund("9", AT, (), D(5), D(0), ())
    told = sold(THREE, SHIPPING, shipments=[shipped(1, one=1)])
    assert names(told) == ["1"]
    assert names(replace(told, status_id=2)) == names(replace(told, status_id=10)) == ["1", "rest"]
    refunded = parts.parts_of(replace(told, refunds=(back,)), ())
    assert [(part.name, len(part.sale.refunds)) for part in refunded] == [("1", 0), ("rest", 1)]
    assert refunded[-1].sale.invoiced == AT
    assert names(sold(THREE, status=2)) == ["rest"]


def test_a_part_bears_the_moment_of_its_shipment_and_the_rest_that_of_the_order():
    told = sold(THREE, shipments=[shipped(1, one=1)], status=2, shipped=AT)
    made = parts.parts_of(told, ())
    assert [part.sale.invoiced for part in made] == [AT + timedelta(days=1), AT]
    rules = replace(RULES, invoice_when="shipped", part="1")
    assert [stages.day(part.sale, rules) for part in made] == ["2026-05-03", "2026-05-02"]


def test_more_pieces_than_were_bought_are_never_invoiced():
    told = sold(THREE, shipments=[shipped(1, one=2), shipped(2, one=2), shipped(3, one=1)], status=2)
    assert [(part.name, part.sale.lines[0].quantity) for part in parts.parts_of(told, ())] == [
        ("1", D(2)),
        ("2", D(1)),
    ]


def test_goods_that_leave_after_the_rest_was_invoiced_are_not_invoiced_again():
    told = sold(THREE, shipments=[shipped(1, one=1), shipped(2, one=2)], status=2)
    assert names(told) == ["1", "2"]
    assert names(told, {"1", "rest"}) == ["1", "rest"]


@settings(max_examples=60)
@given(
    cents=st.integers(0, 99_999),
    taxes=st.integers(0, 9_999),
    quantity=st.integers(1, 9),
    leaving=st.lists(st.integers(1, 4), max_size=6),
    inclusive=st.booleans(),
    places=st.sampled_from([0, 2, 3]),
)
def test_all_parts_together_are_the_order_and_no_later_shipment_changes_an_earlier_part(
    cents, taxes, quantity, leaving, inclusive, places
):
    unit = D(1).scaleb(-places)
    whole = sold(
        line(net=str(cents * unit), tax=str(taxes * unit), quantity=D(quantity)),
        line("product:2", "7", "1", quantity=D(1)),
        line("shipping", "3", "1", kind="shipping"),
        inclusive=inclusive,
        places=places,
    )
    shipments = [shipped(number, one=many) for number, many in enumerate(leaving, 1)]
    each = [
        parts.parts_of(replace(whole, shipments=tuple(shipments[:many])), ())
        for many in range(len(shipments) + 1)
    ]
    assert all(later[: len(earlier)] == earlier for earlier, later in pairwise(each))
    last = replace(whole, shipments=tuple(shipments), status_id=2)
    made = parts.parts_of(last, ())
    assert sum((part.sale.total for part in made), D(0)) == whole.total
    assert sum((part.sale.tax for part in made), D(0)) == whole.tax
    assert all(one.net == round(one.net, places) for part in made for one in part.sale.lines)
    assert parts.is_whole(last, made)


def test_keys_of_a_document_name_its_part_and_those_of_the_order_do_not():
    rules = replace(RULES, part="7")
    assert document_key("12", rules, 2) == "hash:12.7:invoice:2"
    assert note_key("12", rules, "reversal:1") == "hash:12.7:reversal:1"
    assert key("12", rules, "apply", "payment-3-1") == "hash:12.7:apply:payment-3-1"
    assert [note_key("12", rules, "refund:5"), key("12", rules, "payment", "3")] == [
        "hash:12:refund:5",
        "hash:12:payment:3",
    ]
    assert [order_of("hash:12.7:invoice:1"), part_of("hash:12.7:invoice:1")] == ["12", "7"]
    assert [order_of("hash:12:order:1"), part_of("hash:12:order:1")] == ["12", ""]


def invoiced(*rows, sales_order):
    """The rows of a part's invoice as (item, pieces, rate, off), made of a sales order's (item, pieces, invoiced)."""
    names = ("item_id", "quantity", "rate", "discount")
    sent = [
        {name: told for name, told in zip(names, (row[0], *map(D, row[1:])), strict=True) if told}
        for row in rows
    ]
    lines = [
        {"line_item_id": f"so{number}", "item_id": item, "quantity": pieces, "quantity_invoiced": gone}
        for number, (item, pieces, gone) in enumerate(sales_order, 1)
    ]
    made = stages.of_sales_order(order(), sent, {"line_items": lines}, replace(RULES, part="7"))
    return [
        (row["quantity"], row["rate"], row.get("discount"), row.get("salesorder_item_id")) for row in made
    ]


def test_a_row_that_invoices_two_lines_of_the_sales_order_is_split_where_the_first_ends():
    """3 at 3.34 less 0.02 is 10.00: 1 at 3.34 less 0.02 is 3.32, 2 at 3.34 is 6.68, together 10.00."""
    made = invoiced(("mug", "3", "3.34", "0.02"), sales_order=[("mug", 2, 1), ("cup", 1, 0), ("mug", 2, 0)])
    assert made == [(D(1), D("3.34"), D("0.02"), "so1"), (D(2), D("3.34"), None, "so3")]


def test_what_the_sales_order_has_not_left_is_linked_to_nothing():
    """0.01 for 3 is 3 at 0.01 less 0.02: of 1 at 0.01 no more than 0.01 is off, of the other 2 the other 0.01."""
    made = invoiced(("mug", "3", "0.01", "0.02"), ("new", "1", "5", "0"), sales_order=[("mug", 1, 0)])
    assert made == [
        (D(1), D("0.01"), D("0.01"), "so1"),
        (D(2), D("0.01"), D("0.01"), None),
        (D(1), D(5), None, None),
    ]


@pytest.mark.parametrize(
    ("status", "invoiced", "ours", "fine"),
    [
        ("not_invoiced", 0, {}, True),
        ("partially_invoiced", 2, {"so1": D(2)}, True),
        ("partially_invoiced", 0, {"so1": D(2)}, True),  # Zoho does not tell of lines (yet)
        ("partially_invoiced", 3, {"so1": D(2)}, False),
        ("partially_invoiced", 0, {}, False),
    ],
)
def test_what_somebody_else_invoiced_of_a_sales_order_is_a_persons(status, invoiced, ours, fine):
    row = {"line_item_id": "so1", "quantity": 3, "quantity_invoiced": invoiced}
    read = {"salesorder_number": "SO-1", "invoiced_status": status, "line_items": [row]}
    with nullcontext() if fine else pytest.raises(Unmappable, match="invoiced by somebody else"):
        stages.refuse_strangers(read, ours, order())
    held_back = stages.with_ours(read, ours)["line_items"][0]["quantity_invoiced"]
    assert held_back == max(invoiced, ours.get("so1", 0))


def told_by(items, **more):
    row = {"id": 31, "date_created": "Sat, 02 May 2026 08:00:00 +0000", "items": items}
    return {**bundle([product(1, quantity=3), product(2)]), "shipments": [{**row, "id": 4}, row], **more}


def test_shipments_are_read_the_oldest_first_and_change_what_an_order_is():
    asked = told_by([{"order_product_id": 1, "quantity": 2}, {"order_product_id": 1, "quantity": "1"}])
    read = translate(asked, OrderRules()).shipments
    assert [(one.key, one.pieces) for one in read] == [
        ("4", {"product:1": D(3)}),
        ("31", {"product:1": D(3)}),
    ]
    assert read[0].at == datetime(2026, 5, 2, 8, tzinfo=UTC)
    assert len({fingerprint(asked), fingerprint({**asked, "shipments": []})}) == 2


def test_pieces_of_a_line_that_the_order_does_not_have_are_a_persons():
    with pytest.raises(Unmappable) as refused:
        translate(told_by([{"order_product_id": 9, "quantity": Decimal(1)}]), OrderRules())
    assert refused.value.reason == "field-missing"
