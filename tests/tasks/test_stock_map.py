"""Which item is which variant: by the catalogue's links and by SKU, again when either side changes, at a known cost."""

import time
from dataclasses import replace

import pytest

from ledger import levels, links, sightings, work
from ledger.levels import Level
from mappings.rules import StockRules
from tasks import stock_map, stock_notes
from tests.tasks.shelf import asked, bent

RULES = StockRules(method="scheduled")


@pytest.fixture
def lab(new_lab):
    lab = new_lab()
    lab.set(stock_on=True, stock_rules=RULES)
    return lab


def look(lab):
    return stock_map.look(lab.connection, None)


def link(lab, item):
    return links.get(lab.ledger, "main", "stock", item)


def noted(lab):
    due = work.due(lab.ledger, time.time() + 60, 1000, renudge_after=-100.0, flow="stock")
    return {work.find_id(lab.ledger, one).record for one, _, _ in due}


def kit(lab, sku, **parts):
    rows = [{"item_id": item.removeprefix("i"), "quantity": each} for item, each in parts.items()]
    body = {"name": sku, "sku": sku, "rate": 10, "item_type": "inventory", "combo_type": "kit"}
    answer = lab.world.zoho.ask("POST", "/compositeitems", {**body, "mapped_items": rows}, "inventory")
    made = answer["composite_item"]["composite_item_id"]
    lab.world.zoho.records["items"][made]["last_modified_time"] = "2026-01-01T00:00:00+0000"
    return made


def calls(lab, platform, begin):
    return [one for one in lab.world.calls[begin:] if one["platform"] == platform]


def test_items_are_paired_by_sku_whatever_its_letters(lab):
    item, variant = lab.stocked("MUG", 5)
    other = lab.stocked_item("Plate")
    lab.stocked_product("  plate ")
    lonely = lab.stocked_item("NOWHERE")
    assert look(lab) == 2
    found = link(lab, item)
    assert (found.id, found.extra["tracking"], found.extra["sku"]) == (variant, "product", "mug")
    assert link(lab, other) is not None
    assert link(lab, lonely) is None
    assert noted(lab) == {item, other}


def test_what_the_catalogue_has_linked_comes_first_and_no_variant_has_two_items(lab):
    ours, same = lab.stocked_item("OLD"), lab.stocked_item("MUG")
    _, variant = lab.stocked_product("MUG")
    links.bind(lab.ledger, "main", "variant", ours, str(variant), {"product": "1"}, time.time())
    look(lab)
    assert link(lab, ours).id == str(variant)
    assert link(lab, same) is None


def test_a_sku_that_moves_to_another_item_takes_its_variant_along(lab):
    first, variant = lab.stocked("MUG")
    look(lab)
    levels.put_many(lab.ledger, "main", [Level(first, 1, 0, 0, 0, 1.0)])
    lab.change_item(first, sku="CUP", name="CUP")
    second = lab.stocked_item("MUG")
    look(lab)
    assert link(lab, first) is None
    assert levels.get_many(lab.ledger, "main", [first]) == {}
    assert link(lab, second).id == variant


def test_a_callback_of_an_item_that_took_over_a_sku_moves_the_variant_at_once(lab):
    first, variant = lab.stocked("MUG")
    look(lab)
    lab.change_item(first, sku="CUP", name="CUP")
    second = lab.stocked_item("MUG")
    assert stock_map.pair(lab.connection, [second])[second].id == variant
    assert link(lab, first) is None


def test_a_variant_or_an_item_that_is_gone_is_forgotten_with_its_level(lab):
    sold, _ = lab.stocked("MUG")
    deleted, _ = lab.stocked("CUP")
    look(lab)
    levels.put_many(lab.ledger, "main", [Level(one, 1, 0, 0, 0, 1.0) for one in (sold, deleted)])
    lab.products.pop(int(link(lab, sold).extra["product"]))
    lab.delete_item(deleted)
    assert look(lab) == 0
    assert list(levels.walk(lab.ledger, "main")) == []
    assert sightings.count(lab.ledger, "main", stock_map.FLOW) == 1


def test_an_item_that_a_list_leaves_out_for_once_keeps_its_link(lab):
    item, _ = lab.stocked("MUG")
    lab.stocked("CUP")
    look(lab)

    def hide(method, path, query, body):
        if path.endswith("/items") and "items" in body:
            return {**body, "items": [row for row in body["items"] if row["item_id"] != item]}
        return None

    with bent(lab, "zoho", hide):
        look(lab)
    assert link(lab, item) is not None


def test_a_look_that_changes_nothing_notes_and_writes_nothing(lab):
    for number in range(3):
        lab.stocked(f"SKU{number}")
    look(lab)
    before = [link(lab, one).since for one in lab.world.zoho.records["items"]]
    work.claim_due(lab.ledger, "main", "stock", time.time() + 60, 90.0, 10)
    begin = len(lab.world.calls)
    look(lab)
    assert [link(lab, one).since for one in lab.world.zoho.records["items"]] == before
    assert noted(lab) == set()
    assert len(calls(lab, "zoho", begin)) == 1
    assert len(calls(lab, "bigcommerce", begin)) == 1


def test_a_look_that_is_stopped_goes_on_with_the_page_it_was_at(lab, monkeypatch):
    from sandbox.zoho import many_items

    many_items.make(lab.world.zoho, {"count": 450, "age": 60})
    seen = []

    def stop(*args, **kwargs):
        seen.append(1)
        if len(seen) == 2:
            raise RuntimeError("the power is cut")
        return original(*args, **kwargs)

    original = stock_map._page
    monkeypatch.setattr(stock_map, "_page", stop)
    with pytest.raises(RuntimeError):
        look(lab)
    monkeypatch.setattr(stock_map, "_page", original)
    begin = len(lab.world.calls)
    look(lab)
    pages = [query["page"] for query in asked(lab, begin, "/items")]
    assert pages == ["2", "3"]
    assert sightings.count(lab.ledger, "main", stock_map.FLOW) == 450


def test_a_callback_of_a_new_item_finds_its_variant_by_sku_and_asks_once_a_day_where_there_is_none(lab):
    look(lab)
    item, variant = lab.stocked("MUG")
    lonely = lab.stocked_item("NOWHERE")
    found = stock_map.pair(lab.connection, [item, lonely])
    assert found[item].id == variant
    assert lonely not in found
    begin = len(lab.world.calls)
    assert stock_map.pair(lab.connection, [item, lonely]).keys() == {item}
    assert len(lab.world.calls) == begin


def test_what_the_catalogue_makes_is_paired_without_a_search(lab):
    item = lab.stocked_item("MUG")
    assert stock_map.pair(lab.connection, [item]) == {}
    product, variant = lab.stocked_product("MUG")
    links.bind(lab.ledger, "main", "variant", item, str(variant), {"product": str(product)}, time.time())
    stock_map.catch_up(lab.connection, None)
    assert link(lab, item).id == str(variant)
    assert noted(lab) == {item}
    begin = len(lab.world.calls)
    stock_map.catch_up(lab.connection, None)
    assert len(lab.world.calls) == begin


def test_kits_know_their_parts_and_parts_lead_to_their_kits(lab):
    cup, _ = lab.stocked("CUP", 9)
    saucer = lab.stocked_item("SAUCER", 4)
    both = kit(lab, "SET", **{f"i{cup}": 1, f"i{saucer}": 2})
    lab.stocked_product("SET")
    look(lab)
    assert link(lab, both).extra["kit"] == {cup: "1", saucer: "2"}
    assert stock_notes.with_kits(lab.ledger, "main", [saucer]) == [saucer, both]
    assert set(stock_notes.with_kits(lab.ledger, "main", [both])) == {both, cup, saucer}
    begin = len(lab.world.calls)
    look(lab)
    assert not asked(lab, begin, f"/compositeitems/{both}")


def test_a_kit_that_is_made_of_something_else_now_is_noted_and_its_old_parts_are_free(lab):
    cup, saucer = lab.stocked_item("CUP", 9), lab.stocked_item("SAUCER", 4)
    both = kit(lab, "SET", **{f"i{cup}": 1})
    lab.stocked_product("SET")
    look(lab)
    rows = [{"item_id": saucer, "quantity": 3}]
    lab.world.zoho.ask("PUT", f"/compositeitems/{both}", {"mapped_items": rows}, "inventory")
    look(lab)
    assert link(lab, both).extra["kit"] == {saucer: "3"}
    assert stock_notes.with_kits(lab.ledger, "main", [cup]) == [cup]


def test_items_that_share_the_level_of_one_product_know_how_many_they_are(lab):
    rows = [{"sku": sku, "option_values": [{"option_display_name": "Size", "label": sku}]} for sku in "SML"]
    body = {"name": "Shirt", "inventory_tracking": "product", "variants": rows}
    lab.in_store(**body)
    items = [lab.stocked_item(sku) for sku in "SML"]
    look(lab)
    assert [link(lab, one).extra["siblings"] for one in items] == [3, 3, 3]
    assert len({link(lab, one).extra["product"] for one in items}) == 1
    lab.delete_item(items[0])
    look(lab)
    assert [link(lab, one).extra["siblings"] for one in items[1:]] == [2, 2]


def test_how_the_store_counts_is_put_right_as_soon_as_it_says_so(lab):
    item, _ = lab.stocked("MUG")
    look(lab)
    stock_map.retrack(lab.connection, {item: "variant"})
    assert link(lab, item).extra["tracking"] == "variant"


def test_pairing_is_paid_from_what_the_day_has_for_stock(lab):
    look(lab)
    lanes = []
    budget = lab.connection.zoho.budget

    class Told:
        def __getattr__(self, name):
            return getattr(budget, name)

        def permit(self, lane="orders", **more):
            lanes.append(lane)
            return budget.permit(lane, **more)

    lab.set(zoho=replace(lab.connection.zoho, budget=Told()))
    look(lab)
    assert set(lanes) == {"stock"}
