"""The way of a platform call: moods are drawn, the guard looks, time passes, the view runs, all is logged."""

import io
import os
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Request
from werkzeug.wrappers import Response

from sandbox.moods import Mood
from sandbox.platforms import Platform
from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REFUSALS = ("rate_limit", "rate_limit_bare", "server_error", "html", "expired_token")
LINGER_ZERO = struct.pack("ii", 1, 0)  # close() then sends a reset instead of a goodbye


class ConnectionDropped(ConnectionResetError):
    """The connection was reset on purpose; in process this is what the caller sees."""


@dataclass
class Visit:
    """One call on its way through the door."""

    world: World
    platform: Platform
    request: Request
    moods: Sequence[Mood]
    by_limit: bool = False
    happened: list[str] = field(default_factory=list)  # kinds of the moods that really struck
    status: int = 0

    def mood(self, *kinds: str) -> Mood | None:
        return next((mood for mood in self.moods if mood.kind in kinds), None)

    def strike(self, mood: Mood) -> None:
        self.happened.append(mood.kind)
        self.world.moods.note(self.platform.name, mood)


def door(world: World, platforms: Sequence[Platform], inner: "WSGIApplication") -> "WSGIApplication":
    def enter(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        request = _with_whole_body(environ)
        platform = next((row for row in platforms if request.path.startswith(row.prefix)), None)
        if platform is None:
            return inner(environ, start_response)
        moods = world.moods.draw(platform.name, request.method, request.path)
        visit = Visit(world, platform, request, moods)
        response = _logged(visit, inner)
        return response(environ, start_response)

    return enter


def _with_whole_body(environ: "WSGIEnvironment") -> Request:
    """The body is read before any lock is taken, so that a slow sender holds up nobody."""
    request = Request(environ)
    body = request.get_data(cache=False)
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("wsgi.input_terminated", None)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return Request(environ)


def _logged(visit: Visit, inner: "WSGIApplication") -> Response:
    started = visit.world.clock.epoch()
    entry = _entry(visit, started)  # whoever reads the calls sees the ones under way, too
    with visit.world.lock:
        visit.world.calls.append(entry)
    try:
        return _serve(visit, inner)
    finally:
        with visit.world.lock:
            entry.update(_entry(visit, started))
            leave = visit.request.environ.pop("sandbox.leave", None)
            if leave is not None:
                leave()


def _entry(visit: Visit, started: float) -> dict[str, Any]:
    request = visit.request
    return {
        "platform": visit.platform.name,
        "method": request.method,
        "path": request.path,
        "query": request.query_string.decode("latin-1"),
        "status": visit.status,  # what the view answered; 0 when it never ran, or has not yet
        "rejected_by_limit": visit.by_limit,
        "moods": visit.happened,
        "agent": request.headers.get("User-Agent", ""),
        "at": started,
        "seconds": round(visit.world.clock.epoch() - started, 4),
    }


def _serve(visit: Visit, inner: "WSGIApplication") -> Response:
    reset = visit.mood("reset_before")
    if reset:
        visit.strike(reset)
        drop(visit.request.environ)
    response = _refusal(visit)
    _wait(visit)
    if response is None:
        with visit.world.lock:
            response = Response.from_app(inner, visit.request.environ, buffered=True)
        visit.status = response.status_code
        response = _afterwards(visit, response)
    visit.status = visit.status or response.status_code
    return _slowly(visit, response)


def _refusal(visit: Visit) -> Response | None:
    mood = visit.mood(*REFUSALS)
    with visit.world.lock:
        if mood:
            visit.strike(mood)
            return visit.platform.misbehave(visit.world, visit.request, mood.kind, mood.status)
        response = visit.platform.guard(visit.world, visit.request)
    visit.by_limit = response is not None and response.status_code == 429
    return response


def _wait(visit: Visit) -> None:
    seconds = visit.world.options.latency
    late = visit.mood("latency")
    if late:
        visit.strike(late)
        seconds += late.seconds
    if seconds:
        visit.world.stopped.wait(seconds)


def _afterwards(visit: Visit, response: Response) -> Response:
    reset, error = visit.mood("reset_after"), visit.mood("error_after")
    if reset:
        visit.strike(reset)
        drop(visit.request.environ)
    if error:
        visit.strike(error)
        return visit.platform.misbehave(visit.world, visit.request, "server_error", error.status)
    return response


def _slowly(visit: Visit, response: Response) -> Response:
    slow = visit.mood("slow_body")
    body = response.get_data()
    if not slow or not body:
        return response
    visit.strike(slow)
    response.response = _pieces(body, slow.seconds)
    response.headers["Content-Length"] = str(len(body))
    return response


def _pieces(body: bytes, seconds: float, count: int = 5) -> Iterator[bytes]:
    size = max(1, -(-len(body) // count))
    for start in range(0, len(body), size):
        time.sleep(seconds / count)
        yield body[start : start + size]


def drop(environ: "WSGIEnvironment") -> None:
    """Reset the connection: the caller's kernel hears RST. In process only the exception is left to tell."""
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_ZERO)
        # close() would wait for the file objects that the server still holds over this socket
        os.close(connection.detach())
    raise ConnectionDropped("the sandbox reset this connection on purpose")
