"""What changed in the catalogue is found by looking; what seems to be gone is believed only when it was asked for."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.errors import OutOfBudget, Temporary
from ledger import cursors, links, sightings, work
from sandbox.zoho import control
from tasks import catalogue_sweeps, catalogue_walk, sweeps
from tasks.catalogue_walk import MODIFIED, PLACE
from tasks.fates import Later
from tests.tasks.conftest import struck_by
from tests.tasks.shelf import (
    PowerCut,
    asked,
    bent,
    carried_over,
    changes,
    daily,
    full,
    glance,
    hidden,
    look,
    noted,
    power_cut,
    shelved,
    stocked,
)

ITEMS = "/zoho/books/v3/items"


@pytest.fixture
def lab(new_lab):
    lab = new_lab().one_currency()
    lab.set(items_on=True)
    return lab


def rows(lab):
    return lab.world.zoho.records["items"]


def touched(lab, item_id, seconds):
    """As if the item had last changed so many seconds ago."""
    moment = lab.world.zoho.now() - timedelta(seconds=seconds)
    rows(lab)[item_id]["last_modified_time"] = moment.strftime("%Y-%m-%dT%H:%M:%S%z")


def test_what_stands_as_before_costs_a_call_per_two_hundred_items_and_notes_nothing(lab):
    ids = stocked(lab, 450)
    assert full(lab).changed == 450
    assert noted(lab) == {f"item:{one}" for one in ids}
    begin = len(lab.world.calls)
    walk = full(lab)
    assert (walk.listed, walk.changed, walk.vanished) == (450, 0, 0)
    assert [query["page"] for query in asked(lab, begin, "/items")] == ["1", "2", "3"]
    assert len([one for one in lab.world.calls[begin:] if one["platform"] == "zoho"]) == 3
    assert changes(lab, begin) == []


def test_a_changed_price_is_found_by_the_short_look_with_one_call_and_its_details(lab):
    ids = carried_over(lab, 3)
    glance(lab)
    lab.change_item(ids[1], rate="17.50")
    touched(lab, ids[1], 10)
    begin = len(lab.world.calls)
    glance(lab)
    assert lab.product(ids[1])["price"] == 17.5
    assert len(asked(lab, begin, "/items")) == len(asked(lab, begin, "/itemdetails")) == 1
    assert changes(lab, begin) == [("PUT", "/catalog/products")]


def test_the_first_short_look_is_a_look_at_everything(lab):
    ids = stocked(lab, 3)
    assert cursors.get(lab.ledger, "main", MODIFIED) is None
    glance(lab)
    assert {row["sku"] for row in lab.products.values()} == {"SKU-1", "SKU-2", "SKU-3"}
    lab.change_item(ids[0], rate="3")
    glance(lab)
    assert lab.product(ids[0])["price"] == 3


def test_new_rules_concern_every_product_and_not_only_those_that_change(lab):
    ids = carried_over(lab, 3, description="From Zoho")
    glance(lab)
    lab.product(ids[1])["description"] = "From the shop"
    rules = lab.connection.catalogue_rules
    lab.set(catalogue_rules=replace(rules, fields={**rules.fields, "description": "follow"}))
    glance(lab)
    assert lab.product(ids[1])["description"] == "From Zoho"
    begin = len(lab.world.calls)
    glance(lab)
    assert asked(lab, begin, "/items")[0]["sort_column"] == "last_modified_time"


def test_a_look_that_was_stopped_begins_anew_under_new_rules(lab):
    stocked(lab, 250)
    with pytest.raises(ZeroDivisionError):
        full(lab, on_page=lambda walk: 1 / 0)
    lab.set(catalogue_rules=replace(lab.connection.catalogue_rules, visible=False))
    begin = len(lab.world.calls)
    full(lab)
    assert [query["page"] for query in asked(lab, begin, "/items")] == ["1", "2"]


def test_a_new_item_is_found_by_the_short_look(lab):
    carried_over(lab, 2)
    glance(lab)
    item = lab.item(name="Bowl", sku="BOWL")
    glance(lab)
    assert lab.product(item)["name"] == "Bowl"


def test_the_short_look_looks_back_over_its_cursor_for_what_was_listed_late(lab):
    ids = carried_over(lab, 2)
    late, seen = ids
    touched(lab, seen, 5)
    rows(lab)[late]["_seen_from"] = time.time() + 1e6
    glance(lab)
    rows(lab)[late].update(rate=77, _seen_from=0.0)
    touched(lab, late, lab.connection.overlap - 60)
    glance(lab)
    assert lab.product(late)["price"] == 77


def test_the_cursor_of_the_short_look_moves_only_after_what_it_passes_is_written_down(lab):
    ids = stocked(lab, 3)
    full(lab)
    cursors.put(
        lab.ledger, "main", MODIFIED, (lab.world.zoho.now() - timedelta(hours=3)).isoformat(), time.time()
    )
    for item_id, seconds in zip(ids, (7000, 6000, 5000), strict=True):
        rows(lab)[item_id]["rate"] = 20
        touched(lab, item_id, seconds)
    late = stocked(lab, 1, start=9, name="Late")[0]
    cursors.give_slot(lab.ledger, "main.items")
    with power_cut(lab, f"item:{late}"), pytest.raises(PowerCut):
        catalogue_sweeps.items(lab.services, "main")
    touched(lab, ids[0], 10)  # what comes after must not make up for it
    glance(lab, quiet=False)
    assert f"item:{late}" in noted(lab)
    known = sightings.stamps(lab.ledger, "main", "items", [late, *ids])
    assert len(known) == 4


def test_a_page_counts_as_seen_only_after_what_it_changes_is_written_down(lab):
    ids = stocked(lab, 3)
    with power_cut(lab, f"item:{ids[1]}"), pytest.raises(PowerCut):
        full(lab)
    assert sightings.count(lab.ledger, "main", "items") == 0
    assert full(lab).changed == 3


def test_a_stopped_look_goes_on_at_its_page(lab):
    stocked(lab, 450)

    class Stopped(Exception):
        pass

    def stop(walk):
        if walk.listed >= 400:
            raise Stopped

    with pytest.raises(Stopped):
        full(lab, on_page=stop)
    assert catalogue_walk.unfinished(lab.connection)
    assert catalogue_walk.cost(lab.connection) == 1
    begin = len(lab.world.calls)
    walk = full(lab)
    assert [query["page"] for query in asked(lab, begin, "/items")] == ["3"]
    assert (walk.listed, walk.changed) == (450, 450)
    assert asked(lab, begin, "/itemdetails") == []
    assert not catalogue_walk.unfinished(lab.connection)
    assert cursors.get(lab.ledger, "main", PLACE) == ""


def test_without_budget_the_turn_ends_and_the_next_goes_on_at_the_page(lab, valkey):
    ids = carried_over(lab, 3)
    stocked(lab, 447, start=4)
    lab.delete_item(ids[2])
    control.set_limits(lab.world.zoho, {"per_day": 10000, "day_used": 7499})
    valkey.flushall()
    daily(lab)
    walk = catalogue_walk._place(lab.connection)
    assert walk is not None
    assert 1 < walk.page < 3
    assert hidden(lab) == set()
    with pytest.raises(OutOfBudget):
        full(lab)
    control.set_limits(lab.world.zoho, {"day_used": 100})
    valkey.flushall()
    begin = len(lab.world.calls)
    daily(lab)
    assert [query["page"] for query in asked(lab, begin, "/items")] == [str(n) for n in range(walk.page, 4)]
    assert f"item:{ids[2]}" in noted(lab)


def test_two_workers_do_not_walk_at_once(lab):
    stocked(lab, 250)
    errors = []

    def second(walk):
        if not errors:
            with pytest.raises(Later) as raised:
                full(lab)
            errors.append(raised.value)

    full(lab, on_page=second)
    assert len(errors) == 1


def test_the_full_look_is_made_once_a_day_and_not_before_its_hour(lab):
    carried_over(lab, 2)
    begin = len(lab.world.calls)
    local = sweeps.local(lab.connection)
    cursors.put(lab.ledger, "main", catalogue_walk.DAILY, "", time.time())
    if local.strftime("%H:%M") < "23:58":
        lab.set(catalogue_daily_at="23:59")
        catalogue_sweeps.items_full(lab.services, "main")
        assert lab.world.calls[begin:] == []
    daily(lab)
    assert len(asked(lab, begin, "/items")) == 1
    cursors.give_slot(lab.ledger, "main.items_full")
    catalogue_sweeps.items_full(lab.services, "main")
    assert len(asked(lab, begin, "/items")) == 1


def test_a_catalogue_that_is_switched_off_is_not_looked_at(lab):
    stocked(lab, 2)
    lab.set(items_on=False, price_lists_on=False)
    for sweep in (catalogue_sweeps.items, catalogue_sweeps.items_full, catalogue_sweeps.prices):
        sweep(lab.services, "main")
    assert lab.world.calls == []


def test_a_deleted_item_makes_its_product_invisible_and_deletes_nothing(lab):
    ids = carried_over(lab, 4)
    lab.delete_item(ids[3])
    glance(lab)
    assert hidden(lab) == set()  # deletions are never reported
    walk = look(lab)
    assert (walk.vanished, walk.withheld) == (1, 0)
    assert hidden(lab) == {"sku-4"}
    assert len(lab.products) == 4
    assert look(lab).vanished == 0


def test_an_inactive_item_makes_its_product_invisible_and_an_active_one_visible_again(lab):
    ids = carried_over(lab, 3)
    glance(lab)
    lab.change_item(ids[0], status="inactive")
    touched(lab, ids[0], 20)
    glance(lab)
    assert hidden(lab) == {"sku-1"}
    lab.change_item(ids[0], status="active")
    glance(lab)
    assert hidden(lab) == set()


def test_what_was_deleted_before_it_was_ever_carried_over_is_forgotten_after_one_look(lab):
    ids = stocked(lab, 3)
    lab.set(catalogue_rules=lab.connection.catalogue_rules.__class__(create="hold"))
    look(lab)
    assert {row.reason for row in work.held(lab.ledger)} == {"missing-in-store"}
    lab.delete_item(ids[0])
    look(lab)
    assert sightings.count(lab.ledger, "main", "items") == 2
    assert lab.row(f"item:{ids[0]}", "items").state == "done"


def lose(pages):
    """The list as it comes over a gateway that answers page n with the rows of another."""

    def bend(method, path, query, body):
        if path == ITEMS and query.get("filter_by") and int(query["page"]) in pages:
            return pages[int(query["page"])](body)
        return None

    return bend


def test_a_page_that_comes_short_ends_the_look_and_hides_nothing(lab):
    carried_over(lab, 6)
    stocked(lab, 300, start=7)
    with bent(lab, "zoho", lose({1: lambda body: {**body, "items": body["items"][6:]}})):
        with pytest.raises(Temporary):
            full(lab)
        daily(lab)
    lab.quiet()
    assert hidden(lab) == set()
    assert work.find(lab.ledger, "main", "items", "hide-many") is None


def test_items_that_a_whole_list_does_not_show_are_asked_for_and_stay_when_they_are_answered(lab):
    """The list looks complete and is not: half of its rows are not in it, and its end is told as the end."""
    ids = carried_over(lab, 8)
    begin = len(lab.world.calls)
    with bent(lab, "zoho", lose({1: lambda body: {**body, "items": body["items"][4:]}})):
        walk = look(lab)
    assert (walk.listed, walk.vanished, walk.withheld, walk.changed) == (4, 0, 0, 0)
    (question,) = asked(lab, begin, "/itemdetails")
    assert question["item_ids"].split(",") == [*ids[:4], ids[7]]  # four suspects and a witness
    assert hidden(lab) == set()


def test_an_unchanged_member_of_a_group_that_the_list_did_not_show_is_only_seen_again(lab):
    shirts = [{"option": size, "name": f"Shirt {size}", "sku": f"S-{size}", "rate": 20} for size in "SM"]
    lab.group("Shirt", "Size", shirts)
    look(lab)
    time.sleep(1.6)
    look(lab)
    with bent(lab, "zoho", lose({1: lambda body: {**body, "items": body["items"][:1]}})):
        assert full(lab).changed == 0
    assert full(lab).changed == 0


def test_a_change_of_an_item_that_the_list_did_not_show_is_found_by_asking(lab):
    ids = carried_over(lab, 3)
    lab.change_item(ids[0], rate="44")
    with bent(lab, "zoho", lose({1: lambda body: {**body, "items": body["items"][1:]}})):
        look(lab)
    assert lab.product(ids[0])["price"] == 44


def test_an_answer_that_lacks_even_the_witness_proves_nothing(lab):
    ids = carried_over(lab, 4)
    lab.delete_item(ids[0])

    def bend(method, path, query, body):
        return {**body, "items": []} if path.endswith("/itemdetails") else None

    with bent(lab, "zoho", bend), pytest.raises(Temporary):
        full(lab)
    assert hidden(lab) == set()
    assert noted(lab) == set()
    look(lab)
    assert hidden(lab) == {"sku-1"}


def test_an_empty_list_hides_nothing_without_a_word(lab):
    ids = carried_over(lab, 8)
    with bent(lab, "zoho", lose({1: lambda body: {**body, "items": []}})):
        walk = look(lab)
    assert (walk.listed, walk.vanished) == (0, 0)
    assert hidden(lab) == set()
    for item_id in ids:
        lab.delete_item(item_id)
    assert look(lab).withheld == 8
    assert hidden(lab) == set()


def test_a_second_change_within_the_second_that_was_seen_is_found(lab):
    (item,) = carried_over(lab, 1)
    glance(lab)
    lab.change_item(item, rate="20")
    glance(lab)
    stamp = rows(lab)[item]["last_modified_time"]
    lab.change_item(item, rate="21")
    rows(lab)[item]["last_modified_time"] = stamp
    time.sleep(1.6)
    glance(lab)
    assert lab.product(item)["price"] == 21


def test_an_item_that_moves_into_a_group_makes_both_records_be_looked_at(lab):
    shirt = {"option": "S", "name": "Shirt S", "sku": "S1", "rate": 20, "item_type": "inventory"}
    group = lab.group("Shirt", "Size", [shirt])  # lists tell the group of items whose stock is kept
    member = lab.items_of(group)[0]["item_id"]
    sightings.see(lab.ledger, "main", "items", [(member, f"item:{member}", "before")], time.time())
    full(lab)
    assert noted(lab) == {f"item:{member}", f"group:{group}"}


def test_what_is_in_the_store_already_is_paired_by_sku_without_a_search_and_without_a_second_product(lab):
    shelved(lab, 30)
    ids = stocked(lab, 30)
    begin = len(lab.world.calls)
    walk = look(lab)
    assert (walk.paired, walk.products) == (30, 30)
    assert len(lab.products) == 30
    assert asked(lab, begin, "/catalog/variants", "bigcommerce") == []
    assert {method for method, _ in changes(lab, begin)} == {"PUT"}
    for place, item_id in enumerate(ids, 1):
        assert lab.product(item_id)["sku"].casefold() == f"sku-{place}"
    assert look(lab).paired == 0


def test_members_of_a_group_are_paired_with_the_variants_of_one_product_only(lab):
    names = [{"option": size, "name": f"Shirt {size}", "sku": f"S-{size}", "rate": 20} for size in "SML"]
    group = lab.group("Shirt", "Size", names)
    home = lab.in_store(
        name="Shirt",
        sku="SHIRT",
        variants=[
            {"sku": f"s-{size}", "option_values": [{"option_display_name": "Size", "label": size}]}
            for size in "SM"
        ],
    )
    lab.in_store(name="Shirt L alone", sku="s-L")
    walk = full(lab)
    assert walk.paired == 2
    assert links.get(lab.ledger, "main", "product", f"group:{group}").id == str(home)
    assert len(list(links.walk(lab.ledger, "main", "variant"))) == 2


def test_an_item_is_not_paired_with_one_variant_of_a_larger_product(lab):
    lab.item(name="Shirt S", sku="s-S")
    lab.in_store(
        name="Shirt",
        sku="SHIRT",
        variants=[
            {"sku": f"s-{size}", "option_values": [{"option_display_name": "Size", "label": size}]}
            for size in "SM"
        ],
    )
    assert full(lab).paired == 0


def test_a_dry_look_tells_what_it_would_do_and_writes_nothing(lab):
    ids = carried_over(lab, 4)
    shelved_later = lab.in_store(name="Later", sku="later")
    item = lab.item(name="Later", sku="LATER")
    lab.change_item(ids[0], rate="3")
    lab.delete_item(ids[1])
    before = _written(lab)
    begin = len(lab.world.calls)
    walk = full(lab, dry=True)
    assert (walk.listed, walk.changed, walk.paired, walk.vanished) == (4, 2, 1, 1)
    assert _written(lab) == before
    assert changes(lab, begin) == []
    look(lab)
    assert lab.product(item)["id"] == shelved_later
    assert hidden(lab) == {"sku-2"}


def _written(lab):
    from ledger.store import reading
    from ledger.tables import metadata

    ours = [table for name, table in metadata.tables.items() if name not in ("learned", "quota")]
    with reading(lab.ledger) as c:
        return {table.name: sorted(map(repr, c.execute(table.select()))) for table in ours}


def test_a_price_that_a_person_changed_in_the_store_follows_zoho_again(lab):
    ids = carried_over(lab, 3)
    lab.product(ids[1]).update(price=999, calculated_price=999)
    lab.product(ids[1])["variants"][0].update(price=999)
    begin = len(lab.world.calls)
    walk = look(lab)
    assert walk.changed == 1
    assert lab.product(ids[1])["price"] == 10
    assert len(asked(lab, begin, "/items")) == 1
    assert look(lab).changed == 0


def test_a_name_that_a_person_changed_in_the_store_follows_zoho_again(lab):
    ids = carried_over(lab, 2)
    lab.product(ids[0])["name"] = "A better name"
    assert look(lab).changed == 1
    assert lab.product(ids[0])["name"] == "Item 1"


def test_a_price_that_a_person_changed_on_a_variant_follows_zoho_again(lab):
    shirts = [{"option": size, "name": f"Shirt {size}", "sku": f"S-{size}", "rate": 20} for size in "SM"]
    group = lab.group("Shirt", "Size", shirts)
    look(lab)
    lab.quiet()
    lab.product(f"group:{group}")["variants"][1]["price"] = 99
    time.sleep(1.6)  # what was made just now is looked at once more anyhow
    look(lab)
    begin = len(lab.world.calls)
    lab.product(f"group:{group}")["variants"][1]["price"] = 99
    assert look(lab).changed == 1
    assert len(asked(lab, begin, "/itemdetails")) == 1
    assert [row["price"] for row in lab.product(f"group:{group}")["variants"]] == [20, 20]


def test_a_description_that_is_set_at_creation_only_is_left_to_the_shop(lab):
    ids = carried_over(lab, 2)
    lab.product(ids[0])["description"] = "The best mug of all"
    assert look(lab).changed == 0


def test_a_product_that_a_person_deleted_is_found_and_held(lab):
    ids = carried_over(lab, 3)
    gone = lab.product(ids[2])["id"]
    del lab.products[gone]
    look(lab)
    assert lab.row(f"item:{ids[2]}", "items").reason == "deleted-in-store"
    begin = len(lab.world.calls)
    assert look(lab).changed == 0  # it waits for a person, not for the next look
    assert asked(lab, begin, "/itemdetails") == []


def test_a_store_that_changes_while_it_is_read_costs_no_look_at_zoho(lab):
    ids = carried_over(lab, 3)
    shelved_more = [lab.in_store(name=f"More {n}", sku=f"more-{n}") for n in range(300)]
    lab.change_item(ids[0], rate="31")

    def bend(method, path, query, body):
        if path.endswith("/catalog/products") and query.get("page") == "2":
            body["meta"]["pagination"]["total"] += 1
            return body
        return None

    with bent(lab, "bigcommerce", bend):
        walk = look(lab)
    assert walk.listed == 3
    assert lab.product(ids[0])["price"] == 31
    assert len(shelved_more) == 300
    assert {row.reason for row in work.held(lab.ledger)} == set()


def test_the_cost_of_a_look_is_known_from_the_last_one(lab):
    assert catalogue_walk.cost(lab.connection) is None
    stocked(lab, 450)
    full(lab)
    assert catalogue_walk.cost(lab.connection) == 3
    control.set_limits(lab.world.zoho, {"day_used": 7000})
    before = catalogue_walk.room(lab.connection)
    lab.connection.zoho.call("GET", "/items", params={"page": 1})
    assert before > catalogue_walk.room(lab.connection) > 0
    control.set_limits(lab.world.zoho, {"day_used": 9000})
    lab.connection.zoho.call("GET", "/items", params={"page": 1})
    assert catalogue_walk.room(lab.connection) == 0


def test_a_server_that_fails_in_the_middle_is_made_up_for(lab):
    stocked(lab, 450)
    struck_by(lab, {"kind": "server_error", "platform": "zoho", "path": ITEMS, "skip": 1, "times": 3})
    with pytest.raises(Temporary):
        full(lab)
    assert len(noted(lab)) == 200
    assert full(lab).changed == 450
    assert len(noted(lab)) == 450


def test_beats_that_come_together_look_once(lab):
    lab.set(pace=1.0)
    carried_over(lab, 2)
    glance(lab)
    begin = len(lab.world.calls)
    cursors.give_slot(lab.ledger, "main.items")
    beats = [threading.Thread(target=catalogue_sweeps.items, args=(lab.services, "main")) for _ in range(3)]
    for beat in beats:
        beat.start()
    for beat in beats:
        beat.join()
    assert len(asked(lab, begin, "/items")) == 1
