"""What a set of orders contains, found by looking at the orders themselves, never at how they were made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sandbox.arithmetic import whole
from sandbox.shop import reading
from sandbox.shop.taxes import FORGOTTEN

Bundle = Mapping[str, Any]
PAGE = 50
LONG_NAME = 200
ASTRAL = 0x1F000  # emoji begin about here
OF_STATUS = {0: "incomplete", 1: "pending", 5: "cancelled", 4: "refunded"}


def found_in(bundles: Iterable[Bundle], moments: Sequence[float]) -> frozenset[str]:
    """The names of everything that occurs in these orders; `moments` are when they are placed."""
    orders = list(bundles)
    single = {name for bundle in orders for name, holds in LOOKS.items() if holds(bundle)}
    statuses = {OF_STATUS.get(bundle["order"]["status_id"], "") for bundle in orders} - {""}
    currencies = {reading.currency(bundle) for bundle in orders}
    return frozenset(single | statuses | currencies | _among(orders, moments))


def _lines(bundle: Bundle) -> list[reading.Row]:
    return reading.rows(bundle, "products")


def _discounts(bundle: Bundle) -> list[str]:
    return [str(one["id"]) for line in _lines(bundle) for one in line["applied_discounts"]]


def _does_not_divide(bundle: Bundle) -> bool:
    """A discount was taken and some line's price per piece is not in whole cents any more."""
    places = reading.places(bundle)
    return any(
        line["applied_discounts"]
        and not whole(reading.amount(line, "discounted_total_inc_tax") / line["quantity"], places)
        for line in _lines(bundle)
    )


def _four_decimals(bundle: Bundle) -> bool:
    places = reading.places(bundle)
    return any(not whole(reading.amount(line, "discounted_total_inc_tax"), places) for line in _lines(bundle))


def _charged(key: str) -> Callable[[Bundle], bool]:
    return lambda bundle: bool(reading.amount(bundle["order"], key))


def _line_with(key: str, wanted: Any) -> Callable[[Bundle], bool]:
    return lambda bundle: any(line[key] == wanted for line in _lines(bundle))


def _text(bundle: Bundle) -> str:
    billing = bundle["order"]["billing_address"]
    return "".join(str(value) for value in billing.values()) + "".join(
        line["name"] for line in _lines(bundle)
    )


def _events(bundle: Bundle) -> set[str]:
    return {row["event"] for row in bundle["transactions"] if row["method"] == "credit_card"}


LOOKS: Mapping[str, Callable[[Bundle], bool]] = {
    "discount that does not divide": _does_not_divide,
    "line with four decimals": _four_decimals,
    "quantity of three": lambda bundle: any(line["quantity"] > 2 for line in _lines(bundle)),
    "several rates": lambda bundle: len(reading.distinct(bundle["taxes"])) > 1,
    "more than fifty lines": lambda bundle: len(_lines(bundle)) > PAGE,
    "inclusive": lambda bundle: bool(bundle["order"]["is_tax_inclusive_pricing"]),
    "exclusive": lambda bundle: not bundle["order"]["is_tax_inclusive_pricing"],
    "coupon": lambda bundle: "total-coupon" in _discounts(bundle),
    "manual discount": lambda bundle: "manual-discount" in _discounts(bundle),
    "automatic discount": lambda bundle: "automatic-discount" in _discounts(bundle),
    "shipping": _charged("shipping_cost_inc_tax"),
    "handling": _charged("handling_cost_inc_tax"),
    "wrapping": _charged("wrapping_cost_inc_tax"),
    "fee": lambda bundle: bool(bundle["fees"]),
    "gift certificate sold": _line_with("type", "giftcertificate"),
    "gift certificate used": _charged("gift_certificate_amount"),
    "store credit": _charged("store_credit_amount"),
    "guest": lambda bundle: not bundle["order"]["customer_id"],
    "offline payment": lambda bundle: "offline" in {row["method"] for row in bundle["transactions"]},
    "gateway payment": lambda bundle: bool(_events(bundle) & {"purchase", "capture", "settled"}),
    "authorised only": lambda bundle: _events(bundle) == {"authorization"},
    "several addresses": lambda bundle: len(bundle["shipping_addresses"]) > 1,
    "digital": _line_with("type", "digital"),
    "custom line": lambda bundle: any(
        line["product_id"] == 0 and line["type"] == "physical" for line in _lines(bundle)
    ),
    "bundled children": _line_with("is_bundled_product", True),
    "emoji": lambda bundle: any(ord(letter) >= ASTRAL for letter in _text(bundle)),
    "over-long name": lambda bundle: any(
        len(str(value)) > LONG_NAME for value in bundle["order"]["billing_address"].values()
    ),
    "no e-mail": lambda bundle: not bundle["order"]["billing_address"]["email"],
    "unmapped tax": lambda bundle: any(row["name"] == FORGOTTEN for row in bundle["taxes"]),
    "sums that differ": lambda bundle: not _adds_up(bundle),
    "variant": lambda bundle: any(line["product_options"] for line in _lines(bundle)),
}
AMONG = frozenset({"returning customer", "namesakes", "new customer twice at once", "second currency"})
REQUIRED = frozenset(LOOKS) | frozenset(OF_STATUS.values()) | AMONG | {"EUR", "USD", "JPY"}


def _adds_up(bundle: Bundle) -> bool:
    together = sum(part.inc for part in reading.parts(bundle))
    return together == reading.amount(bundle["order"], "total_inc_tax")


def _among(orders: Sequence[Bundle], moments: Sequence[float]) -> set[str]:
    """What can only be seen by comparing orders: who came back, who shares a name, who came twice at once."""
    known = [
        (bundle["order"], moment)
        for bundle, moment in zip(orders, moments, strict=True)
        if bundle["order"]["customer_id"]
    ]
    seen = Counter(order["customer_id"] for order, _ in known)
    first = [(order["customer_id"], moment) for order, moment in known]
    names: dict[tuple[str, str], set[str]] = {}
    moneys: dict[int, set[str]] = {}
    for order, _ in known:
        billing = order["billing_address"]
        names.setdefault((billing["first_name"], billing["last_name"]), set()).add(billing["email"])
        moneys.setdefault(order["customer_id"], set()).add(order["default_currency_code"])
    looks = {
        "returning customer": max(seen.values(), default=0) > 1,
        "namesakes": any(len(emails) > 1 for emails in names.values()),
        "second currency": any(len(codes) > 1 for codes in moneys.values()),
        "new customer twice at once": any(count > 1 for count in Counter(first).values()),
    }
    return {name for name, holds in looks.items() if holds}
