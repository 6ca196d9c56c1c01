"""The lines of a refund as they are credited: which item each goes on, and what becomes of tax that went back alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from mappings.errors import Unmappable
from mappings.money import ZERO, rounded, summed
from mappings.records import Line, Order, Refund
from mappings.rules import BookRules


def booked(refund: Refund, order: Order, rules: BookRules) -> tuple[Line, ...]:
    """Every line that gives something back, on its own item or on the one for refunds; their keys are unique."""
    lines: list[Line] = []
    for line in refund.lines:
        for told in _booked(line, refund, order, rules):
            taken = {other.key for other in lines}
            lines.append(told if told.key not in taken else replace(told, key=f"{told.key}#{len(lines)}"))
    return tuple(lines)


def on_refund_item(line: Line) -> Line:
    """The same money on the item that stands for money given back: no piece of goods moves."""
    return replace(
        line,
        kind="refund",
        product_id=None,
        variant_id=None,
        sku="",
        quantity=Decimal(1),
        discounts=(),
    )


def _booked(line: Line, refund: Refund, order: Order, rules: BookRules) -> Iterator[Line]:
    restocked = rules.restock == "always" and line.key in refund.returned
    if line.kind == "product" and restocked:
        yield replace(line, discounts=())
    elif not line.net and not line.tax:
        return
    elif line.kind == "tax":
        yield from _tax_alone(line, order, rules)
    elif line.kind in ("product", "refund"):
        yield on_refund_item(line)
    else:
        yield replace(line, quantity=Decimal(1), discounts=())


def _tax_alone(line: Line, order: Order, rules: BookRules) -> Iterator[Line]:
    """Credited with its tax and charged again without, so that the tax report is right; or one line without tax."""
    alone = on_refund_item(line)
    if rules.tax_refunds == "one_line":
        yield replace(alone, net=line.tax, tax=ZERO, rates=())
        return
    net = base_of(line, order.places)
    yield replace(alone, key=f"{line.key}:with", net=net)
    yield replace(alone, key=f"{line.key}:without", net=-net, tax=ZERO, rates=())


def base_of(line: Line, places: int) -> Decimal:
    """The net whose tax it is, rounded half up: 1.37 at 19 % is the tax of 7.21 (7.2105)."""
    rate = summed([rate.rate for rate in line.rates])
    if rate:
        return rounded(line.tax * 100 / rate, places)
    raise Unmappable(
        "refund-unclear",
        f"{line.tax} of tax went back and the store does not say at which rate",
        'Set orders.tax_refunds to "one_line" to credit it without tax, or book the refund by hand; then retry.',
    )
