"""The places where a store keeps its stock."""

from typing import Any

from sandbox.bigcommerce.products import Json

ADDRESS = {
    **dict.fromkeys(("address1", "address2", "city", "state", "zip", "email", "phone"), ""),
    "geo_coordinates": {"latitude": 0.0, "longitude": 0.0},
    "country_code": "US",
}


def location_of(number: int, now: str, told: dict[str, Any]) -> Json:
    return {
        "id": number,
        "code": told.get("code") or f"BC-LOCATION-{number}",
        "label": told.get("label", ""),
        "description": told.get("description", ""),
        "managed_by_external_source": told.get("managed_by_external_source", False),
        "type_id": told.get("type_id", "PHYSICAL"),
        "enabled": told.get("enabled", True),
        "operating_hours": told.get("operating_hours"),
        "time_zone": told.get("time_zone", "Etc/UTC"),
        "created_at": now,
        "updated_at": now,
        "address": {**ADDRESS, **(told.get("address") or {})},
        "storefront_visibility": told.get("storefront_visibility", True),
        "special_hours": told.get("special_hours") or [],
    }


def seed(rows: dict[int, Json]) -> None:
    rows[1] = location_of(1, "2026-01-05T08:00:00Z", {"label": "Default location"})
