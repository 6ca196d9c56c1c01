"""The one vocabulary of why an order is not in the books; a test keeps docs/held.md, which explains it, equal."""

from __future__ import annotations

from typing import Final

SKIP_RULES: Final = {
    "incomplete": "the shopper reached the payment page and did not order",
    "status": "the order's status is not among the synced ones",
    "gone": "the store has no such order any more",
}

HOLD_REASONS: Final = {
    "sums-differ": "the order's parts do not add up to its total",
    "tax-unmapped": "no tax in Zoho answers to a tax that was charged",
    "tax-differs": "the tax charged and the tax Zoho computes differ beyond the limit",
    "email-missing": "the order carries no e-mail and the setting says to hold such orders",
    "product-missing": "a product has no item in Zoho and the setting says to hold such orders",
    "refunded": "the order is refunded, wholly or in part, and refunds are not booked yet",
    "currency-unmapped": "the organization does not keep the order's currency, or not finely enough",
    "account-missing": "no account is set for gift certificates or store credit",
    "field-missing": "a field that is needed is absent or cannot be read",
    "overpaid": "more money came in than the order costs",
    "total-differs": "Zoho's document has another total than the order",
    "changed-after-posting": "the order changed after its document was made",
    "rejected": "Zoho refused the record",
    "foreign-document": "a document that is not ours carries the order's number",
    "bug": "Cartbooks met something it does not understand",
}
