"""An item as it is shown: in detail, as a row of a list, and to the callbacks of workflow rules."""

from typing import Any

from sandbox.zoho import customfields, stock_views, workflows
from sandbox.zoho.call import Call
from sandbox.zoho.organization import Organization, Record
from sandbox.zoho.shapes.item import GROUP, ROW
from sandbox.zoho.views import detail


def shown(call: Call, item: Record) -> dict[str, Any]:
    return {**detail(call, "items", item), **stock_views.in_detail(call, item)}


def row(call: Call, item: Record) -> dict[str, Any]:
    """A row of a list: measures lie flat; group keys are sure for tracked items only."""
    package = item["package_details"]
    made = {key: item[key] if key in item else package.get(key, "") for key in ROW}
    made.update(item_name=item["name"], has_attachment=item["image_document_id"] != "")
    if item["track_inventory"]:
        made.update(stock_views.in_list(call.org, item))
    if item["track_inventory"] or call.switch("zoho_group_keys_in_lists") == "all":
        made.update({key: item[key] for key in GROUP})
    if call.org.edition == "in":
        made.update(hsn_or_sac=item.get("hsn_or_sac", ""), item_tax_preferences=[])
    return {**made, **customfields.promoted(call, "items", item)}


def tell(call: Call, event: str, item: Record) -> None:
    """Fire the workflow rules of items."""
    workflows.fire(call, "item", event, lambda: shown(call, item))


def stock_moved(org: Organization, item: Record) -> None:
    """Stock is not of the item: whether the item or its rules notice anything are switches."""
    if org.world.switches["zoho_stock_touches_item"]:
        org.touched(item)
    if org.world.switches["zoho_stock_fires_item_rule"]:
        tell(Call(org, "inventory", {}, {}, {}, {}), "edited", item)
