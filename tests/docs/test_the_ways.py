"""The pages on the ways of orders, items and stock name what is really there, and their links lead somewhere."""

import importlib
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.glob("the-way-of-*.md"))
NAMES = re.compile(r"`((?:app|tasks|connectors|mappings|ledger)\.[a-z_.A-Z]+)`")
LINKS = re.compile(r"\]\(([^)#]+)\)")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def test_each_of_the_three_has_its_page_and_they_lead_on():
    assert {page.stem for page in PAGES} >= {"the-way-of-an-item", "the-way-of-an-order", "the-way-of-stock"}
    assert any(LINKS.findall(page.read_text()) for page in PAGES)


@each_page
def test_every_name_on_the_page_can_be_imported(page):
    names = NAMES.findall(page.read_text())
    assert len(names) > 20
    for name in names:
        module, attribute = name.rsplit(".", 1)
        assert hasattr(importlib.import_module(module), attribute), name


@pytest.mark.parametrize("page", [*PAGES, DOCS.parent / "README.md"], ids=lambda page: page.stem)
def test_every_link_of_the_page_leads_somewhere(page):
    for target in LINKS.findall(page.read_text()):
        assert (page.parent / target).exists(), target
