"""Refunds as v3 answers them, as small as the question allows."""


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
