"""Exact amounts: half-up rounding, numbers out of request bodies, and JSON that shows them as numbers."""

import json
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from sandbox.zoho.answers import Refused

ZERO = Decimal(0)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def half_up(value: Decimal | Fraction, places: int) -> Decimal:
    """Round to `places` decimals, halves away from zero (documents say `round_half_up`)."""
    scaled = Fraction(value) * 10**places
    whole, rest = divmod(abs(scaled.numerator), scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    return Decimal(-whole if scaled < 0 else whole).scaleb(-places)


def number(body: dict[str, Any], key: str, default: Decimal | None = ZERO) -> Decimal:
    """The amount under `key`; numbers and numeric strings pass, anything else is refused by name (code 2)."""
    value = body.get(key)
    if value is None or value == "":
        if default is None:
            raise Refused(2, f"Invalid value passed for {key}")
        return default
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise Refused(2, f"Invalid value passed for {key}")
    try:
        result = Decimal(value)
    except InvalidOperation:
        result = Decimal("NaN")
    if not result.is_finite():
        raise Refused(2, f"Invalid value passed for {key}")
    return result


def flag(body: dict[str, Any], key: str, default: bool) -> bool:
    """Booleans arrive as booleans or as the words; anything else is refused by name."""
    value = body.get(key)
    if value is None or value == "":
        return default
    if isinstance(value, bool):
        return value
    if str(value).lower() in {"true", "false"}:
        return str(value).lower() == "true"
    raise Refused(2, f"Invalid value passed for {key}")


def text(body: dict[str, Any], key: str, limit: int, default: str = "") -> str:
    """A string field within its documented length (code 15 beyond it); numbers are taken as their digits."""
    value = body.get(key)
    if value is None:
        return default
    if isinstance(value, (dict, list, bool)):
        raise Refused(2, f"Invalid value passed for {key}")
    if len(str(value)) > limit:
        raise Refused(15, f"Please ensure that the {key} has less than {limit + 1} characters.")
    return str(value)


def day(body: dict[str, Any], key: str, default: date) -> str:
    """A date as `yyyy-MM-dd`; other notations are refused by name."""
    value = body.get(key)
    if value is None or value == "":
        return default.isoformat()
    told = str(value) if _DAY.fullmatch(str(value)) else ""
    try:
        return date.fromisoformat(told).isoformat()
    except ValueError:
        raise Refused(2, f"Invalid value passed for {key}") from None


class _Plain(json.JSONEncoder):
    def default(self, o: object) -> Any:
        if isinstance(o, Decimal):
            return int(o) if o == o.to_integral_value() else float(o)
        return super().default(o)


def dumps(payload: object) -> str:
    """JSON without spaces, with amounts as plain numbers, whole ones without decimals, as recorded."""
    return json.dumps(payload, cls=_Plain, ensure_ascii=False, separators=(",", ":"))


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def loads(source: str | bytes, *, exact: bool = True) -> Any:
    """JSON with every fraction as an exact Decimal (unless not `exact`); NaN and infinities are not JSON."""
    return json.loads(source, parse_float=Decimal if exact else None, parse_constant=_refuse_constant)
