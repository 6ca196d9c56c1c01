"""How the text of a settings file becomes a value: one small parser per kind of setting."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.settings.table import Setting

OWNERS = ("follow", "create", "never")
LOCATIONS = '{ "460000000038080" = 1 }'
OVERRIDES = '{ "MUG-1" = 5, "MUG-2" = "skip" }'
FEES = '{ "credit_card" = "2.9% + 0.30" }'
LARGEST_ID = 2_147_483_647
ASSIGNMENTS = '{ "Wholesale" = "group 2, group 3 channel 1" }'


def parse(setting: Setting, raw: Any) -> Any:
    """The value for this setting; ValueError says what to write instead."""
    return _PARSERS[setting.kind](setting, raw)


def _text(setting: Setting, raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError("write it between quotes" if not isinstance(raw, str) else _empty(setting))
    return raw.strip()


def _empty(setting: Setting) -> str:
    return "must not be empty" if setting.required else "leave the line out to get the default"


def _path(setting: Setting, raw: Any) -> str:
    return _text(setting, raw)


def _flag(_setting: Setting, raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise ValueError("write true or false")  # noqa: TRY004 - one error type for all kinds
    return raw


def _choice(setting: Setting, raw: Any) -> str:
    if raw not in setting.choices:
        raise ValueError("write one of " + ", ".join(f'"{choice}"' for choice in setting.choices))
    return str(raw)


def _number(setting: Setting, raw: Any) -> Decimal:
    if isinstance(raw, bool) or not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", str(raw)):
        raise ValueError("write a number such as 0.02")
    return _within(setting, Decimal(str(raw)))


def _whole(setting: Setting, raw: Any) -> int:
    if isinstance(raw, bool) or not re.fullmatch(r"-?\d{1,12}", str(raw)):
        raise ValueError("write a whole number")
    return int(_within(setting, Decimal(str(raw))))


def _within(setting: Setting, value: Decimal) -> Decimal:
    if setting.within is not None:
        least, most = setting.within
        if not Decimal(least) <= value <= Decimal(most):
            raise ValueError(f"must be from {least} to {most}")
    return value


def _url(_setting: Setting, raw: Any) -> str:
    parts = urlsplit(raw) if isinstance(raw, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("write a whole address such as https://books.example.com")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("write the address without user, password, ? and #")
    return str(raw).rstrip("/")


def _day(_setting: Setting, raw: Any) -> str:
    try:  # TOML knows days by itself, text is read as one
        return str(raw) if isinstance(raw, date) else date.fromisoformat(raw).isoformat()
    except (TypeError, ValueError):
        raise ValueError('write a day such as "2026-03-31"') from None


def _clock(_setting: Setting, raw: Any) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(raw)):
        raise ValueError('write hours and minutes such as "03:00"')
    return str(raw)


def _zone(_setting: Setting, raw: Any) -> str:
    try:
        return ZoneInfo(str(raw)).key
    except (ValueError, OSError, KeyError):
        raise ValueError('write an IANA zone such as "Europe/Vienna"') from None


def _ids(_setting: Setting, raw: Any) -> frozenset[int]:
    if not isinstance(raw, list) or not raw or any(type(one) is not int or one < 1 for one in raw):
        raise ValueError("write a list of status ids above 0 such as [2, 10, 11]")
    return frozenset(raw)


def _seconds(_setting: Setting, raw: Any) -> tuple[float, ...]:
    if not isinstance(raw, list) or not raw or any(not _positive(one) for one in raw):
        raise ValueError("write a list of seconds such as [5, 30]")
    return tuple(sorted(float(one) for one in raw))


def _positive(raw: Any) -> bool:
    return isinstance(raw, int | Decimal) and not isinstance(raw, bool) and 0 < raw <= 3600


def _map(_setting: Setting, raw: Any) -> Mapping[str, str]:
    if not isinstance(raw, dict) or any(not isinstance(one, str) or not one for one in raw.values()):
        raise ValueError('write a table such as { "Bank Deposit" = "460000000000358" }')
    return dict(raw)


def _fees(_setting: Setting, raw: Any) -> Mapping[str, tuple[Decimal, Decimal]]:
    found = {method: _fee(told) for method, told in raw.items()} if isinstance(raw, dict) else {"": None}
    if None in found.values():
        raise ValueError(f"write a table such as {FEES}")
    return {method: fee for method, fee in found.items() if fee is not None}


def _fee(told: Any) -> tuple[Decimal, Decimal] | None:
    """Of "2.9%", "0.30" or "2.9% + 0.30"."""
    number = r"\d{1,6}(?:\.\d{1,4})?"
    found = re.fullmatch(rf"(?:({number}) ?%)?(?:(?:(?<=%) ?\+ ?)?({number}))?", str(told).strip())
    if found is None or not any(found.groups()):
        return None
    percent, fixed = (Decimal(part or 0) for part in found.groups())
    return (percent, fixed) if percent <= 100 else None


def _names(setting: Setting, raw: Any) -> Mapping[str, str]:
    given = _map(setting, raw)
    if strangers := sorted(given.keys() - set(setting.choices)):
        raise ValueError(f"{strangers[0]} is unknown; known are " + ", ".join(setting.choices))
    return {**setting.default, **given}


def _ownership(setting: Setting, raw: Any) -> Mapping[str, str]:
    given = _names(setting, raw)
    if wrong := next((one for one in given.values() if one not in OWNERS), None):
        raise ValueError(f"{wrong} is unknown; known are " + ", ".join(OWNERS))
    return given


def _places(_setting: Setting, raw: Any) -> tuple[int, ...]:
    if not isinstance(raw, list) or any(type(one) is not int or one < 1 for one in raw):
        raise ValueError("write a list of ids above 0 such as [23, 24]")
    return tuple(dict.fromkeys(raw))


def _classes(_setting: Setting, raw: Any) -> Mapping[str, int]:
    if not isinstance(raw, dict) or any(type(one) is not int or not 0 <= one <= 255 for one in raw.values()):
        raise ValueError('write a table of tax class ids such as { "Reduced" = 3 }')
    return dict(raw)


def _locations(_setting: Setting, raw: Any) -> Mapping[str, int]:
    if not isinstance(raw, dict) or any(
        not re.fullmatch(r"[1-9]\d{0,23}", name) or type(one) is not int or not 1 <= one <= LARGEST_ID
        for name, one in raw.items()
    ):
        raise ValueError(f"write a table of ids, Zoho's = the store's, such as {LOCATIONS}")
    return dict(raw)


def _overrides(_setting: Setting, raw: Any) -> Mapping[str, str | int]:
    if not isinstance(raw, dict) or any(not _override(one) for one in raw.values()):
        raise ValueError(f"write a table of SKUs such as {OVERRIDES}")
    if twin := _twin(raw):
        raise ValueError(f"{twin} stands there twice: an SKU is the same in capitals and small letters")
    return dict(raw)


def _override(raw: Any) -> bool:
    return raw == "skip" or (type(raw) is int and 0 <= raw <= 1_000_000)


def _twin(skus: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for sku in skus:
        if sku.casefold() in seen:
            return sku
        seen.add(sku.casefold())
    return None


def _assignments(_setting: Setting, raw: Any) -> tuple[tuple[str, int | None, int | None], ...]:
    if not isinstance(raw, dict) or any(not isinstance(one, str) for one in raw.values()):
        raise ValueError(f"write a table such as {ASSIGNMENTS}")
    every = ((name.strip(), *_assigned(whom)) for name, text in raw.items() for whom in text.split(","))
    return tuple(dict.fromkeys(every))


def _assigned(text: str) -> tuple[int | None, int | None]:
    """One customer group, one channel, or a group in a channel."""
    found = re.fullmatch(r"(?:group ([1-9]\d{0,9}))?\s*(?:channel ([1-9]\d{0,9}))?", text.strip())
    if found is None or not any(found.groups()):
        raise ValueError(f"write whom a price list is for as in {ASSIGNMENTS}")
    group, channel = (int(one) if one else None for one in found.groups())
    return group, channel


_PARSERS: Mapping[str, Callable[[Setting, Any], Any]] = {
    "text": _text,
    "path": _path,
    "flag": _flag,
    "choice": _choice,
    "number": _number,
    "whole": _whole,
    "url": _url,
    "clock": _clock,
    "day": _day,
    "zone": _zone,
    "ids": _ids,
    "seconds": _seconds,
    "map": _map,
    "fees": _fees,
    "names": _names,
    "ownership": _ownership,
    "places": _places,
    "classes": _classes,
    "assignments": _assignments,
    "locations": _locations,
    "overrides": _overrides,
}
