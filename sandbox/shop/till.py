"""The till: every amount of an order, computed from the cart by the store's own rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sandbox.arithmetic import ZERO, LineMoney, TaxedAmount, line_money, spread, taxed, total_of
from sandbox.shop.cart import Cart, CartLine, Charge, Deduction, Destination


@dataclass(frozen=True)
class RungLine:
    """A cart line with its money; `deductions` holds this line's share of every discount that touched it."""

    line: CartLine
    money: LineMoney
    deductions: tuple[Deduction, ...]
    wrapping: TaxedAmount


@dataclass(frozen=True)
class RungDestination:
    destination: Destination
    shipping: TaxedAmount
    handling: TaxedAmount


@dataclass(frozen=True)
class RungFee:
    fee: Charge
    money: TaxedAmount


@dataclass(frozen=True)
class Receipt:
    """All amounts of one order; `total_inc` holds what the store charges, the planted error included."""

    lines: tuple[RungLine, ...]
    destinations: tuple[RungDestination, ...]
    fees: tuple[RungFee, ...]
    discounts: Decimal
    coupons: Decimal
    total_ex: Decimal
    total_tax: Decimal
    total_inc: Decimal

    @property
    def shipping(self) -> TaxedAmount:
        return together(place.shipping for place in self.destinations)

    @property
    def handling(self) -> TaxedAmount:
        return together(place.handling for place in self.destinations)

    @property
    def wrapping(self) -> TaxedAmount:
        return together(line.wrapping for line in self.lines)

    @property
    def line_tax(self) -> Decimal:
        return total_of(line.money.tax for line in self.lines)


def together(amounts: Iterable[TaxedAmount]) -> TaxedAmount:
    """Several charges as one; the rates are no longer told apart."""
    parts = list(amounts)
    return TaxedAmount(
        total_of(part.ex for part in parts),
        total_of(part.inc for part in parts),
        (total_of(part.tax for part in parts),),
    )


def ring_up(cart: Cart) -> Receipt:
    """Compute the order: lines after their discounts, charges, and totals in both bases."""
    lines = tuple(_rung(cart, line, share) for line, share in zip(cart.lines, shares(cart), strict=True))
    destinations = tuple(
        RungDestination(place, _charge(cart, place.shipping), _charge(cart, place.handling))
        for place in cart.destinations
    )
    fees = tuple(RungFee(fee, _charge(cart, fee)) for fee in cart.fees)
    taken = [deduction for line in lines for deduction in line.deductions]
    discounts = total_of(one.amount for one in taken if one.kind != "coupon")
    coupons = total_of(one.amount for one in taken if one.kind == "coupon")
    ex, tax, inc = _totals(cart, lines, destinations, fees)
    return Receipt(lines, destinations, fees, discounts, coupons, ex, tax, inc)


def shares(cart: Cart) -> tuple[tuple[Deduction, ...], ...]:
    """Each line's deductions: its own first, then its share of the order's, in proportion to what is left."""
    taken = [list(line.deductions) for line in cart.lines]
    for deduction in cart.deductions:
        left = [_left(line, own) for line, own in zip(cart.lines, taken, strict=True)]
        for own, amount in zip(taken, spread(deduction.amount, left), strict=True):
            if amount:
                own.append(Deduction(deduction.kind, amount, deduction.name, deduction.code, "order"))
    return tuple(tuple(own) for own in taken)


def _left(line: CartLine, taken: list[Deduction]) -> Decimal:
    if line.kind == "giftcertificate":
        return ZERO
    return line.price * line.quantity - total_of(one.amount for one in taken)


def _rung(cart: Cart, line: CartLine, deductions: tuple[Deduction, ...]) -> RungLine:
    discount = total_of(one.amount for one in deductions)
    money = line_money(
        line.price * line.quantity, discount, line.rates, cart.places, inclusive=cart.inclusive
    )
    wrapping = taxed(line.wrapping, line.wrapping_rates, cart.places, inclusive=cart.inclusive)
    return RungLine(line, money, deductions, wrapping)


def _charge(cart: Cart, charge: Charge) -> TaxedAmount:
    return taxed(charge.cost, charge.rates, cart.places, inclusive=cart.inclusive)


def _totals(
    cart: Cart,
    lines: tuple[RungLine, ...],
    destinations: tuple[RungDestination, ...],
    fees: tuple[RungFee, ...],
) -> tuple[Decimal, Decimal, Decimal]:
    """Ex, tax, inc: the sum in the price basis is exact and the tax is added to it or taken out of it."""
    charges = [line.wrapping for line in lines]
    charges += [amount for place in destinations for amount in (place.shipping, place.handling)]
    charges += [fee.money for fee in fees]
    tax = total_of(line.money.tax for line in lines) + total_of(charge.tax for charge in charges)
    goods = total_of(line.money.gross - line.money.discount for line in lines)
    if cart.inclusive:
        inc = goods + total_of(charge.inc for charge in charges) + cart.error
        return inc - tax, tax, inc
    ex = goods + total_of(charge.ex for charge in charges) + cart.error
    return ex, tax, ex + tax
