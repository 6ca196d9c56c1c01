"""What must have happened to an order that is held for a reason, told from its deeds and the settings alone."""

from dataclasses import dataclass
from typing import Any

from sandbox.generator import Terms
from sandbox.shop.receipts import received
from tests.tasks.lives import cents

LINES = {"edit", "add", "discount"}
OVER = {"cancel": "cancelled", "decline": "declined", "dispute": "disputed", "archive": "archived"}


@dataclass(frozen=True)
class Lived:
    """An order's deeds (name, words) in their order, the merchant's rules, the store's order as it is now, the word by
    which it ended and what is wished then; `touched`: a person has changed or made void a document of it.
    """

    deeds: tuple[tuple[str, Any], ...]
    rules: Any
    bundle: Any
    word: str
    wish: str
    touched: bool

    def names(self):
        return [deed for deed, _ in self.deeds]

    def did(self, *deeds):
        return bool(set(deeds) & set(self.names()))

    def after(self, firsts, seconds):
        """One of the second ones was done after one of the first ones."""
        names = self.names()
        place = min((names.index(deed) for deed in firsts if deed in names), default=len(names))
        return bool(set(seconds) & set(names[place + 1 :]))

    def reversing(self):
        """The deeds after which its books are taken back."""
        return [deed for deed, word in OVER.items() if self.rules.endings.get(word) == "reverse"]


def overpaid(lived):
    """More is in the store's till than the order costs now."""
    order = lived.bundle and lived.bundle["order"]
    return bool(order) and received(lived.bundle, Terms().paid).total > cents(order["total_inc_tax"])


def refund_unclear(lived):
    """What was refunded was changed later, or was never paid in full, or went back with no goods."""
    refunds = [told for deed, told in lived.deeds if deed == "refund"]
    in_part = any("wanted" in told for deed, told in lived.deeds if deed in ("pay", "capture"))
    alone = any({"shipping", "tax"} & set(told) for told in refunds)
    return lived.after(["refund"], LINES) or (bool(refunds) and (in_part or alone))


def changed_after_posting(lived):
    """One of what the books cannot follow without a person."""
    return any(
        (
            lived.wish == "hold",
            lived.rules.edited == "hold" and (lived.did(*LINES) or lived.touched),
            _unpaid(lived),
            _twice_taken_back(lived),
        )
    )


def _unpaid(lived):
    """A payment was voided, and something was built on it."""
    built_on = LINES | {"refund", *OVER}
    held = lived.rules.voided_payments == "hold"
    return lived.did("void") and (held or lived.did(*built_on) or lived.touched)


def _twice_taken_back(lived):
    """Refunded before or after the whole was taken back: what is left is nobody's to guess."""
    over = [*lived.reversing(), *(["delete"] if lived.rules.endings["deleted"] == "reverse" else [])]
    if lived.after(over, ["refund"]):
        return True
    if not lived.after(["refund"], over):
        return False
    return lived.did("delete") or lived.after(over, ["reinstate"]) or lived.did(*LINES) or lived.touched


CAUSES = {
    "overpaid": overpaid,
    "refund-unclear": refund_unclear,
    "changed-after-posting": changed_after_posting,
}
