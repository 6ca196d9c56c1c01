"""What becomes of an order: posted to the cent, skipped by a named rule, or held with a reason and a remedy."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger import cursors, history, intents, work
from mappings.money import rounded
from mappings.rules import Fee
from sandbox.bigcommerce import placing
from sandbox.generator import generate
from tasks.foreseen import preview
from tasks.recipe import perform
from tests.tasks.checks import (
    check_as_expected,
    check_nothing_doubled,
    check_posted,
    invoice_of,
    invoices_of,
    mark_of,
    payments_of,
    records,
    written,
)
from tests.tasks.conftest import LINE, forget_the_look, placed, struck_by, together

BOOKS = "/zoho/books/v3"
THIRDS = {
    "price": "9.99",
    "quantity": 3,
    "tax": "20",
    "sku": "MUG",
    "name": "Mug",
    "discounts": [{"amount": "1.00"}],
}


def zoho_writes(lab, since=0):
    rows = [
        call for call in lab.world.calls[since:] if call["platform"] == "zoho" and call["method"] != "GET"
    ]
    return [
        f"{call['method']} {call['path'].removeprefix(BOOKS)}"
        for call in rows
        if "/oauth/" not in call["path"]
    ]


def learned(lab, name):
    return cursors.learned(lab.ledger, lab.connection.organization).get(name)


def test_a_whole_shop_ends_as_its_generator_promised(new_lab):
    lab = new_lab()
    shop = generate(1, 25)
    for one in shop:
        lab.place(one.bundle)
    lab.sync(*[one.order_id for one in shop])
    check_as_expected(lab, shop)
    before, wrote = len(lab.calls("zoho")), len(lab.world.calls)
    lab.sync(*[one.order_id for one in shop])
    held = [one for one in shop if one.expected.outcome == "held"]
    assert len(lab.calls("zoho")) - before <= len(held)  # only what is held is looked for again
    assert zoho_writes(lab, wrote) == []
    check_as_expected(lab, shop)


def test_a_known_customers_order_costs_two_calls(lab):
    lab.sync(placed(lab))
    order, before = placed(lab), len(lab.world.calls)
    lab.sync(order)
    check_posted(lab, order)
    assert zoho_writes(lab, before) == ["POST /invoices", "POST /customerpayments"]
    assert len([call for call in lab.world.calls[before:] if call["platform"] == "zoho"]) == 2


def test_a_second_run_reads_the_store_and_asks_zoho_nothing(lab):
    order = placed(lab)
    lab.sync(order)
    before = len(lab.world.calls)
    lab.sync(order)
    assert {call["platform"] for call in lab.world.calls[before:]} == {"bigcommerce"}
    assert {call["method"] for call in lab.world.calls[before:]} == {"GET"}


def test_an_order_that_vanished_is_skipped_as_gone(lab):
    order = placed(lab)
    del lab.world.bigcommerce.orders[int(order)]
    row = lab.sync(order)
    assert (row.state, row.outcome, row.reason) == ("done", "skipped", "gone")
    assert lab.calls("zoho") == []


def test_an_order_that_vanishes_after_it_was_posted_leaves_its_document_alone(lab):
    order = placed(lab)
    lab.sync(order)
    number = invoice_of(lab, order)["invoice_number"]
    del lab.world.bigcommerce.orders[int(order)]
    lab.sync(order)
    assert invoice_of(lab, order)["invoice_number"] == number


def test_an_order_whose_sums_do_not_add_up_is_held_with_its_arithmetic(lab):
    order = placed(lab, error="0.50")
    row = lab.sync(order)
    assert (row.state, row.reason) == ("held", "sums-differ")
    total = lab.world.bigcommerce.orders[int(order)]["order"]["total_inc_tax"]
    assert str(Decimal(total).quantize(Decimal("0.01"))) in row.what
    assert row.remedy
    assert written(lab) == []


def test_an_unmapped_tax_holds_the_order_and_once_the_tax_is_made_a_retry_posts_it(lab):
    order = placed(lab, lines=[{**LINE, "tax": {"name": "Moon tax", "rate": "13"}}], shipping="0")
    moon = next(tax_id for tax_id, row in lab.world.zoho.taxes.items() if row["tax_name"] == "Moon tax")
    kept = lab.world.zoho.taxes.pop(moon)
    row = lab.sync(order)
    assert (row.state, row.reason) == ("held", "tax-unmapped")
    assert "13" in row.what
    assert written(lab) == []
    lab.world.zoho.taxes[moon] = kept
    forget_the_look(lab)
    assert work.retry(lab.ledger, "main", lab.connection.clock()) == [row.id]
    lab.quiet()
    check_posted(lab, order)


def test_a_tax_named_by_setting_needs_no_equal_name(lab):
    order = placed(lab, lines=[{**LINE, "tax": {"name": "Moon tax", "rate": "20"}}], shipping="0")
    lab.world.zoho.taxes.clear()
    made = lab.world.zoho.add_tax("Standard", "20")
    lab.world.zoho.add_tax("Also twenty", "20")
    assert lab.sync(order).reason == "tax-unmapped"  # two could be meant
    lab.rules(taxes={"Moon tax 20": made})
    work.retry(lab.ledger, "main", lab.connection.clock())
    lab.quiet()
    check_posted(lab, order)


def test_a_tax_that_was_deleted_and_made_anew_in_zoho_is_found_again(lab):
    lab.sync(placed(lab))
    for tax_id in list(lab.world.zoho.taxes):
        row = lab.world.zoho.taxes.pop(tax_id)
        lab.world.zoho.add_tax(row["tax_name"], row["tax_percentage"])
    forget_the_look(lab)
    order = placed(lab)
    lab.sync(order)
    check_posted(lab, order)


def test_what_zoho_goes_on_refusing_is_held_with_its_sentence_and_not_tried_for_ever(lab):
    lab.rules(deposit_accounts={"credit_card": "460000000000000404"})
    order = placed(lab)
    row = lab.sync(order)
    assert (row.state, row.reason) == ("held", "rejected")
    assert "account_id" in row.what
    lab.rules(deposit_accounts={})
    work.retry(lab.ledger, "main", lab.connection.clock())
    lab.quiet()
    check_posted(lab, order)
    check_nothing_doubled(lab)


def test_a_product_deleted_in_the_store_is_still_billed(lab):
    order = placed(lab)
    for product in lab.world.bigcommerce.orders[int(order)]["products"]:
        lab.world.bigcommerce.products.pop(product["product_id"], None)
    lab.sync(order)
    check_posted(lab, order)


@pytest.mark.parametrize("setting", ["hold", "catch_all"])
def test_a_product_that_zoho_does_not_have_is_treated_as_the_setting_says(lab, setting):
    lab.rules(missing_product=setting)
    lab.world.zoho.add_item("Everything else", "CATCH-ALL")
    lab.world.zoho.add_item("Shipping", "SHIPPING")
    order = placed(lab)
    row = lab.sync(order)
    if setting == "hold":
        assert (row.state, row.reason) == ("held", "product-missing")
        lab.world.zoho.add_item("Mug", "MUG")
        work.retry(lab.ledger, "main", lab.connection.clock())
        lab.quiet()
    check_posted(lab, order)
    skus = {"hold": "MUG", "catch_all": "CATCH-ALL"}
    booked = {line["sku"] for line in invoice_of(lab, order)["line_items"]}
    assert booked == {skus[setting], "SHIPPING"}


def test_an_organization_that_refuses_payments_on_drafts_is_learned_once(new_lab):
    lab = new_lab(switches={"zoho_draft_payment": "refused"})
    first = placed(lab)
    lab.sync(first)
    check_posted(lab, first)
    assert learned(lab, "drafts_take_payments") is False
    second, before = placed(lab), len(lab.world.calls)
    lab.sync(second)
    check_posted(lab, second)
    number = invoice_of(lab, second)["invoice_id"]
    assert zoho_writes(lab, before) == [
        "POST /invoices",
        f"POST /invoices/{number}/status/sent",
        "POST /customerpayments",
    ]
    assert len([call for call in lab.world.calls[before:] if call["platform"] == "zoho"]) == 3


def test_an_organization_that_counts_discounts_per_unit_is_learned_and_lines_are_split(new_lab):
    lab = new_lab(switches={"zoho_line_discount": "per_unit"})
    first = placed(lab, lines=[THIRDS])
    lab.sync(first)
    check_posted(lab, first)
    assert learned(lab, "line_discounts") == "split"
    second, before = placed(lab, lines=[THIRDS]), len(lab.world.calls)
    lab.sync(second)
    check_posted(lab, second)
    assert zoho_writes(lab, before) == ["POST /invoices", "POST /customerpayments"]
    quantities = [line["quantity"] for line in invoice_of(lab, second)["line_items"] if line["sku"] == "MUG"]
    assert quantities == [2, 1]


def test_an_organization_that_refuses_line_discounts_gets_split_lines(new_lab):
    lab = new_lab(switches={"zoho_discount_mode": "none"})
    order = placed(lab, lines=[THIRDS])
    lab.sync(order)
    check_posted(lab, order)
    assert learned(lab, "line_discounts") == "split"


def test_an_organization_that_rounds_tax_per_item_is_learned(new_lab):
    """Three lines of 0.99 at 7 %: per line 0.07 each, per document 0.21 too; 0.37 at 20 % shows the difference."""
    lab = new_lab(switches={"zoho_tax_rounding": "item_level"})
    lines = [{"price": "0.37", "tax": "20", "sku": f"S{n}", "name": f"Small {n}"} for n in range(3)]
    first, second = placed(lab, lines=lines), placed(lab, lines=lines)
    lab.sync(first)
    check_posted(lab, first)
    assert learned(lab, "tax_rounding") == "item_level"
    before = len(lab.world.calls)
    lab.sync(second)
    check_posted(lab, second)
    assert zoho_writes(lab, before) == ["POST /invoices", "POST /customerpayments"]
    assert not invoice_of(lab, second)["adjustment"]


def test_the_economical_setting_pays_in_the_same_call(lab):
    lab.rules(payments="with_invoice")
    first = placed(lab)
    lab.sync(first)
    check_posted(lab, first)
    second, before = placed(lab), len(lab.world.calls)
    lab.sync(second)
    check_posted(lab, second)
    assert zoho_writes(lab, before) == ["POST /invoices"]


def test_an_economical_write_whose_answer_is_lost_is_adopted_with_its_payment(lab):
    lab.rules(payments="with_invoice")
    lab.sync(placed(lab))
    order = placed(lab)
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
    lab.sync(order)
    check_posted(lab, order)


def test_sales_orders_are_made_confirmed_and_marked_once(lab):
    lab.rules(document="sales_order")
    order = placed(lab)
    lab.sync(order)
    work.retry(lab.ledger, [lab.row(order).id], lab.connection.clock())
    lab.quiet()
    (made,) = records(lab, "salesorders")
    assert (made["reference_number"], made["status"]) == (order, "confirmed")
    assert made["total"] == Decimal("41.88")
    assert mark_of(lab, order) == made["salesorder_number"]
    assert records(lab, "invoices") == []


def test_inventory_instead_of_books_takes_the_same_orders(lab):
    zoho = lab.connection.zoho
    root = zoho.base_url.replace("/books/v3", "/inventory/v1")
    lab.set(zoho=replace(zoho, edition="inventory", base_url=root))
    lab.rules(payments="with_invoice")  # a switch of Books: Inventory is paid separately
    order = placed(lab, lines=[THIRDS])
    lab.sync(order)
    check_posted(lab, order)


def test_an_order_changed_before_we_came_is_posted_as_it_is_now(lab):
    order = placed(lab, payment={"style": "authorised"}, status_id=7)
    work.note(lab.ledger, "main", "orders", [order], lab.connection.clock())
    placing.amend(lab.world, int(order), {"order": {"customer_message": "ring twice"}})
    lab.quiet()
    check_posted(lab, order)
    assert invoice_of(lab, order)["balance"] == invoice_of(lab, order)["total"]


def test_money_that_comes_later_is_recorded_later_and_once(lab):
    """An order on account is an open invoice; with the capture comes the payment, and nothing else is written."""
    order = placed(lab, payment={"style": "authorised"}, status_id=7)
    lab.sync(order)
    assert invoice_of(lab, order)["status"] == "sent"
    paid = placed(lab, id=999)  # only to borrow the transactions of a paid order
    transactions = lab.world.bigcommerce.orders.pop(int(paid))["transactions"]
    before = len(lab.world.calls)
    placing.amend(lab.world, int(order), {"order": {"status_id": 11}, "transactions": transactions})
    lab.sync(order)
    check_posted(lab, order)
    assert zoho_writes(lab, before) == ["POST /customerpayments"]


@pytest.mark.parametrize("way", ["told", "deleted"])
def test_an_item_with_a_tax_of_its_own_holds_an_untaxed_line_until_a_person_has_cleared_it_up(lab, way):
    """Without a tax on the line Zoho takes the item's; the draft stays unpaid, and is not made a second time."""
    surprise = lab.world.zoho.add_tax("Surprise", "10")
    item = lab.world.zoho.add_item("Shipping", "SHIPPING", "0", tax_id=surprise)
    order = placed(lab, shipping="5.00")
    row = lab.sync(order)
    assert (row.state, row.reason) == ("held", "tax-differs")
    (draft,) = invoices_of(lab, order)
    assert (draft["status"], payments_of(lab, draft), mark_of(lab, order)) == ("draft", [], "")
    path = f"/invoices/{draft['invoice_id']}"
    if way == "deleted":
        lab.world.zoho.ask("PUT", f"/items/{item}", {"tax_id": ""})
        lab.world.zoho.ask("DELETE", path, {})
    else:
        kept = ("line_item_id", "item_id", "rate", "quantity", "tax_id")
        mugs, shipping = ({name: line[name] for name in kept} for line in draft["line_items"])
        lab.world.zoho.ask("PUT", path, {"line_items": [mugs, {**shipping, "tax_id": ""}]})
    work.retry(lab.ledger, "main", lab.connection.clock())
    lab.quiet()
    check_posted(lab, order)


@pytest.mark.parametrize("inclusive", [True, False])
def test_a_document_that_came_out_otherwise_stays_unpaid_however_often_the_order_is_noted(lab, inclusive):
    """Somebody changed the taxes in Zoho within the hour; with prices that include tax the total is still right."""
    lab.sync(placed(lab))
    for tax in lab.world.zoho.taxes.values():
        tax["tax_percentage"] += 5
    order = placed(lab, inclusive=inclusive)
    for _ in range(3):
        row = lab.sync(order)
        assert (row.state, row.reason in {"tax-differs", "total-differs"}) == ("held", True)
        (draft,) = invoices_of(lab, order)
        assert (draft["status"], payments_of(lab, draft), mark_of(lab, order)) == ("draft", [], "")


def test_a_bug_of_ours_holds_one_order_and_delays_no_other(lab):
    bad, good = placed(lab), placed(lab)
    lab.world.bigcommerce.orders[int(bad)]["order"].update(date_created="not a date at all")
    row, _ = lab.sync(bad, good)
    assert row.state == "held"
    assert row.what
    assert row.remedy
    check_posted(lab, good)


def test_a_preview_writes_nothing_anywhere(lab):
    order = placed(lab)
    planned = preview(lab.connection, order)
    assert [(step.verb, step.kind) for step in planned.steps][-1] == ("mark", "order")
    assert written(lab) == []
    assert lab.row(order) is None
    assert intents.of_record(lab.ledger, "main", "orders:") == []
    assert planned.zoho_calls >= 2


def test_a_note_while_an_order_is_being_worked_makes_it_looked_at_again(lab):
    """The change came after our read: the generation says so, and the second look sees it."""
    order = placed(lab, payment={"style": "authorised"}, status_id=7)
    clock, services = lab.connection.clock, lab.services

    class Meddling:
        """While Zoho is asked to make the invoice, the store tells us that the order was paid."""

        done = False

        def __call__(self, *_call):
            if not self.done:
                self.done = True
                donor = placed(lab, id=997)
                rows = lab.world.bigcommerce.orders.pop(int(donor))["transactions"]
                placing.amend(lab.world, int(order), {"order": {"status_id": 11}, "transactions": rows})
                work.note(lab.ledger, "main", "orders", [order], clock())

    zoho = lab.connection.zoho
    lab.set(zoho=replace(zoho, session=replace(zoho.session, on_call=Meddling())))
    work.note(lab.ledger, "main", "orders", [order], clock())
    perform(replace(services, connections=lab.services.connections), lab.row(order).id)
    assert lab.row(order).state == "waiting"
    lab.quiet()
    check_posted(lab, order)


def test_an_order_whose_nudges_reach_many_workers_at_once_is_worked_by_one(new_lab):
    lab = new_lab(latency=0.01)
    lab.sync(placed(lab))
    order, before = placed(lab), len(lab.world.calls)
    together(lab, [order] * 6)
    check_posted(lab, order)
    assert zoho_writes(lab, before) == ["POST /invoices", "POST /customerpayments"]
    reads = [
        call for call in lab.world.calls[before:] if call["path"].endswith(f"/v2/orders/{order}/products")
    ]
    assert len(reads) == 1


def test_the_history_tells_ids_and_reasons_and_nobody(lab):
    order = placed(lab, customer={"id": 7, "email": "secret.person@example.com", "last_name": "Verysecret"})
    lab.sync(order)
    told = str([(line.event, line.detail) for line in history.of(lab.ledger, "main", "orders", order)])
    assert invoice_of(lab, order)["invoice_id"] in told
    kept = [file.read_bytes() for file in lab.settings.data_dir.iterdir() if file.suffix != ".toml"]
    everything = told + b"".join(kept).decode("latin-1")
    assert order in everything
    for word in ("secret.person", "Verysecret", "Test Street"):
        assert word not in everything


def test_what_the_gateway_keeps_stands_with_the_payment_and_lowers_no_invoice(lab):
    lab.rules(gateway_fees={"credit_card": Fee(Decimal("2.9"), Decimal("0.30"))})
    order = placed(lab)
    lab.sync(order)
    invoice = check_posted(lab, order)
    ((payment, _),) = payments_of(lab, invoice)
    amount = Decimal(str(payment["amount"]))
    assert payment["bank_charges"] == rounded(amount * Decimal("0.029") + Decimal("0.30"), 2)
