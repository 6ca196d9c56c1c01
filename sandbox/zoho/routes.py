"""Which path answers with which view, in which edition, and what scope it takes."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sandbox.zoho import (
    applying,
    bare_rooms,
    bills,
    bulk,
    bundles,
    chart,
    compositeitems,
    contacts,
    creditnotes,
    currencies,
    estimates,
    images,
    inventoryadjustments,
    invoices,
    itemgroups,
    items,
    lock,
    order_invoices,
    packages,
    payments,
    persons,
    places,
    pricebooks,
    purchaseorders,
    purchasereceives,
    refunds,
    salesorders,
    salesreturns,
    settings,
    shipmentorders,
    taxrooms,
    transferorders,
    unpretended,
    webhooks,
    workflows,
)
from sandbox.zoho.answers import MISSING, WRONG_METHOD, Refused
from sandbox.zoho.beside import ROUTES as BESIDE
from sandbox.zoho.call import View
from sandbox.zoho.paper import or_paper
from sandbox.zoho.route import BOOKS, BOTH, INVENTORY, Route

# where the scope of a module is called otherwise, by edition
SCOPES = {
    ("books", "items"): "settings",
    ("books", "chartofaccounts"): "accountants",
}
PAPERS = ("invoices", "salesorders", "estimates", "creditnotes", "purchaseorders")  # may be had as a PDF
RATES = "/settings/currencies/{id}/exchangerates"
OPERATIONS = {"GET": "READ", "POST": "CREATE", "PUT": "UPDATE", "DELETE": "DELETE"}


def _put(module: str, single: str, code: Any) -> View:
    """PUT on the whole module: by unique field, or many at once."""
    change = getattr(code, "change_custom_fields", None)
    if change is None:
        return code.update_by_field  # type: ignore[no-any-return]
    many = bulk.custom_fields(module, f"{single}_id", change)
    return lambda call: many(call) if call.asks("bulk_update") else code.update_by_field(call)


def _delete(module: str, code: Any) -> View:
    return bulk.for_each(module, code.delete, "The records have been deleted.", nameless_is_wrong=True)


def _crud(module: str, code: Any, editions: tuple[str, ...] = BOTH) -> tuple[Route, ...]:
    single = module.removesuffix("s")
    whole, one = f"/{module}", f"/{module}/{{id}}"
    views = (
        ("GET", whole, code.listed),
        ("POST", whole, code.create),
        ("PUT", whole, _put(module, single, code)),
        ("DELETE", whole, _delete(module, code)),
        ("GET", one, or_paper(code.get, single) if module in PAPERS else code.get),
        ("PUT", one, code.update),
        ("DELETE", one, code.delete),
        ("PUT", f"/{single}/{{id}}/customfields", getattr(code, "change_custom_fields", None)),
    )
    return tuple(Route(method, path, module, view, editions) for method, path, view in views if view)


def _plain(path: str, scope: str, code: Any, editions: tuple[str, ...] = BOTH) -> tuple[Route, ...]:
    """List, create, read, change where it can be changed, delete, and the two status actions where there are any."""
    views = (
        ("GET", "", getattr(code, "listed", None)),
        ("POST", "", code.create),
        ("GET", "/{id}", code.get),
        ("PUT", "/{id}", getattr(code, "update", None)),
        ("DELETE", "/{id}", code.delete),
        ("POST", "/{id}/active", getattr(code, "activate", None)),
        ("POST", "/{id}/inactive", getattr(code, "deactivate", None)),
    )
    return tuple(Route(method, path + tail, scope, view, editions) for method, tail, view in views if view)


def _refunds(module: str, source: refunds.Source, editions: tuple[str, ...] = BOTH) -> tuple[Route, ...]:
    whole, one = f"/{module}/{{id}}/refunds", f"/{module}/{{id}}/refunds/{{refund}}"
    views = (
        ("GET", whole, refunds.listed),
        ("POST", whole, refunds.create),
        ("GET", one, refunds.get),
        ("PUT", one, refunds.change),
        ("DELETE", one, refunds.delete),
    )
    return tuple(Route(method, path, module, partial(view, source), editions) for method, path, view in views)


def _rooms(path: str, room: taxrooms.Room) -> tuple[Route, ...]:
    return tuple(Route(method, path + tail, "settings", view) for method, tail, view in taxrooms.views(room))


SENT = bulk.for_each("invoices", invoices.mark_sent, "Invoice status has been changed to Sent.")
MAILED = bulk.for_each("invoices", invoices.email, "Your mails are scheduled to be sent in a few minutes.")
CONFIRMED = bulk.for_each(
    "salesorders", salesorders.confirm, "Sales order status has been changed to Confirmed."
)
VOID = bulk.for_each("salesorders", salesorders.void, "Sales order status has been changed to Void.")

ROUTES: tuple[Route, ...] = (
    Route("GET", "/organizations", "settings", settings.organizations),
    Route("GET", "/organizations/{id}", "settings", settings.organization),
    Route("GET", "/settings/taxes", "settings", settings.taxes),
    Route("POST", "/settings/taxes", "settings", settings.create_tax),
    Route("GET", "/settings/taxes/{id}", "settings", settings.get_tax),
    Route("PUT", "/settings/taxes/{id}", "settings", settings.update_tax),
    Route("DELETE", "/settings/taxes/{id}", "settings", settings.delete_tax),
    Route("POST", "/settings/taxgroups", "settings", settings.create_group),
    Route("GET", "/settings/taxgroups/{id}", "settings", settings.get_group),
    Route("PUT", "/settings/taxgroups/{id}", "settings", settings.update_group),
    Route("DELETE", "/settings/taxgroups/{id}", "settings", settings.delete_group),
    *_plain("/settings/currencies", "settings", currencies),
    Route("GET", RATES, "settings", currencies.rates, BOOKS),
    Route("POST", RATES, "settings", currencies.add_rate, BOOKS),
    Route("GET", f"{RATES}/{{rate}}", "settings", currencies.get_rate, BOOKS),
    Route("PUT", f"{RATES}/{{rate}}", "settings", currencies.change_rate, BOOKS),
    *(
        Route("GET", path, scope, bare_rooms.empty(key), (edition,))
        for edition, rooms in bare_rooms.ROOMS.items()
        for path, (key, scope) in rooms.items()
    ),
    *(Route(method, path, scope, view, BOOKS) for method, path, scope, view in chart.ROUTES),
    *_rooms("/settings/taxauthorities", taxrooms.AUTHORITIES),
    *_rooms("/settings/taxexemptions", taxrooms.EXEMPTIONS),
    *_plain("/locations", "settings", places),
    Route("POST", "/locations/{id}/markasprimary", "settings", places.mark_primary),
    Route("GET", "/settings/warehouses", "settings", places.warehouses),
    Route("GET", "/transactionlocks", "settings", lock.listed, BOOKS),
    Route("GET", "/users", "settings", bare_rooms.users),
    Route("GET", "/users/me", "settings", bare_rooms.me),
    Route("GET", "/users/{id}", "settings", bare_rooms.user),
    Route("POST", "/contacts/contactpersons", "contacts", persons.add_person),
    Route("PUT", "/contacts/contactpersons/{person}", "contacts", persons.change_person),
    Route("DELETE", "/contacts/contactpersons/{person}", "contacts", persons.delete_person),
    Route("POST", "/contacts/contactpersons/{person}/primary", "contacts", persons.make_primary),
    Route("GET", "/contacts/contactpersons", "contacts", persons.list_all),
    Route("GET", "/contacts/contactpersons/{person}", "contacts", persons.get_person),
    Route("GET", "/contacts/{id}/contactpersons", "contacts", persons.list_persons),
    Route("GET", "/contacts/{id}/contactpersons/{person}", "contacts", persons.get_person),
    *_crud("contacts", contacts),
    Route("POST", "/contacts/{id}/active", "contacts", contacts.activate),
    Route("POST", "/contacts/{id}/inactive", "contacts", contacts.deactivate),
    Route("GET", "/contacts/{id}/refunds", "contacts", partial(refunds.of_contact, refunds.NOTE), BOOKS),
    Route("GET", "/contacts/{id}/address", "contacts", persons.list_addresses),
    Route("POST", "/contacts/{id}/address", "contacts", persons.add_address),
    Route("PUT", "/contacts/{id}/address/{address}", "contacts", persons.change_address),
    Route("DELETE", "/contacts/{id}/address/{address}", "contacts", persons.delete_address),
    Route("GET", "/itemdetails", "items", items.details),
    Route("POST", "/items/(?P<status>active|inactive)", "items", items.bulk_mark, INVENTORY),
    Route("POST", "/items/ungroup", "items", itemgroups.ungroup, INVENTORY),
    Route("PUT", "/items/move/{id}", "items", itemgroups.move, INVENTORY),
    *_crud("items", items),
    Route("GET", "/items/{id}/image", "items", images.get),
    Route("POST", "/items/{id}/image", "items", images.upload),
    Route("DELETE", "/items/{id}/image", "items", images.delete),
    Route("POST", "/items/{id}/active", "items", items.activate),
    Route("POST", "/items/{id}/inactive", "items", items.deactivate),
    *_plain("/itemgroups", "items", itemgroups, INVENTORY),
    *_plain("/compositeitems", "compositeitems", compositeitems, INVENTORY),
    *_plain("/inventoryadjustments", "inventoryadjustments", inventoryadjustments, INVENTORY),
    Route(
        "DELETE", "/transferorders", "transferorders", _delete("transferorders", transferorders), INVENTORY
    ),
    *_plain("/transferorders", "transferorders", transferorders, INVENTORY),
    Route(
        "POST", "/transferorders/{id}/markastransferred", "transferorders", transferorders.arrive, INVENTORY
    ),
    Route("POST", "/transferorders/{id}/intransit", "transferorders", transferorders.depart, INVENTORY),
    *_plain("/bundles", "compositeitems", bundles, INVENTORY),
    Route("POST", "/bundles/{id}/bundled", "compositeitems", bundles.build, INVENTORY),
    *_plain("/bills", "bills", bills),
    Route("POST", "/bills/{id}/status/open", "bills", bills.to_open),
    Route("POST", "/bills/{id}/status/void", "bills", bills.void),
    *_crud("purchaseorders", purchaseorders),
    Route("POST", "/purchaseorders/{id}/status/open", "purchaseorders", purchaseorders.to_open, BOOKS),
    Route("POST", "/purchaseorders/{id}/status/billed", "purchaseorders", purchaseorders.to_billed, BOOKS),
    Route(
        "POST", "/purchaseorders/{id}/status/issued", "purchaseorders", purchaseorders.to_issued, INVENTORY
    ),
    Route("POST", "/purchaseorders/{id}/status/cancelled", "purchaseorders", purchaseorders.cancel),
    *_plain("/purchasereceives", "purchasereceives", purchasereceives, INVENTORY),
    Route("DELETE", "/packages", "packages", _delete("packages", packages), INVENTORY),
    *_plain("/packages", "packages", packages, INVENTORY),
    Route(
        "DELETE", "/shipmentorders", "shipmentorders", _delete("shipmentorders", shipmentorders), INVENTORY
    ),
    *_plain("/shipmentorders", "shipmentorders", shipmentorders, INVENTORY),
    Route(
        "POST", "/shipmentorders/{id}/status/delivered", "shipmentorders", shipmentorders.delivered, INVENTORY
    ),
    *_plain("/salesreturns", "salesreturns", salesreturns, INVENTORY),
    Route("POST", "/salesreturnreceives", "salesreturnreceives", salesreturns.receive, INVENTORY),
    Route(
        "DELETE", "/salesreturnreceives/{id}", "salesreturnreceives", salesreturns.delete_receive, INVENTORY
    ),
    *_plain("/pricebooks", "settings", pricebooks),
    Route("GET", "/pricebooks/{id}/items", "settings", pricebooks.get_items),
    *_plain("/settings/webhooks", "settings", webhooks, BOOKS),
    *_plain("/settings/workflows", "settings", workflows, BOOKS),
    *_crud("estimates", estimates, BOOKS),
    Route("POST", "/estimates/{id}/status/sent", "estimates", estimates.mark_sent, BOOKS),
    Route("POST", "/estimates/{id}/status/accepted", "estimates", estimates.accept, BOOKS),
    Route("POST", "/estimates/{id}/status/declined", "estimates", estimates.decline, BOOKS),
    Route("POST", "/invoices/status/sent", "invoices", SENT),
    Route("POST", "/invoices/email", "invoices", MAILED),
    Route("POST", "/invoices/fromsalesorder", "invoices", order_invoices.create),
    *_crud("invoices", invoices),
    Route("POST", "/invoices/{id}/status/sent", "invoices", invoices.mark_sent),
    Route("POST", "/invoices/{id}/status/void", "invoices", invoices.void),
    Route("POST", "/invoices/{id}/status/draft", "invoices", invoices.to_draft),
    Route("POST", "/invoices/{id}/email", "invoices", invoices.email),
    Route("GET", "/invoices/{id}/payments", "invoices", invoices.payments_of),
    Route("GET", "/invoices/{id}/creditsapplied", "invoices", applying.credits_of),
    Route("POST", "/invoices/{id}/credits", "invoices", applying.apply_to_invoice),
    Route("DELETE", "/invoices/{id}/creditsapplied/{part}", "invoices", applying.unapply_from_invoice),
    Route("DELETE", "/invoices/{id}/payments/{part}", "invoices", applying.unpay),
    Route("POST", "/salesorders/status/confirmed", "salesorders", CONFIRMED, INVENTORY),
    Route("POST", "/salesorders/status/void", "salesorders", VOID, INVENTORY),
    *_crud("salesorders", salesorders),
    Route("POST", "/salesorders/{id}/status/confirmed", "salesorders", salesorders.confirm, INVENTORY),
    Route("POST", "/salesorders/{id}/status/open", "salesorders", salesorders.confirm, BOOKS),
    Route("POST", "/salesorders/{id}/status/void", "salesorders", salesorders.void),
    *_crud("customerpayments", payments),
    *_refunds("customerpayments", refunds.PAYMENT, BOOKS),
    Route("GET", "/creditnotes/refunds", "creditnotes", partial(refunds.all_listed, refunds.NOTE)),
    *_crud("creditnotes", creditnotes),
    # described for Books; people use them in Inventory, too
    Route("POST", "/creditnotes/{id}/status/void", "creditnotes", creditnotes.void),
    Route("POST", "/creditnotes/{id}/status/draft", "creditnotes", creditnotes.to_draft),
    Route("POST", "/creditnotes/{id}/status/open", "creditnotes", creditnotes.to_open),
    Route("POST", "/creditnotes/{id}/void", "creditnotes", creditnotes.void, INVENTORY),
    Route("POST", "/creditnotes/{id}/draft", "creditnotes", creditnotes.to_draft, INVENTORY),
    Route("POST", "/creditnotes/{id}/converttoopen", "creditnotes", creditnotes.to_open, INVENTORY),
    Route("GET", "/creditnotes/{id}/invoices", "creditnotes", applying.applications),
    Route("POST", "/creditnotes/{id}/invoices", "creditnotes", applying.apply_note),
    Route("DELETE", "/creditnotes/{id}/invoices/{part}", "creditnotes", applying.unapply),
    *_refunds("creditnotes", refunds.NOTE),
    *BESIDE,
)


def find(edition: str, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    """The route of a path; an unknown path and a wrong method have their own refusals."""
    other = False
    if unpretended.PAPERS.fullmatch(path):
        raise unpretended.lacking(path)
    for route in ROUTES:
        ids = route.matches(edition, path)
        if ids is not None and route.method == method:
            return route, ids
        other = other or ids is not None
    if other and not unpretended.refusal(method, path):
        raise Refused(37, "HTTP method not allowed", WRONG_METHOD)
    raise unpretended.refusal(method, path) or Refused(5, "Invalid URL Passed", MISSING)


def edition_with(path: str) -> str:
    """Books, unless only Inventory has this path."""
    known = any(route.matches("books", path) is not None for route in ROUTES)
    return "books" if known else "inventory"


def allowed(route: Route, edition: str, granted: str) -> bool:
    """Whether the granted scopes (space separated) cover the route in this edition."""
    product = "ZohoBooks" if edition == "books" else "ZohoInventory"
    module = SCOPES.get((edition, route.scope), route.scope)
    wanted = {
        f"{product}.fullaccess.all",
        f"{product}.{module}.ALL",
        f"{product}.{module}.{OPERATIONS[route.method]}",
    }
    return bool({each.casefold() for each in wanted} & set(granted.casefold().replace(",", " ").split()))
