"""Price lists: percentages on everything, or rates item by item, also by quantity."""

from typing import Any

from sandbox.zoho import pricebook_items
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.call import Call, created
from sandbox.zoho.lists import page_of
from sandbox.zoho.money import flag, number, text
from sandbox.zoho.organization import Record

MODULE = "pricebooks"
WORDS = {
    "pricebook_type": ("fixed_percentage", "per_item"),
    "sales_or_purchase_type": ("sales", "purchases"),
    "pricing_scheme": ("unit", "volume"),
    "rounding_type": (
        "no_rounding",
        "round_to_dollor",  # the documented spelling; the examples have the other
        "round_to_dollar",
        "round_to_dollar_minus_01",
        "round_to_half_dollar",
        "round_to_half_dollar_minus_01",
    ),
}
NEEDED = ("name", "pricebook_type", "sales_or_purchase_type")
ROW = (
    *("pricebook_id", "name", "description", "status", "currency_id", "currency_code", "pricebook_type"),
    *("percentage", "is_increase", "rounding_type", "decimal_place", "sales_or_purchase_type"),
    *("pricing_scheme", "is_default"),
)


def create(call: Call) -> Answer:
    for name in NEEDED:
        if call.body.get(name) in (None, ""):
            raise Refused(4, f"Invalid value passed for {name}")
    book: Record = {
        "pricebook_id": call.org.new_id(),
        "name": "",
        "description": "",
        "status": "active",
        "currency_id": "",
        "currency_code": "",
        "pricebook_type": "",
        "percentage": "",
        "is_increase": True,
        "rounding_type": "no_rounding",
        "decimal_place": "",
        "sales_or_purchase_type": "",
        "pricing_scheme": "unit",
        "is_default": False,
        "_items": {},
    }
    _apply(call, book)
    call.org.records[MODULE][book["pricebook_id"]] = call.org.born(book)
    path = f"pricebooks/{book['pricebook_id']}"
    return created("Price list has been created.", "pricebook", whole(call, book), path)


def update(call: Call) -> Answer:
    """What the body does not name stays; pricebook_items takes the place of all items there were."""
    book = call.find(MODULE)
    draft = dict(book)
    _apply(call, draft)
    book.update(draft)
    for contact in call.org.records["contacts"].values():
        if contact["pricebook_id"] == book["pricebook_id"]:
            contact["pricebook_name"] = book["name"]
    return done("Price list has been updated.", pricebook=whole(call, book))


def listed(call: Call) -> Answer:
    """Without items and without any time of change: whether one has changed can be seen by reading it only."""
    now = call.org.world.clock.epoch()
    books = [
        book for book in call.org.records[MODULE].values() if book["_seen_from"] <= now and _asked(call, book)
    ]
    books.sort(key=lambda book: (book["name"].casefold(), book["_born"]))
    page, per_page = page_of(call, "page", 1), min(page_of(call, "per_page", 200), 200)
    part = books[(page - 1) * per_page : page * per_page]
    context = {
        "page": page,
        "per_page": per_page,
        "has_more_page": len(books) > page * per_page,
        "report_name": "Price Lists",
        "sort_column": "name",
        "sort_order": "A",
        "applied_filter": call.args.get("filter_by") or "SalesOrPurchaseType.All",
    }
    rows = [{name: book[name] for name in ROW} for book in part]
    return done("success", pricebooks=rows, page_context=context)


def _asked(call: Call, book: Record) -> bool:
    if call.switch("zoho_filters") != "honoured":
        return True
    kind = call.args.get("filter_by", "").rpartition(".")[2].lower()
    fits = kind not in WORDS["sales_or_purchase_type"] or book["sales_or_purchase_type"] == kind
    return fits and call.args.get("search_text", "").casefold() in book["name"].casefold()


def get(call: Call) -> Answer:
    """The list with its items: all of them, or a page of them with its page_context."""
    book = call.find(MODULE)
    if call.switch("zoho_pricebook_paging") == "all":
        return done("success", pricebook=whole(call, book))
    rows, context = _page(call, book)
    return done("success", pricebook={**_head(book), "pricebook_items": rows}, page_context=context)


def get_items(call: Call) -> Answer:
    rows, context = _page(call, call.find(MODULE))
    return done("success", pricebook_items=rows, page_context=context)


def _page(call: Call, book: Record) -> tuple[list[Record], dict[str, Any]]:
    page, per_page = page_of(call, "page", 1), min(page_of(call, "per_page", 200), 200)
    entries = list(book["_items"].values())
    part = entries[(page - 1) * per_page : page * per_page]
    more = len(entries) > page * per_page
    return pricebook_items.shown(call, part), {"page": page, "per_page": per_page, "has_more_page": more}


def delete(call: Call) -> Answer:
    """Contacts that had it have none; a contact is not touched by that."""
    book = call.find(MODULE)
    for contact in call.org.records["contacts"].values():
        if contact["pricebook_id"] == book["pricebook_id"]:
            contact.update(pricebook_id="", pricebook_name="")
    call.org.gone(MODULE, book["pricebook_id"])
    return done("Price list has been deleted.")


def activate(call: Call) -> Answer:
    return _mark(call, "active")


def deactivate(call: Call) -> Answer:
    return _mark(call, "inactive")


def _mark(call: Call, status: str) -> Answer:
    call.find(MODULE)["status"] = status
    return done(f"The price list has been marked {status}.")


def _head(book: Record) -> dict[str, Any]:
    return {key: value for key, value in book.items() if not key.startswith("_")}


def whole(call: Call, book: Record) -> dict[str, Any]:
    return {**_head(book), "pricebook_items": pricebook_items.shown(call, book["_items"].values())}


def _apply(call: Call, book: Record) -> None:
    """The body onto the list; raises before anything is stored."""
    body = call.body
    book["name"] = _name(call, book)
    book["description"] = text(body, "description", 2000, book["description"])
    for name, words in WORDS.items():
        book[name] = text(body, name, 50, book[name])
        if book[name] not in words:
            raise Refused(2, f"Invalid value passed for {name}")
    book["is_increase"] = flag(body, "is_increase", book["is_increase"])
    book["is_default"] = flag(body, "is_default", book["is_default"])
    _apply_places(body, book)
    _apply_currency(call, book)
    if book["pricebook_type"] == "fixed_percentage":
        _apply_percentage(body, book)
    else:
        _apply_rates(call, book)


def _apply_places(body: dict[str, Any], book: Record) -> None:
    if body.get("decimal_place") in (None, ""):
        return
    places = number(body, "decimal_place")
    if places not in (1, 2, 3):
        raise Refused(2, "Invalid value passed for decimal_place")
    book["decimal_place"] = int(places)


def _apply_currency(call: Call, book: Record) -> None:
    """Rates have a currency, the organization's own unless told; percentages need none."""
    told = str(call.body.get("currency_id") or book["currency_id"])
    if told and told not in call.org.currencies:
        raise Refused(9004, "The currency does not exist.")
    if not told and book["pricebook_type"] == "per_item":
        told = str((call.org.currency(call.org.base) or {})["currency_id"])
    code = call.org.currencies[told]["currency_code"] if told else ""
    book.update(currency_id=told, currency_code=code)


def _apply_percentage(body: dict[str, Any], book: Record) -> None:
    if body.get("pricebook_items"):
        raise Refused(2, "Invalid value passed for pricebook_items")
    book["percentage"] = number(body, "percentage", book["percentage"] if book["percentage"] != "" else None)
    if book["percentage"] < 0 or (not book["is_increase"] and book["percentage"] > 100):
        raise Refused(2, "Invalid value passed for percentage")
    book["_items"] = {}


def _apply_rates(call: Call, book: Record) -> None:
    if call.body.get("percentage") not in (None, "", 0):
        raise Refused(2, "Invalid value passed for percentage")
    book["percentage"] = ""
    if "pricebook_items" in call.body:
        book["_items"] = pricebook_items.taken(call, book["pricing_scheme"])


def _name(call: Call, book: Record) -> str:
    name = text(call.body, "name", 100, book["name"]).strip()
    if not name:
        raise Refused(4, "Invalid value passed for name")
    others = (
        each for each in call.org.records[MODULE].values() if each["pricebook_id"] != book["pricebook_id"]
    )
    taken = any(each["name"].casefold() == name.casefold() for each in others)
    if taken and call.switch("zoho_pricebook_names_unique"):
        raise Refused(1001, f'The price list "{name}" already exists.')
    return name
