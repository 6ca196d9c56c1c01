"""A merchant's machine with a catalogue: items in Zoho, products in the store, and what links them."""

from ledger import cursors, links, work
from sandbox.bigcommerce import catalog

ON = 'catalogue.items = "on"\ncatalogue.price_lists = "on"\n'


def shelved(shop, more=""):
    """The catalogue is on, and the store sells in what Zoho keeps the books in."""
    shop.world.bigcommerce.currency = shop.world.zoho.base
    shop.write(ON + more)
    return shop


def item(shop, sku="MUG", name="Mug", rate="10.00", **told):
    """A person makes an item in Zoho; its id."""
    return shop.world.zoho.add_item(name, sku, rate, product_type="goods", **told)


def product(shop, **told):
    """A person makes a product in the store; its row."""
    return catalog.make(shop.world, {"name": "Shelf", "type": "physical", "weight": 1, "price": 5, **told})


def products(shop):
    """What the store sells, by SKU."""
    return {row["sku"]: row for row in shop.world.bigcommerce.products.values()}


def linked(shop, kind="product"):
    return {link.key: link.id for link in links.walk(shop.ledger, "main", kind)}


def row(shop, record, flow="items"):
    return work.find(shop.ledger, "main", flow, record)


def cursor(shop, name):
    return cursors.get(shop.ledger, "main", name)
