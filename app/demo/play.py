"""Plays the day: orders are placed one after another, and watched until every one of them has come to rest."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

from app.demo.judge import Seen
from app.demo.life import Became, Deed
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
LONGEST = 1200.0  # seconds
PATIENCE = 180.0  # seconds for the catalogue


def day_of(orders: int, seed: int, load: str, control: Control) -> Json:
    """The orders to place (`bundles`), the `taxes` they need in the books and what is expected of them."""
    if load:
        day = dict(control.post("load", {"path": load, "place": False}))
        if day["refused"]:
            raise RuntimeError("; ".join(f"{row['name']}: {row['why']}" for row in day["refused"]))
        return {**day, "recorded": True}
    return dict(control.post("generate", {"orders": orders, "seed": seed, "place": False}))


def bring_over(
    ledger: Ledger,
    ask_for: Callable[[str], None],
    arrived: Callable[[str], bool],
    on_round: Callable[[str, int], None],
    limit: float = PATIENCE,
) -> bool:
    """The catalogue into the store before the first order: items, then the prices on lists; False: not in time.

    Beat sweeps by itself meanwhile, and may look at the price lists before their items are there: so a flow's being
    at rest says nothing until what was asked for has `arrived`.
    """
    end = time.monotonic() + limit
    for flow, sweep in CATALOGUE:
        asked = -AGAIN
        while _busy(ledger, flow) or not arrived(flow):
            if time.monotonic() > end:
                return False
            if time.monotonic() - asked > AGAIN:
                ask_for(sweep)
                asked = time.monotonic()
            on_round(flow, _settled(ledger, flow))
            time.sleep(0.5)
        on_round(flow, _settled(ledger, flow))
    return True


def _busy(ledger: Ledger, flow: str) -> bool:
    return any(row.flow == flow and row.state in {"waiting", "working"} for row in work.counts(ledger))


def _settled(ledger: Ledger, flow: str) -> int:
    rows = work.counts(ledger)
    return sum(row.number for row in rows if row.flow == flow and row.state in {"done", "held"})


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
    """Wait until every order has come to rest and none is due any more; False when that takes too long."""
    end, quiet_since = time.monotonic() + limit, time.monotonic()
    while time.monotonic() < end:
        settled = _settled(ledger, FLOW)
        on_round(min(settled, len(orders)))
        if _busy(ledger, FLOW) or settled < len(orders):
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since > STILL:
            return True
        time.sleep(0.5)
    return False


def happen(control: Control, deeds: Sequence[Deed]) -> list[tuple[Deed, float]]:
    """People do all this, one after another; each deed and the epoch second at which it was done."""
    done = []
    for deed in deeds:
        moment = time.time()
        for tax in deed.taxes:
            control.post("zoho/taxes", tax)
        if deed.told:
            control.post("bigcommerce/life", deed.told)
        done.append((deed, moment))
    return done


def follow(
    ledger: Ledger,
    look: Callable[[], list[Became]],
    hurry: Callable[[], None],
    on_round: Callable[[int], None],
    limit: float = PATIENCE,
) -> list[Became]:
    """Watch until the books have followed every deed and nothing is due, or patience ends; how they stand then.

    `hurry` brings the next look for what is held nearer, as long as something is waiting for it.
    """
    end, hurried = time.monotonic() + limit, -AGAIN
    while True:
        became = look()
        waiting = {one.deed.becomes for one in became if one.complaint}
        on_round(sum(not one.complaint for one in became))
        if (not waiting and not _busy(ledger, FLOW)) or time.monotonic() > end:
            return became
        if "released" in waiting and time.monotonic() - hurried > AGAIN:
            hurry()
            hurried = time.monotonic()
        time.sleep(0.5)


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
            "refunded": _given_back(bundle),
            "mark": marks.get(bundle["order"]["id"]),
        }
        for bundle in state["bigcommerce"]["orders"]
    ]
    counts = {name: sum(call["platform"] == name for call in calls) for name in ("zoho", "bigcommerce")}
    counts["catalogue"] = sum(of_catalogue(call) for call in calls)
    documents = [_document(row, "invoice") for row in state["zoho"]["invoices"]]
    documents += [_document(row, "salesorder") for row in state["zoho"]["salesorders"]]
    notes = [_note(row) for row in state["zoho"]["creditnotes"]]
    ours = {order: _ours(ledger, order) for order in placed_at}
    store_hash = state["bigcommerce"]["store_hash"]
    return Seen(orders, documents, notes, state["expectations"], ours, store_hash), counts, calls


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
    """How many of our processes wrote into the books, by the user agent that the sandbox saw; a login is no writing."""
    written = [call for call in calls if call["platform"] == "zoho" and call["method"] == "POST"]
    return len({call["agent"] for call in written if "/oauth/" not in call["path"]})


def _document(row: Json, word: str) -> Json:
    return {
        **_paper(row, word),
        "tax_total": row.get("tax_total", 0),
        "paid": row.get("payment_made", 0),  # what credits have covered is not paid
    }


def _note(row: Json) -> Json:
    repaid = sum((Decimal(str(part["amount"])) for part in row["creditnote_refunds"]), Decimal(0))
    return {**_paper(row, "creditnote"), "repaid": repaid}


def _paper(row: Json, word: str) -> Json:
    return {
        "id": row[f"{word}_id"],
        "number": row[f"{word}_number"],
        "status": row["status"],
        "reference_number": row["reference_number"],
        "key": row["custom_field_hash"].get("cf_cartbooks_key", ""),
        "total": row["total"],
        "created_at": row["_created_epoch"],
    }


def _given_back(bundle: Json) -> Decimal:
    """What went back by the order's refunds; what the shopper's bank declined did not."""
    parts = [part for refund in bundle["refunds"] for part in refund["payments"] if not part["is_declined"]]
    return sum((Decimal(str(part["amount"])) for part in parts), Decimal(0))


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
