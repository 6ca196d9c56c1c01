"""Items of Zoho become products of the store, and follow them; seen from both platforms' final state."""

from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from decimal import Decimal

import pytest

from connectors.budget import Budget
from ledger import history, work
from mappings.bigcommerce.products import Plan
from mappings.errors import Skip
from tasks import hiding, items
from tasks.recipe import answer_nudge
from tasks.shelves import look
from tests.tasks.checks import check_posted
from tests.tasks.conftest import placed
from tests.tasks.shop import fields, link, note, row, rules, written

NAMESAKES = {"zoho_item_names_unique": False}
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def lab(new_lab):
    return new_lab().one_currency()


def money(value):
    return Decimal(str(value))


def test_an_item_becomes_a_product(lab):
    item = lab.item(name="Mug", sku="MUG", rate="12.50", purchase_rate="4.20", upc="036000291452")
    ended = lab.sync_items(item)
    assert (ended.state, ended.outcome, ended.what) == ("done", "synced", "")
    (product,) = lab.products.values()
    assert (product["name"], product["sku"], product["is_visible"]) == ("Mug", "MUG", True)
    assert (money(product["price"]), money(product["cost_price"])) == (Decimal("12.5"), Decimal("4.2"))
    assert product["upc"] == "036000291452"
    assert link(lab, "product", f"item:{item}").id == str(product["id"])
    assert link(lab, "variant", item).extra["rate"] == "12.5"


def test_a_second_run_writes_nothing_and_leaves_no_line(lab):
    item = lab.item(sku="MUG")
    group = lab.group("Shirt", "Size", [{"option": "S", "name": "Shirt S", "sku": "S1", "rate": 20}])
    lab.sync_items(item, f"group:{group}")
    before = len(written(lab)), len(history.of(lab.ledger, "main", "items", f"item:{item}"))
    ended = lab.sync_items(item, f"group:{group}")
    assert [one.outcome for one in ended] == ["synced", "synced"]
    assert (len(written(lab)), len(history.of(lab.ledger, "main", "items", f"item:{item}"))) == before


def test_what_changes_in_zoho_changes_in_the_store_and_nothing_else(lab):
    item = lab.item(sku="MUG", rate="10.00", description="From Zoho")
    lab.sync_items(item)
    lab.product(item)["description"] = "Told by a person"
    lab.change_item(item, name="Cup", rate="11.00", description="Again from Zoho", sku="CUP")
    lab.sync_items(item)
    product = lab.product(item)
    assert (product["name"], product["sku"], money(product["price"])) == ("Cup", "CUP", 11)
    assert product["description"] == "Told by a person"


def test_a_field_that_a_setting_hands_over_follows_and_one_that_it_takes_away_does_not(lab):
    fields(lab, description="follow", price="never")
    item = lab.item(sku="MUG", rate="10.00", description="One")
    lab.sync_items(item)
    lab.change_item(item, rate="99.00", description="Two")
    lab.sync_items(item)
    product = lab.product(item)
    assert (product["description"], money(product["price"])) == ("Two", 10)


def test_a_store_that_sells_with_tax_is_told_prices_with_tax(new_lab):
    lab = new_lab(switches={"prices_with_tax": True}).one_currency()
    tax = lab.world.zoho.add_tax("VAT", "20")
    item = lab.item(sku="MUG", rate="10.00", tax_id=tax)
    lab.sync_items(item)
    assert money(lab.product(item)["price"]) == 12


@pytest.mark.parametrize("sku", ["mug", "MUG", " Mug "])
def test_a_product_of_the_same_sku_is_taken_over_whatever_its_case(lab, sku):
    there = lab.in_store(name="A cup", sku="Mug", price=3)
    item = lab.item(name="Mug", sku=sku, rate="10.00")
    lab.sync_items(item)
    assert len(lab.products) == 1
    assert lab.product(item)["id"] == there
    assert (lab.products[there]["name"], money(lab.products[there]["price"])) == ("Mug", 10)


def test_a_product_that_only_bears_the_same_name_is_nobody_s(lab):
    there = lab.in_store(name="Mug", sku="OTHER", price=3)
    item = lab.item(name="Mug", sku="MUG", rate="10.00")
    lab.sync_items(item)
    assert lab.product(item)["id"] != there
    assert (lab.product(item)["name"], money(lab.products[there]["price"])) == ("Mug (MUG)", 3)


def test_an_item_without_a_sku_takes_nobody_s_product_either(lab):
    there = lab.in_store(name="Mug", price=3)
    item = lab.item(name="Mug", rate="10.00")
    lab.sync_items(item)
    assert lab.product(item)["id"] != there
    assert lab.product(item)["name"] == f"Mug (Zoho {item})"


def test_a_variant_of_a_larger_product_is_found_by_its_sku_and_only_the_variant_follows(lab):
    told = [
        {"sku": sku, "price": 5, "option_values": [{"option_display_name": "Size", "label": sku}]}
        for sku in ("S", "L")
    ]
    there = lab.in_store(name="Shirt", variants=told)
    small, large = lab.item(name="Small", sku="s", rate="7.00"), lab.item(name="Large", sku="l", rate="9.00")
    assert [one.outcome for one in lab.sync_items(small, large)] == ["synced", "synced"]
    assert {one["sku"].lower(): money(one["price"]) for one in lab.products[there]["variants"]} == {
        "s": 7,
        "l": 9,
    }
    assert (lab.products[there]["name"], len(lab.products)) == ("Shirt", 1)


def test_one_sku_of_a_variant_that_follows_another_item_is_held(lab):
    first = lab.item(name="Mug", sku="MUG")
    lab.sync_items(first)
    lab.change_item(first, sku="OLD")  # not looked at yet: the store still has MUG under the first
    second = lab.item(name="Cup", sku="MUG")
    ended = lab.sync_items(second)
    assert (ended.state, ended.reason) == ("held", "sku-taken")
    assert "MUG" in ended.what
    lab.sync_items(first)
    work.retry(lab.ledger, [ended.id], lab.connection.clock())
    lab.quiet()
    assert row(lab, second).outcome == "synced"


def test_a_sku_that_changes_to_one_which_a_stranger_has_is_held(lab):
    item = lab.item(name="Mug", sku="MUG")
    lab.sync_items(item)
    lab.in_store(name="Stranger", sku="TAKEN")
    lab.change_item(item, sku="TAKEN")
    ended = lab.sync_items(item)
    assert (ended.state, ended.reason) == ("held", "sku-taken")
    assert "TAKEN" in ended.what


def test_a_missing_product_is_held_where_the_merchant_wants_no_new_ones(lab):
    rules(lab, create="hold")
    ended = lab.sync_items(lab.item(sku="MUG"))
    assert (ended.state, ended.reason, len(lab.products)) == ("held", "missing-in-store", 0)


def test_only_items_that_are_ticked_are_made_where_the_merchant_wants_it(lab):
    rules(lab, create="only_listed")
    ended = lab.sync_items(lab.item(sku="MUG"))
    assert (ended.state, ended.outcome, ended.reason) == ("done", "skipped", "not-listed")
    assert written(lab) == []


@pytest.mark.parametrize(
    ("told", "rule"), [({"product_type": "service"}, "service"), ({"item_type": "purchases"}, "not-sold")]
)
def test_services_and_what_is_only_bought_never_go_over(lab, told, rule):
    ended = lab.sync_items(lab.item(name="SHIPPING", sku="SHIPPING", **told))
    assert (ended.outcome, ended.reason) == ("skipped", rule)
    assert written(lab) == []


def test_what_is_not_sold_any_more_becomes_invisible(lab):
    item = lab.item(sku="MUG")
    lab.sync_items(item)
    lab.change_item(item, can_be_sold="false")
    assert lab.sync_items(item).outcome == "hidden"
    assert lab.product(item)["is_visible"] is False


def test_an_inactive_item_becomes_invisible_and_visible_again(lab):
    item = lab.item(sku="MUG")
    lab.sync_items(item)
    lab.change_item(item, status="inactive")
    assert lab.sync_items(item).outcome == "hidden"
    assert (lab.product(item)["is_visible"], link(lab, "product", f"item:{item}").extra["hidden"]) == (
        False,
        True,
    )
    lab.change_item(item, status="active")
    lab.sync_items(item)
    assert (lab.product(item)["is_visible"], link(lab, "product", f"item:{item}").extra["hidden"]) == (
        True,
        False,
    )


def test_what_a_person_hid_stays_hidden(lab):
    item = lab.item(sku="MUG")
    lab.sync_items(item)
    lab.product(item)["is_visible"] = False
    lab.change_item(item, status="inactive")
    lab.sync_items(item)
    lab.change_item(item, status="active", rate="11")
    lab.sync_items(item)
    assert (lab.product(item)["is_visible"], money(lab.product(item)["price"])) == (False, 11)


def test_what_we_hid_and_a_person_showed_and_hid_again_is_theirs(lab):
    item = lab.item(sku="MUG")
    lab.sync_items(item)
    lab.change_item(item, status="inactive")
    lab.sync_items(item)
    lab.change_item(item, status="active")
    lab.sync_items(item)
    lab.product(item)["is_visible"] = False
    lab.sync_items(item)
    assert lab.product(item)["is_visible"] is False


def test_an_item_that_was_never_sold_here_is_not_looked_for_when_it_is_inactive(lab):
    there = lab.in_store(name="Mug", sku="MUG")
    item = lab.item(sku="MUG")
    lab.change_item(item, status="inactive")
    ended = lab.sync_items(item)
    assert (ended.outcome, ended.reason) == ("skipped", "inactive")
    assert lab.products[there]["is_visible"] is True


def test_a_deleted_item_makes_its_product_invisible_and_deletes_nothing(lab):
    item = lab.item(sku="MUG")
    lab.sync_items(item)
    lab.delete_item(item)
    assert lab.sync_items(item).outcome == "hidden"
    (product,) = lab.products.values()
    assert product["is_visible"] is False


def test_an_item_that_a_list_of_ids_leaves_out_is_asked_for_alone_before_anything_is_hidden(lab):
    item = lab.item(sku="MUG")
    lab.sync_items(item)
    before = lab.product(item)["is_visible"]
    deaf(lab, "/zoho/books/v3/itemdetails", item)
    assert lab.sync_items(item).outcome == "synced"
    assert (before, lab.product(item)["is_visible"]) == (True, True)


def deaf(lab, path, item):
    """From now on this list does not show this item, though it exists."""
    inner = lab.app.wsgi_app

    def without(environ, start_response):
        if environ["PATH_INFO"] == path:
            environ["QUERY_STRING"] = environ["QUERY_STRING"].replace(item, "1")
        return inner(environ, start_response)

    lab.app.wsgi_app = without


def test_a_product_that_a_person_deleted_is_held_and_made_again_on_request(lab):
    item = lab.item(sku="MUG")
    lab.sync_items(item)
    lab.products.clear()
    held = lab.sync_items(item)
    assert (held.state, held.reason) == ("held", "deleted-in-store")
    lab.change_item(item, rate="11")
    again = lab.sync_items(item)
    assert (again.state, again.reason, again.what) == ("held", "deleted-in-store", held.what)
    assert len(lab.products) == 0
    work.retry(lab.ledger, [held.id], lab.connection.clock())
    lab.quiet()
    assert row(lab, item).outcome == "synced"
    assert (len(lab.products), money(lab.product(item)["price"])) == (1, 11)


def test_a_product_that_was_deleted_and_whose_item_is_inactive_is_nobody_s_business(lab):
    item = lab.item(sku="MUG")
    lab.sync_items(item)
    lab.products.clear()
    lab.change_item(item, status="inactive")
    ended = lab.sync_items(item)
    assert (ended.outcome, ended.reason) == ("skipped", "inactive")


def test_two_items_of_one_name_are_two_products(new_lab):
    lab = new_lab(switches=NAMESAKES).one_currency()
    first, second, third = lab.item(sku="A"), lab.item(sku="B"), lab.item()
    lab.sync_items(first, second, third)
    names = [lab.product(one)["name"] for one in (first, second, third)]
    assert names == ["Mug", "Mug (B)", f"Mug (Zoho {third})"]
    before = len(written(lab))
    lab.sync_items(first, second, third)
    assert (names, len(written(lab))) == (
        [lab.product(one)["name"] for one in (first, second, third)],
        before,
    )


def test_a_rename_to_a_name_that_is_taken_gets_the_sku_behind_it(new_lab):
    lab = new_lab(switches=NAMESAKES).one_currency()
    first, second = lab.item(name="Mug", sku="A"), lab.item(name="Cup", sku="B")
    lab.sync_items(first, second)
    lab.change_item(second, name="Mug")
    assert lab.sync_items(second).outcome == "synced"
    assert (lab.product(first)["name"], lab.product(second)["name"]) == ("Mug", "Mug (B)")


def test_a_rate_that_an_order_guessed_becomes_no_price(lab):
    there = lab.in_store(name="Mug", sku="MUG", price=14)
    lab.sync(order := placed(lab))
    check_posted(lab, order)
    (item,) = [one["item_id"] for one in lab.world.zoho.records["items"].values() if one["sku"] == "MUG"]
    assert lab.sync_items(item).outcome == "synced"
    assert (lab.product(item)["id"], money(lab.products[there]["price"])) == (there, 14)
    lab.change_item(item, rate="15.00")
    lab.sync_items(item)
    assert money(lab.products[there]["price"]) == 15


def test_a_store_of_another_currency_holds_everything_with_one_sentence_and_no_call_each(new_lab):
    lab = new_lab()
    some = [lab.item(name=f"Item {n}", sku=f"S{n}") for n in range(3)]
    ended = lab.sync_items(*some)
    assert {(one.state, one.reason) for one in ended} == {("held", "currency-differs")}
    assert all(currency in ended[0].what for currency in ("USD", "EUR"))
    assert [call["path"] for call in lab.calls("zoho") if "item" in call["path"]] == []


def test_a_preview_writes_nothing_anywhere(lab):
    gone = lab.item(name="Gone", sku="GONE")
    lab.sync_items(gone)
    lab.change_item(gone, status="inactive")
    new, service = lab.item(name="New", sku="NEW"), lab.item(name="S", sku="S", product_type="service")
    before = (len(written(lab)), rows_of(lab))
    told = dict(items.preview(lab.connection, [f"item:{one}" for one in (gone, new, service)]))
    assert isinstance(told[f"item:{service}"], Skip)
    assert all(isinstance(told[f"item:{one}"], Plan) for one in (gone, new))
    assert [step.verb for step in told[f"item:{new}"].steps] == ["create"]
    assert [step.body for step in told[f"item:{gone}"].steps] == [{"is_visible": False}]
    assert (len(written(lab)), rows_of(lab)) == before


def rows_of(lab):
    with lab.ledger.engine.connect() as c:
        names = ("work", "links", "intents", "sightings", "history")
        return [c.exec_driver_sql(f"SELECT * FROM {name}").fetchall() for name in names]


def test_an_item_s_picture_goes_over_when_its_product_is_made(lab):
    item = lab.item(sku="MUG")
    lab.picture(item, PICTURE)
    lab.sync_items(item)
    assert len(lab.product(item)["images"]) == 1
    assert link(lab, "product", f"item:{item}").extra["image"]
    before = len(written(lab))
    lab.sync_items(item)
    assert len(written(lab)) == before


def test_a_new_picture_goes_over_where_pictures_follow(lab):
    fields(lab, image="follow")
    item = lab.item(sku="MUG")
    lab.picture(item, PICTURE)
    lab.sync_items(item)
    lab.picture(item, PICTURE + b"new")
    lab.sync_items(item)
    assert len(lab.product(item)["images"]) == 2
    lab.sync_items(item)
    assert len(lab.product(item)["images"]) == 2


def test_custom_fields_follow_where_a_setting_names_them(lab):
    fields(lab, custom_fields="follow")
    rules(lab, custom_fields={"cf_origin": "Origin"})
    lab.world.zoho.set_custom_field("items", "cf_origin")
    item = lab.item(sku="MUG", custom_fields=[{"api_name": "cf_origin", "value": "Stoke"}])
    lab.sync_items(item)
    assert [(one["name"], one["value"]) for one in lab.product(item)["custom_fields"]] == [
        ("Origin", "Stoke")
    ]
    lab.change_item(item, custom_fields=[{"api_name": "cf_origin", "value": "Delft"}])
    lab.sync_items(item)
    assert [(one["name"], one["value"]) for one in lab.product(item)["custom_fields"]] == [
        ("Origin", "Delft")
    ]
    before = len(written(lab))
    lab.sync_items(item)
    assert len(written(lab)) == before


def test_what_the_store_is_left_with_is_what_we_remember(lab):
    """The daily comparison looks at every product, and must not find what we left there to be somebody else's."""
    single = lab.item(sku="MUG")
    group = lab.group("Shirt", "Size", [{"option": "S", "name": "Shirt S", "sku": "S1", "rate": 20}])
    lab.sync_items(single, f"group:{group}")
    assert look(lab.connection, lambda: None).differing == set()
    lab.change_item(single, rate="11", sku="CUP", name="Cup", purchase_rate="3")
    lab.change_item(lab.items_of(group)[0]["item_id"], rate="21")
    lab.sync_items(single, f"group:{group}")
    assert look(lab.connection, lambda: None).differing == set()
    lab.change_item(single, status="inactive")
    lab.sync_items(single)
    assert look(lab.connection, lambda: None).differing == set()


@dataclass(frozen=True)
class Watched(Budget):
    """A budget that says from which lanes it paid."""

    paid: list = field(default_factory=list)

    def permit(self, lane="orders", **told):
        self.paid.append(lane)
        return super().permit(lane, **told)


def test_calls_for_items_are_paid_from_what_the_day_has_for_the_catalogue(lab):
    budget = lab.connection.zoho.budget
    watched = Watched(**{one.name: getattr(budget, one.name) for one in dataclass_fields(budget)})
    lab.set(zoho=replace(lab.connection.zoho, budget=watched))
    item = lab.item(sku="MUG")
    lab.picture(item, PICTURE)
    lab.sync_items(item)
    assert set(watched.paid) == {"catalogue"}


def test_the_record_of_a_mass_hiding_waits_for_a_person_s_word_whoever_retries_it(lab):
    item = lab.item(sku="MUG")
    hiding.withhold(lab.connection, 12)
    work.retry(lab.ledger, "main", lab.connection.clock())
    lab.sync_items(item)
    assert (lab.row("hide-many", "items").state, lab.row("hide-many", "items").reason) == (
        "held",
        "mass-hide",
    )
    assert row(lab, item).outcome == "synced"


def test_a_dead_login_ends_a_batch_with_the_first_call_and_pauses_the_connection(lab):
    items_ = [lab.item(name=f"Item {n}", sku=f"SKU-{n}") for n in range(5)]
    lab.sync_items(lab.item(name="First", sku="FIRST"))
    lab.world.calls.clear()
    lab.set(store=replace(lab.connection.store, token="revoked"), pace=1.0)  # it rests for five whole minutes
    ids = note(lab, *items_)
    answer_nudge(lab.services, ids[0])
    assert [call["status"] for call in lab.calls("bigcommerce")] == [401]
    assert {row(lab, item).state for item in items_} == {"waiting"}
    assert work.paused(lab.ledger, lab.connection.clock())
