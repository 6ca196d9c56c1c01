"""Carries out what a batch of products needs: the same changes of many together, everything else step by step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from connectors.errors import TROUBLE, Rejected, Temporary
from ledger.errors import LeaseLost
from mappings.bigcommerce.products import KnownVariant
from mappings.plans import Plan, Step, resolve
from tasks import item_memory as memory
from tasks import item_skus
from tasks.apply import Born, take
from tasks.bench import Bench
from tasks.item_batches import SENDS, Put, put
from tasks.item_cases import NAMED, Case
from tasks.item_reading import Row
from tasks.services import Connection
from tasks.store_ways import PRODUCT, VARIANT, conflict

PARTS = ("variants", "images", "custom_fields")
MIRRORED = ("sku", "price", "cost_price", "weight", "upc", "gtin", "mpn")


def carry_out(bench: Bench, cases: Iterable[Case]) -> list[Case]:
    """The cases as the store has them now; what befell the others stands in `bench.ends`."""
    left = {case.record: case for case in cases}
    memory.say_before_hiding(bench.connection, left.values())
    for kind in SENDS:
        puts = [
            Put(record, step) for record, case in left.items() for step in case.plan.steps if _is(step, kind)
        ]
        for one, told in put(bench.connection.store, kind, puts, bench.hold):
            if isinstance(told, Exception):
                bench.end(one.record, _named(bench.connection, left[one.record], one.step, told))
            else:
                left[one.record] = _changed(left[one.record], one.step, told)
    for record in sorted(left):
        if record in bench.hold():
            left[record] = _singly(bench, left[record])
    return [left[record] for record in left if record in bench.under_way()]


def _is(step: Step, kind: tuple[str, str]) -> bool:
    return (step.verb, step.kind) == kind


def _singly(bench: Bench, case: Case) -> Case:
    """The steps that are no rows of a batch, in their order; what they bring to life is remembered at once."""
    hand = bench.hands[case.record]
    born: Born = {}
    for planned in case.plan.steps:
        if (planned.verb, planned.kind) in SENDS:
            continue
        try:
            bench.hold()
            body, target = resolve(planned.body, born), resolve(planned.target, born)
            expect = {**resolve(planned.expect, born), "record": case.record}
            step = replace(planned, body=body, target=target, expect=expect)
            born[planned.key] = answer = take(hand, step)
        except (*NAMED, LeaseLost) as error:
            bench.end(case.record, _named(bench.connection, case, planned, error))
            return case
        case = _after(bench, case, step, answer)
    return case


def _after(bench: Bench, case: Case, step: Step, answer: Row) -> Case:
    """The case with what a step has made; what others would make a second time is remembered at once."""
    if step.verb == "create" and not answer.get("made"):  # found: it may differ from what we wanted
        bench.again.add(case.record)
    if _is(step, ("create", PRODUCT)):
        ids = memory.born(step, answer)
        made = {item: KnownVariant(i, hidden=False) for item, i in ids.items()}
        case = replace(case, there=answer, known=replace(case.known, variants=made))
    elif _is(step, ("create", VARIANT)):
        made = {str(step.expect["item_id"]): KnownVariant(str(answer["id"]), hidden=False)}
        known = replace(case.known, variants={**case.known.variants, **made})
        case = replace(_with(case, "variants", answer), known=known)
    elif step.kind == "custom_field":
        return _with(case, "custom_fields", answer, gone=step.verb == "delete")
    else:
        return case
    memory.remember(bench.connection, [(replace(case, plan=Plan()), case.there or {})])
    return case


def _with(case: Case, part: str, answer: Row, *, gone: bool = False) -> Case:
    """The product with one of its parts as it is now."""
    there = case.there or {}
    others = [row for row in there.get(part) or () if str(row["id"]) != str(answer["id"])]
    return replace(case, there={**there, part: others if gone else [*others, answer]})


def _changed(case: Case, step: Step, told: Row) -> Case:
    """The case with what a batch has changed; answers to changes carry no parts of a product."""
    there = case.there or {}
    if step.kind == VARIANT:
        rows = there.get("variants", ())
        changed = [{**row, **told} if str(row["id"]) == str(step.target) else row for row in rows]
        return replace(case, there={**there, "variants": changed})
    if "record" in step.expect:
        return replace(case, retired={**case.retired, str(step.expect["record"]): told})
    own = {key: value for key, value in told.items() if key not in PARTS}
    return replace(case, there={**there, **own, "variants": _bases(there, told)})


def _bases(there: Row, told: Row) -> list[Row]:
    """A simple product and the one variant that it is say the same."""
    same = {key: told[key] for key in MIRRORED if key in told}
    rows = there.get("variants", ())
    return [row if row.get("option_values") else {**row, **same} for row in rows]


def _named(connection: Connection, case: Case, step: Step, error: Exception) -> Exception:
    """A refusal that we understand says what it means."""
    if not isinstance(error, Rejected):
        return error
    if error.status == 404:
        return Temporary("a product went away while it was written: it is read again")
    sku = _sku(step)
    if conflict(error) != "sku" or not sku:
        return error
    try:
        return item_skus.refused(connection, case, step, sku, error)
    except TROUBLE as trouble:
        return trouble


def _sku(step: Step) -> str:
    rows = [step.body, *step.body.get("variants", ())]
    return next((str(row["sku"]) for row in rows if row.get("sku")), "")
