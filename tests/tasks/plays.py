"""Lives that are told word by word, in which each write that matters goes unheard once: chance seldom comes by them.

A play pins what is done; how its order is priced, in which currency, and in which way a write goes unheard is dealt by
the number of the street.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sandbox.bigcommerce import life
from tests.tasks import audit
from tests.tasks.conftest import SHIPPING, struck_by
from tests.tasks.deeds import AUTHORISED, NAMED, in_yen
from tests.tasks.lives import standing

UNHEARD = ("reset_after", "killed", "error_after")
STORE = "*/v2/orders/*"  # the mark


def always(_rules):
    return True


def is_credited(rules):
    return rules.edited == "credit"


def is_reversed(rules):
    return rules.endings["cancelled"] == "reverse"


def is_amended(rules):
    return rules.amend == "unpaid" or (rules.amend == "draft" and rules.unpaid == "draft")


@dataclass(frozen=True)
class Act:
    """Something is done, and of what is written for it the writes `lost` go unheard, each once.

    They are written `when` the settings are so. `then` is done before anybody can ask what became of the first of them.
    """

    deed: str
    told: Mapping[str, Any] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    when: Callable[[Any], bool] = always
    then: tuple[str, Mapping[str, Any]] | None = None


NOTE, REPAID, APPLIED = "POST */creditnotes", "POST */creditnotes/*/refunds", "POST */creditnotes/*/invoices"
DOCUMENT, AMENDED, VOIDED = "POST */invoices", "PUT */invoices/*", "POST */invoices/*/status/void"
PAYMENT, UNPAID, USED = "POST */customerpayments", "DELETE */customerpayments/*", "POST */invoices/*/credits"
ANEW = (NOTE, DOCUMENT, APPLIED)

PIECE = {"line": 0, "quantity": 1}
DECLINED = {"amount": "2", "declined": True}
# 5 x 2.51 - 0.03 = 12.52: a piece is worth 2.504, four are given back as 2.50, and 2.52 is left for the last
FIFTHS = {**NAMED[0], "price": "2.51", "quantity": 5, "discounts": [{"amount": "0.03"}]}
THREE = {"lines": [NAMED[0]]}
EVE = {"id": 50, "email": "eve@example.com"}


def edit(quantity, *lost, **more):
    return Act("edit", {"line": 0, "quantity": quantity}, lost, **more)


PLAYS = {
    "a first order": (
        {"lines": NAMED[:2], "shipping": SHIPPING, "customer": EVE},
        Act("places", {}, ("POST */contacts", "POST */items", DOCUMENT, PAYMENT, f"PUT {STORE}")),
        Act("ship"),
    ),
    "piece by piece": (
        {"lines": [FIFTHS], "currency": "USD"},
        Act("places"),
        Act("refund", PIECE, (NOTE,)),
        Act("refund", DECLINED),
        Act("refund", PIECE, (REPAID,)),
        Act("refund", PIECE),
        Act("refund", PIECE),
        Act("refund", PIECE, (REPAID,)),
    ),
    "paid in two ways": (
        THREE
        | {"gift_certificate": "20", "currency": "EUR"},  # more than half: the card's part would fit twice
        Act("places"),
        Act("refund", {}, (REPAID,)),
    ),
    "edited when paid": (
        THREE,
        Act("places"),
        edit(5, *ANEW, when=is_credited),
        Act("pay", {}, (PAYMENT,), is_credited),
        edit(6, NOTE, when=is_credited, then=("edit", {"line": 0, "quantity": 5})),
    ),
    "edited when paid, then called back": (THREE, Act("places"), edit(4), Act("void")),
    "called back": (
        THREE,
        Act("places"),
        Act("void", {}, (UNPAID,), lambda rules: rules.voided_payments == "delete"),
        Act("pay", {}, (PAYMENT,), lambda rules: rules.voided_payments == "delete"),
    ),
    "a person first": (THREE | AUTHORISED, Act("places"), Act("person"), edit(2), edit(4)),
    "edited when unpaid": (
        THREE | AUTHORISED,
        Act("places"),
        edit(4, AMENDED, when=is_amended),
        edit(6, AMENDED, when=is_amended, then=("edit", {"line": 0, "quantity": 4})),
        Act("capture", {}, (PAYMENT,), lambda rules: is_credited(rules) or is_amended(rules)),
        Act("refund", {"line": 0, "amount": "3"}),
    ),
    "cancelled and back": (
        THREE,
        Act("places"),
        Act("cancel", {}, (NOTE,), is_reversed),
        Act("reinstate", {}, (DOCUMENT, APPLIED), is_reversed),
        edit(5, *ANEW, when=is_credited),
        Act("cancel", {}, (NOTE,), lambda rules: is_credited(rules) and is_reversed(rules)),
        Act("reinstate"),
    ),
    "cancelled, then paid": (
        THREE | AUTHORISED,
        Act("places"),
        Act("cancel", {}, (VOIDED,), lambda rules: is_reversed(rules) and rules.reversal == "void"),
        Act("pay", {}, (PAYMENT,), lambda rules: is_reversed(rules) and rules.reversal == "void"),
        Act("reinstate", {}, (DOCUMENT, USED), lambda rules: is_reversed(rules) and rules.reversal == "void"),
    ),
    "cancelled unheard": (
        THREE,
        Act("places", {}, (DOCUMENT, VOIDED), then=("cancel", {})),
        Act("reinstate"),
    ),
    "refunded unheard, then cancelled": (
        THREE,
        Act("places"),
        Act("refund", PIECE, (NOTE,), then=("cancel", {})),
    ),
}


def play(street, name, number, plays=None, end=audit.end):
    """One life, from its order to its end, in the street of this number; `end` says what is wrong after each act."""
    told, *acts = (plays or PLAYS)[name]
    described = dealt({"shipping": "0", "customer": {"id": 7, "email": "ada@example.com"}, **told}, number)
    order = str(100 + len(street.placed))
    for place, act in enumerate(acts):
        kind = UNHEARD[(number + place) % len(UNHEARD)]
        lost = act.lost if act.when(street.lab.connection.book_rules) else ()
        struck(street, lost, kind)
        done(street, order, act.deed, described if act.deed == "places" else act.told)
        if act.then and lost:
            street.works()
            done(street, order, *act.then)
        rests(street)
        check_right(street, order, (name, place), end)
        check_struck(street, lost, kind, (name, place))


def dealt(described, number):
    """The order in the prices and the currency of this street."""
    currency = described.get("currency", ("EUR", "USD", "JPY")[number % 3])
    lines = [in_yen(line) if currency == "JPY" else line for line in described["lines"]]
    shipping = "0" if currency == "JPY" else described["shipping"]
    return {
        **described,
        "lines": lines,
        "shipping": shipping,
        "currency": currency,
        "inclusive": number % 2 == 0,
    }


def done(street, order, deed, told):
    told = dict(told)
    if deed == "person":
        street.edits_document(standing(street.lab, order)[:1])
        return
    rows = street.lab.world.bigcommerce.orders.get(int(order), {"products": ()})["products"]
    if deed != "places" and "line" in told:
        told["line"] = rows[told["line"]]["id"]
    if "pieces" in told:
        told["pieces"] = {row["id"]: count for row, count in zip(rows, told["pieces"], strict=True)}
    with suppress(life.Impossible):
        street.again(deed, order, told)
    street.delivers(0.0, 0.0)


def rests(street, within=250.0):
    """Workers work until nothing waits, each that dies replaced by the next."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        street.works()
        if not street.lab.waiting():
            return
        time.sleep(0.005)
    raise AssertionError(f"not at rest: {street.lab.waiting()}")


def struck(street, lost, kind):
    """The next call of each of these writes is not heard of."""
    rows = [dict(zip(("methods", "path"), write.split(), strict=True)) for write in lost]
    if kind == "killed":
        street.killer.aims = [(row["methods"], row["path"]) for row in rows]
        return
    more = {"kind": kind, "times": 1, **({"status": 502} if kind == "error_after" else {})}
    struck_by(street.lab, *({**row, **more, "methods": [row["methods"]]} for row in rows))


def check_struck(street, lost, kind, where):
    """What never happened proves nothing."""
    left = list(street.killer.aims)
    left += [row["path"] for row in street.lab.world.moods.report()["moods"] if not row["struck"]]
    street.killer.aims = []
    struck_by(street.lab)
    assert left == [], (where, kind, left)
    street.happened[kind] += len(lost)


def check_right(street, order, where, end):
    """At rest an order ends as it should; what a person has touched waits for his word."""
    if order not in street.touched:
        row, problem = street.lab.row(order), end(street, order)
        assert problem == "", (where, problem, row.state, row.what, street.history[order])
