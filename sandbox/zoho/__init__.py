"""Zoho Books and Zoho Inventory, pretended."""

from typing import Any

from flask import Flask, Request, jsonify
from werkzeug.wrappers import Response

from sandbox.world import World


def new_state(world: World) -> Any:
    del world
    return {}


def register(app: Flask, world: World) -> None:
    del app, world


def guard(world: World, request: Request) -> Response | None:
    del world, request
    return None


def misbehave(world: World, request: Request, kind: str, status: int) -> Response:
    del world, request
    response = jsonify({"code": 0, "message": kind})
    response.status_code = status
    return response


def state(world: World) -> dict[str, Any]:
    del world
    return {}
