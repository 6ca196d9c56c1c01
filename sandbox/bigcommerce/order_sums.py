"""An order's amounts computed anew after its lines changed, with the arithmetic of every order here."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sandbox.arithmetic import ZERO, LineMoney, Rate, half_up, line_money, total_of
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.shop import reading
from sandbox.shop.paper import money, number
from sandbox.shop.parts_json import TaxRow, tax_row_json
from sandbox.shop.reading import amount, whole_number

SIDES = ("ex_tax", "inc_tax", "tax")
CHARGES = ("shipping_cost", "handling_cost", "wrapping_cost")


def rates_of(bundle: Bundle, line: Json) -> tuple[Rate, ...]:
    """The rates a line is taxed at, by its own tax rows, else by what the order's rows leave to guess."""
    rows = _tax_rows(bundle, line)
    if rows:
        return tuple(Rate(str(row.get("name") or ""), amount(row, "rate").normalize()) for row in rows)
    sold = [row for row, _ in reading.paid_lines(bundle)]
    place = next((place for place, row in enumerate(sold) if row is line), None)
    part = reading.parts(bundle)[place] if place is not None else None
    if part is None or not part.tax:
        return ()
    return part.rates or (_effective(part.net, part.tax),)


def _effective(net: Decimal, tax: Decimal) -> Rate:
    """Where no row says the rate: the one that the amounts show."""
    return Rate("", half_up(tax * 100 / net, 6) if net else ZERO)


def _tax_rows(bundle: Bundle, line: Json) -> list[Json]:
    return [
        row
        for row in bundle["taxes"]
        if row.get("line_item_type") == "item" and str(row.get("order_product_id")) == str(line["id"])
    ]


def ring(
    bundle: Bundle,
    line: Json,
    quantity: int,
    price: Decimal,
    rates: Sequence[Rate],
    deductions: Iterable[Json] = (),
) -> None:
    """The line at this price per piece (in the order's price basis) and its tax rows; `deductions` as it tells them."""
    inclusive, places = reading.inclusive(bundle), reading.places(bundle)
    kept = list(deductions)
    off = total_of(amount(one, "amount") for one in kept)
    paid = line_money(price * quantity, off, rates, places, inclusive=inclusive)
    _write(bundle, line, quantity, paid, kept)
    _retax(bundle, line, list(zip(rates, paid.by_rate, strict=True)))


def ring_told(bundle: Bundle, line: Json, quantity: int, ex: Decimal, inc: Decimal) -> None:
    """The line at a price told with and without its tax; no row says at which rate that is."""
    inclusive, places = reading.inclusive(bundle), reading.places(bundle)
    tax = half_up((inc - ex) * quantity, places)
    gross = (inc if inclusive else ex) * quantity
    paid = gross if inclusive else gross + tax
    _write(bundle, line, quantity, LineMoney(gross, ZERO, (tax,), ex * quantity, inc * quantity, paid), [])
    _retax(bundle, line, [])


def price_of(bundle: Bundle, line: Json) -> Decimal:
    """What a piece costs in the order's price basis; the oldest recordings say it in one place only."""
    side = "price_inc_tax" if reading.inclusive(bundle) else "price_ex_tax"
    return amount(line, "base_price") or amount(line, side)


def _write(bundle: Bundle, line: Json, quantity: int, paid: LineMoney, deductions: list[Json]) -> None:
    tax, one = paid.shown_tax / quantity, paid.gross / quantity
    inclusive = reading.inclusive(bundle)
    _follow(bundle, line, quantity)
    line.update(
        base_price=money(one),
        price_ex_tax=money(one - tax if inclusive else one),
        price_inc_tax=money(one if inclusive else one + tax),
        price_tax=money(tax),
        base_total=money(paid.gross),
        total_ex_tax=money(paid.shown_ex),
        total_inc_tax=money(paid.shown_inc),
        total_tax=money(paid.tax),
        quantity=quantity,
        applied_discounts=deductions,
        discounted_total_inc_tax=money(paid.paid_inc),
    )


def _follow(bundle: Bundle, line: Json, quantity: int) -> None:
    """Parts of a bundle come with their parent, so many of each."""
    before = whole_number(line, "quantity") or 1
    for child in bundle["products"]:
        if child.get("parent_order_product_id") and child["parent_order_product_id"] == line["id"]:
            child["quantity"] = whole_number(child, "quantity") * quantity // before


def _retax(bundle: Bundle, line: Json, taxed: list[tuple[Rate, Decimal]]) -> None:
    """The line's rows, one per rate; rows that do not tell what they are for stay as they are."""
    if bundle["taxes"] and not any(row.get("line_item_type") for row in bundle["taxes"]):
        return
    old = _tax_rows(bundle, line)
    for row, (rate, tax) in zip(old, taxed, strict=False):
        row.update(name=rate.name, rate=money(rate.percent))
        row.update(line_amount=money(tax), priority_amount=money(tax))
    for row in old[len(taxed) :]:
        bundle["taxes"].remove(row)
    for rate, tax in taxed[len(old) :]:
        told = TaxRow(rate, tax, "item", line["id"], int(line.get("order_address_id") or 0))
        tax_class = next((row["class"] for row in bundle["taxes"] if row.get("class")), "Default Tax Class")
        bundle["taxes"].append(tax_row_json(told, tax_class))


def remove(bundle: Bundle, line: Json) -> None:
    """The line, its parts, its wrapping and its tax rows are gone."""
    for row in _tax_rows(bundle, line):
        bundle["taxes"].remove(row)
    _unwrap(bundle, line)
    gone = [line, *(row for row in bundle["products"] if row.get("parent_order_product_id") == line["id"])]
    bundle["products"] = [row for row in bundle["products"] if all(row is not one for one in gone)]


def _unwrap(bundle: Bundle, line: Json) -> None:
    order = bundle["order"]
    for side in SIDES:
        less = amount(line, f"wrapping_cost_{side}")
        order[f"wrapping_cost_{side}"] = money(max(ZERO, amount(order, f"wrapping_cost_{side}") - less))
    base = amount(order, "base_wrapping_cost") - amount(line, "base_wrapping_cost")
    order["base_wrapping_cost"] = money(max(ZERO, base))
    rows = [row for row in bundle["taxes"] if row.get("line_item_type") == "gift-wrapping"]
    left = amount(line, "wrapping_cost_tax")
    for row in rows:  # rows of wrapping do not name their line; those of equal amounts are equal
        if left and amount(row, "line_amount") <= left:
            left -= amount(row, "line_amount")
            bundle["taxes"].remove(row)


def drop_discounts(bundle: Bundle, line: Json) -> None:
    """The line's discounts come off what the order tells of its discounts and coupons."""
    order, dropped = bundle["order"], line.get("applied_discounts") or []
    codes = {str(row.get("code")) for row in bundle["coupons"]}
    line["applied_discounts"] = []
    for one in dropped:
        coupon = one.get("id") == "total-coupon" or str(one.get("code")) in codes
        key = "coupon_discount" if coupon else "discount_amount"
        less = amount(one, "amount") - _evened_out(bundle, one)
        order[key] = money(max(ZERO, amount(order, key) - less))
        if coupon:
            _less_coupon(bundle, str(one.get("code")), less)


def _evened_out(bundle: Bundle, gone: Json) -> Decimal:
    """What is left of a discount that was spread is whole cents again, so that the order can be paid; by how much."""
    shares = [
        (amount(one, "amount"), place, line, one)
        for place, line in enumerate(bundle["products"])
        for one in line.get("applied_discounts") or []
        if (one.get("id"), one.get("code"), one.get("name"))
        == (gone.get("id"), gone.get("code"), gone.get("name"))
    ]
    left = total_of(share for share, *_ in shares)
    odd = half_up(left, reading.places(bundle)) - left
    if not odd:
        return ZERO
    share, _, line, one = max(shares, key=lambda found: found[:2])
    one["amount"] = money(share + odd)
    rates, kept = rates_of(bundle, line), line["applied_discounts"]
    ring(bundle, line, whole_number(line, "quantity"), price_of(bundle, line), rates, kept)
    return odd


def _less_coupon(bundle: Bundle, code: str, less: Decimal) -> None:
    for row in bundle["coupons"]:
        if str(row.get("code")) == code:
            left = max(ZERO, amount(row, "discount") - less)
            row["discount"] = number(left)
    bundle["coupons"] = [row for row in bundle["coupons"] if amount(row, "discount")]


def add_up(bundle: Bundle) -> None:
    """Sub-totals, tax and totals from the lines, charges and fees; the side in the price basis is exact."""
    order, lines, fees = bundle["order"], bundle["products"], bundle["fees"]
    basis, other = ("inc_tax", "ex_tax") if reading.inclusive(bundle) else ("ex_tax", "inc_tax")
    subtotal = {side: total_of(amount(row, f"total_{side}") for row in lines) for side in SIDES}
    order.update({f"subtotal_{side}": money(one) for side, one in subtotal.items()})
    tax = subtotal["tax"] + _charged(order, fees, "tax")
    off = amount(order, "discount_amount") + amount(order, "coupon_discount")
    exact = subtotal[basis] + _charged(order, fees, basis) - off
    order[f"total_{basis}"] = money(exact)
    order[f"total_{other}"] = money(exact - tax if basis == "inc_tax" else exact + tax)
    order["total_tax"] = money(tax)
    order["items_total"] = sum(whole_number(row, "quantity") for row in lines)
    for address in bundle["shipping_addresses"]:
        mine = [row for row in lines if row.get("order_address_id") == address["id"]]
        address["items_total"] = sum(whole_number(row, "quantity") for row in mine)


def _charged(order: Json, fees: Sequence[Any], side: str) -> Decimal:
    charges = total_of(amount(order, f"{name}_{side}") for name in CHARGES)
    return charges + total_of(amount(row, f"cost_{side}") for row in fees)
