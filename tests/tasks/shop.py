"""What tests of the catalogue share: a lab with one currency, a batch worked at once, and what the store was told."""

from dataclasses import replace

from ledger import links, work
from tasks.recipe import answer_nudge

PRODUCTS = "/bigcommerce/stores/sandbox/v3/catalog/products"
VARIANTS = "/bigcommerce/stores/sandbox/v3/catalog/variants"


def written(lab, path="", method=None):
    """Every write that the store received, of one path or of all."""
    return [
        call
        for call in lab.calls("bigcommerce", method)
        if call["method"] != "GET" and (not path or call["path"] == path)
    ]


def note(lab, *records):
    """Note items and groups without working them; the ids of their rows."""
    lab.show_items()
    lab.set(items_on=True)
    records = [record if ":" in record else f"item:{record}" for record in map(str, records)]
    return work.note(lab.ledger, "main", "items", records, lab.connection.clock())


def one_batch(lab, *records):
    """One nudge for all of them: one run of the recipe; their rows."""
    ids = note(lab, *records)
    answer_nudge(lab.services, ids[0])
    return [work.find_id(lab.ledger, one) for one in ids]


def link(lab, kind, key):
    return links.get(lab.ledger, "main", kind, str(key))


def row(lab, record):
    record = str(record)
    return lab.row(record if ":" in record else f"item:{record}", "items")


def named(lab, name):
    """The one product of this name."""
    (product,) = [one for one in lab.products.values() if one["name"] == name]
    return product


def rules(lab, **changed):
    """Other settings for the catalogue."""
    lab.set(catalogue_rules=replace(lab.connection.catalogue_rules, **changed))


def fields(lab, **changed):
    """Other owners for some fields of a product."""
    rules(lab, fields={**lab.connection.catalogue_rules.fields, **changed})
