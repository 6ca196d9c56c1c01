"""The command line: a person's door to the same work that callbacks and the clock ask for."""

from __future__ import annotations

import sys
from io import TextIOWrapper

import click

from app.commands import (
    backfill,
    books,
    catalogue,
    checking,
    demo,
    explain,
    hooks,
    looking,
    orders,
    reconcile,
    resolve,
    running,
    stock,
    syncing,
    undo,
)


@click.group("cartbooks")
def main() -> None:
    """Keeps a BigCommerce store and its Zoho books telling the same story."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows "?" for it


for command in (
    checking.check,
    hooks.webhooks,
    books.connect,
    orders.sync,
    orders.preview,
    backfill.backfill,
    undo.undo,
    catalogue.catalogue,
    stock.stock,
    reconcile.reconcile,
    looking.status,
    looking.held,
    looking.retry,
    explain.explain,
    resolve.resolve,
    running.up,
    running.migrate,
    running.sandbox,
    demo.demo,
):
    main.add_command(command)
for command in (syncing.sync_items, syncing.sync_prices, stock.sync_stock):
    orders.sync.add_command(command)
