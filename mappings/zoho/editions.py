"""What a country's edition of Zoho wants to be told of contacts, documents and lines, beyond what all editions ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

from mappings.errors import Unmappable
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho.found import Organization
from mappings.zoho.places import country_code, state_code

EU: Final = frozenset(
    (
        *("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE"),
        *("IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE"),
    )
)
GCC: Final = frozenset({"AE", "SA", "BH", "KW", "OM", "QA"})
_BY_COUNTRY: Mapping[str, str] = {
    "US": "us",
    "CA": "ca",
    "GB": "uk",
    "IN": "in",
    "AU": "au",
    **dict.fromkeys(EU, "eu"),
    **dict.fromkeys(GCC, "gcc"),
}
_HOME: Mapping[str, str] = {"us": "US", "ca": "CA", "uk": "GB", "in": "IN", "au": "AU"}

TREATMENT: Mapping[str, str] = {
    "uk": "vat_treatment",
    "eu": "vat_treatment",
    "in": "gst_treatment",
    "gcc": "tax_treatment",
}
"""The field that says what a customer is to the tax office, by edition."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "uk": ("uk", "eu_vat_registered", "eu_vat_not_registered", "non_eu", "overseas"),
    "eu": ("uk", "eu_vat_registered", "eu_vat_not_registered", "non_eu", "overseas"),
    "in": ("business_gst", "business_none", "overseas", "consumer"),
    "gcc": (
        *("vat_registered", "vat_not_registered", "gcc_vat_registered", "gcc_vat_not_registered"),
        *("non_gcc", "dz_vat_registered", "dz_vat_not_registered"),
    ),
}
AUTHORITIES: Final = frozenset({"us", "ca"})
EXEMPTIONS: Final = frozenset({"us", "ca", "au", "in"})
MAY_ASK_WHY: Final = frozenset({"us", "ca", "au"})
LEFT_TO_CONTACT: Final = "contact"
EXCHANGE_DIGITS: Final = 12

_COPIED = ("tax_authority_id", "vat_treatment", "gst_treatment", "tax_treatment", "place_of_supply")


@dataclass(frozen=True)
class Place:
    """Where an order goes: ISO country, and the state's code where tax depends on states ("" elsewhere).

    `between`: whether it leaves the state of an Indian organization; None where that makes no difference, or where one
    of the two states is not known.
    """

    country: str = ""
    state: str = ""
    between: bool | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Under which a setting may name it, the most exact first: `US-CA`, `US`."""
        exact = (f"{self.country}-{self.state}",) if self.country and self.state else ()
        return (*exact, self.country) if self.country else ()

    @property
    def tax_names(self) -> tuple[str, ...]:
        """The same behind the @ of a key of orders.taxes, where `intra` and `inter` come first."""
        sort = () if self.between is None else ("inter",) if self.between else ("intra",)
        return (*sort, *self.names)


NOWHERE: Final = Place()


def country_of(itself: Mapping[str, Any]) -> str:
    """The ISO country of an organization as `GET /organizations` tells it, by code or by name; "" where it does not."""
    code = str(itself.get("country_code") or "").strip().upper()
    if len(code) == 2:
        return code
    return country_code(str(itself.get("country_name") or itself.get("country") or ""))


def edition_of(organization: Organization, rules: BookRules) -> str:
    """global, us, ca, uk, eu, in, au or gcc: as set, else by the organization's country."""
    if rules.edition != "auto":
        return rules.edition
    return _BY_COUNTRY.get(organization.country, "global")


def place_of(order: Order, organization: Organization, rules: BookRules) -> Place:
    """Where the goods go; where nothing is sent, where the bill goes."""
    address = order.shipping_address or order.customer.billing
    country = address.country_code.strip().upper()
    return located(country, state_code(country, address.state), organization, rules)


def located(country: str, state: str, organization: Organization, rules: BookRules) -> Place:
    """A place as the organization's edition sees it."""
    between = None
    if edition_of(organization, rules) == "in":
        between = _between(country, state, state_code("IN", rules.state))
    return Place(country, state, between)


def place_booked(
    order: Order, read: Mapping[str, Any], organization: Organization, rules: BookRules
) -> Place:
    """The same for what takes a document back: in India as the document said, for an address that was corrected since
    changes nothing of what it was taxed with.
    """
    place, supply = place_of(order, organization, rules), str(read.get("place_of_supply") or "")
    if edition_of(organization, rules) != "in" or not supply:
        return place
    if read.get("gst_treatment") == "overseas":
        return replace(place, between=True)
    return located("IN", supply, organization, rules)


def _between(country: str, state: str, home: str) -> bool | None:
    if country and country != "IN":
        return True
    return state != home if state and home else None


def of_document(place: Place, organization: Organization, rules: BookRules) -> dict[str, str]:
    """What the edition adds to the head of an invoice, sales order or credit note."""
    edition = edition_of(organization, rules)
    told: dict[str, str] = {}
    if edition in AUTHORITIES and (authority := _named(rules.tax_authorities, place)):
        told["tax_authority_id"] = authority
    told |= _treated(place, organization, rules)
    if supply := supplied(place, edition):
        told["place_of_supply"] = supply
    return told


def of_contact(place: Place, organization: Organization, rules: BookRules) -> dict[str, str]:
    """What the edition adds to a contact when it is made; afterwards it is the merchant's."""
    told = _treated(place, organization, rules)
    if edition_of(organization, rules) == "in" and place.country == "IN" and place.state:
        told["place_of_contact"] = place.state
    return told


def of_line(tax_id: str | None, organization: Organization, rules: BookRules) -> dict[str, str]:
    """Why a line bears no tax, where the edition may ask for a reason and the merchant has set one.

    Not every organization asks (one that collects no tax at all does not): without a reason the line is sent as it
    is, and a refusal says so (`unreasoned`).
    """
    if tax_id or not rules.tax_exemption or edition_of(organization, rules) not in EXEMPTIONS:
        return {}
    return {exemption_field(rules): rules.tax_exemption}


def unreasoned(said: str) -> Unmappable:
    """Zoho's refusal (`said`) of a line that bears no tax."""
    return Unmappable(
        "tax-unmapped",
        f"a line was charged no tax, and this organization wants to know why: {said}",
        "Make a tax exemption in Zoho's tax settings and write its code or its id into orders.tax_exemption (or name "
        'a tax of 0 % under "0" in orders.taxes), then retry.',
    )


def exemption_field(rules: BookRules) -> str:
    """Ids of Zoho are long numbers; whatever else is set is the exemption's code."""
    is_id = rules.tax_exemption.isdecimal() and len(rules.tax_exemption) > 10
    return "tax_exemption_id" if is_id else "tax_exemption_code"


def treatment_of(place: Place, organization: Organization, rules: BookRules) -> str:
    """The customer's tax treatment: by setting for the place, then for "*", else that of a private person there."""
    edition = edition_of(organization, rules)
    chosen = _named(rules.treatments, place) or rules.treatments.get("*", "")
    if edition not in TREATMENT or chosen == LEFT_TO_CONTACT:
        return ""
    return chosen or _private(edition, place, organization)


def supplied(place: Place, edition: str) -> str:
    """The place of supply: the state in India, the emirate or the country in the Gulf."""
    if edition == "in":
        return place.state if place.country == "IN" else ""
    if edition == "gcc" and place.country in GCC:
        return place.state or place.country
    return ""


def exchange(order: Order, organization: Organization, rules: BookRules) -> dict[str, Decimal]:
    """What one unit of the order's currency is in the books' own, where the store is to say it.

    The store's field is named default-to-transactional, so 1 EUR = 1.0837 USD makes a dollar
    1 / 1.0837 = 0.922764602750 EUR (12 digits, half up); "order_as_told" sends 1.0837. Nothing is said where the
    store's own currency is not that of the books, nor where its rate is 1: so it writes where it knows none.
    """
    base, rate = organization.base_currency, order.exchange_rate
    foreign = order.currency != base and order.store_currency == base
    if rules.exchange_rate == "zoho" or not foreign or rate is None or rate <= 0 or rate == 1:
        return {}
    if rules.exchange_rate == "order_as_told":
        return {"exchange_rate": rate}
    return {"exchange_rate": Context(EXCHANGE_DIGITS, ROUND_HALF_UP).divide(Decimal(1), rate)}


def copied(read: Mapping[str, Any], rules: BookRules) -> dict[str, Any]:
    """What a note that takes a whole document back says as the document does."""
    told: dict[str, Any] = {name: str(read[name]) for name in _COPIED if read.get(name)}
    if rules.exchange_rate != "zoho" and read.get("exchange_rate") not in (None, "", 0, 1):
        told["exchange_rate"] = Decimal(str(read["exchange_rate"]))
    return told


def _treated(place: Place, organization: Organization, rules: BookRules) -> dict[str, str]:
    told = treatment_of(place, organization, rules)
    return {TREATMENT[edition_of(organization, rules)]: told} if told else {}


def _private(edition: str, place: Place, organization: Organization) -> str:
    """What somebody is who has no number: a shop's usual customer. "" leaves it to Zoho."""
    home = organization.country or _HOME.get(edition, "")
    if not place.country:
        return ""
    if edition == "uk":
        return "uk" if place.country in ("GB", "IM") else "overseas"
    if edition == "in":
        return "consumer" if place.country == "IN" else "overseas"
    if edition == "eu":
        abroad = "eu_vat_not_registered" if place.country in EU else "non_eu"
        return "" if place.country == home else abroad
    if place.country == home:
        return "vat_not_registered"
    return "gcc_vat_not_registered" if place.country in GCC else "non_gcc"


def _named(table: Mapping[str, str], place: Place) -> str:
    """What a map of the settings says of a place, `US-CA` before `US`, any case."""
    plain = {name.strip().upper(): told for name, told in table.items()}
    return next((plain[name] for name in place.names if name in plain), "")
