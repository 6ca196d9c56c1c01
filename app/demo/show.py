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
from app.demo.life import Became
from app.demo.shelf import Listed, Offer

COLOURS = {"posted": "green", "skipped": "cyan", "held": "yellow"}


def progress(console: Console, *, silent: bool) -> Progress:
    """Bars: items and price lists brought over, orders placed in the store, orders at rest, changes followed."""
    columns = (SpinnerColumn(), TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=console, disable=silent, transient=False)


def table(verdicts: Sequence[Verdict], zoho_calls: Mapping[str, int]) -> Table:
    """Order by order: store against books, refunds taken off."""
    rows = _table("Store and books, net of refunds")
    rows.add_column("order", no_wrap=True)
    rows.add_column("who", min_width=5, overflow="fold")
    rows.add_column("document", min_width=10)
    for name in ("in store", "in Zoho", "apart", "calls"):
        rows.add_column(name, justify="right", no_wrap=True)
    rows.add_column("", min_width=13)
    for verdict in verdicts:
        colour = "red" if verdict.complaint else COLOURS.get(verdict.outcome, "red")
        said = verdict.complaint or (
            f"{verdict.outcome}: {verdict.reason}" if verdict.reason else verdict.outcome
        )
        rows.add_row(
            verdict.order,
            verdict.customer,
            ", ".join(verdict.documents) or "–",
            f"{verdict.net_store:.2f}",
            f"{verdict.net_books:.2f}" if verdict.net_books is not None else "–",
            f"{verdict.difference:.2f}" if verdict.net_books is not None else "–",
            str(zoho_calls.get(verdict.order, 0)),
            f"[{colour}]{said}[/{colour}]",
        )
    return rows


def _table(title: str) -> Table:
    """Narrow enough for 80 letters in a line, with every figure whole."""
    return Table(title=title, padding=(0, 1, 0, 0))


def products(offers: Sequence[Offer]) -> Table:
    """Item by item: the books against the store."""
    rows = _table("What the books sell, and what the store does")
    rows.add_column("item", min_width=9)
    rows.add_column("SKU", no_wrap=True)
    rows.add_column("product", min_width=10, overflow="fold")
    for name in ("in Zoho", "in store", "visible"):
        rows.add_column(name, justify="right", no_wrap=True)
    rows.add_column("", min_width=9)
    for offer in offers:
        left_out = not offer.product and not offer.wanted
        word = offer.complaint or ("not for the store" if left_out else "right")
        colour = "red" if offer.complaint else ("cyan" if left_out else "green")
        rows.add_row(
            offer.item,
            offer.sku or "–",
            f"{offer.product} {offer.name}".strip() or "–",
            f"{offer.rate:.2f}",
            f"{offer.price:.2f}" if offer.price is not None else "–",
            ("yes" if offer.visible else "no") if offer.product else "–",
            f"[{colour}]{word}[/{colour}]",
        )
    return rows


def price_lists(lists: Sequence[Listed]) -> Table:
    """Price list by price list: how many of its records are as the books say."""
    rows = Table("price list", title="Price lists")
    for name in ("records expected", "right", "wrong", "missing"):
        rows.add_column(name, justify="right")
    for one in lists:
        colour = "red" if one.wrong or one.missing else "green"
        figures = (one.expected, one.right, one.wrong, one.missing)
        rows.add_row(f"[{colour}]{one.name}[/{colour}]", *map(str, figures))
    return rows


def life(became: Sequence[Became]) -> Table:
    """Deed by deed: what the books made of it, net of refunds and credit notes."""
    rows = Table("order", title="What became of it, net of refunds and credit notes")
    rows.add_column("deed", min_width=11)
    rows.add_column("in the books", min_width=14)
    for name in ("store", "Zoho", "apart", "s"):
        rows.add_column(name, justify="right", no_wrap=True)
    for one in became:
        colour = "red" if one.complaint else "green"
        rows.add_row(
            one.deed.order,
            one.deed.what,
            f"[{colour}]{one.complaint or one.papers}[/{colour}]",
            f"{one.net_store:.2f}",
            f"{one.net_books:.2f}",
            f"{one.difference:.2f}",
            f"{one.seconds:.1f}" if one.seconds is not None else "–",
        )
    return rows


def lived(became: Sequence[Became], told: Mapping[str, Any]) -> str:
    """The life's part of the summary in a sentence or two."""
    said = (
        f"{told['right']} of {told['deeds']} changes followed as they should be; over all orders, sales less refunds "
        f"and credit notes differ by {told['net_difference']}."
    )
    if any(one.deed.becomes == "released" for one in became):
        said += "\nHeld orders are looked at every five minutes; the demo did not wait for them to pass."
    return said


def said(summary: Mapping[str, Any]) -> str:
    """The summary in one paragraph."""
    products, prices = summary["products"], summary["price_lists"]
    return (
        f"{products['right']} of {products['expected']} products right, {products['wrong']} wrong, "
        f"{products['missing']} missing; {prices['right']} of {prices['records']} prices on "
        f"{prices['expected']} lists right, {prices['wrong']} wrong, {prices['missing']} missing.\n"
        f"{summary['orders']} orders: {summary['posted']} posted, {summary['skipped']} skipped by a rule, "
        f"{summary['held']} held for a person, {summary['unexplained']} unexplained, {summary['duplicates']} doubled.\n"
        f"Totals differ by {summary['total_difference']}, taxes by {summary['tax_difference']} (rounding). "
        f"{summary['zoho_calls']} Zoho calls, {summary['zoho_calls_per_order']} an order posted; "
        f"{summary['bigcommerce_calls']} BigCommerce calls; calls from {summary['workers']} worker processes.\n"
        f"From order to document: {summary['seconds_p50']} s for half of them, {summary['seconds_p99']} s for 99 %."
    )
