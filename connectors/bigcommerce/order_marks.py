"""Takes our marks off orders of a BigCommerce store."""

from __future__ import annotations

from connectors.bigcommerce.client import BigCommerce, is_missing
from connectors.errors import Rejected


def delete_metafield(
    store: BigCommerce, order_id: str, metafield_id: str, *, purpose: str = "unmark"
) -> None:
    """It is not there afterwards, whether it was before or not."""
    try:
        store.call("DELETE", f"/v3/orders/{order_id}/metafields/{metafield_id}", purpose=purpose)
    except Rejected as error:
        if not is_missing(error):
            raise
