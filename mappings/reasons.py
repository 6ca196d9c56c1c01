"""The one vocabulary of why a record did not go over; a test keeps docs/held.md, which explains it, equal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

SKIP_RULES: Final = {
    "incomplete": "the shopper reached the payment page and did not order",
    "status": "the order's status is not among the synced ones",
    "quote": "the order is only a quote so far: an estimate says what it would be",
    "undone": "a person has taken back the run that booked it",
    "gone": "the record is not there any more",
    "service": "the item is a service, and only goods go over",
    "not-sold": "the item is only bought, never sold",
    "composite": "the item is a composite one and the setting leaves those out",
    "inactive": "the item is inactive in Zoho and not in the store",
    "guessed-rate": "the item was made for an order and the store has no product of its SKU",
    "not-listed": "the item is not ticked for the store and the setting asks for it",
    "withheld": "it is one of too many that would become invisible or fall in stock, and a person is asked",
    "vanished": "Zoho has no such item any more",
    "part-of-group": "the item belongs to an item group, whose record carries it",
    "purchase-list": "the price list is for purchases",
    "price-lists-not-offered": "the store's plan does not include price lists",
    "not-in-store": "the store has no product with the item's SKU",
    "untracked-in-store": "the product counts no stock in the store and the setting leaves it so",
    "untracked-in-zoho": "Zoho counts no stock of the item",
    "left-alone": "the settings say that this SKU's stock is left alone",
    "left-to-person": "a person said that Cartbooks is to leave this order alone",
}

HOLD_REASONS: Final = {
    "sums-differ": "the order's parts do not add up to its total",
    "tax-unmapped": "no tax in Zoho answers to a tax that was charged",
    "tax-differs": "the tax charged and the tax Zoho computes differ beyond the limit",
    "email-missing": "the order carries no e-mail and the setting says to hold such orders",
    "product-missing": "a product has no item in Zoho and the setting says to hold such orders",
    "refunded": "the order is refunded and its document is none from which a refund can be credited",
    "refund-unclear": "what the store says of a refund does not add up to what it was for",
    "currency-unmapped": "the organization does not keep the order's currency, or not finely enough",
    "account-missing": "no account is set for gift certificates or store credit",
    "field-missing": "a field that is needed is absent or cannot be read",
    "overpaid": "more money came in than the order costs",
    "total-differs": "Zoho's document has another total than the order",
    "changed-after-posting": "the order changed after its document was made, in a way that a person must book",
    "changed-in-zoho": "a person changed in Zoho what Cartbooks had written, or made it void",
    "period-closed": "what must be written or changed is dated in a closed period",
    "rejected": "the platform refused the record",
    "foreign-document": "a document that is not ours carries the order's number",
    "missing-in-store": "an item has no product in the store and the setting says to make none",
    "deleted-in-store": "the product was deleted in the store and its item is still active",
    "sku-missing": "an item of a group has no SKU",
    "sku-taken": "another product or variant of the store bears the item's SKU",
    "options-differ": "the attributes of a group are not the options of its product",
    "value-unfit": "a value is none that the other side can take",
    "currency-differs": "prices are in another currency than the store sells in",
    "mass-hide": "a large part of the catalogue would become invisible at once",
    "tracked-by-product": "the store counts one stock for all variants of a product, and Zoho one for each",
    "places-missing": "Zoho does not tell where the item lies and the settings map locations",
    "location-missing": "the settings name a location that the store does not have",
    "stock-unclear": "a change of stock was not answered and the level since then explains neither outcome",
    "mass-fall": "a large part of the stock would fall by much or to nothing at once",
    "price-list-name-taken": "the store has a price list of that name which is not ours",
    "drop-ship": "goods of an order that is in the books cannot be ordered of their vendor",
    "shipment-unclear": "a shipment that left Zoho does not fit what the order has left to ship",
    "bug": "Cartbooks met something it does not understand",
}

Cause = Literal["store", "settings", "taxes", "item", "vendor", "document", "stranger", "zoho", "look"]
CAUSES: Final[Mapping[Cause, str]] = {
    "store": "the order changes in the store",
    "settings": "the settings of orders change (when the workers start)",
    "taxes": "a tax or a currency changes in Zoho",
    "item": "Zoho has an item with the SKU",
    "vendor": "its goods can be ordered of their vendor",
    "document": "the document changes in Zoho",
    "stranger": "no other document in Zoho names the order any more",
    "zoho": "what it is about changes in Zoho",
    "look": "a look of the schedule finds it settled",
}
"""What may take away the reason for which a record is held; each ends a sentence that begins with "when"."""

_ORDER: Final[tuple[Cause, ...]] = ("store", "settings")
RELEASES: Final[Mapping[str, tuple[Cause, ...]]] = {
    "sums-differ": _ORDER,
    "tax-unmapped": ("taxes", *_ORDER),
    "tax-differs": ("taxes", *_ORDER),
    "email-missing": _ORDER,
    "product-missing": ("item", *_ORDER),
    "refunded": ("document", *_ORDER),
    "refund-unclear": _ORDER,
    "currency-unmapped": ("taxes", *_ORDER),
    "account-missing": _ORDER,
    "field-missing": (*_ORDER, "zoho"),
    "overpaid": _ORDER,
    "total-differs": ("document", *_ORDER),
    "changed-after-posting": ("document", *_ORDER),
    "changed-in-zoho": ("document", *_ORDER),
    "period-closed": _ORDER,
    "rejected": (*_ORDER, "zoho"),
    "foreign-document": ("stranger", *_ORDER),
    "missing-in-store": ("zoho",),
    "deleted-in-store": ("zoho",),
    "sku-missing": ("zoho",),
    "sku-taken": ("zoho",),
    "options-differ": ("zoho",),
    "value-unfit": ("zoho",),
    "currency-differs": ("zoho",),
    "mass-hide": ("look",),
    "tracked-by-product": ("zoho",),
    "places-missing": ("zoho",),
    "location-missing": ("zoho",),
    "stock-unclear": (),
    "mass-fall": ("look",),
    "price-list-name-taken": ("look",),
    "drop-ship": ("vendor", *_ORDER),
    "shipment-unclear": ("zoho",),
    "bug": ("settings",),
}
"""What takes up again, without anybody's word, a record that is held for a reason; a new version counts as changed
settings. `cartbooks retry` always does.
"""


def releases_itself(reason: str) -> str:
    """When a record that is held for it goes on by itself: "when …, when … or when …", "never"."""
    causes = [f"when {CAUSES[cause]}" for cause in RELEASES.get(reason, ())]
    if not causes:
        return "never"
    *others, last = causes
    return f"{', '.join(others)}{' or ' if others else ''}{last}"
