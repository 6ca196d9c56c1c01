"""The accounts server: grant codes, tokens, their limits, and errors that come as HTTP 200."""

import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Request

from sandbox.world import World
from sandbox.zoho.answers import BAD, FOUND, Answer

WINDOW, PER_WINDOW, LIVE_TOKENS, LIFETIME = 600, 10, 30, 3600
FULL = "ZohoBooks.fullaccess.all ZohoInventory.fullaccess.all"


@dataclass
class Access:
    expires: float
    refresh: str
    scope: str


@dataclass(frozen=True)
class Consent:
    """What somebody has granted at the screen."""

    scope: str
    refresh: str  # a token of its own
    offline: bool


@dataclass
class Logins:
    """What the accounts server remembers; `scope` is what the next consent grants (space separated)."""

    scope: str = FULL
    codes: set[str] = field(default_factory=set)
    refresh: dict[str, str] = field(default_factory=dict)  # refresh token -> scope
    access: dict[str, Access] = field(default_factory=dict)
    asked: dict[str, deque[float]] = field(default_factory=dict)
    made: int = 0
    consents: dict[str, Consent] = field(default_factory=dict)  # by the code that it gave

    def expire_all(self) -> None:
        self.access.clear()

    def revoke_all(self) -> None:
        self.refresh.clear()
        self.access.clear()

    def set_scope(self, scope: str) -> None:
        """Scopes of a consent are fixed with it: existing tokens are changed as if it had been given anew."""
        self.scope = scope
        self.refresh = dict.fromkeys(self.refresh, scope)
        for each in self.access.values():
            each.scope = scope


def new_logins(world: World) -> Logins:
    scope = str(world.options.more.get("zoho_scope", FULL)).replace(",", " ")
    return Logins(scope, {world.options.grant_code}, {world.options.refresh_token: scope})


def consent(world: World, logins: Logins, request: Request) -> Answer:
    """GET oauth/v2/auth: the person at the screen says yes at once, and is sent back with a code."""
    told = request.args
    back = told.get("redirect_uri", "")
    if (
        told.get("client_id") != world.options.zoho_client_id
        or told.get("response_type") != "code"
        or not back
    ):
        return Answer({"error": "invalid_client"}, BAD)
    logins.made += 1
    code = f"1000.{hashlib.sha256(f'{world.options.seed}:consent:{logins.made}'.encode()).hexdigest()}"
    logins.codes.add(code)
    scope = told.get("scope", "").replace(",", " ") or logins.scope
    logins.consents[code] = Consent(scope, f"{code}.r", told.get("access_type") == "offline")
    more = {"state": told["state"]} if "state" in told else {}
    server = f"{request.host_url}zoho/accounts"
    query = urlencode({**more, "code": code, "location": "eu", "accounts-server": server})
    return Answer({}, FOUND, {"location": f"{back}{'&' if '?' in back else '?'}{query}"})


def token(world: World, logins: Logins, request: Request) -> Answer:
    """POST oauth/v2/token: parameters in the query or the form; errors are HTTP 200 with `error`."""
    told = request.values
    if told.get("client_id") != world.options.zoho_client_id:
        return _error("invalid_client")
    if told.get("client_secret") != world.options.zoho_client_secret:
        return _error("invalid_client_secret")
    grants: dict[str, Callable[[World, Logins, Request], Answer]] = {
        "authorization_code": _from_code,
        "refresh_token": _from_refresh,
        "client_credentials": _from_credentials,
    }
    grant = grants.get(told.get("grant_type", ""))
    return grant(world, logins, request) if grant else _error("unsupported_grant_type")


def revoke(logins: Logins, request: Request) -> Answer:
    """POST oauth/v2/token/revoke: takes a refresh or an access token."""
    told = request.values.get("token", "")
    if told not in logins.refresh and told not in logins.access:
        return Answer({"error": "invalid_token"})
    logins.access.pop(told, None)
    if logins.refresh.pop(told, None) is not None:
        logins.access = {key: each for key, each in logins.access.items() if each.refresh != told}
    return Answer({"status": "success"})


def _from_code(world: World, logins: Logins, request: Request) -> Answer:
    code = request.values.get("code", "")
    if code not in logins.codes:
        return _error("invalid_code")
    logins.codes.discard(code)
    given = logins.consents.pop(code, Consent(logins.scope, world.options.refresh_token, offline=True))
    refresh = given.refresh
    logins.refresh[refresh] = given.scope
    answer = _issue(world, logins, request, refresh)
    if "access_token" not in answer.payload or not given.offline:
        return answer
    return Answer({**answer.payload, "refresh_token": refresh})


def _from_refresh(world: World, logins: Logins, request: Request) -> Answer:
    refresh = request.values.get("refresh_token", "")
    return _issue(world, logins, request, refresh) if refresh in logins.refresh else _error("invalid_code")


def _from_credentials(world: World, logins: Logins, request: Request) -> Answer:
    logins.refresh.setdefault("client_credentials", request.values.get("scope", "").replace(",", " "))
    return _issue(world, logins, request, "client_credentials")


def _issue(world: World, logins: Logins, request: Request, refresh: str) -> Answer:
    now = world.clock.epoch()
    asked = logins.asked.setdefault(refresh, deque())
    while asked and asked[0] <= now - WINDOW / world.options.pace:
        asked.popleft()
    if len(asked) >= PER_WINDOW:
        return throttled(world)
    asked.append(now)
    logins.made += 1
    secret = hashlib.sha256(f"{world.options.seed}:{refresh}:{logins.made}".encode()).hexdigest()[:56]
    access = f"1000.{secret[:32]}.{secret[24:]}"
    logins.access[access] = Access(now + LIFETIME, refresh, logins.refresh[refresh])
    _forget_oldest(logins, refresh)
    return Answer(
        {
            "access_token": access,
            "scope": logins.refresh[refresh],
            "api_domain": f"{request.host_url}zoho",
            "token_type": "Bearer",
            "expires_in": LIFETIME,
        }
    )


def _forget_oldest(logins: Logins, refresh: str) -> None:
    live = [key for key, each in logins.access.items() if each.refresh == refresh]
    for key in live[:-LIVE_TOKENS]:
        del logins.access[key]


def throttled(world: World) -> Answer:
    told = "You have made too many requests continuously. Please try again after some time."
    payload = {"error_description": told, "error": "Access Denied", "status": "failure"}
    return Answer(payload, int(world.switches["zoho_token_throttle_status"]))


def _error(name: str) -> Answer:
    return Answer({"error": name})
