"""From HTTP to a call and back: who asks, with which token, within which limits, with what body."""

from typing import Any

from flask import Request
from werkzeug.wrappers import Response

from sandbox.world import World
from sandbox.zoho import known, limits, oauth, routes
from sandbox.zoho.answers import BAD, Answer, Refused, not_authorized
from sandbox.zoho.call import Call
from sandbox.zoho.money import dumps, loads
from sandbox.zoho.organization import Organization, Upload

ROOTS = {"/zoho/books/v3": "books", "/zoho/inventory/v1": "inventory"}
ACCOUNTS = "/zoho/accounts/oauth/v2/"
# some clients name the organization so, and only so
ORGANIZATION_HEADERS = ("X-com-zoho-books-organizationid", "X-com-zoho-inventory-organizationid")

EMPTY: tuple[Any, ...] = ([], "", None)  # what a client sends with an action when it has nothing to say


def edition_of(path: str) -> tuple[str, str]:
    """(edition, path below its root), or ("", path) for anything that is neither Books nor Inventory."""
    for root, edition in ROOTS.items():
        if path.startswith(f"{root}/"):
            return edition, path.removeprefix(root)
    return "", path


def guard(world: World, request: Request) -> Response | None:
    """Strangers and those over a limit are answered here; calls in flight count until they have ended."""
    edition, path = edition_of(request.path)
    if not edition:
        return None
    org: Organization = world.zoho
    _enter(org, request)
    try:
        scope_of(world, request)
        if path != "/organizations":
            _check_organization(org, request)
        limits.admit(org, edition, counted=path != "/organizations")
    except Refused as refusal:
        return respond(org, edition, path, refusal.answer())
    return None


def _enter(org: Organization, request: Request) -> None:
    org.meter.in_flight += 1
    org.meter.most_in_flight = max(org.meter.most_in_flight, org.meter.in_flight)

    def leave() -> None:
        org.meter.in_flight -= 1

    request.environ["sandbox.leave"] = leave


def token_of(world: World, request: Request) -> str:
    """The access token of the header, or nothing."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    kinds = {"zoho-oauthtoken", "bearer"} if world.switches["zoho_bearer"] else {"zoho-oauthtoken"}
    return token.strip() if kind.casefold() in kinds else ""


def scope_of(world: World, request: Request) -> str:
    access = world.zoho.logins.access.get(token_of(world, request))
    if access is None or access.expires <= world.clock.epoch():
        raise not_authorized()
    return str(access.scope)


def _check_organization(org: Organization, request: Request) -> None:
    """Who has one organization only may leave its name out, as connectors do that were tried with real ones."""
    named = (request.headers.get(each, "") for each in ORGANIZATION_HEADERS)
    told = request.args.get("organization_id") or next(filter(None, named), "")
    if not told and org.world.switches["zoho_organization_unnamed"] == "default":
        return
    if told != org.organization_id:
        raise Refused(6041, f"This user is not associated with the CompanyID/CompanyName:{told}.")


def handle(world: World, request: Request) -> Response:
    """The answer to one admitted call."""
    org: Organization = world.zoho
    edition, path = edition_of(request.path)
    if not edition:
        return respond(org, "", path, _accounts(world, request))
    try:
        answer = _handle(world, request, edition, path.rstrip("/") or "/")
    except Refused as refusal:
        answer = refusal.answer()
    return respond(org, edition, path, answer)


def _handle(world: World, request: Request, edition: str, path: str) -> Answer:
    route, ids = routes.find(edition, request.method, path)
    granted = scope_of(world, request)
    if not routes.allowed(route, edition, granted):
        raise not_authorized()
    body = body_of(request)
    if world.switches["zoho_unknown_fields"] == "refused":
        known.check(path, body)
    # parameters may stand in a form as well
    headers, files = dict(request.headers), files_of(request)
    return route.view(Call(world.zoho, edition, request.values, headers, body, ids, files=files))


def files_of(request: Request) -> dict[str, Upload]:
    """What came as multipart, by field."""
    return {
        name: Upload(file.filename or "", file.content_type or "", file.read())
        for name, file in request.files.items()
    }


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a write: as the body, or as JSONString in a form or the query."""
    if request.method not in {"POST", "PUT"}:
        return {}
    source: str | bytes = request.values.get("JSONString", "") or ("" if request.form else request.get_data())
    if not source:
        return {}
    try:
        body = loads(source)
    except ValueError:
        body = False
    if body in EMPTY:
        return {}
    if isinstance(body, list) and request.path.endswith("/customfields"):  # described as a bare list
        return {"custom_fields": body}
    if not isinstance(body, dict):
        raise Refused(4, "JSON is not well formed")
    return body


def _accounts(world: World, request: Request) -> Answer:
    """The accounts server: consent, tokens and their end are pretended."""
    tail = request.path.removeprefix(ACCOUNTS)
    if tail == "auth" and request.method == "GET":
        return oauth.consent(world, world.zoho.logins, request)
    if tail == "token" and request.method in {"POST", "GET"}:
        return oauth.token(world, world.zoho.logins, request)
    if tail == "token/revoke" and request.method == "POST":
        return oauth.revoke(world.zoho.logins, request)
    return Answer({"code": 5, "message": "Invalid URL Passed"}, 404)


def respond(org: Organization, edition: str, path: str, answer: Answer) -> Response:
    """The HTTP answer with the headers real traffic carries."""
    payload = answer.payload
    if answer.status == BAD and edition and org.world.switches["zoho_error_info"]:
        payload = {**payload, "error_info": []}
    response = Response(dumps(payload), answer.status, content_type="application/json;charset=UTF-8")
    if answer.content is not None:
        response = Response(answer.content, answer.status, content_type=answer.content_type)
    response.headers["server"] = "ZGS"
    response.headers["cache-control"] = (
        "no-store, no-cache, must-revalidate, max-age=0, post-check=0, pre-check=0"
    )
    response.headers.extend(answer.headers)
    if edition:
        response.headers.setdefault("content-disposition", "attachment;")
        response.headers["allow"] = "OPTIONS, DELETE, POST, GET, PUT"
        response.headers["build_version"] = "sandbox"
    if edition and path != "/organizations":
        response.headers.extend(limits.day_headers(org, edition))
    return response


def misbehave(world: World, request: Request, kind: str, status: int) -> Response:
    """The platform's face in a bad mood; expired_token really expires the token that was shown."""
    org: Organization = world.zoho
    edition, path = edition_of(request.path)
    if kind == "html":
        page = "<html><head><title>Zoho</title></head><body><h1>We are sorry</h1></body></html>"
        return Response(page, status, content_type="text/html;charset=UTF-8")
    if kind == "expired_token":
        org.logins.access.pop(token_of(world, request), None)
        return respond(org, edition, path, not_authorized().answer())
    if kind in {"rate_limit", "rate_limit_bare"}:
        return respond(org, edition, path, _limited(org, edition, kind))
    return respond(org, edition, path, Answer({"code": 1000, "message": "Internal error"}, status))


def _limited(org: Organization, edition: str, kind: str) -> Answer:
    if not edition:
        return oauth.throttled(org.world)
    block = int(org.world.switches["zoho_block_seconds"]) if kind == "rate_limit" else 0
    pause = max(1, round(block / org.world.options.pace)) if block else 0
    return limits.minute_used_up(org, pause).answer()
