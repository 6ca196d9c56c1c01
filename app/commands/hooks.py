"""`cartbooks webhooks`: what makes the store and Zoho call us."""

from __future__ import annotations

import click

from app.commands.common import chosen, chosen_of, connection_option, services, settings, telling
from app.wiring import zoho_destination
from connectors.errors import NotOffered
from tasks import hooks, zoho_hooks
from tasks.services import Connection
from tasks.zoho_hooks import Wanted

RULES = """What only a person can do, in Zoho {product}:
  Settings > Automation > Workflow Rules > New Workflow Rule, one for each of these:
{lines}
    when: event based, created or edited, any field; apply always
    immediate actions: Webhooks > the one of that name
  and a second rule of the same kind for each: deleted.
  Without rules Zoho calls nobody; sweeps find changes all the same.
  Zoho has workflow rules on its higher plans only, and sends 1,000 callbacks a day."""
WEBHOOKS = """{why} from a person:
  Settings > Automation > Workflow Actions > Webhooks > New Webhook, one for each of these:
{lines}
    URL: {url}    method: POST
    custom header: {header} = {secret}
    secret: {secret}
    body: default payload"""
GONE = """In Zoho they are removed by hand: Settings > Automation > Workflow Rules, delete those named
{lines}
  then Workflow Actions > Webhooks, delete those of the same names."""


@click.group()
def webhooks() -> None:
    """Register, list, repair or remove callbacks."""


@webhooks.command()
@connection_option
@telling
def register(name: str | None) -> None:
    """Create the hooks that are missing and mend those that are not as they should be."""
    connection = _reachable(name)
    _tell(hooks.register(connection))
    _register_in_zoho(connection)


@webhooks.command()
@connection_option
@telling
def repair(name: str | None) -> None:
    """The same as register for the store's hooks; the schedule does it by itself, too."""
    _tell(hooks.repair(_reachable(name)))


@webhooks.command()
@connection_option
@telling
def remove(name: str | None) -> None:
    """Delete the hooks that lead to us; sweeps go on finding what changes."""
    connection = _reachable(name)
    _tell(hooks.remove(connection))
    if zoho_hooks.entities(connection):
        click.echo(GONE.format(lines=_lines(_wanted(connection), zoho_hooks.entities(connection))))


@webhooks.command("list")
@connection_option
@telling
def list_hooks(name: str | None) -> None:
    """Show the hooks that lead to us."""
    connection = _reachable(name)
    rows = hooks.listed(connection)
    if not rows:
        click.echo("no hook leads to us: run `cartbooks webhooks register`")
    for hook in rows:
        active = "active" if hook["is_active"] else "switched off"
        click.echo(f"{hook['id']}  {hook['scope']}  {active}  {hook['destination']}")
    _list_in_zoho(connection)


def _register_in_zoho(connection: Connection) -> None:
    entities = zoho_hooks.entities(connection)
    if not entities:
        return
    wanted, manual = _wanted(connection), zoho_hooks.by_hand(connection)
    if connection.zoho.edition == "inventory":
        _tell_by_hand(wanted, manual, "Zoho Inventory takes webhooks only")
    else:
        _tell(zoho_hooks.register(connection, wanted))
        if manual:
            _tell_by_hand(wanted, manual, "Zoho Inventory shares the organization, and takes webhooks only")
    click.echo(RULES.format(product=connection.zoho.edition.capitalize(), lines=_lines(wanted, entities)))


def _tell_by_hand(wanted: Wanted, entities: tuple[str, ...], why: str) -> None:
    told = {"url": wanted.url, "header": zoho_hooks.HEADER, "secret": wanted.secret}
    click.echo(WEBHOOKS.format(why=why, lines=_lines(wanted, entities), **told))


def _lines(wanted: Wanted, entities: tuple[str, ...]) -> str:
    return "\n".join(
        f"    name: {wanted.named(entity)}; module: {zoho_hooks.MODULES[entity]}" for entity in entities
    )


def _list_in_zoho(connection: Connection) -> None:
    if not zoho_hooks.entities(connection):
        return
    wanted = _wanted(connection)
    try:
        rows = zoho_hooks.ours(connection, wanted.url)
    except NotOffered:
        click.echo("Zoho Inventory does not tell of its webhooks")
        return
    if not rows:
        click.echo("no webhook of Zoho leads to us: run `cartbooks webhooks register`")
    for row in rows:
        click.echo(f"{row['webhook_id']}  {row.get('entity') or 'item'}  in Zoho  {row['url']}")


def _wanted(connection: Connection) -> Wanted:
    one = chosen_of(settings(), connection.name)
    return Wanted(f"Cartbooks {connection.name}"[:50], zoho_destination(one), one.zoho.webhook_secret)


def _reachable(name: str | None) -> Connection:
    """The connection; hooks are ours by the address that they lead to, so there must be one."""
    connection = chosen(services(), name)
    if not connection.hook_destination:
        raise click.ClickException(
            f"connections.{connection.name}.store.public_url is empty: set the https address that leads to `web`"
        )
    return connection


def _tell(sentences: list[str]) -> None:
    for sentence in sentences or ["nothing to do: every hook is as it should be"]:
        click.echo(sentence)
