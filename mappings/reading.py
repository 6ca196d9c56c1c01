"""How a platform's JSON is read before anything is counted: numbers, texts and moments in whatever form they come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from mappings.errors import Unmappable

Part = dict[str, Any]


class Money(fields.Field[Decimal]):
    """Strings with four decimals in one place, JSON numbers in the next; never a float beyond here."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Decimal:
        return _decimal(value)


class Whole(fields.Field[int]):
    """A status id or a count, as number or text."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        number = _decimal(value)
        if number != int(number):
            raise ValidationError("is not a whole number")
        return int(number)


class Text(fields.Field[str]):
    """Ids and labels come as numbers or strings."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise ValidationError("is not a text or a number")
        return str(value).strip()


class Moment(fields.Field[datetime]):
    """RFC 2822 or ISO 8601, UTC where no zone is named."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        moment = _moment(str(value))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool):
        raise ValidationError("is not a number")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise ValidationError("is not a number") from None
    if not number.is_finite() or abs(number) >= 10**12:
        raise ValidationError("is not an amount of money")
    return round(number, 10)  # JSON numbers may drag binary dust behind them


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        raise ValidationError("is not a date") from None


def part(name: str, /, **known: fields.Field[Any]) -> type[Schema]:
    return Schema.from_dict(dict(known), name=name)


def texts(*names: str) -> dict[str, fields.Field[Any]]:
    return {name: Text(load_default="") for name in names}


def moneys(*names: str) -> dict[str, fields.Field[Any]]:
    return {name: Money(load_default=None) for name in names}


def one(schema: type[Schema]) -> fields.Field[Any]:
    return fields.Nested(schema, unknown=EXCLUDE, load_default=lambda: _made(schema).load({}))


def many(schema: type[Schema]) -> fields.Field[Any]:
    return fields.List(fields.Nested(schema, unknown=EXCLUDE), load_default=list)


def load(schema: type[Schema], raw: Any, where: str, remedy: str) -> Part:
    """What the schema knows of `raw`; Unmappable("field-missing") names what is absent or unreadable.

    `remedy` may speak of the field as {where}.
    """
    if not isinstance(raw, Mapping):
        raise missing(where, "is not an object", remedy)
    try:
        loaded: Part = _made(schema).load(_without_blanks(raw), unknown=EXCLUDE)
    except ValidationError as error:
        path, message = _first(error.messages)
        raise missing(".".join((where, *path)), message, remedy) from None
    return loaded


@cache
def _made(schema: type[Schema]) -> Schema:
    """Building a schema costs ten times what reading one item with it does."""
    return schema()


def missing(where: str, complaint: str, remedy: str) -> Unmappable:
    message = complaint[:1].lower() + complaint[1:].rstrip(".")
    return Unmappable("field-missing", f"{where}: {message}", remedy.format(where=where))


def number(value: Any, empty: Decimal | None = None) -> Decimal | None:
    """A product's number to the four decimals a store keeps, however it comes; `empty` where there is none."""
    if value is None or value == "" or isinstance(value, bool):
        return empty
    try:
        return round(Decimal(str(value)), 4)
    except InvalidOperation:
        return empty


def _without_blanks(value: Any) -> Any:
    """Null, an empty text and an empty list all mean that the platform has nothing to say there."""
    if isinstance(value, Mapping):
        return {
            str(key): _without_blanks(inner)
            for key, inner in value.items()
            if inner not in (None, "", [], {})
        }
    if isinstance(value, (list, tuple)):
        return [_without_blanks(inner) for inner in value]
    return value


def _first(messages: Any) -> tuple[tuple[str, ...], str]:
    """The path to the first complaint; marshmallow's sentences carry no values."""
    path: tuple[str, ...] = ()
    while isinstance(messages, dict):
        key = next(iter(messages))
        path, messages = (*path, str(key)), messages[key]
    return path, str(messages[0] if isinstance(messages, list) else messages)
