"""Workflow rules: what happens to which records, and which webhook tells of it."""

from collections.abc import Callable
from typing import Any

from sandbox.zoho import callbacks
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.call import Call, created, rows_of
from sandbox.zoho.money import flag, text
from sandbox.zoho.organization import Organization, Record

MODULE = "workflows"
# how the API calls a kind of rule -> the events it waits for
RULE_TYPES = {
    "add": ("created",),
    "edit": ("edited",),
    "add_edit": ("created", "edited"),
    "delete": ("deleted",),
}
EVENTS = ("created", "edited", "deleted")
# of which rules really fire; webhooks of other entities can be kept
ENTITIES = (
    *("item", "invoice", "salesorder", "creditnote", "bill", "purchasereceive", "inventoryadjustment"),
    *("transferorder", "package", "shipmentorder", "salesreturn"),
)
PER_MODULE = 10


def fire(call: Call, entity: str, event: str, view: Callable[[], dict[str, Any]]) -> None:
    """Send the callback of every active rule that waits for this; `view` is the record as a detail shows it."""
    rules = [
        rule
        for rule in call.org.records[MODULE].values()
        if rule["status"] == "active" and rule["entity"] == entity and event in rule["_events"]
    ]
    if not rules:
        return
    record = view()
    for rule in rules:
        webhook = call.org.records["webhooks"].get(rule["_webhook"])
        if webhook is not None:
            callbacks.send(call, webhook, rule, event, record)


def add_rule(org: Organization, name: str, entity: str, events: tuple[str, ...], webhook_id: str) -> Record:
    """One more rule with one webhook; the plan allows so many per module."""
    if webhook_id not in org.records["webhooks"]:
        raise Refused(2, "Invalid value passed for action_id")
    if entity not in ENTITIES:
        raise Refused(2, "Invalid value passed for entity")
    if sum(rule["entity"] == entity for rule in org.records[MODULE].values()) >= PER_MODULE:
        raise Refused(9, f"There may be no more than {PER_MODULE} workflow rules of one module.")
    kind = next((kind for kind, waits in RULE_TYPES.items() if set(waits) == set(events)), "")
    rule: Record = {
        "workflow_id": org.new_id(),
        "workflow_name": name,
        "description": "",
        "entity": entity,
        "rule_type": kind,
        "status": "active",
        "apply_rule_always": True,
        "instant_actions": [{"action_id": webhook_id, "action_type": "webhook"}],
        "_events": events,
        "_webhook": webhook_id,
    }
    rule.update(created_time=org.stamp(), last_modified_time=org.stamp())
    org.records[MODULE][rule["workflow_id"]] = org.born(rule)
    return rule


def create(call: Call) -> Answer:
    body = call.body
    name = text(body, "workflow_name", 100).strip()
    kind, actions = text(body, "rule_type", 50), rows_of(body, "instant_actions")
    if not name:
        raise Refused(4, "Invalid value passed for workflow_name")
    if kind not in RULE_TYPES:
        raise Refused(2, "Invalid value passed for rule_type")
    webhooks = [each for each in actions if each.get("action_type") == "webhook"]
    if len(webhooks) != 1 or len(actions) != 1:
        raise Refused(2, "Invalid value passed for instant_actions")
    entity = text(body, "entity", 50)
    rule = add_rule(call.org, name, entity, RULE_TYPES[kind], str(webhooks[0].get("action_id")))
    rule["description"] = text(body, "description", 1000)
    rule["apply_rule_always"] = flag(body, "apply_rule_always", True)
    return created(
        "The workflow has been created.", "workflow", shown(rule), f"settings/workflows/{rule['workflow_id']}"
    )


def listed(call: Call) -> Answer:
    return done("success", workflows=[shown(rule) for rule in call.org.records[MODULE].values()])


def get(call: Call) -> Answer:
    return done("success", workflow=shown(call.find(MODULE)))


def delete(call: Call) -> Answer:
    call.org.gone(MODULE, call.find(MODULE)["workflow_id"])
    return done("The workflow has been deleted.")


def activate(call: Call) -> Answer:
    return _mark(call, "active")


def deactivate(call: Call) -> Answer:
    return _mark(call, "inactive")


def _mark(call: Call, status: str) -> Answer:
    call.find(MODULE)["status"] = status
    return done(f"The workflow has been marked as {status}.")


def shown(rule: Record) -> dict[str, Any]:
    return {key: value for key, value in rule.items() if not key.startswith("_")}
