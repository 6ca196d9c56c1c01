"""Orders in shapes that shops tell besides the common one, from the store to the books."""

from tests.mappings.making import D, bundle, product, tax_row
from tests.tasks.checks import check_posted, invoice_of

SHIPPING = {"shipping_cost_ex_tax": "5.00", "shipping_cost_inc_tax": "6.00", "shipping_cost_tax": "1.00"}
TAXED = [tax_row(20, 1), tax_row(20, 2), tax_row(20, 0, kind="shipping")]
TWO = [product(1), product(2, "15.60", "2.60")]
DEPOSIT = {
    "id": 1,
    "event": "purchase",
    "method": "custom",
    "gateway": "bankdeposit",
    "amount": 12,
    "currency": "EUR",
    "status": "ok",
    "gateway_transaction_id": "",
    "date_created": "2026-04-29T08:00:00+00:00",
}
SHAPES = {
    "shipping told before its free shipping": (
        bundle(total="12.00", tax="2.00", taxes=TAXED, coupon_discount="5.00", **SHIPPING),
        ("12.00", "0.00", "0.00", 1),
    ),
    "shipping told before a coupon of 2.00: 3.00 and 0.60 of tax are left of it": (
        bundle(total="15.60", tax="2.60", taxes=TAXED, coupon_discount="2.00", **SHIPPING),
        ("15.60", "0.00", "0.00", 2),
    ),
    "a tax of 4.61 that was charged, on lines with 2.00 + 2.60": (
        bundle(TWO, total="27.61", tax="4.61", taxes=TAXED),
        ("27.61", "0.01", "0.00", 2),
    ),
    "a bank deposit that is awaited": (
        bundle(status_id=7, taxes=TAXED, transactions=[DEPOSIT]),
        ("12.00", "0.00", "12.00", 1),
    ),
}


def place(lab, number, told):
    return lab.place({**told, "order": told["order"] | {"id": number}})


def test_every_shape_is_booked_to_the_cent(lab):
    """Total, adjustment, what is still owed, and lines."""
    orders = {
        name: place(lab, number, shape) for number, (name, (shape, _)) in enumerate(SHAPES.items(), 900)
    }
    lab.sync(*orders.values())
    for name, order in orders.items():
        check_posted(lab, order)
        made = invoice_of(lab, order)
        seen = (made["total"], made["adjustment"], made["balance"], len(made["line_items"]))
        total, adjustment, owed, lines = SHAPES[name][1]
        assert seen == (D(total), D(adjustment), D(owed), lines), name
