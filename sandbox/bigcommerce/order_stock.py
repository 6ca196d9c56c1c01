"""What orders take from the store's levels, and when they put it back: as the store's settings say."""

from collections import Counter
from collections.abc import Iterable, Mapping

from sandbox.bigcommerce.answers import refuse_v2
from sandbox.bigcommerce.inventory_settings import setting
from sandbox.bigcommerce.stock import DEFAULT, Goods, Holder, Taken, cell_of, holder_of
from sandbox.bigcommerce.stock_moves import happen, sell
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.shop.refunding import refunds_made
from sandbox.world import World

INCOMPLETE, REFUNDED, CANCELLED, DECLINED = 0, 4, 5, 6
SHIPPED = (2, 10)


def moved(world: World, order_id: int) -> None:
    """The order has come or changed: its goods leave the default location, or return to it."""
    happen(world)
    bundle, taken = world.bigcommerce.orders[order_id], world.bigcommerce.stock.taken[order_id]
    before = {goods: row.wanted for goods, row in taken.items() if row.wanted}
    wanted = _wanted(world, bundle, before)
    for goods in {**before, **wanted}:
        row = taken.setdefault(goods, Taken())
        change, row.wanted = wanted.get(goods, 0) - row.wanted, wanted.get(goods, 0)
        holder = _holder(world, goods)
        if holder is not None and change:
            pieces = change if change > 0 else -min(-change, row.got)  # what never left does not return
            row.got += _take(world, holder, pieces)


def _take(world: World, holder: Holder, pieces: int) -> int:
    """So many leave (or return, below nothing); how many really did."""
    have = cell_of(world, holder, DEFAULT).on_hand
    left = have - pieces
    if pieces > 0 and world.switches["order_without_stock"] != "negative":
        left = max(left, min(have, 0))
    sell(world, holder, left)
    return have - left


def _wanted(world: World, bundle: Bundle, before: Mapping[Goods, int]) -> Mapping[Goods, int]:
    """What the order should have of each goods now, where it had `before`."""
    order = bundle["order"]
    status = int(order["status_id"])
    late = setting(world, order, "update_stock_behavior") == "order_completed_or_shipped"
    if status in (REFUNDED, CANCELLED, DECLINED):
        return {} if _puts_back(world, bundle, status) else before or _had(world, bundle, status, late=late)
    takes = status in SHIPPED if late else status != INCOMPLETE
    if not takes or (before and not setting(world, order, "edit_order_stock_adjustment")):
        return before
    return _ordered(world, bundle)


def _puts_back(world: World, bundle: Bundle, status: int) -> bool:
    """By setting; a refund by API moves only money, whatever the setting (switch)."""
    money_only = status == REFUNDED and refunds_made(bundle) and not world.switches["api_refund_restocks"]
    return bool(setting(world, bundle["order"], "refund_order_stock_adjustment")) and not money_only


def _had(world: World, bundle: Bundle, status: int, *, late: bool) -> Mapping[Goods, int]:
    """An order that comes in over already was placed before that, unless its payment never went through (switch)."""
    never = status == DECLINED and not world.switches["declined_order_took"]
    return {} if late or never else _ordered(world, bundle)


def _ordered(world: World, bundle: Bundle) -> Counter[Goods]:
    """Pieces by product and variant, bundled children too; refunded ones count off by switch and setting."""
    back = world.switches["api_refund_restocks"] and setting(
        world, bundle["order"], "refund_order_stock_adjustment"
    )
    refunded = _refunded(bundle) if back else Counter[int]()
    pieces: Counter[Goods] = Counter()
    for line in bundle["products"]:
        goods = _goods(world, line)
        if goods:
            count = int(float(line.get("quantity") or 0)) - refunded[int(line["id"])]
            pieces[goods] += max(0, count)
    return +pieces


def _refunded(bundle: Bundle) -> Counter[int]:
    """Pieces that refunds by API took back, by line."""
    items = [item for row in refunds_made(bundle) for item in row.get("items") or []]
    pieces: Counter[int] = Counter()
    for item in items:
        if item.get("item_type") == "PRODUCT":
            pieces[int(item["item_id"])] += int(item.get("quantity") or 0)
    return pieces


def _goods(world: World, line: Json) -> Goods | None:
    product = world.bigcommerce.products.get(int(line.get("product_id") or 0))
    if product is None or line.get("gift_certificate_id"):
        return None
    return int(product["id"]), int(line.get("variant_id") or product["base_variant_id"] or 0)


def _holder(world: World, goods: Goods) -> Holder | None:
    products = world.bigcommerce.products
    product = products.get(goods[0])
    return holder_of(product, products.variants.get(goods[1])) if product else None


def check(world: World, lines: Iterable[Json]) -> None:
    """With the switch order_without_stock the API refuses what is not there."""
    if world.switches["order_without_stock"] != "refused":
        return
    for line in lines:
        goods = _goods(world, line)
        holder = _holder(world, goods) if goods else None
        if holder is not None and cell_of(world, holder, DEFAULT).available < int(line["quantity"]):
            raise refuse_v2(400, f"The product {holder.product['id']} is out of stock.")
