"""Every path of the pretended store, and the answer to those it does not have."""

from flask import Flask, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from sandbox.bigcommerce import (
    adjustments,
    assignments,
    attributes,
    bare_rooms,
    brands,
    catalog,
    categories,
    channels,
    countries,
    coupons,
    custom_fields,
    customer_groups,
    customers,
    hooks,
    images,
    inventory,
    inventory_settings,
    locations,
    metafields,
    older,
    older_categories,
    older_customers,
    older_goods,
    options,
    orders,
    payment_actions,
    payments,
    price_assignments,
    price_lists,
    price_records,
    product_parts,
    refunds,
    shipments,
    shop,
    unpretended,
    variants,
)
from sandbox.bigcommerce.answers import add_routes, missing_route
from sandbox.bigcommerce.guard import PATH
from sandbox.world import World

ROOT = "/bigcommerce/stores/<store_hash>"


def register_routes(app: Flask, world: World) -> None:
    add_routes(
        ROOT + "/v2",
        [row for room in (shop, orders, shipments, older, older_goods) for row in room.routes(world)],
    )
    people = (older_customers, customer_groups, coupons, countries)
    add_routes(ROOT + "/v2", [row for room in people for row in room.routes(world)])
    add_routes(ROOT + "/v2", bare_rooms.v2_routes(world))
    goods = (
        catalog,
        variants,
        options,
        images,
        custom_fields,
        product_parts,
        brands,
        categories,
        older_categories,
    )
    prices = (price_lists, price_records, price_assignments)
    stock = (inventory, adjustments, locations, inventory_settings)
    rooms = (
        payments,
        refunds,
        payment_actions,
        metafields,
        *goods,
        assignments,
        *prices,
        *stock,
        channels,
        hooks,
        attributes,
    )
    add_routes(ROOT + "/v3", [row for room in rooms for row in room.routes(world)])
    more = (customers.v3_routes, bare_rooms.v3_routes)
    add_routes(ROOT + "/v3", [row for room in more for row in room(world)])
    app.after_request(lambda response: _with_rate_headers(world, response))
    app.register_error_handler(HTTPException, _missing)


def _with_rate_headers(world: World, response: Response) -> Response:
    if request.path.startswith("/bigcommerce/"):
        headers = world.bigcommerce.window.headers(world.clock.epoch(), world.switches)
        response.headers.update(headers)
    return response


def _missing(problem: HTTPException) -> Response | HTTPException:
    match = PATH.match(request.path)
    known = match is not None and problem.code in (404, 405)  # a 500 is our own bug and must look like one
    if match is None or not known:
        return problem
    version = match["version"]
    return unpretended.answer(version, request.method, match["rest"] or "/") or missing_route(
        version, problem
    )
