"""What the ids of an order's status say."""

from collections.abc import Mapping

from mappings.records import Ending

ENDED: Mapping[int, Ending] = {5: "cancelled", 6: "declined", 13: "disputed"}
