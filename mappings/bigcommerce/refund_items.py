"""What each item of a refund gives back of the order, in the readings under which a refund may add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from mappings.bigcommerce.lines import is_bundled_child
from mappings.errors import Unmappable
from mappings.money import ZERO, rounded, summed, unit
from mappings.reading import Part
from mappings.records import Line

WHOLE = "refund"  # the key of money that goes back on the whole order and for no line of it


@dataclass(frozen=True)
class _How:
    """Whether a requested amount counts before pieces, and whether it and adjustments carry their tax."""

    amounts: bool
    amount_taxed: bool
    adjustment_taxed: bool


_READINGS = (
    _How(amounts=True, amount_taxed=True, adjustment_taxed=True),
    _How(amounts=True, amount_taxed=False, adjustment_taxed=True),
    _How(amounts=True, amount_taxed=True, adjustment_taxed=False),
    _How(amounts=True, amount_taxed=False, adjustment_taxed=False),
    _How(amounts=False, amount_taxed=True, adjustment_taxed=True),
    _How(amounts=False, amount_taxed=True, adjustment_taxed=False),
)


@dataclass(frozen=True)
class Claim:
    """What one line gives back, tax within; `pieces` came back with it, `only_tax` says that its net stays sold.

    `kept` (with `kept_tax` in it) is what an adjustment kept back of these pieces: no later piece gives it back.
    """

    key: str
    gross: Decimal
    tax: Decimal
    pieces: Decimal = ZERO
    only_tax: bool = False
    kept: Decimal = ZERO
    kept_tax: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.gross - self.tax


@dataclass(frozen=True)
class Sold:
    """An order as refunds see it.

    `left` is what earlier refunds left of each line, its quantity what they left of its pieces; `back` is what went
    back so far, `untaxed` the part of it that was for no line, `tax_alone` what of each line's tax went back without
    its net. `products` are the order's product rows.
    """

    order_id: str
    lines: Mapping[str, Line]
    left: Mapping[str, Line]
    total: Decimal
    tax: Decimal
    inclusive: bool
    places: int
    products: Sequence[Part]
    back: Decimal = ZERO
    untaxed: Decimal = ZERO
    tax_alone: Mapping[str, Decimal] = field(default_factory=dict)

    def after(self, claims: Sequence[Claim]) -> Sold:
        """What is left for the next refund."""
        left = dict(self.left)
        for claim in claims:
            if claim.key in left:
                left[claim.key] = less(left[claim.key], claim)
        untaxed = summed([claim.gross for claim in claims if claim.key == WHOLE and not claim.tax])
        back = self.back + summed([claim.gross for claim in claims])
        alone = dict(self.tax_alone)
        for claim in claims:
            if claim.only_tax:
                alone[claim.key] = alone.get(claim.key, ZERO) + claim.tax
        return replace(self, left=left, back=back, untaxed=self.untaxed + untaxed, tax_alone=alone)


def less(line: Line, claim: Claim) -> Line:
    tax = claim.tax + claim.kept_tax
    net = claim.gross + claim.kept - tax
    return replace(line, quantity=line.quantity - claim.pieces, net=line.net - net, tax=line.tax - tax)


def readings(items: Sequence[Part], sold: Sold) -> Iterator[tuple[Claim, ...]]:
    """The items as money, unrounded, one claim for each line; the first reading that makes the refund's total is right.

    Not documented: whether a requested amount and an adjustment carry tax, and whether the pieces or the amount count
    where an item tells both.
    """
    seen = set()
    for how in _READINGS:
        claims = _claims(items, sold, how)
        if claims not in seen:
            yield claims
        seen.add(claims)


def _claims(items: Sequence[Part], sold: Sold, how: _How) -> tuple[Claim, ...]:
    left, found = dict(sold.left), dict[str, Claim]()
    for item in items:
        key = _key(item, sold)
        if key == WHOLE:
            claim = Claim(WHOLE, _amount(item), ZERO)
        elif key:
            claim = _of_line(item, sold, left[key], how)
            left[key] = less(left[key], claim)
        else:
            continue
        found[key] = _joined(found.get(key), claim)
    return tuple(found.values())


def _joined(one: Claim | None, other: Claim) -> Claim:
    if one is None:
        return other
    return Claim(
        one.key,
        one.gross + other.gross,
        one.tax + other.tax,
        one.pieces + other.pieces,
        kept=one.kept + other.kept,
        kept_tax=one.kept_tax + other.kept_tax,
    )


def _key(item: Part, sold: Sold) -> str:
    """The line that an item is for; "" where it names something that cost nothing and is no line."""
    kind, number = item["item_type"].upper(), item["item_id"]
    fees = [key for key in sold.lines if key.startswith("fee:")]
    of_order = fees if number == sold.order_id and len(fees) == 1 else []
    candidates = {
        "ORDER": [WHOLE],
        "PRODUCT": [f"product:{number}"],
        "SHIPPING": [f"shipping:{number}", "shipping"],
        "HANDLING": ["handling"],
        "GIFT_WRAPPING": ["wrapping"],
        "FEE": [f"fee:{number}", *of_order],
    }.get(kind, [])
    found = next((key for key in candidates if key == WHOLE or key in sold.lines), "")
    if not found and not _is_free(item, sold):
        raise unclear(f"it names {_told(item)}, and the order has no such line")
    return found


def _is_free(item: Part, sold: Sold) -> bool:
    if item["item_type"].upper() != "PRODUCT":
        return not item["requested_amount"] and item["item_type"].upper() != "FEE"
    rows = [row for row in sold.products if row["id"] == item["item_id"]]
    return any(is_bundled_child(row, sold.products) for row in rows)


def _amount(item: Part) -> Decimal:
    amount: Decimal | None = item["requested_amount"]
    if amount is None or amount < 0:
        raise unclear(f"it says no amount of {_told(item)}")
    return amount


def _of_line(item: Part, sold: Sold, rest: Line, how: _How) -> Claim:
    line, amount = sold.lines[rest.key], item["requested_amount"]
    pieces = item["quantity"] or ZERO if item["item_type"].upper() == "PRODUCT" else ZERO
    if pieces < 0 or (amount or ZERO) < 0:
        raise unclear(f"it takes back less than nothing of {_told(item)}")
    if pieces > rest.quantity:
        there = f"{rest.quantity.normalize():f} were left"
        raise unclear(f"it takes back {pieces.normalize():f} of {_told(item)}, of which {there}")
    if amount is not None and (how.amounts or not item["quantity"]):
        gross, tax = _by_amount(amount, line, rest, taxed=how.amount_taxed or sold.inclusive)
    else:
        gross, tax = _by_pieces(item, sold, line, rest)
    kept, of_tax = _kept(item, gross, tax, sold.places, taxed=how.adjustment_taxed or sold.inclusive)
    return Claim(line.key, gross - kept, tax - of_tax, pieces, kept=kept, kept_tax=of_tax)


def _by_amount(amount: Decimal, line: Line, rest: Line, *, taxed: bool) -> tuple[Decimal, Decimal]:
    """(gross, tax) of an amount with its tax within or, where it is in the price basis, beside it."""
    if amount == (rest.gross if taxed else rest.net):
        return rest.gross, rest.tax
    base = line.gross if taxed else line.net
    tax = amount * line.tax / base if base else ZERO
    return (amount if taxed else amount + tax), tax


def _by_pieces(item: Part, sold: Sold, line: Line, rest: Line) -> tuple[Decimal, Decimal]:
    """The pieces' share of the line; the last ones take what is left of it, so that nothing of it gets lost.

    Where amounts went back before, less than their share may be left.
    """
    kind, pieces = item["item_type"].upper(), item["quantity"] or ZERO
    if kind not in ("PRODUCT", "GIFT_WRAPPING"):
        return rest.gross, rest.tax
    if pieces <= 0:
        raise unclear(f"it says neither pieces nor an amount of {_told(item)}")
    if kind == "PRODUCT":
        part, of = pieces, line.quantity
        last = pieces == rest.quantity
    else:
        part, of = _wrapped(item, sold, pieces)
        last = abs(line.gross * part - rest.gross * of) < unit(sold.places) * of
    share = line.gross * part / of
    if last or share > rest.gross:
        return rest.gross, rest.tax
    return share, line.tax * part / of


def _wrapped(item: Part, sold: Sold, pieces: Decimal) -> tuple[Decimal, Decimal]:
    """(part, of): how much of all gift wrapping belongs to these pieces, by what each line's wrapping cost."""
    costs = {row["id"]: (row["wrapping_cost_inc_tax"] or ZERO, row["quantity"]) for row in sold.products}
    whole = summed([cost for cost, _ in costs.values()])
    cost, quantity = costs.get(item["item_id"], (ZERO, ZERO))
    if not cost or quantity <= 0:
        raise unclear(f"it names {_told(item)}, which the order says was not wrapped")
    return cost * pieces, whole * quantity


def _kept(item: Part, gross: Decimal, tax: Decimal, places: int, *, taxed: bool) -> tuple[Decimal, Decimal]:
    """(gross, tax) that adjustments keep back of an amount: their own amount, and of its tax in proportion."""
    kept = -summed([one["amount"] for one in item["adjustments"]])
    if not kept:
        return ZERO, ZERO
    base = gross if taxed else gross - tax
    if not 0 < kept <= base:
        raise unclear(f"it keeps back {kept} of {_told(item)}, which is worth {rounded(base, places)}")
    return gross * kept / base, tax * kept / base


def _told(item: Part) -> str:
    return f"{item['item_type'].lower().replace('_', ' ')} {item['item_id']}".strip()


def unclear(what: str) -> Unmappable:
    return Unmappable(
        "refund-unclear",
        what,
        "Open the order's refunds in the store: correct the refund or the order's status there and retry, or book the "
        "credit note by hand.",
    )
