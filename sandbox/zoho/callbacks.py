"""One callback of a workflow rule as HTTP: body, parameters, headers and signature."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sandbox.zoho.call import Call
from sandbox.zoho.courier import Letter
from sandbox.zoho.money import dumps
from sandbox.zoho.organization import IDS, Record

Pairs = list[tuple[str, str]]
FORM = "application/x-www-form-urlencoded"
JSON = "application/json;charset=UTF-8"
KINDS = {
    **dict.fromkeys(("", "default", "none"), "default"),
    **dict.fromkeys(("form", "form-data", FORM), "form"),
}  # any other body_type: raw_data goes out as it stands, with its placeholders filled
FORMATTED = (
    *("status", "date", "total", "balance", "rate", "purchase_rate"),
    *("created_time", "last_modified_time", "item_type"),
)
PLACEHOLDER = re.compile(r"\$\{(?:[A-Z]+\.)?(\w+)\}")


def send(call: Call, webhook: Record, rule: Record, event: str, record: dict[str, Any]) -> None:
    """Queue the callback as the record is now; when it arrives, the record may be another."""
    org, entity = call.org, rule["entity"]
    id_key = IDS[f"{entity}s"]
    told = told_of(record, id_key, event, whole=call.switch("zoho_deleted_payload") == "whole")
    if not call.switch("zoho_callback_lines"):
        told.pop("line_items", None)
    kind, content_type, form, body = body_of(webhook, entity, told)
    del kind
    parts = urlsplit(webhook["url"])
    query = parse_qsl(parts.query, keep_blank_values=True) + pairs_of(webhook["query_parameters"], told)
    headers = {"Content-Type": content_type, "User-Agent": "sandbox-workflows"}
    headers.update(pairs_of(webhook["headers"], told))
    if webhook["_secret"]:
        signed = signature(
            webhook["_secret"], [*query, *form], "" if form else body, call.switch("zoho_signature")
        )
        headers["X-Zoho-Webhook-Signature"] = signed
    org.courier.post(
        Letter(
            webhook_id=webhook["webhook_id"],
            workflow_id=rule["workflow_id"],
            entity=entity,
            event=event,
            record_id=record[id_key],
            method=webhook["method"],
            url=urlunsplit(parts._replace(query=urlencode(query))),
            headers=headers,
            body=body.encode(),
        )
    )


def told_of(record: dict[str, Any], id_key: str, event: str, *, whole: bool) -> dict[str, Any]:
    """The record with the formatted twins of some keys; of a deleted one perhaps only its id."""
    if event == "deleted" and not whole:
        return {id_key: record[id_key]}
    twins = {f"{name}_formatted": str(record[name]) for name in FORMATTED if name in record}
    custom = {f"{name}_formatted": value for name, value in record.items() if _is_custom(name)}
    return {**record, **twins, **custom}


def _is_custom(name: str) -> bool:
    return name.startswith("cf_") and not name.endswith("_unformatted")


def body_of(webhook: Record, entity: str, told: dict[str, Any]) -> tuple[str, str, Pairs, str]:
    """(kind, content type, form fields, body text)."""
    kind = KINDS.get(webhook["body_type"].lower(), "raw")
    if kind == "default":
        return kind, JSON, [], dumps({entity: told})
    if kind == "form":
        chosen = pairs_of([*webhook["entity_parameters"], *webhook["form_data"]], told)
        form = chosen or [("JSONString", dumps({entity: told}))]
        return kind, FORM, form, urlencode(form)
    content_type = webhook["body_type"] if "/" in webhook["body_type"] else "text/plain"
    return kind, content_type, [], filled(webhook["raw_data"], told)


def pairs_of(rows: Iterable[dict[str, str]], told: dict[str, Any]) -> Pairs:
    return [(row["param_name"], filled(row["param_value"], told)) for row in rows]


def filled(text: str, told: dict[str, Any]) -> str:
    """${ITEM.ITEM_ID} becomes the value of item_id, ${JSONString} the whole record."""

    def value(found: re.Match[str]) -> str:
        if found[1] == "JSONString":
            return dumps(told)
        return str(told.get(found[1].lower(), ""))

    return PLACEHOLDER.sub(value, text)


def signature(secret: str, parameters: Pairs, body: str, encoding: str) -> str:
    """HMAC-SHA256 over the parameters, sorted by key and put together without separators, then the body."""
    signed = "".join(key + value for key, value in sorted(parameters)) + body
    mac = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return mac.hex() if encoding == "hex" else base64.b64encode(mac).decode()
