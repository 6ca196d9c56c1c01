"""Any order, given back in any parts: each refund is exact, and all parts together are the order."""

import copy
import random
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.bigcommerce.orders import translate
from mappings.errors import Unmappable
from mappings.money import ZERO, rounded
from mappings.rules import OrderRules
from tests.mappings.making import D, bundle, product, tax_row
from tests.mappings.refunding import item, payment, refund

RULES = OrderRules()
CURRENCIES = {"EUR": 2, "JPY": 0, "KWD": 3}


@dataclass
class Thing:
    """A line as a store keeps it while it is given back."""

    kind: str
    number: int
    gross: Decimal
    tax: Decimal
    pieces: int
    total: Decimal = ZERO
    of_tax: Decimal = ZERO
    gone: int = 0

    def take(self, pieces, places):
        """The pieces' share in whole cents; the last piece takes the rest."""
        self.gone += pieces
        if self.gone == self.pieces:
            share = self.gross - self.total, self.tax - self.of_tax
        else:
            share = (
                min(rounded(self.gross * pieces / self.pieces, places), self.gross - self.total),
                min(rounded(self.tax * pieces / self.pieces, places), self.tax - self.of_tax),
            )
        self.total, self.of_tax = self.total + share[0], self.of_tax + share[1]
        return share


@st.composite
def shops(draw):
    """(bundle without refunds, its things, places)."""
    currency = draw(st.sampled_from(sorted(CURRENCIES)))
    places, inclusive = CURRENCIES[currency], draw(st.booleans())
    rate = draw(st.sampled_from([0, 5, 7, 20]))
    things, rows = [], []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        cents, pieces = draw(st.integers(99, 99999)), draw(st.integers(1, 7))
        thing = _thing("PRODUCT", number, cents, pieces, rate, places)
        things.append(thing)
        rows.append(product(number, str(thing.gross), str(thing.tax), pieces))
    shipping = _thing("SHIPPING", 55, draw(st.integers(1, 2000)), 1, rate, places)
    things.append(shipping)
    told = bundle(
        rows,
        total=sum(thing.gross for thing in things),
        tax=sum(thing.tax for thing in things),
        taxes=[tax_row(rate, thing.number) for thing in things[:-1]] + [tax_row(rate, kind="shipping")],
        default_currency_code=currency,
        is_tax_inclusive_pricing=inclusive,
        shipping_cost_inc_tax=str(shipping.gross),
        shipping_cost_tax=str(shipping.tax),
    )
    return told, things, places


def _thing(kind, number, cents, pieces, rate, places):
    net = D(cents).scaleb(-places)
    tax = rounded(net * rate / 100, places)
    return Thing(kind, number, net + tax, tax, pieces)


def refund_of(taken, number, places, payments=None):
    """One refund of the store: things with how many pieces of each."""
    shares = [thing.take(pieces, places) for thing, pieces in taken]
    items = [
        item(thing.kind, thing.number, pieces, None if thing.kind == "PRODUCT" else share[0])
        for (thing, pieces), share in zip(taken, shares, strict=True)
    ]
    total, tax = sum(share[0] for share in shares), sum(share[1] for share in shares)
    return refund(str(total), str(tax), *items, id=number, payments=payments)


@given(st.data(), shops())
@settings(max_examples=60, deadline=None)
def test_whatever_parts_go_back_every_refund_is_exact_and_all_of_them_are_the_order(data, shop):
    told, things, places = shop
    told["refunds"] = []
    number = 0
    while left := [thing for thing in things if thing.gone < thing.pieces]:
        number += 1
        chosen = data.draw(st.lists(st.sampled_from(range(len(left))), min_size=1, unique=True))
        taken = [(left[n], data.draw(st.integers(1, left[n].pieces - left[n].gone))) for n in sorted(chosen)]
        told["refunds"].append(refund_of(taken, number, places))
    made = translate(told, RULES)
    for one in made.refunds:
        _is_exact(one)
    assert sum(one.total for one in made.refunds) == made.total
    assert sum(one.tax for one in made.refunds) == made.tax
    for line in made.lines:
        parts = [part for one in made.refunds for part in one.lines if part.key == line.key]
        assert sum(part.net for part in parts) == line.net
        assert sum(part.tax for part in parts) == line.tax
        assert sum(part.quantity for part in parts if line.kind == "product") in (0, line.quantity)


@given(st.data(), shops())
@settings(max_examples=60, deadline=None)
def test_whatever_amounts_go_back_and_whatever_is_declined_no_more_than_the_order_goes_back(data, shop):
    """Amounts of lines and of the whole order, some of them declined in part; the store keeps its tax by the cent."""
    told, things, places = shop
    rows, back = [], D(0)
    for number in range(1, data.draw(st.integers(1, 5)) + 1):
        thing = data.draw(st.sampled_from(things))
        whole = data.draw(st.booleans())
        room = int((thing.gross - thing.total).scaleb(places)) if not whole else 0
        cents = data.draw(st.integers(1, max(room, 1)))
        amount = D(cents).scaleb(-places)
        if amount > thing.gross - thing.total or back + amount > D(told["order"]["total_inc_tax"]):
            continue
        went = D(data.draw(st.integers(0, cents))).scaleb(-places)
        paid = [
            payment(str(went)),
            payment(str(amount - went), id=14, is_declined=True),
        ]
        tax = D(0) if whole else rounded(amount * thing.tax / thing.gross, places)
        kind = (
            item("ORDER", 112, amount=str(amount))
            if whole
            else item(thing.kind, thing.number, amount=str(amount))
        )
        rows.append(refund(str(amount), str(tax), kind, id=number, payments=paid))
        thing.total += D(0) if whole else went
        back += went
    made = translate(told | {"refunds": rows}, RULES)
    for one in made.refunds:
        _is_exact(one)
    assert sum(one.total for one in made.refunds) == back <= made.total


def _is_exact(made):
    assert sum(line.gross for line in made.lines) == made.total == sum(one.amount for one in made.payments)
    assert sum(line.tax for line in made.lines) == made.tax
    assert all(0 <= line.tax <= line.gross for line in made.lines)


ODD = (None, "", "0", 0, -1, "x", [], {}, True, "1e400", "-0.01", "NaN", 10**11, 0.1, "2026-13-45")


@pytest.mark.parametrize("seed", range(4))
def test_an_odd_refund_is_understood_or_named_but_never_a_crash(seed):
    dice = random.Random(seed)
    one = refund("9.00", "1.50", item("PRODUCT", 1, 1, adjust="-3.00"))
    other = refund("3.00", "0.50", item("SHIPPING", 55, amount="3.00"), id=2)
    reasons = set()
    for _ in range(150):
        rows = copy.deepcopy([one, other])
        for _ in range(dice.randint(1, 3)):
            told = dice.choice(rows)
            part = dice.choice([told, *told["items"], *told["payments"]])
            part[dice.choice(list(part))] = dice.choice(ODD)
            if not all(isinstance(told[name], list) and told[name] for name in ("items", "payments")):
                break
        try:
            made = translate(_odd_order() | {"refunds": rows}, RULES)
        except Unmappable as held:
            reasons.add(held.reason)
            continue
        assert sum(refunded.total for refunded in made.refunds) <= made.total
        for refunded in made.refunds:
            assert sum(line.gross for line in refunded.lines) == refunded.total
            assert sum(line.tax for line in refunded.lines) == refunded.tax
    assert reasons == {"field-missing", "refund-unclear"}


def _odd_order():
    rows = [product(1, "36.00", "6.00", 3)]
    shipping = {"shipping_cost_inc_tax": "6.00", "shipping_cost_tax": "1.00"}
    return bundle(rows, total="42.00", tax="7.00", taxes=[tax_row(20)], **shipping)
