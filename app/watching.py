"""Tells Sentry what went wrong, and nothing about whom: everything that could carry a person is off."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any, cast

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.flask import FlaskIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.transport import Transport
from sentry_sdk.types import Event, Hint

from app.scrub import Scrub, scrubber

OFF = {"mode": "off"}
NOTHING_COLLECTED: dict[str, Any] = {
    "user_info": False,
    "cookies": OFF,
    "http_headers": {"request": OFF},
    "http_bodies": [],
    "url_query_params": OFF,
    "graphql": {"document": False, "variables": False},
    "gen_ai": {"inputs": False, "outputs": False},
    "database_query_data": False,
    "queues": False,
    "stack_frame_variables": False,
    "frame_context_lines": 3,
}
PERSONAL_PARTS = ("user", "server_name")
REQUEST_PARTS = ("data", "cookies", "headers", "env", "query_string")


def watch(dsn: str, *, secrets: Iterable[str] = (), transport: type[Transport] | None = None) -> None:
    """Reports errors and missed beats; an empty DSN leaves the SDK asleep."""
    scrub = scrubber(secrets)

    def before_send(event: Event, _hint: Hint) -> Event | None:
        return cleaned(event, scrub)

    sentry_sdk.init(
        dsn=dsn or None,
        release=f"cartbooks@{version('cartbooks')}",
        transport=transport,
        data_collection=cast("Any", NOTHING_COLLECTED),
        before_send=before_send,
        before_send_transaction=before_send,
        before_breadcrumb=lambda crumb, _hint: cast("dict[str, Any]", scrub(crumb)),
        integrations=[
            CeleryIntegration(monitor_beat_tasks=True),
            FlaskIntegration(),
            LoggingIntegration(event_level=None),  # what we report is decided by tasks, not by a log level
        ],
        traces_sample_rate=0.0,
    )


def cleaned(event: Event, scrub: Scrub) -> Event:
    """The event without a person: the SDK's settings leave e-mails in messages, this does not."""
    raw = cast("dict[str, Any]", event)
    for part in PERSONAL_PARTS:
        raw.pop(part, None)
    request = raw.get("request")
    if isinstance(request, dict):
        for part in REQUEST_PARTS:
            request.pop(part, None)
    return cast("Event", scrub(raw))
