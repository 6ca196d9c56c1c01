"""What a person changes of an order's goods in the control panel, where tax is computed as for every order."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sandbox.arithmetic import ZERO, Rate, spread
from sandbox.bigcommerce import order_stock, order_sums
from sandbox.bigcommerce.made_lines import line_of
from sandbox.bigcommerce.order_editing import add_line
from sandbox.bigcommerce.order_sums import add_up, drop_discounts, price_of, rates_of, ring
from sandbox.bigcommerce.placing import fill_parts
from sandbox.bigcommerce.shapes import iso
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.bigcommerce.transactions import settle
from sandbox.shop import reading
from sandbox.shop.paper import money
from sandbox.shop.reading import amount, whole_number
from sandbox.world import World


class Impossible(ValueError):
    """A deed that the store does not let anybody do, with the reason."""


def line_in(bundle: Bundle, number: int | None) -> Json:
    """The line with this id, or the first; parts of a bundle are not edited or refunded by themselves."""
    rows: list[Json] = [row for row in bundle["products"] if not row.get("parent_order_product_id")]
    row = next((row for row in rows if number is None or row["id"] == number), None)
    if row is None:
        raise Impossible(f"the order sells nothing as line {number}")
    return row


def change(
    world: World, order_id: int, line: int | None = None, *, quantity: Any = None, price: Any = None
) -> None:
    """Another quantity or price (in the order's price basis) of a line; its discounts are gone."""
    bundle = world.bigcommerce.orders[order_id]
    row = line_in(bundle, line)
    rates, count = rates_of(bundle, row), whole_number(row, "quantity") if quantity is None else int(quantity)
    drop_discounts(bundle, row)
    ring(bundle, row, count, price_of(bundle, row) if price is None else Decimal(str(price)), rates)
    _done(world, order_id)


def remove(world: World, order_id: int, line: int | None = None) -> None:
    """A line taken out; an order keeps at least one."""
    bundle = world.bigcommerce.orders[order_id]
    row = line_in(bundle, line)
    drop_discounts(bundle, row)
    order_sums.remove(bundle, row)
    _done(world, order_id)


def add(
    world: World,
    order_id: int,
    *,
    price: Any,
    quantity: int = 1,
    tax: Any = (),
    name: str = "Afterthought",
    sku: str = "AFTER-1",
    product_id: int = 0,
) -> int:
    """A line more; `tax` is a percentage or several, else the rates of the first line. Gives the line's id."""
    bundle = world.bigcommerce.orders[order_id]
    rates = rates_of(bundle, line_in(bundle, None)) if tax == () else tuple(_rates(tax))
    told = {"name": name, "sku": sku, "quantity": quantity, "price_ex_tax": price, "price_inc_tax": price}
    made = line_of(world, told | _goods(world, product_id))
    row = add_line(bundle, {**made, "id": world.bigcommerce.new_id("order_product")})
    ring(bundle, row, int(quantity), Decimal(str(price)), rates)
    _done(world, order_id)
    return int(row["id"])


def _goods(world: World, product_id: int) -> dict[str, int]:
    """Of a product with variants a person takes the first one."""
    if not product_id:
        return {}
    product = world.bigcommerce.products.get(product_id) or {"variants": []}
    first = [{"variant_id": row["id"]} for row in product["variants"][:1] if row["option_values"]]
    return {"product_id": product_id, **(first[0] if first else {})}


def _rates(tax: Any) -> Iterable[Rate]:
    for one in tax if isinstance(tax, list | tuple) else [tax]:
        percent = Decimal(str(one))
        if percent:
            yield Rate(f"VAT {one}", percent)


def discount(world: World, order_id: int, off: Any, *, name: str = "Manual discount") -> None:
    """So much off the whole order, spread over its lines by what is left of each."""
    bundle = world.bigcommerce.orders[order_id]
    lines = [row for row in reading.sold_lines(bundle) if row.get("type") != "giftcertificate"]
    left = [max(ZERO, amount(row, "base_total") - _taken(row)) for row in lines]
    for row, share in zip(lines, spread(Decimal(str(off)), left), strict=True):
        one = {"id": "manual-discount", "amount": money(share), "name": name, "code": None, "target": "order"}
        kept = [*(row.get("applied_discounts") or []), *([one] if share else [])]
        line = line_in(bundle, row["id"])
        ring(
            bundle, line, whole_number(row, "quantity"), price_of(bundle, line), rates_of(bundle, line), kept
        )
    order = bundle["order"]
    order["discount_amount"] = money(amount(order, "discount_amount") + Decimal(str(off)))
    _done(world, order_id)


def _taken(row: reading.Row) -> Decimal:
    return sum((amount(one, "amount") for one in row.get("applied_discounts") or []), ZERO)


def _done(world: World, order_id: int) -> None:
    bundle = world.bigcommerce.orders[order_id]
    add_up(bundle)
    fill_parts(world.bigcommerce, bundle, order_id, iso(world.clock.now()))
    order_stock.moved(world, order_id)
    settle(world, order_id)
