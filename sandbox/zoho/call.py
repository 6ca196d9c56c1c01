"""One call as a view sees it: who asks, for which edition, with what parameters and body."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.zoho.answers import Answer, Refused, unknown_id
from sandbox.zoho.organization import Organization, Record, Upload


@dataclass(frozen=True)
class Call:
    org: Organization
    edition: str  # "books" | "inventory"
    args: Mapping[str, str]
    headers: Mapping[str, str]
    body: dict[str, Any]
    ids: Mapping[str, str]  # the variable parts of the path
    person: bool = False  # a person at the screen instead of a client of the API
    files: Mapping[str, Upload] = field(default_factory=dict)

    def switch(self, name: str) -> Any:
        return self.org.world.switches[name]

    def find(self, module: str, key: str = "id") -> Record:
        """The record the path names, or the refusal of an unknown id."""
        record = self.org.records[module].get(self.ids[key])
        if record is None:
            raise unknown_id()
        return record

    def asks(self, name: str) -> bool:
        return self.args.get(name, "").lower() == "true"


View = Callable[[Call], Answer]


def named(call: Call, module: str, record_id: object, code: int, sentence: str) -> Record:
    """The record a body names by id; missing ones answer with their own code (1002, 2006 ...)."""
    record = call.org.records[module].get(str(record_id))
    if record is None:
        raise Refused(code, sentence, int(call.switch("zoho_missing_status")))
    return record


def created(message: str, entity: str, record: Record, path: str, **parts: Any) -> Answer:
    """201 with a `location` that starts at /api/v3, as recorded (it cannot be followed literally)."""
    return Answer(
        {"code": 0, "message": message, entity: record, **parts}, 201, {"location": f"/api/v3/{path}"}
    )


def rows_of(body: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """A list of objects in the body; other types are refused by name."""
    value = body.get(key) or []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Refused(2, f"Invalid value passed for {key}")
    return value
