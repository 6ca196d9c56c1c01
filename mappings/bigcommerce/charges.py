"""Shipping, handling, wrapping and fees of an order as lines of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from mappings.bigcommerce.lines import charge, charge_line
from mappings.bigcommerce.schemas import FEE, load_parts, load_row
from mappings.money import summed
from mappings.reading import Part
from mappings.records import Discount, Line


def charge_lines(order: Part, addresses: Sequence[Part], fees: Sequence[Part]) -> tuple[Line, ...]:
    """Everything charged besides products; what cost nothing is no line."""
    lines = [
        *_shipping(order, addresses),
        charge_line("handling", "handling", "Handling", charge(order, "handling_cost_")),
        charge_line("wrapping", "wrapping", "Gift wrapping", charge(order, "wrapping_cost_")),
        *(charge_line(f"fee:{fee['id']}", "fee", _fee_name(fee), _fee_cost(fee)) for fee in fees),
    ]
    return tuple(line for line in lines if line.gross or line.tax)


def load_fees(bundle: Mapping[str, Any], order: Part) -> list[Part]:
    """Fees come as a part of the bundle, or inside the order (include=fees); otherwise the order holds a link."""
    if bundle.get("fees"):
        return load_parts(bundle, "fees", FEE)
    inside = order["fees"] if isinstance(order["fees"], list) else []
    return [load_row(FEE, fee, f"order.fees[{index}]") for index, fee in enumerate(inside)]


def cost_of_shipping(charges: Sequence[Line], *, inclusive: bool) -> Decimal:
    """What shipping cost in the order's price basis."""
    return summed([line.gross if inclusive else line.net for line in charges if line.kind == "shipping"])


def less_shipping(charges: Sequence[Line], off: Decimal, *, inclusive: bool) -> Iterator[tuple[Line, ...]]:
    """The charges with shipping cheaper by `off`, its tax in proportion; none where that is more than it cost.

    For orders that state shipping as it was before a coupon for it.
    """
    shipping = [line for line in charges if line.kind == "shipping"]
    whole = cost_of_shipping(charges, inclusive=inclusive)
    if 0 < off <= whole:
        cheaper = (
            [_cheaper(line, off, whole, inclusive=inclusive) for line in shipping] if off < whole else []
        )
        yield (*cheaper, *(line for line in charges if line.kind != "shipping"))


def _cheaper(line: Line, off: Decimal, whole: Decimal, *, inclusive: bool) -> Line:
    share = (line.gross if inclusive else line.net) * off / whole
    net, tax = (amount - amount * off / whole for amount in (line.net, line.tax))
    return replace(line, net=net, tax=tax, discounts=(Discount("Shipping discount", None, round(share, 4)),))


def _shipping(order: Part, addresses: Sequence[Part]) -> list[Line]:
    """One line, or one per address where their costs make up the order's exactly: each was taxed on its own."""
    whole = charge(order, "shipping_cost_")
    paid = [(address, charge(address, "cost_")) for address in addresses]
    costly = [(address, cost) for address, cost in paid if cost[0] or cost[1]]
    parts = (summed([cost[0] for _, cost in costly]), summed([cost[1] for _, cost in costly]))
    if len(costly) < 2 or parts != whole:
        method = costly[0][0]["shipping_method"] if len(costly) == 1 else ""
        return [charge_line("shipping", "shipping", _shipping_name(method), whole)]
    return [
        charge_line(f"shipping:{address['id']}", "shipping", _shipping_name(address["shipping_method"]), cost)
        for address, cost in costly
    ]


def _shipping_name(method: str) -> str:
    return f"Shipping: {method}" if method else "Shipping"


def _fee_name(fee: Part) -> str:
    named = (fee[key] for key in ("display_name", "display_name_customer", "name", "name_customer"))
    return next((name for name in named if name), "Fee")


def _fee_cost(fee: Part) -> tuple[Decimal, Decimal]:
    ex = fee["cost_ex_tax"] if fee["cost_ex_tax"] is not None else fee["cost_exc_tax"]
    return charge({"ex_tax": ex, "inc_tax": fee["cost_inc_tax"], "tax": fee["cost_tax"]}, "")
