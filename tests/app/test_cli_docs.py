"""docs/commands.md knows every command and option, and nothing else; every error and reason is explained."""

import re
from pathlib import Path

import click
import pytest

from app import redis_server
from app.cli import main
from connectors import errors as of_platforms
from ledger import errors as of_ledger
from mappings import errors as of_mappings
from mappings.reasons import HOLD_REASONS, SKIP_RULES

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "commands.md").read_text()
HEADING = re.compile(r"^### `cartbooks ([a-z -]+)`$", re.MULTILINE)


def commands(group=main, words=()):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


def sections():
    """What is said of each command, up to the next heading."""
    parts = HEADING.split(TEXT)[1:]
    return {name: text.split("\n## ")[0] for name, text in zip(parts[::2], parts[1::2], strict=True)}


def options(command):
    return {name for each in command.params if isinstance(each, click.Option) for name in each.opts}


COMMANDS = dict(commands())


def test_the_page_has_a_section_for_every_command_and_for_no_other():
    assert set(sections()) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_section_names_every_option_of_its_command_and_no_other(name):
    bullets = "\n".join(re.findall(r"^- .*$", sections()[name], re.MULTILINE))
    assert set(re.findall(r"`(--[a-z-]+)", bullets)) == options(COMMANDS[name])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_says_what_it_is_for(name):
    assert COMMANDS[name].help
    silent = {"--connection", "--json", "--orders", "--seed", "--workers", "--since"}
    for each in COMMANDS[name].params:
        if isinstance(each, click.Option) and not set(each.opts) & silent:
            assert each.help, each.opts


def test_commands_that_are_spoken_of_anywhere_in_the_docs_exist():
    known = {*COMMANDS, *(name.rsplit(" ", 1)[0] for name in COMMANDS if " " in name)}
    for page in (*DOCS.glob("*.md"), DOCS.parent / "README.md"):
        for said in re.findall(r"`cartbooks ([a-z]+(?: [a-z]+)?)[` ]", page.read_text()):
            assert said in known or said.split()[0] in known, (page.name, said)


@pytest.mark.parametrize(
    "room", [of_platforms, of_ledger, of_mappings, redis_server], ids=lambda room: room.__name__
)
def test_every_error_that_people_may_meet_is_explained(room):
    inside = {"LeaseLost"}  # settles itself: another worker has the record
    for name, thing in vars(room).items():
        ours = isinstance(thing, type) and issubclass(thing, Exception) and thing.__module__ == room.__name__
        if ours and name not in inside:
            assert f"| `{name}` |" in TEXT, name


def test_every_reason_has_its_chapter():
    chapters = set(re.findall(r"^### ([a-z-]+)$", (DOCS / "held.md").read_text(), re.MULTILINE))
    assert chapters == {*HOLD_REASONS, *SKIP_RULES}
