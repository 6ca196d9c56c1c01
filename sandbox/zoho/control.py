"""The strings behind Zoho's stage, under /control/zoho: fields, taxes, scopes, limits, people who edit."""

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

from sandbox.world import World
from sandbox.zoho.answers import Refused
from sandbox.zoho.money import dumps
from sandbox.zoho.organization import MODULES, Organization

Told = dict[str, Any]
LIMITS = ("per_minute", "per_day", "concurrent")


def register(app: Flask, world: World) -> None:
    table: tuple[tuple[str, str, Callable[[Organization, Told], Told]], ...] = (
        ("GET", "", seen),
        ("POST", "/custom_fields", set_custom_field),
        ("DELETE", "/custom_fields", remove_custom_field),
        ("POST", "/taxes", add_tax),
        ("POST", "/person", person),
        ("PUT", "/scope", set_scope),
        ("POST", "/expire", expire),
        ("POST", "/revoke", revoke),
        ("PUT", "/limits", set_limits),
    )
    for method, tail, change in table:
        app.add_url_rule(
            f"/control/zoho{tail}", f"control.zoho.{method}{tail}", _view(world, change), methods=[method]
        )


def _view(world: World, change: Callable[[Organization, Told], Told]) -> Callable[[], Response]:
    def view() -> Response:
        told = request.get_json(silent=True) or dict(request.args)
        with world.lock:
            try:
                payload, status = change(world.zoho, told), 200
            except Refused as refusal:
                payload, status = {"error": f"{refusal.code}: {refusal.message}"}, 400
            except (KeyError, TypeError, ValueError) as error:
                payload, status = {"error": f"the body is wrong: {error!r}"}, 400
        return Response(dumps(payload), status, content_type="application/json")

    return view


def seen(org: Organization, told: Told) -> Told:
    """How the organization stands: limits, what is used of them, scope, custom fields."""
    del told
    return {
        "organization_id": org.organization_id,
        "time_zone": org.time_zone,
        "base": org.base,
        "limits": {name: getattr(org, name) for name in LIMITS},
        "day_used": org.meter.used,
        "in_flight": org.meter.in_flight,
        "most_in_flight": org.meter.most_in_flight,
        "scope": org.logins.scope,
        "tokens_made": org.logins.made,
        "custom_fields": {
            module: {name: {"unique": field.unique, "label": field.label} for name, field in fields.items()}
            for module, fields in org.custom_fields.items()
        },
        "accounts": {row["account_name"]: account_id for account_id, row in org.accounts.items()},
    }


def set_custom_field(org: Organization, told: Told) -> Told:
    if told["module"] not in MODULES:
        raise ValueError(f"module is one of {', '.join(MODULES)}")
    org.set_custom_field(
        told["module"], told["api_name"], bool(told.get("unique", False)), told.get("label", "")
    )
    return seen(org, {})["custom_fields"][told["module"]]  # type: ignore[no-any-return]


def remove_custom_field(org: Organization, told: Told) -> Told:
    org.remove_custom_field(told["module"], told["api_name"])
    return seen(org, {})["custom_fields"][told["module"]]  # type: ignore[no-any-return]


def add_tax(org: Organization, told: Told) -> Told:
    """{"name", "percentage"} or, for a group, {"name", "taxes": [ids or names]}."""
    if "taxes" not in told:
        return {"tax_id": org.add_tax(told["name"], str(told["percentage"]), told.get("tax_type", "tax"))}
    names = {row["tax_name"]: tax_id for tax_id, row in org.taxes.items()}
    return {"tax_id": org.add_tax_group(told["name"], [names.get(each, each) for each in told["taxes"]])}


def person(org: Organization, told: Told) -> Told:
    """{"method", "path", "body"}: somebody does this at the screen."""
    return org.ask(told["method"], told["path"], told.get("body") or {})


def set_scope(org: Organization, told: Told) -> Told:
    org.logins.set_scope(str(told["scope"]))
    return {"scope": org.logins.scope}


def expire(org: Organization, told: Told) -> Told:
    del told
    org.logins.expire_all()
    return {"expired": True}


def revoke(org: Organization, told: Told) -> Told:
    del told
    org.logins.revoke_all()
    return {"revoked": True}


def set_limits(org: Organization, told: Told) -> Told:
    """per_minute, per_day, concurrent, and day_used: how much of today is gone."""
    for name in LIMITS:
        if name in told:
            setattr(org, name, int(told[name]))
    if "day_used" in told:
        org.meter.day = org.today().isoformat()
        org.meter.used = dict.fromkeys(("all", "books", "inventory"), int(told["day_used"]))
    return seen(org, {})
