"""What the platform has and this sandbox has not: named openly, so that nobody looks for the fault in his own call."""

import re

from werkzeug.wrappers import Response

from sandbox.bigcommerce.answers import error

NOT_HERE = 501
METHODS = ("GET", "POST", "PUT", "DELETE")
OF_PRODUCTS = (
    r"products/\d+/(reviews|complex-rules)|(categories/\d+/)?(products|image)|brands/\d+/image|trees"
)
OF_CHANNELS = r"(\d+/)?(active-theme|channel-menus|currency-assignments|listings|site)"
OF_CUSTOMERS = r"\d+/(consent|stored-instruments)|form-field-values|settings|subscribers|validate-credentials"
WHOLE = (
    *(
        "abandoned-carts",
        "carts",
        "checkouts",
        "content",
        "marketing",
        "orders/settings",
        "payments",
        "pricing",
    ),
    *("promotions", "segments", "settings", "shipping", "shopper-profiles", "sites", "store", "storefront"),
    *("tax", "themes", "wishlists"),
)
PATHS = {
    "v2": re.compile(
        r"/(banners|blog|currencies|customers/\d+/validate|gift_certificates|option_sets|options|pages|payments"
        r"|redirects|shipping)(/.*)?"
    ),
    "v3": re.compile(
        rf"/(catalog/({OF_PRODUCTS})|channels/{OF_CHANNELS}|customers/({OF_CUSTOMERS})|{'|'.join(WHOLE)})(/.*)?"
    ),
}


def answer(version: str, method: str, path: str) -> Response | None:
    """For what is known to be there in reality; None for all else."""
    if method not in METHODS or path.endswith("/") or not PATHS[version].fullmatch(path):
        return None
    return error(version, NOT_HERE, f"This sandbox does not pretend {method} /{version}{path}.")
