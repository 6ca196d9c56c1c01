"""Countries of v2 with their states: a few of them, enough to look an address up."""

from collections.abc import Callable, Sequence

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce.answers import as_json, v2_list, v2_not_found
from sandbox.bigcommerce.order_shape import store_root
from sandbox.bigcommerce.shapes import link
from sandbox.bigcommerce.store import Json
from sandbox.world import World

# id, name, two and three letters
COUNTRIES = (
    (13, "Australia", "AU", "AUS"),
    (38, "Canada", "CA", "CAN"),
    (73, "France", "FR", "FRA"),
    (80, "Germany", "DE", "DEU"),
    (99, "India", "IN", "IND"),
    (105, "Italy", "IT", "ITA"),
    (107, "Japan", "JP", "JPN"),
    (150, "Netherlands", "NL", "NLD"),
    (153, "New Zealand", "NZ", "NZL"),
    (195, "Spain", "ES", "ESP"),
    (225, "United Kingdom", "GB", "GBR"),
    (226, "United States", "US", "USA"),
)
# id, name, abbreviation, country
STATES = (
    (4, "Arizona", "AZ", 226),
    (12, "California", "CA", 226),
    (18, "Florida", "FL", 226),
    (43, "New York", "NY", 226),
    (57, "Texas", "TX", 226),
    (66, "Alberta", "AB", 38),
    (67, "British Columbia", "BC", 38),
    (74, "Ontario", "ON", 38),
    (76, "Quebec", "QC", 38),
    (209, "New South Wales", "NSW", 13),
    (213, "Victoria", "VIC", 13),
)
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    root, one, states = "/countries", "/countries/<int:country>", "/countries/<int:country>/states"
    return [
        ("GET", root, lambda **_: v2_list(_countries(), world.switches)),
        ("GET", f"{root}/count", lambda **_: as_json({"count": len(_countries())})),
        ("GET", f"{root}/states", lambda **_: v2_list([_state(row) for row in STATES], world.switches)),
        ("GET", f"{root}/states/count", lambda **_: as_json({"count": len(STATES)})),
        ("GET", one, lambda country, **_: as_json(_one(_countries(), country))),
        ("GET", states, lambda country, **_: v2_list(_states(country), world.switches)),
        ("GET", f"{states}/count", lambda country, **_: as_json({"count": len(_states(country))})),
        (
            "GET",
            f"{states}/<int:number>",
            lambda country, number, **_: as_json(_one(_states(country), number)),
        ),
    ]


def _countries() -> list[Json]:
    rows: list[Json] = [
        {
            "id": number,
            "country": name,
            "country_iso2": two,
            "country_iso3": three,
            "states": link(store_root(), f"/countries/{number}/states"),
        }
        for number, name, two, three in COUNTRIES
    ]
    for name in ("country", "country_iso2", "country_iso3"):
        if name in request.args:
            rows = [row for row in rows if row[name].lower() == request.args[name].lower()]
    return rows


def _state(row: tuple[int, str, str, int]) -> Json:
    number, name, short, country = row
    return {"id": number, "state": name, "state_abbreviation": short, "country_id": country}


def _states(country: int) -> list[Json]:
    _one(_countries(), country)
    return [_state(row) for row in STATES if row[3] == country]


def _one(rows: Sequence[Json], number: int) -> Json:
    row = next((row for row in rows if row["id"] == number), None)
    if row is None:
        raise v2_not_found()
    return row
