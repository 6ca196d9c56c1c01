"""What tests do with a running house: place plain orders and see that each became its one document."""

import os
import signal
from contextlib import contextmanager
from decimal import Decimal

from app.demo import stage
from ledger import work
from tests.e2e.eyes import until

TAX = {"name": "VAT 20", "rate": "20", "members": []}
STREETS = 7  # so many customers share the orders


def nothing_yet(_control):
    """A day without orders, for the tests place their own; a merchant with one tax."""
    return {"bundles": [], "taxes": [TAX]}


def prepared(run):
    """As a merchant does once."""
    run.prepare("")
    return run


def placed(run, many, *, quantity=3):
    """Paid orders of a few customers; their ids."""
    return [
        run.control.post(
            "orders",
            {
                "lines": [{"price": "9.99", "quantity": quantity, "tax": "20", "sku": "MUG", "name": "Mug"}],
                "shipping": {"cost": "4.90", "tax": "20"},
                "customer": {
                    "id": number % STREETS + 1,
                    "first_name": "Ada",
                    "last_name": f"Lovelace-{number % STREETS}",
                    "email": f"ada.{number % STREETS}@example.com",
                    "street_1": f"{number % STREETS} Analytical Row",
                    "city": "London",
                },
            },
        )["id"]
        for number in range(many)
    ]


def rows(run, orders):
    return [work.find(run.ledger, "demo", "orders", str(order)) for order in orders]


def settled(run, orders):
    """How many of these are at rest."""
    return sum(row is not None and row.state in {"done", "held"} for row in rows(run, orders))


def all_posted(run, orders, within=120.0):
    """Every order is at rest, posted and marked, with one live invoice of its own total that is paid in full."""
    until(lambda: settled(run, orders) == len(orders), within)
    state = run.control.get("state")
    wanted = set(orders)
    bundles = {
        b["order"]["id"]: b["order"] for b in state["bigcommerce"]["orders"] if b["order"]["id"] in wanted
    }
    assert set(bundles) == wanted
    for number, order in bundles.items():
        live = [
            row
            for row in state["zoho"]["invoices"]
            if row["reference_number"] == str(number) and row["status"] != "void"
        ]
        assert len(live) == 1, f"order {number} has {len(live)} documents"
        assert Decimal(str(live[0]["total"])) == Decimal(str(order["total_inc_tax"]))
        assert Decimal(str(live[0]["balance"])) == 0
        assert order["external_order_id"] == live[0]["invoice_number"]
    emails = [
        person["email"].casefold()
        for row in state["zoho"]["contacts"]
        for person in row["contact_persons"]
        if person["email"]
    ]
    assert len(emails) == len(set(emails)), "one person is two contacts"
    return state


@contextmanager
def unhurried(run, seconds):
    """Every call to a platform takes so much longer, so that a quick machine too still has work in hand."""
    run.control.put("moods", [{"kind": "latency", "seconds": seconds}])
    try:
        yield
    finally:
        run.control.put("moods", "calm")


@contextmanager
def caught_at_work(run, orders, many):
    """More than so many orders are in hand, some are done, and as the platforms stand still, all of it stays so.

    However quick or slow the machine is: who looked too late places more `orders` and looks again.
    """
    sandbox = run.world.pids()["sandbox"]
    while True:
        orders += (new := placed(run, max(0, 3 * many - left(run))))
        until(lambda new=new: settled(run, new) >= min(many // 2, len(new)), 120, every=0.05)
        until(lambda: in_hand(run) > many or not left(run), 120, every=0.05)
        os.kill(sandbox, signal.SIGSTOP)
        try:
            if in_hand(run) > many:
                yield
                return
        finally:
            os.kill(sandbox, signal.SIGCONT)


def in_hand(run):
    """How many orders workers have claimed."""
    return left(run, ("working",))


def left(run, states=("waiting", "working")):
    """How many orders are not at rest."""
    return sum(row.number for row in work.counts(run.ledger) if row.flow == "orders" and row.state in states)


def started_like(run, name):
    """The process of that name as it was started, to start another of its kind."""
    return next(one for one in run.every if one.name == name)


__all__ = [
    "all_posted",
    "caught_at_work",
    "nothing_yet",
    "placed",
    "prepared",
    "rows",
    "settled",
    "stage",
    "started_like",
    "unhurried",
]
