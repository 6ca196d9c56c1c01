"""A worker or a connection dies between Zoho's write and our note of it: asked about, never doubled."""

import time

import pytest

from connectors.http import mount
from ledger import history
from sandbox.zoho.organization import MODULES
from tasks.recipe import perform
from tests.lab import BASE, work
from tests.tasks.checks import check_nothing_doubled, check_posted, invoice_of, mark_of, records, written
from tests.tasks.conftest import SHIPPING, by_the_clock, placed, struck_by
from tests.wsgi import WsgiAdapter

BOOKS = "/zoho/books/v3"
CREATES = ("contacts", "items", "invoices", "customerpayments")
ELSEWHERE = {
    "first_name": "Grace",
    "street_1": "2 Other Road",
    "city": "Elsewhere",
    "email": "ada@example.com",
}


class Killed(BaseException):
    """The worker is gone: nobody catches this, nothing is tidied up."""


class Deadly(WsgiAdapter):
    """A transport that ends the worker just after (or before) the platform has done what was asked."""

    def __init__(self, app, method, path, *, before=False):
        super().__init__(app)
        self.method, self.path, self.before, self.died = method, path, before, 0

    def send(self, request, **options):
        meant = request.method == self.method and self.path in request.url and not self.died
        if meant and self.before:
            self.died += 1
            raise Killed
        answer = super().send(request, **options)
        if meant:
            self.died += 1
            raise Killed
        return answer


def deadly(lab, method, path, **options):
    adapter = Deadly(lab.app, method, path, **options)
    session = lab.connection.store.session if "bigcommerce" in path else lab.connection.zoho.session
    mount(session, BASE, adapter)
    return adapter


def work_until_killed(lab, order):
    work.note(lab.ledger, "main", "orders", [order], lab.connection.clock())
    with pytest.raises(Killed):
        perform(lab.services, lab.row(order).id)
    assert lab.row(order).state == "working"  # as the dead leave it: only the lease ends


def without_unique_field(lab):
    for module in MODULES:
        lab.world.zoho.remove_custom_field(module, "cf_cartbooks_key")


@pytest.mark.parametrize("unique", [True, False], ids=["unique field", "no unique field"])
@pytest.mark.parametrize("module", CREATES)
def test_a_worker_killed_after_zohos_create_and_before_our_note_doubles_nothing(new_lab, module, unique):
    lab = new_lab(lease=0.8)
    if not unique:
        without_unique_field(lab)
    order = placed(lab)
    adapter = deadly(lab, "POST", f"{BOOKS}/{module}")
    work_until_killed(lab, order)
    assert len(records(lab, module)) == 1
    lab.quiet()
    assert adapter.died == 1
    check_posted(lab, order)
    check_nothing_doubled(lab)
    assert (len(records(lab, "invoices")), len(records(lab, "customerpayments"))) == (1, 1)
    assert len(records(lab, "items")) == 2


@pytest.mark.parametrize("module", CREATES)
def test_a_worker_killed_before_the_write_left_writes_it_once_later(new_lab, module):
    lab = new_lab(lease=0.8)
    order = placed(lab)
    deadly(lab, "POST", f"{BOOKS}/{module}", before=True)
    work_until_killed(lab, order)
    assert records(lab, module) == []
    lab.quiet()
    check_posted(lab, order)
    check_nothing_doubled(lab)


def test_a_worker_killed_after_adding_an_address_adds_no_second_one(new_lab):
    lab = new_lab(lease=0.8)
    lab.sync(placed(lab))
    order = placed(lab, shipping=[{**SHIPPING, "address": ELSEWHERE}])
    deadly(lab, "POST", "/address")
    work_until_killed(lab, order)
    lab.quiet()
    check_posted(lab, order)
    (contact,) = records(lab, "contacts")
    assert len(contact["addresses"]) == 1


def test_a_worker_killed_after_the_mark_marks_no_other_way(new_lab):
    lab = new_lab(lease=0.8)
    order = placed(lab)
    deadly(lab, "PUT", "/bigcommerce/stores/sandbox/v2/orders")
    work_until_killed(lab, order)
    lab.quiet()
    check_posted(lab, order)
    assert metafields(lab, order) == []


def metafields(lab, order):
    rows = lab.app.test_client().get(
        f"/bigcommerce/stores/sandbox/v3/orders/{order}/metafields",
        headers={"X-Auth-Token": "bc-sandbox-token"},
    )
    return rows.get_json()["data"]


def test_another_order_takes_over_what_the_dead_had_reserved(new_lab):
    """The first order's worker died while making the contact; its order vanished, so it never comes back."""
    lab = new_lab(lease=0.8)
    first, second = placed(lab), placed(lab)
    deadly(lab, "POST", f"{BOOKS}/contacts")
    work_until_killed(lab, first)
    del lab.world.bigcommerce.orders[int(first)]
    lab.sync(second)
    check_posted(lab, second)
    assert len(records(lab, "contacts")) == 1
    assert lab.row(first).reason == "gone"


@pytest.mark.parametrize("mood", ["reset_after", "error_after", "reset_before", "server_error", "html"])
@pytest.mark.parametrize("unique", [True, False], ids=["unique field", "no unique field"])
def test_every_write_whose_answer_is_lost_once_is_asked_about(new_lab, mood, unique):
    lab = new_lab()
    if not unique:
        without_unique_field(lab)
    moods = [
        {"kind": mood, "platform": "zoho", "path": f"{BOOKS}/{module}", "methods": ("POST",), "times": 1}
        for module in CREATES
    ]
    struck_by(lab, *moods)
    order = placed(lab, gift_certificate="10.00")
    lab.sync(order)
    assert [row["struck"] for row in lab.world.moods.report()["moods"]] == [1] * len(CREATES)
    check_posted(lab, order)
    check_nothing_doubled(lab)
    assert len(records(lab, "customerpayments")) == 2


def test_a_late_write_that_lists_show_only_after_a_while_is_still_not_written_twice(new_lab):
    """The second question, after 30 s in reality, finds what the first did not."""
    lab = new_lab(switches={"zoho_search_lag": 1e9}, ask_after=(5.0, 30.0))
    now = [time.time()]
    by_the_clock(lab, lambda: now[0])
    struck_by(
        lab,
        {
            "kind": "reset_after",
            "platform": "zoho",
            "path": f"{BOOKS}/invoices",
            "methods": ["POST"],
            "times": 1,
        },
    )
    order = placed(lab)
    work.note(lab.ledger, "main", "orders", [order], now[0])
    for asked in (0, 1):
        perform(lab.services, lab.row(order).id)
        assert len(questions(lab)) == asked
        now[0] = lab.row(order).due_at
    for row in records(lab, "invoices"):
        row["_seen_from"] = 0.0
    perform(lab.services, lab.row(order).id)
    check_posted(lab, order)
    assert len(questions(lab)) == 2


def questions(lab):
    """How often Zoho was asked for its invoices."""
    return [call for call in lab.calls("zoho", "GET") if call["path"] == f"{BOOKS}/invoices"]


def test_without_the_unique_field_a_filter_that_was_ignored_does_not_pass_off_another_document_as_ours(
    new_lab,
):
    lab = new_lab(switches={"zoho_filters": "ignored"})
    without_unique_field(lab)
    first, second = placed(lab), placed(lab)
    lab.sync(first)
    struck_by(
        lab,
        {
            "kind": "server_error",
            "platform": "zoho",
            "path": f"{BOOKS}/invoices",
            "methods": ["POST"],
            "times": 1,
        },
    )
    lab.sync(second)
    check_posted(lab, first)
    check_posted(lab, second)


def test_the_unique_field_refuses_a_second_document_and_the_first_is_adopted(lab):
    """Our ledger was lost: everything is asked anew, and Zoho itself guarantees that nothing is made twice."""
    order = placed(lab)
    lab.sync(order)
    before = {module: len(records(lab, module)) for module in MODULES}
    lab.world.bigcommerce.orders[int(order)]["order"]["external_order_id"] = ""
    forget_everything(lab)
    lab.sync(order)
    check_posted(lab, order)
    assert {module: len(records(lab, module)) for module in MODULES} == before


def forget_everything(lab):
    with lab.ledger.engine.begin() as connection:
        for table in ("work", "links", "intents"):
            connection.exec_driver_sql(f"DELETE FROM {table}")


def test_the_mark_trails_when_the_store_is_down_and_is_made_up_later(lab):
    order = placed(lab)
    struck_by(lab, {"kind": "server_error", "platform": "bigcommerce", "methods": ["PUT"], "times": 2})
    lab.sync(order)
    check_posted(lab, order)
    told = [line.event for line in history.of(lab.ledger, "main", "orders", order)]
    assert told.count("mark later") == 2
    assert (
        len([call for call in written(lab) if call["platform"] == "zoho"]) == 5
    )  # nothing was written again


def test_a_foreign_mark_is_kept_and_ours_goes_to_a_metafield_once(lab):
    order = placed(lab)
    lab.world.bigcommerce.orders[int(order)]["order"]["external_order_id"] = "ERP-77"
    lab.sync(order)
    check_posted(lab, order, marked=False)
    assert mark_of(lab, order) == "ERP-77"
    number = invoice_of(lab, order)["invoice_number"]
    assert [(row["namespace"], row["key"], row["value"]) for row in metafields(lab, order)] == [
        ("cartbooks", "document", number)
    ]
    before = len(written(lab))
    work.retry(lab.ledger, [lab.row(order).id], lab.connection.clock())
    lab.quiet()
    assert len(written(lab)) == before
