"""Recorded orders come into the store from files, and what must become of them is worked out at once."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sandbox.bigcommerce import placing
from sandbox.bigcommerce.store import PARTS
from sandbox.generator import expect_loaded, judged
from sandbox.shop.taxes import taxes_needed
from sandbox.world import World

UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


def load_folder(world: World, folder: str | Path) -> dict[str, Any]:
    """Every *.json of a folder is a recorded order or a list of them; what is refused is named, the others come in.

    Raises placing.Refused when there is no such file at all.
    """
    files = sorted(Path(folder).glob("*.json"))
    if not files:
        raise placing.Refused(f"there is no *.json in {str(folder)!r}")
    return load_bundles(world, ((file.name, _read(file)) for file in files))


def load_bundles(world: World, bundles: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Pairs of name and bundle -> {"ids", "refused": [{"name", "why"}], "taxes", "expectations": by order id}."""
    ids, refused = [], []
    for name, bundle in (one for pair in bundles for one in _unfolded(*pair)):
        try:
            ids.append(_placed(world, bundle))
        except placing.Refused as problem:
            refused.append({"name": name, "why": str(problem)})
    stored = [world.bigcommerce.orders[order_id] for order_id in ids]
    expectations = {str(number): row.as_json() for number, row in judged(stored).items()}
    world.expectations.update(expectations)
    taxes = [tax.as_json() for tax in taxes_needed(stored)]
    return {"ids": ids, "refused": refused, "taxes": taxes, "expectations": expectations}


def _placed(world: World, bundle: Any) -> int:
    """One that cannot be read is refused by itself: it is judged before it comes in."""
    orders = world.bigcommerce.orders
    before = len(orders)
    try:
        if isinstance(bundle, Mapping) and isinstance(bundle.get("order"), Mapping):
            expect_loaded(bundle)
        return placing.place(world, bundle)
    except placing.Refused:
        raise
    except UNREADABLE as problem:
        while len(orders) > before:
            orders.popitem()
        raise placing.Refused(f"it cannot be read as an order of the store: {problem}") from problem


def _unfolded(name: str, told: Any) -> Iterator[tuple[str, Any]]:
    """What a file holds, be it recorded as a bundle, as the order object with its parts inside, or as a list."""
    if isinstance(told, list):
        for place, one in enumerate(told):
            yield from _unfolded(f"{name}[{place}]", one)
    elif isinstance(told, Mapping) and ("order" in told or "status_id" in told):
        yield name, _bundle(told)
    else:
        yield name, told


def _bundle(told: Mapping[str, Any]) -> dict[str, Any]:
    """Parts may stand in the order instead of its links, in the envelope of v3, or be an empty answer."""
    bundle = dict(told) if "order" in told else {"order": dict(told)}
    order = bundle["order"]
    if isinstance(order, Mapping):
        inside = {part for part in PARTS if isinstance(order.get(part), list)}
        bundle = {part: order[part] for part in inside} | bundle
        bundle["order"] = {key: value for key, value in order.items() if key not in inside}
    return {part: _rows(value) if part in PARTS else value for part, value in bundle.items()}


def _rows(part: Any) -> Any:
    if isinstance(part, Mapping) and "data" in part:
        return part["data"]
    return part or []


def _read(file: Path) -> Any:
    """The file's JSON, or its text when it is none (which no bundle is, so it will be refused)."""
    text = file.read_text(encoding="utf-8")
    try:
        return json.loads(text)
    except ValueError:
        return text
