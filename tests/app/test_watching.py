"""What would leave for Sentry is caught as envelopes: no person and no secret may be in them."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest
import sentry_sdk
from celery import Celery
from flask import Flask, request
from sentry_sdk.transport import Transport

from app.watching import watch

ROOT = Path(__file__).parents[2]
DSN = "https://public@sentry.example/1"
HIDDEN = ("jane", "example.com", "0123456789abcdef", "store-token-77", "signature-88", "Elm Street", "hush")


class Caught(Transport):
    envelopes: ClassVar[list[str]] = []

    def capture_envelope(self, envelope):
        Caught.envelopes.append(envelope.serialize().decode())


@pytest.fixture
def sent():
    Caught.envelopes = []
    watch(DSN, secrets=["store-token-77"], transport=Caught)
    yield lambda: Caught.envelopes
    sentry_sdk.get_client().close()
    sentry_sdk.init()


def nothing_personal(envelopes):
    assert envelopes
    shown = "\n".join(envelopes)
    assert [one for one in HIDDEN if one.lower() in shown.lower()] == []


def fail(email, access_token):
    customer = {"email": email, "street_1": "teertS mlE 1"[::-1]}  # the lines around an error are sent
    part = "fedcba9876543210"[::-1] * 2
    raise ValueError(f"{customer['email']} with {access_token} and 1000.{part}.{part}")


def test_an_error_leaves_without_the_people_and_tokens_around_it(sent):
    try:
        fail("jane@example.com", "store-token-77")
    except ValueError as error:
        sentry_sdk.capture_exception(error)
    nothing_personal(sent())
    assert "ValueError" in sent()[0]
    assert "test_watching.py" in sent()[0]
    assert '"vars"' not in sent()[0]


def test_what_was_logged_before_goes_along_clean(sent):
    logging.getLogger("x").warning("no contact for %s", "jane@example.com", extra={"phone": "hush"})
    sentry_sdk.add_breadcrumb(
        category="http", data={"url": "/contacts?email=jane@example.com", "x-auth-token": "hush"}
    )
    sentry_sdk.capture_message("held")
    nothing_personal(sent())


def test_a_callback_that_fails_leaves_without_its_body_headers_and_query(sent):
    app = Flask("x")

    @app.post("/webhooks/<connection>")
    def hook(connection):
        body = request.get_json()
        raise RuntimeError(body["email"])

    client = app.test_client()
    client.post(
        "/webhooks/main?signature=signature-88&email=jane@example.com",
        json={"email": "jane@example.com", "name": "Jane"},
        headers={
            "X-Auth-Token": "store-token-77",
            "webhook-signature": "v1,signature-88",
            "Cookie": "a=hush",
        },
    )
    nothing_personal(sent())
    assert json.loads(sent()[0].splitlines()[-1])["transaction"] == "hook"


def test_a_task_that_fails_leaves_without_its_arguments(sent):
    app = Celery("x", broker="memory://")

    @app.task(name="a.task")
    def sync(work_id, note):
        raise RuntimeError(f"{note} is taken")

    sync.apply(args=[7], kwargs={"note": "jane@example.com"})
    nothing_personal(sent())
    assert "a.task" in sent()[0]


def test_an_error_in_the_log_is_no_report_of_its_own(sent):
    logging.getLogger("x").error("held")
    assert sent() == []


def test_without_a_dsn_nothing_is_watched():
    Caught.envelopes = []
    watch("", transport=Caught)
    sentry_sdk.capture_message("x")
    assert Caught.envelopes == []


def test_every_kind_of_data_that_the_sdk_can_collect_is_decided():
    """A new kind in a new SDK is on until we say no; this fails when one appears."""
    from sentry_sdk.data_collection import _resolve_explicit

    from app.watching import NOTHING_COLLECTED

    assert set(_resolve_explicit({})) - {"provided_by_user"} == set(NOTHING_COLLECTED)


def test_beat_reports_that_it_runs():
    code = (
        "from app.watching import watch; import sentry_sdk; watch('https://p@s.example/1')\n"
        "from sentry_sdk.integrations.celery import CeleryIntegration as C\n"
        "assert sentry_sdk.get_client().get_integration(C).monitor_beat_tasks"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
