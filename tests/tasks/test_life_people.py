"""A person changes our document in Zoho, or closes a period: seen before anything is written, and asked about."""

from decimal import Decimal

import pytest
import requests

from connectors.http import mount
from ledger import links, work
from sandbox.bigcommerce import life
from tasks import memory
from tests.lab import BASE
from tests.tasks.checks import written
from tests.tasks.lives import (
    ON_ACCOUNT,
    charged,
    check_life,
    documents,
    does,
    notes,
    sold,
    standing,
)
from tests.wsgi import WsgiAdapter


def link_of(lab, order, generation=1):
    key = f"{lab.connection.store_hash}:{order}:invoice:{generation}"
    return links.get(lab.ledger, "main", "document", key)


def says(lab, order, **told):
    """What a look at Zoho, or a person, has written beside the document."""
    link = link_of(lab, order)
    extra = {**link.extra, **told}
    links.bind(lab.ledger, "main", "document", link.key, link.id, extra, lab.connection.clock())
    work.retry(lab.ledger, [lab.row(order).id], lab.connection.clock())
    lab.quiet()
    return lab.row(order)


def typed(lab, order, rate="9.50"):
    """A person gives the mugs another price in Zoho."""
    (live,) = standing(lab, order)
    kept = ("line_item_id", "item_id", "rate", "quantity", "tax_id")
    mugs, *others = ({name: row[name] for name in kept} for row in live["line_items"])
    body = {"line_items": [{**mugs, "rate": rate}, *others]}
    lab.world.zoho.ask("PUT", f"/invoices/{live['invoice_id']}", body)
    return live


def test_what_a_person_changed_is_seen_before_it_is_overwritten_and_told_with_both_values(lab):
    order = sold(lab, **ON_ACCOUNT)
    typed(lab, order)
    before = len(written(lab))
    row = does(lab, "edit", order, quantity=2)
    assert (row.state, row.reason) == ("held", "changed-in-zoho")
    assert "10" in row.what
    assert "9.5" in row.what
    assert "resolve" in row.remedy
    assert len(written(lab)) == before


def test_a_doubtful_document_is_read_and_one_that_nobody_changed_is_not_doubtful_any_more(lab):
    order = sold(lab, **ON_ACCOUNT)
    assert says(lab, order, doubtful=True).outcome == "posted"
    assert not link_of(lab, order).extra.get("doubtful")
    typed(lab, order)
    assert says(lab, order, doubtful=True).reason == "changed-in-zoho"


def test_zohos_own_is_kept_and_counts_as_what_the_order_says_now(lab):
    order = sold(lab, **ON_ACCOUNT)
    typed(lab, order)
    does(lab, "edit", order, quantity=2)
    before = len(written(lab))
    assert says(lab, order, choice="keep").outcome == "posted"
    (live,) = standing(lab, order)
    assert (live["total"], len(written(lab))) == (Decimal("40.08"), before)  # 3 x 9.50 + 4.90 and 20 %
    assert says(lab, order).outcome == "posted"
    does(lab, "edit", order, quantity=4)  # the next edit is the store's again
    check_life(lab, order)


@pytest.mark.parametrize("described", [ON_ACCOUNT, {}], ids=["unpaid", "paid"])
def test_ours_is_written_again(lab, described):
    order = sold(lab, **described)
    (live,) = standing(lab, order)
    body = {
        "line_items": [{"item_id": row["item_id"], "rate": "20", "quantity": 2} for row in live["line_items"]]
    }
    lab.world.zoho.ask("PUT", f"/invoices/{live['invoice_id']}", body)
    assert says(lab, order, doubtful=True).reason == "changed-in-zoho"
    assert says(lab, order, choice="ours").outcome == "posted"
    check_life(lab, order)
    assert len(documents(lab, order)) == (1 if described else 2)
    assert "choice" not in link_of(lab, order, len(documents(lab, order))).extra


def test_an_order_that_is_left_to_a_person_is_left_alone_whatever_becomes_of_it(lab):
    order = sold(lab)
    row = says(lab, order, choice="stop")
    assert (row.outcome, row.reason) == ("skipped", "left-to-person")
    before = len(written(lab))
    for deed in ("refund", "cancel", "delete"):
        row = does(lab, deed, order)
        assert (row.outcome, row.reason) == ("skipped", "left-to-person")
    assert len(written(lab)) == before


@pytest.mark.parametrize("how", ["void", "deleted"])
def test_a_document_that_a_person_made_void_or_deleted_is_held_and_written_again_on_demand(lab, how):
    order = sold(lab, **ON_ACCOUNT)
    path = f"/invoices/{documents(lab, order)[1]['invoice_id']}"
    if how == "void":
        lab.world.zoho.ask("POST", f"{path}/status/void", {})
    else:
        lab.world.zoho.ask("DELETE", path, {})
    row = does(lab, "edit", order, quantity=2)
    assert (row.state, row.reason) == ("held", "changed-in-zoho")
    assert says(lab, order, choice="ours").outcome == "posted"
    live = check_life(lab, order)
    assert documents(lab, order)[2]["invoice_id"] == live["invoice_id"]


def test_a_void_document_that_a_person_keeps_is_the_persons_own_from_then_on(lab):
    order = sold(lab, **ON_ACCOUNT)
    lab.world.zoho.ask("POST", f"/invoices/{documents(lab, order)[1]['invoice_id']}/status/void", {})
    row = says(lab, order, doubtful=True, choice="keep")
    assert (row.outcome, row.reason) == ("skipped", "left-to-person")
    assert lab.sync(order).reason == "left-to-person"


def test_our_own_amendment_that_was_never_heard_of_is_no_persons_doing(lab):
    """The worker's PUT took effect, its answer and the next one were lost: sent again, and nobody is asked."""
    order = sold(lab, **ON_ACCOUNT)
    mount(lab.connection.zoho.session, BASE, Deaf(lab.app, "PUT", "/invoices/", times=2))
    assert does(lab, "edit", order, quantity=2).outcome == "posted"
    check_life(lab, order)


def test_an_order_that_is_edited_back_while_an_amendment_was_not_heard_is_written_as_it_is(lab):
    order = sold(lab, **ON_ACCOUNT)

    def undo():
        life.edit(lab.world, int(order), quantity=3)

    mount(lab.connection.zoho.session, BASE, Deaf(lab.app, "PUT", "/invoices/", times=1, then=undo))
    does(lab, "edit", order, quantity=2)
    lab.sync(order)
    assert charged(lab, order) == Decimal("41.88")
    check_life(lab, order)
    assert not memory.is_begun(lab.connection, order)


class Deaf(WsgiAdapter):
    """A transport that loses the answers to what Zoho did."""

    def __init__(self, app, method, path, *, times, then=lambda: None):
        super().__init__(app)
        self.method, self.path, self.times, self.then = method, path, times, then

    def send(self, request, **options):
        answer = super().send(request, **options)
        if self.times and request.method == self.method and self.path in request.url:
            self.times -= 1
            self.then()
            raise requests.ConnectionError
        return answer


def test_a_row_that_was_remembered_before_documents_had_prints_still_lives(lab):
    order = sold(lab, **ON_ACCOUNT)
    link = link_of(lab, order)
    old = {
        name: link.extra[name]
        for name in ("number", "status", "fingerprint", "customer_id", "total", "verified", "paid_with")
    }
    links.bind(lab.ledger, "main", "document", link.key, link.id, old, lab.connection.clock())
    does(lab, "edit", order, quantity=2)
    check_life(lab, order)
    assert link_of(lab, order).extra["print"]


# Closed periods


def test_a_document_of_a_closed_period_is_not_amended_but_held(lab):
    order = sold(lab, **ON_ACCOUNT)
    lab.rules(lock_date=documents(lab, order)[1]["date"])
    before = len(written(lab))
    row = does(lab, "edit", order, quantity=2)
    assert (row.state, row.reason, len(written(lab))) == ("held", "period-closed", before)


def test_a_refund_of_a_closed_period_is_held_and_one_after_it_is_credited(lab):
    order = sold(lab)
    day = documents(lab, order)[1]["date"]
    lab.rules(lock_date=day)
    row = does(lab, "refund", order, quantity=1)
    assert (row.state, row.reason) == ("held", "period-closed")
    assert notes(lab, order) == {}
    lab.rules(lock_date="2020-12-31")
    assert says(lab, order).outcome == "posted"
    check_life(lab, order)
