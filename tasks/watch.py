"""Tells a person: what goes to Sentry carries ids and reasons only, and without a DSN this is silent."""

from __future__ import annotations

import sentry_sdk


def report(error: BaseException) -> None:
    """An error of our own, with its traceback."""
    sentry_sdk.capture_exception(error)


def alert(sentence: str) -> None:
    """Something a person must act on, once."""
    sentry_sdk.capture_message(sentence, level="error")
