"""What invoices, sales orders and credit notes share: customer, number, addresses, terms, and their money."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from sandbox.zoho import customfields, lines
from sandbox.zoho.answers import Refused
from sandbox.zoho.call import Call, named
from sandbox.zoho.money import ZERO, day, flag, half_up, number, text
from sandbox.zoho.organization import IDS, Record
from sandbox.zoho.persons import addresses_of
from sandbox.zoho.shapes.common import Shape, fresh
from sandbox.zoho.totals import Asked, Discount, Rules, Totals, compute

TEXTS = {
    "reference_number": 100,
    "notes": 5000,
    "terms": 10000,
    "adjustment_description": 200,
    "salesperson_name": 200,
    "delivery_method": 100,
    "subject_content": 1000,
}


@dataclass(frozen=True)
class Kind:
    """What differs between the kinds of documents."""

    module: str
    entity: str
    number_key: str
    prefix: str
    width: int
    detail: Shape
    line: Shape
    label: str  # as it opens the refusal of a repeated number
    taken: int  # its code

    @property
    def id_key(self) -> str:
        return IDS[self.module]


def build(call: Call, kind: Kind, asked: dict[str, Any], before: Record | None) -> Record:
    """The whole document from everything ever asked of it; raises Refused before anything is stored.

    `asked` is the body of the create with the bodies of later updates laid over it.
    """
    org = call.org
    if asked.get("customer_id") in (None, ""):
        raise Refused(4, "Invalid value passed for customer_id")
    customer = named(call, "contacts", asked["customer_id"], 1002, "Contact does not exist.")
    record: Record = {**fresh(kind.detail), kind.id_key: before[kind.id_key] if before else org.new_id()}
    for name, limit in TEXTS.items():
        if name in record:
            record[name] = text(asked, name, limit, record[name])
    record["date"] = day(asked, "date", org.today() if before is None else date.fromisoformat(before["date"]))
    _customer(call, record, asked, customer)
    exchange = _currency(call, record, asked, customer)
    _money(call, kind, record, asked, before, exchange)
    record["_custom"] = customfields.taken_over(
        call, kind.module, before["_custom"] if before else {}, before[kind.id_key] if before else ""
    )
    record["_asked"] = _remembered(asked, record)
    _history(call, record, before)
    record[kind.number_key] = _number(call, kind, asked, before)
    return record


def laid_over(before: Record, body: dict[str, Any]) -> dict[str, Any]:
    """A PUT: what is not in the body stays; line_items, when given, replace the lines."""
    return {**before["_asked"], **body}


def _remembered(asked: dict[str, Any], record: Record) -> dict[str, Any]:
    rows = [
        {**told, "line_item_id": line["line_item_id"]}
        for told, line in zip(asked["line_items"], record["line_items"], strict=True)
    ]
    passing = {"custom_fields", "batch_payments"}
    return {**{key: value for key, value in asked.items() if key not in passing}, "line_items": rows}


def _customer(call: Call, record: Record, asked: dict[str, Any], customer: Record) -> None:
    record["customer_id"] = customer["contact_id"]
    record["customer_name"] = customer["contact_name"]
    if "email" in record:
        record["email"] = customer["email"]
    for side in ("billing", "shipping"):
        chosen = _address(asked, customer, side)
        record[f"{side}_address"] = {**chosen, "street": chosen["address"]}
        record[f"{side}_address"].pop("address_id", None)
        if f"{side}_address_id" in record:
            record[f"{side}_address_id"] = str(asked.get(f"{side}_address_id") or "")
    if "has_shipping_address" in record:
        record["has_shipping_address"] = bool(record["shipping_address"]["address"])
    if "customer_default_billing_address" in record:
        record["customer_default_billing_address"] = {**customer["billing_address"], "city_code": ""}
    _terms(record, asked, customer)
    _persons(record, asked, customer)


def _address(asked: dict[str, Any], customer: Record, side: str) -> Record:
    """Addresses are named by id, from the customer's own; inline ones are dropped."""
    wanted = str(asked.get(f"{side}_address_id") or "")
    if not wanted:
        return dict(customer[f"{side}_address"])
    for each in addresses_of(customer):
        if each["address_id"] == wanted:
            return dict(each)
    raise Refused(2, f"Invalid value passed for {side}_address_id")


def _terms(record: Record, asked: dict[str, Any], customer: Record) -> None:
    """The customer's own terms, unless the body says otherwise."""
    if "payment_terms" not in record:
        return
    days = int(number(asked, "payment_terms", Decimal(customer["payment_terms"])))
    own = days == customer["payment_terms"]
    label = customer["payment_terms_label"] if own else f"Net {days}" if days else "Due on Receipt"
    record["payment_terms"] = days
    record["payment_terms_label"] = text(asked, "payment_terms_label", 100, label)
    if "due_date" in record:
        due = date.fromisoformat(record["date"]) + timedelta(days=max(days, 0))
        record["due_date"] = day(asked, "due_date", due)
    if "shipment_date" in record:
        record["shipment_date"] = text(asked, "shipment_date", 10)


def _persons(record: Record, asked: dict[str, Any], customer: Record) -> None:
    known = {each["contact_person_id"]: each for each in customer["contact_persons"]}
    wanted = [str(each) for each in asked.get("contact_persons") or []]
    if any(each not in known for each in wanted):
        raise Refused(2, "Invalid value passed for contact_persons")
    record["contact_persons"] = wanted
    for name in ("contact_persons_details", "contact_person_details"):
        if name in record:
            keys = (
                "contact_person_id",
                "first_name",
                "last_name",
                "email",
                "phone",
                "mobile",
                "is_primary_contact",
            )
            record[name] = [{key: known[each][key] for key in keys} for each in wanted]


def _currency(call: Call, record: Record, asked: dict[str, Any], customer: Record) -> Decimal:
    """The customer's currency; Books also takes another by currency_id."""
    chosen = call.org.currencies[customer["currency_id"]]
    if call.edition == "books" and asked.get("currency_id") not in (None, ""):
        told = call.org.currencies.get(str(asked["currency_id"]))
        if told is None:
            raise Refused(2, "Invalid value passed for currency_id")
        chosen = told
    for name in (
        "currency_id",
        "currency_code",
        "currency_symbol",
        "currency_name_formatted",
        "price_precision",
    ):
        if name in record:
            record[name] = chosen[name]
    usual = Decimal(1) if chosen["is_base_currency"] else Decimal(chosen["exchange_rate"])
    record["exchange_rate"] = number(asked, "exchange_rate", usual) or usual
    return Decimal(record["exchange_rate"])


def _money(
    call: Call, kind: Kind, record: Record, asked: dict[str, Any], before: Record | None, exchange: Decimal
) -> None:
    known = {line["line_item_id"]: line for line in before["line_items"]} if before else {}
    drafts = lines.drafted(call, kind.line, lines.asked_lines(call, asked), known)
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
        **_shipping(call, record, asked, sums, exchange),
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
    rate_precision = precision if call.org.rate_precision == 2 else call.org.rate_precision
    return Rules(
        precision=precision,
        rate_precision=rate_precision,
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


def _shipping(
    call: Call, record: Record, asked: dict[str, Any], sums: Totals, exchange: Decimal
) -> dict[str, Any]:
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


def _number(call: Call, kind: Kind, asked: dict[str, Any], before: Record | None) -> str:
    """Zoho's own number, unless the query says that the body brings one; numbers are unique."""
    wanted = text(asked, kind.number_key, 100) if call.asks("ignore_auto_number_generation") else ""
    if call.asks("ignore_auto_number_generation") and not wanted and before is None:
        raise Refused(4, f"Invalid value passed for {kind.number_key}")
    own = before[kind.number_key] if before else ""
    taken = {each[kind.number_key] for each in call.org.records[kind.module].values()} - {own}
    if wanted in taken:
        raise Refused(kind.taken, f"{kind.label} already exist")
    if wanted or own:
        return wanted or str(own)
    while (fresh_number := call.org.next_number(kind.module, kind.prefix, kind.width)) in taken:
        continue
    return fresh_number


def _history(call: Call, record: Record, before: Record | None) -> None:
    org = call.org
    kept = ("created_time", "created_date", "created_by_id", "created_by_name", "_seen_from", "_born")
    if before is not None:
        record.update({name: before[name] for name in kept if name in before})
    else:
        now = {"created_time": org.stamp(), "created_date": org.today().isoformat()}
        now |= {"created_by_id": org.user_id, "created_by_name": org.user, "issued_date": ""}
        record.update({name: value for name, value in now.items() if name in record})
        org.born(record)
    org.touched(record, call.person)
