"""The one organization that Books and Inventory show: its records, numbers, custom fields, clock."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sandbox.world import World
from sandbox.zoho.meter import Meter
from sandbox.zoho.oauth import Logins, new_logins
from sandbox.zoho.seeds import ACCOUNTS, CURRENCIES, UNIQUE_IN, UNIQUE_KEY, account_row, currency_row
from sandbox.zoho.totals import Tax
from sandbox.zoho.words import Words

if TYPE_CHECKING:
    from sandbox.zoho.courier import Courier
    from sandbox.zoho.stock import Effect, Figures

Record = dict[str, Any]
MODULES = (
    "contacts",
    "items",
    "invoices",
    "salesorders",
    "customerpayments",
    "creditnotes",
    "estimates",
    "purchaseorders",
)
PLAIN = (  # modules without custom fields
    *("itemgroups", "pricebooks", "webhooks", "workflows", "inventoryadjustments", "transferorders", "bills"),
    *("purchasereceives", "packages", "shipmentorders", "salesreturns"),
    *("salesreturnreceives", "bundles"),
)
# module -> the key of its id
IDS = {
    "contacts": "contact_id",
    "items": "item_id",
    "invoices": "invoice_id",
    "salesorders": "salesorder_id",
    "customerpayments": "payment_id",
    "creditnotes": "creditnote_id",
    "estimates": "estimate_id",
    "itemgroups": "group_id",
    "pricebooks": "pricebook_id",
    "webhooks": "webhook_id",
    "workflows": "workflow_id",
    "inventoryadjustments": "inventory_adjustment_id",
    "transferorders": "transfer_order_id",
    "bills": "bill_id",
    "purchaseorders": "purchaseorder_id",
    "purchasereceives": "receive_id",
    "packages": "package_id",
    "shipmentorders": "shipment_id",
    "salesreturns": "salesreturn_id",
    "salesreturnreceives": "receive_id",
    "bundles": "bundle_id",
}


@dataclass
class CustomField:
    field_id: str
    api_name: str
    label: str
    unique: bool = False
    data_type: str = "string"


@dataclass(frozen=True)
class Upload:
    """A file that came with a call."""

    name: str
    content_type: str
    content: bytes


@dataclass
class Organization:
    world: World
    organization_id: str
    logins: Logins
    name: str = "Sandbox Trading"
    time_zone: str = "Europe/Berlin"
    base: str = "EUR"
    rate_precision: int | None = None  # decimals of rates; None: as many as the currency has
    edition: str = "global"  # of the country; see editions.py
    state: str = ""  # where it is itself, if not where its edition says
    lock_date: str = ""  # what is dated on or before it is locked
    per_minute: int = 100
    per_day: int = 10_000
    concurrent: int = 10
    plan_name: str = "Professional"
    user: str = "Sandbox User"
    records: dict[str, dict[str, Record]] = field(
        default_factory=lambda: {name: {} for name in (*MODULES, *PLAIN)}
    )
    item_words: Words = field(default_factory=Words)  # names and SKUs
    group_of: dict[str, str] = field(default_factory=dict)  # item_id -> group_id, of items in groups
    parts: dict[str, set[str]] = field(default_factory=dict)  # composite item -> the items it is made of
    places: dict[str, Record] = field(default_factory=dict)  # of stock, by id
    stock: dict[str, dict[str, "Figures"]] = field(default_factory=dict)  # item -> place -> running figures
    effects: dict[str, "Effect"] = field(default_factory=dict)  # by document: what it does to stock now
    images: dict[str, Upload] = field(default_factory=dict)  # by image_document_id
    comments: dict[str, list[Record]] = field(default_factory=dict)  # by the id of what they are on
    changes: int = 0  # grows with every change of any record; lists remember their order by it
    orders: dict[tuple[Any, ...], list[Record]] = field(default_factory=dict)  # such lists
    taxes: dict[str, Record] = field(default_factory=dict)
    tax_authorities: dict[str, Record] = field(default_factory=dict)
    tax_exemptions: dict[str, Record] = field(default_factory=dict)
    currencies: dict[str, Record] = field(default_factory=dict)
    accounts: dict[str, Record] = field(default_factory=dict)
    custom_fields: dict[str, dict[str, CustomField]] = field(
        default_factory=lambda: {name: {} for name in MODULES}
    )
    numbers: dict[str, int] = field(default_factory=dict)
    deleted: list[dict[str, str]] = field(default_factory=list)
    last_id: int = 92_000
    meter: Meter = field(default_factory=Meter)
    ask: Callable[[str, str, dict[str, Any]], dict[str, Any]] = field(init=False)  # a person at the screen
    stock_moved: Callable[[Record], None] = field(init=False)  # what else happens to an item when stock moves
    courier: "Courier" = field(init=False)  # of the callbacks of workflow rules

    def new_id(self) -> str:
        """Eighteen digits, larger than a double holds exactly, as the real ones."""
        self.last_id += 1
        return f"460000{self.last_id:012d}"

    def next_number(self, series: str, prefix: str, width: int) -> str:
        self.numbers[series] = self.numbers.get(series, 0) + 1
        return f"{prefix}{self.numbers[series]:0{width}d}"

    def now(self) -> datetime:
        return self.world.clock.now().astimezone(ZoneInfo(self.time_zone))

    def stamp(self) -> str:
        return self.now().strftime("%Y-%m-%dT%H:%M:%S%z")

    def today(self) -> date:
        return self.now().date()

    def born(self, record: Record) -> Record:
        """Stamp a new record; lists show it only after the search lag (divided by pace)."""
        lag = float(self.world.switches["zoho_search_lag"]) / self.world.options.pace
        record["_seen_from"] = self.world.clock.epoch() + lag
        record["_born"] = self.last_id
        record["_at"] = self.world.clock.epoch()
        record.setdefault("_custom", {})
        self.changes += 1
        return record

    def gone(self, module: str, record_id: str) -> None:
        """A record is deleted; no list ever says so."""
        del self.records[module][record_id]
        self.changes += 1

    def touched(self, record: Record, person: bool = False) -> None:
        self.changes += 1
        record["last_modified_time"] = self.stamp()
        if "updated_time" in record:
            record["updated_time"] = record["last_modified_time"]
        record["last_modified_by_id"] = "460000000000091001" if person else self.user_id

    @property
    def maker(self) -> Record:
        """Who has made what is made now."""
        return {"created_by_id": self.user_id, "created_by_name": self.user}

    @property
    def user_id(self) -> str:
        return "460000000000090001"

    def currency(self, code: str) -> Record | None:
        return next((row for row in self.currencies.values() if row["currency_code"] == code), None)

    def account(self, name: str) -> Record:
        return next(row for row in self.accounts.values() if row["account_name"] == name)

    def tax(self, tax_id: str) -> Tax | None:
        """The tax or group as the arithmetic wants it, or None."""
        row = self.taxes.get(tax_id)
        if row is None:
            return None
        members = tuple(tax for tax in (self.tax(each) for each in row.get("_members", ())) if tax)
        compound = row["tax_type"] == "compound_tax"
        return Tax(tax_id, row["tax_name"], row["tax_percentage"], compound, members)

    def add_tax(self, name: str, percentage: Decimal | str, tax_type: str = "tax", specific: str = "") -> str:
        """A tax of the organization; `specific` is what India calls it (igst, cgst, sgst). Answers its id."""
        tax_id = self.new_id()
        row = _tax_row(self, tax_id, name, Decimal(percentage), tax_type)
        self.taxes[tax_id] = {**row, "tax_specific_type": specific}
        return tax_id

    def add_tax_group(self, name: str, tax_ids: Iterable[str]) -> str:
        """A group of existing taxes; its percentage is their sum."""
        members = list(tax_ids)
        percentage = sum((self.taxes[each]["tax_percentage"] for each in members), Decimal(0))
        tax_id = self.new_id()
        row = _tax_row(self, tax_id, name, percentage, "tax_group")
        self.taxes[tax_id] = {**row, "_members": members}
        return tax_id

    def set_custom_field(
        self, module: str, api_name: str, unique: bool = False, label: str = ""
    ) -> CustomField:
        """Define (or redefine) a custom field of a module."""
        made = CustomField(self.new_id(), api_name, label or api_name.removeprefix("cf_"), unique)
        self.custom_fields[module][api_name] = made
        return made

    def add_item(self, name: str, sku: str = "", rate: Decimal | str = "0", **more: Any) -> str:
        """An item that a person entered; answers its id."""
        body = {"name": name, "sku": sku, "rate": rate, **more}
        return str(self.ask("POST", "/items", body)["item"]["item_id"])

    def add_place(self, name: str, *, primary: bool = False) -> str:
        """One more place of stock; answers its id."""
        place_id = self.new_id() if self.places else "460000000000075001"
        self.places[place_id] = {
            "place_id": place_id,
            "name": name,
            "status": "active",
            "is_primary": primary,
        }
        return place_id

    def set_image(self, item_id: str, content: bytes, name: str = "image.png") -> None:
        """A person puts an image on an item."""
        self.ask("POST", f"/items/{item_id}/image", {"image": Upload(name, "", content)})

    def edit(self, module: str, record_id: str, **changes: Any) -> dict[str, Any]:
        """A person changes a record at the screen: same rules, no limits, another last_modified_by_id."""
        return self.ask("PUT", f"/{module}/{record_id}", changes)

    def remove_custom_field(self, module: str, api_name: str) -> None:
        self.custom_fields[module].pop(api_name, None)


def _tax_row(org: Organization, tax_id: str, name: str, percentage: Decimal, tax_type: str) -> Record:
    return {
        "tax_id": tax_id,
        "tax_name": name,
        "tax_percentage": percentage,
        "tax_type": tax_type,
        "tax_specific_type": "",
        "tax_authority_id": "",
        "tax_authority_name": "",
        "output_tax_account_name": "Tax Payable" if tax_type != "tax_group" else "",
        "tax_account_id": org.account("Tax Payable")["account_id"] if tax_type != "tax_group" else "",
        "tax_specification": "",
        "is_value_added": True,
        "is_default_tax": False,
        "is_editable": True,
        "is_inactive": False,
        "status": "Active",
        "start_date": "",
        "end_date": "",
        "country": "",
        "country_code": "",
        "last_modified_time": org.stamp(),
    }


def new_organization(world: World) -> Organization:
    """An organization as its owner set it up; `options.more["zoho"]` may name other facts.

    Understood there: name, time_zone, base, rate_precision, per_minute, per_day, concurrent, plan_name,
    and taxes: a list of {"name", "percentage"} or {"name", "taxes": [names]}.
    """
    told = dict(world.options.more.get("zoho", {}))
    taxes = told.pop("taxes", [])
    org = Organization(world, world.options.organization_id, new_logins(world), **told)
    per_base = {code: per for code, *_, per in CURRENCIES}[org.base]
    for code, symbol, name, places, pattern, per in CURRENCIES:
        rate = (per / per_base).quantize(Decimal("0.000001"))
        row = currency_row(org.new_id(), (code, symbol, name, places, pattern), org.base, rate)
        org.currencies[row["currency_id"]] = row
    for name, kind in ACCOUNTS:
        row = account_row(org.new_id(), name, kind, org.stamp())
        org.accounts[row["account_id"]] = row
    org.add_place("Main", primary=True)
    for module in UNIQUE_IN:
        org.set_custom_field(module, UNIQUE_KEY, unique=True, label="Cartbooks key")
    for tax in taxes:
        if "taxes" in tax:
            known = {row["tax_name"]: tax_id for tax_id, row in org.taxes.items()}
            org.add_tax_group(tax["name"], [known[name] for name in tax["taxes"]])
        else:
            org.add_tax(tax["name"], str(tax["percentage"]))
    return org
