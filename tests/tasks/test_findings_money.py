"""Ways in which money, a document, a person or a secret could have gone wrong, each found once and closed."""

import copy
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.http import mount
from connectors.zoho.client import redacted
from ledger import cursors, links, work
from sandbox.bigcommerce import placing
from sandbox.generator import judged
from tasks.hand import Hand
from tasks.recipe import perform
from tests.lab import BASE, KEY
from tests.tasks.checks import (
    check_nothing_doubled,
    check_posted,
    invoice_of,
    invoices_of,
    key_of,
    payments_of,
    records,
    written,
)
from tests.tasks.conftest import LINE, forget_the_look, placed, struck_by
from tests.tasks.test_lost_answers import Killed, deadly, without_unique_field, work_until_killed
from tests.wsgi import WsgiAdapter

BOOKS = "/zoho/books/v3"
THIRDS = {**LINE, "price": "9.99", "discounts": [{"amount": "1.00"}]}  # does not divide by three
BEFORE = ["reset_before", "server_error", "html"]
AFTER = ["reset_after", "error_after"]


def bundle_of(lab, order):
    return lab.world.bigcommerce.orders[int(order)]


def lost(lab, kind, path, method="POST", times=1, skip=0):
    """The answers of these calls are lost, before or after the platform did what was asked."""
    mood = {"kind": kind, "platform": "zoho", "path": f"{BOOKS}/{path}", "methods": [method]}
    struck_by(lab, {**mood, "times": times, "skip": skip})


def struck(lab):
    (mood,) = lab.world.moods.report()["moods"]
    return mood["struck"]


def works(lab, order):
    """One worker, one go at this order, by the lab's own clock."""
    work.note(lab.ledger, "main", "orders", [order], lab.services.clock())
    perform(lab.services, lab.row(order).id)


def document_link(lab, order):
    return links.get(lab.ledger, "main", "document", f"{lab.connection.store_hash}:{order}:invoice:1")


# The payment that goes with the document


def half_paid(lab, **described):
    """An order of 41.88 of which the gateway captured 20.00."""
    order = placed(lab, **described)
    bundle_of(lab, order)["transactions"][0]["amount"] = Decimal("20.00")
    return order


def dies_once_the_document_is_noted(lab, order):
    """The worker is gone at the first look at the clock after the document's id was written down."""
    true, deaths = lab.connection.clock, []

    def clock():
        if not deaths and document_link(lab, order) is not None:
            deaths.append(order)
            raise Killed
        return true()

    lab.set(clock=clock)
    return deaths


@pytest.mark.parametrize("paid", [half_paid, placed], ids=["half paid", "paid"])
def test_a_worker_killed_between_the_documents_note_and_its_payments_note_pays_once(new_lab, paid):
    """The payment was recorded in the call that made the invoice; only our own note of it is missing."""
    lab = new_lab(lease=0.5)
    lab.rules(payments="with_invoice")
    order = paid(lab)
    deaths = dies_once_the_document_is_noted(lab, order)
    work_until_killed(lab, order)
    lab.quiet()
    assert deaths == [order]
    invoice = invoice_of(lab, order)
    captured = Decimal(str(bundle_of(lab, order)["transactions"][0]["amount"]))
    assert [amount for _, amount in payments_of(lab, invoice)] == [captured]
    assert invoice["total"] - invoice["balance"] == captured
    assert len(records(lab, "customerpayments")) == 1
    before = len(written(lab))
    work.retry(lab.ledger, [lab.row(order).id], lab.connection.clock())
    lab.quiet()
    assert len(written(lab)) == before  # a person who says retry pays nothing twice either


@pytest.mark.parametrize("unique", [True, False], ids=["unique field", "no unique field"])
@pytest.mark.parametrize("mood", [*BEFORE, *AFTER])
def test_two_captures_of_one_amount_and_reference_are_two_payments(new_lab, mood, unique):
    """41.88 captured as twice 20.94; the second payment's answer is lost, and the first one looks just like it."""
    lab = new_lab()
    if not unique:
        without_unique_field(lab)
    order = placed(lab)
    rows = bundle_of(lab, order)["transactions"]
    rows[0]["amount"] = Decimal("20.94")
    rows.append({**rows[0], "id": 5000})
    lost(lab, mood, "customerpayments", skip=1)
    lab.sync(order)
    assert struck(lab) == 1
    invoice = invoice_of(lab, order)
    assert [amount for _, amount in payments_of(lab, invoice)] == [Decimal("20.94")] * 2
    assert (invoice["balance"], invoice["status"]) == (0, "paid")
    assert len(records(lab, "customerpayments")) == 2


def test_a_capture_that_the_store_voids_after_posting_holds_the_order_and_touches_no_payment(lab):
    lab.rules(voided_payments="hold")
    order = placed(lab)
    lab.sync(order)
    before = written(lab)
    rows = bundle_of(lab, order)["transactions"]
    void = {**rows[0], "id": 9999, "event": "void", "reference_transaction_id": rows[0]["id"]}
    placing.amend(lab.world, int(order), {"transactions": [*rows, void]})
    row = lab.sync(order)
    assert (row.state, row.reason) == ("held", "changed-after-posting")
    assert "payment" in row.what
    assert row.remedy
    assert written(lab) == before
    placing.amend(lab.world, int(order), {"transactions": rows})  # it was a mistake of the gateway's
    assert lab.sync(order).outcome == "posted"
    check_posted(lab, order)
    assert written(lab) == before


# Whose document it is


def hand_made(lab, order, like):
    """An invoice that a person typed in: the same customer, the order's number as its reference, no key of ours."""
    row = copy.deepcopy(invoice_of(lab, like))
    row.update(invoice_id="999777", invoice_number="HAND-1", reference_number=order, status="draft")
    row.update(balance=row["total"], _custom={})
    lab.world.zoho.records["invoices"]["999777"] = row
    return row


@pytest.mark.parametrize("mood", [*BEFORE, *AFTER])
def test_a_hand_made_document_of_the_same_customer_and_reference_is_never_adopted(lab, mood):
    """That our key is kept is known of this organization, so what carries none is not ours."""
    first = placed(lab)
    lab.sync(first)
    order = placed(lab)
    theirs = hand_made(lab, order, like=first)
    as_it_was = copy.deepcopy(theirs)
    lost(lab, mood, "invoices")
    row = lab.sync(order)
    assert struck(lab) == 1
    assert theirs == as_it_was  # neither opened nor paid nor marked
    ours = [one for one in invoices_of(lab, order) if key_of(one)]
    if mood in AFTER:
        assert row.outcome == "posted"
        assert [one["status"] for one in ours] == ["paid"]
    else:
        assert (row.state, row.reason) == ("held", "foreign-document")
        assert row.remedy
        assert ours == []
        theirs["reference_number"] = ""  # the person follows the remedy
        struck_by(lab)
        work.retry(lab.ledger, "main", lab.connection.clock())
        lab.quiet()
        check_posted(lab, order)


def test_a_posted_order_that_vanished_from_the_store_is_held_and_its_document_stays(lab):
    order = placed(lab)
    lab.sync(order)
    invoice = check_posted(lab, order)
    before = written(lab)
    hidden = lab.world.bigcommerce.orders.pop(int(order))
    row = lab.sync(order)
    assert (row.state, row.reason) == ("held", "changed-after-posting")
    assert invoice["invoice_number"] in row.what
    assert written(lab) == before
    lab.world.bigcommerce.orders[int(order)] = hidden  # restored from the archive
    assert lab.sync(order).outcome == "posted"
    assert written(lab) == before


def test_a_held_order_whose_change_is_taken_back_is_posted_again_and_held_no_more(lab):
    lab.rules(endings={"cancelled": "hold"})
    order = placed(lab)
    lab.sync(order)
    before = written(lab)
    placing.amend(lab.world, int(order), {"order": {"status_id": 5}})
    assert lab.sync(order).reason == "changed-after-posting"
    placing.amend(lab.world, int(order), {"order": {"status_id": 11}})
    row = lab.sync(order)
    assert (row.state, row.outcome, row.reason, row.what) == ("done", "posted", "", "")
    assert work.held(lab.ledger) == []
    check_posted(lab, order)
    assert written(lab) == before


# Discounts that the organization counts once per unit


@pytest.mark.parametrize("mood", [*BEFORE, *AFTER])
def test_the_draft_that_is_written_again_without_discounts_heals_when_that_goes_unheard(new_lab, mood):
    lab = new_lab(switches={"zoho_line_discount": "per_unit"})
    order = placed(lab, lines=[THIRDS])
    lost(lab, mood, "invoices", method="PUT")
    lab.sync(order)
    assert struck(lab) == 1
    assert not invoice_of(lab, order)["adjustment"]
    check_posted(lab, order)
    check_nothing_doubled(lab)


@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
def test_a_worker_killed_while_the_draft_is_written_again_leaves_one_that_heals(new_lab, before):
    lab = new_lab(switches={"zoho_line_discount": "per_unit"}, lease=0.5)
    order = placed(lab, lines=[THIRDS])
    adapter = deadly(lab, "PUT", f"{BOOKS}/invoices", before=before)
    work_until_killed(lab, order)
    lab.quiet()
    assert adapter.died == 1
    check_posted(lab, order)
    assert not invoice_of(lab, order)["adjustment"]
    check_nothing_doubled(lab)


class Refusing(WsgiAdapter):
    """A transport to a platform that, for a while, takes no change of a document."""

    refused = 0
    left = 1

    def send(self, request, **options):
        if request.method == "PUT" and "/invoices/" in request.url and self.left:
            self.left -= 1
            self.refused += 1
            request.prepare_body(json.dumps({"reference_number": "x" * 500}).encode(), None)
        return super().send(request, **options)


def test_a_draft_whose_rewriting_was_refused_is_held_and_a_retry_heals_it(new_lab):
    lab = new_lab(switches={"zoho_line_discount": "per_unit"})
    adapter = Refusing(lab.app)
    mount(lab.connection.zoho.session, BASE, adapter)
    order = placed(lab, lines=[THIRDS])
    row = lab.sync(order)
    assert adapter.refused == 1
    assert (row.state, row.reason) == ("held", "rejected")
    assert records(lab, "customerpayments") == []  # nothing is paid on a draft that is not right
    work.retry(lab.ledger, "main", lab.connection.clock())
    lab.quiet()
    check_posted(lab, order)
    check_nothing_doubled(lab)


@pytest.mark.parametrize("mood", [None, *BEFORE, *AFTER])
def test_the_economical_setting_meets_an_organization_that_counts_per_unit_and_pays_once(new_lab, mood):
    """Made below its payment the document is refused; without line discounts the same call is taken."""
    lab = new_lab(switches={"zoho_line_discount": "per_unit"})
    lab.rules(payments="with_invoice")
    if mood:
        lost(lab, mood, "invoices", skip=1)  # the first is the refused one
    order = placed(lab, lines=[THIRDS])
    lab.sync(order)
    assert mood is None or struck(lab) == 1
    check_posted(lab, order)
    check_nothing_doubled(lab)
    learned = cursors.learned(lab.ledger, lab.connection.organization)
    assert learned["line_discounts"] == "split"
    second = placed(lab, lines=[THIRDS])
    before = len(written(lab))
    lab.sync(second)
    check_posted(lab, second)
    told = [call["path"] for call in written(lab)[before:] if call["platform"] == "zoho"]
    assert told == [f"{BOOKS}/invoices"]


# Items and persons


@pytest.mark.parametrize("unique", [True, False], ids=["unique names", "names may repeat"])
@pytest.mark.parametrize("mood", [*BEFORE, *AFTER])
def test_a_product_without_sku_is_one_item_however_often_its_answer_is_lost(new_lab, mood, unique):
    lab = new_lab(switches={"zoho_item_names_unique": unique})
    order = placed(lab, lines=[{**LINE, "sku": ""}])
    lost(lab, mood, "items", times=3)
    lab.sync(order)
    assert struck(lab) == (2 if mood in AFTER else 3)  # both items once, or one of them until it is heard
    check_posted(lab, order)
    assert sorted((row["name"], row["sku"]) for row in records(lab, "items")) == [
        ("Mug", ""),
        ("Shipping", "SHIPPING"),
    ]


class Interrupting(WsgiAdapter):
    """A transport on which, just before the first such call, something else happens."""

    def __init__(self, app, method, path, meanwhile):
        super().__init__(app)
        self.method, self.path, self.meanwhile = method, path, meanwhile

    def send(self, request, **options):
        if self.meanwhile and request.method == self.method and self.path in request.url:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        return super().send(request, **options)


@pytest.mark.parametrize("sku", ["MUG", ""], ids=["item with SKU", "item without SKU"])
def test_a_slow_holder_whose_reservations_were_taken_over_makes_no_second_contact_or_item(new_lab, sku):
    """The first order has asked for its person; while it asks for its items a lease and a half go by."""
    lab = new_lab(lease=0.3)
    first, second = (placed(lab, lines=[{**LINE, "sku": sku}]) for _ in range(2))
    late, true = [0.0], lab.connection.clock

    def clock():
        return true() + late[0]

    lab.set(clock=clock)
    lab.services = replace(lab.services, clock=clock)

    def meanwhile():
        late[0] = 2 * lab.services.lease
        works(lab, second)

    mount(lab.connection.zoho.session, BASE, Interrupting(lab.app, "GET", f"{BOOKS}/items", meanwhile))
    works(lab, first)
    lab.quiet()
    assert lab.row(second).outcome == "posted"
    for order in (first, second):
        check_posted(lab, order)
    assert [row["contact_name"] for row in records(lab, "contacts")] == ["Ada Example"]
    assert sorted(row["name"] for row in records(lab, "items")) == ["Mug", "Shipping"]


@pytest.mark.parametrize("unique", [True, False], ids=["unique names", "names may repeat"])
def test_a_product_without_sku_whose_maker_died_is_not_made_again_by_another_order(new_lab, unique):
    """The maker's order vanished with it: nobody comes back to ask about that write."""
    lab = new_lab(lease=0.3, switches={"zoho_item_names_unique": unique})
    first, second = (placed(lab, lines=[{**LINE, "sku": ""}], shipping="0") for _ in range(2))
    deadly(lab, "POST", f"{BOOKS}/items")
    work_until_killed(lab, first)
    del lab.world.bigcommerce.orders[int(first)]
    lab.sync(second)
    check_posted(lab, second)
    assert [row["name"] for row in records(lab, "items")] == ["Mug"]


def lets_strangers_in(lab):
    lab.rules(no_email="walk_in")
    lab.set(order_rules=replace(lab.connection.order_rules, no_email="walk_in"))


def check_stranger(lab, order):
    """Posted like the same order of somebody who left an address."""
    known = copy.deepcopy(bundle_of(lab, order))
    known["order"]["billing_address"]["email"] = "somebody@example.com"
    return check_posted(lab, order, judged([known])[int(order)])


def stranger(lab, **described):
    """An order without e-mail, of a product without SKU."""
    return placed(lab, customer={"id": 0, "email": ""}, lines=[{**LINE, "sku": ""}], **described)


@pytest.mark.parametrize("unique", [True, False], ids=["unique names", "names may repeat"])
def test_a_tax_that_was_deleted_doubles_neither_the_walk_in_contact_nor_an_item_without_sku(new_lab, unique):
    lab = new_lab(switches={"zoho_item_names_unique": unique})
    lets_strangers_in(lab)
    orders = [stranger(lab)]
    lab.sync(orders[0])
    for _ in range(2):
        ((tax, row),) = [
            (one, row) for one, row in lab.world.zoho.taxes.items() if row["tax_percentage"] == 20
        ]
        del lab.world.zoho.taxes[tax]
        lab.world.zoho.add_tax(row["tax_name"], Decimal(20))
        forget_the_look(lab)
        orders.append(stranger(lab))
        lab.sync(orders[-1])
    for order in orders:
        check_stranger(lab, order)
    assert [row["contact_name"] for row in records(lab, "contacts")] == ["Walk-in customer"]
    assert sorted(row["name"] for row in records(lab, "items")) == ["Mug", "Shipping"]


@pytest.mark.parametrize("mood", [*BEFORE, *AFTER])
def test_the_walk_in_contact_whose_answer_is_lost_is_made_once(lab, mood):
    lets_strangers_in(lab)
    order = stranger(lab)
    lost(lab, mood, "contacts", times=3)
    lab.sync(order)
    assert struck(lab) == (3 if mood in BEFORE else 1)
    check_stranger(lab, order)
    assert [row["contact_name"] for row in records(lab, "contacts")] == ["Walk-in customer"]


@pytest.mark.parametrize("first", ["EUR", "USD"])
@pytest.mark.parametrize("mood", [None, *BEFORE, *AFTER])
def test_the_second_currency_of_strangers_is_a_second_walk_in_contact(lab, first, mood):
    lets_strangers_in(lab)
    second = {"EUR": "USD", "USD": "EUR"}[first]
    orders = [stranger(lab, currency=first)]
    lab.sync(orders[0])
    if mood:
        lost(lab, mood, "contacts", skip=1)  # the first try meets the taken name
    for currency in (second, first, second):
        orders.append(stranger(lab, currency=currency))
        lab.sync(orders[-1])
    for order in orders:
        check_stranger(lab, order)
    found = {row["contact_name"]: row["currency_code"] for row in records(lab, "contacts")}
    assert found == {"Walk-in customer": first, f"Walk-in customer {second}": second}


def test_a_lost_ledger_finds_the_walk_in_contacts_of_both_currencies_again(lab):
    lets_strangers_in(lab)
    lab.sync(stranger(lab), stranger(lab, currency="USD"))
    with lab.ledger.engine.begin() as connection:
        for table in ("work", "links", "intents"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    orders = [stranger(lab), stranger(lab, currency="USD")]
    lab.sync(*orders)
    for order in orders:
        check_stranger(lab, order)
    assert len(records(lab, "contacts")) == 2


# Nothing of a person and no secret in what is kept or printed


def test_a_refusals_sentence_is_kept_without_short_names_and_without_numbers_of_a_person():
    sent = {"persons": [{"first_name": "Li", "last_name": "Wu", "phone": "0301234567"}], "zip": "10115"}
    said = 'phone "0301234567" of Li Wu (LI, wu) in 10115 is invalid, ask li.wu@example.com'
    kept = redacted(said, sent)
    for word in ("0301234567", "10115", "Li ", "Wu", "LI", "wu", "@"):
        assert word not in kept
    assert "is invalid, ask" in kept


def test_a_refusals_sentence_stays_readable_where_a_short_name_is_part_of_a_word():
    kept = redacted("Invalid value passed for line_items, limit is 100", {"name": "Li", "item_id": "100"})
    assert kept == "Invalid value passed for line_items, limit is 100"


SECRETS = (
    "hook-secret-of-the-lab",
    "bc-sandbox-token",
    "bc-sandbox-secret",
    "zoho-sandbox-secret",
    "1000.sandbox-refresh",
    KEY,
)


def test_no_secret_is_in_the_text_of_what_a_traceback_might_show(lab):
    order = placed(lab)
    lab.sync(order)
    work.note(lab.ledger, "main", "orders", [order], lab.connection.clock())
    claim = work.claim(lab.ledger, lab.row(order).id, lab.connection.clock(), 9.0)
    shown = [lab.connection, lab.services, Hand(lab.connection, claim, 9.0), lab.settings]
    shown += [
        lab.connection.zoho,
        lab.connection.store,
        lab.connection.zoho.login,
        lab.connection.zoho.tokens,
    ]
    for one in shown:
        for text in (repr(one), str(one)):
            assert [secret for secret in SECRETS if secret in text] == [], type(one).__name__
