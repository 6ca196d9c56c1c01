"""What stock of items there is, place by place, in the books and physically, as running figures."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from sandbox.zoho.money import ZERO
from sandbox.zoho.organization import Organization, Record


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one item at one place; also what a document adds to them."""

    on_hand: Decimal = ZERO
    committed: Decimal = ZERO
    actual_on_hand: Decimal = ZERO  # physically
    actual_committed: Decimal = ZERO
    in_transit: Decimal = ZERO  # on its way hither

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.on_hand + other.on_hand,
            self.committed + other.committed,
            self.actual_on_hand + other.actual_on_hand,
            self.actual_committed + other.actual_committed,
            self.in_transit + other.in_transit,
        )

    def __neg__(self) -> "Figures":
        return NONE.less(self)

    def less(self, other: "Figures") -> "Figures":
        return Figures(
            self.on_hand - other.on_hand,
            self.committed - other.committed,
            self.actual_on_hand - other.actual_on_hand,
            self.actual_committed - other.actual_committed,
            self.in_transit - other.in_transit,
        )


NONE = Figures()
Effect = dict[tuple[str, str], Figures]  # (item, place) -> what a document does there


def follow(org: Organization, record_id: str, effect: Effect) -> None:
    """A document does this to stock from now on, whatever it did before; the figures move by the difference."""
    before = org.effects.pop(record_id, {})
    if effect:
        org.effects[record_id] = effect
    moved = []
    for key in {**before, **effect}:
        change = effect.get(key, NONE).less(before.get(key, NONE))
        if change != NONE:
            add(org, key, change)
            moved.append(key[0])
    for item_id in dict.fromkeys(moved):
        if item_id in org.records["items"]:
            org.stock_moved(org.records["items"][item_id])


def add(org: Organization, key: tuple[str, str], change: Figures) -> None:
    places = org.stock.setdefault(key[0], {})
    places[key[1]] = places.get(key[1], NONE) + change


def put(effect: Effect, key: tuple[str, str], change: Figures) -> None:
    """One more line into an effect."""
    effect[key] = effect.get(key, NONE) + change


def moved_items(org: Organization, item_id: str, quantity: Decimal) -> list[tuple[str, Decimal]]:
    """What really moves when so much of an item does: of a kit its parts; nothing of what is not tracked."""
    item = org.records["items"].get(item_id)
    if item is None:
        return []
    if item.get("combo_type") != "kit":
        return [(item_id, quantity)] if item["track_inventory"] else []
    known = [part for part in item["_parts"] if _tracked(org, part["item_id"])]
    return [(part["item_id"], quantity * part["quantity"]) for part in known]


def _tracked(org: Organization, item_id: str) -> bool:
    item = org.records["items"].get(item_id)
    return item is not None and bool(item["track_inventory"])


def at(org: Organization, item: Record, place_id: str) -> Figures:
    return _of(org, item, lambda item_id: org.stock.get(item_id, {}).get(place_id, NONE))


def in_all(org: Organization, item: Record) -> Figures:
    """Of all places together."""
    return _of(org, item, lambda item_id: _sum(org.stock.get(item_id, {}).values()))


def _sum(all_figures: Iterable[Figures]) -> Figures:
    return sum(all_figures, NONE)


def _of(org: Organization, item: Record, look: Callable[[str], Figures]) -> Figures:
    """Kits have nothing of their own: they have as many as their parts are enough for."""
    if item.get("combo_type") != "kit":
        return look(item["item_id"])
    known = [part for part in item["_parts"] if _tracked(org, part["item_id"])]
    parts = [(look(part["item_id"]), part["quantity"]) for part in known]
    on_hand = _fewest((part.on_hand, each) for part, each in parts)
    free = _fewest((part.on_hand - part.committed, each) for part, each in parts)
    actual = _fewest((part.actual_on_hand, each) for part, each in parts)
    actual_free = _fewest((part.actual_on_hand - part.actual_committed, each) for part, each in parts)
    return Figures(on_hand, on_hand - free, actual, actual - actual_free)


def _fewest(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    whole = ((there / each).to_integral_value(ROUND_FLOOR) for there, each in parts)
    return min(whole, default=ZERO)
