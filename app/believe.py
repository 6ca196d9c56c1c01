"""Tells a callback of BigCommerce from a stranger's: our own header always, the signature as the setting says."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping

from standardwebhooks import Webhook, WebhookVerificationError

from app.settings import StoreSettings

SECRET_HEADER = "X-Cartbooks-Secret"  # noqa: S105 (the name of a header)
SIGNATURE_HEADER = "webhook-signature"


def believed(store: StoreSettings, headers: Mapping[str, str], body: bytes) -> bool:
    """The secret header is right and the signature, where there or required, is too."""
    given = headers.get(SECRET_HEADER) or ""
    if not store.webhook_secret or not hmac.compare_digest(given.encode(), store.webhook_secret.encode()):
        return False
    if SIGNATURE_HEADER not in headers or not store.client_secret:
        return store.webhook_signature != "required"
    return signed(store.client_secret, headers, body)


def signed(client_secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Standard Webhooks; the key is base64 of the API account's client secret (BigCommerce: https-webhook-overview)."""
    names = ("webhook-id", "webhook-timestamp", SIGNATURE_HEADER)
    given = {name: headers.get(name) or "" for name in names}
    try:
        Webhook(base64.b64encode(client_secret.encode()).decode()).verify(body.decode(), given)
    except (WebhookVerificationError, ValueError):
        return False
    return True
