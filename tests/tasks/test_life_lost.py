"""Every write of a life may go unheard, or its worker die just after it: asked about or sent again, never doubled."""

from decimal import Decimal

import pytest
import requests

from connectors.http import mount
from sandbox.bigcommerce import life
from sandbox.zoho.organization import MODULES
from tests.lab import BASE
from tests.tasks.checks import records
from tests.tasks.conftest import placed, struck_by
from tests.tasks.lives import ON_ACCOUNT, check_life, does, given_back, money, notes, sold, zoho_calls
from tests.tasks.test_lost_answers import deadly, without_unique_field, work_until_killed
from tests.wsgi import WsgiAdapter

BOOKS = "/zoho/books/v3"
BEFORE = ["reset_before", "server_error", "html"]
AFTER = ["reset_after", "error_after"]


def part_refund(lab, order):
    life.refund(lab.world, int(order), quantity=1)


def edit(lab, order):
    life.edit(lab.world, int(order), quantity=5)


def cancel(lab, order):
    life.cancel(lab.world, int(order))


def void(lab, order):
    life.void(lab.world, int(order))


PAID, UNPAID = {}, ON_ACCOUNT
WRITES = {
    "the note of a refund": (PAID, part_refund, "POST", "/creditnotes", {}),
    "the money of a refund": (PAID, part_refund, "POST", "/refunds", {}),
    "the credit of an unpaid one": (UNPAID, edit, "POST", "/invoices", {"amend": "never"}),
    "the note of an edit": (PAID, edit, "POST", "/creditnotes", {}),
    "the document of an edit": (PAID, edit, "POST", f"{BOOKS}/invoices", {}),
    "the credit of an edit": (PAID, edit, "POST", "/creditnotes/", {}),
    "an amendment": (UNPAID, edit, "PUT", "/invoices/", {}),
    "a void": (UNPAID, cancel, "POST", "/status/void", {}),
    "the note of an end": (PAID, cancel, "POST", "/creditnotes", {}),
    "the credit of an end": (UNPAID, cancel, "POST", "/creditnotes/", {"reversal": "credit"}),
    "a deleted payment": (PAID, void, "DELETE", "/customerpayments/", {}),
}


@pytest.fixture(params=list(WRITES))
def write(request):
    return WRITES[request.param]


def begun(lab, write):
    """An order in the books to which the deed is done in the store."""
    described, deed, _, _, rules = write
    lab.rules(**rules)
    order = sold(lab, **described)
    deed(lab, order)
    return order


def check(lab, order, deed):
    came = "0" if deed is void else None
    check_life(lab, order, reversed_=deed is cancel, came=came, back=sum(given_back(lab, order).values()))
    assert len({row["creditnote_number"] for row in notes(lab, order).values()}) == len(notes(lab, order))


@pytest.mark.parametrize("before", [True, False], ids=["before it", "after it"])
def test_a_worker_killed_at_a_write_of_a_life_doubles_nothing(new_lab, write, before):
    lab = new_lab(lease=0.5)
    _, deed, method, path, _ = write
    order = begun(lab, write)
    adapter = deadly(lab, method, path, before=before)
    work_until_killed(lab, order)
    lab.quiet()
    assert adapter.died == 1
    check(lab, order, deed)


@pytest.mark.parametrize("mood", ["reset_before", "error_after"])
def test_a_write_of_a_life_whose_answer_is_lost_doubles_nothing(new_lab, write, mood):
    lab = new_lab()
    _, deed, method, path, _ = write
    order = begun(lab, write)
    adapter = Striking(lab.app, method, path, before=mood == "reset_before")
    mount(lab.connection.zoho.session, BASE, adapter)
    lab.sync(order)
    assert adapter.struck == 1
    check(lab, order, deed)


class Striking(WsgiAdapter):
    """A transport to Zoho that loses one call of this kind, or its answer."""

    def __init__(self, app, method, path, *, before):
        super().__init__(app)
        self.method, self.path, self.before, self.struck = method, path, before, 0

    def send(self, request, **options):
        meant = request.method == self.method and self.path in request.url and not self.struck
        if meant and self.before:
            self.struck += 1
            raise requests.ConnectionError
        answer = super().send(request, **options)
        if meant:
            self.struck += 1
            raise requests.ConnectionError
        return answer


@pytest.mark.parametrize("mood", [*BEFORE, *AFTER])
def test_notes_are_told_apart_where_zoho_keeps_no_key(new_lab, mood):
    """Two refunds of one amount, and the note of the second goes unheard: it looks just like the first."""
    lab = new_lab()
    without_unique_field(lab)
    order = placed(lab)
    lab.sync(order)
    part_refund(lab, order)
    part_refund(lab, order)
    struck_by(
        lab,
        {
            "kind": mood,
            "platform": "zoho",
            "path": f"{BOOKS}/creditnotes",
            "methods": ["POST"],
            "times": 1,
            "skip": 2,
        },
    )
    lab.sync(order)
    rows = records(lab, "creditnotes")
    assert [(row["total"], row["balance"]) for row in rows] == [(12, 0), (12, 0)]
    assert [len(row["creditnote_refunds"]) for row in rows] == [1, 1]


def test_a_note_that_came_out_otherwise_holds_the_order_and_is_adopted_once_it_is_right(lab):
    """The tax was raised in Zoho within the hour: the note is not doubled, nor paid out, however often we look."""
    order = sold(lab)
    for tax in lab.world.zoho.taxes.values():
        tax["tax_percentage"] += 5
    for _ in range(3):
        row = (
            does(lab, "address", order, company="Any")
            if lab.row(order).state == "held"
            else does(lab, "refund", order, quantity=1)
        )
        assert (row.state, row.reason) in {("held", "tax-differs"), ("held", "total-differs")}
        (note,) = notes(lab, order).values()
        assert note["creditnote_refunds"] == []
    for tax in lab.world.zoho.taxes.values():
        tax["tax_percentage"] -= 5
    kept = ("line_item_id", "item_id", "rate", "quantity", "tax_id")
    rows = [{name: row[name] for name in kept} for row in note["line_items"]]
    lab.world.zoho.ask("PUT", f"/creditnotes/{note['creditnote_id']}", {"line_items": rows})
    assert does(lab, "address", order, company="Another").outcome == "posted"
    check_life(lab, order, back="12.00")


def test_our_memory_is_lost_and_the_life_goes_on(lab):
    """Everything is asked anew: documents, notes and what was paid out of them are ours again, none a second time."""
    order = sold(lab)
    does(lab, "refund", order, quantity=1)
    does(lab, "edit", order, quantity=4)
    before = {module: len(lab.world.zoho.records[module]) for module in MODULES}
    with lab.ledger.engine.begin() as connection:
        for table in ("work", "links", "intents"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    calls = len(lab.world.calls)
    assert lab.sync(order).outcome == "posted"
    assert [call for call in zoho_calls(lab, calls) if call.startswith("POST /creditnotes")] == []
    assert {module: len(lab.world.zoho.records[module]) for module in MODULES} == before
    check_life(lab, order, back="12.00")
    does(lab, "refund", order, quantity=1)
    check_life(lab, order, back="24.00")
    assert money(lab, order).came == Decimal("41.88")


def test_an_invoice_of_an_order_that_bears_another_mark_is_found_again_and_left_as_it_is(new_lab):
    """The mark makes us look for an earlier life of ours: what is adopted then is what the lost answer told of."""
    lab = new_lab()
    order = placed(lab)
    lab.world.bigcommerce.orders[int(order)]["order"]["external_order_id"] = "ERP-7"
    struck_by(lab, {"kind": "reset_after", "methods": ["POST"], "path": f"{BOOKS}/invoices", "times": 1})
    assert lab.sync(order).outcome == "posted"
    assert len(records(lab, "invoices")) == 1
    assert notes(lab, order) == {}
    changed = [call for call in lab.calls() if call["method"] == "PUT" and "/invoices/" in call["path"]]
    assert changed == []
