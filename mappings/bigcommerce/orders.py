"""An order of the store, with all its parts, as our Order: who bought what, what it cost, what was paid."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from mappings.bigcommerce import schemas
from mappings.bigcommerce.bases import bases_of, in_basis
from mappings.bigcommerce.charges import charge_lines, load_fees
from mappings.bigcommerce.discounts import paid_readings
from mappings.bigcommerce.payments import payments
from mappings.bigcommerce.refunds import check, moved_by, refunds, sold
from mappings.bigcommerce.schemas import load_order, load_parts
from mappings.bigcommerce.shipments_made import shipments
from mappings.bigcommerce.sums import Totals, settle, totals_of
from mappings.bigcommerce.taxes import with_rates
from mappings.errors import Skip, Unmappable
from mappings.money import places_of, summed, unit
from mappings.reading import Part
from mappings.records import Address, Customer, Line, Order
from mappings.rules import OrderRules
from mappings.statuses import ENDED, GIVEN_BACK, INCOMPLETE

_OUR_MARKS = frozenset({"date_modified", "external_order_id", "staff_notes"})


def translate(bundle: Mapping[str, Any], rules: OrderRules, *, known: bool = False) -> Order:
    """The order as it was charged, every line in whole cents and all of them together its total.

    `bundle` holds the v2 order object as "order" and its parts beside it, as the store answers them; parts may be
    absent. `known`: the order is in our books already, so that its status no longer says whether it is ours. Raises
    Skip for orders that are not ours to sync and Unmappable for those that a person must look at.
    """
    order = load_order(bundle.get("order"))
    _leave_early(order, rules, known=known)
    products = load_parts(bundle, "products", schemas.PRODUCT)
    currency = _currency(order)
    places = places_of(currency)
    addresses = load_parts(bundle, "shipping_addresses", schemas.SHIPPING_ADDRESS)
    bases = bases_of(order, products, rules)
    read = partial(_lines, bundle, order, products, addresses, places=places)
    inclusive, lines, totals = in_basis(bases, lambda basis: read(inclusive=basis), unit(places))
    sale = Order(
        id=order["id"],
        status_id=order["status_id"],
        created=order["date_created"],
        currency=currency,
        places=places,
        inclusive=inclusive,
        customer=_customer(order, rules),
        lines=lines,
        shipping_address=_address(addresses[0]) if addresses else None,
        total=totals.total,
        tax=totals.tax or Decimal(0),
        payments=(),
        external_order_id=order["external_order_id"],
        message=order["customer_message"],
        ended=ENDED.get(order["status_id"], "archived" if order["is_deleted"] else ""),
        store_currency=order["store_default_currency_code"].upper(),
        exchange_rate=order["store_default_to_transactional_exchange_rate"],
        shipped=order["date_shipped"],
        shipments=shipments(bundle, products),
    )
    return _with_money(sale, bundle, order, products, rules)


def _with_money(
    sale: Order, bundle: Mapping[str, Any], order: Part, products: Sequence[Part], rules: OrderRules
) -> Order:
    """What came in for the order, and what of it went back."""
    transactions = load_parts(bundle, "transactions", schemas.TRANSACTION)
    rows = load_parts(bundle, "refunds", schemas.REFUND)
    moved = moved_by(rows, transactions)
    back = refunds(rows, sold(sale, products), moved)
    check(order, products, rows, back, sale.total)
    paid = payments(
        order,
        transactions,
        rules,
        total=sale.total,
        currency=sale.currency,
        places=sale.places,
        back=summed([refund.total for refund in back]),
        of_refunds={transaction["id"] for transaction in moved.values()},
    )
    return replace(sale, payments=paid, refunds=back)


def fingerprint(bundle: Mapping[str, Any]) -> str:
    """The same for the same order, whatever we wrote on it ourselves and in whatever order its parts came."""
    order = {name: value for name, value in (bundle.get("order") or {}).items() if name not in _OUR_MARKS}
    parts = {name: sorted(map(_canonical, part)) for name, part in bundle.items() if name != "order" and part}
    return hashlib.sha256(_canonical({"order": order, **parts}).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)


def _leave_early(order: Part, rules: OrderRules, *, known: bool) -> None:
    """A refunded order was a sale, so that it is synced whatever statuses are chosen."""
    status = order["status_id"]
    if status == INCOMPLETE:
        raise Skip("incomplete", "the shopper reached the payment page and did not order")
    if not known and status not in rules.statuses | GIVEN_BACK:
        raise Skip("status", f"status {status} is not among the synced ones")


def _currency(order: Part) -> str:
    """All amounts are in the transactional currency; the displayed one is the same where its rate is 1."""
    code: str = order["default_currency_code"]
    if not code and order["currency_exchange_rate"] in (None, 1):
        code = order["currency_code"]
    if not code:
        raise Unmappable(
            "field-missing",
            "order.default_currency_code: the order does not say in which currency its amounts are",
            "Open the order in the store, save it again, then retry.",
        )
    return code.upper()


def _lines(
    bundle: Mapping[str, Any],
    order: Part,
    products: Sequence[Part],
    addresses: Sequence[Part],
    *,
    inclusive: bool,
    places: int,
) -> tuple[tuple[Line, ...], Totals]:
    taxes = load_parts(bundle, "taxes", schemas.TAX)
    charges = charge_lines(order, addresses, load_fees(bundle, order))
    coupons = load_parts(bundle, "coupons", schemas.COUPON)
    read = paid_readings(order, products, charges, coupons, inclusive=inclusive, places=places)
    settled, totals = settle(read, totals_of(order, places), inclusive=inclusive, places=places)
    kept = tuple(line for line in settled if line.quantity > 0)
    if not kept:
        raise Unmappable(
            "field-missing",
            "products: the order has no lines",
            "Open the order in the store: an order without lines cannot be booked. Cancel or correct it.",
        )
    return with_rates(kept, taxes, inclusive=inclusive, places=places), totals


def _customer(order: Part, rules: OrderRules) -> Customer:
    billing = order["billing_address"]
    customer_id = order["customer_id"] if order["customer_id"] not in ("", "0") else None
    email = billing["email"] if "@" in billing["email"] else ""
    nameless = rules.no_email == "hold" or (rules.no_email == "customer_id" and customer_id is None)
    if not email and nameless:
        raise Unmappable(
            "email-missing",
            "the order carries no e-mail, and contacts are matched by e-mail",
            "Enter the shopper's e-mail on the order's billing address and retry, or choose in the settings what "
            "becomes of orders without e-mail (orders.no_email: walk-in contact, or by customer id).",
        )
    return Customer(
        customer_id=customer_id,
        email=email,
        first_name=billing["first_name"],
        last_name=billing["last_name"],
        company=billing["company"],
        phone=billing["phone"],
        billing=_address(billing),
    )


def _address(row: Part) -> Address:
    plain = (
        "first_name",
        "last_name",
        "company",
        "street_1",
        "street_2",
        "city",
        "state",
        "zip",
        "country",
        "phone",
    )
    return Address(**{name: row[name] for name in plain}, country_code=row["country_iso2"])
