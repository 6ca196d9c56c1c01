"""What the steps of one order share while it is posted."""

from __future__ import annotations

from dataclasses import dataclass

from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho.found import Found, Needs


@dataclass(frozen=True)
class Posting:
    order: Order
    needs: Needs
    found: Found
    rules: BookRules
