"""Products and variants: whole walks or none, found by id, SKU and name, made and changed."""

from decimal import Decimal
from hashlib import sha256

import pytest

from connectors.bigcommerce.catalog import (
    categories,
    create_custom_field,
    create_product,
    custom_fields,
    delete_custom_field,
    find_by_name,
    product_pages,
    products_by_id,
    update_custom_field,
    update_products,
)
from connectors.bigcommerce.channels import channels
from connectors.bigcommerce.client import BigCommerce
from connectors.bigcommerce.images import LARGEST, add_image
from connectors.bigcommerce.variants import (
    create_option,
    create_option_value,
    create_variant,
    find_by_sku,
    options,
    update_variants,
)
from connectors.errors import Rejected, Temporary, Unknown
from sandbox.moods import moods_from

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10


@pytest.fixture(autouse=True)
def wide_window(world):
    world.switches["window_quota"] = 100000


def product(number, **more):
    body = {"name": f"Thing {number:04}", "sku": f"T-{number}", "type": "physical"}
    return {**body, "weight": Decimal("0.5"), "price": Decimal("9.99"), **more}


def make(store, count):
    return [str(create_product(store, product(n))["id"]) for n in range(count)]


def shirt(store):
    pair = [
        {"sku": f"S-{size}", "option_values": [{"option_display_name": "Size", "label": size}]}
        for size in ("S", "M")
    ]
    return create_product(store, product(1, name="Shirt", sku="", variants=pair))


def test_every_product_is_walked_in_pages_visible_or_not(store):
    made = make(store, 251)
    update_products(store, [{"id": int(made[0]), "is_visible": False}])
    first, second = product_pages(store)
    assert (first.number, first.last, first.total, len(first.rows)) == (1, False, 251, 250)
    assert (second.number, second.last, second.total, len(second.rows)) == (2, True, 251, 1)
    assert [str(row["id"]) for row in (*first.rows, *second.rows)] == made
    assert first.rows[0]["variants"][0]["sku"] == "T-0"
    assert [str(row["id"]) for page in product_pages(store, first_page=2) for row in page.rows] == made[250:]


@pytest.mark.parametrize("past", ["empty", "404"])
def test_a_walk_that_goes_on_behind_a_list_that_became_shorter_is_at_its_end(store, world, past):
    world.switches["past_the_end"] = past
    make(store, 3)
    assert [(page.rows, page.last) for page in product_pages(store, first_page=4)] == [([], True)]


def test_a_walk_that_lost_a_product_on_the_way_has_no_last_page(store, world):
    made = make(store, 260)
    walk = product_pages(store, include="")
    assert not next(walk).last
    del world.bigcommerce.products[int(made[0])]  # all others move up over the edge of the page
    with pytest.raises(Temporary, match="changed while it was read"):
        next(walk)


class Told(BigCommerce):
    """A store whose answers are given, to show lists that no healthy server sends."""

    answers = ()

    def call(self, method, path, *, params=None, **how):
        return Told.answers[min(int(params["page"]), len(Told.answers)) - 1]


def told(store, *answers):
    Told.answers = answers
    return Told(store.session, "", "", store.window)


def page(number, ids, pages, total, **more):
    pagination = {"current_page": number, "total_pages": pages, "total": total, "per_page": 2}
    return {"data": [{"id": one} for one in ids], "meta": {"pagination": {**pagination, **more}}}


def test_a_walk_whose_pages_do_not_add_up_is_not_called_complete(store):
    walk = product_pages(told(store, page(1, [1, 2], 2, 4), page(2, [3], 2, 4)))
    assert [row["id"] for row in next(walk).rows] == [1, 2]
    with pytest.raises(Temporary, match="3 of 4"):
        next(walk)
    assert [p.last for p in product_pages(told(store, page(1, [1, 2], 2, 3), page(2, [3], 2, 3)))][-1]


def test_a_walk_that_went_on_counts_what_was_read_before(store):
    answers = page(1, [1, 2], 3, 6), page(2, [3, 4], 3, 6), page(3, [5], 3, 6)
    with pytest.raises(Temporary, match="5 of 6"):
        list(product_pages(told(store, *answers), first_page=2))


def test_a_page_that_comes_instead_of_another_is_not_believed(store):
    with pytest.raises(Temporary, match="page 1 instead of 2"):
        list(product_pages(told(store, page(1, [1, 2], 2, 4), page(1, [3, 4], 2, 4))))


def test_products_are_read_by_id_and_deleted_ones_are_absent(store, world):
    made = make(store, 120)
    del world.bigcommerce.products[int(made[5])]
    world.calls.clear()
    found = products_by_id(store, [*made, made[0], 999999])
    assert set(found) == set(made) - {made[5]}
    assert {"variants", "custom_fields", "images"} <= set(found[made[0]])
    assert len(world.calls) == 3
    assert products_by_id(store, []) == {}


def test_a_filter_by_id_that_was_ignored_proves_nothing(store):
    with pytest.raises(Temporary, match="ignored"):
        products_by_id(told(store, page(1, [7, 8], 1, 2)), ["7"])


def test_skus_are_found_in_products_and_variants_whatever_their_case(store):
    make(store, 2)
    tee = shirt(store)
    (base,) = find_by_sku(store, " t-1 ")
    assert base["sku"] == "T-1"
    (medium,) = find_by_sku(store, "s-m")
    assert medium["product_id"] == tee["id"]
    assert find_by_sku(store, "T") == find_by_sku(store, " ") == []


def test_other_skus_than_the_one_asked_for_are_not_taken_for_it(store):
    rows = {"data": [{"id": 1, "sku": "AB-10"}, {"id": 2, "sku": "ab-1"}], "meta": {}}
    assert [row["id"] for row in find_by_sku(told(store, rows), "AB-1")] == [2]


def test_a_name_is_found_exactly(store):
    make(store, 2)
    (found,) = find_by_name(store, "Thing 0001")
    assert found["variants"][0]["sku"] == "T-1"
    rows = {"data": [{"id": 1, "name": "Chair"}, {"id": 2, "name": "Chairs"}], "meta": {}}
    assert [row["id"] for row in find_by_name(told(store, rows), "Chairs")] == [2]


def test_amounts_are_written_digit_for_digit(store, world):
    made = create_product(store, product(1, price=Decimal("19.9900")))
    assert made["variants"][0]["sku"] == "T-1"
    assert Decimal(str(world.bigcommerce.products[made["id"]]["price"])) == Decimal("19.99")


def test_a_taken_name_or_sku_is_rejected_and_told_apart(store):
    make(store, 1)
    with pytest.raises(Rejected) as name:
        create_product(store, product(0, sku="other"))
    assert (name.value.status, "name" in name.value.message) == (409, True)
    with pytest.raises(Rejected) as sku:
        create_product(store, product(9, sku="t-0"))
    assert (sku.value.status, "sku" in sku.value.message) == (409, True)


@pytest.mark.parametrize("half", ["url", "inventory"])
def test_a_product_that_was_stored_but_for_a_part_is_there(store, world, half):
    world.switches["product_half_stored"] = half
    more = {"custom_url": {"url": "/thing"}, "inventory_level": 3, "inventory_tracking": "product"}
    made = create_product(store, product(1, **more))
    assert made["name"] == "Thing 0001"
    assert update_products(store, [{"id": made["id"], **more}])[0]["id"] == made["id"]


@pytest.mark.parametrize("batch", ["whole", "partial"])
def test_a_batch_with_one_refused_product_is_rejected_however_the_store_says_it(store, world, batch):
    world.switches["catalog_batch"] = batch
    made = make(store, 3)
    rows = [{"id": int(one), "price": Decimal(5)} for one in made]
    assert [row["price"] for row in update_products(store, rows)] == [5, 5, 5]
    with pytest.raises(Rejected) as refused:
        update_products(store, [*rows[:2], {"id": int(made[2]), "name": "Thing 0000"}])
    assert "name" in refused.value.message
    with pytest.raises(ValueError, match="10 products"):
        update_products(store, rows * 4)


@pytest.mark.parametrize("batch", ["whole", "partial"])
def test_a_batch_with_one_refused_variant_is_rejected_and_names_it(store, world, batch):
    world.switches["catalog_batch"] = batch
    one, two = (row["id"] for row in shirt(store)["variants"])
    assert [row["price"] for row in update_variants(store, [{"id": one, "price": Decimal("7.5")}])] == [
        Decimal("7.5")
    ]
    with pytest.raises(Rejected) as refused:
        update_variants(store, [{"id": one, "price": Decimal(8)}, {"id": two, "sku": "S-S"}])
    assert refused.value.body["batch_errors"]
    with pytest.raises(ValueError, match="50 variants"):
        update_variants(store, [{"id": one}] * 51)


def test_a_product_grows_a_variant(store):
    tee = shirt(store)
    (size,) = options(store, tee["id"])
    large = create_option_value(store, tee["id"], size["id"], {"label": "L", "sort_order": 3})
    pair = [{"option_id": size["id"], "id": large["id"]}]
    made = create_variant(store, tee["id"], {"sku": "S-L", "option_values": pair})
    assert made["product_id"] == tee["id"]
    colour = create_option(
        store,
        tee["id"],
        {"display_name": "Colour", "type": "rectangles", "option_values": [{"label": "Red"}]},
    )
    assert [row["display_name"] for row in options(store, tee["id"])] == ["Size", "Colour"]
    assert colour["option_values"][0]["label"] == "Red"


def test_an_image_is_sent_byte_for_byte_and_shown_in_lists(store, world):
    (made,) = make(store, 1)
    image = add_image(store, made, PNG, "image/png", "chair.png")
    assert image["is_thumbnail"] is True
    assert world.bigcommerce.image_files[image["id"]]["sha256"] == sha256(PNG).hexdigest()
    second = add_image(store, made, PNG, "image/png", "back.png", thumbnail=False)
    assert second["is_thumbnail"] is False
    assert len(products_by_id(store, [made])[made]["images"]) == 2
    with pytest.raises(Rejected) as large:
        add_image(store, made, b"x" * (LARGEST + 1), "image/png", "huge.png")
    assert large.value.code == "too-large"
    world.moods.set(moods_from([{"path": "/bigcommerce", "kind": "reset_after", "methods": ["POST"]}]))
    with pytest.raises(Unknown):
        add_image(store, made, PNG, "image/png", "chair.png")


def test_custom_fields_are_made_changed_and_removed(store):
    (made,) = make(store, 1)
    field = create_custom_field(store, made, {"name": "Origin", "value": "Portugal"})
    update_custom_field(store, made, field["id"], {"name": "Origin", "value": "Spain"})
    assert [(row["name"], row["value"]) for row in custom_fields(store, made)] == [("Origin", "Spain")]
    delete_custom_field(store, made, field["id"])
    assert custom_fields(store, made) == []


def test_categories_of_all_trees_are_listed_each_once(store):
    rows = [{"category_id": n, "name": f"C{n}"} for n in (1, 2, 2)]
    assert [row["category_id"] for row in categories(told(store, {"data": rows, "meta": {}}))] == [1, 2]
    assert isinstance(categories(store), list)


def test_channels_are_listed(store):
    assert 1 in [row["id"] for row in channels(store)]
