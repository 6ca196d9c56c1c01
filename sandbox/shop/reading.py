"""Reads an order as the store answers it, ours or a recorded one, into the amounts that must be booked.

Recorded orders are old and incomplete: parts, keys and detail may be missing, numbers may be text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.arithmetic import ZERO, Rate, half_up, spread, taxes_on, total_of
from sandbox.shop.cart import places_of

Row = Mapping[str, Any]
FOR_SHIPPING = (3, 4)  # coupons: money off shipping, and free shipping


@dataclass(frozen=True)
class Part:
    """One amount to be booked; `rates` None means that tax was charged and no row says at which rate."""

    kind: str
    inc: Decimal
    tax: Decimal
    rates: tuple[Rate, ...] | None

    @property
    def net(self) -> Decimal:
        return self.inc - self.tax


def amount(row: Row, key: str) -> Decimal:
    """A number that may be text, a number, empty or absent; nothing counts as zero."""
    given = row.get(key)
    try:
        return ZERO if given is None or given == "" else Decimal(str(given))
    except InvalidOperation:
        return ZERO


def whole_number(row: Row, key: str) -> int:
    return int(amount(row, key))


def rows(bundle: Row, part: str) -> list[Row]:
    """A part of the bundle; absent is empty."""
    return list(bundle.get(part) or [])


def currency(bundle: Row) -> str:
    """The currency the amounts are in: the transactional one, not the one that was shown."""
    order = bundle["order"]
    return str(order.get("default_currency_code") or order.get("currency_code") or "")


def places(bundle: Row) -> int:
    return places_of(currency(bundle))


def inclusive(bundle: Row) -> bool:
    """The order's price basis; old recordings do not say it, but a line's price as entered does.

    What is said, or seems to be shown, gives way where it does not add up and the other does.
    """
    told = bundle["order"].get("is_tax_inclusive_pricing")
    taxed = [row for row in _lines(bundle) if amount(row, "price_tax")]
    shown = any(amount(row, "base_price") == amount(row, "price_inc_tax") for row in taxed)
    said = shown if told is None else bool(told)
    other = not said if told is None else shown
    return other if taxed and _makes(bundle, basis=other) > _makes(bundle, basis=said) else said


def _makes(bundle: Row, *, basis: bool) -> bool:
    paid = total_of(paid_inc(row, inclusive=basis) for row in _lines(bundle))
    return _is_total(bundle, paid + amount(bundle["order"], "shipping_cost_inc_tax") + _other_charges(bundle))


def _lines(bundle: Row) -> list[Row]:
    return [row for row in rows(bundle, "products") if not _bundled(row)]


def sold_lines(bundle: Row) -> list[Row]:
    """Order products that are sold, with the tax after their discounts: bundled children without a price come with
    their parent, and some answers tell the tax on the whole price.
    """
    lines, order = _lines(bundle), bundle["order"]
    side = "total_inc_tax" if inclusive(bundle) else "total_ex_tax"
    left = [1 - _own(row) / amount(row, side) if amount(row, side) else Decimal(1) for row in lines]
    taxes = [amount(row, "total_tax") for row in lines]
    after = [half_up(tax * part, places(bundle)) for tax, part in zip(taxes, left, strict=True)]
    charged = ("shipping_cost_tax", "handling_cost_tax", "wrapping_cost_tax")
    stated = amount(order, "total_tax") - total_of(amount(order, name) for name in charged)
    if total_of(after) != stated or total_of(taxes) == stated:
        return lines
    return [
        {**row, "total_tax": tax, "discounted_total_inc_tax": None}
        for row, tax in zip(lines, after, strict=True)
    ]


def untold(bundle: Row) -> Decimal:
    """What the order took off and no line tells of."""
    order = bundle["order"]
    off = amount(order, "discount_amount") + amount(order, "coupon_discount")
    return off - total_of(map(_own, _lines(bundle)))


def cents_of_discounts(bundle: Row) -> Decimal:
    """By how much the order's discount is more than those of its lines, where each was rounded on its own."""
    off, cent = untold(bundle), Decimal(1).scaleb(-places(bundle))
    return off if abs(off) <= cent * sum(bool(_own(row)) for row in _lines(bundle)) else ZERO


def _bundled(row: Row) -> bool:
    child = bool(row.get("is_bundled_product") or row.get("parent_order_product_id"))
    return child and not amount(row, "total_inc_tax")


def paid_lines(bundle: Row) -> list[tuple[Row, Decimal]]:
    """The sold lines, each with what was paid for it, tax included.

    The oldest recordings say nothing of discounts on their lines: then the order's are spread by price.
    """
    lines, basis = sold_lines(bundle), inclusive(bundle)
    weights = [amount(row, "total_inc_tax" if basis else "total_ex_tax") - _own(row) for row in lines]
    shares = spread(_untold_off(bundle)[0], weights)
    return [(row, paid_inc(row, share, inclusive=basis)) for row, share in zip(lines, shares, strict=True)]


def _untold_off(bundle: Row) -> tuple[Decimal, Decimal]:
    """What the order took off and no line tells of: money off the lines, or a part (of 1) of shipping.

    Nothing where the amounts make the total as they stand: then they were told after it.
    """
    order, basis = bundle["order"], inclusive(bundle)
    lines = sold_lines(bundle)
    off = untold(bundle)
    shipping = amount(order, f"shipping_cost_{'inc' if basis else 'ex'}_tax")
    inc = amount(order, "shipping_cost_inc_tax")
    rest = total_of(paid_inc(row, inclusive=basis) for row in lines) + _other_charges(bundle)
    if off <= ZERO or _is_total(bundle, rest + inc):
        return ZERO, ZERO
    silent = all(row.get("discounted_total_inc_tax") in (None, "") for row in lines)
    fits = off <= shipping and _is_total(bundle, rest + inc * (1 - off / shipping))
    coupons = [row for row in rows(bundle, "coupons") if whole_number(row, "type") in FOR_SHIPPING]
    free = off == shipping and not amount(order, "coupon_discount")
    for_lines = silent and not coupons and not free and _is_total(bundle, rest + inc - off)
    part = total_of(amount(row, "discount") for row in coupons)
    if silent and ZERO < part < off and _is_total(bundle, rest + inc - off + part):
        return off - part, ZERO
    if silent and ZERO < part < off and part <= shipping:
        return off - part, part / shipping
    if fits and not for_lines:
        return ZERO, off / shipping
    return (off if silent else ZERO), ZERO


def _other_charges(bundle: Row) -> Decimal:
    order = bundle["order"]
    charged = amount(order, "handling_cost_inc_tax") + amount(order, "wrapping_cost_inc_tax")
    return charged + total_of(amount(row, "cost_inc_tax") for row in rows(bundle, "fees"))


def _is_total(bundle: Row, sum_: Decimal) -> bool:
    """Within a cent, be it that certificates and credit were taken off the total or not."""
    order, cent = bundle["order"], Decimal(1).scaleb(-places(bundle))
    total = amount(order, "total_inc_tax")
    credit = amount(order, "gift_certificate_amount") + amount(order, "store_credit_amount")
    return any(abs(sum_ - wanted) < cent for wanted in (total, total + credit))


def _own(row: Row) -> Decimal:
    """Its discounts; a line that was taken off the order took them along."""
    return total_of(
        amount(one, "amount") for one in row.get("applied_discounts") or [] if amount(row, "quantity")
    )


def paid_inc(row: Row, share: Decimal = ZERO, *, inclusive: bool) -> Decimal:
    """What was paid for a line with its tax; computed from the discounts where the store did not say it.

    `share` is the line's part of discounts that only the order knows.
    """
    if row.get("discounted_total_inc_tax") not in (None, ""):
        return amount(row, "discounted_total_inc_tax")
    off = share + _own(row)
    if inclusive:
        return amount(row, "total_inc_tax") - off
    return amount(row, "total_ex_tax") - off + amount(row, "total_tax")


def parts(bundle: Row) -> list[Part]:
    """Everything the order charges for: lines, shipping, handling, wrapping, fees."""
    found = [
        _part(bundle, "product", paid, amount(row, "total_tax"), line=row.get("id"))
        for row, paid in paid_lines(bundle)
    ]
    found += _shipping(bundle)
    found += _order_charges(bundle)
    for row in rows(bundle, "fees"):
        found.append(_part(bundle, "fee", amount(row, "cost_inc_tax"), amount(row, "cost_tax")))
    return [part for part in found if part.kind == "product" or part.inc]


def _order_charges(bundle: Row) -> Iterator[Part]:
    order = bundle["order"]
    for kind, row_type in (("handling", "handling"), ("wrapping", "gift-wrapping")):
        inc, tax = amount(order, f"{kind}_cost_inc_tax"), amount(order, f"{kind}_cost_tax")
        yield _part(bundle, kind, inc, tax, row_type=row_type)


def _shipping(bundle: Row) -> list[Part]:
    """Per address where the addresses explain the order's shipping to the cent, else in one."""
    order, addresses = bundle["order"], rows(bundle, "shipping_addresses")
    left = 1 - _untold_off(bundle)[1]
    inc, tax = amount(order, "shipping_cost_inc_tax") * left, amount(order, "shipping_cost_tax") * left
    if (
        len(addresses) > 1
        and total_of(amount(row, "cost_inc_tax") for row in addresses) == inc
        and total_of(amount(row, "cost_tax") for row in addresses) == tax
    ):
        return [
            _part(
                bundle,
                "shipping",
                amount(row, "cost_inc_tax"),
                amount(row, "cost_tax"),
                row_type="shipping",
                address=row.get("id"),
            )
            for row in addresses
        ]
    return [_part(bundle, "shipping", inc, tax, row_type="shipping")]


def _part(
    bundle: Row,
    kind: str,
    inc: Decimal,
    tax: Decimal,
    *,
    line: Any = None,
    row_type: str = "",
    address: Any = None,
) -> Part:
    if not tax:
        return Part(kind, inc, tax, ())
    taxes = [row for row in rows(bundle, "taxes") if amount(row, "rate")]
    if any(row.get("line_item_type") for row in taxes):
        mine = _of_charge(taxes, row_type, address) if row_type else _of_line(taxes, line)
        return Part(kind, inc, tax, distinct(mine) or None)
    names = distinct(taxes)
    return Part(kind, inc, tax, names if len(names) == 1 else _that_fit(bundle, names, inc, tax))


def _that_fit(bundle: Row, rates: tuple[Rate, ...], inc: Decimal, tax: Decimal) -> tuple[Rate, ...] | None:
    """The only one of the order's rates that gives this tax, or all of them together; None when in doubt."""
    amount_taxed = inc if inclusive(bundle) else inc - tax
    choices = [(rate,) for rate in rates] + ([rates] if rates else [])
    fitting = [
        chosen
        for chosen in choices
        if total_of(taxes_on(amount_taxed, chosen, places(bundle), inclusive=inclusive(bundle))) == tax
    ]
    return fitting[0] if len(fitting) == 1 else None


def _of_line(taxes: Sequence[Row], line: Any) -> Iterable[Row]:
    known = None if line is None else str(line)
    return (row for row in taxes if row.get("line_item_type") == "item" and _text(row) == known)


def _text(row: Row) -> str | None:
    given = row.get("order_product_id")
    return None if given is None else str(given)


def _of_charge(taxes: Sequence[Row], row_type: str, address: Any) -> Iterable[Row]:
    return (
        row
        for row in taxes
        if row.get("line_item_type") == row_type
        and (address is None or str(row.get("order_address_id")) == str(address))
    )


def distinct(taxes: Iterable[Row]) -> tuple[Rate, ...]:
    """The different rates of some tax rows, in the order in which they appear."""
    found = {(str(row.get("name") or ""), amount(row, "rate").normalize()): None for row in taxes}
    return tuple(Rate(name, percent) for name, percent in found)
