"""What shoppers buy on the street and what is done to their orders; what the merchant may have chosen."""

from tests.tasks.test_storms import PEOPLE

AUTHORISED = {"payment": {"style": "authorised"}, "status_id": 7}
PAID = [{}, {}, {"payment": "capture"}, AUTHORISED, AUTHORISED, {"payment": {"style": "offline"}}]
GOODS = [
    {"price": "9.99", "quantity": 3, "tax": "20", "discounts": [{"amount": "1.00"}]},
    {"price": "7.30", "quantity": 2, "tax": "7"},
    {"price": "25.00", "quantity": 1, "tax": ["6", "2.25"]},
    {"price": "100.00", "quantity": 4, "tax": None},
]
NAMED = [
    {**one, "sku": sku, "name": sku} for one, sku in zip(GOODS, ("MUG", "TEA", "HAT", "PIN"), strict=True)
]
MOON = {"name": "Moon tax", "rate": "13"}  # nobody has told Zoho of it
CURRENCIES = ["EUR", "EUR", "USD", "JPY"]
CHOICES = {
    "amend": ["unpaid", "unpaid", "draft", "never"],
    "edited": ["credit", "credit", "credit", "hold"],
    "reversal": ["void", "credit"],
    "restock": ["never", "always"],
    "unpaid": ["sent", "sent", "draft"],
    "voided_payments": ["delete", "delete", "hold"],
    "tax_refunds": ["two_lines", "one_line"],
}
ENDS = {
    "cancelled": ["reverse", "reverse", "reverse", "hold", "keep"],
    "disputed": ["keep", "reverse"],
    "archived": ["keep", "reverse"],
    "deleted": ["hold", "reverse"],
}
SWITCHED = {
    "zoho_credit_applies_itself": [False, True],
    "zoho_credit_over_invoice": ["allowed", "refused"],
    "zoho_draft_payment": ["accepted", "refused"],
}


def in_yen(line):
    """A hundred times as dear, in whole yen."""
    off = [{"amount": _yen(one["amount"])} for one in line.get("discounts", ())]
    return {**line, "price": _yen(line["price"]), **({"discounts": off} if off else {})}


def _yen(money):
    return str(int(float(money) * 100))


DEEDS = {
    "edit quantity": lambda s, order: ("edit", {"line": s.line(order), "quantity": s.dice.randint(1, 5)}),
    "edit price": lambda s, order: ("edit", {"line": s.line(order), "price": s.money(order, 30)}),
    "remove": lambda s, order: ("edit", {"line": s.line(order), "quantity": 0}),
    "add": lambda s, order: (
        "add",
        {"price": s.money(order), "quantity": 2, "tax": "20", "name": "PIN", "sku": "PIN"},
    ),
    "discount": lambda s, order: ("discount", {"wanted": s.money(order, 2)}),
    "address": lambda s, _: ("address", {"company": f"Mill {s.dice.randint(1, 9)}"}),
    "refund a piece": lambda s, order: ("refund", {"line": s.line(order), "quantity": 1}),
    "refund of a line": lambda s, order: ("refund", {"line": s.line(order), "amount": s.money(order, 4)}),
    "refund an amount": lambda s, order: ("refund", {"amount": s.money(order, 3)}),
    "refund shipping": lambda s, order: ("refund", {"shipping": s.money(order, 3)}),
    "refund tax": lambda s, order: ("refund", {"tax": s.money(order, 1)}),
    "refund all": lambda _s, _order: ("refund", {}),
    "refund declined": lambda s, order: ("refund", {"amount": s.money(order, 2), "declined": True}),
    "pay": lambda _s, _order: ("pay", {}),
    "pay a part": lambda s, order: ("pay", {"wanted": s.money(order, 5)}),
    "capture": lambda _s, _order: ("capture", {}),
    "capture a part": lambda s, order: ("capture", {"wanted": s.money(order, 5)}),
    "void": lambda _s, _order: ("void", {}),
    "cancel": lambda _s, _order: ("cancel", {}),
    "decline": lambda _s, _order: ("decline", {}),
    "dispute": lambda _s, _order: ("dispute", {}),
    "reinstate": lambda _s, _order: ("reinstate", {}),
    "ship": lambda _s, _order: ("ship", {}),
    "archive": lambda _s, _order: ("archive", {}),
    "delete": lambda _s, _order: ("delete", {}),
}
SELDOM = {
    "void",
    "decline",
    "dispute",
    "archive",
    "delete",
    "address",
    "refund tax",
    "refund all",
    "refund shipping",
}
WORDS = [word for word in DEEDS for _ in range(1 if word in SELDOM else 3)]

PIECE = {"line": 0, "quantity": 1}
DECLINED = {"amount": "2.00", "declined": True}
THIRDS = {**NAMED[0], "discounts": [{"amount": "1.01"}]}  # 3 x 9.99 - 1.01 = 28.96 = 9.65 + 9.65 + 9.66
THREE = {"lines": [THIRDS], "inclusive": True, "currency": "EUR", "shipping": "0", "customer": PEOPLE[0]}
PLAYS = {  # lives that chance seldom comes by, each deed heard of before the next is done
    "piece by piece": (THREE, ("refund", PIECE), ("refund", DECLINED), ("refund", PIECE), ("refund", PIECE)),
    "edited when paid": (THREE, ("edit", {"line": 0, "quantity": 5})),
    "edited when paid, then called back": (THREE, ("edit", {"line": 0, "quantity": 4}), ("void", {})),
    "a person first": (
        THREE | AUTHORISED, ("person", {}), ("edit", {"line": 0, "quantity": 2}), ("edit", {"line": 0, "quantity": 4}),
    ),
}  # fmt: skip
