"""Real processes over real sockets, with a Redis of their own that may be killed."""

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def no_redis_of_others():
    """A Redis that somebody gave us is nobody's to kill."""
    given = os.environ.pop("REDIS_URL", None)
    yield
    if given is not None:
        os.environ["REDIS_URL"] = given
