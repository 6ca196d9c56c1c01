"""What a product may be called: names are unique in a store, and not in Zoho."""

from __future__ import annotations

from mappings.records import Product

NAME_LIMIT = 250


def names(product: Product) -> tuple[str, ...]:
    """Acceptable names, best first: the plain one, with the SKU, with Zoho's id; the suffix always stays whole."""
    zoho_id = product.key.partition(":")[2]
    sku = "" if product.grouped else product.variants[0].sku
    suffixes = ("", *((f" ({sku})",) if sku else ()), f" (Zoho {zoho_id})")
    plain = " ".join(product.name.split())
    return tuple(_fitted(plain, suffix) for suffix in suffixes)


def renamed(product: Product, there: str, known: str) -> bool:
    """Whether the product must be called anew. It keeps any of its names, so that two never swap theirs; only a
    rename in Zoho begins with the plain one again.
    """
    wanted, bears = names(product), " ".join(there.split())
    if known and " ".join(known.split()) != " ".join(product.name.split()):
        return bears != wanted[0]
    return bears not in wanted


def _fitted(name: str, suffix: str) -> str:
    return name[: NAME_LIMIT - len(suffix)].rstrip() + suffix
