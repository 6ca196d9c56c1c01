"""What an organization is set to: itself, taxes and groups, currencies, accounts."""

from decimal import Decimal
from typing import Any

from sandbox.zoho.answers import Answer, Refused, done, unknown_id
from sandbox.zoho.call import Call
from sandbox.zoho.editions import country
from sandbox.zoho.lists import page_of
from sandbox.zoho.money import half_up, number, text
from sandbox.zoho.organization import Organization, Record
from sandbox.zoho.views import public


def organizations(call: Call) -> Answer:
    return done("success", organizations=[_organization(call.org)])


def organization(call: Call) -> Answer:
    if call.ids["id"] != call.org.organization_id:
        raise unknown_id()
    return done("success", organization=_organization(call.org))


def _organization(org: Organization) -> dict[str, Any]:
    base = org.currency(org.base) or {}
    return {
        "organization_id": org.organization_id,
        "name": org.name,
        "contact_name": org.user,
        "email": "owner@sandbox.example",
        "is_default_org": True,
        "language_code": "en",
        "fiscal_year_start_month": 0,
        "account_created_date": "2024-01-01",
        "time_zone": org.time_zone,
        "is_dst_active": True,
        "date_format": "dd MMM yyyy",
        "field_separator": " ",
        "industry_type": "",
        "industry_size": "",
        "company_id_label": "",
        "company_id_value": "",
        "tax_id_label": "",
        "tax_id_value": "",
        "tax_group_enabled": True,
        "currency_id": base.get("currency_id", ""),
        "currency_code": org.base,
        "currency_symbol": base.get("currency_symbol", ""),
        "currency_format": "###,##0.00",
        "price_precision": 2 if org.rate_precision is None else org.rate_precision,
        "plan_type": 3,
        "plan_name": org.plan_name,
        "plan_period": "Monthly",
        "country_code": country(org).code,
        "country_name": country(org).name,
        "country": country(org).name,
        "state": org.state,
        "state_code": org.state,
        "phone": "",
        "version": country(org).code.lower() or "global",
        "user_role": "admin",
        "user_status": 1,
        "portal_name": "sandbox",
        "is_org_active": True,
        "org_settings": {"is_org_active": True},
    }


def taxes(call: Call) -> Answer:
    """Groups appear here as tax_type tax_group; without sales tax the list is empty."""
    rows = [public(row) for row in call.org.taxes.values()] if call.switch("zoho_tax_enabled") else []
    rows.sort(key=lambda row: str(row["tax_name"]).casefold())
    page, per_page = page_of(call, "page", 1), min(page_of(call, "per_page", 200), 200)
    context = {
        "page": page,
        "per_page": per_page,
        "has_more_page": len(rows) > page * per_page,
        "report_name": "Taxes",
        "applied_filter": call.args.get("filter_by") or "Taxes.Active",
        "as_of_date": call.org.today().isoformat(),
        "to_date": call.org.today().isoformat(),
        "sort_column": "tax_name",
        "sort_order": "A",
    }
    return done("success", taxes=rows[(page - 1) * per_page : page * per_page], page_context=context)


def get_tax(call: Call) -> Answer:
    return done("success", tax=public(_tax(call)))


def create_tax(call: Call) -> Answer:
    if not call.switch("zoho_tax_enabled"):
        raise Refused(110817, "Enable sales tax for your organization to perform this operation.")
    name, percentage, kind = _tax_body(call, None)
    specific = text(call.body, "tax_specific_type", 20)
    tax_id = call.org.add_tax(name, percentage, kind, specific)
    return Answer(
        {"code": 0, "message": "The tax has been added.", "tax": public(call.org.taxes[tax_id])}, 201
    )


def update_tax(call: Call) -> Answer:
    row = _tax(call)
    name, percentage, kind = _tax_body(call, row)
    row.update(tax_name=name, tax_percentage=percentage, tax_type=kind, last_modified_time=call.org.stamp())
    return done("Tax information has been saved.", tax=public(row))


def delete_tax(call: Call) -> Answer:
    row = _tax(call)
    if any(row["tax_id"] in each.get("_members", ()) for each in call.org.taxes.values()):
        raise Refused(9, "The tax is a member of a tax group.")
    del call.org.taxes[row["tax_id"]]
    return done("The record has been deleted.")


def _tax(call: Call) -> Record:
    row = call.org.taxes.get(call.ids["id"])
    if row is None:
        raise unknown_id()
    return row


def _tax_body(call: Call, before: Record | None) -> tuple[str, Decimal, str]:
    name = text(call.body, "tax_name", 100, before["tax_name"] if before else "").strip()
    if not name:
        raise Refused(4, "Invalid value passed for tax_name")
    if any(
        row["tax_name"].casefold() == name.casefold() and row is not before for row in call.org.taxes.values()
    ):
        raise Refused(1001, "The tax name already exists.")
    percentage = number(call.body, "tax_percentage", before["tax_percentage"] if before else None)
    kind = text(call.body, "tax_type", 20, before["tax_type"] if before else "tax") or "tax"
    if not 0 <= percentage <= 100 or kind not in {"tax", "compound_tax", "tax_group"}:
        raise Refused(2, "Invalid value passed for tax_percentage")
    return name, half_up(percentage, 6).normalize(), kind


def create_group(call: Call) -> Answer:
    """`taxes` is a text of ids with commas between."""
    members = _members(call)
    name = text(call.body, "tax_group_name", 100).strip()
    if not name:
        raise Refused(4, "Invalid value passed for tax_group_name")
    group_id = call.org.add_tax_group(name, members)
    told = {"code": 0, "message": "The tax group has been added.", "tax_group": _group(call, group_id)}
    return Answer(told, 201)


def get_group(call: Call) -> Answer:
    return done("success", tax_group=_group(call, _group_id(call)))


def update_group(call: Call) -> Answer:
    row = call.org.taxes[_group_id(call)]
    if "taxes" in call.body:
        row["_members"] = _members(call)
        row["tax_percentage"] = sum(
            (call.org.taxes[each]["tax_percentage"] for each in row["_members"]), Decimal(0)
        )
    row["tax_name"] = text(call.body, "tax_group_name", 100, row["tax_name"])
    return done("The tax group has been updated.", tax_group=_group(call, row["tax_id"]))


def delete_group(call: Call) -> Answer:
    del call.org.taxes[_group_id(call)]
    return done("The tax group has been deleted.")


def _members(call: Call) -> list[str]:
    told = call.body.get("taxes", "")
    members = [each.strip() for each in str(told).split(",") if each.strip()]
    if not members or any(each not in call.org.taxes for each in members):
        raise Refused(2, "Invalid value passed for taxes")
    return members


def _group_id(call: Call) -> str:
    row = call.org.taxes.get(call.ids["id"])
    if row is None or row["tax_type"] != "tax_group":
        raise unknown_id()
    return str(row["tax_id"])


def _group(call: Call, group_id: str) -> dict[str, Any]:
    row = call.org.taxes[group_id]
    return {
        "tax_group_id": group_id,
        "tax_group_name": row["tax_name"],
        "tax_group_percentage": row["tax_percentage"],
        "taxes": [public(call.org.taxes[each]) for each in row["_members"]],
    }
