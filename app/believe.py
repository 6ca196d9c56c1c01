"""Tells a callback of BigCommerce from a stranger's: our own header always, the signature as the setting says."""

from __future__ import annotations

import base64
import hmac
import secrets

from standardwebhooks import Webhook, WebhookVerificationError
from werkzeug.datastructures import Headers

from app.settings import StoreSettings

SECRET_HEADER = "X-Cartbooks-Secret"  # noqa: S105 (the name of a header)
SIGNATURE_HEADER = "webhook-signature"
NOBODYS = secrets.token_bytes(32)


def believed(store: StoreSettings | None, headers: Headers, body: bytes) -> bool:
    """The secret header is right and the signature, where there or required, is too.

    Nobody's store (None) takes as long to be refused as a wrong secret: strangers learn no names.
    """
    secret = (store.webhook_secret if store else "").encode() or NOBODYS
    right = hmac.compare_digest((headers.get(SECRET_HEADER) or "").encode(), secret)
    if not right or store is None or not store.webhook_secret:
        return False
    if SIGNATURE_HEADER not in headers or not store.client_secret:
        return store.webhook_signature != "required"
    return signed(store.client_secret, headers, body)


def signed(client_secret: str, headers: Headers, body: bytes) -> bool:
    """Standard Webhooks; the key is base64 of the API account's client secret (BigCommerce: https-webhook-overview)."""
    names = ("webhook-id", "webhook-timestamp", SIGNATURE_HEADER)
    given = {name: headers.get(name) or "" for name in names}
    try:
        Webhook(base64.b64encode(client_secret.encode()).decode()).verify(body.decode(), given)
    except (WebhookVerificationError, ValueError):
        return False
    return True
