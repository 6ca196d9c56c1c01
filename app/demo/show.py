"""What a person sees of the demo: progress while it runs, a table and a summary at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from app.demo.judge import Verdict

COLOURS = {"posted": "green", "skipped": "cyan", "held": "yellow"}


def progress(console: Console, *, silent: bool) -> Progress:
    """Two bars: orders placed in the store, orders that came to rest."""
    columns = (SpinnerColumn(), TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=console, disable=silent, transient=False)


def table(verdicts: Sequence[Verdict], zoho_calls: Mapping[str, int]) -> Table:
    """Order by order: store against books."""
    rows = Table("order", "customer", "document", title="Store and books")
    for name in ("total in the store", "total in Zoho", "difference", "Zoho calls"):
        rows.add_column(name, justify="right")
    rows.add_column("")
    for verdict in verdicts:
        colour = "red" if verdict.complaint else COLOURS.get(verdict.outcome, "red")
        said = verdict.complaint or (
            f"{verdict.outcome}: {verdict.reason}" if verdict.reason else verdict.outcome
        )
        rows.add_row(
            verdict.order,
            verdict.customer,
            ", ".join(verdict.documents) or "–",
            f"{verdict.total_store:.2f}",
            f"{verdict.total_books:.2f}" if verdict.total_books is not None else "–",
            f"{verdict.difference:.2f}" if verdict.total_books is not None else "–",
            str(zoho_calls.get(verdict.order, 0)),
            f"[{colour}]{said}[/{colour}]",
        )
    return rows


def said(summary: Mapping[str, Any]) -> str:
    """The summary in one paragraph."""
    return (
        f"{summary['orders']} orders: {summary['posted']} posted, {summary['skipped']} skipped by a rule, "
        f"{summary['held']} held for a person, {summary['unexplained']} unexplained, {summary['duplicates']} doubled.\n"
        f"Totals differ by {summary['total_difference']}, taxes by {summary['tax_difference']} (rounding). "
        f"{summary['zoho_calls']} Zoho calls, {summary['zoho_calls_per_order']} an order posted; "
        f"{summary['bigcommerce_calls']} BigCommerce calls; calls from {summary['workers']} worker processes.\n"
        f"From order to document: {summary['seconds_p50']} s for half of them, {summary['seconds_p99']} s for 99 %."
    )
