"""Products of a store: listed to their proven end, found by id or name, made and changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors.bigcommerce.client import BigCommerce, Page, pages_v3, walk_v3
from connectors.errors import Rejected, Temporary

PATH = "/v3/catalog/products"
BY_ID = 50  # ids in one address
BATCH = 10  # products that one call changes

ProductPage = Page


def product_pages(
    store: BigCommerce, *, include: str = "variants", first_page: int = 1
) -> Iterator[ProductPage]:
    """Every product, visible or not, by id, 250 a page; the last page comes only when the walk is proven."""
    params = {"sort": "id", "direction": "asc", **_including(include)}
    return walk_v3(store, PATH, params, first_page=first_page, purpose="list")


def products_by_id(
    store: BigCommerce, ids: Iterable[int | str], *, include: str = "variants,custom_fields,images"
) -> dict[str, dict[str, Any]]:
    """Products by their id; those that were deleted are absent."""
    wanted = list(dict.fromkeys(str(one) for one in ids))
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(wanted), BY_ID):
        some = wanted[start : start + BY_ID]
        params = {"id:in": ",".join(some), **_including(include)}
        for row in pages_v3(store, PATH, params, purpose="read"):
            if str(row["id"]) not in some:
                raise Temporary("BigCommerce ignored a filter by id: who is absent may exist all the same")
            found[str(row["id"])] = row
    return found


def find_by_name(store: BigCommerce, name: str, *, include: str = "variants") -> list[dict[str, Any]]:
    """Products of exactly this name, re-checked here."""
    rows = pages_v3(store, PATH, {"name": name, **_including(include)}, purpose="find")
    return [row for row in rows if str(row.get("name") or "").strip() == name.strip()]


def create_product(store: BigCommerce, body: Mapping[str, Any]) -> dict[str, Any]:
    """The new product with its variants; a name or SKU that is taken is Rejected (status 409).

    It is stored, too, where BigCommerce says that a part of it was not (HTTP 207).
    """
    made = store.call("POST", PATH, body=dict(body), purpose="create")["data"]
    return dict(made[0] if isinstance(made, list) else made)


def update_products(store: BigCommerce, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Writes the given keys of up to ten products, each named by its `id`.

    One that is refused fails all, or only itself: Rejected either way, and sending the others again is safe.
    """
    if len(rows) > BATCH:
        raise ValueError(f"one call changes {BATCH} products at most, not {len(rows)}")
    answer = store.call("PUT", PATH, body=[dict(row) for row in rows], purpose="update")
    written = list(answer["data"])
    errors = answer.get("errors")
    if errors and not {str(row["id"]) for row in rows} <= {str(row.get("id")) for row in written}:
        title = errors.get("title") if isinstance(errors, Mapping) else None
        raise Rejected(207, 207, str(title or "some products were refused"), errors)
    return written


def categories(store: BigCommerce) -> list[dict[str, Any]]:
    """The categories of all trees, each with category_id, tree_id, parent_id, name."""
    path = "/v3/catalog/trees/categories"
    return list(pages_v3(store, path, identity=lambda row: row.get("category_id"), purpose="list"))


def custom_fields(store: BigCommerce, product_id: int | str) -> list[dict[str, Any]]:
    """What shoppers read beside the product: rows of id, name, value."""
    return list(pages_v3(store, f"{PATH}/{product_id}/custom-fields", purpose="read"))


def create_custom_field(store: BigCommerce, product_id: int | str, body: Mapping[str, Any]) -> dict[str, Any]:
    path = f"{PATH}/{product_id}/custom-fields"
    return dict(store.call("POST", path, body=dict(body), purpose="create")["data"])


def update_custom_field(
    store: BigCommerce, product_id: int | str, field_id: int | str, body: Mapping[str, Any]
) -> dict[str, Any]:
    path = f"{PATH}/{product_id}/custom-fields/{field_id}"
    return dict(store.call("PUT", path, body=dict(body), purpose="update")["data"])


def delete_custom_field(store: BigCommerce, product_id: int | str, field_id: int | str) -> None:
    store.call("DELETE", f"{PATH}/{product_id}/custom-fields/{field_id}", purpose="delete")


def _including(include: str) -> dict[str, str]:
    return {"include": include} if include else {}
