"""Currencies, each with the one rate that it has here; the base currency has none."""

from decimal import Decimal
from typing import Any

from sandbox.zoho.answers import Answer, Refused, done, unknown_id
from sandbox.zoho.call import Call, created
from sandbox.zoho.lists import paged
from sandbox.zoho.money import day, number, text
from sandbox.zoho.organization import Record
from sandbox.zoho.seeds import currency_row

LIMITS = {"currency_symbol": 4, "currency_format": 100}


def listed(call: Call) -> Answer:
    wanted = call.args.get("filter_by", "")
    rows = list(call.org.currencies.values())
    if wanted == "Currencies.ExcludeBaseCurrency":
        rows = [row for row in rows if not row["is_base_currency"]]
    return paged(call, "currencies", rows, "currency_code", report_name="Currencies")


def get(call: Call) -> Answer:
    return done("success", currency=_find(call))


def create(call: Call) -> Answer:
    code = text(call.body, "currency_code", 100).strip().upper()
    if not code or call.org.currency(code):
        raise Refused(*((1001, "The currency exists already.") if code else _wrong("currency_code")))
    told = (code, "", code, 2, text(call.body, "currency_format", 100, "1,234,567.89"))
    row = currency_row(call.org.new_id(), told, call.org.base, Decimal(1))
    _change(call, row)
    call.org.currencies[row["currency_id"]] = row
    return created(
        "The currency has been added.", "currency", row, f"settings/currencies/{row['currency_id']}"
    )


def update(call: Call) -> Answer:
    row = _find(call)
    _change(call, row)
    return done("Currency information has been saved.", currency=row)


def delete(call: Call) -> Answer:
    row = _find(call)
    kept = (record for records in call.org.records.values() for record in records.values())
    if row["is_base_currency"] or any(each.get("currency_id") == row["currency_id"] for each in kept):
        raise Refused(9, "The base currency, and those that something is in, cannot be deleted.")
    del call.org.currencies[row["currency_id"]]
    return done("The currency has been deleted.")


def _find(call: Call) -> Record:
    row = call.org.currencies.get(call.ids["id"])
    if row is None:
        raise unknown_id()
    return row


def _wrong(name: str) -> tuple[int, str]:
    return 2, f"Invalid value passed for {name}"


def _change(call: Call, row: Record) -> None:
    places = number(call.body, "price_precision", row["price_precision"])
    if places not in range(7):
        raise Refused(*_wrong("price_precision"))
    row.update({name: text(call.body, name, limit, row[name]) for name, limit in LIMITS.items()})
    row["price_precision"] = int(places)


def rates(call: Call) -> Answer:
    row = _find(call)
    return paged(call, "exchange_rates", [_rate(call, row)] if row["exchange_rate"] else [], "effective_date")


def add_rate(call: Call) -> Answer:
    """A new one takes the place of the old one."""
    row = _find(call)
    if row["is_base_currency"]:
        raise Refused(9, "The base currency has no exchange rate.")
    _set_rate(call, row)
    path = f"settings/currencies/{row['currency_id']}/exchangerates/{row['currency_id']}"
    return created("The exchange rate has been added.", "exchange_rate", _rate(call, row), path)


def get_rate(call: Call) -> Answer:
    return done("success", exchange_rate=_rate(call, _rated(call)))


def change_rate(call: Call) -> Answer:
    row = _rated(call)
    _set_rate(call, row)
    return done("The exchange rate has been updated.", exchange_rate=_rate(call, row))


def _rated(call: Call) -> Record:
    row = _find(call)
    if call.ids["rate"] != row["currency_id"] or not row["exchange_rate"]:
        raise unknown_id()
    return row


def _set_rate(call: Call, row: Record) -> None:
    rate, on = number(call.body, "rate", None), day(call.body, "effective_date", call.org.today())
    if rate <= 0:
        raise Refused(*_wrong("rate"))
    row.update(exchange_rate=rate, effective_date=on)


def _rate(call: Call, row: Record) -> dict[str, Any]:
    return {
        "exchange_rate_id": row["currency_id"],
        **{name: row[name] for name in ("currency_id", "currency_code")},
        "effective_date": row["effective_date"] or call.org.today().isoformat(),
        "rate": row["exchange_rate"],
    }
