"""Whatever happens to an item or a group in Zoho, one plan brings the store there and the next one has no steps."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.bigcommerce.products import Known, KnownVariant, hide, names, plan, store_price
from mappings.errors import Skip
from mappings.rules import CatalogueRules
from tests.mappings.goods import FACTS, GROSS, RULES, base_row, product, row, variant, variant_row
from tests.mappings.making import D
from tests.mappings.shelf import Shop

OWNERS = st.sampled_from(["follow", "create", "never"])
MONEY = st.decimals(min_value=0, max_value=9999, places=3)
CODES = st.sampled_from(["", "123", "978-3-16-148410-0", "AB 12"])
TEXTS = st.sampled_from(["", "Mug", " Mug  of clay ", "<p>Old</p>", "x" * 300, "Ü\u00a0ä"])
OPTIONS = [(("Size", size), ("Colour", colour)) for size in ("S", "m", "L ") for colour in ("Red", "blue")]
RULES_ = st.builds(
    CatalogueRules,
    fields=st.fixed_dictionaries(dict.fromkeys(RULES.fields, OWNERS)),
    categories=st.sampled_from([(), (4,), (5, 4)]),
    weight=st.sampled_from([D(0), D("0.5")]),
    visible=st.booleans(),
    tax_classes=st.sampled_from([{}, {"VAT": 2}, {"20": 3, "0": 1}]),
    custom_fields=st.just({"cf_a": "A", "cf_b": "B"}),
    rates=st.sampled_from(["exclusive", "inclusive"]),
)


@st.composite
def variants(draw, number, options=()):
    taxed = draw(st.booleans())
    return variant(
        number,
        options=options,
        rate=draw(MONEY),
        cost=draw(st.none() | st.decimals(min_value=D("0.00001"), max_value=99, places=6)),
        weight=draw(st.none() | st.decimals(min_value=D("0.0001"), max_value=99, places=4)),
        upc=draw(CODES),
        ean=draw(CODES),
        isbn=draw(CODES),
        mpn=draw(CODES),
        sku=f"{draw(st.sampled_from('tT'))}-{number}",
        tax="VAT" if taxed else "",
        tax_percentage=D(20) if taxed else D(0),
        active=draw(st.booleans()),
        image=draw(st.sampled_from(["", "one", "two"])),
    )


@st.composite
def products(draw, grouped):
    chosen = (
        draw(st.lists(st.sampled_from(range(6)), min_size=1, max_size=4, unique=True)) if grouped else [0]
    )
    members = [draw(variants(n + 1, OPTIONS[n] if grouped else ())) for n in sorted(chosen)]
    sizes = st.none() | st.decimals(min_value=D("0.0001"), max_value=99, places=4)
    values = st.sampled_from(["", "Clay", " Wood"])
    return product(
        *members,
        key="group:g1" if grouped else "item:i1",
        name=draw(TEXTS) or "Thing",
        description=draw(TEXTS),
        brand=draw(st.sampled_from(["", "Potter", "Smith"])),
        width=draw(sizes),
        height=draw(sizes),
        depth=draw(sizes),
        custom_fields=tuple((name, draw(values)) for name in draw(st.sampled_from([(), ("A",), ("A", "B")]))),
    )


def keep(shop, told, rules, facts):
    """Plan and apply, then see that nothing is left to do; False where there is nothing to sell yet."""
    try:
        first = plan(told, shop.there, shop.known, rules, facts)
    except Skip:
        assert shop.there is None
        return False
    shop.take(told, first)
    assert plan(told, shop.there, shop.known, rules, facts).steps == ()
    return True


@settings(deadline=None)
@given(st.data(), RULES_, st.sampled_from([FACTS, GROSS]), st.booleans())
def test_every_plan_leaves_nothing_for_the_next_one(data, rules, facts, grouped):
    shop = Shop()
    for told in data.draw(st.lists(products(grouped), min_size=1, max_size=5)):
        if keep(shop, told, rules, facts):
            agree(shop, told, rules, facts)


def agree(shop, told, rules, facts):
    """Both sides tell the same, read here without the code that wrote it."""
    there = shop.there
    follows = {name for name, owner in rules.fields.items() if owner == "follow"}
    if "name" in follows:
        assert " ".join(there["name"].split()) in names(told)
    if "description" in follows and told.description.strip():
        assert there["description"].strip() == told.description.strip()
    if "custom_fields" in follows:
        have = {one["name"]: one["value"].strip() for one in there["custom_fields"]}
        assert all(have.get(name, "") == value.strip() for name, value in told.custom_fields)
    assert there["is_visible"] is (rules.visible and told.active)
    sold = {one["sku"]: one for one in there["variants"]}
    for one in told.variants:
        mine = sold.get(one.sku, there if not one.options else None)
        if mine is None:
            assert not one.active
            continue
        if one.options:
            assert mine["purchasing_disabled"] is not one.active
            assert {value["label"] for value in mine["option_values"]} == {
                option for _, option in one.options
            }
        if "price" in follows:
            price = there["price"] if not one.options else mine["price"]
            assert price == store_price(one.rate, one.tax_percentage, rules, facts)
    for one in there["variants"]:
        if one["option_values"] and one["sku"] not in {member.sku for member in told.variants}:
            assert one["purchasing_disabled"]


@settings(deadline=None)
@given(products(grouped=False), RULES_)
def test_a_product_that_was_there_before_is_taken_over_in_one_run(told, rules):
    there = row(name="Old", description="Ours", price=3, categories=[9], images=[{"id": 1}], brand_id=4)
    shop = Shop(there, Known(product_id="77"))
    keep(shop, told, rules, FACTS)


@settings(deadline=None)
@given(products(grouped=True), RULES_)
def test_a_simple_product_turns_into_a_group_in_one_run(told, rules):
    first = told.variants[0]
    shop = Shop(row(sku=first.sku, variants=[base_row(sku=first.sku)]), Known(product_id="77"))
    keep(shop, told, rules, FACTS)
    if told.active:
        assert {one["sku"] for one in shop.there["variants"]} == {
            one.sku for one in told.variants if one.active
        }


@settings(deadline=None)
@given(st.lists(st.sampled_from(["off", "on", "person hides", "person shows"]), max_size=8))
def test_whoever_hid_a_product_last_is_who_may_show_it(events):
    """By a plain account of who did what."""
    shop, active, by_us, visible = Shop(row(), Known(product_id="77", name="Thing")), True, False, True
    for event in events:
        if event in ("off", "on"):
            active = event == "on"
        else:
            shop.there["is_visible"] = visible = event == "person shows"
        keep(shop, product(variant(active=active)), RULES, FACTS)
        if not active and visible:
            by_us, visible = True, False
        elif active and by_us and not visible:
            by_us, visible = False, True
        elif active and visible:
            by_us = False
        assert shop.there["is_visible"] is visible


def test_a_hidden_group_needs_no_second_hiding():
    rows = [variant_row(901, "T-1", Size="S"), variant_row(902, "T-2", Size="M")]
    links = {"i1": KnownVariant("901"), "i2": KnownVariant("902")}
    shop = Shop(row(sku="", variants=rows), Known(product_id="77", variants=links))
    shop.take(product(), hide(shop.there, shop.known))
    assert hide(shop.there, shop.known).steps == ()
    assert not shop.there["is_visible"]
    assert all(one["purchasing_disabled"] for one in rows)
    told = product(*(variant(n, options=(("Size", size),)) for n, size in ((1, "S"), (2, "M"))))
    assert keep(shop, told, replace(RULES), FACTS)
    assert shop.there["is_visible"]
    assert not any(one["purchasing_disabled"] for one in shop.there["variants"])
