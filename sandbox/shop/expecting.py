"""What must become of an order in the books: posted, skipped by a rule, or held for a reason.

The judge of every run: it reads only what the store answers, never what a connector made of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox.arithmetic import ZERO, half_up, total_of, whole
from sandbox.shop import reading
from sandbox.shop.books import Comparison, compare
from sandbox.shop.receipts import REFUNDED, Money, received
from sandbox.shop.refunding import explained, money_back
from sandbox.shop.taxes import Basis, MerchantTax, tax_of, taxes_needed

REFUND_WORDS = frozenset({"refunded", "partially refunded"})


@dataclass(frozen=True)
class Terms:
    """The merchant's settings that decide outcomes; `taxes` None means every tax the orders need.

    `tax_rounding` is the organization's: entity_level or item_level. `accounts` are those that are set.
    """

    adjustment_limit: Decimal = Decimal("0.02")
    tax_rounding: str = "entity_level"
    synced: frozenset[int] = frozenset({2, 3, 7, 8, 9, 10, 11, 12, 13})
    paid: frozenset[int] = frozenset({2, 3, 8, 9, 10, 11})
    taxes: tuple[MerchantTax, ...] | None = None
    currencies: frozenset[str] = frozenset({"EUR", "USD", "GBP", "JPY", "AUD", "CAD"})
    accounts: frozenset[str] = frozenset({"gift_certificate", "store_credit"})


@dataclass(frozen=True)
class Expected:
    """`reasons` are all that apply; `tax` is what was charged, `booked_tax` what the books compute.

    `total` is the order as sold, `paid` what came in, `refunded` what went back and lowers neither of them.
    `worst` is the widest tax difference that any spreading of odd cents could give.
    """

    outcome: str
    reason: str = ""
    reasons: tuple[str, ...] = ()
    total: Decimal = ZERO
    tax: Decimal = ZERO
    paid: Decimal = ZERO
    refunded: Decimal = ZERO
    booked_tax: Decimal = ZERO
    worst: Decimal = ZERO
    currency: str = ""
    lines: int = 0
    payments: Mapping[str, Decimal] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Amounts as text with the currency's decimals."""
        return {
            "outcome": self.outcome,
            "reason": self.reason,
            "reasons": list(self.reasons),
            "total": str(self.total),
            "tax": str(self.tax),
            "booked_tax": str(self.booked_tax),
            "paid": str(self.paid),
            "refunded": str(self.refunded),
            "payments": {kind: str(amount) for kind, amount in self.payments.items()},
            "currency": self.currency,
            "lines": self.lines,
        }


def expect_loaded(bundle: Mapping[str, Any], terms: Terms | None = None) -> Expected:
    """What must become of this order, recorded or generated, under the merchant's terms."""
    rules = terms or Terms()
    order = bundle["order"]
    status = reading.whole_number(order, "status_id")
    rule = "incomplete" if status == 0 else "status"
    if status not in rules.synced and status not in REFUNDED:
        return Expected("skipped", rule, (rule,), **_told(bundle))
    money = received(bundle, rules.paid)
    comparison, unmapped = _booked(bundle, rules)
    reasons = (
        *_owner_reasons(bundle, rules, money),
        *_tax_reasons(order, comparison, rules, unmapped=unmapped),
    )
    digits = Decimal(1).scaleb(-reading.places(bundle))
    return Expected(
        outcome="held" if reasons else "posted",
        reason=reasons[0] if reasons else "",
        reasons=reasons,
        paid=ZERO.quantize(digits) if reasons else money.total.quantize(digits),
        refunded=ZERO.quantize(digits) if reasons else _back(bundle).quantize(digits),
        booked_tax=comparison.booked.quantize(digits),
        worst=comparison.worst,
        payments={} if reasons else {kind: amount.quantize(digits) for kind, amount in money.by_kind()},
        **_told(bundle),
    )


def _told(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """What the order itself says, whatever becomes of it."""
    digits = Decimal(1).scaleb(-reading.places(bundle))
    return {
        "total": reading.amount(bundle["order"], "total_inc_tax").quantize(digits),
        "tax": reading.amount(bundle["order"], "total_tax").quantize(digits),
        "currency": reading.currency(bundle),
        "lines": len(reading.sold_lines(bundle)),
    }


def _booked(bundle: Mapping[str, Any], rules: Terms) -> tuple[Comparison, bool]:
    taxes = rules.taxes if rules.taxes is not None else tuple(taxes_needed([bundle]))
    parts = reading.parts(bundle)
    basis = Basis.of(bundle)
    unsaid = [part for part in parts if part.tax and part.rates is None]
    found = [tax_of(part, taxes, basis, unsaid) if part.tax else None for part in parts]
    unmapped = any(part.tax and tax is None for part, tax in zip(parts, found, strict=True))
    return compare(parts, found, rules.tax_rounding, basis), unmapped


def _owner_reasons(bundle: Mapping[str, Any], rules: Terms, money: Money) -> Iterator[str]:
    order = bundle["order"]
    if "total_inc_tax" not in order or _in_unknown_currency(order):
        yield "field-missing"
    if _unclear(bundle):
        yield "refund-unclear"
    if not str((order.get("billing_address") or {}).get("email") or "").strip():
        yield "email-missing"
    if reading.currency(bundle) not in rules.currencies:
        yield "currency-unmapped"
    if not _adds_up(bundle):
        yield "sums-differ"
    if _accounts_needed(bundle, money) - rules.accounts:
        yield "account-missing"
    if money.total > half_up(reading.amount(order, "total_inc_tax"), reading.places(bundle)):
        yield "overpaid"


def _in_unknown_currency(order: Mapping[str, Any]) -> bool:
    """What was shown tells the currency of the amounts only where it was not converted."""
    rate = reading.amount(order, "currency_exchange_rate")
    return not order.get("default_currency_code") and rate not in (ZERO, Decimal(1))


def _tax_reasons(
    order: Mapping[str, Any], comparison: Comparison, rules: Terms, *, unmapped: bool
) -> Iterator[str]:
    """The books' tax must be near that of the parts, and near that of the order as a whole."""
    said = _said_tax(order) if "total_tax" in order else comparison.booked
    if unmapped:
        yield "tax-unmapped"
    elif max(comparison.widest, abs(said - comparison.booked)) > rules.adjustment_limit:
        yield "tax-differs"


def _said_tax(order: Mapping[str, Any]) -> Decimal:
    """The order's tax; a total that was written over may state none, although the order's parts do."""
    parts = ("subtotal_tax", "shipping_cost_tax", "handling_cost_tax", "wrapping_cost_tax")
    return reading.amount(order, "total_tax") or total_of(reading.amount(order, name) for name in parts)


def _back(bundle: Mapping[str, Any]) -> Decimal:
    return total_of(money_back(row) for row in reading.rows(bundle, "refunds"))


def _unclear(bundle: Mapping[str, Any]) -> bool:
    """The order and its refunds tell two stories, or a refund does not say what for or how its money went back."""
    status, refunds = reading.whole_number(bundle["order"], "status_id"), reading.rows(bundle, "refunds")
    back, total = _back(bundle), reading.amount(bundle["order"], "total_inc_tax")
    if not refunds:
        return status in REFUNDED or _hinted(bundle)
    silent = any(not row.get("payments") for row in refunds)
    other_status = (status == 4 and back != total) or (status == 14 and not back)
    return silent or back > total or other_status or not explained(bundle)


def _hinted(bundle: Mapping[str, Any]) -> bool:
    """Whether the order speaks of refunds although there is none."""
    words = str(bundle["order"].get("payment_status") or "").lower()
    pieces = any(reading.whole_number(row, "quantity_refunded") for row in reading.rows(bundle, "products"))
    return words in REFUND_WORDS or pieces


def _adds_up(bundle: Mapping[str, Any]) -> bool:
    """Whether the parts make the total; every line with odd fractions of a cent may hide less than one.

    Where the total holds the order's tax, each taxed part may have told a cent of it more or less than was charged.
    """
    order, places = bundle["order"], reading.places(bundle)
    parts: Sequence[reading.Part] = reading.parts(bundle)
    cent, together = Decimal(1).scaleb(-places), total_of(part.inc for part in parts)
    cents = cent * sum(not whole(part.inc, places) for part in parts)
    total = reading.amount(order, "total_inc_tax")
    credit = reading.amount(order, "gift_certificate_amount") + reading.amount(order, "store_credit_amount")
    sums = {
        together,
        together + _tax_beside(bundle, parts, cent),
        together - reading.cents_of_discounts(bundle),
    }
    missing = {found - wanted for found in sums for wanted in (total, total + credit)}
    return any(difference == ZERO or abs(difference) < cents for difference in missing)


def _tax_beside(bundle: Mapping[str, Any], parts: Sequence[reading.Part], cent: Decimal) -> Decimal:
    """The cents by which the order's tax differs from that of its parts, in an order whose prices carry none."""
    order, taxed = bundle["order"], [part.tax for part in parts if part.tax]
    if reading.inclusive(bundle) or "total_tax" not in order:
        return ZERO
    beside = reading.amount(order, "total_tax") - total_of(taxed)
    return beside if abs(beside) <= cent * len(taxed) else ZERO


def _accounts_needed(bundle: Mapping[str, Any], money: Money) -> frozenset[str]:
    sold = any(row.get("type") == "giftcertificate" for row in reading.sold_lines(bundle))
    used = {kind for kind, amount in money.by_kind() if kind != "money" and amount}
    return frozenset(used | ({"gift_certificate"} if sold else set()))
