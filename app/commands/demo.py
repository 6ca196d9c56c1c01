"""`cartbooks demo`: the main job on one machine, for looking at or for one JSON object."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from app.demo import life, play, shelf, show
from app.demo.judge import judge, summary
from app.demo.run import Run, running
from app.settings import SettingsError
from ledger.store import LedgerBusy


@click.command()
@click.option("--orders", default=25, show_default=True, type=click.IntRange(1, 5000))
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--load",
    type=click.Path(exists=True, file_okay=False, resolve_path=True),
    help="Recorded orders instead.",
)
@click.option("--moods", default="", help="A named mood or a file of moods, see docs/sandbox.md.")
@click.option(
    "--pace",
    default=10.0,
    show_default=True,
    type=click.FloatRange(1, 1000),
    help="Limit windows run faster.",
)
@click.option(
    "--latency", default=0.15, show_default=True, type=click.FloatRange(0, 5), help="Seconds of every call."
)
@click.option("--once", is_flag=True, help="End when all orders are at rest.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of tables.")
def demo(
    orders: int,
    seed: int,
    load: str | None,
    moods: str,
    pace: float,
    latency: float,
    once: bool,
    as_json: bool,
) -> None:
    """Play a day: a pretended store and pretended books, and everything real between them."""
    console = Console(stderr=as_json)
    directory = Path(tempfile.mkdtemp(prefix="cartbooks-demo-"))
    try:
        with running(directory, pace, latency, partial(play.day_of, orders, seed, load or "")) as run:
            run.prepare(moods)
            brought = _brought_over(console, run, as_json)
            told = _played(console, run, as_json)
            good = brought and _as_promised(told)
            if not once:
                _stay(console, run, told)
    except (RuntimeError, SettingsError, LedgerBusy, KeyboardInterrupt) as error:
        console.print(
            f"[red]{str(error) or 'stopped'}[/red]; the output of all processes: {directory / 'log'}"
        )
        raise SystemExit(1) from None
    if good:
        shutil.rmtree(directory, ignore_errors=True)
    else:
        console.print(f"the output of all processes: {directory / 'log'}")
    raise SystemExit(0 if good else 1)


def _brought_over(console: Console, run: Run, as_json: bool) -> bool:
    """Items and price lists into the store, before the first order."""
    items, lists = run.catalogue["items"], run.catalogue["price_lists"]
    records = {"items": len({row["product"] for row in items}), "prices": len(lists)}
    with show.progress(console, silent=as_json) as bars:
        shown = {
            "items": bars.add_task("items looked at", total=records["items"]),
            "prices": bars.add_task("price lists looked at", total=records["prices"]),
        }
        brought = play.bring_over(
            run.ledger,
            run.ask_for,
            lambda flow: shelf.arrived(flow, run.catalogue, play.shelf_of(run.control)),
            lambda flow, number: bars.update(shown[flow], completed=number),
        )
    if not as_json:
        _tell_catalogue(console, run)
    return brought


def _tell_catalogue(console: Console, run: Run) -> None:
    there = play.shelf_of(run.control)
    console.print(show.products(shelf.offers(run.catalogue["items"], there)))
    console.print(show.price_lists(_listed(run, there)))


def _listed(run: Run, there: shelf.Shelf) -> list[shelf.Listed]:
    return shelf.listed(run.catalogue["price_lists"], run.catalogue["items"], there)


def _played(console: Console, run: Run, as_json: bool) -> dict[str, Any]:
    """The day, then what people do to its orders; how all of it went."""
    at, rested = _day(console, run, as_json)
    seen, counts, calls = play.seen(run.control, run.ledger, at)
    verdicts, there = judge(seen), play.shelf_of(run.control)
    sold = shelf.offers(run.catalogue["items"], there)
    told: dict[str, Any] = {
        **summary(verdicts, counts),
        **shelf.summary(sold, _listed(run, there)),
        "workers": play.workers_of(calls),
        "at_rest": rested,
        "complaints": {verdict.order: verdict.complaint for verdict in verdicts if verdict.complaint},
        "catalogue_complaints": {offer.item: offer.complaint for offer in sold if offer.complaint},
    }
    if not as_json:
        console.print(show.table(verdicts, run.calls_by_order()))
        console.print(show.said(told))
    told["life"] = _lived(console, run, life.deeds(run.day, seen, verdicts), at, as_json)
    if as_json:
        click.echo(json.dumps(told))
    return told


def _day(console: Console, run: Run, as_json: bool) -> tuple[dict[str, float], bool]:
    """When each order was placed, and whether all of them came to rest."""
    bundles = run.day["bundles"]
    with show.progress(console, silent=as_json) as bars:
        placing = bars.add_task("orders placed in the store", total=len(bundles))
        settling = bars.add_task("orders settled in the books", total=len(bundles))
        at = play.place(
            run.control, bundles, run.settings.pace, lambda number: bars.update(placing, completed=number)
        )
        return at, play.watch(run.ledger, list(at), lambda number: bars.update(settling, completed=number))


def _lived(
    console: Console, run: Run, deeds: Sequence[life.Deed], at: Mapping[str, float], as_json: bool
) -> dict[str, Any]:
    """Let people do all this and the books follow; how that went."""
    done = play.happen(run.control, deeds)

    def look() -> list[life.Became]:
        seen, _, calls = play.seen(run.control, run.ledger, at)
        return life.judged(done, seen, calls)

    with show.progress(console, silent=as_json or not deeds) as bars:
        following = bars.add_task("changes followed by the books", total=len(deeds))
        became = play.follow(
            run.ledger, look, run.hurry_releases, lambda number: bars.update(following, completed=number)
        )
    told = life.summary(became, play.seen(run.control, run.ledger, at)[0])
    if not as_json and became:
        console.print(show.life(became))
        console.print(show.lived(became, told))
    return told


def _as_promised(told: dict[str, Any]) -> bool:
    booked = (
        told["at_rest"]
        and not told["unexplained"]
        and not told["duplicates"]
        and told["total_difference"] == "0.00"
    )
    return booked and shelf.good(told) and life.good(told["life"])


def _stay(console: Console, run: Run, told: Mapping[str, Any]) -> None:
    """Until Ctrl-C, which may come as soon as the words that offer it stand there."""
    with contextlib.suppress(KeyboardInterrupt):
        console.print(run.addresses())
        with_a_story = [*told["life"]["orders"], *(str(one["order"]["id"]) for one in run.day["bundles"])]
        console.print(run.invitation(with_a_story[0]), soft_wrap=True)
        console.print("Ctrl-C ends everything.")
        threading.Event().wait()
