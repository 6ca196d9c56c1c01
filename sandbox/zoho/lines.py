"""The lines of a document: what the body says, what the item adds, what the arithmetic makes of it."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.zoho import editions
from sandbox.zoho.answers import Refused
from sandbox.zoho.call import Call, named
from sandbox.zoho.money import ZERO, number, text
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.common import Shape, fresh
from sandbox.zoho.totals import Discount, Line, LineTotals, Tax, TaxAmount


@dataclass(frozen=True)
class Drafted:
    """One line before the arithmetic: its keys, and its money for the arithmetic."""

    record: Record
    money: Line


def drafted(call: Call, shape: Shape, told: list[dict[str, Any]], known: dict[str, Record]) -> list[Drafted]:
    """The lines of a body; `known` are the lines the document has, by id."""
    if not told:
        raise Refused(4, "Invalid value passed for line_items")
    return [_drafted(call, shape, row, order, known) for order, row in enumerate(told, 1)]


def _drafted(call: Call, shape: Shape, told: dict[str, Any], order: int, known: dict[str, Record]) -> Drafted:
    item = _item(call, told)
    line_id = str(told.get("line_item_id") or "")
    if line_id and line_id not in known:
        raise Refused(2, "Invalid value passed for line_item_id")
    record = {**fresh(shape), "line_item_id": line_id or call.org.new_id()}
    _describe(call, record, told, item, order)
    editions.of_line(call, record, told)
    discount = parse_discount(told, "discount")
    tax = _tax(call, told, item)
    money = Line(_rate(call, told, item), _quantity(told), discount, tax)
    record["discount"] = f"{_plain(discount.value)}%" if discount.percent else discount.value
    record["quantity"] = money.quantity
    if tax is not None:
        kind = call.org.taxes[tax.tax_id]["tax_type"]
        record.update(tax_id=tax.tax_id, tax_name=tax.name, tax_type=kind, tax_percentage=tax.percentage)
    return Drafted(record, money)


def _item(call: Call, told: dict[str, Any]) -> Record | None:
    if told.get("item_id") in (None, ""):
        return None
    return named(call, "items", told["item_id"], 2006, "Item does not exist.")


def _describe(call: Call, record: Record, told: dict[str, Any], item: Record | None, order: int) -> None:
    """Name, description, unit and account: from the body, else from the item."""
    record["item_order"] = int(number(told, "item_order", Decimal(order)))
    record["name"] = text(told, "name", 255, item["name"] if item else "")
    record["description"] = text(told, "description", 2000, item["description"] if item else "")
    record["unit"] = text(told, "unit", 100, item["unit"] if item else "")
    for name in ("salesorder_item_id", "invoice_item_id", "invoice_id", "header_name", "pricebook_id"):
        if name in record:
            record[name] = text(told, name, 100)
    if item is not None:
        for name in ("item_id", "sku", "item_type", "product_type", "sales_rate", "purchase_rate"):
            if name in record:
                record[name] = item[name]
        if "variant_id" in record:
            record.update(variant_id=item["item_id"], product_id=item["item_id"], group_name=item["name"])
    if "account_id" in record:
        account = call.org.accounts.get(str(told.get("account_id") or (item or {}).get("account_id") or ""))
        account = account or call.org.account("Sales")
        record.update(account_id=account["account_id"], account_name=account["account_name"])


def _rate(call: Call, told: dict[str, Any], item: Record | None) -> Decimal:
    rate = number(told, "rate", item["rate"] if item else ZERO)
    if rate < 0 and call.switch("zoho_negative_lines") == "refused":
        raise Refused(2, "Invalid value passed for rate")
    return rate


def _quantity(told: dict[str, Any]) -> Decimal:
    quantity = number(told, "quantity", Decimal(1))
    if quantity <= 0:
        raise Refused(2, "Invalid value passed for quantity")
    return quantity


def _tax(call: Call, told: dict[str, Any], item: Record | None) -> Tax | None:
    """Only tax_id counts; without one the item's own tax applies (not in the US); an empty one means none."""
    own = item["tax_id"] if item and call.org.edition != "us" else ""
    tax_id = str(told["tax_id"] or "") if "tax_id" in told else own
    if not tax_id:
        return None
    return known_tax(call, tax_id, "tax_id")


def known_tax(call: Call, tax_id: str, name: str) -> Tax:
    if not call.switch("zoho_tax_enabled"):
        raise Refused(110817, "Enable sales tax for your organization to perform this operation.")
    tax = call.org.tax(tax_id)
    if tax is None:
        raise Refused(2, f"Invalid value passed for {name}")
    return tax


def parse_discount(told: dict[str, Any], key: str) -> Discount:
    """A number is an amount, "10%" a share."""
    value = told.get(key)
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            return Discount(Decimal(value.strip()[:-1]), percent=True)
        except InvalidOperation:
            raise Refused(2, f"Invalid value passed for {key}") from None
    return Discount(number(told, key))


def reckoned(call: Call, draft: Drafted, sums: LineTotals, inclusive: bool, exchange: Decimal) -> Record:
    """The line as it is answered."""
    shown = sums.net if inclusive and call.switch("zoho_inclusive_item_total") == "exclusive" else sums.amount
    record = {
        **draft.record,
        "rate": sums.rate,
        "bcy_rate": round(sums.rate * exchange, 2),
        "item_total": shown,
        "discount_amount": sums.discount,
        "line_item_taxes": [line_tax(part) for part in sums.taxes],
    }
    if "item_sub_total" in record:
        record["item_sub_total"] = shown
    return record


def line_tax(part: TaxAmount) -> dict[str, Any]:
    return {
        "tax_id": part.tax.tax_id,
        "tax_name": f"{part.tax.name} ({_plain(part.tax.percentage)}%)",
        "tax_percentage": part.tax.percentage,
        "tax_amount": part.amount,
    }


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
