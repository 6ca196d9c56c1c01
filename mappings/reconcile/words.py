"""What is compared and what comes of it: an order, its documents, a finding, the line of an order, the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from mappings.records import Ending

Role = Literal["sale", "refund", "reversal", "note"]
Result = Literal["posted", "skipped", "held", "waiting", "unexplained"]
REST = "not invoiced yet"
RESULTS: tuple[Result, ...] = ("posted", "skipped", "held", "waiting", "unexplained")
Fault = Literal[
    "missing", "doubled", "currency", "total", "tax", "payment", "refund", "taken-back", "ended", "stranger",
    "unreadable",
]  # fmt: skip


@dataclass(frozen=True)
class Back:
    """A refund of the store: money that really went back."""

    key: str
    order: str
    at: datetime
    total: Decimal
    tax: Decimal | None


@dataclass(frozen=True)
class Sold:
    """An order as the store's list tells it.

    `credits`: gift certificates and store credit used, which some orders have taken off their total. `paid`: money
    that came in, as the payment's state and the order's let us think, or exactly where `exact`. `by_status`: the store
    only says that all of it was paid, by a method that reports no sum.
    """

    order: str
    created: datetime
    status_id: int
    currency: str
    places: int
    total: Decimal
    tax: Decimal
    credits: Decimal
    paid: Decimal
    refunds: tuple[Back, ...] = ()
    ended: Ending = ""
    exact: bool = False
    by_status: bool = False

    @property
    def refunded(self) -> Decimal:
        return sum((back.total for back in self.refunds), Decimal(0))


@dataclass(frozen=True)
class Booked:
    """A document of ours as a list of Zoho tells it.

    `number` in its key (`n`) is the generation of a sale, the refund's id, or the generation that a reversal takes
    back; "" where no key says it, and then a credit note is a `note`. `tax` None: lists do not carry it, and nobody has
    opened it. `changed`: something happened to it after it was made and paid. `ordered`: a sales order, of which no
    list tells what was paid. `part`: which part of its order an invoice is for, where there is one for each shipment;
    of the sales order behind them REST, and then `total` is what they have left of it. `invoiced`: Zoho says of a sales
    order that invoices have all of it, whatever became of those.
    """

    id: str
    number: str
    order: str
    role: Role
    n: str
    day: date
    status: str
    currency: str
    total: Decimal
    balance: Decimal
    written_off: Decimal = Decimal(0)
    tax: Decimal | None = None
    changed: bool = False
    ordered: bool = False
    part: str = ""
    invoiced: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is in the books: void ones are not, nor is a credit note that is only a draft."""
        return self.status != "void" and (self.role == "sale" or self.status != "draft")

    @property
    def used(self) -> Decimal:
        """What was paid on an invoice, or of a credit note what was applied or paid out."""
        return self.total - self.balance - self.written_off


@dataclass(frozen=True)
class Finding:
    """One difference: what, in a sentence with both figures, and what to do."""

    fault: Fault
    order: str
    what: str
    remedy: str


@dataclass(frozen=True)
class Pair:
    """A figure of the store and the same of the books; `books` None where nobody knows it."""

    store: Decimal = Decimal(0)
    books: Decimal | None = Decimal(0)

    @property
    def difference(self) -> Decimal | None:
        return None if self.books is None else self.books - self.store


@dataclass(frozen=True)
class Known:
    """The one thing that our own memory is asked for: how an order that differs stands."""

    state: Literal["", "held", "waiting", "skipped"] = ""
    reason: str = ""
    what: str = ""


@dataclass(frozen=True)
class Line:
    """One order: its figures on both sides (`tax`, `paid` None of the books: not told), and how it ended."""

    order: str
    day: date
    currency: str
    status_id: int
    result: Result
    reason: str = ""
    sold: Pair = Pair()
    tax: Pair = Pair(books=None)
    refunded: Pair = Pair()
    paid: Pair = Pair(books=None)
    documents: tuple[str, ...] = ()
    note_keys: tuple[str, ...] = ()  # `refund:<id>` of the credit notes that are there
    findings: tuple[Finding, ...] = ()
    what: str = ""
    in_store: bool = True  # False: only documents name it


@dataclass(frozen=True)
class Report:
    """The comparison of a period, both days included. `older`: orders of before it whose refunds or documents lie in
    it; they are compared and counted, and not part of its sums.
    """

    store: str
    organization: str
    zone: str
    first: date
    last: date
    at: datetime
    lines: tuple[Line, ...]
    older: tuple[Line, ...] = ()
    documents: int = 0
    taxes_read: int = 0
    taxes_left: int = 0  # documents that were changed after they were made, and not opened
    unread: int = 0  # orders that looked wrong and were not read again, for there were too many
    remarks: tuple[str, ...] = ()

    @property
    def unexplained(self) -> tuple[Line, ...]:
        return tuple(line for line in (*self.lines, *self.older) if line.result == "unexplained")
