"""What the door needs to know of a platform: where it lives, who guards it, how it looks when it is ill."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Request
from werkzeug.wrappers import Response

from sandbox.world import World


@dataclass(frozen=True)
class Platform:
    """One row per platform.

    guard runs under the world's lock at arrival, before latency: it answers strangers and those over a
    limit, else gives None. A guard that counts calls in flight puts a callable into
    request.environ["sandbox.leave"]; the door calls it once (under the lock) when the call has ended.
    misbehave gives the platform's own answer for a mood kind: rate_limit, rate_limit_bare, server_error,
    html, expired_token (which should also make the token really expire).
    """

    name: str
    prefix: str
    register: Callable[[Flask, World], None]
    guard: Callable[[World, Request], Response | None]
    misbehave: Callable[[World, Request, str, int], Response]
    new_state: Callable[[World], Any]
    state: Callable[[World], dict[str, Any]]
