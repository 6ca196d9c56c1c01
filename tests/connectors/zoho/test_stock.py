"""What of Zoho moves stock: adjustments made once and found again, kits, places."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.errors import Rejected, Temporary, Unknown
from connectors.zoho.adjustments import create_adjustment, find_adjustments
from connectors.zoho.client import Zoho, in_inventory
from connectors.zoho.composites import parts
from connectors.zoho.locations import Place, locations
from sandbox.moods import moods_from
from sandbox.zoho import many_items
from tests.days import today

TODAY = datetime.now(UTC).date()
NOWHERE = "460000000099999"


@pytest.fixture
def item(world):
    (made,) = many_items.make(world.zoho, {"count": 1, "item_type": "inventory", "initial_stock": 10})
    return made


def body(item, quantity="-2.5", reference="sandbox:stock:1"):
    lines = [{"item_id": item, "quantity_adjusted": Decimal(quantity)}]
    told = {
        "date": TODAY.isoformat(),
        "reason": "Counted",
        "adjustment_type": "quantity",
        "line_items": lines,
    }
    return {**told, "reference_number": reference}


def on_hand(world, item):
    return world.zoho.ask("GET", f"/items/{item}", {})["item"]["stock_on_hand"]


def calls(world, end="/inventoryadjustments"):
    return [call for call in world.calls if call["path"].endswith(end)]


def test_an_adjustment_is_made_in_inventory_whatever_the_edition(zoho, inventory, world, item):
    for number, one in enumerate((zoho, inventory)):
        made = create_adjustment(one, body(item, reference=f"sandbox:stock:{number}"))
        assert made["line_items"][0]["quantity_adjusted"] == Decimal("-2.5")
    assert on_hand(world, item) == 5
    assert {call["path"] for call in calls(world)} == {"/zoho/inventory/v1/inventoryadjustments"}


@pytest.mark.parametrize("status", [200, 201])
def test_an_adjustment_is_found_again_by_its_reference_with_its_lines(zoho, world, item, status):
    world.switches["zoho_inventory_create_status"] = status
    for number in range(3):
        create_adjustment(zoho, body(item, reference=f"sandbox:stock:{number}"))
    (found,) = find_adjustments(zoho, "sandbox:stock:1", since=TODAY)
    assert [(row["item_id"], row["quantity_adjusted"]) for row in found["line_items"]] == [
        (item, Decimal("-2.5"))
    ]
    assert find_adjustments(zoho, "sandbox:stock") == []
    assert find_adjustments(zoho, "sandbox:stock:9") == []


@pytest.mark.parametrize("mood", ["reset_after", "error_after", "server_error", "html"])
def test_an_adjustment_that_was_not_heard_is_unknown_and_was_sent_once(zoho, world, item, mood):
    stubborn = replace(zoho, session=replace(zoho.session, tries=3))
    world.moods.set(moods_from([{"path": "/zoho/inventory", "kind": mood, "methods": ["POST"]}]))
    with pytest.raises(Unknown):
        create_adjustment(stubborn, body(item))
    world.moods.set(())
    there = mood in ("reset_after", "error_after")
    assert len(find_adjustments(zoho, "sandbox:stock:1")) == there
    assert on_hand(world, item) == (Decimal("7.5") if there else 10)
    assert len([call for call in calls(world) if call["method"] == "POST"]) <= 1


def test_an_adjustment_that_zoho_refuses_says_why(zoho, item):
    with pytest.raises(Rejected) as refusal:
        create_adjustment(zoho, body(NOWHERE))
    assert refusal.value.code == 2006


def aged(world, item, count, days_apart):
    """So many adjustments, one every so many days; the newest is today's."""
    row = world.zoho.ask("POST", "/inventoryadjustments", body(item, reference="somebody's"), "inventory")
    first = row["inventory_adjustment"]["inventory_adjustment_id"]
    for n in range(1, count):
        moment = datetime.now(UTC) - timedelta(days=n * days_apart)
        stamp = moment.strftime("%Y-%m-%dT%H:%M:%S%z")
        key = f"46{n:013}"
        world.zoho.records["inventoryadjustments"][key] = {
            **world.zoho.records["inventoryadjustments"][first],
            "inventory_adjustment_id": key,
            "created_time": stamp,
            "date": stamp[:10],
            "reference_number": f"old:{n}",
        }
    world.zoho.changes += 1


def test_what_is_older_than_the_question_is_not_read(zoho, world, item):
    aged(world, item, 1000, 1)
    world.calls.clear()
    assert len(find_adjustments(zoho, "old:20")) == 1
    assert len(calls(world)) == 1
    assert find_adjustments(zoho, "old:990") == []
    assert len(find_adjustments(zoho, "old:990", since=date(2000, 1, 1))) == 1


class Told(Zoho):
    """A Zoho whose answers are given, to show what no healthy server sends."""

    answers = ()

    def call(self, method, path, **how):
        return Told.answers.pop(0)


def told(zoho, *answers):
    Told.answers = list(answers)
    return Told(zoho.session, "", "1", zoho.tokens, zoho.login, zoho.budget)


def page(number, rows, more=True):
    told = [
        {"inventory_adjustment_id": f"{one}", "date": at.isoformat(), "reference_number": f"r{one}"}
        for one, at in rows
    ]
    context = {"page": number, "per_page": len(rows), "has_more_page": more}
    return {"code": 0, "inventory_adjustments": told, "page_context": context}


def test_a_list_that_is_not_sorted_is_read_to_its_end(zoho):
    now = date.fromisoformat(today())
    old, older = now - timedelta(days=90), now - timedelta(days=91)
    pages = page(1, [(1, older), (2, old)]), page(2, [(3, older)]), page(3, [(4, now)], more=False)
    whole = {"inventory_adjustment": {"reference_number": "r4", "line_items": []}}
    assert find_adjustments(told(zoho, *pages, whole), "r4") == [whole["inventory_adjustment"]]
    assert find_adjustments(told(zoho, page(1, [(1, old), (2, older)])), "r4") == []
    with pytest.raises(Temporary):
        find_adjustments(told(zoho, page(1, [(1, old), (2, now)]), page(7, [(3, old)])), "r4")


def test_an_answer_without_the_adjustment_leaves_open_whether_it_was_made(zoho):
    with pytest.raises(Unknown):
        create_adjustment(told(zoho, {"code": 0}), {})


def composite(world, name, kind, rows):
    body = {
        "name": name,
        "sku": name,
        "rate": 9,
        "combo_type": kind,
        "mapped_items": rows,
        "item_type": "inventory",
    }
    return world.zoho.ask("POST", "/compositeitems", body, "inventory")["composite_item"]["composite_item_id"]


def test_a_kit_is_made_of_its_parts_and_nothing_else_is(zoho, world):
    one, two = many_items.make(world.zoho, {"count": 2, "item_type": "inventory"})
    rows = [
        {"item_id": one, "quantity": 2},
        {"item_id": two, "quantity": "0.5"},
        {"item_id": one, "quantity": 1},
    ]
    assert parts(zoho, composite(world, "Kit", "kit", rows)) == {one: Decimal(3), two: Decimal("0.5")}
    assert parts(zoho, composite(world, "Bicycle", "assembly", rows)) == {}
    for status in (404, 400):
        world.switches["zoho_missing_status"] = status
        assert parts(zoho, one) == {}
        assert parts(zoho, NOWHERE) == {}


@pytest.mark.parametrize(
    "answer",
    [
        {"composite_item": {"composite_item_id": "8", "combo_type": "kit", "mapped_items": []}},
        {"composite_item": {"composite_item_id": "7", "combo_type": "kit"}},
        {"composite_item": {"composite_item_id": "7", "combo_type": "kit", "mapped_items": []}},
        {"composite_item_id": "7", "combo_type": "kit", "mapped_items": [{"item_id": "1"}]},
        {"composite_item_id": "7", "combo_type": "kit", "mapped_items": [{"item_id": "1", "quantity": ""}]},
        {},
    ],
)
def test_a_kit_that_does_not_tell_its_parts_is_none_to_reckon_with(zoho, answer):
    with pytest.raises(Temporary):
        parts(told(zoho, answer), "7")


def test_parts_are_told_with_or_without_an_envelope(zoho):
    flat = {"composite_item_id": "7", "combo_type": "kit", "mapped_items": [{"item_id": "1", "quantity": 2}]}
    assert (
        parts(told(zoho, flat), "7") == parts(told(zoho, {"composite_item": flat}), "7") == {"1": Decimal(2)}
    )


@pytest.mark.parametrize("word", ["locations", "warehouses"])
def test_the_places_of_stock_are_told_in_either_word(zoho, inventory, world, word):
    world.switches["zoho_places"] = word
    world.zoho.ask("POST", "/locations", {"location_name": "Outlet"})
    for one in (zoho, inventory):
        first, outlet = locations(one)
        assert (first.primary, first.active, outlet.name, outlet.primary) == (True, True, "Outlet", False)
    world.zoho.ask("POST", f"/locations/{outlet.id}/inactive", {})
    assert locations(zoho) == [first, replace(outlet, active=False)]


class Without(Zoho):
    """A Zoho that has no such thing."""

    refusal = None

    def call(self, method, path, **how):
        raise Without.refusal


def test_an_organization_without_places_has_none_and_other_refusals_are_told(zoho):
    bare = Without(zoho.session, "", "1", zoho.tokens, zoho.login, zoho.budget)
    for refusal in (Rejected(404, 5, "Invalid URL"), Rejected(400, 1002, "no"), Rejected(403, 9, "plan")):
        Without.refusal = refusal
        assert locations(bare) == []
    Without.refusal = Rejected(400, 6041, "This user is not associated with the organization")
    with pytest.raises(Rejected):
        locations(bare)


def test_places_of_organizations_between_both_words(zoho):
    rows = [
        {"location_id": "1", "location_name": "Shop", "is_primary": True, "status": "active"},
        {"location_id": "2", "location_name": "Old", "is_location_active": False},
        {"location_id": "3"},
    ]
    assert locations(told(zoho, {"locations": rows})) == [
        Place("1", "Shop", primary=True, active=True),
        Place("2", "Old", primary=False, active=False),
        Place("3", "", primary=False, active=True),
    ]


def test_inventory_is_another_window_on_the_same_organization(zoho, inventory):
    assert in_inventory(zoho).base_url == inventory.base_url
    assert in_inventory(inventory) == inventory
    plain = in_inventory(replace(zoho, base_url="", lane="stock"))
    assert (plain.base_url, plain.edition, plain.lane) == ("", "inventory", "stock")
    assert (
        in_inventory(replace(zoho, base_url="https://proxy.example/zoho/")).base_url
        == "https://proxy.example/zoho"
    )
