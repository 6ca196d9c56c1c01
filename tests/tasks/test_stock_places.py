"""Where stock lies and what it is made of: places of both sides, kits, products that are counted as one."""

from ledger import links
from sandbox.bigcommerce.locations import make as open_place
from tasks import stock_map
from tests.tasks.test_stock import aged, callback, counting, shown, sold, writes
from tests.tasks.test_stock_map import kit
from tests.tasks.test_stock_two_way import quiet

SHED = {
    "label": "Shed",
    "code": "SHED",
    "type_id": "PHYSICAL",
    "address": {"city": "Hull", "country_code": "GB"},
}


def two_places(lab, method="one_way"):
    """A shop with a back room, and a shed far away, on both sides: the item, its variant, and the places."""
    main = next(place for place, row in lab.world.zoho.places.items() if row["is_primary"])
    back, far = lab.place_in_books("Back"), lab.place_in_books("Far")
    shed = open_place(lab.world, **SHED)
    counting(lab, method, locations={main: 1, back: 1, far: shed})
    item = lab.stocked_item("MUG", {main: 4, back: 3, far: 7})
    _, variant = lab.stocked_product("MUG", 0)
    lab.stock(item)
    aged(lab)
    return item, variant, shed, far


def test_several_places_of_zoho_are_one_of_the_store(new_lab):
    lab = new_lab()
    item, variant, shed, far = two_places(lab)
    assert (shown(lab, variant), shown(lab, variant, shed)) == (7, 7)
    lab.adjust(item, 2, location_id=far)
    begin = len(lab.world.calls)
    callback(lab, item)
    assert (shown(lab, variant), shown(lab, variant, shed)) == (7, 9)
    assert writes(lab, begin) == [("absolute", "PUT")]


def test_orders_take_from_one_place_only(new_lab):
    lab = new_lab()
    item, variant, shed, far = two_places(lab)
    lab.sync(sold(lab, "MUG", 2, booked=False))
    lab.adjust(item, 2, location_id=far)
    callback(lab, item)
    assert (shown(lab, variant), shown(lab, variant, shed)) == (5, 9)


def test_what_is_counted_at_one_place_is_adjusted_there(new_lab):
    lab = new_lab()
    item, variant, shed, far = two_places(lab, "two_way")
    lab.edit_level(variant, 9, shed)
    quiet(lab, item)
    (row,) = lab.world.zoho.records["inventoryadjustments"].values()
    (line,) = row["line_items"]
    assert (line["warehouse_id"], int(line["quantity_adjusted"])) == (far, 2)
    assert (shown(lab, variant), shown(lab, variant, shed)) == (7, 9)


def test_details_that_leave_the_places_out_are_read_alone(new_lab):
    lab = new_lab(switches={"zoho_itemdetails_places": False})
    _, variant, shed, _ = two_places(lab)
    assert (shown(lab, variant), shown(lab, variant, shed)) == (7, 7)


def hamper(lab):
    """A kit of two mugs and a spoon, on both sides."""
    mug, mug_variant = lab.stocked("MUG", books=10, store=10)
    spoon, spoon_variant = lab.stocked("SPOON", books=4, store=4)
    item = kit(lab, "HAMPER", **{f"i{mug}": 2, f"i{spoon}": 1})
    _, variant = lab.stocked_product("HAMPER", 0)
    stock_map.look(lab.connection, None)
    lab.stock(mug, spoon, item)
    aged(lab)
    return (mug, mug_variant), (spoon, spoon_variant), (item, variant)


def test_a_kit_has_as_much_as_its_parts_let_it(new_lab):
    lab = counting(new_lab())
    (mug, _), (spoon, _), (_, variant) = hamper(lab)
    assert shown(lab, variant) == 4
    lab.adjust(spoon, 4)
    lab.stock(mug, spoon, *_kits(lab))
    assert shown(lab, variant) == 5


def _kits(lab):
    return [one.key for one in links.walk(lab.ledger, "main", "stock") if one.extra["kit"]]


def test_an_order_of_a_kit_takes_its_parts_and_an_order_of_a_part_takes_kits(new_lab):
    lab = counting(new_lab())
    (mug, mug_variant), (spoon, spoon_variant), (item, variant) = hamper(lab)
    lab.sync(sold(lab, "HAMPER", 1, booked=False))
    lab.stock(mug, spoon, item)
    assert [shown(lab, one) for one in (mug_variant, spoon_variant, variant)] == [8, 3, 3]
    lab.sync(sold(lab, "MUG", 5, booked=False))
    lab.stock(mug, spoon, item)
    assert [shown(lab, one) for one in (mug_variant, spoon_variant, variant)] == [3, 3, 1]


def test_a_kit_is_never_adjusted(new_lab):
    lab = counting(new_lab(), "two_way")
    _, _, (item, variant) = hamper(lab)
    lab.edit_level(variant, 40)
    quiet(lab, item)
    assert lab.world.zoho.records["inventoryadjustments"] == {}
    assert shown(lab, variant) == 4


def test_variants_of_a_product_that_is_counted_as_one_wait_for_a_person(new_lab):
    lab = counting(new_lab())
    rows = [
        {"sku": f"S-{size}", "option_values": [{"option_display_name": "Size", "label": size}]}
        for size in "ML"
    ]
    lab.in_store(name="Shirt", inventory_tracking="product", variants=rows)
    items = [lab.stocked_item(f"S-{size}", 5) for size in "ML"]
    stock_map.look(lab.connection, None)
    assert {row.reason for row in lab.stock(*items)} == {"tracked-by-product"}
    assert writes(lab) == []
