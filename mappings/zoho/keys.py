"""The names under which what we write is found again: in Zoho's unique custom field, in the ledger, in a plan."""

from __future__ import annotations

from mappings.records import Line, Order
from mappings.rules import BookRules

_KINDS = {"invoice": "invoice", "sales_order": "order", "estimate": "estimate"}
_OF_DOCUMENTS = frozenset({*_KINDS.values(), "void", "amend", "confirm", "send", "apply", "reversal"})


def key(order: Order | str, rules: BookRules, kind: str, number: str = "1") -> str:
    """`{store_hash}:{order}:{kind}:{n}`, of an order or of its id alone; what belongs to the invoice of a part, not to
    the order, names the part: `{store_hash}:{order}.{part}:{kind}:{n}`.

    Unique in Zoho too: kind invoice | order | estimate | payment | refund | reversal.
    """
    record = order if isinstance(order, str) else order.id
    record = named(record, rules) if kind in _OF_DOCUMENTS else record
    return f"{rules.store_hash}:{record}:{kind}:{number}"


def named(order: str, rules: BookRules) -> str:
    """An order's id as its documents are told by, which may be of a part of it."""
    return f"{order}.{rules.part}" if rules.part else order


def order_of(unique: str) -> str:
    """The order that a key belongs to, be it of a part or of the whole."""
    return unique.split(":")[1].partition(".")[0]


def part_of(unique: str) -> str:
    """The part that a key belongs to, "" where it is the order's."""
    return unique.split(":")[1].partition(".")[2]


def document_key(order: Order | str, rules: BookRules, generation: int = 1) -> str:
    """The sale document's; every generation of it has its own."""
    return key(order, rules, _KINDS[rules.document], str(generation))


def note_key(order: Order | str, rules: BookRules, name: str) -> str:
    """A credit note's, by its name in Found.notes (`refund:<refund id>` or `reversal:<generation>`)."""
    kind, _, number = name.partition(":")
    return key(order, rules, kind, number)


def item_key(line: Line, rules: BookRules) -> str:
    """What a line's item is asked for: its variant, else its product, else the SKU that stands for such lines."""
    if line.kind == "product" and line.variant_id:
        return f"variant:{line.variant_id}"
    if line.kind == "product" and line.product_id:
        return f"product:{line.product_id}"
    return f"sku:{item_sku(line, rules)}"


def item_sku(line: Line, rules: BookRules) -> str:
    """The SKU to look for; a product may have none, everything else has the merchant's service SKU."""
    if line.kind == "product":
        return line.sku if line.product_id or line.sku else rules.skus.custom
    return {
        "gift_certificate": rules.skus.gift_certificate,
        "shipping": rules.skus.shipping,
        "handling": rules.skus.handling,
        "wrapping": rules.skus.wrapping,
        "fee": rules.skus.fee,
        "refund": rules.skus.refund,
        "tax": rules.skus.refund,
    }[line.kind]
