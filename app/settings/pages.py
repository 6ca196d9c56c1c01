"""Writes docs/settings.md and .env.example from the table, so that neither can forget a key.

`python -m app.settings.pages` writes both; a test compares them.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from app.settings.table import GLOBAL, PER_CONNECTION, Setting
from app.settings.variables import PER_CONNECTION_VARIABLES, VARIABLES, Variable, variable_name

PAGES = ("docs/settings.md", ".env.example")
KINDS = {
    "text": "text",
    "path": "path",
    "flag": "true or false",
    "number": "number",
    "whole": "whole number",
    "url": "address",
    "clock": "HH:MM",
    "day": "YYYY-MM-DD",
    "zone": "IANA zone",
    "ids": "list of ids",
    "seconds": "list of seconds",
    "map": "table",
    "fees": "table",
    "names": "table",
    "ownership": "table",
    "places": "list of ids",
    "classes": "table",
    "assignments": "table",
    "locations": "table",
    "overrides": "table",
}
INTRODUCTION = """# Settings

Choices stand in `cartbooks.toml` (start from `cartbooks.example.toml`), secrets in the environment
or in `.env` (start from `.env.example`; the environment wins). A secret in the file is refused.
Everything that is wrong is told at once, with the key, the value and what to write instead; an unknown
key is refused with the nearest known one.

`cartbooks check` tries them against both platforms.

This page is written from the code by `python -m app.settings.pages`.
"""

OF_CONNECTIONS = """A connection is one store and the organization that keeps its books: `[connections.NAME]`,
as many as there are. NAME (`a-z`, `0-9`, hyphens) is part of the callback address and of the names of its
variables.
"""


def settings_page() -> str:
    """docs/settings.md."""
    parts = (
        INTRODUCTION,
        "## The file: for the whole installation\n",
        _table(GLOBAL),
        "\n## The file: for each connection\n",
        OF_CONNECTIONS,
        _table(PER_CONNECTION),
        "\n## The environment: for the whole installation\n",
        _variables({one.name: one for one in VARIABLES}),
        "\n## The environment: for each connection\n",
        "For a connection named `main`; `shop-2` would read `CARTBOOKS_SHOP_2_...`.\n",
        _variables({variable_name("main", one): one for one in PER_CONNECTION_VARIABLES}),
    )
    return "\n".join(parts) + "\n"


def env_example() -> str:
    """.env.example."""
    lines = [
        "# Copy to .env. Every variable is described in docs/settings.md; choices stand in cartbooks.toml.",
        "",
    ]
    for one in VARIABLES:
        lines += _example(one.name, one)
    lines += ["# For each connection; these are of the one named main.", ""]
    for one in PER_CONNECTION_VARIABLES:
        lines += _example(variable_name("main", one), one)
    return "\n".join(lines[:-1]) + "\n"


def _example(name: str, variable: Variable) -> list[str]:
    line = f"{name}=" if variable.required else f"# {name}={variable.example}"
    return [f"# {variable.about}", line, ""]


def _table(rows: tuple[Setting, ...]) -> str:
    head = ["| key | write | default | about |", "|---|---|---|---|"]
    return "\n".join([*head, *(_row(one) for one in rows)])


def _row(one: Setting) -> str:
    default = "**required**" if one.required else _shown(one)
    return f"| `{one.path}` | {_writing(one)} | {default} | {one.about} |"


def _writing(one: Setting) -> str:
    if one.kind == "choice":
        return " \\| ".join(f"`{choice}`" for choice in one.choices)
    limits = f", {one.within[0]} to {one.within[1]}" if one.within else ""
    named = one.kind in ("names", "ownership")
    names = " of " + ", ".join(f"`{choice}`" for choice in one.choices) if named else ""
    return KINDS[one.kind] + limits + names


def _shown(one: Setting) -> str:
    if one.kind == "ownership":
        owners = sorted(set(one.default.values()), reverse=True)
        return "; ".join(f"`{owner}`: {', '.join(_owned(one.default, owner))}" for owner in owners)
    match value := one.default:
        case bool():
            return f"`{str(value).lower()}`"
        case frozenset():
            return f"`{sorted(value)}`"
        case tuple():
            return f"`[{', '.join(f'{number:g}' for number in value)}]`" if value else ""
        case Mapping():
            return ", ".join(f"`{word}`" for word in value.values())
        case _:
            return f"`{value}`" if value != "" else ""


def _owned(fields: Mapping[str, str], owner: str) -> Iterator[str]:
    return (field for field, its in fields.items() if its == owner)


def _variables(named: Mapping[str, Variable]) -> str:
    rows = [
        f"| `{name}` | {'**yes**' if one.required else 'no'} | {one.about} |" for name, one in named.items()
    ]
    return "\n".join(["| variable | required | about |", "|---|---|---|", *rows])


def main(root: Path) -> None:
    """Writes both files below `root`."""
    for path, content in zip(PAGES, (settings_page(), env_example()), strict=True):
        (root / path).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main(Path.cwd())
