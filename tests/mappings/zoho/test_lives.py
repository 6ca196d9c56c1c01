"""Random lives of an order in little books: whatever happened, the books say what the order says now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.errors import Skip, Unmappable
from mappings.money import rounded
from mappings.records import Payment, Refund
from mappings.rules import BookRules
from mappings.zoho.documents import fingerprint
from mappings.zoho.life import asks
from mappings.zoho.orders import plan
from tests.mappings.making import VAT20, D, line, order
from tests.mappings.zoho.little_books import Books

BEGAN = datetime(2026, 4, 28, 12, tzinfo=UTC)
DEEDS = ("edit", "edit", "pay", "pay", "pay all", "refund", "refund", "refund all", "order refund", "tax refund",
         "void", "cancel", "stand", "die")  # fmt: skip


class Shop:
    """The store's side of one order: only what a store lets happen to it."""

    def __init__(self, draw, *, inclusive):
        self.draw, self.inclusive = draw, inclusive
        self.lines = {}
        self.edit()
        self.payments, self.refunds, self.ended, self.count = [], [], "", 0

    def order(self):
        return order(
            *self.lines.values(),
            inclusive=self.inclusive,
            payments=tuple(self.payments),
            refunds=tuple(self.refunds),
            ended=self.ended,
        )

    def number(self, most, least=1):
        return self.draw(st.integers(least, most))

    def at(self):
        self.count += 1
        return BEGAN + timedelta(days=self.count)

    def edit(self):
        lines = {}
        for place in range(self.number(3)):
            gross = D(self.number(9000)) / 100
            tax = rounded(gross / 6, 2) if self.number(4) > 1 else D(0)
            rates = (VAT20,) if tax else ()
            key = f"product:{place + 1}"
            lines[key] = line(key, gross - tax, tax, rates, self.number(3), variant_id=str(171 + place))
        paid = sum((payment.amount for payment in getattr(self, "payments", ())), D(0))
        if sum(one.gross for one in lines.values()) >= paid:  # else the order would be held as overpaid
            self.lines = lines

    def left(self):
        return self.order().total - sum((payment.amount for payment in self.payments), D(0))

    def pay(self, amount=None):
        least = D(1) / 100
        if self.left() > 0:
            share = self.left() * self.number(4) / 4 if amount is None else amount
            at = self.at()
            self.payments.append(
                Payment(f"p{self.count}", "credit_card", max(rounded(share, 2), least), at, "gw")
            )

    def pay_all(self):
        self.pay(self.left())

    def void(self):
        if self.payments and not self.refunds:
            self.payments.pop(self.number(len(self.payments), 1) - 1)

    def refundable(self):
        paid = sum((payment.amount for payment in self.payments), D(0))
        return min(paid, self.order().total) - sum((refund.total for refund in self.refunds), D(0))

    def given(self, key):
        back = [row for refund in self.refunds for row in refund.lines if row.key == key]
        return sum((row.net for row in back), D(0)), sum((row.tax for row in back), D(0))

    def refund(self, part=None):
        rows = []
        for one in self.lines.values():
            net, tax = self.given(one.key)
            share = D(self.number(4, 0)) / 4 if part is None else part
            row = replace(
                one, net=rounded((one.net - net) * share, 2), tax=rounded((one.tax - tax) * share, 2)
            )
            if row.net >= 0 and row.tax >= 0 and row.gross:
                rows.append(replace(row, quantity=D(1)))
        self.gave(tuple(rows))

    def refund_all(self):
        self.refund(D(1))

    def order_refund(self):
        self.gave((line("refund", D(self.number(500)) / 100, 0, (), kind="refund"),))

    def tax_refund(self):
        taxed = [one for one in self.lines.values() if one.tax - self.given(one.key)[1] > 0]
        if taxed:
            one = taxed[0]
            row = line(f"tax:{one.key}", 0, D(self.number(int(one.tax * 100))) / 100, kind="tax")
            if not any(back.kind == "tax" for refund in self.refunds for back in refund.lines):
                self.gave((row,))

    def gave(self, rows):
        total, tax = sum((row.gross for row in rows), D(0)), sum((row.tax for row in rows), D(0))
        if 0 < total <= self.refundable():
            at = self.at()
            money = Payment(f"b{self.count}", "credit_card", total, at, "gw-back")
            self.refunds.append(Refund(f"r{self.count}", at, rows, total, tax, (money,)))

    def cancel(self):
        self.ended = "cancelled"

    def stand(self):
        self.ended = ""


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_whatever_happens_to_an_order_its_books_say_what_it_says(data):
    shop = Shop(data.draw, inclusive=data.draw(st.booleans()))
    rules = BookRules(
        "hash",
        adjustment_limit=D(1),
        amend=data.draw(st.sampled_from(["unpaid", "draft", "never"])),
        reversal=data.draw(st.sampled_from(["void", "credit"])),
        unpaid=data.draw(st.sampled_from(["sent", "draft"])),
        restock=data.draw(st.sampled_from(["never", "always"])),
        tax_refunds=data.draw(st.sampled_from(["two_lines", "one_line"])),
    )
    books = Books(rules)
    for deed in data.draw(st.lists(st.sampled_from(DEEDS), min_size=3, max_size=10)):
        if deed == "die":
            attempt(books, shop.order(), dies_after=data.draw(st.integers(0, 4)))
            continue
        getattr(shop, deed.replace(" ", "_"))()
        if data.draw(st.booleans()):  # else its callback is lost, and the next one tells of both
            seen(books, shop.order())
    seen(books, shop.order())


def attempt(books, told, **more):
    try:
        books.sync(told, **more)
    except Skip as skip:
        why = skip.rule
    except Unmappable as held:
        why = held.reason
    else:
        return True
    assert why == "changed-after-posting" or (why, books.counts()) == ("status", (0, 0, 0))
    return False


def seen(books, told):
    before = books.counts()
    if not attempt(books, told):
        assert books.counts() == before
        return
    judged(books, told)
    reads = books.reads
    assert books.sync(told) == ()
    if books.credit() == 0:
        assert books.reads == reads or told.ended


def judged(books, told):
    back = sum((refund.total for refund in told.refunds), D(0))
    live = books.live()
    if told.ended:
        assert books.net() == 0
    else:
        assert len(live) == 1
        assert books.prints[live[0]] == fingerprint(told)
        assert books.documents[live[0]]["total"] == told.total
        assert books.net() == told.total - back
        assert not books.open() or not books.credit(), "what is open takes the credit there is"
    assert set(books.payments) == {payment.key for payment in told.payments}
    for refund in told.refunds:
        note = books.notes.get(f"refund:{refund.key}")
        assert note is not None or not books.live(), refund.key
        assert note is None or note["total"] == refund.total
    paid = sum((payment.amount for payment in told.payments), D(0))
    assert books.repaid() == min(paid, back) or told.ended


def test_the_plan_asks_for_nothing_of_an_order_that_is_as_it_was():
    books, told = Books(BookRules("hash")), order()
    books.sync(told)
    there = books.found(told)
    assert (asks(told, there, books.rules), plan(told, there, books.rules).steps) == (frozenset(), ())
