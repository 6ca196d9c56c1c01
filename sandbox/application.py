"""The sandbox put together: one world, two platforms behind one door, and the controls beside it."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random
from types import ModuleType
from typing import Any

from flask import Flask, Request
from flask.json.provider import DefaultJSONProvider
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from sandbox import bigcommerce, control, zoho
from sandbox.door import door
from sandbox.moods import MoodTable, moods_from
from sandbox.platforms import Platform
from sandbox.switch import checked, defaults
from sandbox.switches import SWITCHES
from sandbox.world import Options, World


def create_app(*, switches: Mapping[str, Any] | None = None, moods: Any = (), **options: Any) -> Flask:
    """A sandbox of its own: `options` are the fields of Options, `moods` a name, a file or rows.

    app.extensions["sandbox"] is its World. Raises SwitchError, MoodError or TypeError on unknown words.
    """
    world = new_world(Options(**options), switches or {}, moods)
    app = _Matched("sandbox")
    app.extensions["sandbox"] = world
    app.json = PlatformJson(app)
    platforms = (_row(app, "bigcommerce", bigcommerce), _row(app, "zoho", zoho))
    for platform in platforms:
        setattr(world, platform.name, platform.new_state(world))
        platform.register(app, world)
    control.register(app, world, platforms)
    app.wsgi_app = door(world, platforms, app.wsgi_app)  # type: ignore[method-assign,assignment]
    return app


def new_world(options: Options, switches: Mapping[str, Any], moods: Any) -> World:
    table = MoodTable(moods_from(moods), Random(options.seed))
    return World(options, {**defaults(SWITCHES), **checked(SWITCHES, switches)}, table)


class _Route(Rule):
    """A path that is only matched: nobody asks the sandbox to build an address."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        del append_unknown
        return _no_address


def _no_address(_route: Rule, **_values: Any) -> tuple[str, str]:
    raise NotImplementedError("the sandbox builds no addresses")


class _Matched(Flask):
    """To work out some 270 paths is most of the time in which a sandbox starts, and every sandbox of a process has the
    same: so they are worked out once, and only the views are each one's own.
    """

    url_rule_class = _Route

    def __init__(self, name: str) -> None:
        super().__init__(name, static_folder=None)
        self.url_map = _PATHS

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: Any = None, *told: Any, **options: Any
    ) -> None:
        name = endpoint or view_func.__name__
        key = (rule, name, *(options.get("methods") or ("GET",)))
        if key in _WORKED_OUT:
            self.view_functions[name] = view_func
        else:
            super().add_url_rule(rule, name, view_func, *told, **options)
            _WORKED_OUT.add(key)


_PATHS = Map(strict_slashes=True)
_WORKED_OUT: set[tuple[str, ...]] = set()


class PlatformJson(DefaultJSONProvider):
    """Decimals are numbers, as both platforms write amounts, and keys keep their order."""

    sort_keys = False

    @staticmethod
    def default(o: Any) -> Any:
        if isinstance(o, Decimal):
            return int(o) if o == o.to_integral_value() else float(o)
        return DefaultJSONProvider.default(o)


def _row(app: Flask, name: str, module: ModuleType) -> Platform:
    """The guard and the moods answer before any view, so they bring the application's context themselves."""

    def guard(world: World, request: Request) -> Response | None:
        with app.app_context():
            answer: Response | None = module.guard(world, request)
            return answer

    def misbehave(world: World, request: Request, kind: str, status: int) -> Response:
        with app.app_context():
            answer: Response = module.misbehave(world, request, kind, status)
            return answer

    return Platform(name, f"/{name}", module.register, guard, misbehave, module.new_state, module.state)
