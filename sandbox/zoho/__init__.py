"""Zoho pretended: Books and Inventory as two windows on one organization, the accounts server beside them."""

from functools import partial
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

from sandbox.world import World
from sandbox.zoho import control, item_views, people, stock, stock_views
from sandbox.zoho.courier import Courier
from sandbox.zoho.gate import guard, handle, misbehave
from sandbox.zoho.money import dumps, loads
from sandbox.zoho.organization import IDS, Organization, new_organization
from sandbox.zoho.views import public

__all__ = ["guard", "misbehave", "new_state", "register", "state"]


def new_state(world: World) -> Organization:
    org = new_organization(world)
    org.ask = partial(people.ask, org)
    org.courier = Courier(world)
    org.stock_moved = partial(item_views.stock_moved, org)
    return org


def register(app: Flask, world: World) -> None:
    """Everything under /zoho goes to one view, which knows its own paths; the controls are apart."""

    def view(rest: str) -> Response:
        del rest
        return handle(world, request)

    methods = ["GET", "POST", "PUT", "DELETE", "PATCH"]
    app.add_url_rule("/zoho/<path:rest>", "zoho", view, methods=methods)
    control.register(app, world)


def state(world: World) -> dict[str, Any]:
    """The organization as plain JSON values: records by module, taxes, currencies, accounts, usage."""
    org: Organization = world.zoho
    records = {
        module: [_plain(row) for row in sorted(rows.values(), key=lambda row: str(row[IDS[module]]))]
        for module, rows in org.records.items()
    }
    whole = {
        "organization_id": org.organization_id,
        **records,
        "stock": _stock(org),
        "places": list(org.places.values()),
        "taxes": [public(row) for row in org.taxes.values()],
        "currencies": list(org.currencies.values()),
        "accounts": list(org.accounts.values()),
        "deleted": org.deleted,
        "usage": control.seen(org, {}),
    }
    plain: dict[str, Any] = loads(dumps(whole), exact=False)  # amounts as the API shows them: numbers
    return plain


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    fields = [{"api_name": name, "value": value} for name, value in record["_custom"].items()]
    born = {"_created_epoch": record["_at"], "custom_field_hash": dict(record["_custom"])}
    return {**public(record), "custom_fields": fields, **born}


def _stock(org: Organization) -> dict[str, Any]:
    """By item the figures of all places together, and of each place by its id."""
    return {
        item_id: {
            **stock_views.told(org, stock.in_all(org, item)),
            "places": {place: stock_views.told(org, stock.at(org, item, place)) for place in org.places},
        }
        for item_id, item in org.records["items"].items()
        if item["track_inventory"]
    }
