"""Recorded orders come into the store from files, and what must become of them is worked out at once."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sandbox.bigcommerce import placing
from sandbox.generator import judged
from sandbox.shop.taxes import taxes_needed
from sandbox.world import World


def load_folder(world: World, folder: str | Path) -> dict[str, Any]:
    """Every *.json of a folder is one recorded order; what is refused is named, the others come in.

    Raises placing.Refused when there is no such file at all.
    """
    files = sorted(Path(folder).glob("*.json"))
    if not files:
        raise placing.Refused(f"there is no *.json in {str(folder)!r}")
    return load_bundles(world, ((file.name, _read(file)) for file in files))


def load_bundles(world: World, bundles: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Pairs of name and bundle -> {"ids", "refused": [{"name", "why"}], "taxes", "expectations": by order id}."""
    ids, refused = [], []
    for name, bundle in bundles:
        try:
            ids.append(placing.place(world, bundle))
        except placing.Refused as problem:
            refused.append({"name": name, "why": str(problem)})
    stored = [world.bigcommerce.orders[order_id] for order_id in ids]
    expectations = {str(number): row.as_json() for number, row in judged(stored).items()}
    world.expectations.update(expectations)
    taxes = [tax.as_json() for tax in taxes_needed(stored)]
    return {"ids": ids, "refused": refused, "taxes": taxes, "expectations": expectations}


def _read(file: Path) -> Any:
    """The file's JSON, or its text when it is none (which no bundle is, so it will be refused)."""
    text = file.read_text(encoding="utf-8")
    try:
        return json.loads(text)
    except ValueError:
        return text
