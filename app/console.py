"""What a person or a scraper may look at: the state of the work, without anybody's data."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, render_template_string, request
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.door import Door
from app.freshness import Look, looks
from app.metrics import Calls, Gauge, counted, exposition
from app.order_page import order_page
from app.proof import Proof, proofs
from app.redis_server import NoRedis, find_url
from app.settings import Settings, flower_password
from app.stock_state import CAUSES, METHODS, StockState, differed, states
from app.story import story_of
from ledger import work
from ledger.store import LedgerBusy

console = Blueprint("console", __name__)

FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
BUSY = "the ledger is busy, look again"
MOST = 200  # held records on the page: a catalogue may hold thousands at once

STYLE = """
 body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #222 }
 table { border-collapse: collapse; width: 100%; margin: 1rem 0 } th, td { text-align: left; padding: .3rem .6rem;
 border-bottom: 1px solid #ddd; vertical-align: top } td.n { text-align: right } .rest { background: #fee }
"""
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Cartbooks</title>
<meta http-equiv="refresh" content="5">
<style>{{ style|safe }}</style></head><body>
<h1>Cartbooks</h1>
{% for rest in rests %}<p class="rest"><b>{{ rest.connection }} rests:</b> {{ rest.why }}. Run
<code>cartbooks check</code>, then <code>cartbooks retry</code>.</p>{% endfor %}
<h2>The work</h2>
<table><tr><th>connection</th><th>what</th><th>state</th><th>outcome</th><th>count</th></tr>
{% for row in counts %}<tr><td>{{ row.connection }}</td><td>{{ row.flow }}</td><td>{{ row.state }}</td>
<td>{{ row.outcome or "not yet" }}</td><td class="n">{{ row.number }}</td></tr>
{% else %}<tr><td colspan="5">No order has been seen yet.</td></tr>{% endfor %}</table>
{% if looks %}<h2>The catalogue</h2>
<table><tr><th>connection</th><th>what</th><th>known</th><th>last looked at</th></tr>
{% for one in looks %}<tr><td>{{ one.connection }}</td><td>{{ one.what }}</td><td class="n">{{ one.seen }}</td>
<td>{{ "%.0f s ago" % one.seconds if one.seconds is not none else "not yet" }}
{{- ", under way" if one.unfinished }}</td></tr>
{% endfor %}</table>{% endif %}
{% if stock %}<h2>Stock</h2>
<table><tr><th>connection</th><th>follows Zoho</th><th>paired</th><th>last compared</th><th>differed today</th></tr>
{% for one in stock %}<tr><td>{{ one.connection }}</td><td>{{ methods[one.method] }}</td>
<td class="n">{{ one.paired }}</td>
<td>{{ "%.0f s ago" % one.seconds if one.seconds is not none else "not yet" }}
{{- ", under way" if one.unfinished }}</td><td>{{ differed(one.today) }}</td></tr>
{% endfor %}</table>{% endif %}
{% if proofs %}<h2>The proof</h2>
{% for one in proofs %}<p{% if one.counts.unexplained %} class="rest"{% endif %}>{{ one.connection }}:
{{ one.sentence }}, {{ "%.0f" % (one.seconds / 3600) }} h ago. <code>cartbooks reconcile</code> shows which.</p>
{% endfor %}{% endif %}
<h2>Waiting for a person</h2>
<table><tr><th>flow</th><th>record</th><th>why</th><th>what</th><th>what to do</th></tr>
{% for row in held[:most] %}<tr><td>{{ row.flow }}</td><td>{% if row.flow == "orders" -%}
<a href="/orders/{{ row.connection }}/{{ row.record }}">{{ row.connection }} {{ row.record }}</a>
{%- else %}{{ row.connection }} {{ row.record }}{% endif %}</td>
<td>{{ row.reason }}</td><td>{{ row.what }}</td><td>{{ row.remedy }}</td></tr>
{% else %}<tr><td colspan="5">Nothing is held.</td></tr>{% endfor %}</table>
{% if held|length > most %}<p>And {{ held|length - most }} more: <code>cartbooks held</code> lists all.</p>{% endif %}
</body></html>"""


@console.before_request
def _only_us() -> Response | None:
    """Whoever sits at the machine looks freely; whoever comes through a proxy or the network logs in as for Flower."""
    if _from_here() or _knows_password(_door().settings):
        return None
    return Response("log in as for Flower", 401, {"WWW-Authenticate": 'Basic realm="Cartbooks"'})


def _from_here() -> bool:
    """The address, the host asked for and the headers all say that no proxy stands between."""
    if any(name in request.headers for name in FORWARDED):
        return False
    return _is_loopback(request.remote_addr or "") and _is_loopback(
        urlsplit(f"//{request.host}").hostname or ""
    )


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def _knows_password(settings: Settings) -> bool:
    given = request.authorization
    if given is None or given.type != "basic":
        return False
    known = ((given.username, settings.flower.user), (given.password, flower_password(settings)))
    right = [hmac.compare_digest((told or "").encode(), wanted.encode()) for told, wanted in known]
    return all(right)


@console.get("/")
def overview() -> Response:
    """How the records fare, and which of them wait for a person."""
    ledger, now = _door().ledger, time.time()
    try:
        rests = list(work.paused(ledger, now).values())
        told = {
            "counts": work.counts(ledger),
            "held": work.held(ledger),
            "looks": _looks(now),
            "proofs": _proofs(now),
        }
        page = render_template_string(
            PAGE,
            style=STYLE,
            rests=rests,
            most=MOST,
            differed=differed,
            methods=METHODS,
            stock=_stock(now),
            **told,
        )
    except LedgerBusy:
        return Response(BUSY, 503)
    return _page(page)


@console.get("/orders/<connection>/<int(max=999999999999999999):order>")
def order(connection: str, order: int) -> Response:
    """What happened to one order, and how it stands."""
    known = _door().connections.get(connection)
    if known is None:
        return Response("no such connection", 404)
    try:
        told = story_of(known, _door().ledger, str(order), time.time())
    except LedgerBusy:
        return Response(BUSY, 503)
    return _page(order_page(told, STYLE))


def _page(text: str) -> Response:
    return Response(
        text, headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    )


@console.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus; calls are missing while Redis is away."""
    try:
        gauges = _gauges()
    except LedgerBusy:
        return Response(BUSY, 503)
    return Response(exposition(gauges, _calls()), mimetype="text/plain; version=0.0.4; charset=utf-8")


def _gauges() -> list[Gauge]:
    ledger, now = _door().ledger, time.time()
    rows = [
        Gauge(
            "cartbooks_work",
            "Records by connection, flow, state and last outcome.",
            row.number,
            {"connection": row.connection, "flow": row.flow, "state": row.state, "outcome": row.outcome},
        )
        for row in work.counts(ledger)
    ]
    oldest = work.oldest_due(ledger, now) or 0.0
    rests = work.paused(ledger, now)
    return [
        *rows,
        *(
            Gauge(
                "cartbooks_look_age_seconds",
                "How long ago a list of the catalogue was looked at.",
                one.seconds,
                {"connection": one.connection, "what": one.what},
            )
            for one in _looks(now)
            if one.seconds is not None
        ),
        *_of_stock(now),
        *_of_proofs(now),
        Gauge("cartbooks_oldest_due_seconds", "How long the oldest due record has waited.", oldest),
        *(
            Gauge("cartbooks_paused", "1 while a connection rests.", name in rests, {"connection": name})
            for name in _door().connections
        ),
    ]


def _of_stock(now: float) -> Iterator[Gauge]:
    for one in _stock(now):
        mine = {"connection": one.connection}
        yield Gauge("cartbooks_stock_paired", "SKUs that are the same on both sides.", one.paired, mine)
        yield Gauge("cartbooks_stock_withheld", "SKUs whose fall waits for a person.", one.withheld, mine)
        yield Gauge("cartbooks_stock_looked", "SKUs that were compared today.", one.today.looked, mine)
        if one.seconds is not None:
            about = "How long ago all stock was compared."
            yield Gauge("cartbooks_stock_look_age_seconds", about, one.seconds, mine)
        for cause in CAUSES:
            about = "SKUs that differed today before they were put right."
            many = one.today.by.get(cause, 0)
            yield Gauge("cartbooks_stock_drift", about, many, {**mine, "cause": cause})


def _of_proofs(now: float) -> Iterator[Gauge]:
    for one in _proofs(now):
        mine = {"connection": one.connection}
        about = "How long ago orders and books were compared."
        yield Gauge("cartbooks_reconciled_age_seconds", about, one.seconds, mine)
        for result, many in one.counts.items():
            about = "Orders of the last comparison with the books, by how they ended."
            yield Gauge("cartbooks_reconciled_orders", about, many, {**mine, "result": result})


def _proofs(now: float) -> list[Proof]:
    return list(proofs(_door().connections.values(), _door().ledger, now))


def _stock(now: float) -> list[StockState]:
    return list(states(_door().connections.values(), _door().ledger, now))


def _looks(now: float) -> list[Look]:
    return list(looks(_door().connections.values(), _door().ledger, now))


def _calls() -> list[Calls]:
    settings = _door().settings
    try:
        url = find_url(settings.redis_url, settings.data_dir)
        once = Retry(NoBackoff(), 0)
        with Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1, retry=once) as client:
            return counted(client)
    except (RedisError, NoRedis):
        return []


def _door() -> Door:
    door: Door = current_app.extensions["door"]
    return door
