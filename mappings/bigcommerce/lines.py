"""What was paid for, line by line, in the readings under which an order may add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from mappings.errors import Unmappable
from mappings.money import ZERO, allocate, rounded, summed, unit
from mappings.reading import Part
from mappings.records import Discount, Line, LineKind


def readings(products: Sequence[Part], *, inclusive: bool) -> Iterator[tuple[Line, ...]]:
    """The product lines, unrounded, as they tell their discounts themselves; the first that adds up is right.

    The paid line as the store states it comes first; then price less the line's own discounts (some answers state the
    paid line without them); then the same where the tax that is told was on the price before them.
    """
    bought = _bought(products)
    yield tuple(_line(row, products, _stated(row) or _derived(row, inclusive, _own(row))) for row in bought)
    told = all(_tells_price(row, "inc_tax" if inclusive else "ex_tax") for row in bought)
    if told and any(row["discounted_total_inc_tax"] is not None for row in bought):
        yield tuple(_line(row, products, _derived(row, inclusive, _own(row))) for row in bought)
    if told and any(_own(row) for row in bought):
        yield tuple(_line(row, products, _taxed_before(row, inclusive, _own(row))) for row in bought)


def spread_readings(
    products: Sequence[Part], off: Decimal, *, inclusive: bool, places: int, taxed_before: bool = False
) -> Iterator[tuple[Line, ...]]:
    """For answers whose lines do not tell what was paid: what the order took off beside them, spread by price."""
    bought, paid = _bought(products), _taxed_before if taxed_before else _derived
    shares = _spread(off, bought, inclusive=inclusive, places=places)
    if shares:
        yield tuple(
            _line(row, products, paid(row, inclusive, _own(row) + share))
            for row, share in zip(bought, shares, strict=True)
        )


def cent_readings(
    products: Sequence[Part], off: Decimal, *, inclusive: bool, places: int
) -> Iterator[tuple[Line, ...]]:
    """Where the lines' discounts, each rounded, are cents off the order's: a cent each on the largest of them."""
    bought, cents = _bought(products), abs(off) / unit(places)
    largest = sorted((row for row in bought if _own(row)), key=lambda row: -_own(row))
    if not 0 < cents <= len(largest) or cents != int(cents):
        return
    moved = {f"product:{row['id']}" for row in largest[: int(cents)]}
    cent = unit(places).copy_sign(off)
    for lines in readings(products, inclusive=inclusive):
        yield tuple(replace(line, net=line.net - cent) if line.key in moved else line for line in lines)


def untold(order: Part, products: Sequence[Part]) -> Decimal:
    """What the order took off its prices and no line tells of."""
    off = (order["discount_amount"] or ZERO) + (order["coupon_discount"] or ZERO)
    return off - summed([_own(row) for row in products if not _is_removed(row)])


def _bought(products: Sequence[Part]) -> list[Part]:
    return [row for row in products if not is_bundled_child(row, products) and not _is_removed(row)]


def _is_removed(row: Part) -> bool:
    """Somebody took it off the order: no piece and no worth are left, whatever else the row still tells."""
    return row["quantity"] == 0 and not _is_worth(row)


def is_bundled_child(row: Part, products: Sequence[Part]) -> bool:
    """A pick-list choice that rides along at no price: it is named on its parent's line instead."""
    parents = {other["id"] for other in products}
    return not _is_worth(row) and row["parent_order_product_id"] in parents


def _is_worth(row: Part) -> bool:
    return any(
        row[name] for name in ("discounted_total_inc_tax", "total_inc_tax", "total_ex_tax", "total_tax")
    )


def _stated(row: Part) -> tuple[Decimal, Decimal] | None:
    paid = row["discounted_total_inc_tax"]
    if paid is None:
        return None
    tax = _tax(row)
    return paid - tax, tax


def _derived(row: Part, inclusive: bool, discount: Decimal) -> tuple[Decimal, Decimal]:
    tax = _tax(row)
    before = _before_discounts(row, "inc_tax" if inclusive else "ex_tax")
    after = before - discount
    return (after - tax if inclusive else after), tax


def _taxed_before(row: Part, inclusive: bool, discount: Decimal) -> tuple[Decimal, Decimal]:
    """Older answers tell the tax on the whole price: of what was paid it is the same part."""
    net, tax = _derived(row, inclusive, discount)
    before = _before_discounts(row, "inc_tax" if inclusive else "ex_tax")
    off = tax * discount / before if before else ZERO
    return (net + off if inclusive else net), tax - off


def _tells_price(row: Part, side: str) -> bool:
    return row[f"total_{side}"] is not None or row[f"price_{side}"] is not None


def _before_discounts(row: Part, side: str) -> Decimal:
    """Only the side in the store's price basis is exact on a discounted line; the other is an estimate."""
    total: Decimal | None = row[f"total_{side}"]
    if total is not None:
        return total
    price: Decimal | None = row[f"price_{side}"]
    if price is None:
        raise _missing(row, f"total_{side}")
    return price * Decimal(row["quantity"])


def _tax(row: Part) -> Decimal:
    """The tax charged on the paid line; without it only an undiscounted line tells its tax."""
    tax: Decimal | None = row["total_tax"]
    if tax is not None:
        return tax
    inc, ex = row["total_inc_tax"], row["total_ex_tax"]
    if inc is None or ex is None or _own(row) or not _paid_in_full(row, inc):
        raise _missing(row, "total_tax")
    return Decimal(inc) - Decimal(ex)


def _paid_in_full(row: Part, inc: Decimal) -> bool:
    return row["discounted_total_inc_tax"] in (None, inc)


def _own(row: Part) -> Decimal:
    return summed([discount["amount"] for discount in row["applied_discounts"] or ()])


def _spread(
    off: Decimal, bought: Sequence[Part], *, inclusive: bool, places: int
) -> tuple[Decimal, ...] | None:
    """Order-level discounts over the lines in proportion to price, as the store does it, in whole cents."""
    side = "inc_tax" if inclusive else "ex_tax"
    priced = all(_tells_price(row, side) for row in bought)
    if off <= 0 or not priced or any(row["discounted_total_inc_tax"] is not None for row in bought):
        return None
    prices = [_before_discounts(row, side) - _own(row) for row in bought]
    whole = summed(prices)
    if whole <= 0:
        return None
    return allocate([off * price / whole for price in prices], rounded(off, places), places)


def _line(row: Part, products: Sequence[Part], paid: tuple[Decimal, Decimal]) -> Line:
    net, tax = paid
    if row["quantity"] <= 0 and (net or tax):
        raise _missing(row, "quantity")
    kind: LineKind = "gift_certificate" if row["type"].lower() == "giftcertificate" else "product"
    return Line(
        key=f"product:{row['id']}",
        kind=kind,
        product_id=_id(row["product_id"]),
        variant_id=_id(row["variant_id"]),
        sku=row["sku"],
        name=row["name"] or row["sku"] or f"Line {row['id']}",
        description=_description(row, products),
        quantity=row["quantity"],
        net=net,
        tax=tax,
        discounts=_discounts(row),
    )


def _discounts(row: Part) -> tuple[Discount, ...]:
    return tuple(
        Discount(found["name"] or found["id"], found["code"] or None, found["amount"])
        for found in row["applied_discounts"] or ()
        if found["amount"]
    )


def _description(row: Part, products: Sequence[Part]) -> str:
    chosen = [
        f"{option['display_name']}: {option['display_value']}"
        if option["display_name"]
        else option["display_value"]
        for option in row["product_options"]
        if option["display_value"]
    ]
    included = [
        f"includes {child['quantity'].normalize():f} × {child['name'] or child['sku']}"
        for child in products
        if child["parent_order_product_id"] == row["id"] and is_bundled_child(child, products)
    ]
    return "\n".join([*chosen, *included])


def charge(row: Mapping[str, Decimal | None], prefix: str) -> tuple[Decimal, Decimal]:
    """(gross, tax) of a charge whose three sides are `prefix` + ex_tax, inc_tax, tax; any two of them will do."""
    ex, inc, tax = (row.get(f"{prefix}{side}") for side in ("ex_tax", "inc_tax", "tax"))
    if tax is None:
        tax = inc - ex if inc is not None and ex is not None else ZERO
    gross = inc if inc is not None else (ex + tax if ex is not None else tax)
    return gross, tax


def charge_line(key: str, kind: LineKind, name: str, paid: tuple[Decimal, Decimal]) -> Line:
    """Shipping, handling, wrapping or a fee: one piece, no product."""
    gross, tax = paid
    return Line(key, kind, None, None, "", name, "", Decimal(1), gross - tax, tax)


def _id(text: str) -> str | None:
    return text if text not in ("", "0") else None


def _missing(row: Part, field: str) -> Unmappable:
    return Unmappable(
        "field-missing",
        f"products: line {row['id']} has no usable {field}",
        f"Open the order in the store, save it again so that {field} is filled, then retry.",
    )
