"""Invented customers: nobody here exists, and every address ends in a domain that reaches nobody."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from sandbox.shop.cart import Person

FIRST_NAMES = (
    "Alda",
    "Bero",
    "Cilla",
    "Dorn",
    "Elva",
    "Fenn",
    "Gisa",
    "Harl",
    "Ilka",
    "Jory",
    "Kaja",
    "Lenz",
)
LAST_NAMES = ("Amberly", "Birkwood", "Calder", "Dunmore", "Elmsford", "Fairlight", "Grayson-Test", "Hollin")
COMPANIES = ("", "", "", "Sample Works Ltd", "Test & Daughters", "Beispiel GmbH")
DOMAINS = ("example.com", "example.org", "example.net")
STREETS = ("Harbour Lane", "Mill Street", "Station Road", "Orchard Close", "Tower Row")
PLACES = {
    "DE": {"city": "Musterstadt", "state": "Hessen", "zip": "12345", "country": "Germany"},
    "GB": {"city": "Sampletown", "state": "Greater Sample", "zip": "SA1 1AA", "country": "United Kingdom"},
    "US": {"city": "Springsample", "state": "Texas", "zip": "78000", "country": "United States"},
    "JP": {"city": "Mihon-shi", "state": "Tokyo", "zip": "100-0000", "country": "Japan"},
}
FIRST_CUSTOMER = 11
REGISTERED = 36
NAMESAKES = (FIRST_CUSTOMER + REGISTERED, FIRST_CUSTOMER + REGISTERED + 1)
NEWCOMER = FIRST_CUSTOMER + REGISTERED + 2
LONG_NAME = "Over-" + "long" * 54 + "-name"
EMOJI_NAME = "Zoë 🦊"


def customers(seed: int) -> tuple[Person, ...]:
    """The registered customers of a shop; the last three are two of one name and one who is new."""
    dice = Random(f"people {seed}")
    pool = [_invented(dice, FIRST_CUSTOMER + place) for place in range(REGISTERED)]
    pool += [
        replace(
            _invented(dice, number),
            first_name=EMOJI_NAME,
            last_name="Namesake",
            company="",
            email=f"namesake.{number}.{seed}@{DOMAINS[place]}",
        )
        for place, number in enumerate(NAMESAKES)
    ]
    pool.append(replace(_invented(dice, NEWCOMER), email=f"newcomer.{seed}@example.com"))
    return tuple(pool)


def guest(dice: Random, seed: int, order_id: int) -> Person:
    """Somebody without an account, known by e-mail alone."""
    return replace(_invented(dice, 0), email=f"guest.{seed}.{order_id}@example.org")


def living_in(person: Person, country: str) -> Person:
    """The same person with an address of that country."""
    place: dict[str, Any] = PLACES[country]
    return replace(person, country_iso2=country, **place)


def _invented(dice: Random, customer_id: int) -> Person:
    first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
    person = Person(
        first_name=first,
        last_name=last,
        email=f"{first}.{last}.{customer_id}@{dice.choice(DOMAINS)}".lower(),
        company=dice.choice(COMPANIES),
        phone=f"+1 555 01{dice.randrange(100):02d}",
        street_1=f"{dice.randrange(1, 200)} {dice.choice(STREETS)}",
        street_2=dice.choice(("", "", "Flat 2")),
        customer_id=customer_id,
    )
    return living_in(person, dice.choice(("DE", "GB")))


def customer_json(person: Person) -> dict[str, Any]:
    """A registered customer as v3 writes it."""
    return {
        "id": person.customer_id,
        "authentication": {"force_password_reset": False},
        "company": person.company,
        "customer_group_id": 0,
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "notes": "",
        "phone": person.phone,
        "registration_ip_address": "192.0.2.1",
        "tax_exempt_category": "",
        "date_created": "2026-01-05T08:00:00Z",
        "date_modified": "2026-01-05T08:00:00Z",
        "accepts_product_review_abandoned_cart_emails": False,
        "origin_channel_id": 1,
        "channel_ids": None,
    }
