"""The contact an order is booked on: its names to try, its body, its addresses, and when it is to be rewritten."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mappings.records import Address, Order
from mappings.rules import BookRules
from mappings.zoho.texts import cut, tidy

NAME_LIMIT = 200
_ADDRESS_LIMITS = {
    "attention": 100,
    "address": 500,
    "street2": 255,
    "city": 100,
    "state": 100,
    "zip": 50,
    "country": 100,
    "phone": 50,
}
_Digest = Callable[[str], str]


def normalized_email(email: str) -> str:
    """What makes two orders one person's: case and surrounding blanks do not."""
    return email.strip().casefold()


def is_walk_in(order: Order, rules: BookRules) -> bool:
    return not order.customer.email and (rules.no_email == "walk_in" or order.customer.customer_id is None)


def names(order: Order, rules: BookRules) -> tuple[str, ...]:
    """Contact names to try in turn: Zoho keeps them unique over customers and vendors, whoever bears them.

    The plain name; then with the shop's customer number (guests: the order's); then with the currency too, because a
    person who pays in two currencies is two contacts; last with the order's, for an account that orders under one
    e-mail after the other.
    """
    if is_walk_in(order, rules):
        return tuple(_fitted(rules.walk_in_name, suffix) for suffix in ("", f" {order.currency}"))
    customer = order.customer.customer_id
    who = f"BC {customer}" if customer else f"BC order {order.id}"
    suffixes = ("", f" ({who})", f" ({who} {order.currency})", f" (BC order {order.id})")
    return tuple(dict.fromkeys(_fitted(_plain_name(order, rules), suffix) for suffix in suffixes))


def create_body(
    order: Order, rules: BookRules, currency_id: str = "", pricebook_id: str = ""
) -> dict[str, Any]:
    """`POST /contacts` under the first of the names; e-mail and phone live on the contact person.

    The walk-in contact is many people, so no price list is anybody's there.
    """
    body: dict[str, Any] = {"contact_name": names(order, rules)[0], "contact_type": "customer"}
    if currency_id:
        body["currency_id"] = currency_id
    if is_walk_in(order, rules):
        return body
    person = {
        "first_name": cut(order.customer.first_name, 100),
        "last_name": cut(order.customer.last_name, 100),
        "email": order.customer.email,
        "phone": cut(order.customer.phone, 50),
    }
    if pricebook_id:
        body["pricebook_id"] = pricebook_id
    body |= _profile(order)
    body["contact_persons"] = [
        {name: text for name, text in person.items() if text} | {"is_primary_contact": True}
    ]
    if order.shipping_address is not None:
        body["shipping_address"] = address_body(order.shipping_address)
    return body


def update_body(order: Order) -> dict[str, Any]:
    """`PUT /contacts/{id}`: only what the store owns.

    The name stays: it may carry a suffix, or a person's choice. Contact persons stay too: an array of them
    would add a second one.
    """
    return _profile(order)


def profile(order: Order, rules: BookRules, digest: _Digest) -> str:
    """Fingerprint of what the store says of the person; "" for the walk-in contact, which is nobody's."""
    return "" if is_walk_in(order, rules) else digest(_canonical(_profile(order)))


def address_body(address: Address) -> dict[str, Any]:
    """An address within Zoho's lengths; empty parts are left out."""
    person = " ".join(part for part in (address.first_name, address.last_name) if part)
    wanted = {
        "attention": ", ".join(part for part in (person, address.company) if part),
        "address": address.street_1,
        "street2": address.street_2,
        "city": address.city,
        "state": address.state,
        "zip": address.zip,
        "country": address.country,
        "phone": address.phone,
    }
    fitted = {name: cut(text, _ADDRESS_LIMITS[name]) for name, text in wanted.items()}
    return {name: text for name, text in fitted.items() if text}


def address_fingerprint(body: Mapping[str, Any], digest: _Digest) -> str:
    """The same for an address as we write it and as Zoho answers it, whatever case and blanks became of it."""
    return digest(
        _canonical({name: " ".join(str(body.get(name) or "").casefold().split()) for name in _ADDRESS_LIMITS})
    )


def addresses_of(contact: Mapping[str, Any], digest: _Digest) -> dict[str, str]:
    """Fingerprint to address id, from a contact as Zoho answers it in detail or on creation."""
    return {
        address_fingerprint(row, digest): str(row["address_id"])
        for row in _addresses(contact)
        if row.get("address_id") and any(row.get(name) for name in ("address", "city", "zip", "country"))
    }


def _addresses(contact: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from contact.get("addresses") or ()
    yield contact.get("shipping_address") or {}
    yield contact.get("billing_address") or {}


def _profile(order: Order) -> dict[str, Any]:
    company = cut(order.customer.company, 200)
    body: dict[str, Any] = {"customer_sub_type": "business" if company else "individual"}
    if company:
        body["company_name"] = company
    billing = address_body(order.customer.billing)
    if billing:
        body["billing_address"] = billing
    return body


def _plain_name(order: Order, rules: BookRules) -> str:
    person = " ".join(part for part in (order.customer.first_name, order.customer.last_name) if part)
    first, second = (
        (order.customer.company, person)
        if rules.contact_name == "company"
        else (person, order.customer.company)
    )
    number = f"Customer {order.customer.customer_id}" if order.customer.customer_id else f"Order {order.id}"
    return tidy(first) or tidy(second) or order.customer.email or number


def _fitted(name: str, suffix: str) -> str:
    return cut(name, NAME_LIMIT - len(suffix)) + suffix


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
