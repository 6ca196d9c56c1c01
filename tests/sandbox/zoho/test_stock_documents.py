"""Which document moves which stock, and gives it back when it is edited, void or deleted."""

import pytest

from tests.sandbox.zoho.test_stock import INVENTORY, at, books, detail, inv, physical, stocked


@pytest.fixture
def shop(client):
    return Shop(client)


@pytest.fixture
def shop_with(client_with):
    return lambda switches: Shop(client_with(switches))


class Shop:
    """Ten pieces of one item, a customer, a vendor."""

    def __init__(self, client):
        self.client = client
        self.item = stocked(client)
        self.customer = client.contact("A customer")
        self.vendor = client.contact("A vendor", contact_type="vendor")

    def __call__(self, method, path, body=None, **query):
        return inv(self.client, method, path, body, **query)

    def both(self):
        return books(self.client, self.item), physical(self.client, self.item)

    def order(self, quantity, confirmed=True, **line):
        lines = [{"item_id": self.item, "quantity": quantity, **line}]
        body = {"customer_id": self.customer, "line_items": lines}
        made = self("POST", "/salesorders", body)["salesorder"]
        if confirmed:
            self("POST", f"/salesorders/{made['salesorder_id']}/status/confirmed")
        return made["salesorder_id"], made["line_items"][0]["line_item_id"]

    def invoice(self, quantity, order_line=""):
        line = {"item_id": self.item, "quantity": quantity, "salesorder_item_id": order_line}
        return self.client.invoice(self.customer, [line])["invoice_id"]

    def pack(self, order, line, quantity):
        body = {"date": "2026-11-22", "line_items": [{"so_line_item_id": line, "quantity": quantity}]}
        return self("POST", "/packages", body, salesorder_id=order)["package"]["package_id"]

    def ship(self, order, *packages):
        query = {"salesorder_id": order, "package_ids": ",".join(packages)}
        made = self("POST", "/shipmentorders", {"date": "2026-11-22"}, **query)
        return made["shipment_order"]["shipment_id"]

    def read(self, order):
        return self("GET", f"/salesorders/{order}")["salesorder"]


def test_invoices_take_when_they_are_sent_and_give_back_what_is_edited_void_or_deleted(shop):
    invoice = shop.invoice(3)
    assert shop.both() == ((10, 0, 10), (10, 0, 10))
    shop("POST", f"/invoices/{invoice}/status/sent")
    assert shop.both() == ((7, 0, 7), (10, 0, 10))
    lines = [{"item_id": shop.item, "quantity": "4.5"}]
    shop("PUT", f"/invoices/{invoice}", {"line_items": lines})
    assert shop.both() == ((5.5, 0, 5.5), (10, 0, 10))
    shop("POST", f"/invoices/{invoice}/status/void")
    assert shop.both() == ((10, 0, 10), (10, 0, 10))
    shop("POST", f"/invoices/{invoice}/status/draft")
    shop("POST", f"/invoices/{invoice}/status/sent")
    shop("DELETE", f"/invoices/{invoice}")
    assert shop.both() == ((10, 0, 10), (10, 0, 10))


def test_a_payment_that_marks_a_draft_as_sent_takes_its_stock(shop):
    invoice = shop.invoice(2)
    shop.client.pay(shop.customer, 5, invoice)
    assert shop.both() == ((8, 0, 8), (10, 0, 10))


@pytest.mark.parametrize(("moves", "actual"), [(False, 10), (True, 7)])
def test_whether_invoices_alone_move_physical_stock_is_a_switch(shop_with, moves, actual):
    shop = shop_with({"zoho_invoice_moves_physical": moves})
    shop("POST", f"/invoices/{shop.invoice(3)}/status/sent")
    assert physical(shop.client, shop.item) == (actual, 0, actual)
    lines = [{"item_id": shop.item, "quantity": 3}]
    shop("POST", "/creditnotes", {"customer_id": shop.customer, "line_items": lines})
    assert shop.both() == ((10, 0, 10), (10, 0, 10))


def test_confirmed_orders_commit_both_stocks_until_they_are_edited_void_or_deleted(shop):
    order, line = shop.order(4, confirmed=False)
    assert shop.both() == ((10, 0, 10), (10, 0, 10))
    shop("POST", f"/salesorders/{order}/status/confirmed")
    assert shop.both() == ((10, 4, 6), (10, 4, 6))
    lines = [{"line_item_id": line, "item_id": shop.item, "quantity": 6}]
    shop("PUT", f"/salesorders/{order}", {"line_items": lines})
    assert shop.both() == ((10, 6, 4), (10, 6, 4))
    shop("POST", f"/salesorders/{order}/status/void")
    assert shop.both() == ((10, 0, 10), (10, 0, 10))
    other, _ = shop.order(1)
    shop("DELETE", f"/salesorders/{other}")
    assert shop.both() == ((10, 0, 10), (10, 0, 10))


def test_an_invoice_of_an_order_releases_what_it_had_committed_once_it_is_sent(shop):
    _, line = shop.order(4)
    invoice = shop.invoice(3, line)
    assert shop.both()[0] == (10, 4, 6)
    shop("POST", f"/invoices/{invoice}/status/sent")
    assert shop.both() == ((7, 1, 6), (10, 4, 6))
    shop("POST", f"/invoices/{invoice}/status/void")
    assert shop.both() == ((10, 4, 6), (10, 4, 6))
    shop("DELETE", f"/invoices/{invoice}")
    assert shop.both()[0] == (10, 4, 6)


def test_whether_a_draft_invoice_releases_already_is_a_switch(shop_with):
    shop = shop_with({"zoho_draft_invoice_releases": True})
    _, line = shop.order(4)
    shop.invoice(3, line)
    assert shop.both() == ((10, 1, 9), (10, 4, 6))


def test_an_invoice_that_leaves_its_order_commits_again(shop):
    _, line = shop.order(4)
    invoice = shop.invoice(4, line)
    shop("POST", f"/invoices/{invoice}/status/sent")
    assert shop.both()[0] == (6, 0, 6)
    shop("PUT", f"/invoices/{invoice}", {"line_items": [{"item_id": shop.item, "quantity": 1}]})
    assert shop.both()[0] == (9, 4, 5)


def test_packages_move_nothing_and_shipments_take_physically(shop):
    order, line = shop.order(4)
    first, second = shop.pack(order, line, 3), shop.pack(order, line, 1)
    assert shop.both() == ((10, 4, 6), (10, 4, 6))
    shipment = shop.ship(order, first)
    assert shop.both() == ((10, 4, 6), (7, 1, 6))
    told = shop.read(order)
    assert (told["shipped_status"], told["line_items"][0]["quantity_shipped"]) == ("partially_shipped", 3)
    assert [each["status"] for each in told["packages"]] == ["shipped", "not_shipped"]
    other = shop.ship(order, second)
    assert shop.read(order)["shipped_status"] == "shipped"
    for each in (shipment, other):
        shop("POST", f"/shipmentorders/{each}/status/delivered")
    assert shop.read(order)["shipped_status"] == "fulfilled"
    shop("DELETE", f"/shipmentorders/{shipment}")
    assert shop.both()[1] == (9, 3, 6)
    shop("DELETE", f"/packages/{first}")
    assert shop.read(order)["line_items"][0]["quantity_packed"] == 1


def test_packages_and_shipments_that_cannot_be_are_refused(shop):
    order, line = shop.order(4)
    draft, draft_line = shop.order(1, confirmed=False)
    other, _ = shop.order(1)

    def refused(path, body, **query):
        return shop.client.refused("POST", path, body, edition=INVENTORY, **query)

    lines = [{"so_line_item_id": line, "quantity": 5}]
    assert refused("/packages", {"line_items": lines}, salesorder_id=order) == (400, 2)
    assert refused("/packages", {"line_items": lines, "salesorder_id": order}) == (
        400,
        4,
    )  # in the query only
    unconfirmed = {"line_items": [{"so_line_item_id": draft_line, "quantity": 1}]}
    assert refused("/packages", unconfirmed, salesorder_id=draft) == (400, 9)
    package = shop.pack(order, line, 4)
    assert refused("/shipmentorders", {}, salesorder_id=other, package_ids=package) == (400, 2)
    assert refused("/shipmentorders", {}, salesorder_id=order) == (400, 4)
    assert refused(f"/salesorders/{order}/status/void", {}) == (400, 9)
    shop.ship(order, package)
    assert shop.client.refused("DELETE", f"/packages/{package}", edition=INVENTORY) == (400, 9)
    assert refused("/shipmentorders", {}, salesorder_id=order, package_ids=package) == (400, 2)


def test_credit_notes_give_back_to_the_books_until_they_are_void(shop):
    lines = [{"item_id": shop.item, "quantity": 2}]
    note = shop("POST", "/creditnotes", {"customer_id": shop.customer, "line_items": lines})["creditnote"]
    assert shop.both() == ((12, 0, 12), (10, 0, 10))
    shop("POST", f"/creditnotes/{note['creditnote_id']}/void")
    assert shop.both() == ((10, 0, 10), (10, 0, 10))
    shop("POST", f"/creditnotes/{note['creditnote_id']}/converttoopen")
    shop("DELETE", f"/creditnotes/{note['creditnote_id']}")
    assert shop.both() == ((10, 0, 10), (10, 0, 10))


def test_a_return_raises_the_physical_stock_once_it_is_received(shop):
    order, line = shop.order(4)
    shop.ship(order, shop.pack(order, line, 4))
    lines = [{"salesorder_item_id": line, "item_id": shop.item, "quantity": 2}]
    back = shop("POST", "/salesreturns", {"line_items": lines}, salesorder_id=order)["salesreturn"]
    assert shop.both()[1] == (6, 0, 6)
    received = {"line_items": [{"line_item_id": back["line_items"][0]["line_item_id"], "quantity": 2}]}
    came = shop("POST", "/salesreturnreceives", received, salesreturn_id=back["salesreturn_id"])[
        "salesreturn"
    ]
    assert shop.both() == ((10, 4, 6), (8, 0, 8))
    path = f"/salesreturns/{back['salesreturn_id']}"
    assert shop("GET", path)["salesreturn"]["salesreturn_status"] == "received"
    assert shop.client.refused("DELETE", path, edition=INVENTORY) == (400, 9)
    shop("DELETE", f"/salesreturnreceives/{came['receive_id']}")
    shop("DELETE", path)
    assert shop.both()[1] == (6, 0, 6)
    assert shop.read(order)["line_items"][0]["quantity_returned"] == 0


def test_bills_raise_the_books_and_receives_the_physical_stock(shop):
    lines = [{"item_id": shop.item, "quantity": 5, "rate": 2}]
    body = {"vendor_id": shop.vendor, "bill_number": "B-1", "date": "2026-11-22", "line_items": lines}
    bill = shop("POST", "/bills", body)["bill"]
    assert (shop.both(), bill["total"]) == (((15, 0, 15), (10, 0, 10)), 10)
    twice = {**body, "bill_number": " b-1 "}
    assert shop.client.refused("POST", "/bills", twice, edition=INVENTORY) == (400, 13011)
    purchase = shop("POST", "/purchaseorders", {"vendor_id": shop.vendor, "line_items": lines})
    order = purchase["purchaseorder"]
    received = {"line_items": [{"line_item_id": order["line_items"][0]["line_item_id"], "quantity": 4}]}
    came = shop("POST", "/purchasereceives", received, purchaseorder_id=order["purchaseorder_id"])
    assert shop.both() == ((15, 0, 15), (14, 0, 14))
    shop("PUT", f"/bills/{bill['bill_id']}", {"line_items": [{"item_id": shop.item, "quantity": 1}]})
    assert shop.both()[0] == (11, 0, 11)
    shop("POST", f"/bills/{bill['bill_id']}/status/void")
    shop("DELETE", f"/purchasereceives/{came['purchase_receive']['receive_id']}")
    assert shop.both() == ((10, 0, 10), (10, 0, 10))
    assert shop.client.ok("GET", f"/bills/{bill['bill_id']}")["bill"]["status"] == "void"  # Books knows bills


def test_transfers_take_here_and_bring_there_at_once_or_after_their_way(shop_with):
    shop = shop_with({"zoho_places": "locations"})
    (main, shed) = (next(iter(shop.client.org.places)), shop.client.org.add_place("Shed"))
    lines = [{"item_id": shop.item, "name": "Stocked", "quantity_transfer": 3}]
    body = {"date": "2026-11-22", "from_location_id": main, "to_location_id": shed, "line_items": lines}
    shop("POST", "/transferorders", body)

    def there():
        return at(shop.client, shop.item, main), at(shop.client, shop.item, shed)

    assert there() == ((7, 0, 7), (3, 0, 3))
    way = shop("POST", "/transferorders", {**body, "is_intransit_order": True})["transfer_order"]
    assert there() == ((4, 0, 4), (3, 0, 3))
    assert detail(shop.client, shop.item)["locations"][1]["location_quantity_in_transit"] == 3
    assert shop.both()[0] == (7, 0, 7)
    shop("POST", f"/transferorders/{way['transfer_order_id']}/markastransferred")
    assert there() == ((4, 0, 4), (6, 0, 6))
    shop("DELETE", f"/transferorders/{way['transfer_order_id']}")
    assert there() == ((7, 0, 7), (3, 0, 3))
    wrong = {**body, "to_location_id": main}
    assert shop.client.refused("POST", "/transferorders", wrong, edition=INVENTORY) == (400, 2)
    assert len(shop("GET", "/transferorders")["transfer_orders"]) == 1


def test_documents_move_stock_where_their_lines_say(shop_with):
    shop = shop_with({"zoho_places": "locations"})
    shed = shop.client.org.add_place("Shed")
    shop.order(4, location_id=shed)
    assert at(shop.client, shop.item, shed) == (0, 4, -4)
    shop.client.ok("POST", f"/locations/{shed}/markasprimary")
    assert at(shop.client, shop.item, shed) == (0, 4, -4)  # what was done stays where it was
    body = {"customer_id": shop.customer, "location_id": next(iter(shop.client.org.places))}
    lines = [{"item_id": shop.item, "quantity": 1}]
    invoice = shop.client.ok("POST", "/invoices", {**body, "line_items": lines})["invoice"]["invoice_id"]
    shop("POST", f"/invoices/{invoice}/status/sent")
    assert at(shop.client, shop.item, body["location_id"]) == (9, 0, 9)
    shop("POST", f"/invoices/{shop.invoice(2)}/status/sent")
    assert at(shop.client, shop.item, shed) == (-2, 4, -6)
    wrong = {**body, "location_id": "1", "line_items": lines}
    assert shop.client.refused("POST", "/invoices", wrong) == (400, 2)


def composite(shop, kind, quantity=2, **more):
    parts = [{"item_id": shop.item, "quantity": quantity}]
    body = {"name": kind, "sku": kind, "rate": 9, "item_type": "inventory", "combo_type": kind, **more}
    made = shop("POST", "/compositeitems", {**body, "mapped_items": parts})
    return made["composite_item"]["composite_item_id"]


def test_kits_are_reckoned_from_their_parts_place_by_place(shop_with):
    shop = shop_with({"zoho_places": "locations"})
    shed = shop.client.org.add_place("Shed")
    kit = composite(shop, "kit", 3)
    assert (books(shop.client, kit), at(shop.client, kit, shed)) == ((3, 0, 3), (0, 0, 0))
    lines = [{"item_id": kit, "quantity": 2}]
    order = shop("POST", "/salesorders", {"customer_id": shop.customer, "line_items": lines})["salesorder"]
    shop("POST", f"/salesorders/{order['salesorder_id']}/status/confirmed")
    assert shop.both()[0] == (10, 6, 4)
    assert books(shop.client, kit) == (3, 2, 1)
    line = {"item_id": kit, "quantity_adjusted": 1}
    body = {"date": "2026-11-22", "reason": "x", "adjustment_type": "quantity", "line_items": [line]}
    assert shop.client.refused("POST", "/inventoryadjustments", body, edition=INVENTORY) == (400, 2)


def test_a_kit_of_too_few_parts_has_less_than_nothing(shop):
    kit = composite(shop, "kit", 3)
    shop("POST", f"/invoices/{shop.invoice(11)}/status/sent")
    assert books(shop.client, kit) == (-1, 0, -1)


def test_assemblies_are_bundled_out_of_their_parts(shop):
    made_of = composite(shop, "assembly")
    body = {
        "date": "2026-11-22",
        "composite_item_id": made_of,
        "quantity_to_bundle": 3,
        "is_completed": False,
    }
    bundle = shop("POST", "/bundles", body)["bundle_id"]
    assert (books(shop.client, made_of), shop.both()[0]) == ((0, 0, 0), (10, 0, 10))
    shop("POST", f"/bundles/{bundle}/bundled")
    assert (books(shop.client, made_of), shop.both()) == ((3, 0, 3), ((4, 0, 4), (4, 0, 4)))
    assert shop("GET", f"/bundles/{bundle}")["bundle"]["line_items"][0]["total_quantity_consumed"] == 6
    shop("DELETE", f"/bundles/{bundle}")
    assert (books(shop.client, made_of), shop.both()[0]) == ((0, 0, 0), (10, 0, 10))
    kit = composite(shop, "kit")
    wrong = {**body, "composite_item_id": kit}
    assert shop.client.refused("POST", "/bundles", wrong, edition=INVENTORY) == (400, 2)


def test_items_that_moved_cannot_be_deleted(shop):
    lines = [{"item_id": shop.item, "quantity": 5, "rate": 2}]
    shop("POST", "/bills", {"vendor_id": shop.vendor, "bill_number": "B-1", "line_items": lines})
    assert shop.client.refused("DELETE", f"/items/{shop.item}") == (400, 2049)


@pytest.mark.parametrize(
    "path",
    ["/transferorders", "/packages", "/shipmentorders", "/purchasereceives", "/salesreturns", "/bundles"],
)
def test_books_knows_nothing_of_what_only_inventory_has(shop, path):
    assert shop.client.refused("POST", path, {}) == (404, 5)
