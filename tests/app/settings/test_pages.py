from pathlib import Path

from app.settings.pages import PAGES, env_example, settings_page
from app.settings.table import GLOBAL, PER_CONNECTION
from app.settings.variables import PER_CONNECTION_VARIABLES, VARIABLES, variable_name

ROOT = Path(__file__).parents[3]
AGAIN = "run: .venv/bin/python -m app.settings.pages"


def test_the_pages_are_what_the_table_says():
    for path, content in zip(PAGES, (settings_page(), env_example()), strict=True):
        assert (ROOT / path).read_text() == content, AGAIN


def test_every_key_and_every_variable_is_described():
    page, example = settings_page(), env_example()
    assert not [one.path for one in (*GLOBAL, *PER_CONNECTION) if f"`{one.path}`" not in page]
    names = [one.name for one in VARIABLES] + [variable_name("main", one) for one in PER_CONNECTION_VARIABLES]
    assert not [name for name in names if f"`{name}`" not in page or f"{name}=" not in example]


def test_the_example_file_uses_only_keys_that_exist():
    text = (ROOT / "cartbooks.example.toml").read_text()
    assert "connections.main.orders" in text
