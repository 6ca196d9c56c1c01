"""Rooms of a store that are always empty here, so that clients which look into them find nothing, not a wall."""

from collections.abc import Callable

from werkzeug.wrappers import Response

from sandbox.bigcommerce.answers import as_json, v2_list, v3_data, v3_list
from sandbox.world import World

V2 = (
    "banners",
    "gift_certificates",
    "option_sets",
    "options",
    "redirects",
)
V2_UNCOUNTED = ("payments/methods", "shipping/methods", "shipping/zones")
V3 = (
    "content/pages",
    "customers/form-field-values",
    "customers/subscribers",
    "promotions",
    "storefront/redirects",
    "store/metafields",
    "store/systemlogs",
    "tax/rates",
    "wishlists",
)
TAX_ZONE = {
    "id": 1,
    "name": "Default Tax Zone",
    "enabled": True,
    "price_display_settings": {
        "show_inclusive": False,
        "show_both_on_list_view": False,
        "show_both_on_detail_view": False,
    },
    "shopper_target_settings": {"locations": [], "customer_groups": []},
}
TAX_SETTINGS = {
    "price_display_settings": {
        "control_panel_price_display_strategy": "ZONE",
        "invoice_price_display_strategy": "ZONE",
    },
    "fallback_strategy": "FIXED",
    "rounding_strategy": "RATE_ROUNDING",
    "document_submission_strategy": "ON_ORDER_CREATION",
    "should_subtract_store_tax": False,
    "should_use_geolocation_to_determine_guest_shopper_tax_zone": False,
    "guest_shopper_tax_zone_id": None,
    "store_tax_zone_id": 1,
}


def v2_routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    lists = [("GET", f"/{room}", lambda **_: v2_list([], world.switches)) for room in (*V2, *V2_UNCOUNTED)]
    return [*lists, *(("GET", f"/{room}/count", lambda **_: as_json({"count": 0})) for room in V2)]


def v3_routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    """The empty lists, the zone that every store has, and the settings that tell how tax is kept."""
    rows: list[tuple[str, str, Callable[..., Response]]] = [
        ("GET", f"/{room}", lambda **_: v3_list([], world.switches)) for room in V3
    ]
    rows.append(("GET", "/tax/zones", lambda **_: v3_list([TAX_ZONE], world.switches)))
    rows.append(("GET", "/tax/settings", lambda **_: v3_data(_tax_settings(world))))
    return rows


def _tax_settings(world: World) -> dict[str, object]:
    return {"tax_entered_with_prices": world.switches["prices_with_tax"], **TAX_SETTINGS}
