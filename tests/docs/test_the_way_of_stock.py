"""The page on stock names what is really there."""

import importlib
import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "the-way-of-stock.md"


def test_every_name_on_the_page_can_be_imported():
    names = re.findall(r"`((?:app|tasks|connectors|mappings|ledger)\.[a-z_.A-Z]+)`", PAGE.read_text())
    assert len(names) > 40
    for name in names:
        module, attribute = name.rsplit(".", 1)
        assert hasattr(importlib.import_module(module), attribute), name


def test_every_link_of_the_page_leads_somewhere():
    targets = re.findall(r"\]\(([^)#]+)\)", PAGE.read_text())
    assert len(targets) == 3
    for target in targets:
        assert (DOCS / target).exists(), target
