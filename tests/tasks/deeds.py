"""What shoppers buy on the street and what is done to their orders; what the merchant may have chosen."""

AUTHORISED = {"payment": {"style": "authorised"}, "status_id": 7}
OFFLINE = {"style": "offline"}
PAID = [{}, {}, {"payment": "capture"}, AUTHORISED, AUTHORISED, {"payment": OFFLINE}]
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

STREETS = (  # the merchants of the plays: who holds what was edited, or keeps what was cancelled, is met by chance
    {"amend": "unpaid", "edited": "credit", "reversal": "void", "restock": "never", "unpaid": "sent"}
    | {"voided_payments": "delete", "tax_refunds": "two_lines", "cancelled": "reverse", "deleted": "hold"}
    | {"disputed": "keep", "archived": "keep", "zoho_credit_applies_itself": False}
    | {"zoho_credit_over_invoice": "allowed", "zoho_draft_payment": "accepted"},
    {"amend": "draft", "edited": "credit", "reversal": "credit", "restock": "always", "unpaid": "draft"}
    | {"voided_payments": "delete", "tax_refunds": "one_line", "cancelled": "reverse", "deleted": "reverse"}
    | {"disputed": "reverse", "archived": "reverse", "zoho_credit_applies_itself": True}
    | {"zoho_credit_over_invoice": "refused", "zoho_draft_payment": "refused"},
    {"amend": "never", "edited": "credit", "reversal": "void", "restock": "always", "unpaid": "sent"}
    | {"voided_payments": "hold", "tax_refunds": "two_lines", "cancelled": "reverse", "deleted": "reverse"}
    | {"disputed": "keep", "archived": "reverse", "zoho_credit_applies_itself": False}
    | {"zoho_credit_over_invoice": "refused", "zoho_draft_payment": "accepted"},
)


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
