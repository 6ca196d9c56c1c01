"""Decisions are told apart by number, and name what is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def test_decisions_are_numbered_without_a_gap():
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_every_file_that_a_decision_names_is_there():
    ours = re.compile(r"`((?:app|tasks|connectors|mappings|ledger)/[a-z_/]+\.(?:py|lua))`")
    for decision in DECISIONS:
        for name in ours.findall(decision.read_text()):
            assert (ROOT / name).exists(), (decision.name, name)
