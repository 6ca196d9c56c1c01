"""The webhook door: believe the sender, note the record, nudge a worker, answer; nothing else happens here."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from app import document_callback, stock_callback
from app.believe import believed, believed_of_zoho
from app.console import console
from app.door import SETTLE, Door, make_door
from app.logs import configure
from app.settings import Connection, from_environment
from app.shipment_callback import shipped
from app.watching import watch
from app.zoho_callback import ELSE, Told, callback_of, records, told_by
from ledger import work
from ledger.store import LedgerBusy, is_current
from tasks import stock_notes

LARGEST = 64 * 1024  # a callback of BigCommerce is under 1 KB
LARGEST_RECORD = 512 * 1024  # one of Zoho holds a whole item
LONGEST_ID = 18  # digits

doors = Blueprint("webhooks", __name__)


def create_app() -> Flask:
    """What gunicorn asks for: settings from the environment, real things made in this process."""
    settings = from_environment()
    configure(settings.log_level, secrets=settings.secrets())
    watch(settings.sentry_dsn, secrets=settings.secrets())
    return make_app(make_door(settings))


def make_app(door: Door) -> Flask:
    """The Flask app around one door."""
    app = Flask("cartbooks")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST + 1  # without a length told, reading stops there in silence
    app.extensions["door"] = door
    app.register_blueprint(doors)
    app.register_blueprint(console)
    app.register_error_handler(RequestEntityTooLarge, lambda _: _plain(413, "larger than any callback"))
    return app


@doors.post("/webhooks/bigcommerce/<connection>")
def bigcommerce(connection: str) -> Response:
    """A callback is a hint: its id is noted; the record is read later."""
    door: Door = current_app.extensions["door"]
    body = request.get_data(cache=False)
    if len(body) > LARGEST:
        raise RequestEntityTooLarge
    known = door.connections.get(connection)
    if not believed(known.store if known else None, request.headers, body) or known is None:
        return _plain(401, "unknown sender")  # the same for a wrong secret and for a name that nobody has
    order = order_of(body)
    if order is None:
        return _plain(400, "this is no callback of BigCommerce")
    if order and known.enabled:
        told = {"by": "callback", "scope": str(json.loads(body)["scope"])[:60]}
        return _noted(door, known.name, "orders", lambda: [order], told)
    if not order and known.enabled and known.stock.method == "two_way":
        return _level_noted(door, known.name, body)
    return _plain(200, "")


@doors.post("/webhooks/zoho/<connection>")
def zoho(connection: str) -> Response:
    """The same of Zoho's items and documents: whole records come, and only their ids are taken."""
    door: Door = current_app.extensions["door"]
    request.max_content_length = LARGEST_RECORD + 1
    raw = request.get_data()
    if len(raw) > LARGEST_RECORD:
        raise RequestEntityTooLarge
    fields = [*request.args.items(multi=True), *request.form.items(multi=True)]
    body = b"" if request.form else raw  # a form's values are signed decoded, as fields
    known = door.connections.get(connection)
    if not believed_of_zoho(known.zoho if known else None, request.headers, fields, body) or known is None:
        return _plain(401, "unknown sender")
    callback = callback_of(dict(fields), body)
    told, moved = told_by(callback), stock_callback.moved_by(callback)
    if told is None:
        return _plain(400, "this is no callback of Zoho's items or documents")
    if not known.enabled:
        return _plain(200, "")
    answers = [_doubted(door, known.name, callback)]
    if told != ELSE and moved is None and known.catalogue.items == "on":
        answers.append(
            _noted(door, known.name, "items", lambda: records(door.ledger, known.name, told, time.time()))
        )
    if known.orders.tracking == "on" and moved is not None:
        answers.append(_noted(door, known.name, "shipments", lambda: shipped(door.ledger, known.name, moved)))
    if known.stock.at_once:
        answers.append(_stock_noted(door, known.name, lambda: _moved(door, known, told, moved)))
    return max(answers, key=lambda answer: answer.status_code)


def _doubted(door: Door, connection: str, callback: Any) -> Response:
    try:
        due = document_callback.doubted(door.ledger, connection, callback, time.time())
    except LedgerBusy:
        return _plain(503, "busy, send it again")
    for work_id in due:
        door.nudge("orders.sync", work_id)
    return _plain(200, "")


def _moved(door: Door, known: Connection, told: Told, moved: stock_callback.Moved | None) -> list[str]:
    if moved is not None:
        return stock_callback.records(door.ledger, known.name, known.store.store_hash, moved)
    return stock_callback.of_items(door.ledger, known.name, [told.item]) if told.item else []


def order_of(body: bytes) -> str | None:
    """The order a callback speaks of; "" for a callback about something else, None for nonsense.

    Shapes: https://docs.bigcommerce.com/docs/integrations/webhooks/events (scopes and `data`).
    """
    try:
        callback = json.loads(body)
        scope, data = callback["scope"], callback["data"]
        if not scope.startswith("store/"):
            return None
        if not scope.startswith("store/order/"):
            return ""
        return _order_id(data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, StopIteration):
        return None


def _order_id(data: Mapping[str, Any]) -> str | None:
    """Transactions name it `order_id`, metafields `resource_id`, everything else `id`; text or number."""
    value = next(data[name] for name in ("order_id", "resource_id", "id") if data.get(name) is not None)
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID):
        return None
    return str(int(text)) if int(text) else None  # one order has one name: "007" is 7


def _noted(
    door: Door,
    connection: str,
    flow: str,
    concerned: Callable[[], list[str]],
    told: Mapping[str, str] | None = None,
) -> Response:
    now = time.time()
    try:
        due = work.note(door.ledger, connection, flow, concerned(), now, delay=SETTLE, urgent=True, told=told)
    except LedgerBusy:
        return _plain(503, "busy, send it again")  # BigCommerce does, and a sweep sees the record anyway
    for work_id in due:
        door.nudge(f"{flow}.sync", work_id)
    return _plain(200, "")


def _level_noted(door: Door, connection: str, body: bytes) -> Response:
    """A level of the store has changed, by a person, an app or ourselves: its items are compared."""
    try:
        found = stock_callback.in_store(json.loads(body))
    except (ValueError, KeyError, TypeError):
        return _plain(400, "this is no callback of BigCommerce")
    if found is None:
        return _plain(200, "")
    product, variant = found

    def concerned() -> list[str]:
        items = (
            stock_callback.of_variant(door.ledger, connection, variant)
            if variant
            else door.items_of_product(connection, product)
        )
        return stock_callback.of_items(door.ledger, connection, items)

    return _stock_noted(door, connection, concerned)


def _stock_noted(door: Door, connection: str, concerned: Callable[[], list[str]]) -> Response:
    """Gathered for a moment, so that a burst is a few batches; one nudge takes all that are due then."""
    now = time.time()
    delay = stock_notes.delay(now, door.settings.pace)
    try:
        due = work.note(door.ledger, connection, stock_notes.FLOW, concerned(), now, delay=delay, urgent=True)
    except LedgerBusy:
        return _plain(503, "busy, send it again")
    if due:
        door.nudge_at(connection, stock_notes.TASK, due[0], now + delay)
    return _plain(200, "")


@doors.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@doors.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Callbacks can be written down; Redis is not needed for that."""
    door: Door = current_app.extensions["door"]
    try:
        if not is_current(door.ledger):
            return jsonify(status="the ledger is of another version: run `cartbooks migrate`"), 503
        oldest = work.oldest_due(door.ledger, time.time())
    except LedgerBusy:
        return jsonify(status="the ledger is busy or away"), 503
    return jsonify(status="ok", oldest_due_seconds=oldest), 200


def _plain(status: int, text: str) -> Response:
    return Response(text, status=status, mimetype="text/plain")
