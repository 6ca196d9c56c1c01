"""`cartbooks connect zoho`: a grant code becomes a login that lasts."""

from __future__ import annotations

import click

from app import wiring
from app.commands.common import chosen_of, connection_option, settings, telling
from connectors.http import open_session
from connectors.zoho.oauth import Login, exchange_grant
from ledger import work
from ledger.store import migrate, open_ledger


@click.group()
def connect() -> None:
    """Log in to a platform."""


@connect.command()
@connection_option
@click.option("--redirect-uri", default="", help="Only for web clients; a Self Client has none.")
@click.option(
    "--code",
    help="From Zoho's API console; single use, minutes only. Asked for when not given.",
)
@telling
def zoho(name: str | None, redirect_uri: str, code: str | None) -> None:
    """Exchange a grant code for a refresh token and keep it sealed in the ledger."""
    read = settings()
    one = chosen_of(read, name)
    migrate(read.ledger_url)
    ledger = open_ledger(read.ledger_url)
    # it lives for minutes: asked for when all else is right
    code = code or click.prompt("Grant code", hide_input=True)
    # an old token is not looked at: it may have been sealed with a key that is lost
    login = Login(one.zoho.data_center, one.zoho.client_id, one.zoho.client_secret, "", one.zoho.accounts_url)
    token = exchange_grant(open_session("zoho accounts"), login, code.strip(), redirect_uri)
    wiring.seal_login(read, one, ledger, token)
    work.resume(ledger, one.name)
    click.echo(f"{one.name} is connected; the refresh token is kept sealed. Restart workers that run.")
    if one.zoho.refresh_token:
        click.echo("A refresh token in the environment wins over it: remove that variable.")
