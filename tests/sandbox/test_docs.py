"""docs/sandbox.md tells of everything there is, and of nothing else."""

import re
from pathlib import Path

from sandbox import create_app
from sandbox.moods import KINDS, NAMED, moods_from
from sandbox.switches import SWITCHES

TEXT = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


def _rows(first):
    """Cells of the table whose head begins so, by their first cell."""
    rows = {}
    for table in TEXT.split(f"| {first} |")[1:]:
        for line in table.split("\n\n")[0].splitlines()[2:]:
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            rows[cells[0].strip("` ")] = cells
    return rows


def test_every_switch_is_documented_with_its_default():
    rows = _rows("switch")
    assert set(rows) == {switch.name for switch in SWITCHES}
    for switch in SWITCHES:
        assert rows[switch.name][1] == f"`{switch.default}`", switch.name
        assert rows[switch.name][3] == switch.about


def test_every_mood_is_documented():
    assert {name: cells[1] for name, cells in _rows("kind").items()} == KINDS
    for name in NAMED:
        assert f"`{name}`" in TEXT
        assert moods_from(name) is NAMED[name]


def test_every_string_is_documented():
    routes = create_app(callback_threads=0).url_map.iter_rules()
    paths = {rule.rule for rule in routes if rule.rule.startswith("/control/")}
    for path in paths:
        tail = path.removeprefix("/control/")
        assert f"/control/{tail}" in TEXT or f"/{tail.rsplit('/', 1)[-1]}`" in TEXT, path
    for told in re.findall(r"`[A-Z, `]*(/control/[a-z_/<>:]+)`", TEXT):
        assert told in paths, told
