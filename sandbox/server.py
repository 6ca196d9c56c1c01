"""The sandbox on a port: threads, HTTP/1.1 with kept connections, as the real platforms serve."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class KeepingHandler(WSGIRequestHandler):
    """werkzeug's own handler closes every connection; clients with a pool must meet one that keeps them."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        if self.headers.get("Expect", "").lower().strip() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        environ = self.make_environ()
        _limit_body(environ)
        try:
            self._answer(Response.from_app(self.server.app, environ))
        except (ConnectionError, TimeoutError) as error:
            self.connection_dropped(error, environ)
        except Exception as error:  # noqa: BLE001 - our own bug must not look like a reset
            self.server.log("error", f"the sandbox has a bug: {error!r} at {self.command} {self.path}")
            self._answer(Response("the sandbox has a bug, see its log", 500))

    def _answer(self, response: Response) -> None:
        response.headers.setdefault("Connection", "close" if self.close_connection else "keep-alive")
        whole = isinstance(response.response, list | tuple)
        pieces: Iterable[bytes] = [response.get_data()] if whole else response.iter_encoded()
        if whole:
            response.headers["Content-Length"] = str(len(response.get_data()))
        head = [f"HTTP/1.1 {response.status_code} {_phrase(response.status_code)}"]
        head += [f"{key}: {value}" for key, value in response.headers if not _idle(response, key)]
        written = ("\r\n".join(head) + "\r\n\r\n").encode("latin-1")
        bodiless = self.command == "HEAD" or response.status_code in (204, 304)
        for piece in () if bodiless else pieces:
            self.wfile.write(written + piece)
            written = b""
        if written:
            self.wfile.write(written)
        if "content-length" not in response.headers and not bodiless:
            self.close_connection = True

    def connection_dropped(self, error: BaseException, environ: "WSGIEnvironment | None" = None) -> None:
        del error, environ
        self.close_connection = True

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Say nothing: every call is in GET /control/calls."""


def _idle(response: Response, header: str) -> bool:
    return response.status_code in (204, 304) and header.lower() in ("content-length", "content-type")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _limit_body(environ: "WSGIEnvironment") -> None:
    """A request without a length has no body; reading on would wait for the next request."""
    if not environ.get("CONTENT_LENGTH") and "wsgi.input_terminated" not in environ:
        environ["CONTENT_LENGTH"] = "0"


def serve(app: Flask, host: str = "127.0.0.1", port: int = 0) -> BaseWSGIServer:
    """A server that listens already; the caller runs serve_forever() (in a thread) and shutdown()."""
    return make_server(host, port, app, threaded=True, request_handler=KeepingHandler)


def run(app: Flask, port: int, host: str = "127.0.0.1") -> None:
    """Serve until interrupted."""
    server = serve(app, host, port)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return
    finally:
        app.extensions["sandbox"].stopped.set()
        server.server_close()
