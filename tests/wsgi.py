"""The sandbox in process: a transport for requests that calls a WSGI app instead of opening a socket."""

import io
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse
from werkzeug.test import EnvironBuilder, run_wsgi_app

from sandbox.door import ConnectionDropped


class WsgiAdapter(BaseAdapter):
    """Mount it on a session; a connection that the sandbox drops looks like one that died after the call
    was sent.
    """

    def __init__(self, app):
        super().__init__()
        self.app = app

    def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
        environ = _environ(request)
        try:
            chunks, status, headers = run_wsgi_app(self.app, environ, buffered=True)
            content = b"".join(chunks)
        except ConnectionDropped:
            raise requests.exceptions.ConnectionError("reset", request=request) from None
        return _response(request, content, status, headers)

    def close(self):
        pass


def _environ(request):
    parts = urlsplit(request.url)
    body = request.body or b""
    data = body.encode() if isinstance(body, str) else bytes(body)
    headers = [(key, value) for key, value in request.headers.items() if key.lower() != "content-length"]
    builder = EnvironBuilder(
        path=parts.path or "/",
        base_url=f"{parts.scheme}://{parts.netloc}/",
        query_string=parts.query,
        method=request.method,
        headers=headers,
        input_stream=io.BytesIO(data),
        content_length=len(data),
    )
    try:
        return builder.get_environ()
    finally:
        builder.close()


def _response(request, content, status, headers):
    response = requests.Response()
    response.status_code = int(status.split(" ", 1)[0])
    response.headers = CaseInsensitiveDict(headers.items())
    response.url = request.url
    response.request = request
    response.raw = HTTPResponse(
        body=io.BytesIO(content),
        headers=list(headers.items()),
        status=response.status_code,
        preload_content=False,
    )
    return response
