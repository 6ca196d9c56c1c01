"""Refunds for the tests, of an order that is posted and paid."""

from dataclasses import replace
from datetime import UTC, datetime

from mappings.records import Refund
from mappings.zoho.documents import fingerprint
from mappings.zoho.found import FoundDocument
from mappings.zoho.orders import plan
from tests.mappings.making import RULES, D, found, line, money, order

AT = datetime(2026, 5, 2, 23, 30, tzinfo=UTC)


def given(*lines, key="7", pieces=(), payments=None, total=None, tax=None):
    """A refund of these lines, paid back by card in one go."""
    back = sum((one.gross for one in lines), D(0)) if total is None else D(total)
    charged = sum((one.tax for one in lines), D(0)) if tax is None else D(tax)
    paid = (money(back, key="1", reference="gw-back"),) if payments is None else payments
    return Refund(
        key, AT, lines, back, charged, tuple(replace(one, at=AT) for one in paid), frozenset(pieces)
    )


def paid(*refunds, lines=(), **more):
    kept = lines or (line(quantity=2), line("shipping", "5.00", "1.00", kind="shipping"))
    total = sum((one.gross for one in kept), D(0))
    return order(*kept, payments=(money(total),), refunds=refunds, **more)


def known(told, rules=RULES, **more):
    """The order is posted, paid and read."""
    rows = [
        {"line_item_id": f"row-{place}", "item_id": item, "quantity": 1}
        for place, item in enumerate(("i-1", "i-s"), 1)
    ]
    read = {
        "customer_id": "con-1",
        "total": told.total,
        "balance": D(0),
        "status": "paid",
        "line_items": rows,
    }
    document = FoundDocument("inv-1", "INV-1", status="sent", customer_id="con-1", read=read)
    document = replace(document, fingerprint=fingerprint(told))
    there = {"document": document, "payments": {"900": "p-1"}, "marked": "INV-1"}
    return plan(told, found(**(there | more)), rules)
