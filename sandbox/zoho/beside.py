"""What documents and contacts have beside themselves: comments, addresses of their own, mails."""

from sandbox.zoho import comments, creditnotes, estimates, invoices, mails, salesorders
from sandbox.zoho.call import View
from sandbox.zoho.document_addresses import SIDES, Tell, change
from sandbox.zoho.documents import Kind
from sandbox.zoho.route import BOOKS, BOTH, Route

COMMENTED = ("invoices", "salesorders", "estimates", "creditnotes", "purchaseorders", "bills")
MAILED = {
    "salesorders": "Your Sales Order has been sent.",
    "estimates": "Your estimate has been sent.",
    "creditnotes": "Your creditnote has been sent.",
    "purchaseorders": "Your purchase order has been sent.",
    "contacts": "Email has been sent.",
}
ADDRESSED: tuple[tuple[Kind, Tell | None], ...] = (
    (invoices.KIND, invoices.tell),
    (salesorders.KIND, salesorders.tell),
    (creditnotes.KIND, creditnotes.tell),
    (estimates.KIND, None),
)


def _editions(module: str) -> tuple[str, ...]:
    return BOOKS if module == "estimates" else BOTH


def _route(method: str, module: str, tail: str, view: View) -> Route:
    return Route(method, f"/{module}/{{id}}/{tail}", module, view, _editions(module))


def _comments(module: str) -> tuple[Route, ...]:
    return (
        _route("GET", module, "comments", comments.listed(module)),
        _route("POST", module, "comments", comments.add(module)),
        _route("PUT", module, "comments/{comment}", comments.change(module)),
        _route("DELETE", module, "comments/{comment}", comments.delete(module)),
    )


ROUTES: tuple[Route, ...] = (
    *(route for module in COMMENTED for route in _comments(module)),
    _route("GET", "contacts", "comments", comments.listed("contacts")),
    *(
        _route("PUT", kind.module, f"address/{side}", change(kind, side, tell))
        for kind, tell in ADDRESSED
        for side in SIDES
    ),
    *(_route("POST", module, "email", mails.sent(module, told)) for module, told in MAILED.items()),
    _route(
        "POST",
        "contacts",
        "statements/email",
        mails.sent("contacts", "Statement has been sent to the Customer."),
    ),
)
