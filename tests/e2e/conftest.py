"""Real processes over real sockets, with a Redis of their own that may be killed."""

LONG = ("e2e/test_demo.py", "e2e/test_house.py", "e2e/")


def pytest_collection_modifyitems(items):
    """What takes longest begins first, so that nobody is left with a whole day to play when all others have ended."""
    items.sort(key=lambda item: next((n for n, part in enumerate(LONG) if part in item.nodeid), len(LONG)))
