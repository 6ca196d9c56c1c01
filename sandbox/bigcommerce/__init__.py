"""BigCommerce pretended: a store's API under /bigcommerce/stores/{hash}/v2|v3, and its callbacks."""

from flask import Flask

from sandbox.bigcommerce import control
from sandbox.bigcommerce.courier import Courier
from sandbox.bigcommerce.guard import guard, misbehave
from sandbox.bigcommerce.routes import register_routes
from sandbox.bigcommerce.shop import seed
from sandbox.bigcommerce.store import Store, new_store, state
from sandbox.world import World

__all__ = ["guard", "misbehave", "new_state", "register", "state"]


def new_state(world: World) -> Store:
    store = new_store(world, Courier(world))
    seed(store)
    return store


def register(app: Flask, world: World) -> None:
    with app.app_context():
        register_routes(app, world)
    control.register(app, world)
