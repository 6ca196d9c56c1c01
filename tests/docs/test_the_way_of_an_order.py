"""The page that a newcomer reads first names what is really there."""

import importlib
import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "the-way-of-an-order.md"


def test_every_name_on_the_page_can_be_imported():
    names = re.findall(r"`((?:app|tasks|connectors|mappings|ledger)\.[a-z_.A-Z]+)`", PAGE.read_text())
    assert len(names) > 20
    for name in names:
        module, attribute = name.rsplit(".", 1)
        assert hasattr(importlib.import_module(module), attribute), name


def test_every_link_of_the_readme_leads_somewhere():
    root = PAGE.parents[1]
    readme = (root / "README.md").read_text()
    for target in re.findall(r"\]\(([^)#]+)\)", readme):
        assert (root / target).exists(), target
