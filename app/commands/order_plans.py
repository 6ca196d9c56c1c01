"""What `--dry-run` and `preview` show of orders: each document with its arithmetic, what is new, what it costs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil

import click

from app.commands.common import show
from app.commands.syncing import watched
from mappings.errors import Skip, Unmappable
from mappings.plans import STORE_KINDS, Plan, Ref, Step
from tasks import foreseen
from tasks.services import Connection
from tasks.tally import tallied

MOST = 200  # orders that are told one by one


@dataclass
class Sum:
    """What many plans come to."""

    steps: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    planned: int = 0
    unchanged: int = 0
    looked: int = 0  # calls of Zoho that the planning took
    skipped: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    born: set[str] = field(default_factory=set)  # what several orders need, and the first brings to life

    def add(self, plan: Plan) -> None:
        """What an order before it brings to life already is not counted again."""
        self.planned += bool(plan.steps)
        self.unchanged += not plan.steps
        for step in plan.steps:
            thing = _born(step)
            if thing and thing in self.born:
                continue
            self.born.add(thing)
            self.steps[_word(step)] += 1
            self.calls += step.calls if step.kind not in STORE_KINDS else 0


def print_one(
    connection: Connection, order: str, *, as_json: bool = False, choice: Mapping[str, str] | None = None
) -> None:
    """The plan of one order, or what it were with that choice for its document; exit code 1 where it would be held."""
    try:
        plan = foreseen.preview(connection, order, choice)
    except Skip as skip:
        said = f"order {order} would be skipped ({skip.rule}): {skip.sentence}"
        click.echo(json.dumps({"skipped": skip.rule, "what": skip.sentence}) if as_json else said)
        return
    except Unmappable as held:
        said = f"order {order} would be held ({held.reason}): {held.what}\n  {held.remedy}"
        told = {"held": held.reason, "what": held.what, "remedy": held.remedy}
        click.echo(json.dumps(told) if as_json else said)
        raise SystemExit(1) from None
    if as_json:
        click.echo(json.dumps(foreseen.plain(plan), indent=2, default=_plain))
        return
    steps = [(_word(step), step.key, step.calls) for step in plan.steps]
    if steps:
        show(("step", "what", "calls"), steps)
    click.echo(f"order {order}: {_cost(plan)}")
    for sentence in plan.arithmetic:
        click.echo(f"  {sentence}")


def print_all(connection: Connection, orders: Iterable[str], total: int | None = None) -> None:
    """The plans of many orders and their sum, while a bar shows how far it is and Ctrl-C ends it."""
    with watched() as (progress, check):
        bar = progress.add_task("orders planned", total=total)

        def on_plan(number: int) -> None:
            progress.update(bar, completed=number)
            check()

        told = print_many(connection, orders, on_plan)
    print_sum(connection, told)


def print_many(connection: Connection, orders: Iterable[str], on_plan: Callable[[int], None]) -> Sum:
    """The plans of many orders, one after another, and what they come to."""
    told = Sum()
    with tallied() as calls:
        for number, order in enumerate(orders, 1):
            lines = _of_one(connection, order, told)
            on_plan(number)
            if number <= MOST:
                for line in lines:
                    click.echo(line)
            elif number == MOST + 1:
                click.echo("and so on; of the others only the sum is told")
        told.looked = calls.counts["zoho"]
    return told


def _of_one(connection: Connection, order: str, told: Sum) -> list[str]:
    try:
        plan = foreseen.preview(connection, order)
    except Skip as skip:
        told.skipped[skip.rule] += 1
        return [f"order {order} would be skipped ({skip.rule})"]
    except Unmappable as held:
        told.held[held.reason] += 1
        return [f"order {order} would be held ({held.reason}): {held.what}", f"  {held.remedy}"]
    told.add(plan)
    steps = "; ".join(_word(step) for step in plan.steps)
    said = f"{steps} ({plan.zoho_calls} calls)" if steps else "nothing to do"
    return [f"order {order}: {said}", *(f"  {sentence}" for sentence in plan.arithmetic)]


def print_sum(connection: Connection, told: Sum) -> None:
    """How many of each kind, and what they cost in calls and seconds."""
    for word, number in told.steps.most_common():
        click.echo(f"{number:>8,} x {word}")
    for word, reasons in (("skipped", told.skipped), ("held", told.held)):
        if reasons:
            named = ", ".join(f"{reason} {number:,}" for reason, number in reasons.most_common())
            click.echo(f"{sum(reasons.values()):>8,} would be {word}: {named}")
    per_minute = connection.zoho.budget.per_minute
    seconds = ceil(60 * told.calls / per_minute)
    said = f"{told.planned:,} orders to book or change, {told.unchanged:,} are in the books as they are"
    click.echo(f"{said}: {told.calls:,} Zoho calls, {seconds:,} seconds at {per_minute} a minute")
    click.echo(f"the planning itself asked Zoho {told.looked:,} times; nothing was written")


def _born(step: Step) -> str:
    """One name for the same person, address or item, whichever order's plan it stands in; "" for all else."""
    if step.verb != "create" or step.kind not in ("contact", "address", "item"):
        return ""
    told = [str(step.expect.get(name, "")) for name in ("profile", "fingerprint", "item")]
    return f"{step.kind}:{step.target}:{':'.join(told)}" if any(told) else step.key


def _word(step: Step) -> str:
    return f"{step.verb} {step.kind.replace('_', ' ')}"


def _plain(value: object) -> str:
    """Amounts keep their digits; what is not born yet is named after its step."""
    return f"<{value.field} of {value.step}>" if isinstance(value, Ref) else str(value)


def _cost(plan: Plan) -> str:
    many = len(plan.steps)
    return (
        f"{many} steps, {plan.zoho_calls} Zoho calls"
        if many
        else "nothing to do, it is in the books as it is"
    )
