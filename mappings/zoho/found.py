"""What an order needs from Zoho before it can be planned, and what was found of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

TaxKind = Literal["tax", "compound_tax", "tax_group"]
Rounding = Literal["entity_level", "item_level"]


def plain_digest(text: str) -> str:
    """Only for tests and previews: the service gives a keyed hash, so that nobody guesses addresses back."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class ZohoTax:
    """A tax or tax group of the organization; `percentage` is a group's sum, `members` its tax ids if known.

    `specific`: what kind of tax it is in India (igst, cgst, sgst …), "" elsewhere.
    """

    tax_id: str
    name: str
    percentage: Decimal
    kind: TaxKind = "tax"
    members: tuple[str, ...] = ()
    specific: str = ""


@dataclass(frozen=True)
class Organization:
    """Facts about the organization, learned or looked up.

    `currencies`: code to currency id; `places`: code to decimals where Zoho said so; `price_precision`: decimals of
    the base currency. `drafts_take_payments` None: not known yet, the caller tries and remembers.
    `line_discounts` "split": the organization refuses amounts off a line, or counts them per unit. `country`: its ISO
    code, "" where Zoho does not say; it tells the edition.
    """

    tax_rounding: Rounding = "entity_level"
    drafts_take_payments: bool | None = None
    line_discounts: Literal["amount", "split"] = "amount"
    currencies: Mapping[str, str] = field(default_factory=dict)
    price_precision: int = 2
    base_currency: str = ""
    places: Mapping[str, int] = field(default_factory=dict)
    country: str = ""


@dataclass(frozen=True)
class FoundContact:
    """`addresses`: fingerprint to address id; `profile`: fingerprint of what we last wrote, "" when unknown;
    `written_by`: id of the order it came from.
    """

    contact_id: str
    addresses: Mapping[str, str] = field(default_factory=dict)
    profile: str = ""
    written_by: str = ""


@dataclass(frozen=True)
class FoundDocument:
    """The order's document as it stands, from the ledger or from Zoho.

    `total` None: not looked at. `status` as last heard: "draft" until it was sent or paid, "" when unknown.
    `fingerprint` "": found in Zoho, not remembered. `ours` False: it carries the order's number, not our key.
    `generation` counts the documents that followed one another for this order; `ended`: we took this one back
    ourselves. `doubtful`: it must be read before anything is planned. `read`: Zoho's own answer of this very moment,
    None where nobody has asked.
    """

    id: str
    number: str = ""
    total: Decimal | None = None
    status: str = ""
    customer_id: str = ""
    fingerprint: str = ""
    adjustment: Decimal = Decimal(0)
    ours: bool = True
    generation: int = 1
    ended: Literal["", "void", "credited"] = ""
    doubtful: bool = False
    read: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class FoundNote:
    """A credit note of ours: `key` is its unique key, `repaid` the keys of the refund's payments that were paid out of
    it, `applied` the ids of the documents it was applied to. `balance`: what is left of it by all we know (its total
    less what we repaid and applied).
    """

    key: str
    id: str
    number: str = ""
    status: str = ""
    total: Decimal = Decimal(0)
    repaid: frozenset[str] = frozenset()
    applied: frozenset[str] = frozenset()
    balance: Decimal = Decimal(0)


@dataclass(frozen=True)
class Found:
    """What is there already. `items`: item key to item id; `payments`: payment key to payment id;
    `recorded`: payment key to the amount that was recorded under it, where that was kept; `unused`: how much of that
    pays no document yet;
    `notes`: credit notes by `refund:<id>` or `reversal:<generation>`;
    `marked`: the document number that we wrote into the store; `digest`: the caller's keyed hash;
    `sales_order`: Zoho's answer for the one that the invoice is to be made from; `ordered`: the id of the one that it
    was made from, unless that is void;
    `pricebook_id`: the price list of the customer's group, for a contact that is to be made; `estimate`: the one that
    came before the document. `begun`: a run that changed something was cut short.
    """

    contact: FoundContact | None = None
    items: Mapping[str, str] = field(default_factory=dict)
    taxes: tuple[ZohoTax, ...] = ()
    document: FoundDocument | None = None
    payments: Mapping[str, str] = field(default_factory=dict)
    recorded: Mapping[str, Decimal] = field(default_factory=dict)
    unused: Mapping[str, Decimal] = field(default_factory=dict)
    organization: Organization = field(default_factory=Organization)
    notes: Mapping[str, FoundNote] = field(default_factory=dict)
    marked: str = ""
    digest: Callable[[str], str] = plain_digest
    sales_order: Mapping[str, Any] | None = None
    ordered: str = ""
    pricebook_id: str = ""
    estimate: FoundDocument | None = None
    begun: bool = False


@dataclass(frozen=True)
class ItemNeed:
    """An item to look up: `key` is what Found.items is asked for, `sku` may be empty."""

    key: str
    sku: str
    product_id: str | None = None
    variant_id: str | None = None


@dataclass(frozen=True)
class Needs:
    """What to look up for an order. Exactly one of `email` (normalized), `customer_id` and `walk_in` says who it is;
    `names` are contact names to try in turn; `key` is the document's unique key, `reference` its reference number.
    """

    email: str
    customer_id: str | None
    walk_in: bool
    names: tuple[str, ...]
    currency: str
    items: tuple[ItemNeed, ...]
    key: str
    reference: str


@dataclass(frozen=True)
class Verdict:
    """What Zoho's answer means: equal (`reason` ""), to be amended by the body `amend`, or held for `reason`."""

    reason: str
    what: str = ""
    remedy: str = ""
    difference: Decimal = Decimal(0)
    amend: Mapping[str, object] | None = None

    @property
    def equal(self) -> bool:
        return not self.reason and self.amend is None
