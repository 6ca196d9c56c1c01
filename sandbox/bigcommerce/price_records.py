"""The prices of a list, one per variant and currency: written in batches by one writer, or one by one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import events
from sandbox.bigcommerce.answers import (
    RELATIVE_TYPE,
    as_json,
    csv,
    nothing,
    refuse_v3,
    v3_body,
    v3_data,
    v3_error,
)
from sandbox.bigcommerce.asked import fitting
from sandbox.bigcommerce.cursors import cursor_list
from sandbox.bigcommerce.price_lists import price_list
from sandbox.bigcommerce.price_rows import PRICES, problems, record_of, shown
from sandbox.bigcommerce.shelf import gone
from sandbox.bigcommerce.store import Json
from sandbox.world import World

PUT_BATCH, POST_BATCH = 1000, 100
Test = Callable[[Json], bool]
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    root = "/pricelists/<int:price_list_id>/records"
    one = f"{root}/<int:variant_id>"
    single = f"{one}/<currency>"
    return [
        ("GET", root, lambda price_list_id, **_: listed(world, price_list_id)),
        ("PUT", root, lambda price_list_id, **_: written(world, _of(world, price_list_id), PUT_BATCH)),
        ("POST", root, lambda price_list_id, **_: written(world, _of(world, price_list_id), POST_BATCH)),
        ("DELETE", root, lambda price_list_id, **_: many_deleted(world, price_list_id)),
        ("PUT", "/pricelists/records", lambda **_: written(world, v3_body(list), PUT_BATCH)),
        ("POST", "/pricelists/records", lambda **_: written(world, v3_body(list), POST_BATCH)),
        ("GET", one, lambda **ids: of_variant(world, **ids)),
        ("GET", single, lambda **ids: v3_data(shown()(_record(world, **ids)))),
        ("PUT", single, lambda **ids: one_written(world, **ids)),
        ("DELETE", single, lambda **ids: one_deleted(world, **ids)),
    ]


def _of(world: World, price_list_id: int) -> list[Json]:
    number = price_list(world, price_list_id)["id"]
    return [{**row, "price_list_id": number} for row in v3_body(list)]


def _records(world: World, price_list_id: int) -> dict[tuple[int, str], Json]:
    return world.bigcommerce.price_records[price_list(world, price_list_id)["id"]]


def _record(world: World, price_list_id: int, variant_id: int, currency: str) -> Json:
    row = _records(world, price_list_id).get((variant_id, currency.lower()))
    if row is None:
        raise gone("price record")
    return row


def listed(world: World, price_list_id: int) -> Response:
    rows = _chosen(_records(world, price_list_id).values())
    return cursor_list(rows, world.switches, key="number", show=shown())


def _chosen(rows: Iterable[Json]) -> list[Json]:
    listed = list(_in_lists())
    known = [row for row in rows if all(test(row) for test in listed)]
    return fitting(known, (*PRICES, "calculated_price"), ("date_created", "date_modified"))


def _in_lists() -> Iterator[Test]:
    for name in ("variant_id", "product_id", "sku", "currency"):
        texts = [text.lower() for text in (csv(f"{name}:in") or [])]
        texts += [request.args[name].lower()] if name in request.args else []
        if name in request.args or f"{name}:in" in request.args:
            yield partial(_among, name, frozenset(texts))


def _among(name: str, texts: frozenset[str], row: Json) -> bool:
    return str(row[name]).lower() in texts


def of_variant(world: World, price_list_id: int, variant_id: int) -> Response:
    rows = [row for row in _records(world, price_list_id).values() if row["variant_id"] == variant_id]
    return cursor_list(rows, world.switches, key="number", show=shown())


def written(world: World, rows: Sequence[Json], most: int) -> Response:
    """Upsert (PUT) or create (POST, refusing what there is); bad records are told apart from the others."""
    if len(rows) > most:
        title = f"The request payload is too large. The maximum items allowed in the array is {most}."
        return v3_error(413, title, kind=RELATIVE_TYPE)
    wrong = [(row, problems(world, row, new_only=most == POST_BATCH)) for row in rows]
    bad = [{"data": _identity(row), "field_errors": errors} for row, errors in wrong if errors]
    if not bad or world.switches["price_batch_errors"] == "rest_stored":
        _store(world, [row for row, errors in wrong if not errors])
    if bad:
        return as_json({"batch_errors": bad}, 422)
    return as_json({"data": {}, "meta": {}})


def _identity(row: Json) -> Json:
    return {key: row[key] for key in ("price_list_id", "variant_id", "sku", "currency") if key in row}


def _store(world: World, rows: Sequence[Json]) -> None:
    """Batches fire only the hooks of many records, one for the new and one for the changed."""
    told: dict[str, list[Json]] = {"created": [], "updated": []}
    for row in rows:
        record, new = record_of(world, row)
        told["created" if new else "updated"].append(_event(record))
    for happening, records in told.items():
        if records:
            events.emit(world, f"store/priceList/records/{happening}", records)


def _event(record: Json) -> Json:
    ids = {key: record[key] for key in ("price_list_id", "variant_id")}
    return {**ids, "currency": record["currency"].upper()}


def one_written(world: World, price_list_id: int, variant_id: int, currency: str) -> Response:
    known = {"price_list_id": price_list(world, price_list_id)["id"], "variant_id": variant_id}
    told = {**v3_body(), **known, "currency": currency}
    told.pop("sku", None)
    wrong = problems(world, told, new_only=False)
    if "variant_id" in wrong:
        raise gone("variant")
    if wrong:
        raise refuse_v3(422, "JSON data is missing or invalid", wrong)
    record, new = record_of(world, told)
    events.emit(world, f"store/priceList/record/{'created' if new else 'updated'}", _event(record))
    return v3_data(shown(tiers=True)(record))


def one_deleted(world: World, price_list_id: int, variant_id: int, currency: str) -> Response:
    record = _record(world, price_list_id, variant_id, currency)
    del _records(world, price_list_id)[variant_id, currency.lower()]
    events.emit(world, "store/priceList/record/deleted", _event(record))
    return nothing()


def many_deleted(world: World, price_list_id: int) -> Response:
    """By variant, SKU and currency; without any filter the whole list is emptied."""
    records = _records(world, price_list_id)
    goes = _chosen(records.values())
    for row in goes:
        del records[row["variant_id"], row["currency"]]
    if goes:
        events.emit(world, "store/priceList/records/deleted", [_event(row) for row in goes])
    return nothing()
