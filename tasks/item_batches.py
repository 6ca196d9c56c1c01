"""Sends the writes of many records together; a refused batch is halved until the guilty record stands alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.bigcommerce import catalog, variants
from connectors.bigcommerce.client import BigCommerce
from connectors.errors import OutOfBudget, Rejected, Temporary, Unauthorized, Unknown
from mappings.plans import Step
from tasks.store_ways import conflict

Row = Mapping[str, Any]
Send = Callable[[BigCommerce, list[dict[str, Any]]], list[dict[str, Any]]]

SENDS: Mapping[tuple[str, str], tuple[int, Send]] = {
    ("update", "product"): (10, catalog.update_products),
    ("update", "variant"): (50, variants.update_variants),
}
"""What is sent in batches: how many rows a call takes, and the call. Each row is absolute, so sending it twice
changes nothing more: after a lost answer the record is simply worked again."""


@dataclass(frozen=True)
class Put:
    """One row of a batch, and the record that wants it."""

    record: str
    step: Step


def put(
    store: BigCommerce, kind: tuple[str, str], puts: Sequence[Put], still_held: Callable[[], set[str]]
) -> Iterator[tuple[Put, Row | Exception]]:
    """Each row's answer, or what befell it; records that are not held any more are left out."""
    size, send = SENDS[kind]
    for start in range(0, len(puts), size):
        held = still_held()
        yield from _sent(store, send, [one for one in puts[start : start + size] if one.record in held])


def _sent(store: BigCommerce, send: Send, puts: Sequence[Put]) -> Iterator[tuple[Put, Row | Exception]]:
    if not puts:
        return
    try:
        answers = send(store, [_row(one.step) for one in puts])
    except Rejected as refusal:
        if len(puts) > 1:
            half = len(puts) // 2
            yield from _sent(store, send, puts[:half])
            yield from _sent(store, send, puts[half:])
        else:
            yield from _renamed(store, send, puts[0], refusal)
    except (Unknown, Temporary, OutOfBudget, Unauthorized) as error:
        yield from ((one, error) for one in puts)
    else:
        told = {str(row.get("id")): row for row in answers}
        unheard = Unknown("BigCommerce's answer to a batch leaves rows out")
        yield from ((one, told.get(str(one.step.target), unheard)) for one in puts)


def _renamed(
    store: BigCommerce, send: Send, guilty: Put, refusal: Rejected
) -> Iterator[tuple[Put, Row | Exception]]:
    """A name that another product bears: the next one that is acceptable, if there is one."""
    step = guilty.step
    names = list(step.expect.get("names", ()))
    left = names[names.index(step.body["name"]) + 1 :] if step.body.get("name") in names else []
    if conflict(refusal) != "name" or not left:
        yield guilty, refusal
        return
    yield from _sent(store, send, [replace(guilty, step=replace(step, body={**step.body, "name": left[0]}))])


def _row(step: Step) -> dict[str, Any]:
    return {"id": int(str(step.target)), **step.body}
