"""What happened to an order, in time order and plain words, and how it stands now: for `explain` and the console."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.scrub import scrubber
from app.settings import Connection
from app.telling_words import sentence_of
from ledger import history, links, work
from ledger.history import Event
from ledger.links import Link
from ledger.store import Ledger
from ledger.work import Work
from mappings.reasons import SKIP_RULES, releases_itself
from tasks.memory import DOCUMENT, NOTE, PAYMENT, REPAID
from tasks.purchase_ways import KIND as PURCHASE

PLATFORMS = {"b": "the store", "z": "Zoho"}
KINDS = {
    DOCUMENT: "document",
    NOTE: "credit note",
    PAYMENT: "payment",
    REPAID: "money paid back",
    PURCHASE: "purchase order",
}
_scrub = scrubber()


@dataclass(frozen=True)
class Happening:
    """One line: `at` in epoch seconds, `more` what belongs below it; `call` is what was asked of whom, of a call."""

    at: float
    event: str
    sentence: str
    more: tuple[str, ...] = ()
    call: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Paper:
    """Something in Zoho that we made for the order."""

    what: str
    key: str
    id: str
    number: str
    total: str
    state: str


@dataclass(frozen=True)
class Story:
    connection: str
    order: str
    happenings: tuple[Happening, ...]
    papers: tuple[Paper, ...]
    stands: str
    seen: bool


def story_of(one: Connection, ledger: Ledger, order: str, now: float) -> Story:
    """All that the ledger knows of an order; nobody else is asked."""
    row = work.find(ledger, one.name, "orders", order)
    events = history.of(ledger, one.name, "orders", order)
    happenings = sorted(
        (each for event in events for each in _told(event)), key=lambda happening: happening.at
    )
    papers = tuple(_papers(one, ledger, order))
    rest = work.paused(ledger, now).get(one.name)
    stands = f"{one.name} rests: {rest.why}. " if rest is not None else ""
    return Story(
        one.name,
        order,
        tuple(happenings),
        papers,
        stands + _clean(_stands(order, row, papers)),
        row is not None,
    )


def _told(event: Event) -> Iterator[Happening]:
    if event.event == "calls":
        yield from _calls(event)
    sentence, more = sentence_of(event.event, event.detail)
    yield Happening(event.at, event.event, _clean(sentence), tuple(map(_clean, more)))


def _calls(event: Event) -> Iterator[Happening]:
    """Every call of a run, at its own time."""
    since = float(event.detail.get("since", event.at))
    names = ("platform", "method", "path", "status", "code", "milliseconds")
    for after, *told in event.detail.get("rows", ()):
        call = dict(zip(names, told, strict=True))
        call["platform"] = PLATFORMS.get(call["platform"], call["platform"])
        yield Happening(since + after / 1000, "call", _clean(_asked(call)), call=call)


def _asked(call: Mapping[str, Any]) -> str:
    """`Zoho: POST /invoices, HTTP 201, 143 ms`; Zoho's number where it is not the one that says all is well."""
    answered = f"HTTP {call['status']}" if call["status"] else "no answer"
    code = f" (code {call['code']})" if call["code"] not in ("", "0") else ""
    return f"{call['platform']}: {call['method']} {call['path']}, {answered}{code}, {call['milliseconds']} ms"


def _papers(one: Connection, ledger: Ledger, order: str) -> Iterator[Paper]:
    stem = f"{one.store.store_hash}:{order}"
    found = {
        kind: [link for sign in (":", ".") for link in links.below(ledger, one.name, kind, stem, sign)]
        for kind in KINDS
    }
    credited = {link.key.replace(":reversal:", ":", 1) for link in found[NOTE] if ":reversal:" in link.key}
    for kind, rows in found.items():
        for link in rows:
            if link.state == "linked":
                yield _paper(kind, link, credited)


def _paper(kind: str, link: Link, credited: set[str]) -> Paper:
    extra, (store, order, word, number) = link.extra, link.key.split(":", 3)
    state = str(extra.get("ended") or extra.get("status") or "")
    if kind == DOCUMENT and f"{store}:{order}:{number}" in credited:
        state = "credited"
    what = KINDS[kind] if kind != DOCUMENT else {"order": "sales order"}.get(word, word)
    key = link.key.partition(":")[2]
    return Paper(what, key, link.id, str(extra.get("number", "")), str(extra.get("total", "")), state)


def _stands(order: str, row: Work | None, papers: tuple[Paper, ...]) -> str:
    if row is None:
        return f"Order {order} has not been seen: `cartbooks sync order {order}` fetches it."
    if row.state == "working":
        return f"Order {order} is being worked right now."
    if row.state == "held":
        return _held(order, row)
    if row.state == "waiting":
        trails = row.outcome == "posted" and not row.why
        why = "its mark in the store is tried again" if trails else row.why or "a worker will take it up"
        return f"Order {order} {'is in the books and ' * trails}waits: {why}. There is nothing to do."
    if row.outcome == "skipped":
        return _skipped(order, row)
    return f"Order {order} is {_booked(papers)}. There is nothing to do."


def _held(order: str, row: Work) -> str:
    by_itself = releases_itself(row.reason)
    goes_on = "It does not go on by itself." if by_itself == "never" else f"It goes on by itself {by_itself}."
    return (
        f"Order {order} waits for a person ({row.reason}): {_ended(row.what)} {_ended(row.remedy)} {goes_on}"
    )


def _skipped(order: str, row: Work) -> str:
    why = SKIP_RULES.get(row.reason, row.what)
    back = f"`cartbooks resolve order {order} --follow` takes it back."
    again = f"`cartbooks retry {order}` books it again."
    what_next = {"left-to-person": back, "undone": again}.get(row.reason, "There is nothing to do.")
    return f"Order {order} is not booked on, by the rule {row.reason}: {why}. {what_next}"


def _booked(papers: tuple[Paper, ...]) -> str:
    kinds = frozenset(KINDS.values()) - {"document"} | {"estimate"}
    documents = [paper for paper in papers if paper.what not in kinds]
    live = [paper for paper in documents if paper.state not in ("void", "credited")]
    if documents and not live:
        return "taken back in the books"
    named = ", ".join(f"{paper.what} {paper.number}" for paper in live)
    return f"in the books as {named}" if named else "done"


def _ended(sentence: str) -> str:
    return sentence if not sentence or sentence.endswith((".", "?", "!")) else f"{sentence}."


def _clean(sentence: str) -> str:
    """What the ledger keeps is nobody's data; should a platform's sentence slip an address through, it ends here."""
    return str(_scrub(sentence))
