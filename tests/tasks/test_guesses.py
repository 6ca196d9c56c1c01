"""An item that an order made has a rate that is only what one line cost; the catalogue must know that."""

from decimal import Decimal

from ledger import links
from tests.tasks.checks import check_posted, records
from tests.tasks.conftest import LINE, placed, struck_by

POST_ITEMS = {"platform": "zoho", "methods": ["POST"], "path": "/zoho/books/v3/items", "times": 1}


def link_of(lab, sku):
    return links.get(lab.ledger, lab.connection.organization, "item", f"sku:{sku.casefold()}")


def item_of(lab, sku):
    (row,) = [row for row in records(lab, "items") if row["sku"] == sku]
    return row


def guess_of(lab, sku):
    return Decimal(link_of(lab, sku).extra["guess"])


def test_the_rate_of_an_item_that_an_order_made_is_remembered_as_a_guess(lab):
    order = placed(lab)
    lab.sync(order)
    check_posted(lab, order)
    made = item_of(lab, "MUG")
    assert (link_of(lab, "MUG").id, guess_of(lab, "MUG")) == (made["item_id"], made["rate"])


def test_an_item_of_the_merchants_has_no_guess_even_when_its_rate_is_what_the_order_charged(lab):
    lab.world.zoho.ask("POST", "/items", {"name": "Mug", "sku": "MUG", "rate": 10, "product_type": "goods"})
    order = placed(lab, lines=[{**LINE, "quantity": 1, "tax": "0"}])
    lab.sync(order)
    check_posted(lab, order)
    assert link_of(lab, "MUG").extra == {}


def test_an_item_whose_creation_was_not_answered_is_known_for_ours_when_it_is_found(lab):
    order = placed(lab)
    struck_by(lab, {**POST_ITEMS, "kind": "reset_after"})
    lab.sync(order)
    check_posted(lab, order)
    assert guess_of(lab, "MUG") == item_of(lab, "MUG")["rate"]


def test_an_item_that_is_looked_for_again_after_its_link_was_dropped_keeps_its_guess(lab):
    first = placed(lab)
    lab.sync(first)
    links.forget(lab.ledger, lab.connection.organization, "item", "sku:mug")
    second = placed(lab)
    lab.sync(second)
    check_posted(lab, second)
    assert guess_of(lab, "MUG") == item_of(lab, "MUG")["rate"]


def test_a_rate_that_a_person_has_set_since_is_no_guess_any_more(lab):
    first = placed(lab)
    lab.sync(first)
    links.forget(lab.ledger, lab.connection.organization, "item", "sku:mug")
    lab.world.zoho.ask("PUT", f"/items/{item_of(lab, 'MUG')['item_id']}", {"rate": "12.5"})
    second = placed(lab)
    lab.sync(second)
    check_posted(lab, second)
    assert link_of(lab, "MUG").extra == {}
