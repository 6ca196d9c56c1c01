"""A refund brought to whole cents that make what the store says went back, or it is held as unclear."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from mappings.bigcommerce.refund_items import WHOLE, Claim, Sold, readings, unclear
from mappings.money import ZERO, allocate, floored, rounded, summed, unit
from mappings.reading import Part
from mappings.records import Line, TaxRate

_HUNDRED = Decimal(100)
Claims = tuple[Claim, ...]


def given_back(row: Part, sold: Sold) -> Claims:
    """What the refund gives back of each line, in whole cents: their gross is its total, their tax its tax.

    Tried in turn, each with every reading of the items: the items are the refund; their nets are and only the tax is
    another; they are it but for what had gone back on the whole order before. Where the merchant set the amount
    himself, it is spread over the items, or goes back on the whole order.
    """
    total, tax = rounded(row["total_amount"], sold.places), _stated_tax(row, sold.places)
    if total > sold.total - sold.back:
        raise unclear(
            f"it is over {total}, and of the order's total of {sold.total} earlier refunds left "
            f"{sold.total - sold.back}"
        )
    if not row["items"]:
        return _without_items(total, tax, sold)
    tried = list(readings(row["items"], sold))
    found = _explained(tried, total, tax, sold, _EXPLANATIONS)
    if found is None and row["uses_merchant_override_values"]:
        found = _explained(tried[:1], total, tax, sold, (_scaled,)) or _on_the_whole(total, tax, sold)
    if found is None:
        raise _differs(tried[0], total, tax, sold)
    return tuple(part for claim in found for part in _with_tax_again(claim, sold))


def _with_tax_again(claim: Claim, sold: Sold) -> Iterator[Claim]:
    """What is left of a line of which tax had gone back alone bears no tax of any rate: 0.84 of 6.93, for instance.

    So it is all of it with its tax (1.21 of 7.30), less the 0.37 that had gone back.
    """
    left, alone = sold.left.get(claim.key), sold.tax_alone.get(claim.key, ZERO)
    if (
        left is None
        or not alone
        or not left.tax
        or claim.only_tax
        or (claim.gross, claim.tax) != (left.gross, left.tax)
    ):
        yield claim
        return
    yield replace(claim, gross=claim.gross + alone, tax=claim.tax + alone)
    yield Claim(claim.key, -alone, -alone, only_tax=True)


def in_part(claims: Claims, went: Decimal, places: int) -> Claims:
    """The same refund where only `went` of it arrived: every line in proportion, and no piece counts as back."""
    total = summed([claim.gross for claim in claims])
    shares = [
        Claim(one.key, one.gross * went / total, one.tax * went / total, only_tax=one.only_tax)
        for one in claims
    ]
    most = summed([abs(claim.gross) for claim in claims])
    grosses = _brought([share.gross for share in shares], went, [most] * len(shares), places)
    assert grosses is not None, "shares of an amount make that amount"
    return tuple(
        replace(
            share,
            gross=gross,
            tax=gross if share.only_tax else max(ZERO, min(rounded(share.tax, places), gross)),
        )
        for share, gross in zip(shares, grosses, strict=True)
    )


def as_lines(claims: Claims, sold: Sold) -> tuple[Line, ...]:
    """Lines for the books: of what was sold, of money for no line, and of tax alone, one for each set of rates."""
    taxes: dict[tuple[TaxRate, ...], Decimal] = {}
    lines = []
    for claim in claims:
        if claim.only_tax:
            rates = sold.lines[claim.key].rates
            taxes[rates] = taxes.get(rates, ZERO) + claim.tax
        elif claim.gross or claim.tax or claim.pieces:
            lines.append(_line(claim, sold))
    told = enumerate(((rates, tax) for rates, tax in taxes.items() if tax), start=1)
    nothing = Line("", "tax", None, None, "", "Tax", "", Decimal(1), ZERO, ZERO)
    return (*lines, *(replace(nothing, key=f"tax:{n}", tax=tax, rates=rates) for n, (rates, tax) in told))


def _line(claim: Claim, sold: Sold) -> Line:
    if claim.key == WHOLE:
        rates = _only_rates(sold) if claim.tax else ()
        return Line(WHOLE, "refund", None, None, "", "Refund", "", Decimal(1), claim.net, claim.tax, rates)
    line = sold.lines[claim.key]
    return replace(line, quantity=claim.pieces or Decimal(1), net=claim.net, tax=claim.tax, discounts=())


def _stated_tax(row: Part, places: int) -> Decimal | None:
    return None if row["total_tax"] is None else rounded(row["total_tax"], places)


Explanation = Callable[[Claims, Decimal, Decimal | None, Sold], Claims | None]


def _explained(
    tried: Sequence[Claims],
    total: Decimal,
    tax: Decimal | None,
    sold: Sold,
    explanations: Sequence[Explanation],
) -> Claims | None:
    found = (explain(claims, total, tax, sold) for explain in explanations for claims in tried)
    return next((claims for claims in found if claims is not None), None)


def _as_claimed(claims: Claims, total: Decimal, tax: Decimal | None, sold: Sold) -> Claims | None:
    own = rounded(summed([claim.tax for claim in claims]), sold.places)
    return _settled(claims, total, own if tax is None else tax, sold)


def _with_another_tax(claims: Claims, total: Decimal, tax: Decimal | None, sold: Sold) -> Claims | None:
    """The items' nets, and a tax that was corrected: the difference is a refund of tax beside them."""
    if tax is None:
        return None
    own = rounded(summed([claim.tax for claim in claims]), sold.places)
    settled = _as_claimed(claims, total - tax + own, own, sold)
    if settled is None:
        return None
    rest = sold.after(settled)
    extra = _spread_tax(tax - own, [claim for claim in settled if claim.tax], rest)
    return None if extra is None else (*settled, *extra)


def _spread_tax(tax: Decimal, claims: Sequence[Claim], sold: Sold) -> Claims | None:
    """A tax alone over lines in proportion to the tax on them; never more than is left on one."""
    weight = summed([claim.tax for claim in claims])
    if not weight:
        return None
    shares = allocate([tax * claim.tax / weight for claim in claims], tax, sold.places)
    if shares is None or any(
        share > sold.left[claim.key].tax for share, claim in zip(shares, claims, strict=True)
    ):
        return None
    return tuple(
        Claim(claim.key, share, share, only_tax=True) for share, claim in zip(shares, claims, strict=True)
    )


def _after_money_on_the_whole(
    claims: Claims, total: Decimal, tax: Decimal | None, sold: Sold
) -> Claims | None:
    """The items' worth, less what went back on the whole order, now or before: a store gives no cent back twice."""
    worth = rounded(summed([claim.gross for claim in claims]), sold.places)
    twice, lines = worth - total, tuple(claim for claim in claims if claim.key != WHOLE)
    now = rounded(summed([claim.gross for claim in claims if claim.key == WHOLE]), sold.places)
    if not 0 < twice <= sold.untaxed + now:
        return None
    settled = _as_claimed(lines, worth - now, tax, sold)
    return None if settled is None else (*settled, Claim(WHOLE, now - twice, ZERO))


def _scaled(claims: Claims, total: Decimal, tax: Decimal | None, sold: Sold) -> Claims | None:
    worth = summed([claim.gross for claim in claims])
    if not worth:
        return None
    shares = [
        replace(claim, gross=claim.gross * total / worth, tax=claim.tax * total / worth) for claim in claims
    ]
    return _as_claimed(tuple(shares), total, tax, sold)


_EXPLANATIONS = (_as_claimed, _with_another_tax, _after_money_on_the_whole)


def _without_items(total: Decimal, tax: Decimal | None, sold: Sold) -> Claims:
    """Tax alone, or an amount that the merchant set: it goes back on the whole order."""
    if tax is not None and tax == total:
        taxed = [Claim(line.key, line.gross, line.tax) for line in sold.left.values() if line.tax > 0]
        found = _spread_tax(tax, taxed, sold)
        what = (
            f"it gives {tax} of tax back, and the order's lines bear {summed([one.tax for one in taxed])} now"
        )
    else:
        found = _on_the_whole(total, tax, sold)
        what = f"it is over {total} with {'no' if tax is None else tax} tax in it, and names nothing that it is for"
    if found is None:
        raise unclear(what)
    return found


def _on_the_whole(total: Decimal, tax: Decimal | None, sold: Sold) -> Claims | None:
    """Untaxed, or with the tax of an order whose taxed lines all bear the same rates."""
    if tax is None or not 0 <= tax < total:
        return None
    rates = _only_rates(sold)
    rate = summed([rate.rate for rate in rates])
    if tax and abs(rounded((total - tax) * rate / _HUNDRED, sold.places) - tax) > unit(sold.places):
        return None
    return (Claim(WHOLE, total, tax),)


def _only_rates(sold: Sold) -> tuple[TaxRate, ...]:
    """The rates of every taxed line, () where they are several or the store does not say."""
    several = {line.rates for line in sold.lines.values() if line.tax}
    return several.pop() if len(several) == 1 else ()


def _settled(claims: Claims, total: Decimal, tax: Decimal, sold: Sold) -> Claims | None:
    """Whole cents that make the total; a tax that is stated otherwise by a rounding for each line (or by what the
    order's own tax is off its lines) gives way to the lines'. So does one that counts once more what had gone back of
    it alone before.

    A line may give back a cent more than it was booked at: it was sold at fractions of one, and the store rounds each
    refund of it. All refunds together never give back more than the order's total.
    """
    left, places = [sold.left.get(claim.key) for claim in claims], sold.places
    rest = [sold.total - sold.back if line is None else line.gross + unit(places) for line in left]
    most = [ZERO if line is None else line.tax for line in left]
    grosses = _brought([claim.gross for claim in claims], total, rest, places)
    if grosses is None:
        return None
    whole = tuple(rounded(claim.tax, places) for claim in claims)
    wished = _brought([claim.tax for claim in claims], tax, most, places) or whole
    taxes = [
        max(gross - (of - of_tax), min(one, of_tax, gross))
        for one, gross, of, of_tax in zip(wished, grosses, rest, most, strict=True)
    ]
    own = abs(sold.tax - summed([line.tax for line in sold.lines.values()]))
    missing, roundings = tax - summed(taxes), unit(places) * len(claims) + own
    alone = summed([sold.tax_alone.get(claim.key, ZERO) for claim in claims])
    if not -roundings <= missing <= roundings + alone:
        return None
    told = zip(claims, grosses, taxes, strict=True)
    return tuple(_in_cents(claim, gross, one, places) for claim, gross, one in told)


def _in_cents(claim: Claim, gross: Decimal, tax: Decimal, places: int) -> Claim:
    kept, kept_tax = rounded(claim.kept, places), rounded(claim.kept_tax, places)
    return replace(claim, gross=gross, tax=tax, kept=kept, kept_tax=kept_tax)


def _brought(
    amounts: Sequence[Decimal], total: Decimal, ceilings: Sequence[Decimal], places: int
) -> tuple[Decimal, ...] | None:
    """The amounts in whole cents that make the total, none below zero or above its ceiling; else None.

    Where rounding alone does not explain it, each line may be off by one cent: stores round a share in more than one
    way.
    """
    found = allocate(amounts, total, places)
    if found is None:
        found = _nudged([rounded(amount, places) for amount in amounts], total, ceilings, unit(places))
    if found is None:
        return None
    kept = all(
        min(ZERO, floored(amount, places)) <= one <= most
        for one, amount, most in zip(found, amounts, ceilings, strict=True)
    )
    return found if kept else None


def _nudged(
    amounts: Sequence[Decimal], total: Decimal, ceilings: Sequence[Decimal], cent: Decimal
) -> tuple[Decimal, ...] | None:
    missing = total - summed(amounts)
    step = cent if missing > 0 else -cent
    nudged = []
    for amount, most in zip(amounts, ceilings, strict=True):
        moves = bool(missing) and 0 <= amount + step <= most
        nudged.append(amount + step if moves else amount)
        missing -= step if moves else ZERO
    return None if missing else tuple(nudged)


def _differs(claims: Claims, total: Decimal, tax: Decimal | None, sold: Sold) -> Exception:
    """The sentence with the figures: what is too much for its line, else the sum that does not come out."""
    for claim in claims:
        rest = sold.left.get(claim.key)
        if rest is not None and rounded(claim.gross, sold.places) > rest.gross:
            return unclear(
                f"it gives {rounded(claim.gross, sold.places)} back of {claim.key}, of which {rest.gross} was left"
            )
    parts = " + ".join(f"{claim.key} {rounded(claim.gross, sold.places)}" for claim in claims) or "nothing"
    taxes = rounded(summed([claim.tax for claim in claims]), sold.places)
    stated = "" if tax is None else f" and a tax of {tax}"
    return unclear(f"it is for {parts} with {taxes} of tax, and states a total of {total}{stated}")
