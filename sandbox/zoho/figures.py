"""A document's money: from the body to the arithmetic, and from its totals to the keys of the answer."""

from decimal import Decimal
from typing import Any, Literal

from sandbox.zoho import lines
from sandbox.zoho.answers import Refused
from sandbox.zoho.call import Call, rows_of
from sandbox.zoho.money import ZERO, flag, half_up, number, text
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.common import Shape
from sandbox.zoho.totals import Asked, Discount, Rules, Totals, compute


def reckon(call: Call, shape: Shape, record: Record, asked: dict[str, Any], known: dict[str, Record]) -> None:
    """Lines, taxes and totals onto the record; `known` are the lines it has, by id."""
    exchange = Decimal(record["exchange_rate"])
    drafts = lines.drafted(call, shape, rows_of(asked, "line_items"), known)
    level = text(asked, "discount_type", 20, "item_level") or "item_level"
    if level not in {"item_level", "entity_level"}:
        raise Refused(2, "Invalid value passed for discount_type")
    entity = lines.parse_discount(asked, "discount") if level == "entity_level" else Discount()
    _check_discounts(call, entity, drafts)
    money = _asked(call, asked, entity, drafts)
    sums = compute(money, rules(call, record["price_precision"]))
    record.update(
        line_items=[
            lines.reckoned(call, draft, each, money.inclusive, exchange)
            for draft, each in zip(drafts, sums.lines, strict=True)
        ],
        discount_type=level,
        discount=f"{entity.value.normalize():f}%" if entity.percent else entity.value,
        discount_percent=entity.value if entity.percent else ZERO,
        is_inclusive_tax=money.inclusive,
        is_discount_before_tax=money.before_tax,
        tax_rounding=str(call.switch("zoho_tax_rounding")),
        **_sums(sums, exchange),
        **_shipping(call, record, asked, sums),
    )
    if "has_discount" in record:
        record["has_discount"] = sums.discount_total != 0
    if "total_quantity" in record:
        record["total_quantity"] = sum((draft.money.quantity for draft in drafts), ZERO)


def _asked(call: Call, asked: dict[str, Any], entity: Discount, drafts: list[lines.Drafted]) -> Asked:
    tax_id = str(asked.get("shipping_charge_tax_id") or "")
    return Asked(
        lines=tuple(draft.money for draft in drafts),
        inclusive=flag(asked, "is_inclusive_tax", False),
        before_tax=flag(asked, "is_discount_before_tax", True),
        entity_discount=entity,
        shipping=number(asked, "shipping_charge"),
        shipping_tax=lines.known_tax(call, tax_id, "shipping_charge_tax_id") if tax_id else None,
        adjustment=number(asked, "adjustment"),
    )


def rules(call: Call, precision: int) -> Rules:
    """How this organization computes a document with amounts of so many decimals."""
    rounding: Literal["entity_level", "item_level"] = (
        "item_level" if call.switch("zoho_tax_rounding") == "item_level" else "entity_level"
    )
    told = call.org.rate_precision
    return Rules(
        precision=precision,
        rate_precision=precision if told is None else told,
        tax_rounding=rounding,
        discount_per_unit=call.switch("zoho_line_discount") == "per_unit",
        shipping_inclusive=call.switch("zoho_shipping_charge") == "inclusive",
    )


def _check_discounts(call: Call, entity: Discount, drafts: list[lines.Drafted]) -> None:
    mode = call.switch("zoho_discount_mode")
    on_lines = any(draft.money.discount.value for draft in drafts)
    if (mode in {"entity_level", "none"} and on_lines) or (mode in {"item_level", "none"} and entity.value):
        raise Refused(
            4089, "The discount preference of the payload does not match the organization's preference."
        )


def _sums(sums: Totals, exchange: Decimal) -> dict[str, Any]:
    base = {
        f"bcy_{name}": half_up(getattr(sums, name) * exchange, 2)
        for name in ("sub_total", "discount_total", "tax_total", "total", "adjustment")
    }
    return {
        **base,
        "sub_total": sums.sub_total,
        "sub_total_inclusive_of_tax": sums.sub_total_inclusive_of_tax,
        "sub_total_exclusive_of_discount": sums.sub_total_exclusive_of_discount,
        "discount_total": sums.discount_total,
        "discount_applied_on_amount": sums.discount_applied_on_amount,
        "tax_total": sums.tax_total,
        "total_taxable_amount": sums.taxable,
        "taxes": [{"tax_name": part.tax.name, "tax_amount": part.amount} for part in sums.taxes],
        "adjustment": sums.adjustment,
        "total": sums.total,
    }


def _shipping(call: Call, record: Record, asked: dict[str, Any], sums: Totals) -> dict[str, Any]:
    exchange = Decimal(record["exchange_rate"])
    charge = half_up(number(asked, "shipping_charge"), record["price_precision"])
    shown = {
        "shipping_charge": charge,
        "bcy_shipping_charge": half_up(charge * exchange, 2),
        "shipping_charge_exclusive_of_tax": sums.shipping_net,
        "shipping_charge_inclusive_of_tax": sums.shipping_gross,
        "shipping_charge_exclusive_of_tax_formatted": _formatted(record, sums.shipping_net),
        "shipping_charge_inclusive_of_tax_formatted": _formatted(record, sums.shipping_gross),
    }
    if not sums.shipping_taxes:
        return shown
    tax = lines.known_tax(call, str(asked["shipping_charge_tax_id"]), "shipping_charge_tax_id")
    amount = sums.shipping_gross - sums.shipping_net
    return {
        **shown,
        "shipping_charge_tax_id": tax.tax_id,
        "shipping_charge_tax_name": tax.name,
        "shipping_charge_tax_type": call.org.taxes[tax.tax_id]["tax_type"],
        "shipping_charge_tax_percentage": tax.percentage,
        "shipping_charge_tax": amount,
        "bcy_shipping_charge_tax": half_up(amount * exchange, 2),
        "shipping_charge_tax_formatted": _formatted(record, amount),
        "shipping_charge_taxes": [lines.line_tax(part) for part in sums.shipping_taxes],
    }


def _formatted(record: Record, amount: Decimal) -> str:
    return f"{record['currency_symbol']}{amount:,.{record['price_precision']}f}"
