"""What the ids of an order's status say (`status_id` of the store's orders)."""

from collections.abc import Mapping

from mappings.records import Ending

INCOMPLETE = 0
REFUNDED, PARTIALLY_REFUNDED = 4, 14
GIVEN_BACK = frozenset({REFUNDED, PARTIALLY_REFUNDED})
"""The order stands, and refunds stand beside it."""
SHIPPED = frozenset({2, 10})
"""All of it has left: a completed order has, too."""
COMPLETED = frozenset({10})
PARTIALLY_SHIPPED = 3
ENDED: Mapping[int, Ending] = {5: "cancelled", 6: "declined", 13: "disputed"}
DUE: Mapping[str, frozenset[int]] = {"shipped": SHIPPED, "completed": COMPLETED}
"""When the invoice of a sales order is due, by what is waited for; that all is paid no status tells."""
