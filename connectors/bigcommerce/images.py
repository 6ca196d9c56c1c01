"""Images of a store's products."""

from __future__ import annotations

from typing import Any

from connectors.bigcommerce.catalog import PATH
from connectors.bigcommerce.client import BigCommerce
from connectors.errors import Rejected

LARGEST = 8 * 1024 * 1024  # bytes


def add_image(
    store: BigCommerce,
    product_id: int | str,
    content: bytes,
    content_type: str,
    name: str,
    *,
    thumbnail: bool = True,
) -> dict[str, Any]:
    """The image beside those that are there; without a thumbnail lists show the product without a picture."""
    if len(content) > LARGEST:
        raise Rejected(413, "too-large", f"the image has more than {LARGEST} bytes")
    answer = store.call(
        "POST", f"{PATH}/{product_id}/images",
        form={"is_thumbnail": "true" if thumbnail else "false"},
        files={"image_file": (name, content, content_type)}, purpose="create",
    )  # fmt: skip
    return dict(answer["data"])
