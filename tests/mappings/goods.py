"""Items of Zoho and products of a store, as small as the question allows; every figure is ours."""

from dataclasses import replace

import pytest

from mappings.bigcommerce.products import Known, KnownVariant, plan
from mappings.errors import Unmappable
from mappings.records import Product, Variant
from mappings.rules import CatalogueRules, StoreFacts
from tests.mappings.making import D

FACTS = StoreFacts("EUR", prices_with_tax=False, places=2, weight_units="KGS", dimension_units="Centimeters")
GROSS = replace(FACTS, prices_with_tax=True)
RULES = CatalogueRules()
EVERYTHING = CatalogueRules(fields=dict.fromkeys(RULES.fields, "follow"))


def item(number=1, **more):
    """An item's detail as Zoho answers it, with its empty texts where numbers could be."""
    return {
        "item_id": f"46000000000{number:04}",
        "name": f"Thing {number}",
        "sku": f"T-{number}",
        "status": "active",
        "rate": D("10.00"),
        "purchase_rate": 0,
        "tax_name": "VAT",
        "tax_percentage": 20,
        "description": "",
        "brand": "",
        "product_type": "goods",
        "item_type": "inventory",
        "is_combo_product": False,
        "upc": "",
        "ean": "",
        "isbn": "",
        "part_number": "",
        "group_id": "",
        "package_details": {
            "length": "",
            "width": "",
            "height": "",
            "weight": "",
            "weight_unit": "kg",
            "dimension_unit": "cm",
        },
        "custom_fields": [],
        "last_modified_time": "2026-11-21T10:00:00+0100",
    } | more


def member(number, group="g1", **options):
    """An item of a group; its attributes as keywords, e.g. Size="L"."""
    told = {"group_id": group, "group_name": "Shirt"}
    for place, (name, option) in enumerate(options.items(), 1):
        told |= {f"attribute_name{place}": name, f"attribute_option_name{place}": option}
    return item(number, **told)


def variant(number=1, **more):
    empty = {"cost": None, "weight": None, "upc": "", "ean": "", "isbn": "", "mpn": "", "image": ""}
    known = {"item_id": f"i{number}", "sku": f"T-{number}", "options": (), "rate": D("10.00"), "active": True}
    return Variant(**(empty | known | {"tax": "VAT", "tax_percentage": D(20)} | more))


def product(*variants, **more):
    kept = variants or (variant(),)
    grouped = any(one.options for one in kept)
    known = {
        "key": "group:g1" if grouped else f"item:{kept[0].item_id}",
        "name": "Thing",
        "description": "",
        "brand": "",
        "active": any(one.active for one in kept),
        "width": None,
        "height": None,
        "depth": None,
        "custom_fields": (),
        "listed": False,
    }
    return Product(variants=kept, **(known | more))


def base_row(variant_id=900, product_id=77, sku="T-1", **more):
    """The one variant of a product that has no options."""
    return {"id": variant_id, "product_id": product_id, "sku": sku, "price": None, "option_values": []} | more


def row(**more):
    """A simple product as the store answers it."""
    return {
        "id": 77,
        "name": "Thing",
        "type": "physical",
        "sku": "T-1",
        "description": "",
        "weight": 0,
        "width": 0,
        "height": 0,
        "depth": 0,
        "price": 10,
        "cost_price": 0,
        "tax_class_id": 0,
        "categories": [],
        "brand_id": 0,
        "upc": "",
        "gtin": "",
        "mpn": "",
        "is_visible": True,
        "variants": [base_row()],
        "custom_fields": [],
        "images": [],
    } | more


def variant_row(variant_id, sku, price=10, *, product_id=77, disabled=False, **options):
    values = [
        {
            "id": 1000 + sum(map(ord, label)),
            "label": label,
            "option_id": sum(map(ord, name)),
            "option_display_name": name,
        }
        for name, label in options.items()
    ]
    return {
        "id": variant_id,
        "product_id": product_id,
        "sku": sku,
        "price": price,
        "cost_price": None,
        "weight": None,
        "upc": "",
        "gtin": "",
        "mpn": "",
        "purchasing_disabled": disabled,
        "option_values": values,
    }


def steps(plan):
    return [(step.verb, step.kind) for step in plan.steps]


def planned(told, there=None, known=None, rules=RULES, facts=FACTS):
    return plan(told, there, known or Known(), rules, facts)


def body(told, there, known=None, rules=RULES, facts=FACTS):
    """The one step's body; {} where nothing is to be done."""
    made = planned(told, there, known, rules, facts).steps
    assert len(made) <= 1
    return dict(made[0].body) if made else {}


def held(*args, **more):
    """For which reason it is held."""
    with pytest.raises(Unmappable) as why:
        planned(*args, **more)
    return why.value.reason


def linked(*numbers, hidden=()):
    """Items 1, 2, … are known as variants 901, 902, …"""
    variants = {f"i{n}": KnownVariant(str(900 + n), n in hidden) for n in numbers}
    return Known(product_id="77", name="Thing", variants=variants)


def group(*active, **more):
    """Members 1, 2, … of sizes S, M, L; `active` says which are."""
    sizes = enumerate(zip("SML", active, strict=False), 1)
    return product(*(variant(n, options=(("Size", size),), active=on) for n, (size, on) in sizes), **more)


def shirt(*disabled, **more):
    """The group's product in the store; `disabled` says which variants cannot be bought."""
    sizes = enumerate(zip("SML", disabled, strict=False), 1)
    rows = [variant_row(900 + n, f"T-{n}", disabled=off, Size=size) for n, (size, off) in sizes]
    return row(sku="", variants=rows, **more)
