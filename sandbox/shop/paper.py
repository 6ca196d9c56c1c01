"""How the store writes values: four-decimal money, RFC 2822 dates, links to its own parts."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

from sandbox.arithmetic import STORED_PLACES, TaxedAmount, half_up

STATUSES = {
    0: "Incomplete",
    1: "Pending",
    2: "Shipped",
    3: "Partially Shipped",
    4: "Refunded",
    5: "Cancelled",
    6: "Declined",
    7: "Awaiting Payment",
    8: "Awaiting Pickup",
    9: "Awaiting Shipment",
    10: "Completed",
    11: "Awaiting Fulfillment",
    12: "Manual Verification Required",
    13: "Disputed",
    14: "Partially Refunded",
}
CURRENCY_IDS = {"EUR": 1, "USD": 2, "GBP": 3, "JPY": 4, "AUD": 5, "CAD": 6}


def money(amount: Decimal) -> str:
    """An amount as v2 writes it: a string with four decimals."""
    return str(half_up(amount, STORED_PLACES))


def number(amount: Decimal) -> int | float:
    """An amount where the store writes a JSON number; nothing is computed with it."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def rfc_2822(moment: datetime) -> str:
    """Dates of v2, always in UTC."""
    return format_datetime(moment.astimezone(UTC))


def iso(moment: datetime) -> str:
    """Dates of v3."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def link(order_id: int, part: str) -> dict[str, str]:
    """Where a part of the order is read; the store's own address is filled in by whoever serves it."""
    return {"url": f"/v2/orders/{order_id}/{part}", "resource": f"/orders/{order_id}/{part}"}


def cost(prefix: str, amount: TaxedAmount, *, inclusive: bool) -> dict[str, Any]:
    """The four keys of one cost: as entered, without tax, with tax, the tax."""
    return {
        f"base_{prefix}": money(amount.inc if inclusive else amount.ex),
        f"{prefix}_ex_tax": money(amount.ex),
        f"{prefix}_inc_tax": money(amount.inc),
        f"{prefix}_tax": money(amount.tax),
    }


def currency_id(code: str) -> int:
    """A small number for a currency; those without a number of their own share 9."""
    return CURRENCY_IDS.get(code, 9)
