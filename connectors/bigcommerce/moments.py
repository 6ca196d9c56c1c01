"""Moments as a BigCommerce store tells them, and as it is asked by them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

SECOND = timedelta(seconds=1)  # BigCommerce tells and compares times in whole seconds


def told(row: Mapping[str, Any], name: str) -> datetime:
    """In RFC 2822, in some answers in ISO 8601."""
    text = str(row[name])
    moment = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()
