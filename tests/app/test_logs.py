import io
import json
import logging
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import structlog

from app.logs import configure

ROOT = Path(__file__).parents[2]
KEPT = ("celery", "gunicorn.error", "werkzeug", "urllib3")


@pytest.fixture
def logged():
    root = logging.getLogger()
    before = (root.handlers[:], root.level, {name: logging.getLogger(name).level for name in KEPT})
    told = structlog.get_config()
    stream = io.StringIO()

    def start(level="INFO", **options):
        configure(level, stream=stream, console=False, **options)
        return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]

    yield start
    logging.captureWarnings(False)
    structlog.configure(**told)
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    for name, level in before[2].items():
        logging.getLogger(name).setLevel(level)


def test_an_event_is_one_line_of_json_with_time_level_and_ids(logged):
    lines = logged()
    structlog.get_logger("tasks.orders").info("posted", order="1001", total="59.97")
    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "posted",
        "level": "info",
        "logger": "tasks.orders",
        "order": "1001",
        "total": "59.97",
    }


def test_other_peoples_loggers_come_the_same_way(logged):
    lines = logged()
    for name in ("celery.worker", "gunicorn.error", "werkzeug", "anything"):
        logging.getLogger(name).warning("said by %s", name, extra={"order": 7})
    assert [(line["logger"], line["event"], line["order"]) for line in lines()] == [
        (name, f"said by {name}", 7) for name in ("celery.worker", "gunicorn.error", "werkzeug", "anything")
    ]


def test_a_person_or_a_secret_in_any_place_is_not_written(logged):
    lines = logged(secrets=["the-store-token"])

    def taken():
        raise ValueError("jane@example.com is taken")

    log = structlog.get_logger("x")
    log.warning("no contact for jane@example.com", email="jane@example.com", nested={"phone": "+43 1"})
    logging.getLogger("y").error("sent %s", "the-store-token")
    try:
        taken()
    except ValueError:
        log.exception("bug", order="1")
        logging.getLogger("y").exception("bug")
    shown = json.dumps(lines())
    assert len(lines()) == 4
    assert "jane" not in shown
    assert "+43" not in shown
    assert "the-store-token" not in shown
    assert "test_logs.py" in lines()[2]["exception"]
    assert "[e-mail] is taken" in lines()[3]["exception"]


def test_the_level_is_the_merchants_and_chatter_stays_out(logged):
    lines = logged("DEBUG")
    logging.getLogger("urllib3").debug("https://api.example.com/contacts?email=x")
    logging.getLogger("ours").debug("said")
    assert [line["event"] for line in lines()] == ["said"]


def test_a_warning_of_python_is_a_line_too(logged):
    lines = logged()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old ways", UserWarning, stacklevel=1)
    assert "old ways" in lines()[0]["event"]


def test_configuring_twice_says_everything_once(logged):
    logged()
    lines = logged()
    logging.getLogger("z").warning("once")
    assert len(lines()) == 1


def test_a_console_gets_text_and_a_traceback():
    code = (
        "import sys, structlog\nfrom app.logs import configure\n"
        "configure('INFO', stream=sys.stdout, console=True)\n"
        "structlog.get_logger('a').info('posted', order='7')\n"
        "try: 1/0\nexcept ZeroDivisionError: structlog.get_logger('a').exception('bug')"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "posted" in shown
    assert "order=7" in shown
    assert "ZeroDivisionError" in shown


def test_celery_leaves_our_logging_alone():
    """Celery sets up its own handlers at the start of a worker unless its signal is answered."""
    code = (
        "import logging, sys\nfrom app.logs import configure\n"
        "configure('INFO', stream=sys.stdout, console=False)\n"
        "from celery import Celery\napp = Celery('x', broker='memory://')\n"
        "app.log.setup(loglevel='DEBUG', redirect_stdouts=True)\n"
        "root = logging.getLogger()\nassert len(root.handlers) == 1\nassert root.level == logging.INFO\n"
        "from celery.utils.log import get_task_logger\nget_task_logger('orders.sync').info('hello')\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert [json.loads(line)["event"] for line in shown.splitlines()] == ["hello"]
