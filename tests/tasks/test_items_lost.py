"""A worker or a connection dies while a product is written: asked about, never doubled, never taken for a person's."""

import pytest

from connectors.http import mount
from ledger import work
from tasks.recipe import answer_nudge
from tests.lab import BASE
from tests.tasks.conftest import struck_by
from tests.tasks.shop import PRODUCTS, fields, note, row, written
from tests.tasks.test_lost_answers import Deadly, Killed

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64
LOST = ["reset_after", "error_after", "reset_before", "server_error", "html"]


@pytest.fixture
def dying(new_lab):
    """A lab whose leases end soon."""
    return new_lab(lease=0.8).one_currency()


@pytest.fixture
def lab(new_lab):
    return new_lab().one_currency()


def deadly(lab, method, path, **options):
    """The store does what is asked there, and nobody lives to hear it."""
    adapter = Deadly(lab.app, method, path, **options)
    mount(lab.connection.store.session, BASE, adapter)
    return adapter


def work_until_killed(lab, *records):
    ids = note(lab, *records)
    with pytest.raises(Killed):
        answer_nudge(lab.services, ids[0])
    assert {work.find_id(lab.ledger, one).state for one in ids} == {"working"}


@pytest.mark.parametrize("before", [False, True], ids=["after the write", "before the write"])
@pytest.mark.parametrize("sku", ["MUG", ""], ids=["with a SKU", "without"])
def test_a_worker_killed_at_the_making_of_a_product_doubles_nothing(dying, sku, before):
    item = dying.item(name="Mug", sku=sku)
    adapter = deadly(dying, "POST", PRODUCTS, before=before)
    work_until_killed(dying, item)
    assert len(dying.products) == (0 if before else 1)
    dying.quiet()
    assert (adapter.died, len(dying.products), dying.product(item)["name"]) == (1, 1, "Mug")
    assert row(dying, item).outcome == "synced"


def test_what_the_dead_left_without_a_sku_is_not_taken_for_a_stranger_s_product(dying):
    """The plain name was a stranger's before; ours is the one that was made since we sent it."""
    stranger = dying.in_store(name="Mug", date_created="2020-01-01T00:00:00+00:00")
    dying.products[stranger]["date_created"] = "2020-01-01T00:00:00+00:00"
    item = dying.item(name="Mug")
    taken = Later(dying)
    work_until_killed(dying, item)
    dying.quiet()
    assert taken.died
    assert dying.product(item)["name"] == f"Mug (Zoho {item})"
    assert dying.product(item)["id"] != stranger
    assert len(dying.products) == 2


class Later:
    """The worker dies when the second name was accepted: the first was refused."""

    def __init__(self, lab):
        adapter = deadly(lab, "POST", PRODUCTS)
        inner, self.died, self.adapter = adapter.send, False, adapter
        seen = []

        def send(request, **options):
            if request.method == "POST" and request.url.endswith("/products") and not seen:
                seen.append(True)
                adapter.died = 1
                try:
                    return inner(request, **options)
                finally:
                    adapter.died = 0
            try:
                return inner(request, **options)
            except Killed:
                self.died = True
                raise

        adapter.send = send


def test_a_worker_killed_at_the_making_of_a_variant_doubles_nothing(dying):
    size = [{"option": "S", "name": "S", "sku": "S-1", "rate": 20}]
    group = dying.group("Shirt", "Size", size)
    dying.sync_items(f"group:{group}")
    dying.item(
        name="L", sku="S-2", rate="21", group_id=group, attribute_name1="Size", attribute_option_name1="L"
    )
    product = dying.product(f"group:{group}")["id"]
    deadly(dying, "POST", f"{PRODUCTS}/{product}/variants")
    work_until_killed(dying, f"group:{group}")
    dying.quiet()
    assert sorted(one["sku"] for one in dying.products[product]["variants"]) == ["S-1", "S-2"]
    assert row(dying, f"group:{group}").outcome == "synced"


@pytest.mark.parametrize("owner", ["create", "follow"])
def test_a_worker_killed_at_the_carrying_over_of_a_picture_brings_it_once(dying, owner):
    fields(dying, image=owner)
    item = dying.item(sku="MUG")
    dying.picture(item, PICTURE)
    deadly(dying, "POST", "/images")
    work_until_killed(dying, item)
    dying.quiet()
    assert len(dying.product(item)["images"]) == 1
    dying.sync_items(item)
    assert len(dying.product(item)["images"]) == 1


@pytest.mark.parametrize("before", [False, True], ids=["after the write", "before the write"])
def test_what_we_hid_just_before_we_died_is_shown_again(dying, before):
    """The hiding is written down before it is sent: else it would look like a person's."""
    item = dying.item(sku="MUG")
    dying.sync_items(item)
    dying.change_item(item, status="inactive")
    deadly(dying, "PUT", PRODUCTS, before=before)
    work_until_killed(dying, item)
    dying.change_item(item, status="active")  # before anybody came back to it
    dying.quiet()
    assert dying.product(item)["is_visible"] is True
    dying.change_item(item, status="inactive")
    dying.sync_items(item)
    assert dying.product(item)["is_visible"] is False


def test_a_variant_that_we_took_off_sale_just_before_we_died_is_sold_again(dying):
    sizes = [{"option": size, "name": size, "sku": f"S-{size}", "rate": 20} for size in "SL"]
    group = dying.group("Shirt", "Size", sizes)
    dying.sync_items(f"group:{group}")
    item = dying.items_of(group)[0]["item_id"]
    dying.change_item(item, status="inactive")
    deadly(dying, "PUT", "/v3/catalog/variants")
    work_until_killed(dying, f"group:{group}")
    assert [one["purchasing_disabled"] for one in dying.product(f"group:{group}")["variants"]].count(
        True
    ) == 1
    dying.change_item(item, status="active")
    dying.quiet()
    assert [one["purchasing_disabled"] for one in dying.product(f"group:{group}")["variants"]] == [
        False,
        False,
    ]


@pytest.mark.parametrize("mood", LOST)
@pytest.mark.parametrize("sku", ["MUG", ""], ids=["with a SKU", "without"])
def test_a_product_whose_making_was_not_answered_is_made_once(lab, mood, sku):
    struck_by(
        lab,
        {"kind": mood, "platform": "bigcommerce", "path": PRODUCTS, "methods": ["POST"], "times": 1},
    )
    item = lab.item(name="Mug", sku=sku)
    lab.sync_items(item)
    assert [one["struck"] for one in lab.world.moods.report()["moods"]] == [1]
    assert (len(lab.products), lab.product(item)["name"]) == (1, "Mug")
    assert row(lab, item).outcome == "synced"


@pytest.mark.parametrize("mood", LOST)
def test_every_part_of_a_group_whose_making_was_not_answered_is_made_once(lab, mood):
    size = [{"option": "S", "name": "S", "sku": "S-1", "rate": 20}]
    group = lab.group("Shirt", "Size", size)
    lab.picture(lab.items_of(group)[0]["item_id"], PICTURE)
    moods = [
        {"kind": mood, "platform": "bigcommerce", "path": path, "methods": ["POST"], "times": 1}
        for path in (PRODUCTS, f"{PRODUCTS}/*/images", f"{PRODUCTS}/*/variants", f"{PRODUCTS}/*/values")
    ]
    struck_by(lab, *moods)
    lab.sync_items(f"group:{group}")
    lab.item(
        name="L", sku="S-2", rate="21", group_id=group, attribute_name1="Size", attribute_option_name1="L"
    )
    lab.sync_items(f"group:{group}")
    product = lab.product(f"group:{group}")
    assert (len(lab.products), len(product["images"])) == (1, 1)
    assert sorted(one["sku"] for one in product["variants"]) == ["S-1", "S-2"]
    before = len(written(lab))
    lab.sync_items(f"group:{group}")
    assert len(written(lab)) == before


def test_a_product_that_appeared_under_our_sku_while_we_looked_is_taken_over_and_follows(lab):
    item = lab.item(name="Mug", sku="MUG", rate="10.00")
    inner, made = lab.app.wsgi_app, []

    def quicker(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"] == PRODUCTS and not made:
            made.append(lab.in_store(name="By hand", sku="mug", price=3))
        return inner(environ, start_response)

    lab.app.wsgi_app = quicker
    lab.sync_items(item)
    assert list(lab.products) == made
    assert (lab.product(item)["name"], lab.product(item)["price"]) == ("Mug", 10)


def test_a_picture_that_zoho_names_and_does_not_have_is_asked_for_once(lab):
    item = lab.item(sku="MUG")
    lab.picture(item, PICTURE)
    lab.world.zoho.images.clear()
    lab.sync_items(item)
    lab.sync_items(item)
    assert row(lab, item).outcome == "synced"
    assert len([call for call in lab.calls("zoho") if call["path"].endswith("/image")]) == 1


@pytest.mark.parametrize("mood", ["rough", "stormy"])
def test_a_whole_catalogue_arrives_in_any_weather_and_a_second_run_writes_nothing(new_lab, mood):
    lab = new_lab(moods=mood).one_currency()
    lab.set(largest_hide=100.0)  # a quarter of them goes, and nobody is asked
    items = [lab.item(name=f"Item {n}", sku=f"SKU-{n}" if n % 3 else "") for n in range(20)]
    groups = [
        lab.group(f"Group {n}", "Size", [{"option": o, "name": f"{n}{o}", "sku": f"{n}-{o}", "rate": 5} for o in "SML"])
        for n in range(3)
    ]  # fmt: skip
    records = [*items, *(f"group:{group}" for group in groups)]
    lab.sync_items(*records)
    for item in items[::4]:
        lab.change_item(item, rate="11")
    for item in items[1::4]:
        lab.change_item(item, status="inactive")
    lab.sync_items(*records)
    lab.world.moods.set(())
    assert {row(lab, one).state for one in records} == {"done"}
    assert len(lab.products) == 23
    assert {n: lab.product(one)["is_visible"] for n, one in enumerate(items)} == {
        n: n % 4 != 1 for n in range(20)
    }
    before = len(written(lab))
    lab.sync_items(*records)
    assert len(written(lab)) == before
