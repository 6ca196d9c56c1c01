"""How money of an order can go back: by which providers, and how much by each."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.arithmetic import ZERO, total_of
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.bigcommerce.transactions import PROVIDERS
from sandbox.shop.paper import STATUSES, number
from sandbox.shop.reading import Row, amount
from sandbox.shop.receipts import arrived, gateway_events, received
from sandbox.shop.refunding import NotRefundable, refunds_made

UNPAID = frozenset({0, 1, 6, 7})  # in all others money of offline methods is taken to be there
PAID = frozenset(STATUSES) - UNPAID
CUSTOM = "custom"


@dataclass(frozen=True)
class Option:
    """One payment of a refund method; `provider_offline`: no gateway could do it for the merchant."""

    provider_id: str
    amount: Decimal
    offline: bool = False
    provider_offline: bool = False

    def as_json(self) -> Json:
        reason = "This is an offline payment provider." if self.provider_offline else ""
        return {
            "provider_id": self.provider_id,
            "provider_description": self.provider_id.replace("_", " ").title(),
            "amount": number(self.amount),
            "offline": self.offline,
            "offline_provider": self.provider_offline,
            "offline_reason": reason,
        }


def sources(bundle: Bundle) -> dict[str, Decimal]:
    """By provider what came in and has not gone back to it."""
    found: dict[str, Decimal] = {}
    for row in arrived(gateway_events(bundle)):
        found[str(row["gateway"])] = found.get(str(row["gateway"]), ZERO) + amount(row, "amount")
    money = received(bundle, PAID)
    for kind, had in money.by_kind():
        if kind != "money":
            found[PROVIDERS[kind]] = had
        elif not found:
            found[offline_provider(bundle)] = had
    for payment in _paid_back(bundle):
        provider = str(payment["provider_id"])
        found[provider] = found.get(provider, ZERO) - amount(payment, "amount")
    return found


def _paid_back(bundle: Bundle) -> list[Row]:
    return [
        payment
        for row in refunds_made(bundle)
        for payment in row.get("payments") or []
        if not payment.get("is_declined")
    ]


def offline_provider(bundle: Bundle) -> str:
    """The method of an order that no gateway saw, such as cashondelivery."""
    told = next((row["gateway"] for row in bundle["transactions"] if row.get("method") == "offline"), "")
    return str(told or bundle["order"].get("payment_method") or CUSTOM).replace(" ", "").lower()


def money_left(bundle: Bundle) -> Decimal:
    """How much came in and has not gone back, however it went."""
    return total_of(sources(bundle).values())


def methods(bundle: Bundle, total: Decimal) -> list[list[Option]]:
    """Ways to give this much back: as it came, as store credit to a customer, or by hand."""
    offline, left, as_it_came = offline_provider(bundle), total, []
    for provider, had in sources(bundle).items():
        part = min(left, had)
        if part > ZERO:
            by_hand = provider == offline
            as_it_came.append(Option(provider, part, by_hand, by_hand))
            left -= part
    ways = [as_it_came] if not left else []
    if bundle["order"].get("customer_id"):
        ways.append([Option("storecredit", total)])
    return [*ways, [Option(CUSTOM, total, True, True)]]


def check(bundle: Bundle, chosen: Sequence[Json]) -> None:
    """A gateway or a certificate gives back at most what came by it; by hand everything goes."""
    had = sources(bundle)
    for row in chosen:
        provider = row["provider_id"]
        if row["offline"] or provider in ("storecredit", CUSTOM):
            continue
        if row["amount"] > had.get(provider, ZERO):
            raise NotRefundable(f"{provider} can not refund {row['amount']:.2f}.")


def way_of(bundle: Bundle, payment: Json) -> tuple[str, str, Any]:
    """(method, gateway, the transaction it follows) of money that goes back."""
    provider = str(payment["provider_id"])
    own = {name: method for method, name in PROVIDERS.items()}
    if provider in own:
        return own[provider], provider, None
    came = [row for row in arrived(gateway_events(bundle)) if row["gateway"] == provider]
    if payment["offline"] or not came:
        return "offline", provider, None
    return str(came[-1]["method"]), provider, came[-1]["id"]
