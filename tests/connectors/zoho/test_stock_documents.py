"""Documents that move stock are read by module and id, through whichever edition the organization is seen."""

import pytest

from connectors.errors import Rejected, Temporary
from connectors.zoho.stock_documents import MODULES, read_document
from sandbox.moods import moods_from
from sandbox.zoho import many_items
from tests.connectors.zoho.test_stock import NOWHERE, body, told

DAY = {"date": "2026-11-22"}


@pytest.fixture
def shop(inventory, world):
    return Shop(inventory, world)


class Shop:
    """People who make a document of each module with one item in it."""

    def __init__(self, zoho, world):
        self.zoho, self.world = zoho, world
        (self.item,) = many_items.make(
            world.zoho, {"count": 1, "item_type": "inventory", "initial_stock": 10}
        )
        self.lines = {"line_items": [{"item_id": self.item, "quantity": 2, "rate": 5}]}
        self.customer = {"customer_id": self.person("A customer", "customer")}
        self.vendor = {"vendor_id": self.person("A vendor", "vendor")}

    def make(self, module):
        """The id of a new document of this module."""
        path, answer = getattr(self, module)()
        return next(str(answer[name]) for name in answer if name.endswith("_id") and name.startswith(path))

    def post(self, path, sent, **query):
        answer = self.zoho.call("POST", path, params=query, body=sent)
        return next(told for told in answer.values() if isinstance(told, dict))

    def person(self, name, kind):
        return self.post("/contacts", {"contact_name": name, "contact_type": kind})["contact_id"]

    def invoices(self):
        return "invoice", self.post("/invoices", {**self.customer, **self.lines})

    def creditnotes(self):
        return "creditnote", self.post("/creditnotes", {**self.customer, **self.lines})

    def salesorders(self):
        order = self.post("/salesorders", {**self.customer, **self.lines})
        self.zoho.call("POST", f"/salesorders/{order['salesorder_id']}/status/confirmed")
        return "salesorder", order

    def bills(self):
        return "bill", self.post("/bills", {**self.vendor, **self.lines, **DAY, "bill_number": "B-1"})

    def inventoryadjustments(self):
        return "inventory_adjustment", self.post("/inventoryadjustments", body(self.item))

    def purchasereceives(self):
        order = self.post("/purchaseorders", {**self.vendor, **self.lines})
        lines = [{"line_item_id": order["line_items"][0]["line_item_id"], "quantity": 1}]
        query = {"purchaseorder_id": order["purchaseorder_id"]}
        return "receive", self.post("/purchasereceives", {"line_items": lines}, **query)

    def transferorders(self):
        there = self.world.zoho.add_place("Shed")
        here = next(place for place in self.world.zoho.places if place != there)
        lines = [{"item_id": self.item, "name": "Mug", "quantity_transfer": 1}]
        ends = {"from_location_id": here, "to_location_id": there}
        return "transfer_order", self.post("/transferorders", {**DAY, **ends, "line_items": lines})

    def packages(self):
        _, order = self.salesorders()
        lines = [{"so_line_item_id": order["line_items"][0]["line_item_id"], "quantity": 1}]
        sent = {**DAY, "line_items": lines}
        return "package", self.post("/packages", sent, salesorder_id=order["salesorder_id"])

    def shipmentorders(self):
        _, package = self.packages()
        query = {"salesorder_id": package["salesorder_id"], "package_ids": package["package_id"]}
        return "shipment", self.post("/shipmentorders", DAY, **query)

    def salesreturns(self):
        _, package = self.packages()
        order = package["salesorder_id"]
        self.post("/shipmentorders", DAY, salesorder_id=order, package_ids=package["package_id"])
        line = self.zoho.call("GET", f"/salesorders/{order}")["salesorder"]["line_items"][0]["line_item_id"]
        lines = [{"salesorder_item_id": line, "item_id": self.item, "quantity": 1}]
        return "salesreturn", self.post("/salesreturns", {"line_items": lines}, salesorder_id=order)


@pytest.mark.parametrize("module", MODULES)
def test_a_document_of_every_module_names_its_items_in_either_edition(zoho, inventory, shop, module):
    made = shop.make(module)
    for one in (zoho, inventory):
        assert [row["item_id"] for row in read_document(one, module, made)["line_items"]] == [shop.item]


def test_a_document_that_is_gone_is_none(zoho, world):
    for status in (404, 400):
        world.switches["zoho_missing_status"] = status
        assert [read_document(zoho, module, NOWHERE) for module in MODULES] == [None] * len(MODULES)


def test_what_is_not_heard_or_no_module_of_ours_is_no_missing_document(zoho, world):
    with pytest.raises(ValueError, match="chartofaccounts"):
        read_document(zoho, "chartofaccounts", "1")
    world.moods.set(moods_from([{"path": "/zoho", "kind": "server_error"}]))
    with pytest.raises(Temporary):
        read_document(zoho, "bills", NOWHERE)


class Refusing:
    def __init__(self, refusal):
        self.edition, self.refusal = "books", refusal

    def call(self, *_call, **_how):
        raise self.refusal


def test_a_refusal_that_says_something_else_is_passed_on():
    with pytest.raises(Rejected):
        read_document(Refusing(Rejected(400, 6041, "another organization")), "invoices", "7")


@pytest.mark.parametrize(
    ("module", "key"),
    [
        ("purchasereceives", "purchase_receive"),
        ("purchasereceives", "purchasereceive"),
        ("transferorders", "transfer_order"),
        ("shipmentorders", "shipment_order"),
        ("invoices", "invoice"),
    ],
)
def test_a_document_is_known_by_its_name_in_one_word_or_two(zoho, module, key):
    lines = {"line_items": [{"item_id": "1"}]}
    assert read_document(told(zoho, {"code": 0, "message": "success", key: lines}), module, "7") == lines
    assert read_document(told(zoho, {"code": 0, key: [lines]}), module, "7") == lines
    with pytest.raises(Temporary):
        read_document(told(zoho, {"code": 0, "message": "success", "bogus": lines}), module, "7")
