import ast
from pathlib import Path

from mappings.reasons import HOLD_REASONS, RELEASES, SKIP_RULES, releases_itself

ROOT = Path(__file__).parents[2]


def sections():
    text = (ROOT / "docs" / "held.md").read_text()
    return {part.splitlines()[0].strip(): part for part in text.split("\n### ")[1:]}


def test_the_catalogue_has_one_section_for_every_reason_and_rule_and_no_other():
    assert set(sections()) == set(HOLD_REASONS) | set(SKIP_RULES)
    assert not set(HOLD_REASONS) & set(SKIP_RULES)


def test_every_section_says_what_why_and_what_to_do():
    for name, text in sections().items():
        for said in ("**What:**", "**Why:**", "**What to do:**"):
            assert said in text.replace("\n", " "), (name, said)


def test_every_reason_says_in_code_and_on_the_page_when_it_releases_itself():
    assert set(RELEASES) == set(HOLD_REASONS)
    for name, text in sections().items():
        said = " ".join(text.split())
        wanted = f"**Releases itself:** {releases_itself(name)}."
        assert (wanted in said) if name in HOLD_REASONS else ("Releases itself" not in said), (name, wanted)


def raised(name):
    """The first argument of every `name(...)` in this room, and in that of the work."""
    for path in (*(ROOT / "mappings").rglob("*.py"), *(ROOT / "tasks").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
            if called and node.args and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def test_nothing_is_refused_for_a_reason_that_is_not_in_the_catalogue():
    assert set(raised("Unmappable")) <= set(HOLD_REASONS)
    assert set(raised("Skip")) <= set(SKIP_RULES)
    assert len(set(raised("Unmappable"))) >= 10
