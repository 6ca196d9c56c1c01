"""Writes a price list's records: only what differs, a thousand a call, one writer per store, each for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from connectors.bigcommerce import price_lists as store_lists
from connectors.bigcommerce.client import BigCommerce
from connectors.errors import Rejected
from ledger.links import Link
from mappings.bigcommerce import price_lists
from mappings.records import PriceList
from tasks.chunks import batched
from tasks.hand import Hand
from tasks.price_wants import Wants
from tasks.services import Connection
from tasks.turns import alone

WRITER = "price-records"
UNFIT = (207, 400, 413, 422)  # what may be one record's fault
SAMPLE = 8  # records that are tried alone
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Refusal:
    """A record that the store does not take, and why."""

    variant_id: str
    why: str


@dataclass(frozen=True)
class Difference:
    """Records to write, and variants whose record is to go, by currency."""

    put: Sequence[Record]
    gone: Mapping[str, Sequence[str]]

    @property
    def number_gone(self) -> int:
        return sum(map(len, self.gone.values()))


def difference(connection: Connection, link: Link, price_list: PriceList, wants: Wants) -> Difference:
    """What the store holds otherwise than it should; records in a currency that the list once had are to go, too."""
    former = {str(one).casefold(): list[str]() for one in link.extra.get("currencies", ())}
    former.pop(price_list.currency.casefold(), None)

    def there() -> Iterator[Record]:
        for row in store_lists.records(connection.store, link.id):
            if (left := former.get(str(row.get("currency") or "").casefold())) is not None:
                left.append(str(row["variant_id"]))
            yield row

    put, gone = price_lists.diff(wants.records, there(), price_list.currency)
    old = {code.upper(): left for code, left in former.items() if left}
    return Difference(put, {price_list.currency: gone, **old})


def write(hand: Hand, price_list_id: str, found: Difference) -> list[Refusal]:
    """Write what differs; what the store refused. Raises Later while another worker writes records of this store."""
    if not found.put and not found.number_gone:
        return []
    store, refused = hand.connection.store, list[Refusal]()
    with alone(hand.connection, WRITER) as keep:

        def before() -> None:
            keep()
            hand.hold()

        for rows in batched(found.put, store_lists.RECORDS):
            refused += put(store, price_list_id, rows, before)
        for currency, variants in found.gone.items():
            for ids in batched(variants, store_lists.IN_ADDRESS):
                before()
                store_lists.delete_records(store, price_list_id, ids, currency)
    return refused


def put(
    store: BigCommerce, price_list_id: str, rows: Sequence[Record], before: Callable[[], None]
) -> list[Refusal]:
    """All of these records that the store takes. The guilty ones that it names are left out and the rest is sent again;
    where it names none, the batch is halved until the guilty stand alone.
    """
    refused: list[Refusal] = []
    while rows:
        before()
        try:
            store_lists.put_records(store, price_list_id, rows)
        except Rejected as error:
            if error.status not in UNFIT:
                raise
            guilty = _named(error, rows)
            refused += guilty
            if not guilty:
                return refused + _apart(store, price_list_id, rows, before, error)
            names = {one.variant_id for one in guilty}
            rows = [row for row in rows if str(row["variant_id"]) not in names]
        else:
            return refused
    return refused


def _apart(
    store: BigCommerce,
    price_list_id: str,
    rows: Sequence[Record],
    before: Callable[[], None],
    error: Rejected,
) -> list[Refusal]:
    """A batch that is refused without a name. If none of a sample passes alone, it is not the records' fault."""
    if len(rows) == 1:
        return [Refusal(str(rows[0]["variant_id"]), error.message)]
    if len(rows) > SAMPLE:
        some = rows[:: ceil(len(rows) / SAMPLE)]
        if sum(len(put(store, price_list_id, [row], before)) for row in some) == len(some):
            raise error
    half = len(rows) // 2
    refused = put(store, price_list_id, rows[:half], before)
    return refused + put(store, price_list_id, rows[half:], before)


def _named(error: Rejected, rows: Sequence[Record]) -> list[Refusal]:
    ours = {str(row["variant_id"]) for row in rows}
    told = {}
    for row in store_lists.refused(error):
        variant = str((row.get("data") or {}).get("variant_id") or "")
        if variant in ours:
            told[variant] = Refusal(variant, _why(row) or error.message)
    return list(told.values())


def _why(row: Mapping[str, Any]) -> str:
    errors = row.get("field_errors")
    return (
        "; ".join(f"{name}: {text}" for name, text in errors.items()) if isinstance(errors, Mapping) else ""
    )
