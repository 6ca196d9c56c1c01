"""Refunds as v3 answers them, as small as the question allows, and what they are read as."""

import pytest

from mappings.bigcommerce.orders import translate
from mappings.errors import Unmappable
from mappings.rules import OrderRules
from tests.mappings.making import D, bundle, product, tax_row


def refund(total, tax, *items, payments=None, **more):
    known = {
        "id": 1,
        "order_id": 112,
        "created": "2026-05-02T10:00:00+00:00",
        "total_amount": total,
        "total_tax": tax,
        "uses_merchant_override_values": False,
        "items": list(items),
        "payments": [payment(total)] if payments is None else list(payments),
    }
    return known | more


def payment(amount, **more):
    known = {"id": 13, "provider_id": "stripe", "amount": amount, "offline": False, "is_declined": False}
    return known | {"transaction_id": "31"} | more


def item(kind, number, quantity=None, amount=None, adjust=None):
    adjustments = [{"amount": adjust, "description": "wear"}] if adjust else []
    return {
        "item_type": kind,
        "item_id": number,
        "quantity": quantity,
        "requested_amount": amount,
        "reason": "",
        "adjustments": adjustments,
    }


RULES = OrderRules()
THREE = product(1, "36.00", "6.00", 3)
SMALL = product(2, "10.00", "1.67", 3)
SHIPPING = {"shipping_cost_inc_tax": "6.00", "shipping_cost_ex_tax": "5.00", "shipping_cost_tax": "1.00"}
ALL_TAXED = [tax_row(20), tax_row(20, 2), tax_row(20, kind="shipping"), tax_row(20, 8, kind="fee")]


def order(*refunds, rows=(THREE,), taxes=ALL_TAXED, parts=None, **told):
    inc = sum((D(row["discounted_total_inc_tax"]) for row in rows), D(told.get("shipping_cost_inc_tax", 0)))
    tax = sum((D(row["total_tax"]) for row in rows), D(told.get("shipping_cost_tax", 0)))
    known = {"total": told.pop("total", inc), "tax": told.pop("tax", tax), "taxes": taxes}
    return translate(bundle(list(rows), **known, **told) | {"refunds": list(refunds)} | (parts or {}), RULES)


def lines(made):
    return [(line.key, line.quantity, line.net, line.tax) for line in made.lines]


def back(*refunds, **told):
    """The lines of the last refund."""
    made = order(*refunds, **told).refunds[-1]
    assert sum(line.gross for line in made.lines) == made.total == sum(one.amount for one in made.payments)
    assert sum(line.tax for line in made.lines) == made.tax
    return lines(made)


def refused(*refunds, **told):
    with pytest.raises(Unmappable) as held:
        order(*refunds, **told)
    assert (held.value.reason, bool(held.value.remedy)) == ("refund-unclear", True)
    return held.value.what
