"""One pooled HTTP session per process and platform: time-outs on every call, exact numbers, errors by what
to do next.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError

from connectors.errors import NeverSent, Rejected, Temporary, Unknown
from connectors.exchange import Exchange, OnExchange

POOL = 32
SOON = 0.2  # seconds
T = TypeVar("T")
Files = Mapping[str, tuple[str, bytes, str]]
"""Field to file name, content, content type."""
OnCall = Callable[[str, str, str, str, int, float], None]
"""Told of every call: platform, entity, purpose, method, status (0: no answer), seconds."""


def _untold(*_call: object) -> None:
    """Nobody counts."""


@dataclass(frozen=True)
class Session:
    """A platform's connections in this process; open it after a fork, share it between threads."""

    platform: str
    http: requests.Session
    connect: float = 5.0
    read: float = 30.0
    whole: float = 45.0  # a body that drips must not outlive the lease of its permit
    on_call: OnCall = _untold
    on_exchange: OnExchange = _untold
    tries: int = 1  # of one read, and of whatever a platform refused as one call too many
    soon: float = SOON  # seconds before a read is tried a second time


@dataclass(frozen=True)
class Response:
    """An answer that was read to its end; `body` is parsed JSON with exact numbers, or None where it was
    none. `content` is kept of a file only, and one that was too long `is_cut`.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    is_json: bool
    is_empty: bool
    text: str = field(repr=False, default="")
    content: bytes = field(repr=False, default=b"")
    is_cut: bool = False


def open_session(
    platform: str,
    *,
    on_call: OnCall = _untold,
    on_exchange: OnExchange = _untold,
    connect: float = 5.0,
    read: float = 30.0,
    pool: int = POOL,
    tries: int = 1,
    soon: float = SOON,
) -> Session:
    """Connections to one platform; seconds for the time-outs, `pool` the most calls in flight at once."""
    http = requests.Session()
    # Without an auth of its own requests would let a ~/.netrc overwrite our Authorization header.
    http.auth = _as_it_is
    # Zoho sets cookies that, sent back, ask for more of their kind; a token needs none.
    http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for prefix in ("https://", "http://"):
        http.mount(prefix, HTTPAdapter(pool_connections=4, pool_maxsize=pool, max_retries=0, pool_block=True))
    return Session(platform, http, connect, read, connect + read + 10, on_call, on_exchange, tries, soon)


def mount(session: Session, prefix: str, adapter: BaseAdapter) -> None:
    """Another transport for addresses that begin with `prefix` (tests speak to the sandbox in process)."""
    session.http.mount(prefix, adapter)


def send(
    session: Session,
    method: str,
    url: str,
    *,
    write: bool,
    params: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    body: Any = None,
    form: Mapping[str, str] | None = None,
    files: Files | None = None,
    most: int | None = None,
    entity: str = "",
    purpose: str = "",
) -> Response:
    """One call, answered whatever the status; raises NeverSent, Temporary (a read), Unknown (a write).

    `files` are sent with `form` as multipart. `most`: the answer is a file and no more bytes of it are read.
    """
    started = time.monotonic()
    status, code = 0, ""
    request = session.http.prepare_request(_request(method, url, params, headers, (body, form, files)))
    try:
        answer = _exchange(session, request, started + session.whole, most)
        status, code = answer.status, _code(answer.body)
    except (requests.RequestException, HTTPError, OSError) as error:
        # `from None`: the original text may quote a whole address with its query.
        raise _named(error, session.platform, method, url, write) from None
    finally:
        seconds = time.monotonic() - started
        where = urlsplit(url).path
        session.on_exchange(Exchange(session.platform, method, where, status, code, seconds))
        session.on_call(session.platform, entity, purpose, method, status, seconds)
    return answer


def _code(body: Any) -> str:
    """What an envelope calls its outcome by, such as Zoho's 0 for all is well."""
    code = body.get("code") if isinstance(body, Mapping) else None
    return str(code) if isinstance(code, (int, str)) else ""


def persistent(session: Session, read: Callable[[], T]) -> T:
    """A read that failed by chance is tried again at once: a record takes a dozen, and shall not begin anew for one.

    Where the platform said when, or could not be reached at all, the record waits instead.
    """
    for number in range(1, session.tries):
        try:
            return read()
        except NeverSent:
            raise
        except Temporary as error:
            if error.retry_after is not None:
                raise
        time.sleep(session.soon * number * random.uniform(0.75, 1.25))
    return read()


def unheard(platform: str, response: Response, *, write: bool) -> Exception | None:
    """What a 408, 425, 5xx or an answer that is not JSON means; None when the platform really answered."""
    status = response.status
    told = response.is_json or response.is_empty
    if status in (501, 505) or 300 <= status < 400:
        return Rejected(
            status, status, f"{platform} does not serve this call (HTTP {status}): check the address"
        )
    if status < 500 and status not in (408, 425) and (told or status in (401, 403, 404, 429)):
        return None
    if write and status != 425:
        return Unknown(f"{platform} answered HTTP {status} to a write: it may or may not have happened")
    return Temporary(f"{platform} answered HTTP {status}", retry_after(response.headers))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The longest wait in seconds that the answer asks for, or None; a date instead of seconds counts as
    none.
    """
    waits = [_number(headers.get(name)) for name in ("Retry-After", "X-Retry-After")]
    said = [wait for wait in waits if wait is not None]
    return max(said) if said else None


def dumps(value: Any) -> str:
    """JSON in which a Decimal is a number, digit for digit; a float is refused because money might be in
    it.
    """
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(str(key))}: {dumps(item)}" for key, item in value.items())
        return "{" + inner + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(dumps(item) for item in value) + "]"
    if isinstance(value, Decimal) and value.is_finite():
        return format(value, "f")
    if isinstance(value, (Decimal, float)):
        raise TypeError(f"{type(value).__name__} {value} cannot be sent: amounts are finite Decimals")
    return json.dumps(value)


def user_agent() -> str:
    return f"Cartbooks/{_our_version()} (pid {os.getpid()})"


@cache
def _our_version() -> str:
    """Read from a file, so once and not with every call."""
    try:
        return version("cartbooks")
    except PackageNotFoundError:
        return "0"


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _request(
    method: str,
    url: str,
    params: Mapping[str, Any] | None,
    headers: Mapping[str, str] | None,
    content: tuple[Any, Any, Files | None],
) -> requests.Request:
    sent = {"Accept": "application/json", "User-Agent": user_agent(), **(headers or {})}
    body, data, files = content
    if body is not None:
        data, sent["Content-Type"] = dumps(body).encode(), "application/json"
    return requests.Request(method, url, params=dict(params or {}), headers=sent, data=data, files=files)


def _exchange(
    session: Session, request: requests.PreparedRequest, deadline: float, most: int | None
) -> Response:
    around = session.http.merge_environment_settings(request.url or "", {}, True, None, None)
    times = (session.connect, session.read)
    with session.http.send(request, timeout=times, allow_redirects=False, **around) as raw:
        content, is_cut = _read(raw, deadline, most)
        return _file(raw, content, is_cut) if most is not None else _understood(raw, content)


def _read(raw: requests.Response, deadline: float, most: int | None) -> tuple[bytes, bool]:
    """The body, piece by piece, so that one that drips for ever ends at the deadline, and one that is too
    long at `most`.
    """
    pieces, length = [], 0
    while piece := raw.raw.read1(65536, decode_content=True):
        pieces.append(piece)
        length += len(piece)
        if most is not None and length > most:
            return b"", True
        if time.monotonic() > deadline:
            raise requests.ReadTimeout("the answer did not end in time")
    return b"".join(pieces), False


def _file(raw: requests.Response, content: bytes, is_cut: bool) -> Response:
    """A refusal comes as JSON where a file was asked for, so that is understood as ever."""
    if "json" in raw.headers.get("Content-Type", ""):
        return replace(_understood(raw, content), is_cut=is_cut)
    return Response(raw.status_code, raw.headers, None, False, not content, "", content, is_cut)


def _understood(raw: requests.Response, content: bytes) -> Response:
    text = content.decode("utf-8", "replace")
    try:
        body, is_json = json.loads(text, parse_float=Decimal), True
    except ValueError:
        body, is_json = None, False
    return Response(raw.status_code, raw.headers, body, is_json, not text.strip(), text)


def _named(error: Exception, platform: str, method: str, url: str, write: bool) -> Exception:
    where = f"{method} {urlsplit(url).netloc}"
    kind = type(error).__name__
    if _never_connected(error):
        return NeverSent(f"{platform} could not be reached ({where}: {kind})")
    if write:
        return Unknown(f"{platform} was not heard after a write ({where}: {kind})")
    return Temporary(f"{platform} was not heard ({where}: {kind})")


def _never_connected(error: Exception) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, (NewConnectionError, ConnectTimeoutError))


def _number(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text is not None else None
    except ValueError:
        return None
