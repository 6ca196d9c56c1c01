"""The page of one order: its story as `cartbooks explain` tells it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import render_template_string

from app.story import Story

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Order {{ told.order }}</title><style>{{ style|safe }}
 tr.call td { color: #777; font-size: 85%; border: 0 } td.at { white-space: nowrap } ul { margin: 0 }
</style></head><body>
<p><a href="/">Cartbooks</a></p><h1>Order {{ told.order }} of {{ told.connection }}</h1>
<p><b>{{ told.stands }}</b></p>
{% if told.papers %}<h2>In Zoho, as last read</h2>
<table><tr><th>what</th><th>number</th><th>total</th><th>state</th><th>id</th><th>key</th></tr>
{% for paper in told.papers %}<tr><td>{{ paper.what }}</td><td>{{ paper.number }}</td>
<td class="n">{{ paper.total }}</td><td>{{ paper.state }}</td>
<td>{{ paper.id }}</td>
<td>{{ paper.key }}</td></tr>{% endfor %}</table>{% endif %}
<h2>What happened</h2>
<table>{% for one in told.happenings %}<tr class="{{ "call" if one.event == "call" }}">
<td class="at">{{ clock(one.at) }}</td><td>{{ one.sentence }}
{% if one.more %}<ul>{% for sentence in one.more %}<li>{{ sentence }}</li>{% endfor %}</ul>{% endif %}</td></tr>
{% else %}<tr><td>Nothing is known (any more).</td></tr>{% endfor %}</table>
</body></html>"""


def order_page(told: Story, style: str) -> str:
    """The page; `style` is the console's own."""
    return render_template_string(PAGE, told=told, style=style, clock=_clock)


def _clock(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
