"""Looks at the organization's edition: what it asks beyond others, and what orders to each destination would get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from app.checks.lines import Line, fail, ok, warn
from app.checks.reading import Check, Pair, Read, Values
from app.checks.store import scope_remedy
from connectors.bigcommerce.client import LIMIT, page_v2
from connectors.zoho import settings
from ledger import cursors
from mappings.errors import Unmappable
from mappings.records import Line as OrderLine
from mappings.records import TaxRate
from mappings.rules import BookRules
from mappings.zoho import editions
from mappings.zoho.editions import AUTHORITIES, EXEMPTIONS, LEFT_TO_CONTACT, MAY_ASK_WHY, TREATMENT, WORDS
from mappings.zoho.found import Organization, ZohoTax
from mappings.zoho.places import state_code
from mappings.zoho.taxes import of_sort, plain, read_taxes, tax_for

SHOWN = 20  # destinations
RATES = 6  # of a destination
ABOUT = "edition"


def _organization(values: Values) -> Organization:
    told = values["organization"]
    return Organization(country=editions.country_of(told), base_currency=str(told.get("currency_code") or ""))


def _edition(pair: Pair, values: Values) -> str:
    return editions.edition_of(_organization(values), pair.made.book_rules)


def _by_place(pair: Pair) -> bool:
    return any("@" in name for name in pair.made.book_rules.taxes)


def _wanted(pair: Pair, values: Values) -> bool:
    """Whether it matters where an order goes."""
    return _edition(pair, values) != "global" or _by_place(pair)


def _orders(pair: Pair, values: Values) -> Counter[tuple[str, str]]:
    """(country, state) of the bills of the last orders; the list tells no other address, and nobody is named."""
    if not _wanted(pair, values):
        return Counter()
    rows = page_v2(pair.made.store, "/v2/orders", {"limit": LIMIT, "sort": "id:desc"}, purpose="check")
    return Counter(_billed(row.get("billing_address") or {}) for row in rows)


def _billed(address: Mapping[str, Any]) -> tuple[str, str]:
    country = str(address.get("country_iso2") or "").upper()
    return country, state_code(country, str(address.get("state") or ""))


def _taxes(pair: Pair, values: Values) -> tuple[ZohoTax, ...]:
    """With what groups are made of where that decides: in India."""
    taxes = read_taxes(values["taxes"])
    if _edition(pair, values) != "in":
        return taxes
    known = cursors.learned(pair.made.ledger, pair.made.organization).get("groups", {})
    return tuple(
        replace(tax, members=tuple(known.get(tax.tax_id) or _members(pair, tax)))
        if tax.kind == "tax_group"
        else tax
        for tax in taxes
    )


def _members(pair: Pair, group: ZohoTax) -> list[str]:
    return settings.tax_group_members(pair.made.zoho, group.tax_id)


def _named_rows(path: str, key: str, edition: frozenset[str]) -> Any:
    """Rows of a list of Zoho's that only some editions have, where a setting names one of them."""

    def ask(pair: Pair, values: Values) -> list[dict[str, Any]]:
        if _edition(pair, values) not in edition:
            return []
        return list(pair.made.zoho.call("GET", path, purpose="check").get(key) or [])

    return ask


_SETTINGS = "make a grant code with the scope ZohoBooks.settings.READ and run `cartbooks connect zoho`"

EDITION_READS: tuple[Read, ...] = (
    Read("destinations", _orders, scope_remedy("Orders: modify")),
    Read("taxes by place", _taxes, lambda _pair: _SETTINGS),
    Read("tax authorities", _named_rows("/settings/taxauthorities", "tax_authorities", AUTHORITIES),
         lambda _pair: _SETTINGS, level="warn", wanted=lambda pair: bool(pair.made.book_rules.tax_authorities)),
    Read("tax exemptions", _named_rows("/settings/taxexemptions", "tax_exemptions", EXEMPTIONS),
         lambda _pair: _SETTINGS, level="warn", wanted=lambda pair: bool(pair.made.book_rules.tax_exemption)),
)  # fmt: skip


def edition(pair: Pair, values: Values) -> Iterator[Line]:
    """Which it is, and what of the settings it cannot use or misses."""
    rules, chosen = pair.made.book_rules, _edition(pair, values)
    country = _organization(values).country or "not told"
    why = f"set by {pair.key}.zoho.edition" if rules.edition != "auto" else f"by its country, {country}"
    yield ok(ABOUT, f"{chosen} ({why}){_told(chosen, rules)}")
    yield from _unused(pair, chosen, rules)
    yield from _words(pair, chosen, rules)
    yield from _missing(pair, chosen, rules)


def _told(chosen: str, rules: BookRules) -> str:
    """What of the settings counts there."""
    told = [f"exemption {rules.tax_exemption}"] if rules.tax_exemption and chosen in EXEMPTIONS else []
    if chosen in AUTHORITIES:
        told.append(f"{len(rules.tax_authorities)} destinations with an authority")
    if chosen in TREATMENT:
        told.append(f"{len(rules.treatments)} destinations with a {TREATMENT[chosen]} of their own")
    if chosen == "in":
        told.append(f"state {state_code('IN', rules.state) or 'not set'}")
    return ": " + ", ".join(told) if told else ""


def _unused(pair: Pair, chosen: str, rules: BookRules) -> Iterator[Line]:
    named = {
        "tax_authorities": rules.tax_authorities and chosen not in AUTHORITIES,
        "tax_exemption": rules.tax_exemption and chosen not in EXEMPTIONS,
        "treatments": rules.treatments and chosen not in TREATMENT,
    }
    for name, idle in named.items():
        if idle:
            yield warn(
                ABOUT,
                f"{pair.key}.orders.{name} is set, and the edition {chosen} knows nothing of it",
                "take it out, or set zoho.edition if Zoho tells the wrong country",
            )


def _words(pair: Pair, chosen: str, rules: BookRules) -> Iterator[Line]:
    for place, word in rules.treatments.items():
        if chosen in WORDS and word not in (*WORDS[chosen], LEFT_TO_CONTACT):
            yield fail(
                ABOUT,
                f'{pair.key}.orders.treatments "{place}" = {word}: Zoho has no such {TREATMENT[chosen]}',
                f"write one of {', '.join(WORDS[chosen])}, or {LEFT_TO_CONTACT}",
            )


def _missing(pair: Pair, chosen: str, rules: BookRules) -> Iterator[Line]:
    if chosen in MAY_ASK_WHY and not rules.tax_exemption and "0" not in rules.taxes:
        yield warn(
            ABOUT,
            f"{pair.key}.orders.tax_exemption is not set: where Zoho asks why a line bears no tax, its order is held",
            "make an exemption in Zoho's tax settings and write its code there",
        )
    if chosen == "in" and not state_code("IN", rules.state):
        yield fail(
            ABOUT,
            f'{pair.key}.zoho.state = "{rules.state}" is no state of India that is known: what is sold within it and '
            "what leaves it cannot be told apart",
            'write its code or its name, such as "KA" or "Karnataka"',
        )


def authorities(pair: Pair, values: Values) -> Iterator[Line]:
    if _edition(pair, values) not in AUTHORITIES:
        return
    known = {str(row.get("tax_authority_id")) for row in values["tax authorities"]}
    for place, authority in pair.made.book_rules.tax_authorities.items():
        if authority not in known:
            yield fail(
                ABOUT,
                f'{pair.key}.orders.tax_authorities "{place}" = {authority}: Zoho has no authority with this id',
                "copy the id from its address in Zoho's tax settings",
            )


def exemption(pair: Pair, values: Values) -> Iterator[Line]:
    rules = pair.made.book_rules
    if _edition(pair, values) not in EXEMPTIONS:
        return
    field = editions.exemption_field(rules)
    known = {str(row.get(field)).casefold() for row in values["tax exemptions"]}
    if rules.tax_exemption.casefold() not in known:
        yield fail(
            ABOUT,
            f"{pair.key}.orders.tax_exemption = {rules.tax_exemption}: Zoho has no exemption with this {field[14:]}",
            "copy its code from Zoho's tax settings",
        )


def destinations(pair: Pair, values: Values) -> Iterator[Line]:
    """A line for each place: what an order to it would get."""
    if not _wanted(pair, values):
        return
    seen: Counter[tuple[str, str]] = values["destinations"]
    for country, state in _places(pair.made.book_rules, seen)[:SHOWN]:
        yield _forecast(pair, values, country, state, seen[country, state])


def _places(rules: BookRules, seen: Counter[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of the orders, the most frequent first, and those that only the settings name."""
    keys = (name.rpartition("@")[2] for name in rules.taxes if "@" in name)
    named = (*keys, *rules.tax_authorities, *rules.treatments)
    split = (name.strip().upper().partition("-") for name in named)
    places = [(country, state) for country, _, state in split if len(country) == 2]
    ordered = [place for place, _ in seen.most_common() if place[0]]
    return list(dict.fromkeys((*ordered, *places)))


def _forecast(pair: Pair, values: Values, country: str, state: str, count: int) -> Line:
    rules, organization = pair.made.book_rules, _organization(values)
    place = editions.located(country, state, organization, rules)
    taxes: tuple[ZohoTax, ...] = values["taxes by place"]
    rates, gaps = _rates(taxes, rules, place)
    head = [f"{name} {told}" for name, told in editions.of_document(place, organization, rules).items()]
    chosen = _edition(pair, values)
    if chosen == "us" and country == "US" and not any("authority" in told for told in head):
        gaps.append("no tax authority")
    if chosen == "in" and country == "IN" and place.between is None:
        gaps.append("whether it leaves the state is not known")
    often = f" ({count} of the last orders)" if count else ""
    said = f"{place.names[0]}{often}: {'; '.join([*rates, _untaxed(rules, place, chosen), *head])}"
    if not gaps:
        return ok("destination", said)
    return warn("destination", f"{said}; {', '.join(gaps)}", f"complete {pair.key}.orders: docs/settings.md")


def _rates(
    taxes: tuple[ZohoTax, ...], rules: BookRules, place: editions.Place
) -> tuple[list[str], list[str]]:
    """What each rate that Zoho knows becomes there, and what is wrong with it. The store's names for them are unknown
    here, so that a setting by name alone is not seen.
    """
    names = {tax.tax_id: tax.name for tax in taxes}
    told, gaps = [], []
    every = _charged(taxes)
    for rate in every[:RATES]:
        try:
            tax_id = tax_for(_line(rate), taxes, rules, place) or ""
        except Unmappable:
            there = any(tax.percentage == rate for tax in of_sort(taxes, place))
            told.append(f"{plain(rate)} % {'by name only' if there else 'held'}")
            gaps += [] if there else [f"no tax of {plain(rate)} % for it"]
            continue
        told.append(f"{plain(rate)} % {names.get(tax_id, '?')} ({tax_id})")
        if tax_id not in names:
            gaps.append(f"tax {tax_id} is not in Zoho")
    return [*told, *([f"{len(every) - RATES} more rates"] if len(every) > RATES else [])], gaps


def _charged(taxes: tuple[ZohoTax, ...]) -> list[Decimal]:
    """The rates that an order may bear; in India, where members are known, halves of a group never stand alone."""
    halves = {member for tax in taxes for member in tax.members}
    return sorted({tax.percentage for tax in taxes if tax.percentage > 0 and tax.tax_id not in halves})


def _line(rate: Decimal) -> OrderLine:
    """A line of 100 at that rate, of no name."""
    return OrderLine(
        *("product:1", "product", None, None, "", "", ""),
        *(Decimal(1), Decimal(100), rate),
        rates=(TaxRate("", rate),) if rate else (),
    )


def _untaxed(rules: BookRules, place: editions.Place, chosen: str) -> str:
    tax_id = tax_for(_line(Decimal(0)), (), rules, place)
    if tax_id:
        return f"untaxed {tax_id}"
    if chosen in EXEMPTIONS and rules.tax_exemption:
        return f"untaxed exemption {rules.tax_exemption}"
    return "untaxed without tax, if Zoho takes it" if chosen in MAY_ASK_WHY else "untaxed without tax"


EDITION_CHECKS: tuple[Check, ...] = (
    Check(("organization",), edition),
    Check(("organization", "tax authorities"), authorities),
    Check(("organization", "tax exemptions"), exemption),
    Check(("organization", "destinations", "taxes by place"), destinations),
)
