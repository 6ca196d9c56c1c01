"""The page on the catalogue names what is really there, and so do the decisions behind it."""

import importlib
import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "the-way-of-an-item.md"


def test_every_name_on_the_page_can_be_imported():
    names = re.findall(r"`((?:app|tasks|connectors|mappings|ledger)\.[a-z_.A-Z]+)`", PAGE.read_text())
    assert len(names) > 40
    for name in names:
        module, attribute = name.rsplit(".", 1)
        assert hasattr(importlib.import_module(module), attribute), name


def test_every_link_of_the_page_leads_somewhere():
    targets = re.findall(r"\]\(([^)#]+)\)", PAGE.read_text())
    assert len(targets) == 6
    for target in targets:
        assert (DOCS / target).exists(), target


def test_decisions_are_numbered_without_a_gap():
    numbers = sorted(int(path.name[:4]) for path in (DOCS / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_file_that_a_decision_names_is_there():
    ours = re.compile(r"`((?:app|tasks|connectors|mappings|ledger)/[a-z_/]+\.(?:py|lua))`")
    for decision in (DOCS / "decisions").glob("*.md"):
        for name in ours.findall(decision.read_text()):
            assert (DOCS.parent / name).exists(), (decision.name, name)
