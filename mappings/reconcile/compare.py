"""An order against its documents: what the books should hold of it, what they hold, and every difference in a sentence.

What should be: an order that stands has one live document of its total, a credit note for each of its refunds, and as
much money as the store has kept. One that ended nets to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from mappings.money import ZERO, in_coins, summed
from mappings.reconcile import sentences
from mappings.reconcile.matching import Account, account
from mappings.reconcile.words import REST, Booked, Fault, Finding, Known, Line, Pair, Sold
from mappings.rules import Ended
from mappings.statuses import DUE, GIVEN_BACK, INCOMPLETE


@dataclass(frozen=True)
class Terms:
    """What the merchant chose: statuses that are booked, what ended orders become, how far taxes may differ by
    rounding. `money`: lists tell what was paid on a document (of invoices, not of sales orders). `invoice_when`: as in
    the settings, "" where no invoice follows a sales order.
    """

    statuses: frozenset[int]
    endings: Mapping[str, Ended]
    tax_limit: Decimal
    zone: ZoneInfo
    money: bool = True
    quotes: frozenset[int] = frozenset()  # statuses in which an order is only a quote
    invoice_when: str = ""

    def stands(self, sold: Sold) -> bool:
        return not sold.ended or self.endings.get(sold.ended) == "keep"

    def wants(self, sold: Sold) -> bool:
        """Whether the books must have it."""
        return self.stands(sold) and sold.status_id in (self.statuses - self.quotes) | GIVEN_BACK

    def rule(self, sold: Sold) -> str:
        """Why the books do not have it."""
        if sold.status_id == INCOMPLETE:
            return "incomplete"
        return "quote" if self.stands(sold) and sold.status_id in self.quotes else "status"

    def is_due(self, sold: Sold) -> bool:
        """Whether a sales order does not do for it any more."""
        if self.invoice_when == "paid":
            return sold.paid >= sold.total
        return sold.status_id in DUE.get(self.invoice_when, ())


def line_of(sold: Sold, documents: Sequence[Booked], terms: Terms) -> Line:
    """How one order fares; what differs is unexplained until our memory says why."""
    if not terms.stands(sold):
        documents = _over(documents)
    told = account(documents, sold.refunds)
    sold = _as_booked(sold, told)
    findings = tuple(_findings(sold, told, terms))
    line = _line(sold, told, terms)
    if findings:
        return replace(line, result="unexplained", findings=findings)
    if not told.sales and not terms.wants(sold):
        return replace(line, result="skipped", reason=terms.rule(sold))
    return line


def _over(documents: Sequence[Booked]) -> Sequence[Booked]:
    """Of an order that is over: what invoices that were credited hold open of its sales order is no sale."""
    credited = any(one.role == "reversal" for one in documents)
    return [one for one in documents if one.part != REST] if credited else documents


def stranger(order: str, documents: Sequence[Booked], terms: Terms) -> Line:
    """Documents of an order that the store does not have, at least not any more."""
    told = account(_over(documents), ())
    first = documents[0]
    kept = Pair(told.net, told.net)
    line = Line(order, first.day, first.currency, 0, "posted", "deleted", sold=kept, in_store=False)
    line = replace(line, documents=told.numbers)
    if not told.net or terms.endings.get("deleted") == "keep":
        return line
    what = sentences.stranger(order, told.live or told.sales or told.notes, told.net, first.currency)
    found = Finding("stranger", order, what, sentences.REMEDIES["stranger"])
    return replace(line, result="unexplained", reason="", sold=Pair(ZERO, told.net), findings=(found,))


def unreadable(order: str, day: date, why: str) -> Line:
    """An order whose row makes no sense: nothing can be said of it but that."""
    found = Finding(
        "unreadable", order, f"Order {order} cannot be compared: {why}.", sentences.REMEDIES["unreadable"]
    )
    return Line(order, day, "", 0, "unexplained", findings=(found,))


def explained(line: Line, known: Known) -> Line:
    """The line with what our memory knows of the order: held, on its way, or left to a person; two live documents are
    never explained.
    """
    if not line.findings or not known.state or any(one.fault == "doubled" for one in line.findings):
        return line
    return replace(line, result=known.state, reason=known.reason, what=known.what)


def _as_booked(sold: Sold, told: Account) -> Sold:
    """Some orders have gift certificates and credit taken off their total; the document then says what it was."""
    whole = sold.total + sold.credits
    if not sold.credits or told.document is None or told.document.total != whole:
        return sold
    paid = whole if sold.paid == sold.total and not sold.exact else sold.paid
    return replace(sold, total=whole, paid=paid)


def _findings(sold: Sold, told: Account, terms: Terms) -> Iterator[Finding]:
    if not terms.stands(sold):
        yield from _of_ended(sold, told)
        return
    if not told.live:
        if terms.wants(sold) or told.sales:
            yield _found("missing", sold, sentences.missing(sold, told.void))
        return
    if told.document is None:
        yield _found("doubled", sold, sentences.doubled(sold, told.live))
        return
    yield from _of_document(sold, told, told.document, terms)


def _of_ended(sold: Sold, told: Account) -> Iterator[Finding]:
    """Booked and credited must cancel out; what is its money's is the customer's credit then."""
    if told.net:
        yield _found("ended", sold, sentences.ended(sold, told))


def _of_document(sold: Sold, told: Account, document: Booked, terms: Terms) -> Iterator[Finding]:
    if document.currency != sold.currency:
        yield _found("currency", sold, sentences.currency(sold, document))
        return
    found = [*_of_totals(sold, document, terms), *_of_refunds(sold, told, terms)]
    yield from found
    if document.ordered and terms.is_due(sold):
        yield _found("missing", sold, sentences.not_invoiced(sold, document))
        return
    if not found and told.net != sold.total - sold.refunded:
        yield _found("taken-back", sold, sentences.taken_back(sold, told))
    # a credit note that lacks lacks its money, too: one sentence says it
    noted = all(one.fault != "refund" for one in found)
    wanted = _money_wanted(sold, told)
    if terms.money and noted and not document.ordered and told.money != wanted:
        yield _found("payment", sold, sentences.payment(sold, wanted, told.money))


def _of_totals(sold: Sold, document: Booked, terms: Terms) -> Iterator[Finding]:
    if document.total != sold.total:
        yield _found("total", sold, sentences.total(sold, document))
    elif _taxes_differ(document.tax, sold.tax, terms, sold.currency):
        yield _found("tax", sold, sentences.tax(sold, document))


def _of_refunds(sold: Sold, told: Account, terms: Terms) -> Iterator[Finding]:
    """Each refund has exactly one credit note of its total, and each note of a refund has its refund."""
    for back in sold.refunds:
        notes = [note for note in told.refunds if note.n == back.key]
        if len(notes) != 1:
            yield _found("refund", sold, sentences.refund_notes(sold, back, notes))
        elif notes[0].total != back.total:
            yield _found("refund", sold, sentences.refund_total(sold, back, notes[0]))
        elif _taxes_differ(notes[0].tax, back.tax, terms, sold.currency):
            yield _found("tax", sold, sentences.refund_tax(sold, back, notes[0]))
    known = {back.key for back in sold.refunds}
    for note in told.refunds:
        if note.n not in known:
            yield _found("refund", sold, sentences.refund_unknown(sold, note))


def _taxes_differ(books: Decimal | None, store: Decimal | None, terms: Terms, currency: str) -> bool:
    """Beyond what rounding explains; a tax that nobody has read differs from nothing."""
    return (
        books is not None and store is not None and abs(books - store) > in_coins(terms.tax_limit, currency)
    )


def money_of(sold: Sold) -> Decimal:
    """What the store has kept: what came in less what went back. Where nothing came in, a refund only lowers what is
    owed.
    """
    return max(sold.paid - sold.refunded, ZERO)


def _money_wanted(sold: Sold, told: Account) -> Decimal:
    """Of an edited order that counts as paid by its status nobody knows which of its totals was paid: each may be."""
    known = money_of(sold)
    if not sold.by_status:
        return known
    each = (max(total - sold.refunded, ZERO) for total in _totals(told.sales))
    return next((money for money in each if money == told.money), known)


def _totals(sales: Sequence[Booked]) -> Iterator[Decimal]:
    """What the order came to at one time or another; of one in parts, each edit makes another of every part."""
    parts: dict[str, list[Booked]] = {}
    for sale in sorted(sales, key=lambda one: int(one.n.rpartition(".")[2] or 0)):
        parts.setdefault(sale.part, []).append(sale)
    if set(parts) <= {""}:
        yield from (sale.total for sale in sales)
        return
    for number in range(max(map(len, parts.values()))):
        yield summed([some[min(number, len(some) - 1)].total for some in parts.values()])


def _line(sold: Sold, told: Account, terms: Terms) -> Line:
    there = bool(told.sales) or terms.wants(sold)
    stands = there and terms.stands(sold)
    given_back = sold.refunded if there else ZERO
    return Line(
        order=sold.order,
        day=sold.created.astimezone(terms.zone).date(),
        currency=sold.currency,
        status_id=sold.status_id,
        result="posted",
        reason="" if stands or not there else "taken back",
        sold=Pair(sold.total if stands else given_back, told.booked),
        tax=Pair(sold.tax if stands else ZERO, told.tax if stands else None),
        refunded=Pair(given_back, summed([note.total for note in told.refunds])),
        paid=Pair(
            _money_wanted(sold, told) if stands else ZERO,
            told.money if stands and _tells_money(told, terms) else None,
        ),
        documents=told.numbers,
        note_keys=tuple(f"refund:{note.n}" for note in told.refunds),
    )


def _tells_money(told: Account, terms: Terms) -> bool:
    return terms.money and not any(sale.ordered for sale in told.sales)


def _found(fault: Fault, sold: Sold, what: str) -> Finding:
    return Finding(fault, sold.order, what, sentences.REMEDIES[fault])
