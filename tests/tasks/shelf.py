"""A catalogue in the lab: many items at once, looks at them when a test wants one, and what came of it."""

import json
import time
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import event

from connectors.http import mount
from ledger import cursors, work
from sandbox.bigcommerce.control import numbered
from sandbox.bigcommerce.product_making import make
from sandbox.zoho import many_items
from tasks import catalogue_sweeps, sweeps
from tasks.catalogue_walk import DAILY
from tests.lab import BASE
from tests.wsgi import WsgiAdapter, _response


class PowerCut(Exception):
    """The ledger is gone in the middle of a transaction."""


OLD = 3600  # seconds: changed long enough ago to count as seen


def stocked(lab, count, **told):
    """So many items that nobody has touched for an hour; their ids."""
    return many_items.make(lab.world.zoho, {"count": count, "age": OLD, **told})


def shelved(lab, count):
    """As many products in the store, with the SKUs that `stocked` gives; their ids."""
    rows = [{**row, "sku": f"sku-{place}"} for place, row in enumerate(numbered({"count": count}), 1)]
    return [make(lab.world, row, quietly=True)["id"] for row in rows]


def carried_over(lab, count, **told):
    """So many items with their products, looked at and quiet; the item ids."""
    shelved(lab, count)
    ids = stocked(lab, count, **told)
    look(lab)
    assert len(lab.products) == count
    return ids


def full(lab, **more):
    """A full look; what it found."""
    return catalogue_sweeps.full(lab.connection, publish=lab.services.publish, **more)


def look(lab, **more):
    """A full look, and everything that it notes."""
    walk = full(lab, **more)
    lab.quiet()
    return walk


def glance(lab, *, quiet=True):
    """A short look now, whosever turn it is, and everything that it notes."""
    cursors.give_slot(lab.ledger, "main.items")
    sweeps.swept(lab.services, "main", catalogue_sweeps.items)
    if quiet:
        lab.quiet()


def daily(lab):
    """The daily sweep's turn, as if another day had come."""
    cursors.give_slot(lab.ledger, "main.items_full")
    cursors.put(lab.ledger, "main", DAILY, "", time.time())
    lab.set(catalogue_daily_at="00:00")
    sweeps.swept(lab.services, "main", catalogue_sweeps.items_full)


def weigh(lab, *, quiet=True):
    """A look at the price lists now, whosever turn it is, and everything that it notes."""
    cursors.give_slot(lab.ledger, "main.prices")
    sweeps.swept(lab.services, "main", catalogue_sweeps.prices)
    if quiet:
        lab.quiet()


def noted(lab, flow="items"):
    """The records that wait for a worker."""
    due = work.due(lab.ledger, time.time() + 60, 100000, renudge_after=-100.0, flow=flow)
    return {work.find_id(lab.ledger, work_id).record for work_id, _, _ in due}


def hidden(lab):
    """SKUs of products that shoppers cannot see, in lower case."""
    return {row["sku"].lower() for row in lab.products.values() if not row["is_visible"]}


def of(lab, item_id):
    """The product of an item."""
    return lab.product(item_id)


def asked(lab, begin, tail, platform="zoho"):
    """The calls of one platform since `begin` whose path ends so, each as its query."""
    calls = [one for one in lab.world.calls[begin:] if one["platform"] == platform]
    return [dict(parse_qsl(one["query"])) for one in calls if one["path"].endswith(tail)]


def changes(lab, begin=0):
    """Everything but reading that the store was asked for."""
    calls = [one for one in lab.world.calls[begin:] if one["platform"] == "bigcommerce"]
    return [(one["method"], one["path"].partition("/v3")[2]) for one in calls if one["method"] != "GET"]


class Bent(WsgiAdapter):
    """A way to the sandbox on which something bends answers: `bend(path, query, body)` gives the body that arrives, or
    (status, body).
    """

    def __init__(self, app, bend):
        super().__init__(app)
        self.bend = bend

    def send(self, request, **options):
        response = super().send(request, **options)
        parts = urlsplit(request.url)
        content = response.content
        if "/oauth/" in parts.path or not content:
            return self._again(request, response, response.status_code, content)
        told = json.loads(content)
        bent = self.bend(request.method, parts.path, dict(parse_qsl(parts.query)), told)
        if bent is None:
            return self._again(request, response, response.status_code, content)
        status, body = bent if isinstance(bent, tuple) else (response.status_code, bent)
        return self._again(request, response, status, json.dumps(body).encode())

    def _again(self, request, response, status, content):
        headers = {k: v for k, v in response.headers.items() if k.lower() != "content-length"}
        return _response(request, content, f"{status} bent", headers)


@contextmanager
def bent(lab, platform, bend):
    """While this lasts the answers of a platform arrive bent."""
    session = {"zoho": lab.connection.zoho, "bigcommerce": lab.connection.store}[platform].session
    mount(session, BASE, Bent(lab.app, bend))
    try:
        yield
    finally:
        mount(session, BASE, WsgiAdapter(lab.app))


@contextmanager
def power_cut(lab, record):
    """While this lasts the ledger dies whenever this record is to be written down as work."""

    def cut(_connection, _cursor, statement, parameters, *_):
        if statement.startswith("INSERT INTO work") and repr(record) in repr(parameters):
            raise PowerCut

    event.listen(lab.ledger.engine, "before_cursor_execute", cut)
    try:
        yield
    finally:
        event.remove(lab.ledger.engine, "before_cursor_execute", cut)
