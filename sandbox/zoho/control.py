"""The strings behind Zoho's stage, under /control/zoho: fields, taxes, scopes, limits, people who edit."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

from sandbox.world import World
from sandbox.zoho import many_items, webhooks, workflows
from sandbox.zoho.answers import Refused
from sandbox.zoho.editions import COUNTRIES, home
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
        ("PUT", "/lock", set_lock),
        ("PUT", "/edition", set_edition),
        ("POST", "/items", add_items),
        ("PUT", "/items", change_items),
        ("PUT", "/stock", count_stock),
        ("GET", "/rules", rules),
        ("POST", "/rules", add_rule),
        ("DELETE", "/rules", remove_rules),
        ("GET", "/callbacks", callbacks),
    )
    for method, tail, change in table:
        app.add_url_rule(
            f"/control/zoho{tail}", f"control.zoho.{method}{tail}", _view(world, change), methods=[method]
        )


def _view(world: World, change: Callable[[Organization, Told], Told]) -> Callable[[], Response]:
    def view() -> Response:
        told = _told()
        with world.lock:
            try:
                payload, status = change(world.zoho, told), 200
            except Refused as refusal:
                payload, status = {"error": f"{refusal.code}: {refusal.message}"}, 400
            except (KeyError, TypeError, ValueError) as error:
                payload, status = {"error": f"the body is wrong: {error!r}"}, 400
        return Response(dumps(payload), status, content_type="application/json")

    return view


def _told() -> Told:
    """The body, a list of items in it by that name, or the query."""
    told = request.get_json(silent=True) or dict(request.args)
    return {"items": told} if isinstance(told, list) else told


def seen(org: Organization, told: Told) -> Told:
    """How the organization stands: limits, what is used of them, scope, custom fields."""
    del told
    return {
        "organization_id": org.organization_id,
        "edition": org.edition,
        "lock_date": org.lock_date,
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
        kind, specific = told.get("tax_type", "tax"), told.get("tax_specific_type", "")
        return {"tax_id": org.add_tax(told["name"], str(told["percentage"]), kind, specific)}
    names = {row["tax_name"]: tax_id for tax_id, row in org.taxes.items()}
    return {"tax_id": org.add_tax_group(told["name"], [names.get(each, each) for each in told["taxes"]])}


def person(org: Organization, told: Told) -> Told:
    """{"method", "path", "body"}: somebody does this at the screen."""
    return org.ask(told["method"], told["path"], told.get("body") or {})


def add_items(org: Organization, told: Told) -> Told:
    """A list of items, or {"count": N, "start": 1, "age": seconds, and what is told of each}."""
    return {"ids": many_items.make(org, told)}


def change_items(org: Organization, told: Told) -> Told:
    """{"ids": [...], "changes": {...}}: a person puts the same on many."""
    many_items.change(org, told["ids"], told["changes"])
    return {"ids": list(told["ids"])}


def count_stock(org: Organization, told: Told) -> Told:
    """{"found": {item: pieces}, "place": ""}: somebody counts, which makes one adjustment."""
    return {"inventory_adjustment_id": many_items.count(org, told["found"], told.get("place", ""))}


def rules(org: Organization, told: Told) -> Told:
    """The workflow rules and the webhooks they send to."""
    del told
    return {
        "rules": [
            {**workflows.shown(rule), "events": rule["_events"]} for rule in org.records["workflows"].values()
        ],
        "webhooks": [webhooks.shown(each) for each in org.records["webhooks"].values()],
    }


def add_rule(org: Organization, told: Told) -> Told:
    """{"entity": "item", "events": [...], "webhook_id"} or, for a webhook made at once, its fields with "url"."""
    webhook_id = told.get("webhook_id") or _webhook(org, told)["webhook_id"]
    events = tuple(told.get("events") or workflows.EVENTS)
    if not set(events) <= set(workflows.EVENTS):
        raise ValueError(f"events are {', '.join(workflows.EVENTS)}")
    rule = workflows.add_rule(org, "A rule", told.get("entity", "item"), events, webhook_id)
    return {"rule_id": rule["workflow_id"], "webhook_id": webhook_id}


def _webhook(org: Organization, told: Told) -> Told:
    """As a person enters it: lists of pairs may be objects, `body` is what the API calls body_type."""
    body = {key: value for key, value in told.items() if key not in {"events", "body"}}
    for name in webhooks.PAIRS:
        if isinstance(body.get(name), dict):
            body[name] = [{"param_name": key, "param_value": value} for key, value in body[name].items()]
    return webhooks.made(org, {"webhook_name": "A webhook", "body_type": told.get("body", ""), **body})


def remove_rules(org: Organization, told: Told) -> Told:
    """The rule of `rule_id`, or all of them; the webhooks stay."""
    gone = [told["rule_id"]] if "rule_id" in told else list(org.records["workflows"])
    for rule_id in gone:
        org.gone("workflows", rule_id)
    return {"rules": list(org.records["workflows"])}


def callbacks(org: Organization, told: Told) -> Told:
    """The callbacks that were sent, with the status they were answered with, and how many wait."""
    del told
    return {"callbacks": list(org.courier.log), "waiting": org.courier.waiting()}


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


def set_edition(org: Organization, told: Told) -> Told:
    """{"edition": "us"}, and "state": "KA" where the organization is, for India and the Gulf."""
    if told["edition"] not in COUNTRIES:
        raise ValueError(f"edition is one of {', '.join(COUNTRIES)}")
    org.edition, org.state = told["edition"], str(told.get("state", ""))
    return {"edition": org.edition, "state": home(org)}


def set_lock(org: Organization, told: Told) -> Told:
    """{"date": "2026-03-31"}: what is dated on or before it is locked; "" unlocks."""
    org.lock_date = str(told["date"]) and date.fromisoformat(str(told["date"])).isoformat()
    return {"date": org.lock_date}


def set_limits(org: Organization, told: Told) -> Told:
    """per_minute, per_day, concurrent, and day_used: how much of today is gone."""
    for name in LIMITS:
        if name in told:
            setattr(org, name, int(told[name]))
    if "day_used" in told:
        org.meter.day = org.today().isoformat()
        org.meter.used = dict.fromkeys(("all", "books", "inventory"), int(told["day_used"]))
    return seen(org, {})
