"""Lines of an order changed by PUT: by their id, taken out with a quantity of 0, or added without an id."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

from sandbox.arithmetic import taxed
from sandbox.bigcommerce import order_stock
from sandbox.bigcommerce.answers import refuse_v2, v2_invalid, v2_read_only, v2_unsupported
from sandbox.bigcommerce.made_lines import line_of
from sandbox.bigcommerce.order_sums import add_up, drop_discounts, price_of, rates_of, remove, ring, ring_told
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.shop import reading
from sandbox.shop.reading import amount, whole_number
from sandbox.world import World

PARTS = ("order", "products", "coupons", "taxes", "shipping_addresses")
NAMES = ("name", "name_customer", "name_merchant")
PRICES = ("price_ex_tax", "price_inc_tax")
WRITABLE = ("id", "product_id", "variant_id", "product_options", "quantity", "sku", "upc", *NAMES, *PRICES)


def edited(world: World, bundle: Bundle, rows: Any) -> Bundle:
    """A copy of the order with these rows applied and its amounts computed anew; 400 before anything is changed."""
    copy: Bundle = {**bundle, **{part: deepcopy(bundle[part]) for part in PARTS}}
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise v2_invalid("products")
    for row in rows:
        _checked(world, copy, row)
        if row.get("id"):
            _change(world, copy, row)
        else:
            _add(world, copy, row)
    if not copy["products"]:
        raise refuse_v2(400, "An order must have at least one product.")
    add_up(copy)
    return copy


def _checked(world: World, bundle: Bundle, row: Json) -> None:
    known = {key for line in bundle["products"] for key in line}
    for name in row:
        if name not in WRITABLE and name in known:
            raise v2_read_only(name)
        if name not in WRITABLE and world.switches["unknown_order_field"] == "refused":
            raise v2_unsupported(name)
    if (row.get("price_ex_tax") is None) != (row.get("price_inc_tax") is None):
        raise refuse_v2(400, "The fields 'price_ex_tax' and 'price_inc_tax' must be supplied together.")


def _change(world: World, bundle: Bundle, row: Json) -> None:
    line = next((line for line in bundle["products"] if line["id"] == row["id"]), None)
    if line is None:
        raise v2_invalid("id")
    before = whole_number(line, "quantity")
    quantity = _quantity(row, before)
    if quantity < max(whole_number(line, "quantity_refunded"), whole_number(line, "quantity_shipped")):
        raise refuse_v2(400, "The quantity is smaller than what was shipped or refunded.")
    if quantity > before:
        order_stock.check(world, [{**line, "quantity": quantity - before}])
    if not quantity:
        drop_discounts(bundle, line)
        remove(bundle, line)
        return
    _rename(line, row)
    ex, inc = _told_prices(row)
    moved = ex is not None and (ex, inc) != tuple(amount(line, key) for key in PRICES)
    if quantity != before or moved:
        rates = rates_of(bundle, line)
        drop_discounts(bundle, line)
        _price(bundle, line, quantity, (ex, inc) if moved else (None, None), rates)


def _price(bundle: Bundle, line: Json, quantity: int, told: Any, rates: Any) -> None:
    """A price that is told and fits the line's rates keeps them; any other tells its tax itself."""
    inclusive, (ex, inc) = reading.inclusive(bundle), told
    if ex is None:
        ring(bundle, line, quantity, price_of(bundle, line), rates)
        return
    price = inc if inclusive else ex
    if (
        taxed(price * quantity, rates, reading.places(bundle), inclusive=inclusive).tax
        == (inc - ex) * quantity
    ):
        ring(bundle, line, quantity, price, rates)
    else:
        ring_told(bundle, line, quantity, ex, inc)


def _quantity(row: Json, before: int) -> int:
    given = row.get("quantity", before)
    if isinstance(given, bool) or not str(given).isdigit():
        raise v2_invalid("quantity")
    return int(given)


def _told_prices(row: Json) -> tuple[Decimal | None, Decimal | None]:
    if row.get("price_ex_tax") is None:
        return None, None
    for key in PRICES:
        if amount(row, key) < 0 or (not amount(row, key) and str(row[key]).strip("0.")):
            raise v2_invalid(key)
    return amount(row, "price_ex_tax"), amount(row, "price_inc_tax")


def _rename(line: Json, row: Json) -> None:
    """The name is the customer's name; the merchant's is a word of its own."""
    names = {row[key] for key in ("name", "name_customer") if key in row}
    if len(names) > 1 or any(not row[key] for key in NAMES if key in row):
        raise v2_invalid("name")
    for name in names:
        line.update(name=name, name_customer=name)
    line.update({key: row[key] for key in ("name_merchant", "sku", "upc") if key in row})


def _add(world: World, bundle: Bundle, row: Json) -> None:
    if _quantity(row, 1) < 1:
        raise v2_invalid("quantity")
    line = line_of(world, row, inclusive=reading.inclusive(bundle))
    order_stock.check(world, [line])
    add_line(bundle, {**line, "id": world.bigcommerce.new_id("order_product")})


def add_line(bundle: Bundle, line: Json) -> Json:
    """A further line, sent where the order's first goods go; the line as it stands in the order."""
    addresses = bundle["shipping_addresses"]
    physical = line.get("type") == "physical" and addresses
    line.update(order_id=bundle["order"]["id"], order_address_id=addresses[0]["id"] if physical else 0)
    bundle["products"].append(line)
    return line
