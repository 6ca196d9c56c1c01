"""Real processes over real sockets, with a Redis of their own that may be killed."""

import os

import pytest

LONG = ("e2e/test_demo.py", "e2e/test_house.py", "e2e/")


def pytest_collection_modifyitems(items):
    """What takes longest begins first, so that nobody is left with a whole day to play when all others have ended."""
    items.sort(key=lambda item: next((n for n, part in enumerate(LONG) if part in item.nodeid), len(LONG)))


@pytest.fixture(scope="session", autouse=True)
def no_redis_of_others():
    """A Redis that somebody gave us is nobody's to kill."""
    given = os.environ.pop("REDIS_URL", None)
    yield
    if given is not None:
        os.environ["REDIS_URL"] = given
