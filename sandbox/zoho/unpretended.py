"""What the platform has and this sandbox has not: named openly, so that nobody looks for the fault in his own call."""

import re

from sandbox.zoho.answers import Refused
from sandbox.zoho.bare_rooms import ROOMS

NOT_HERE = 501
# lists of papers, which look like records whose id is a word
PAPERS = re.compile(
    r"/\w+/(templates|pdf|print)|/items/(batches|serialnumbers)|/chartofaccounts/transactions"
)
# below a record
ACTIONS = (
    *(
        "attachment",
        "documents",
        "receipt",
        "images",
        "backimage",
        "submit",
        "approve",
        "reject",
        "substatus",
    ),
    *("writeoff", "paymentreminder", "templates", "portal", "track1099", "untrack1099", "emailhistory"),
    *("landedcosts", "serialnumber", "openingstock", "statement", "unusedretainerpayments"),
)
BELOW = re.compile(rf"/\w+/[^/]+/(.+/)?({'|'.join(ACTIONS)})(/.*)?")
_BARE = sorted({path.strip("/") for rooms in ROOMS.values() for path in rooms})
OTHERS = (
    "crm",
    "customerdebitnotes",
    "fixedassettypes",
    "projects",
    "replenishments",
    "share",
    "bankstatements",
)
WHOLE = re.compile(rf"/({'|'.join((*_BARE, *OTHERS))})(/.*)?|/settings/(openingbalances|preferences)(/.*)?")


def lacking(path: str) -> Refused:
    return Refused(9, f"This sandbox does not pretend {path}.", NOT_HERE)


def refusal(method: str, path: str) -> Refused | None:
    """For what is known to be there in reality; None for all else."""
    mail = method == "GET" and path.endswith("/email")
    known = mail or BELOW.fullmatch(path) or WHOLE.fullmatch(path)
    return lacking(path) if known else None
