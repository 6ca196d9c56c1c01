"""An order in parts, an invoice for each shipment: what of its lines, its amounts and its tax goes with which.

A part is an order itself: of the same id, with its share of the lines. All parts together are the order to the cent,
and no later shipment changes an earlier part.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from mappings.money import ZERO, rounded, summed
from mappings.records import Discount, Line, Order
from mappings.statuses import SHIPPED

REST = "rest"  # of what no shipment names: the last part


@dataclass(frozen=True)
class Part:
    """`name`: the shipment's key, or REST; `sale`: the order as far as this part goes."""

    name: str
    sale: Order


def parts_of(order: Order, known: Collection[str]) -> tuple[Part, ...]:
    """Every part that is to be invoiced by now; `known` are those that have been.

    The refunds are with the last one. Once the rest was invoiced, goods that leave later belong to it.
    """
    made = list(_shipped(order, known))
    left = _left(order, [part.sale for part in made])
    if left and (REST in known or is_due(order)):
        made.append(Part(REST, _sale(order, left, _moment(order))))
    if made and order.refunds:
        made[-1] = replace(made[-1], sale=replace(made[-1].sale, refunds=order.refunds))
    return tuple(made)


def is_due(order: Order) -> bool:
    """Whether what is left is to be invoiced, too: all of it has left, or something of it was given back."""
    return order.status_id in SHIPPED or bool(order.refunds)


def is_whole(order: Order, parts: Iterable[Part]) -> bool:
    """Whether nothing is left to be invoiced besides these."""
    return not _left(order, [part.sale for part in parts])


def ordered(order: Order) -> Order:
    """The order as its sales order books it: a sales order knows no refunds, they are the invoices'."""
    return replace(order, refunds=(), shipments=())


def _shipped(order: Order, known: Collection[str]) -> Iterator[Part]:
    """Shipment by shipment; with the first goes what is not shipped piece by piece."""
    gone: dict[str, Decimal] = {}
    beside = tuple(line for line in order.lines if not _is_pieces(line))
    for shipment in order.shipments:
        if REST in known and shipment.key not in known:
            continue
        lines = tuple(_taken(order, shipment.pieces, gone))
        if lines:
            yield Part(shipment.key, _sale(order, (*lines, *beside), shipment.at))
            beside = ()


def _taken(order: Order, pieces: Mapping[str, Decimal], gone: dict[str, Decimal]) -> Iterator[Line]:
    """What a shipment takes of each line, never more than there is left of it."""
    for line in order.lines:
        begin = gone.get(line.key, ZERO)
        end = min(line.quantity, begin + pieces.get(line.key, ZERO))
        if end > begin and _is_pieces(line):
            gone[line.key] = end
            yield share(line, order, begin, end)


def _left(order: Order, sales: Iterable[Order]) -> tuple[Line, ...]:
    """What these parts have left of the order's lines."""
    gone: dict[str, Decimal] = {}
    for line in (line for sale in sales for line in sale.lines):
        gone[line.key] = gone.get(line.key, ZERO) + line.quantity
    return tuple(
        share(line, order, gone.get(line.key, ZERO), line.quantity)
        for line in order.lines
        if gone.get(line.key, ZERO) < line.quantity
    )


def share(line: Line, order: Order, begin: Decimal, end: Decimal) -> Line:
    """The pieces from `begin` to `end` of a line, which is what all up to `end` come to less all up to `begin`.

    Of 3 pieces for 10.00 the first is 3.33, the second 6.67 - 3.33 = 3.34, the third 10.00 - 6.67 = 3.33; with tax
    inside, 2.00 of it: 0.67, 1.33 - 0.67 = 0.66 and 0.67.
    """

    def of(amount: Decimal) -> Decimal:
        upto = [rounded(amount * place / line.quantity, order.places) for place in (begin, end)]
        return upto[1] - upto[0]

    if (begin, end) == (ZERO, line.quantity):
        return line
    tax = of(line.tax)
    net = of(line.gross) - tax if order.inclusive else of(line.net)
    discounts = (Discount(one.name, one.code, of(one.amount)) for one in line.discounts)
    told = tuple(one for one in discounts if one.amount)
    return replace(line, quantity=end - begin, net=net, tax=tax, discounts=told)


def _is_pieces(line: Line) -> bool:
    return line.kind == "product" and line.key.startswith("product:")


def _sale(order: Order, lines: tuple[Line, ...], at: datetime | None) -> Order:
    return replace(
        order,
        lines=lines,
        total=summed([line.gross for line in lines]),
        tax=summed([line.tax for line in lines]),
        refunds=(),
        shipments=(),
        invoiced=at,
    )


def _moment(order: Order) -> datetime | None:
    """Of the rest: when the goods left, as the store says; before that, when something was first given back."""
    given_back = [refund.at for refund in order.refunds]
    return order.shipped if order.status_id in SHIPPED else min(given_back, default=None)
