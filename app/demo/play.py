"""Plays the day: orders are placed one after another, and watched until every one of them has come to rest."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

from app.demo.judge import Seen
from app.demo.shelf import Shelf
from app.demo.stage import Control
from ledger import work
from ledger.store import Ledger

Json = dict[str, Any]
CONNECTION, FLOW = "demo", "orders"
CATALOGUE = (
    ("items", "sweeps.items_full"),
    ("prices", "sweeps.prices"),
)  # flow, and the sweep that begins it
AGAIN = 15.0  # seconds after which a sweep that came to nothing is asked for once more
GAP = 2.5  # seconds between two orders, at pace 1
STILL = 3.0  # seconds without anything due: callbacks of our own marks have come and gone
LONGEST = 1200.0


def day_of(control: Control, orders: int, seed: int, load: str) -> Json:
    """The orders to place (`bundles`), the `taxes` they need in the books and what is expected of them."""
    if load:
        day = dict(control.post("load", {"path": load, "place": False}))
        if day["refused"]:
            raise RuntimeError("; ".join(f"{row['name']}: {row['why']}" for row in day["refused"]))
        return day
    return dict(control.post("generate", {"orders": orders, "seed": seed, "place": False}))


def bring_over(
    ledger: Ledger,
    records: Mapping[str, int],
    ask_for: Callable[[str], None],
    on_round: Callable[[str, int], None],
    limit: float = LONGEST,
) -> bool:
    """The catalogue into the store before the first order: items, then the prices on lists; False: not in time.

    `records`: how many records each flow of it must bring to rest.
    """
    for flow, sweep in CATALOGUE:
        end, asked = time.monotonic() + limit, -AGAIN
        while (settled := _settled(ledger, flow)) < records[flow]:
            if time.monotonic() > end:
                return False
            if time.monotonic() - asked > AGAIN:
                ask_for(sweep)
                asked = time.monotonic()
            on_round(flow, max(0, settled))
            time.sleep(0.3)
        on_round(flow, settled)
    return True


def _settled(ledger: Ledger, flow: str) -> int:
    """How many of a flow's records are at rest; less than none while any is due or being worked on."""
    rows = [row for row in work.counts(ledger) if row.flow == flow]
    if any(row.state in {"waiting", "working"} for row in rows):
        return -1
    return sum(row.number for row in rows)


def place(
    control: Control, bundles: Sequence[Json], pace: float, on_placed: Callable[[int], None]
) -> dict[str, float]:
    """Put the orders into the store; epoch second of each by its id."""
    at: dict[str, float] = {}
    for number, bundle in enumerate(bundles, start=1):
        moment = time.time()
        at[str(control.post("orders", bundle)["id"])] = moment
        on_placed(number)
        time.sleep(GAP / pace)
    return at


def watch(
    ledger: Ledger, orders: Sequence[str], on_round: Callable[[int], None], limit: float = LONGEST
) -> bool:
    """Wait until every order has come to rest and nothing is due any more; False when that takes too long."""
    end, quiet_since = time.monotonic() + limit, time.monotonic()
    while time.monotonic() < end:
        rows = work.counts(ledger)
        busy = sum(row.number for row in rows if row.state in {"waiting", "working"})
        settled = sum(row.number for row in rows if row.flow == FLOW and row.state in {"done", "held"})
        on_round(min(settled, len(orders)))
        if busy or settled < len(orders):
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since > STILL:
            return True
        time.sleep(0.5)
    return False


def seen(
    control: Control, ledger: Ledger, placed_at: Mapping[str, float]
) -> tuple[Seen, dict[str, int], list[Json]]:
    """What the judge looks at, the calls by platform, and every call: from the sandbox's final state."""
    state = control.get("state")
    calls: list[Json] = state["calls"]
    marks = _marks(state["bigcommerce"])
    orders = [
        {
            **bundle["order"],
            "placed_at": placed_at[str(bundle["order"]["id"])],
            "mark": marks.get(bundle["order"]["id"]),
        }
        for bundle in state["bigcommerce"]["orders"]
    ]
    counts = {name: sum(call["platform"] == name for call in calls) for name in ("zoho", "bigcommerce")}
    counts["catalogue"] = sum(of_catalogue(call) for call in calls)
    documents = [_document(row, "invoice") for row in state["zoho"]["invoices"]]
    documents += [_document(row, "salesorder") for row in state["zoho"]["salesorders"]]
    ours = {order: _ours(ledger, order) for order in placed_at}
    return (
        Seen(orders, documents, state["expectations"], ours, state["bigcommerce"]["store_hash"]),
        counts,
        calls,
    )


def of_catalogue(call: Json) -> bool:
    """A call to Zoho that no order makes: whole lists and details of items, their images, price lists.

    An order only looks for an item (by its SKU or its name), and makes one that is missing.
    """
    if call["platform"] != "zoho" or call["method"] != "GET":
        return False
    if re.search(r"/(itemdetails|pricebooks|itemgroups|compositeitems|items/.+)", call["path"]):
        return True
    return call["path"].endswith("/items") and not {"search_text", "sku"} & set(parse_qs(call["query"]))


def shelf_of(control: Control) -> Shelf:
    """What the store sells now."""
    store = control.get("state")["bigcommerce"]
    return Shelf(store["products"], store["price_lists"], store["price_records"])


def workers_of(calls: Sequence[Json]) -> int:
    """How many of our processes wrote into the books, by the user agent that the sandbox saw."""
    return len({call["agent"] for call in calls if call["platform"] == "zoho" and call["method"] == "POST"})


def _document(row: Json, word: str) -> Json:
    balance = row.get("balance", row["total"])
    return {
        "number": row[f"{word}_number"],
        "status": row["status"],
        "reference_number": row["reference_number"],
        "key": row["custom_field_hash"].get("cf_cartbooks_key", ""),
        "customer": row["customer_name"],
        "total": row["total"],
        "tax_total": row.get("tax_total", 0),
        "paid": str(Decimal(str(row["total"])) - Decimal(str(balance))),
        "created_at": row["_created_epoch"],
    }


def _marks(store: Json) -> dict[int, str]:
    rows = store["metafields"]
    return {
        int(row["resource_id"]): row["value"]
        for row in rows
        if row.get("namespace") == "cartbooks" and row.get("resource_type") == "order"
    }


def _ours(ledger: Ledger, order: str) -> tuple[str, str]:
    row = work.find(ledger, CONNECTION, FLOW, order)
    if row is None:
        return "missing", ""
    return ("held", row.reason) if row.state == "held" else (row.outcome or row.state, row.reason)
