"""Which item stands in which group, as which option of the group's attributes."""

from typing import Any

from sandbox.zoho.answers import Refused
from sandbox.zoho.call import Call
from sandbox.zoho.money import text
from sandbox.zoho.organization import Organization, Record
from sandbox.zoho.shapes.item import GROUP

PLACES = (1, 2, 3)  # a group has up to three attributes


def check(call: Call, item: Record) -> None:
    """The group and options that a body names, onto the item; without a group_id a group_name is dropped."""
    told = text(call.body, "group_id", 50) or item["group_id"]
    if not told:
        return
    group = call.org.records["itemgroups"].get(told)
    if group is None:
        raise Refused(2, "Invalid value passed for group_id")
    moved = item["group_id"] != told
    item.update(group_id=told, group_name=group["group_name"])
    for place in PLACES:
        _take_option(call.body, item, group, place, "" if moved else item[f"attribute_option_name{place}"])
    mine = options_of(item)
    for other_id in group["_items"]:
        if other_id != item["item_id"] and options_of(call.org.records["items"][other_id]) == mine:
            raise Refused(2, "Invalid value passed for attribute_option_name1")


def _take_option(body: dict[str, Any], item: Record, group: Record, place: int, before: str) -> None:
    """An attribute of the group must have an option; attributes that the group has not are dropped."""
    name = group[f"attribute_name{place}"]
    item[f"attribute_name{place}"] = name
    item[f"attribute_id{place}"] = group[f"attribute_id{place}"]
    if not name:
        item.update({f"attribute_option_name{place}": "", f"attribute_option_id{place}": ""})
        return
    if text(body, f"attribute_name{place}", 100, name) != name:
        raise Refused(2, f"Invalid value passed for attribute_name{place}")
    option = text(body, f"attribute_option_name{place}", 100, before).strip()
    if not option:
        raise Refused(4, f"Invalid value passed for attribute_option_name{place}")
    item[f"attribute_option_name{place}"] = option


def options_of(item: Record) -> tuple[str, ...]:
    return tuple(item[f"attribute_option_name{place}"].casefold() for place in PLACES)


def follow(call: Call, item: Record) -> None:
    """The groups know their items: out of any old one, into the item's own; equal options share their id."""
    org, item_id = call.org, item["item_id"]
    if org.group_of.get(item_id, "") != item["group_id"]:
        leave(org, {**item, "group_id": org.group_of.get(item_id, "")})
    if not item["group_id"]:
        return
    group = org.records["itemgroups"][item["group_id"]]
    if item_id not in group["_items"]:
        group["_items"].append(item_id)
    org.group_of[item_id] = item["group_id"]
    for place in PLACES:
        option = item[f"attribute_option_name{place}"]
        if option:
            known = group["_options"][place - 1]
            item[f"attribute_option_id{place}"] = known.setdefault(option, "") or org.new_id()
            known[option] = item[f"attribute_option_id{place}"]


def leave(org: Organization, item: Record) -> None:
    """The item stands in its group no longer; the group stays, even without items."""
    org.group_of.pop(item["item_id"], None)
    group = org.records["itemgroups"].get(item["group_id"])
    if group is not None and item["item_id"] in group["_items"]:
        group["_items"].remove(item["item_id"])


def ungrouped(org: Organization, item: Record) -> None:
    leave(org, item)
    item.update(dict.fromkeys(GROUP, ""))
