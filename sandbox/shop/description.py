"""A short description of an order, as a person types it, read into a cart; faults are named by their key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zlib import crc32

from sandbox.arithmetic import ZERO, Rate
from sandbox.shop.cart import FIRST_DAY, Cart, CartLine, Charge, Deduction, Destination, Payment, Person

KEYS = frozenset(
    [
        "id",
        "status_id",
        "inclusive",
        "currency",
        "shown_currency",
        "created",
        "customer",
        "lines",
        "discounts",
        "shipping",
        "handling",
        "fees",
        "gift_certificate",
        "store_credit",
        "payment",
        "refunded",
        "error",
        "message",
    ]
)
LINE_KEYS = frozenset(
    [
        "price",
        "quantity",
        "tax",
        "name",
        "sku",
        "product_id",
        "variant_id",
        "type",
        "discounts",
        "wrapping",
        "children",
        "options",
        "destination",
    ]
)
DISCOUNT_KEYS = frozenset({"kind", "amount", "name", "code"})
PERSON_KEYS = frozenset(field.name for field in fields(Person)) | {"id"}


class DescriptionError(ValueError):
    """A description that describes no order; the text names the key and what was expected."""


def cart_from(description: Mapping[str, Any]) -> Cart:
    """Read a description; money may be strings or numbers, taxes "20", ["6", "2.25"] or {"name", "rate"}."""
    _known(description, KEYS, "order")
    rows = description.get("lines")
    if not isinstance(rows, list) or not rows:
        raise DescriptionError("lines: a list with at least one line is needed")
    cart = Cart(
        lines=tuple(_line(row, place) for place, row in enumerate(rows)),
        order_id=int(description.get("id", 100)),
        status_id=int(description.get("status_id", 11)),
        inclusive=bool(description.get("inclusive", False)),
        currency=str(description.get("currency", "EUR")),
        shown_currency=str(description.get("shown_currency", "")),
        created=_moment(description.get("created")),
        person=_person(description.get("customer", {})),
    )
    return _with_money(cart, description)


def _with_money(cart: Cart, description: Mapping[str, Any]) -> Cart:
    return replace(
        cart,
        deductions=_deductions(description.get("discounts", []), "discounts", "order"),
        destinations=_destinations(description),
        fees=tuple(_charge(fee, "fees", "Fee") for fee in description.get("fees", [])),
        gift_certificate=_amount(description.get("gift_certificate", "0"), "gift_certificate"),
        store_credit=_amount(description.get("store_credit", "0"), "store_credit"),
        payment=_payment(description.get("payment", {})),
        refunded=_amount(description.get("refunded", "0"), "refunded"),
        error=_amount(description.get("error", "0"), "error"),
        message=str(description.get("message", "")),
    )


def _known(given: Any, keys: frozenset[str], where: str) -> None:
    if not isinstance(given, Mapping):
        raise DescriptionError(f"{where}: an object is needed")
    strange = sorted(set(given) - keys)
    if strange:
        raise DescriptionError(f"{where}: unknown key {strange[0]}; known are {', '.join(sorted(keys))}")


def _amount(given: Any, where: str) -> Decimal:
    try:
        amount = Decimal(str(given))
    except InvalidOperation:
        raise DescriptionError(f"{where}: {given!r} is not an amount") from None
    if not amount.is_finite():
        raise DescriptionError(f"{where}: {given!r} is not an amount")
    return amount


def _rates(given: Any, where: str) -> tuple[Rate, ...]:
    if given is None or given == "":
        return ()
    if isinstance(given, list | tuple):
        return tuple(rate for one in given for rate in _rates(one, where))
    if isinstance(given, Mapping):
        percent = _amount(given.get("rate"), f"{where}.tax.rate")
        return (Rate(str(given.get("name", f"Tax {percent}")), percent),)
    percent = _amount(given, f"{where}.tax")
    return (Rate(f"VAT {percent}", percent),)


def _line(row: Any, place: int) -> CartLine:
    where = f"lines[{place}]"
    _known(row, LINE_KEYS, where)
    if "price" not in row:
        raise DescriptionError(f"{where}: price is missing")
    rates = _rates(row.get("tax"), where)
    sku = str(row.get("sku", f"THING-{place + 1}"))
    product_id = int(row.get("product_id", known_by(sku)))
    return CartLine(
        price=_amount(row["price"], f"{where}.price"),
        quantity=int(row.get("quantity", 1)),
        rates=rates,
        name=str(row.get("name", f"Thing {place + 1}")),
        sku=sku,
        product_id=product_id,
        variant_id=int(row.get("variant_id", product_id * 10)),
        kind=str(row.get("type", "physical")),
        deductions=_deductions(row.get("discounts", []), f"{where}.discounts", "product"),
        wrapping=_amount(row.get("wrapping", "0"), f"{where}.wrapping"),
        wrapping_rates=rates if "wrapping" in row else (),
        children=tuple(str(name) for name in row.get("children", [])),
        options=tuple((str(name), str(value)) for name, value in row.get("options", {}).items()),
        destination=int(row.get("destination", 0)),
    )


def known_by(sku: str) -> int:
    """The product id of a described line that names none: the same for the same SKU."""
    return 10_000 + crc32(sku.encode()) % 80_000


def _deductions(given: Any, where: str, target: str) -> tuple[Deduction, ...]:
    found = []
    for row in given:
        _known(row, DISCOUNT_KEYS, where)
        kind = str(row.get("kind", "manual"))
        if kind not in {"manual", "automatic", "coupon"}:
            raise DescriptionError(f"{where}.kind: {kind} is none of manual, automatic, coupon")
        code = row.get("code", "COUPON" if kind == "coupon" else None)
        amount = _amount(row.get("amount"), f"{where}.amount")
        found.append(Deduction(kind, amount, str(row.get("name", f"{kind} discount")), code, target))
    return tuple(found)


def _charge(given: Any, where: str, name: str = "") -> Charge:
    if given is None:
        return Charge()
    if not isinstance(given, Mapping):
        return Charge(_amount(given, where), (), name)
    cost = _amount(given.get("cost", "0"), f"{where}.cost")
    return Charge(cost, _rates(given.get("tax"), where), str(given.get("name", name)))


def _destinations(description: Mapping[str, Any]) -> tuple[Destination, ...]:
    """One destination, or one per row of a list of shippings; handling goes with the first."""
    given = description.get("shipping", "0")
    rows = given if isinstance(given, list) else [given]
    handling = _charge(description.get("handling"), "handling")
    return tuple(
        Destination(
            _charge(row, f"shipping[{place}]"),
            handling if place == 0 else Charge(ZERO),
            _person(row["address"]) if isinstance(row, Mapping) and "address" in row else None,
        )
        for place, row in enumerate(rows)
    )


def _person(given: Any) -> Person:
    _known(given, PERSON_KEYS, "customer")
    values = {key: str(value) for key, value in given.items() if key not in {"id", "customer_id"}}
    known: dict[str, Any] = {**values, "customer_id": int(given.get("id", given.get("customer_id", 0)))}
    return Person(**known)


def _payment(given: Any) -> Payment:
    if isinstance(given, str):
        return Payment(style=given, method="Cash on Delivery" if given == "offline" else "Credit Card")
    _known(given, frozenset({"style", "method", "gateway", "failed_first"}), "payment")
    return Payment(**given)


def _moment(given: Any) -> datetime:
    if given is None:
        return FIRST_DAY
    moment = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    if moment.tzinfo is None:
        raise DescriptionError("created: a time zone is needed, as in 2026-03-02T08:00:00+00:00")
    return moment
