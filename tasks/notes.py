"""The credit notes of an order: remembered, verified, and what was used of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from connectors.errors import Rejected
from connectors.zoho import creditnotes, documents
from connectors.zoho.client import is_missing, name_of
from ledger import cursors, intents, links
from ledger.links import Link
from mappings.errors import Unmappable
from mappings.plans import Step
from mappings.records import Order, Refund
from mappings.rules import BookRules
from mappings.zoho.found import FoundNote
from mappings.zoho.orders import verify
from mappings.zoho.verdicts import counted_per_unit, discounted
from tasks import memory, organization
from tasks.apply import FOUND, take
from tasks.hand import Hand
from tasks.lessons import ANOTHER, FREED, SPLIT, Replan
from tasks.memory import APPLIED, NOTE, REPAID
from tasks.note_ways import ALONE, KEPT, note_answer
from tasks.services import Connection
from tasks.ways import Answer


def found_notes(hand: Hand, order: str, rules: BookRules, *, dry: bool = False) -> dict[str, FoundNote]:
    """What we remember of them; one that was left unverified is read and looked at again."""
    connection, found = hand.connection, {}
    if not dry:
        _hear_of_applications(hand, order)
    for name, link in memory.notes_of(connection, order).items():
        standing = link if link.extra.get("verified") or dry else _settled(hand, link, rules)
        if standing is not None:
            found[name] = _found(connection, order, standing)
    return found


def _hear_of_applications(hand: Hand, order: str) -> None:
    """Credit whose application went unheard: the document would look paid, and the note as if it had all of it left."""
    connection = hand.connection
    known = {link.key for link in memory.uses_of(connection, APPLIED, order)}
    for sent in intents.of_record(connection.ledger, connection.name, f"{hand.claim.flow}:{order}:apply"):
        use = sent.key.split(":", 3)[3]
        if sent.state != "rejected" and use not in known:
            _hear_of(connection, order, use)


def _hear_of(connection: Connection, order: str, use: str) -> None:
    branch, _, told = use.partition(":apply:")
    name, _, number = told.rpartition("-")
    stem = memory.stem(connection, order) if name.startswith("refund-") else branch
    note, document = (
        links.get(connection.ledger, connection.name, kind, key)
        for kind, key in (
            (NOTE, f"{stem}:{name.replace('-', ':', 1)}"),
            (memory.DOCUMENT, f"{branch}:invoice:{number}"),
        )
    )
    if note is None or document is None:
        return
    for row in creditnotes.list_applications(connection.zoho, note.id):
        if str(row["invoice_id"]) == document.id:
            _use(connection, APPLIED, use, document.id, note.id, row["amount_applied"])


def _found(connection: Connection, order: str, link: Link) -> FoundNote:
    uses = memory.uses_of(connection, APPLIED, order)
    applied = [row for row in uses if row.extra.get("note") == link.id]
    paid_back = memory.of_order(connection, REPAID, order, "repaid")
    repaid = {name: row for name, row in paid_back.items() if row.extra.get("note") == link.id}
    total = _money(link.extra.get("total"))
    used = sum((_money(row.extra["amount"]) for row in (*applied, *repaid.values())), Decimal(0))
    return FoundNote(
        key=link.key,
        id=link.id,
        number=str(link.extra.get("number", "")),
        status=str(link.extra.get("status", "")),
        total=total,
        repaid=frozenset(name.partition("-")[2] for name in repaid),
        applied=frozenset(row.id for row in applied),
        balance=total - used,
    )


def _money(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def write(hand: Hand, step: Step) -> Answer:
    """A credit note; some organizations take no line below nothing, and then nothing of it is done."""
    try:
        return take(hand, step)
    except Rejected as error:
        below = any(_money(row.get("rate")) < 0 for row in step.body["line_items"])
        if not below or name_of(error) != "invalid-value" or "rate" not in error.message:
            raise
        raise Unmappable(
            "rejected",
            f"Zoho takes no line below nothing, and the credit note over {step.expect['total']} "
            f"{step.expect['currency']} needs one, for money that went back on no line or for tax that went back alone",
            'Where tax went back alone, set orders.tax_refunds to "one_line" and retry; else write the credit note in '
            "Zoho by hand and leave the order held.",
        ) from error


def remember(hand: Hand, rules: BookRules, step: Step, answer: Answer) -> None:
    """Kept before it is looked at, so that a doubtful one is not made a second time; then verified."""
    _bind(hand, step, answer, verified=False)
    if documents.custom_field(answer, rules.key_field) == step.key:
        organization.learn(hand.connection, KEPT, True)
    try:
        final = _verified(hand, rules, step, answer)
    except Unmappable as wrong:
        if not (answer.get(FOUND) and ":reversal:" in step.key):
            raise
        # it is of its document as that stood before: no wrong note, but another
        _bind(hand, step, answer, verified=True)
        raise Replan(ANOTHER) from wrong
    _bind(hand, step, final, verified=True)
    if answer.get(FOUND) and _is_used(answer):
        raise Replan(FREED)


def remember_use(hand: Hand, step: Step, answer: Answer) -> None:
    """A note was applied to a document, or money was paid back out of it."""
    kind = APPLIED if step.verb == "apply" else REPAID
    amount = step.body["amount"] if kind == REPAID else step.body["invoices"][0]["amount_applied"]
    extra = {"note": str(step.target), "amount": str(amount)}
    memory.bind(hand.connection, kind, step.key, str(answer["id"]), extra)


def adopt(hand: Hand, order: Order, rules: BookRules) -> None:
    """Our memory is younger than the books: this order's notes in Zoho are ours again, with all that was used."""
    connection = hand.connection
    stems = (memory.stem(connection, order.id), memory.branch(connection, order.id))
    for row in creditnotes.find_notes(connection.zoho, order.id):
        key = documents.custom_field(row, rules.key_field)
        if key.startswith(tuple(f"{stem}:" for stem in stems)) and row.get("status") != "void":
            adopt_one(connection, order.id, order.refunds, key, str(row["creditnote_id"]))


def adopt_one(connection: Connection, order: str, refunds: Collection[Refund], key: str, note: str) -> None:
    """The note of this key, with what was applied and paid back of it; `refunds` of the order, as far as it has any."""
    made = note_answer(creditnotes.get_note(connection.zoho, note))
    name = key.split(":", 2)[2]
    for used in creditnotes.list_applications(connection.zoho, note):
        use = f"{key.removesuffix(name)}apply:{name.replace(':', '-')}-{used['invoice_id']}"
        _use(connection, APPLIED, use, str(used["invoice_id"]), note, used["amount_applied"])
    refund = next((one for one in refunds if f"refund:{one.key}" == name), None)
    if refund is not None:
        _adopt_refunds(connection, order, refund, note)
    extra = {
        "number": made["number"],
        "status": made["status"],
        "total": str(made["total"]),
        "verified": True,
    }
    memory.bind(connection, NOTE, key, note, extra)


def _adopt_refunds(connection: Connection, order: str, refund: Refund, note: str) -> None:
    """Which payment of the refund each was: of its amount, in their order."""
    rows = creditnotes.list_refunds(connection.zoho, note)
    for payment in refund.payments:
        row = next((row for row in rows if _money(row["amount"]) == payment.amount), None)
        row = row or next(iter(rows), None)
        if row is not None:
            rows.remove(row)
            use = f"{memory.stem(connection, order)}:repaid:{refund.key}-{payment.key}"
            _use(connection, REPAID, use, str(row["creditnote_refund_id"]), note, row["amount"])


def _use(connection: Connection, kind: str, key: str, identity: str, note: str, amount: Any) -> None:
    memory.bind(connection, kind, key, identity, {"note": note, "amount": str(amount)})


def _settled(hand: Hand, link: Link, rules: BookRules) -> Link | None:
    """A note that was not right when it was made, as it is now; None where it is to be written (again)."""
    connection = hand.connection
    try:
        made = note_answer(creditnotes.get_note(connection.zoho, link.id))
    except Rejected as error:
        if not is_missing(error):
            raise
        links.forget(connection.ledger, link.scope, link.kind, link.key)
        return None
    if _half_split(connection, made):
        return None  # made again: the intent finds it, and it is written without discounts
    if made["status"] == "void":
        raise Unmappable(
            "changed-in-zoho",
            f"credit note {made['number']} was made void in Zoho before it was found right",
            "Delete the void credit note in Zoho, then retry: it is written again.",
        )
    sent = {"line_items": made["line_items"], "adjustment": _money(made.get("adjustment"))}
    expect = {**link.extra["expect"], "lines": len(made["line_items"])}
    step = Step("create", "credit_note", link.key, sent, expect=_figures(expect))
    return _bind(hand, step, _verified(hand, rules, step, made), verified=True)


def _verified(hand: Hand, rules: BookRules, step: Step, answer: Answer) -> Answer:
    """The note as it stands in the end: equal to the cent, mended within the limit, or held (law 4)."""
    if discounted(answer) and not discounted(step.body):
        answer = take(hand, _again(step, answer, step.body, "split"))
    if counted_per_unit(step.body, answer):
        organization.learn(hand.connection, "line_discounts", "split")
        raise Replan(SPLIT)
    if _is_used(answer):
        answer = _free(hand, answer)
    verdict = verify(step.expect, step.body, answer, rules)
    if verdict.amend is not None:
        answer = take(hand, _again(step, answer, verdict.amend, "amend"))
        verdict = verify(step.expect, {**step.body, **verdict.amend}, answer, rules)
    if not verdict.equal:
        what = verdict.what or f"Zoho's total is {answer['total']}"
        raise Unmappable(verdict.reason or "total-differs", f"credit note: {what}", verdict.remedy)
    return answer


def _is_used(answer: Answer) -> bool:
    return _money(answer.get("balance", answer["total"])) < _money(answer["total"])


def _free(hand: Hand, answer: Answer) -> Answer:
    """It was used on its invoice at once, by nobody's word: what it is for the plan says, step by step."""
    zoho = hand.connection.zoho
    organization.learn(hand.connection, ALONE, True)
    for used in creditnotes.list_applications(zoho, str(answer["id"])):
        creditnotes.unapply_note(zoho, str(answer["id"]), str(used["creditnote_invoice_id"]))
    return note_answer(creditnotes.get_note(zoho, str(answer["id"])))


def _again(step: Step, answer: Answer, body: Mapping[str, Any], why: str) -> Step:
    return Step("amend", "credit_note", f"{step.key}:{why}", body, str(answer["id"]))


def _half_split(connection: Connection, made: Mapping[str, Any]) -> bool:
    split = cursors.learned(connection.ledger, connection.organization).get("line_discounts") == "split"
    return split and discounted(made)


def _bind(hand: Hand, step: Step, answer: Answer, *, verified: bool) -> Link:
    extra: dict[str, Any] = {
        "number": answer["number"],
        "status": answer["status"],
        "total": str(answer["total"]),
        "verified": verified,
    }
    if not verified:
        extra["expect"] = {name: str(step.expect[name]) for name in ("total", "tax", "currency")}
    return memory.bind(hand.connection, NOTE, step.key, str(answer["id"]), extra)


def _figures(expect: Mapping[str, Any]) -> dict[str, Any]:
    return {**expect, "total": Decimal(expect["total"]), "tax": Decimal(expect["tax"])}
