"""settings/webhooks of Books: where a workflow rule sends to, with what headers, parameters and secret."""

import re
from typing import Any
from urllib.parse import urlsplit

from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.call import Call, created, rows_of
from sandbox.zoho.money import flag, text
from sandbox.zoho.organization import Organization, Record

MODULE = "webhooks"
TEXTS = {"webhook_name": 50, "description": 100, "url": 5000, "body_type": 100, "raw_data": 100_000}
PAIRS = ("headers", "query_parameters", "form_data", "entity_parameters", "additional_parameters")
METHODS = ("POST", "PUT", "DELETE")
SECRET = re.compile(r"[A-Za-z0-9]{12,50}")


def create(call: Call) -> Answer:
    webhook = made(call.org, call.body)
    path = f"settings/webhooks/{webhook['webhook_id']}"
    return created("The webhook has been created.", "webhook", shown(webhook), path)


def made(org: Organization, body: dict[str, Any]) -> Record:
    """A new webhook; it is silent until a workflow rule uses it."""
    webhook: Record = {"webhook_id": org.new_id(), **dict.fromkeys(TEXTS, ""), "entity": "", "method": "POST"}
    webhook.update({name: [] for name in PAIRS}, events=[], is_new_response_format=False, _secret="")
    _apply(webhook, body)
    if not webhook["url"]:
        raise Refused(4, "Invalid value passed for url")
    webhook.update(created_time=org.stamp(), last_modified_time=org.stamp())
    org.records[MODULE][webhook["webhook_id"]] = org.born(webhook)
    return webhook


def update(call: Call) -> Answer:
    webhook = call.find(MODULE)
    draft = dict(webhook)
    _apply(draft, call.body)
    webhook.update(draft)
    call.org.touched(webhook, call.person)
    return done("The webhook has been updated.", webhook=shown(webhook))


def get(call: Call) -> Answer:
    return done("success", webhook=shown(call.find(MODULE)))


def listed(call: Call) -> Answer:
    """All of them: settings come without pages."""
    return done("success", webhooks=[shown(each) for each in call.org.records[MODULE].values()])


def delete(call: Call) -> Answer:
    webhook_id = call.find(MODULE)["webhook_id"]
    if any(rule["_webhook"] == webhook_id for rule in call.org.records["workflows"].values()):
        raise Refused(9, "The webhook is used by a workflow rule.")
    call.org.gone(MODULE, webhook_id)
    return done("The webhook has been deleted.")


def shown(webhook: Record) -> dict[str, Any]:
    """Whether there is a secret can be seen, the secret itself cannot."""
    public = {key: value for key, value in webhook.items() if not key.startswith("_")}
    return {**public, "secret": "*" * 12 if webhook["_secret"] else ""}


def _apply(webhook: Record, body: dict[str, Any]) -> None:
    for name, limit in TEXTS.items():
        webhook[name] = text(body, name, limit, webhook[name])
    webhook["entity"] = text(body, "entity", 50, webhook["entity"])
    webhook["method"] = text(body, "method", 10, webhook["method"])
    if webhook["method"] not in METHODS:
        raise Refused(2, "Invalid value passed for method")
    if webhook["url"] and not _is_address(webhook["url"]):
        raise Refused(2, "Invalid value passed for url")
    _apply_lists(webhook, body)
    new_format = flag(body, "is_new_response_format", webhook["is_new_response_format"])
    webhook["is_new_response_format"] = new_format
    if body.get("secret"):
        if not SECRET.fullmatch(str(body["secret"])):
            raise Refused(2, "Invalid value passed for secret")
        webhook["_secret"] = str(body["secret"])


def _apply_lists(webhook: Record, body: dict[str, Any]) -> None:
    for name in PAIRS:
        if name in body:
            webhook[name] = [_pair(row, name) for row in rows_of(body, name)]
    if isinstance(body.get("events"), list):
        webhook["events"] = [str(each) for each in body["events"]]


def _is_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _pair(row: dict[str, Any], name: str) -> dict[str, str]:
    if not row.get("param_name"):
        raise Refused(2, f"Invalid value passed for {name}")
    return {"param_name": text(row, "param_name", 200), "param_value": text(row, "param_value", 5000)}
