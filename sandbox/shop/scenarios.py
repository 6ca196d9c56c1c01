"""One cart for everything that must occur in every shop, the most important first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from sandbox.arithmetic import ZERO
from sandbox.shop.baskets import COUNTRIES, Shop, lines_of, mixed_lines, off, shipped, somebody
from sandbox.shop.cart import Cart, CartLine, Charge, Deduction, Destination, Payment, Person
from sandbox.shop.goods import AMERICA, BRITAIN, GERMANY, JAPAN, LEVY, line_of
from sandbox.shop.people import LONG_NAME, NAMESAKES, NEWCOMER, guest, living_in
from sandbox.shop.till import ring_up

Make = Callable[[Random, Shop, int], Cart]
OFFLINE = Payment("offline", "Cash on Delivery", "cod")
LONG = 56  # more lines than BigCommerce embeds or answers on one page


@dataclass(frozen=True)
class Scenario:
    """`outcome` and `reason` are what the scenario is made for; `at_once` places it with the one before."""

    name: str
    make: Make
    outcome: str = "posted"
    reason: str = ""
    at_once: bool = False


def _known(shop: Shop, customer_id: int) -> Person:
    return next(person for person in shop.people if person.customer_id == customer_id)


def _plain(dice: Random, shop: Shop, order_id: int) -> Cart:
    country = dice.choice(COUNTRIES)
    return Cart(
        lines=lines_of(dice, shop, country, dice.randint(1, 3)),
        order_id=order_id,
        inclusive=dice.random() < 0.5,
        currency=country.currency,
        person=somebody(dice, shop, country, order_id),
        destinations=(shipped(dice, country),),
    )


def coupon(dice: Random, shop: Shop, order_id: int) -> Cart:
    lines = mixed_lines(dice, shop, GERMANY, 4)
    return Cart(
        lines=lines,
        order_id=order_id,
        inclusive=True,
        person=somebody(dice, shop, GERMANY, order_id),
        deductions=(off(dice, "coupon", lines, "SPRING"),),
        destinations=(shipped(dice, GERMANY),),
        shown_currency="USD",
    )


def manual(dice: Random, shop: Shop, order_id: int) -> Cart:
    lines = mixed_lines(dice, shop, AMERICA, 3)
    return Cart(
        lines=lines,
        order_id=order_id,
        currency="USD",
        person=living_in(guest(dice, shop.seed, order_id), "US"),
        deductions=(off(dice, "manual", lines),),
        destinations=(shipped(dice, AMERICA),),
        payment=Payment("capture"),
    )


def long_order(dice: Random, shop: Shop, order_id: int) -> Cart:
    """More than one page of lines; thrown again until both ways of rounding agree on the tax."""
    lines = tuple(
        replace(line_of(dice.choice(shop.goods), GERMANY, dice.randint(1, 4)), price=_price(dice))
        for _ in range(LONG)
    )
    person = somebody(dice, shop, GERMANY, order_id)
    return Cart(lines=lines, order_id=order_id, person=person, destinations=(shipped(dice, GERMANY),))


def _price(dice: Random) -> Decimal:
    return Decimal(dice.randrange(100, 3000)).scaleb(-2)


def newcomer(dice: Random, shop: Shop, order_id: int) -> Cart:
    person = living_in(_known(shop, NEWCOMER), "DE")
    return replace(_plain(dice, shop, order_id), person=person, currency="EUR", lines=_german(dice, shop))


def _german(dice: Random, shop: Shop) -> tuple[CartLine, ...]:
    return lines_of(dice, shop, GERMANY, 2)


def newcomer_abroad(dice: Random, shop: Shop, order_id: int) -> Cart:
    return replace(newcomer(dice, shop, order_id), currency="USD", status_id=10, payment=Payment("settled"))


def refunded(dice: Random, shop: Shop, order_id: int) -> Cart:
    cart = replace(_plain(dice, shop, order_id), status_id=4)
    return replace(cart, refunded=ring_up(cart).total_inc)


def partly_refunded(dice: Random, shop: Shop, order_id: int) -> Cart:
    return replace(_plain(dice, shop, order_id), status_id=14, refunded=Decimal("1.00"))


def sums_differ(dice: Random, shop: Shop, order_id: int) -> Cart:
    return replace(_plain(dice, shop, order_id), error=Decimal("7.77"))


def unmapped_tax(dice: Random, shop: Shop, order_id: int) -> Cart:
    cart = _plain(dice, shop, order_id)
    first = replace(cart.lines[0], price=Decimal("50.00"), rates=(LEVY,))
    return replace(cart, lines=(first, *cart.lines[1:]))


def no_email(dice: Random, shop: Shop, order_id: int) -> Cart:
    person = replace(guest(dice, shop.seed, order_id), email="")
    return replace(_plain(dice, shop, order_id), person=person)


def in_status(status_id: int, style: str = "purchase") -> Make:
    """A plain order that stands in this status."""

    def make(dice: Random, shop: Shop, order_id: int) -> Cart:
        return replace(_plain(dice, shop, order_id), status_id=status_id, payment=Payment(style))

    return make


def certificate_sold(dice: Random, shop: Shop, order_id: int) -> Cart:
    cart = _plain(dice, shop, order_id)
    card = CartLine(Decimal("25.00"), name="Gift Certificate 25.00", sku="", kind="giftcertificate")
    return replace(cart, lines=(*cart.lines, card))


def certificate_used(dice: Random, shop: Shop, order_id: int) -> Cart:
    cart = replace(_plain(dice, shop, order_id), payment=Payment(failed_first=True))
    total = ring_up(cart).total_inc
    credit = (total / 10).quantize(Decimal("0.01"))
    return replace(cart, gift_certificate=(total / 4).quantize(Decimal("0.01")), store_credit=credit)


def several_addresses(dice: Random, shop: Shop, order_id: int) -> Cart:
    cart = replace(_plain(dice, shop, order_id), currency="EUR", lines=lines_of(dice, shop, GERMANY, 3))
    other = living_in(guest(dice, shop.seed, order_id), "DE")
    here = Destination(Charge(Decimal("5.95"), GERMANY.standard))
    there = Destination(Charge(Decimal("4.55"), GERMANY.reduced), person=replace(other, email=""))
    split = tuple(replace(line, destination=place % 2) for place, line in enumerate(cart.lines))
    return replace(cart, lines=split, destinations=(here, there))


def yen(dice: Random, shop: Shop, order_id: int) -> Cart:
    """A currency without decimals; prices in tens, so that tax is whole whatever the books' precision."""
    lines = tuple(
        replace(line_of(good, JAPAN, dice.randint(1, 3)), price=Decimal(dice.randrange(5, 900) * 10))
        for good in dice.sample(shop.goods, 2)
    )
    taxed = tuple(replace(line, rates=JAPAN.standard) for line in lines)
    person = living_in(guest(dice, shop.seed, order_id), "JP")
    shipping = Destination(Charge(Decimal(800), JAPAN.standard))
    return Cart(taxed, order_id, currency="JPY", person=person, destinations=(shipping,))


def digital(dice: Random, shop: Shop, order_id: int) -> Cart:
    cart = replace(_plain(dice, shop, order_id), person=guest(dice, shop.seed, order_id), status_id=10)
    return replace(cart, destinations=(), lines=tuple(replace(line, kind="digital") for line in cart.lines))


def custom_and_bundled(dice: Random, shop: Shop, order_id: int) -> Cart:
    cart = replace(_plain(dice, shop, order_id), payment=OFFLINE, message="Please ring twice 🔔")
    own = CartLine(Decimal("12.34"), 3, cart.lines[0].rates, "Made to measure", sku="", kind="physical")
    bundle = replace(cart.lines[0], children=("Lid", "Handle"))
    return replace(cart, lines=(bundle, *cart.lines[1:], own))


def everything_charged(dice: Random, shop: Shop, order_id: int) -> Cart:
    """Automatic discounts, one of them a free gift; wrapping, handling and a fee."""
    lines = mixed_lines(dice, shop, BRITAIN, 4)
    gift = replace(lines[-1], quantity=1, deductions=(_free(lines[-1].price),))
    wrapped = replace(lines[0], wrapping=Decimal("3.50"), wrapping_rates=BRITAIN.standard)
    kept = (wrapped, *lines[1:-1])
    return Cart(
        lines=(*kept, gift),
        order_id=order_id,
        inclusive=True,
        currency="GBP",
        person=somebody(dice, shop, BRITAIN, order_id),
        deductions=(off(dice, "automatic", kept),),
        destinations=(shipped(dice, BRITAIN, handling="2.25"),),
        fees=(Charge(Decimal("12.00"), BRITAIN.standard, "Fragile goods"),),
    )


def _free(price: Decimal) -> Deduction:
    return Deduction("automatic", price, "Free gift", target="product")


def namesake(place: int) -> Make:
    """One of two customers of one name; the second one buys a custom line with an endless name."""

    def make(dice: Random, shop: Shop, order_id: int) -> Cart:
        person = _known(shop, NAMESAKES[place])
        cart = replace(_plain(dice, shop, order_id), person=person)
        if not place:
            return cart
        first = replace(cart.lines[0], name=f"{LONG_NAME} {order_id}", sku=f"LONG-{order_id}", product_id=0)
        return replace(cart, lines=(replace(first, variant_id=0, options=()), *cart.lines[1:]))

    return make


def endless_name(dice: Random, shop: Shop, order_id: int) -> Cart:
    person = replace(guest(dice, shop.seed, order_id), last_name=LONG_NAME, company=LONG_NAME)
    return replace(_plain(dice, shop, order_id), person=person, status_id=7, payment=OFFLINE)


def rounding_apart(dice: Random, shop: Shop, order_id: int) -> Cart:
    """Each line's tax is rounded up by 0.4 cents (x.x3 at 20 % ends in 0.6), more than a merchant accepts."""
    lines = tuple(
        replace(
            line_of(dice.choice(shop.goods), BRITAIN, 1),
            price=_price_ending_in_3(dice),
            rates=BRITAIN.standard,
        )
        for _ in range(LONG)
    )
    return Cart(lines, order_id, currency="GBP", person=somebody(dice, shop, BRITAIN, order_id))


def _price_ending_in_3(dice: Random) -> Decimal:
    return Decimal(dice.randrange(10, 200) * 10 + 3).scaleb(-2)


def strange_currency(dice: Random, shop: Shop, order_id: int) -> Cart:
    return replace(_plain(dice, shop, order_id), currency="BWP")


def ordinary(dice: Random, shop: Shop, order_id: int) -> Cart:
    """Any other order: a bit of everything."""
    country = dice.choice(COUNTRIES)
    lines = lines_of(dice, shop, country, dice.randint(1, 6))
    cut: tuple[Deduction, ...] = ()
    if dice.random() < 0.4:
        kind = dice.choice(("coupon", "manual", "automatic"))
        cut = (off(dice, kind, lines, "TEN" if kind == "coupon" else None),)
    pays = dice.choice((Payment(), Payment(), Payment("capture"), Payment("settled"), OFFLINE))
    return Cart(
        lines=lines,
        order_id=order_id,
        status_id=dice.choice((11, 11, 11, 2, 8, 9, 10)),
        inclusive=dice.random() < 0.5,
        currency=country.currency,
        person=somebody(dice, shop, country, order_id),
        deductions=cut,
        destinations=(shipped(dice, country, handling=dice.choice(("0", "0", "1.50"))),),
        payment=pays,
        store_credit=Decimal("1.00") if dice.random() < 0.1 else ZERO,
    )


REQUIRED = (
    Scenario("coupon", coupon),
    Scenario("manual discount", manual),
    Scenario("newcomer", newcomer),
    Scenario("newcomer again", newcomer, at_once=True),
    Scenario("everything charged", everything_charged),
    Scenario("long order", long_order),
    Scenario("refunded", refunded),
    Scenario("sums differ", sums_differ, "held", "sums-differ"),
    Scenario("unmapped tax", unmapped_tax, "held", "tax-unmapped"),
    Scenario("no e-mail", no_email, "held", "email-missing"),
    Scenario("incomplete", in_status(0, "none"), "skipped", "incomplete"),
    Scenario("cancelled", in_status(5), "skipped", "status"),
    Scenario("pending", in_status(1, "authorised"), "skipped", "status"),
    Scenario("authorised", in_status(7, "authorised")),
    Scenario("certificate sold", certificate_sold),
    Scenario("certificate used", certificate_used),
    Scenario("several addresses", several_addresses),
    Scenario("yen", yen),
    Scenario("digital", digital),
    Scenario("custom and bundled", custom_and_bundled),
    Scenario("namesake", namesake(0)),
    Scenario("namesake again", namesake(1)),
    Scenario("newcomer abroad", newcomer_abroad),
    Scenario("endless name", endless_name),
    Scenario("rounding apart", rounding_apart, "held", "tax-differs"),
)
EXTRA = (
    Scenario("strange currency", strange_currency, "held", "currency-unmapped"),
    Scenario("partly refunded", partly_refunded),
    Scenario("declined", in_status(6, "none"), "skipped", "status"),
)
ORDINARY = Scenario("ordinary", ordinary)
