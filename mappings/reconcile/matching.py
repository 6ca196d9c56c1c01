"""The documents of one order sorted by what they are: live, taken back, credit notes of refunds and of reversals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from mappings.money import ZERO, summed
from mappings.reconcile.words import REST, Back, Booked


@dataclass(frozen=True)
class Account:
    """`sales`: documents that book the order, void ones left out; `live`: those that no reversal takes back."""

    sales: tuple[Booked, ...]
    live: tuple[Booked, ...]
    refunds: tuple[Booked, ...]
    reversals: tuple[Booked, ...]
    void: tuple[Booked, ...]

    @property
    def notes(self) -> tuple[Booked, ...]:
        return (*self.refunds, *self.reversals)

    @property
    def document(self) -> Booked | None:
        """The one that books the order; invoices of its parts, one of each, and what its sales order has left beside
        them count as one. None where there is none, or one too many.
        """
        if len(self.live) <= 1:
            return self.live[0] if self.live else None
        names = {one.part for one in self.live} - {""}
        if len(names) < len(self.live):
            return None
        return replace(
            self.live[0],
            number=" and ".join(one.number for one in self.live),
            total=_total(self.live),
            tax=self.tax,
            ordered=any(one.ordered for one in self.live),
        )

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(one.number for one in (*self.sales, *self.notes))

    @property
    def booked(self) -> Decimal:
        """What the books hold as sold, refunds not taken off."""
        return _total(self.sales) - _total(self.reversals)

    @property
    def net(self) -> Decimal:
        return self.booked - _total(self.refunds)

    @property
    def money(self) -> Decimal:
        """Paid in less paid out: what of a credit note was applied, an invoice counts as paid, so it cancels out."""
        return summed([one.used for one in self.sales]) - summed([one.used for one in self.notes])

    @property
    def tax(self) -> Decimal | None:
        """None unless every document was opened."""
        if any(one.part == REST for one in self.sales):
            return None
        signed = [(one.tax, sign) for ones, sign in ((self.sales, 1), (self.reversals, -1)) for one in ones]
        if any(tax is None for tax, _ in signed) or not signed:
            return None
        return summed([sign * (tax or ZERO) for tax, sign in signed])


def account(documents: Sequence[Booked], refunds: Sequence[Back]) -> Account:
    """Sort them; notes that no key explains are taken for the refund, or the reversal, of the same total."""
    there = [one for one in documents if one.counts]
    sales = [one for one in there if one.role == "sale"]
    notes = _told([one for one in there if one.role != "sale"], sales, refunds)
    reversals = [one for one in notes if one.role == "reversal"]
    taken_back = {one.n for one in reversals}
    return Account(
        sales=tuple(sales),
        live=tuple(one for one in sales if one.n not in taken_back),
        refunds=tuple(one for one in notes if one.role == "refund"),
        reversals=tuple(reversals),
        void=tuple(one for one in documents if one.role == "sale" and not one.counts),
    )


def _told(notes: Sequence[Booked], sales: Sequence[Booked], refunds: Sequence[Back]) -> list[Booked]:
    """A nameless note that fits nothing counts as that of an unknown refund."""
    told = [one for one in notes if one.role != "note"]
    open_refunds = [back for back in refunds if back.key not in {one.n for one in told}]
    given_back = summed([back.total for back in refunds])
    for note in (one for one in notes if one.role == "note"):
        back = next((one for one in open_refunds if one.total == note.total), None)
        sale = next((one for one in sales if note.total in (one.total, one.total - given_back)), None)
        if back is not None:
            open_refunds.remove(back)
            told.append(replace(note, role="refund", n=back.key))
        elif sale is not None:
            told.append(replace(note, role="reversal", n=sale.n))
        else:
            told.append(replace(note, role="refund", n=note.id))
    return told


def _total(documents: Sequence[Booked]) -> Decimal:
    return summed([one.total for one in documents])
