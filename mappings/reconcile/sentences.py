"""Every difference in one sentence with the order's number and both figures, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from mappings.money import places_of, summed
from mappings.reconcile.matching import Account
from mappings.reconcile.words import Back, Booked, Sold

REMEDIES: Mapping[str, str] = {
    "missing": "Run `cartbooks reconcile --repair`: the order goes through the recipe again and is booked or held.",
    "doubled": "Open both in Zoho and make the one void that is not ours to keep; then run reconcile again.",
    "currency": "Look at the order's currency in the store and at the document in Zoho: one of them was changed.",
    "total": "Look in the document's history in Zoho who changed it; `--repair` has the order looked at again.",
    "tax": "Compare the taxes of the document's lines in Zoho with the order's; put right what a person changed there.",
    "payment": "Look at the payments of the document in Zoho and at the order's transactions; money may also lie at "
    "the customer, applied to nothing. `--repair` records what is missing.",
    "refund": "Look at its refunds in the store and its credit notes in Zoho; `--repair` makes what is missing.",
    "taken-back": "Look at the credit notes of the order in Zoho: what they take back is not what was booked.",
    "ended": "`--repair` takes it back as the settings say; or make the document void or credit it by hand.",
    "stranger": "Look in Zoho who made it. If the order was deleted in the store, make the document void or credit it.",
    "unreadable": "Open the order in the store and save it again.",
}


def money(amount: Decimal, currency: str) -> str:
    return f"{amount:,.{places_of(currency)}f} {currency}"


def missing(sold: Sold, void: Sequence[Booked]) -> str:
    one = f"Order {sold.order} of {money(sold.total, sold.currency)} has no document in the books"
    return f"{one}: {_names(void)} is void." if void else f"{one}."


def not_invoiced(sold: Sold, document: Booked) -> str:
    one = f"Order {sold.order} of {money(sold.total, sold.currency)} is due to be invoiced"
    return f"{one}, and sales order {document.number} is all that the books have of it."


def doubled(sold: Sold, live: Sequence[Booked]) -> str:
    whole = money(summed([one.total for one in live]), sold.currency)
    asked = money(sold.total, sold.currency)
    return f"Order {sold.order} of {asked} is booked by {len(live)} documents of {whole}: {_names(live)}."


def currency(sold: Sold, document: Booked) -> str:
    there = money(document.total, document.currency)
    return f"Order {sold.order} is in {sold.currency} and {document.number} in {document.currency} ({there})."


def total(sold: Sold, document: Booked) -> str:
    return _differ(sold, "costs", sold.total, f"{document.number} says", document.total)


def tax(sold: Sold, document: Booked) -> str:
    assert document.tax is not None
    return _differ(sold, "carries tax of", sold.tax, f"{document.number} has", document.tax)


def payment(sold: Sold, wanted: Decimal, there: Decimal) -> str:
    return _differ(sold, "has brought money of", wanted, "the books hold", there)


def refund_notes(sold: Sold, back: Back, notes: Sequence[Booked]) -> str:
    what = f"Refund {back.key} of order {sold.order}, {money(back.total, sold.currency)},"
    if not notes:
        return f"{what} has no credit note."
    whole = money(summed([one.total for one in notes]), sold.currency)
    return f"{what} has {len(notes)} credit notes of {whole}: {_names(notes)}."


def refund_total(sold: Sold, back: Back, note: Booked) -> str:
    there, here = money(note.total, sold.currency), money(back.total, sold.currency)
    return f"Refund {back.key} of order {sold.order} gave back {here}, and {note.number} says {there}."


def refund_tax(sold: Sold, back: Back, note: Booked) -> str:
    assert note.tax is not None
    assert back.tax is not None
    there, here = money(note.tax, sold.currency), money(back.tax, sold.currency)
    return f"Refund {back.key} of order {sold.order} gave back tax of {here}, and {note.number} has {there}."


def refund_unknown(sold: Sold, note: Booked) -> str:
    there = money(note.total, note.currency)
    return f"{note.number} of {there} credits a refund of order {sold.order} that the store does not have."


def taken_back(sold: Sold, told: Account) -> str:
    wanted = sold.total - sold.refunded
    return _differ(sold, "comes to", wanted, f"{_names(told.sales)} less {_names(told.notes)} is", told.net)


def ended(sold: Sold, told: Account) -> str:
    left = money(told.net, sold.currency)
    return (
        f"Order {sold.order} is {sold.ended}, and {left} of it are still booked: {', '.join(told.numbers)}."
    )


def stranger(order: str, documents: Sequence[Booked], net: Decimal, code: str) -> str:
    there = money(net, code)
    return f"{_names(documents)} of {there} names order {order}, which the store does not have."


def _differ(sold: Sold, here: str, store: Decimal, there: str, books: Decimal) -> str:
    code = sold.currency
    apart = money(abs(books - store), code)
    return f"Order {sold.order} {here} {money(store, code)}, {there} {money(books, code)}: {apart} apart."


def _names(documents: Sequence[Booked]) -> str:
    return " and ".join(one.number for one in documents)
