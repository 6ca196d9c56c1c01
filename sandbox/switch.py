"""A switch: a thing the documentation leaves open, the position we assume, and those that must work too."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Switch:
    name: str
    default: Any
    choices: tuple[Any, ...]  # empty: any value of the default's type
    about: str


class SwitchError(ValueError):
    """A switch that does not exist, or a position it does not have."""


def defaults(table: Iterable[Switch]) -> dict[str, Any]:
    return {switch.name: switch.default for switch in table}


def checked(table: Iterable[Switch], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The wanted positions, or SwitchError naming the switch and the positions it has."""
    known = {switch.name: switch for switch in table}
    for name, value in wanted.items():
        if name not in known:
            raise SwitchError(f"there is no switch {name!r}; there are: {', '.join(sorted(known))}")
        _check_position(known[name], value)
    return dict(wanted)


def _check_position(switch: Switch, value: Any) -> None:
    if switch.choices:
        # True == 1 in Python, but a switch with numbers is not a switch with yes and no
        if not any(value == choice and type(value) is type(choice) for choice in switch.choices):
            raise SwitchError(f"switch {switch.name!r} takes one of {list(switch.choices)}, not {value!r}")
        return
    number = isinstance(switch.default, int | float) and not isinstance(switch.default, bool)
    fits = isinstance(value, int | float) if number else isinstance(value, type(switch.default))
    if not fits or (number and isinstance(value, bool)):
        raise SwitchError(f"switch {switch.name!r} takes a value like {switch.default!r}, not {value!r}")
