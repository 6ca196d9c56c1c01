"""One way of logging for every process: a line per event, JSON for machines, colours for a console."""

import logging
import logging.config
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, TextIO

import structlog
from celery.signals import setup_logging

from app.scrub import Scrub, scrubber

OTHERS = (
    "celery",
    "celery.task",
    "gunicorn.access",
    "gunicorn.error",
    "werkzeug",
    "tornado",
    "flower",
    "py.warnings",
)
CHATTY = ("alembic", "amqp", "kombu", "sqlalchemy", "tornado.access", "urllib3")
FRAME = frozenset({"event", "level", "logger", "timestamp"})

Event = MutableMapping[str, Any]


def configure(
    level: str, *, secrets: Iterable[str] = (), stream: TextIO | None = None, console: bool | None = None
) -> None:
    """Sends everything said in this process through one formatter to `stream` (default: stderr).

    `console` None means: colours when the stream is a terminal, JSON otherwise. May be called again.
    """
    target = stream or sys.stderr
    readable = target.isatty() if console is None else console
    clean = _cleaner(scrubber(secrets))
    shared = _shared()
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                clean,  # after the traceback has become text, before it is written
                structlog.dev.ConsoleRenderer(colors=target.isatty())
                if readable
                else structlog.processors.JSONRenderer(default=str),
            ],
        )
    )
    _route(handler, level)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _shared() -> list[structlog.typing.Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _route(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    for name in OTHERS:
        other = logging.getLogger(name)
        other.handlers.clear()
        other.propagate = True
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    setup_logging.connect(_keep_ours, weak=False, dispatch_uid="cartbooks-logs")


def _keep_ours(**_signal: Any) -> bool:
    """Celery sets up its own logging unless somebody answers this signal."""
    return True


def _cleaner(scrub: Scrub) -> structlog.typing.Processor:
    def clean(_logger: Any, _method: str, event: Event) -> Event:
        said = {name: value for name, value in event.items() if name not in FRAME}
        event.update(scrub(said))
        event["event"] = scrub(str(event.get("event", "")))
        return event

    return clean
