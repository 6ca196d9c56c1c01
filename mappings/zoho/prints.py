"""What of a document is ours, as Zoho last answered it: so that a person's change of it is seen and can be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mappings.rules import BookRules


def owned(answer: Mapping[str, Any], rules: BookRules) -> dict[str, str]:
    """The fields of a document's answer that we write, as plain strings; equal answers give equal ones.

    customer_id, date, currency_code, shipping_charge, adjustment, total, and for every row
    `row <n>` = item_id|quantity|rate|discount|tax_id|amount. No name, no address.
    """
    raise NotImplementedError(answer, rules)


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence with both values for each field that differs; none where nobody changed anything."""
    raise NotImplementedError(before, now)
