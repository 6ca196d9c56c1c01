"""Orders in other currencies than the books' own: their decimals, their contacts, their exchange rate."""

from decimal import Decimal

import pytest

from ledger import work
from sandbox.bigcommerce import life
from sandbox.zoho.seeds import currency_row
from tests.tasks.checks import invoice_of, payments_of, records
from tests.tasks.conftest import LINE, placed
from tests.tasks.lives import bundle_of, documents, does, notes, sold


def in_currency(code, price, places):
    """Three mugs less one unit, which does not divide by three, and shipping; 20 % of tax."""
    line = {**LINE, "price": price, "discounts": [{"amount": "1"}]}
    return {
        "currency": code,
        "lines": [line],
        "shipping": {"cost": "490" if not places else "4.905", "tax": "20"},
    }


def dinars(lab):
    """The organization keeps Kuwaiti dinars, too: three decimals."""
    told = ("KWD", "KD", "Kuwaiti Dinar", 3, "1,234,567.890")
    row = currency_row(lab.world.zoho.new_id(), told, lab.world.zoho.base, Decimal("3.0"))
    lab.world.zoho.currencies[row["currency_id"]] = row


@pytest.mark.parametrize("inclusive", [True, False], ids=["inclusive", "exclusive"])
@pytest.mark.parametrize(("code", "price", "places"), [("JPY", "1001", 0), ("KWD", "3.337", 3)])
def test_a_life_in_a_currency_without_cents_or_with_three_decimals(lab, code, price, places, inclusive):
    dinars(lab)
    order = sold(lab, inclusive=inclusive, **in_currency(code, price, places))
    total = Decimal(str(bundle_of(lab, order)["order"]["total_inc_tax"]))
    invoice = invoice_of(lab, order)
    assert (invoice["currency_code"], Decimal(str(invoice["total"])), invoice["balance"]) == (code, total, 0)
    assert does(lab, "refund", order, quantity=1).outcome == "posted"
    assert does(lab, "refund", order).outcome == "posted"
    rows = notes(lab, order).values()
    assert {row["currency_code"] for row in rows} == {code}
    assert sum(Decimal(str(row["total"])) for row in rows) == total
    assert {row["balance"] for row in rows} == {0}
    for row in (invoice, *rows):
        assert Decimal(str(row["total"])) % Decimal(1).scaleb(-places) == 0


def test_who_buys_in_two_currencies_is_two_contacts_and_is_refunded_in_both(lab):
    euros, dollars = sold(lab), sold(lab, currency="USD")
    contacts = {row["contact_id"]: row["currency_code"] for row in records(lab, "contacts")}
    assert sorted(contacts.values()) == ["EUR", "USD"]
    for order, code in ((euros, "EUR"), (dollars, "USD")):
        assert does(lab, "refund", order, quantity=1).outcome == "posted"
        (note,) = notes(lab, order).values()
        assert (note["currency_code"], contacts[note["customer_id"]]) == (code, code)
        assert (note["total"], note["balance"], len(note["creditnote_refunds"])) == (12, 0, 1)
    assert len(records(lab, "contacts")) == 2


def rated(lab, rate, **described):
    """An order in dollars of a store that keeps euros, which tells what a euro was."""
    order = placed(lab, currency="USD", **described)
    bundle_of(lab, order)["order"]["store_default_to_transactional_exchange_rate"] = rate
    return order


def test_by_setting_the_orders_own_rate_stands_on_every_document_and_payment(lab):
    """1 EUR = 1.25 USD: a dollar is 1 / 1.25 = 0.8 EUR, on the sale, its money and what takes it back."""
    lab.rules(exchange_rate="order")
    order = rated(lab, "1.2500000000")
    assert lab.sync(order).outcome == "posted"
    life.edit(lab.world, int(order), price="15.00")
    assert lab.sync(order).outcome == "posted"
    assert does(lab, "refund", order, quantity=1).outcome == "posted"
    rows = [*documents(lab, order).values(), *notes(lab, order).values(), *records(lab, "customerpayments")]
    assert len(rows) == 5
    assert {Decimal(str(row["exchange_rate"])) for row in rows} == {Decimal("0.8")}


def test_without_the_setting_zohos_rate_stands(lab):
    order = rated(lab, "1.2500000000")
    lab.sync(order)
    own = Decimal(str(lab.world.zoho.currency("USD")["exchange_rate"]))
    assert Decimal(str(invoice_of(lab, order)["exchange_rate"])) == own


def test_a_contact_whose_currency_a_person_changed_holds_the_next_order(lab):
    """Zoho allows it once nothing stands on the contact any more."""
    first = sold(lab)
    invoice = invoice_of(lab, first)
    for payment, _ in payments_of(lab, invoice):
        lab.world.zoho.ask("DELETE", f"/customerpayments/{payment['payment_id']}", {})
    lab.world.zoho.ask("DELETE", f"/invoices/{invoice['invoice_id']}", {})
    dollars = lab.world.zoho.currency("USD")["currency_id"]
    lab.world.zoho.ask("PUT", f"/contacts/{invoice['customer_id']}", {"currency_id": dollars})
    order = placed(lab)
    row = lab.sync(order)
    assert (row.state, row.reason) == ("held", "currency-unmapped")
    assert row.what == "the document came out in USD, not in EUR"
    assert "the contact's currency" in row.remedy
    draft = invoice_of(lab, order)
    assert (draft["status"], records(lab, "customerpayments")) == ("draft", [])
    mended(lab, draft)
    assert retried(lab, order).outcome == "posted"
    assert invoice_of(lab, order)["currency_code"] == "EUR"


def mended(lab, draft):
    """The draft goes, and the contact gets its own currency again."""
    lab.world.zoho.ask("DELETE", f"/invoices/{draft['invoice_id']}", {})
    euros = lab.world.zoho.currency("EUR")["currency_id"]
    lab.world.zoho.ask("PUT", f"/contacts/{draft['customer_id']}", {"currency_id": euros})


def retried(lab, order):
    """Somebody says retry."""
    work.retry(lab.ledger, [lab.row(order).id], lab.connection.clock())
    lab.quiet()
    return lab.row(order)
