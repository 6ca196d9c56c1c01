"""What documents do to stock, by their state; drafts and void ones do nothing."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from sandbox.zoho import places, stock
from sandbox.zoho.money import ZERO
from sandbox.zoho.organization import IDS, Organization, Record
from sandbox.zoho.stock import Effect, Figures

Change = Callable[[Decimal], Figures]


def settle(org: Organization, module: str, record: Record) -> None:
    """Bring stock up to date with a document as it is now."""
    if module in EFFECTS:
        stock.follow(org, record[IDS[module]], EFFECTS[module](org, record))


def dropped(org: Organization, module: str, record: Record) -> None:
    """A document is deleted, and with it all that it did."""
    stock.follow(org, record[IDS[module]], {})


def _lines(
    org: Organization, effect: Effect, pairs: Iterable[tuple[Record, Decimal]], change: Change
) -> Effect:
    """So much of each line's item, at the line's place."""
    for line, quantity in pairs:
        for item_id, moved in stock.moved_items(org, line["item_id"], quantity):
            stock.put(effect, (item_id, places.of_line(org, line)), change(moved))
    return effect


def of_invoice(org: Organization, invoice: Record) -> Effect:
    """Sent ones take from the books; physically they take nothing, unless a switch says so of those without order."""
    if invoice["_stage"] != "sent":
        return {}
    pairs = [(line, line["quantity"]) for line in invoice["line_items"]]
    effect = _lines(org, {}, pairs, lambda moved: Figures(on_hand=-moved))
    if org.world.switches["zoho_invoice_moves_physical"]:
        alone = [pair for pair in pairs if not pair[0]["salesorder_item_id"]]
        _lines(org, effect, alone, lambda moved: Figures(actual_on_hand=-moved))
    return effect


def of_salesorder(org: Organization, order: Record) -> Effect:
    """Confirmed ones commit what is not yet invoiced (in the books) or not yet shipped (physically)."""
    if order["_stage"] != "confirmed":
        return {}
    released = order.get("_released", {})
    left = [
        (line, max(line["quantity"] - released.get(line["line_item_id"], ZERO), ZERO))
        for line in order["line_items"]
    ]
    unshipped = [
        (line, max(line["quantity"] - line["quantity_shipped"], ZERO)) for line in order["line_items"]
    ]
    effect = _lines(org, {}, left, lambda moved: Figures(committed=moved))
    return _lines(org, effect, unshipped, lambda moved: Figures(actual_committed=moved))


def of_creditnote(org: Organization, note: Record) -> Effect:
    if note["_stage"] != "open":
        return {}
    physically = bool(org.world.switches["zoho_invoice_moves_physical"])
    pairs = [(line, line["quantity"]) for line in note["line_items"]]
    return _lines(
        org, {}, pairs, lambda moved: Figures(on_hand=moved, actual_on_hand=moved if physically else ZERO)
    )


def of_adjustment(org: Organization, adjustment: Record) -> Effect:
    if adjustment["adjustment_type"] != "quantity":
        return {}
    pairs = [(line, line["quantity_adjusted"]) for line in adjustment["line_items"]]
    return _lines(org, {}, pairs, lambda moved: Figures(on_hand=moved, actual_on_hand=moved))


def of_bill(org: Organization, bill: Record) -> Effect:
    """Physically the receive counts."""
    if bill["status"] == "void":
        return {}
    pairs = [(line, line["quantity"]) for line in bill["line_items"]]
    return _lines(org, {}, pairs, lambda moved: Figures(on_hand=moved))


def of_arrival(org: Organization, record: Record) -> Effect:
    """Goods that came in, of a purchase or of a return."""
    pairs = [(line, line["quantity"]) for line in record["line_items"]]
    return _lines(org, {}, pairs, lambda moved: Figures(actual_on_hand=moved))


def of_shipment(org: Organization, shipment: Record) -> Effect:
    """The order releases what was committed."""
    pairs = [(line, line["quantity"]) for line in shipment["line_items"]]
    return _lines(org, {}, pairs, lambda moved: Figures(actual_on_hand=-moved))


def of_transfer(org: Organization, transfer: Record) -> Effect:
    """What is on its way is nowhere on hand."""
    effect: Effect = {}
    arrived = transfer["status"] == "transferred"
    for line in transfer["line_items"]:
        for item_id, moved in stock.moved_items(org, line["item_id"], line["quantity_transfer"]):
            there = Figures(on_hand=moved, actual_on_hand=moved)
            stock.put(effect, (item_id, transfer["from_location_id"]), -there)
            came = there if arrived else Figures(in_transit=moved)
            stock.put(effect, (item_id, transfer["to_location_id"]), came)
    return effect


def of_bundle(org: Organization, bundle: Record) -> Effect:
    if bundle["status"] != "bundled":
        return {}
    used = [(line, -line["total_quantity_consumed"]) for line in bundle["line_items"]]
    whole = {**bundle, "item_id": bundle["composite_item_id"]}
    pairs = [*used, (whole, bundle["quantity_to_bundle"])]
    return _lines(org, {}, pairs, lambda moved: Figures(on_hand=moved, actual_on_hand=moved))


EFFECTS: dict[str, Callable[[Organization, Record], Effect]] = {
    "invoices": of_invoice,
    "salesorders": of_salesorder,
    "creditnotes": of_creditnote,
    "inventoryadjustments": of_adjustment,
    "bills": of_bill,
    "purchasereceives": of_arrival,
    "salesreturnreceives": of_arrival,
    "shipmentorders": of_shipment,
    "transferorders": of_transfer,
    "bundles": of_bundle,
}
