"""docs/commands.md knows every command and option, and nothing else; every error and reason is explained."""

import ast
import re
from pathlib import Path

import click
import pytest

from app import redis_server
from app.cli import main
from app.settings.table import PER_CONNECTION
from connectors import errors as of_platforms
from ledger import errors as of_ledger
from mappings import errors as of_mappings
from mappings.reasons import HOLD_REASONS, SKIP_RULES

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "commands.md").read_text()
ROOMS = ("app", "tasks", "connectors", "mappings", "ledger")
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


def said_in(room):
    """What a file tells somebody to type, as words; what is put in while it runs is one word."""
    for typed in re.findall(r"`(?:\.venv/bin/)?cartbooks ([^`\n]+)`", room.read_text()):
        yield re.sub(r"\{[^}]*\}", "1", typed).split()


def test_every_command_that_anything_tells_to_type_exists_with_its_options():
    rooms = [path for room in ROOMS for path in (DOCS.parent / room).rglob("*.py")]
    wrong = []
    for page in (*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md"), *rooms):
        for words in said_in(page):
            command, rest = main, list(words)
            while isinstance(command, click.Group) and rest and rest[0] in command.commands:
                command = command.commands[rest.pop(0)]
            is_part = isinstance(command, click.Group) and (not rest or rest[0] == "|")
            asked = {one.partition("=")[0] for one in rest if one.startswith("--")}
            known = set() if isinstance(command, click.Group) else options(command)
            if (isinstance(command, click.Group) and not is_part) or asked - known:
                wrong.append((page.name, " ".join(words)))
    assert wrong == []


def told_in(path):
    """Every text of a file that is no docstring; one that is put together counts as a whole."""
    tree = ast.parse(path.read_text())
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    parts |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in parts:
            yield ast.unparse(node)


def test_a_sentence_that_sends_somebody_to_the_settings_names_the_key():
    tables = {row.path.partition(".")[0] for row in PER_CONNECTION if "." in row.path}
    sent = [
        said
        for room in ("mappings", "tasks")
        for path in (DOCS.parent / room).rglob("*.py")
        for said in told_in(path)
        if re.search(r"(in|of) the settings\b", said)
        and "retry" in said
        and "what the sentence names" not in said.lower()
    ]
    assert len(sent) > 10
    assert [said for said in sent if not re.search(rf"\b({'|'.join(tables)})\.", said)] == []


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
