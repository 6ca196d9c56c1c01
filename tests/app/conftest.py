"""The merchant's machine, for tests of commands and of the web."""

import pytest

from tests.app.front import front


@pytest.fixture
def shop(tmp_path, valkey, valkey_url, monkeypatch):
    """In an empty directory, so that no .env of this checkout is read."""
    monkeypatch.chdir(tmp_path)
    with front(tmp_path, valkey_url) as made:
        yield made
