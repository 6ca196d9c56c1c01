"""What a run is going to do, as data: one plan type for the real run, the preview, the dry run and the tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

Undoing = Literal["unapply", "unrefund", "unmark"]
Doing = Literal[
    "create", "update", "confirm", "send", "amend", "mark", "delete", "void", "apply", "refund", "accept", "decline"
]  # fmt: skip
Verb = Doing | Undoing
BookKind = Literal[
    "contact", "address", "item", "estimate", "sales_order", "invoice", "payment", "credit_note", "purchase_order"
]  # fmt: skip
StoreKind = Literal[
    "order", "product", "variant", "option", "option_value", "image", "custom_field", "shipment"
]
Kind = BookKind | StoreKind
STORE_KINDS: Final[frozenset[str]] = frozenset(get_args(StoreKind))


@dataclass(frozen=True)
class Ref:
    """Stands in a body for the id that an earlier step of the plan brings to life; `field` of its answer."""

    step: str
    field: str = "id"


@dataclass(frozen=True)
class Step:
    """One write: `key` names its result within the plan and in the ledger, `expect` what the answer must say."""

    verb: Verb
    kind: Kind
    key: str
    body: Mapping[str, Any]
    target: str | Ref | None = None
    expect: Mapping[str, Any] = field(default_factory=dict)
    calls: int = 1


@dataclass(frozen=True)
class Plan:
    """Steps in the order in which they must happen, and the arithmetic behind them in sentences."""

    steps: tuple[Step, ...] = ()
    arithmetic: tuple[str, ...] = ()

    @property
    def zoho_calls(self) -> int:
        """What the plan costs of Zoho's daily quota; what is written into the store is BigCommerce's."""
        return sum(step.calls for step in self.steps if step.kind not in STORE_KINDS)


def resolve(value: Any, born: Mapping[str, Mapping[str, Any]]) -> Any:
    """The body with every Ref replaced by what its step brought to life (`born[step][field]`)."""
    if isinstance(value, Ref):
        return born[value.step][value.field]
    if isinstance(value, Mapping):
        return {key: resolve(inner, born) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [resolve(inner, born) for inner in value]
    return value


def refs(value: Any) -> Iterator[Ref]:
    """Every Ref in a body, wherever it stands."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from refs(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from refs(inner)
