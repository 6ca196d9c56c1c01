"""Zoho logins: one access token per login, sealed in Redis and shared by all processes, refreshed by one at
a time.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from redis import Redis, RedisError

from connectors.errors import NeverSent, OutOfBudget, Temporary, Unauthorized, redis_away
from connectors.http import Response, Session, send, unheard

EARLY = 300.0  # seconds before its end a token is replaced
LOCK = 70  # seconds: longer than the longest exchange with the accounts server
REFRESHES, PERIOD = 8, 600  # of the ten that Zoho allows in ten minutes
AGAIN = 5.0  # seconds until a refresh that failed by chance is tried again
THROTTLED = 900.0  # seconds of quiet after "too many requests continuously"
RECONNECT = "connect Zoho again: cartbooks connect zoho"

RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


@dataclass(frozen=True)
class DataCentre:
    """Where the organizations of a region live."""

    name: str
    api: str
    accounts: str


DATA_CENTRES: Mapping[str, DataCentre] = {
    row.name: row
    for row in (
        DataCentre("com", "https://www.zohoapis.com", "https://accounts.zoho.com"),
        DataCentre("eu", "https://www.zohoapis.eu", "https://accounts.zoho.eu"),
        DataCentre("in", "https://www.zohoapis.in", "https://accounts.zoho.in"),
        DataCentre("com.au", "https://www.zohoapis.com.au", "https://accounts.zoho.com.au"),
        DataCentre("jp", "https://www.zohoapis.jp", "https://accounts.zoho.jp"),
        DataCentre("ca", "https://www.zohoapis.ca", "https://accounts.zohocloud.ca"),
        DataCentre("com.cn", "https://www.zohoapis.com.cn", "https://accounts.zoho.com.cn"),
        DataCentre("sa", "https://www.zohoapis.sa", "https://accounts.zoho.sa"),
    )
}


@dataclass(frozen=True)
class Login:
    """A Zoho user's consent to our client; `accounts_url` replaces the data centre's own (sandbox)."""

    dc: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False, default="")
    accounts_url: str = ""

    @property
    def accounts(self) -> str:
        return self.accounts_url or DATA_CENTRES[self.dc].accounts

    @property
    def key(self) -> str:
        """Names the login without telling it."""
        named = f"{self.accounts}\n{self.client_id}\n{self.refresh_token}"
        return hashlib.sha256(named.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Token:
    """An access token, the API host that Zoho named with it, and the seconds it still lives."""

    value: str = field(repr=False)
    api_domain: str
    seconds: float


@dataclass(frozen=True)
class TokenStore:
    """Access tokens in Redis, readable only with the key."""

    redis: Redis
    fernet: Fernet = field(repr=False)
    wait: float = 15.0  # seconds a caller stands by while another refreshes


def access_token(store: TokenStore, session: Session, login: Login, *, stale: str | None = None) -> Token:
    """The shared token, refreshed when it nears its end or when it is the `stale` one that Zoho just refused.

    Raises Unauthorized (a person must act), OutOfBudget (too many refreshes), Temporary.
    """
    try:
        return _shared(store, session, login, stale)
    except RedisError as error:
        raise redis_away("the token", error) from None


def exchange_grant(session: Session, login: Login, code: str, redirect_uri: str = "") -> str:
    """The refresh token for a grant code; the code is used up by the attempt, whatever comes of it."""
    fields = {"grant_type": "authorization_code", "code": code}
    if redirect_uri:
        fields["redirect_uri"] = redirect_uri
    answer = _ask(session, login, fields, "grant")
    if not answer.get("refresh_token"):
        raise Unauthorized(
            "zoho", "Zoho gave no refresh token: ask for offline access and make a new grant code"
        )
    return str(answer["refresh_token"])


def _shared(store: TokenStore, session: Session, login: Login, stale: str | None) -> Token:
    give_up = time.monotonic() + store.wait
    while True:
        token = _kept(store, login)
        good = token is not None and token.value != stale
        if token is not None and good and token.seconds > _early(store, login):
            return token
        with _alone(store, login) as alone:
            if alone:
                return _replaced(store, session, login, stale)
        if token is not None and good and token.seconds > 1:
            return token  # somebody is at it, and this one still serves
        if time.monotonic() > give_up:
            raise Temporary("another process is still refreshing the Zoho token", 5.0)
        time.sleep(0.05)


def _replaced(store: TokenStore, session: Session, login: Login, stale: str | None) -> Token:
    """Under the lock: perhaps somebody was faster, else one refresh."""
    token = _kept(store, login)
    if token is not None and token.value != stale and token.seconds > _early(store, login):
        return token
    _refuse_if_throttled(store, login)
    spent = _count(store, login)
    try:
        answer = _ask(
            session, login, {"grant_type": "refresh_token", "refresh_token": login.refresh_token}, "refresh"
        )
    except NeverSent:
        store.redis.zrem(_name(login, "refreshes"), spent)
        raise
    except Temporary as error:
        # told when, so that nobody tries again at once: refreshes are counted, and there are few
        raise Temporary(str(error), error.retry_after or AGAIN) from None
    except OutOfBudget as error:
        store.redis.set(_name(login, "throttled"), "1", ex=int(max(1, error.until - time.time())))
        raise
    return _keep(store, login, answer)


def _ask(session: Session, login: Login, fields: Mapping[str, str], purpose: str) -> Mapping[str, Any]:
    form = {**fields, "client_id": login.client_id, "client_secret": login.client_secret}
    url = f"{login.accounts}/oauth/v2/token"
    # A refresh that was not heard changed nothing of ours: it counts as a read.
    response = send(session, "POST", url, write=False, form=form, entity="token", purpose=purpose)
    body = response.body if isinstance(response.body, Mapping) else {}
    if body.get("access_token"):
        return body
    raise _refusal(response, str(body.get("error", "")), login)


def _refusal(response: Response, error: str, login: Login) -> Exception:
    """Zoho tells most refusals with HTTP 200 and a body `error`."""
    if error == "Access Denied" or response.status == 429:
        return OutOfBudget(
            time.time() + THROTTLED, "Zoho refuses new tokens for a while: too many were asked for"
        )
    known = {
        "invalid_code": f"the refresh token or grant code is revoked, expired or used up: {RECONNECT}",
        "invalid_client": f"Zoho at {login.accounts} does not know this client: "
        f"check client id and data centre ({login.dc})",
        "invalid_client_secret": "the client secret is wrong: check it in Zoho's API console",
    }
    if error in known:
        return Unauthorized("zoho", known[error])
    lost = unheard("zoho accounts", response, write=False)
    return lost or Unauthorized("zoho", f"Zoho gave no token ({error or response.status}): {RECONNECT}")


def _kept(store: TokenStore, login: Login) -> Token | None:
    name = _name(login, "token")
    sealed: Any = store.redis.get(name)
    left: Any = store.redis.pttl(name)
    if sealed is None or left <= 0:
        return None
    try:
        told = json.loads(store.fernet.decrypt(sealed))
    except InvalidToken:
        return None  # sealed with a key that is no longer ours
    return Token(told["token"], told["api_domain"], left / 1000)


def _keep(store: TokenStore, login: Login, answer: Mapping[str, Any]) -> Token:
    seconds = int(answer.get("expires_in") or 3600)
    api = str(answer.get("api_domain") or DATA_CENTRES[login.dc].api)
    told = {"token": str(answer["access_token"]), "api_domain": api}
    store.redis.set(_name(login, "token"), store.fernet.encrypt(json.dumps(told).encode()), ex=seconds)
    store.redis.set(_name(login, "life"), str(seconds), ex=seconds)
    return Token(told["token"], api, float(seconds))


def _early(store: TokenStore, login: Login) -> float:
    """Seconds before the end at which a token is replaced; short-lived ones are not replaced all the time."""
    life: Any = store.redis.get(_name(login, "life"))
    return min(EARLY, float(life or 3600) / 10)


@contextmanager
def _alone(store: TokenStore, login: Login) -> Iterator[bool]:
    """True for one process and thread at a time; a holder that died is waited for `LOCK` seconds."""
    name, mark = _name(login, "lock"), secrets.token_hex(8)
    mine = bool(store.redis.set(name, mark, nx=True, ex=LOCK))
    try:
        yield mine
    finally:
        if mine:
            store.redis.register_script(RELEASE)(keys=[name], args=[mark])


def _refuse_if_throttled(store: TokenStore, login: Login) -> None:
    left: Any = store.redis.pttl(_name(login, "throttled"))
    if left > 0:
        raise OutOfBudget(
            time.time() + left / 1000, "Zoho refuses new tokens for a while: too many were asked for"
        )


def _count(store: TokenStore, login: Login) -> str:
    """Note one refresh of the period; raises OutOfBudget when the period has had enough. Called under the
    lock.
    """
    name, now = _name(login, "refreshes"), time.time()
    store.redis.zremrangebyscore(name, "-inf", now - PERIOD)
    oldest: Any = store.redis.zrange(name, 0, -1, withscores=True)
    if len(oldest) >= REFRESHES:
        raise OutOfBudget(oldest[0][1] + PERIOD, f"{REFRESHES} Zoho tokens were asked for within ten minutes")
    mark = secrets.token_hex(8)
    store.redis.zadd(name, {mark: now})
    store.redis.expire(name, PERIOD)
    return mark


def _name(login: Login, what: str) -> str:
    return f"cartbooks:{{{login.key}}}:{what}"
