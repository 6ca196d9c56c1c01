"""Stock of a store: every row read or told that it could not be, levels set and changed, refusals understood."""

from dataclasses import replace

import pytest

from connectors.bigcommerce import inventory
from connectors.bigcommerce.client import BigCommerce
from connectors.bigcommerce.inventory import Refusal, change_relative, items, refusals, set_absolute
from connectors.errors import Rejected, Temporary, Unauthorized, Unknown
from sandbox.bigcommerce import catalog, locations
from sandbox.moods import moods_from


@pytest.fixture(autouse=True)
def wide_window(world):
    world.switches["window_quota"] = 100000
    world.switches["inventory_delay"] = 0


def product(world, sku, tracking="product", level=0, **told):
    body = {"name": sku, "type": "physical", "weight": 1, "price": 5, "sku": sku, **told}
    return catalog.make(world, {**body, "inventory_tracking": tracking, "inventory_level": level})


def simple(world, count):
    """Simple products that are tracked; the ids of their variants."""
    return [product(world, f"T-{n:04}")["base_variant_id"] for n in range(count)]


def with_variants(world, sku, tracking):
    """A product of two variants; its id and theirs."""
    rows = [
        {
            "sku": f"{sku}-{size}",
            "inventory_level": 3,
            "option_values": [{"option_display_name": "Size", "label": size}],
        }
        for size in ("S", "L")
    ]
    made = product(world, sku, tracking, 3, variants=rows)
    return made["id"], [row["id"] for row in made["variants"]]


def row(product_id, quantity, location=1, identity="product_id"):
    return {"location_id": location, identity: product_id, "quantity": quantity}


def on_hand(store, **asked):
    return {
        row["identity"]["variant_id"]: {
            place["location_id"]: place["total_inventory_onhand"] for place in row["locations"]
        }
        for row in items(store, **asked)
    }


def reads(world):
    return [call for call in world.calls if call["path"].endswith("/inventory/items")]


def variant_rows(world, count):
    """A product's many variants, each tracked by itself; their ids."""
    made = []
    for start in range(0, count, 500):
        body = [
            {
                "sku": f"V-{n}",
                "inventory_level": n % 7,
                "option_values": [{"option_display_name": "Number", "label": f"{n}"}],
            }
            for n in range(start, min(count, start + 500))
        ]
        made += product(world, f"Many {start}", "variant", variants=body)["variants"]
    return [one["id"] for one in made]


def test_all_rows_are_read_a_thousand_a_page(store, world):
    made = variant_rows(world, 2_050)
    world.calls.clear()
    told = on_hand(store)
    assert told == {one: {1: n % 7} for n, one in enumerate(made)}
    assert len(reads(world)) == 3
    assert "limit=1000" in reads(world)[0]["query"]


def test_rows_of_some_variants_are_asked_for_250_at_a_time(store, world):
    made = variant_rows(world, 600)
    world.calls.clear()
    told = on_hand(store, variant_ids=[*map(str, made[:501]), made[0], "99999999"])
    assert list(told) == made[:501]
    assert len(reads(world)) == 3
    assert on_hand(store, variant_ids=[]) == {}
    assert len(reads(world)) == 3


def test_levels_come_by_location(store, world):
    made = product(world, "T-1")
    one, second = made["base_variant_id"], locations.make(world, label="Second")
    set_absolute(store, "test", [row(made["id"], 7, second)])
    assert on_hand(store, variant_ids=[one]) == {one: {1: 0, second: 7}}
    assert on_hand(store, variant_ids=[one], location_ids=[second]) == {one: {second: 7}}
    assert [(place["id"], place["label"]) for place in inventory.locations(store)] == [
        (1, "Default location"),
        (second, "Second"),
    ]


@pytest.mark.parametrize("rows", ["variants", "product"])
def test_a_product_tracked_as_one_is_found_by_its_id_whatever_rows_it_has(store, world, rows):
    world.switches["inventory_product_rows"] = rows
    number, variants = with_variants(world, "Shirt", "product")
    (other,) = simple(world, 1)
    found = list(items(store, variant_ids=[*variants, other], product_ids=[number]))
    assert {one["identity"]["product_id"] for one in found} >= {number}
    assert len(found) == (3 if rows == "variants" else 2)
    assert [one["identity"]["variant_id"] for one in items(store, variant_ids=variants)] == (
        variants if rows == "variants" else []
    )


class Told(BigCommerce):
    """A store whose answers are given, to show lists that no healthy server sends."""

    answers = ()

    def call(self, method, path, *, params=None, **how):
        return Told.answers.pop(0)


def told(store, *answers):
    Told.answers = list(answers)
    return Told(store.session, store.base_url, store.token, store.window)


def answer(variants, total=None, page=1, pages=1):
    rows = [{"identity": {"product_id": 1, "variant_id": one}, "locations": []} for one in variants]
    if total is None:
        return {"data": rows, "meta": {}}
    pagination = {"total": total, "current_page": page, "total_pages": pages, "per_page": 1000}
    return {"data": rows, "meta": {"pagination": pagination}}


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([answer(range(3), 4)], "changed"),
        ([answer(range(1000), 1001, 1, 2), answer([999], 1001, 2, 2)], "changed"),
        ([answer(range(1000), 1001, 1, 2), answer([1000], 1000, 2, 2)], "changed"),
        ([answer(range(1000), 3000, 1, 3), answer(range(1000), 3000, 2, 3)], "stands still"),
        ([answer(range(1000)), answer(range(1000))], "stands still"),
        ([answer(range(1000), 1001, 1, 2), answer([1000], 1001, 1, 2)], "page 1 instead of 2"),
        ([{"errors": {}}], "no data"),
    ],
)
def test_rows_that_do_not_add_up_prove_nothing(store, answers, why):
    with pytest.raises(Temporary, match=why):
        list(items(told(store, *answers)))


def test_a_store_that_tells_no_pages_and_makes_them_shorter_is_read_to_its_end(store):
    pages = answer(range(250)), answer(range(250, 500)), answer([500])
    assert len(list(items(told(store, *pages)))) == 501


def test_a_filter_that_is_ignored_brings_more_and_each_row_once(store):
    whole = answer(range(400), 400)
    found = list(items(told(store, whole, whole), variant_ids=range(300)))
    assert [one["identity"]["variant_id"] for one in found] == list(range(400))


def test_levels_are_set_and_changed_and_soon_in_force(store, world):
    one, two = product(world, "T-1", level=5), product(world, "T-2", level=5)
    first = set_absolute(
        store, "count", [row(one["id"], 8), row(two["base_variant_id"], 0, 1, "variant_id")][:1]
    )
    second = change_relative(store, "count", [row(one["id"], -3), row(two["id"], 4)])
    assert len({first, second, ""}) == 3
    assert on_hand(store) == {one["base_variant_id"]: {1: 5}, two["base_variant_id"]: {1: 9}}
    world.switches["inventory_delay"] = 60 * world.options.pace
    set_absolute(store, "count", [row(one["id"], 1)])
    assert on_hand(store, product_ids=[one["id"]]) == {one["base_variant_id"]: {1: 5}}
    (write,) = [call for call in world.calls if call["method"] == "POST"]
    assert write["path"].endswith("/v3/inventory/adjustments/relative")


def test_one_call_changes_no_more_than_two_thousand(store, world):
    rows = [row(n, 1) for n in range(2_001)]
    for write in (set_absolute, change_relative):
        for some in (rows, []):
            with pytest.raises(ValueError, match="2000"):
                write(store, "count", some)
    assert world.calls == []
    with pytest.raises(Rejected) as unknown:
        set_absolute(store, "count", rows[:2_000])
    assert len(refusals(unknown.value)) == 2_000


def refused(store, write, rows):
    with pytest.raises(Rejected) as error:
        write(store, "count", rows)
    assert error.value.status == 422
    return refusals(error.value)


def test_a_refused_call_names_the_rows_that_are_guilty(store, world):
    good = product(world, "T-1", level=5)
    number, (small, large) = with_variants(world, "Shirt", "product")
    own, (one, _) = with_variants(world, "Hat", "variant")
    bare = product(world, "T-2", "none")
    second = locations.make(world, label="Second")

    def as_variant(variant, quantity):
        return row(variant, quantity, identity="variant_id")

    fine = row(good["id"], 9)
    assert refused(store, set_absolute, [fine, as_variant(small, 1), as_variant(large, 1)]) == [
        Refusal("tracked-by-product", "variant_id", str(small)),
        Refusal("tracked-by-product", "variant_id", str(large)),
    ]
    assert refused(store, set_absolute, [fine, row(own, 1)]) == [
        Refusal("tracked-by-variant", "product_id", str(own))
    ]
    assert refused(store, change_relative, [row(good["id"], 1, second), fine, row(number, 1, second)]) == [
        Refusal("needs-absolute", "product_id", str(good["id"])),
        Refusal("needs-absolute", "product_id", str(number)),
    ]
    assert refused(
        store, change_relative, [fine, row("NO SUCH-1", 1, identity="sku"), as_variant(987654, 1)]
    ) == [
        Refusal("unknown", "sku", "NO SUCH-1"),
        Refusal("unknown", "variant_id", "987654"),
    ]
    assert refused(store, change_relative, [fine, as_variant(one, -4)]) == [
        Refusal("below-zero", "variant_id", str(one))
    ]
    assert refused(store, set_absolute, [fine, row(bare["id"], 1)]) == [
        Refusal("other", "product_id", str(bare["id"]))
    ]
    assert refused(store, set_absolute, [fine, row(good["id"], 1, 77)]) == [
        Refusal("unknown", "location_id", "77")
    ]
    assert refused(store, set_absolute, [fine, row(good["id"], -1)]) == []
    assert on_hand(store, product_ids=[good["id"]]) == {good["base_variant_id"]: {1: 5, second: 0}}


@pytest.mark.parametrize("mood", ["reset_after", "error_after", "server_error", "html"])
@pytest.mark.parametrize("write", [set_absolute, change_relative])
def test_a_change_that_was_not_heard_is_unknown_and_was_sent_once(store, world, write, mood):
    made = product(world, "T-1", level=5)
    stubborn = replace(store, session=replace(store.session, tries=3))
    world.moods.set(moods_from([{"path": "/bigcommerce", "kind": mood}]))
    world.calls.clear()
    with pytest.raises(Unknown):
        write(stubborn, "count", [row(made["id"], 2)])
    assert len([call for call in world.calls if "/adjustments/" in call["path"]]) <= 1
    world.moods.set(())
    after = 2 if write is set_absolute else 7
    done = after if mood in ("reset_after", "error_after") else 5
    assert on_hand(store) == {made["base_variant_id"]: {1: done}}
    if write is set_absolute:  # may be said again
        set_absolute(store, "count", [row(made["id"], 2)])
        assert on_hand(store) == {made["base_variant_id"]: {1: 2}}


def test_a_change_that_was_one_call_too_many_was_not_made_and_is_sent_again(store, world):
    made = product(world, "T-1", level=5)
    stubborn = replace(store, session=replace(store.session, tries=3))
    world.moods.set(moods_from([{"path": "/bigcommerce", "kind": "rate_limit", "times": 1}]))
    change_relative(stubborn, "count", [row(made["id"], 2)])
    assert on_hand(store) == {made["base_variant_id"]: {1: 7}}


def test_when_the_store_moves_stock_is_told(store, world):
    told = inventory.settings(store)
    assert told["update_stock_behavior"] in ("order_placed", "order_completed_or_shipped")
    assert isinstance(told["refund_order_stock_adjustment"], bool)
    assert inventory.settings(store, channel_id=1).keys() == told.keys()


def test_a_token_without_the_right_to_stock_is_said_to_be(store, world):
    account = world.bigcommerce.accounts["bc-sandbox-token"]
    world.bigcommerce.accounts["bc-sandbox-token"] = replace(account, scopes=("store_v2_products",))
    for call in (lambda: list(items(store)), lambda: set_absolute(store, "count", [row(1, 1)])):
        with pytest.raises(Unauthorized) as refusal:
            call()
        assert refusal.value.status == 403
