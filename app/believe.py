"""Tells a platform's callback from a stranger's: our own header always, the signature as the setting says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import secrets
from collections.abc import Iterable

from standardwebhooks import Webhook, WebhookVerificationError
from werkzeug.datastructures import Headers

from app.settings import StoreSettings, ZohoSettings

SECRET_HEADER = "X-Cartbooks-Secret"  # noqa: S105 (the name of a header)
SIGNATURE_HEADER = "webhook-signature"
ZOHO_SIGNATURE_HEADER = "X-Zoho-Webhook-Signature"
NOBODYS = secrets.token_bytes(32)

log = logging.getLogger(__name__)


def believed(store: StoreSettings | None, headers: Headers, body: bytes) -> bool:
    """The secret header is right and the signature, where there or required, is too.

    Nobody's store (None) takes as long to be refused as a wrong secret: strangers learn no names.
    """
    if not _knows(store.webhook_secret if store else "", headers) or store is None:
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


def believed_of_zoho(
    zoho: ZohoSettings | None, headers: Headers, fields: Iterable[tuple[str, str]], body: bytes
) -> bool:
    """The same for Zoho: `fields` are those of address and form, `body` the JSON as it came, signed behind them."""
    if not _knows(zoho.webhook_secret if zoho else "", headers) or zoho is None:
        return False
    if zoho.webhook_signature == "off":
        return True
    given = headers.get(ZOHO_SIGNATURE_HEADER)
    if given is None:
        return zoho.webhook_signature != "required"
    if signed_by_zoho(zoho.webhook_secret, fields, body, given):
        return True
    # how Zoho signs is thinly documented: whoever sees this may have to switch the check off
    log.warning("a callback of Zoho bears our secret header and a signature that does not match; refused")
    return False


def signed_by_zoho(secret: str, fields: Iterable[tuple[str, str]], body: bytes, given: str) -> bool:
    """HMAC-SHA256 over the sorted fields and the body (Zoho's knowledge base, "securing webhooks"); whether it comes
    in hex or base64 is not documented.
    """
    told = "".join(name + value for name, value in sorted(fields)).encode() + body
    right = hmac.digest(secret.encode(), told, hashlib.sha256)
    spellings = (right.hex(), base64.b64encode(right).decode())
    alike = [
        hmac.compare_digest(given.strip().lower().encode(), spellings[0].encode()),
        hmac.compare_digest(given.strip().encode(), spellings[1].encode()),
    ]
    return any(alike)


def _knows(secret: str, headers: Headers) -> bool:
    given = (headers.get(SECRET_HEADER) or "").encode()
    return hmac.compare_digest(given, secret.encode() or NOBODYS) and bool(secret)
