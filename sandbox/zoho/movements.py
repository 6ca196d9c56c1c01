"""What the documents that move goods share: they are numbered, kept, listed, told and deleted alike."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.zoho import lists, places, stock_effects, workflows
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.call import Call, View, created, named, rows_of
from sandbox.zoho.filters import Listing
from sandbox.zoho.money import ZERO, day, number, text
from sandbox.zoho.organization import IDS, Record
from sandbox.zoho.shapes.common import Shape, fresh

TEXTS = {"notes": 5000, "description": 500, "reason": 500, "reference_number": 100}


@dataclass(frozen=True)
class Kind:
    """What differs between them."""

    module: str
    entity: str  # the key of its answers
    number_key: str
    prefix: str
    report: str
    shape: Shape = field(default_factory=dict)
    rule: str = ""  # how workflow rules call it, where there are any
    listing: Listing | None = None  # what its list can be asked; else pages only

    @property
    def id_key(self) -> str:
        return IDS[self.module]

    @property
    def deaf(self) -> Listing:
        """A list of which nothing but pages can be asked."""
        return Listing(f"{self.entity}s", self.report, deaf=True)


def drafted(call: Call, kind: Kind, **more: Any) -> Record:
    """A new document as far as all are alike; it has no lines yet."""
    body = call.body
    own = text(body, kind.number_key, 100).strip()
    record: Record = {
        kind.id_key: call.org.new_id(),
        **fresh(kind.shape),
        kind.number_key: own or call.org.next_number(kind.module, kind.prefix, 5),
        "date": day(body, "date", call.org.today()),
        "created_time": call.org.stamp(),
        **call.org.maker,
        **{name: text(body, name, limit) for name, limit in TEXTS.items()},
        "custom_fields": [],
    }
    others = call.org.records[kind.module].values() if own else ()
    if any(each[kind.number_key].casefold() == own.casefold() for each in others):
        raise Refused(1001, f"{kind.number_key} already exists.")
    return {**record, **more}


def line(call: Call, told: dict[str, Any], item: Record, place: str, **more: Any) -> Record:
    return {
        "line_item_id": call.org.new_id(),
        "item_id": item["item_id"],
        "sku": item["sku"],
        "name": text(told, "name", 255, item["name"]),
        "description": text(told, "description", 2000, item["description"]),
        "unit": text(told, "unit", 100, item["unit"]),
        **places.shown_at(call.org, place),
        **more,
    }


def item_of(call: Call, told: dict[str, Any]) -> Record:
    return named(call, "items", told.get("item_id"), 2006, "Item does not exist.")


def pieces(told: dict[str, Any], key: str = "quantity", most: Decimal | None = None) -> Decimal:
    """A quantity above nothing, and at most what is left."""
    quantity = number(told, key, None)
    if quantity <= 0 or (most is not None and quantity > most):
        raise Refused(2, f"Invalid value passed for {key}")
    return quantity


def some(lines: list[Record]) -> list[Record]:
    if not lines:
        raise Refused(4, "Invalid value passed for line_items")
    return lines


def line_of(record: Record, line_id: object) -> Record:
    """The line of another document that a body names."""
    for each in record["line_items"]:
        if each["line_item_id"] == str(line_id):
            return dict(each)
    raise Refused(2, "Invalid value passed for line_item_id")


def asked_for(call: Call, module: str, sentence: str) -> Record:
    """The document that the query names; in the body its id is dropped."""
    key = IDS[module]
    if not call.args.get(key):
        raise Refused(4, f"Invalid value passed for {key}")
    return named(call, module, call.args[key], 1002, sentence)


def kept(call: Call, kind: Kind, record: Record) -> Record:
    record["total_quantity"] = sum((each.get("quantity", ZERO) for each in record["line_items"]), ZERO)
    call.org.touched(record, call.person)
    call.org.records[kind.module][record[kind.id_key]] = call.org.born(record)
    stock_effects.settle(call.org, kind.module, record)
    tell(call, kind, "created", record)
    return record


def amended(call: Call, kind: Kind, record: Record) -> Record:
    """What a body says anew of the document itself; its lines are another matter."""
    body = call.body
    number = text(body, kind.number_key, 100, record[kind.number_key]).strip()
    others = (each for each in call.org.records[kind.module].values() if each is not record)
    if not number or any(each[kind.number_key].casefold() == number.casefold() for each in others):
        raise Refused(1001, f"{kind.number_key} already exists.")
    told = {name: text(body, name, limit, record[name]) for name, limit in TEXTS.items()}
    told["date"] = day(body, "date", date.fromisoformat(record["date"]))
    record.update(told, **{kind.number_key: number})
    return record


def relined(
    call: Call,
    record: Record,
    build: Callable[[dict[str, Any]], Record],
    count: Callable[[int], object] = lambda _sign: None,
) -> None:
    """The lines of a body take the place of the old ones; `count` (-1, then 1) says it where they are counted."""
    if "line_items" not in call.body:
        return
    count(-1)
    try:
        record["line_items"] = some([build(row) for row in rows_of(call.body, "line_items")])
    finally:
        count(1)
    record["total_quantity"] = sum((each.get("quantity", ZERO) for each in record["line_items"]), ZERO)


def changed(call: Call, kind: Kind, record: Record) -> None:
    call.org.touched(record, call.person)
    stock_effects.settle(call.org, kind.module, record)
    tell(call, kind, "edited", record)


def gone(call: Call, kind: Kind, record: Record) -> None:
    tell(call, kind, "deleted", record)
    stock_effects.dropped(call.org, kind.module, record)
    call.org.gone(kind.module, record[kind.id_key])


def tell(call: Call, kind: Kind, event: str, record: Record) -> None:
    if kind.rule:
        workflows.fire(call, kind.rule, event, lambda: shown(record))


def shown(record: Record) -> dict[str, Any]:
    return {key: value for key, value in record.items() if not key.startswith("_")}


def made(kind: Kind, message: str, record: Record) -> Answer:
    return created(message, kind.entity, shown(record), f"{kind.module}/{record[kind.id_key]}")


def listed(
    call: Call, kind: Kind, show: Callable[[Record], dict[str, Any]] | None = None, *, deaf: bool = False
) -> Answer:
    """The newest come first, without lines; most kinds silently ignore whatever is asked besides pages."""
    listing = kind.deaf if deaf or kind.listing is None else kind.listing
    return lists.answer_raw(call, listing, call.org.records[kind.module], show or row)


def row(record: Record) -> dict[str, Any]:
    return {key: value for key, value in shown(record).items() if key != "line_items"}


# What the modules of simple documents have alike, as views.


def reader(kind: Kind) -> View:
    return lambda call: done("success", **{kind.entity: shown(call.find(kind.module))})


def lister(kind: Kind, show: Callable[[Record], dict[str, Any]] | None = None) -> View:
    return lambda call: listed(call, kind, show)


def remover(kind: Kind, told: str) -> View:
    """For documents that go whenever they are told to."""

    def delete(call: Call) -> Answer:
        gone(call, kind, call.find(kind.module))
        return done(told)

    return delete


def marker(kind: Kind, told: str, **changes: Any) -> View:
    """A status action: what it changes, and what it says."""

    def mark(call: Call) -> Answer:
        record = call.find(kind.module)
        record.update(changes)
        changed(call, kind, record)
        return done(told)

    return mark
