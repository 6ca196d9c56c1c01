"""The accounts that money goes to and comes from."""

from sandbox.zoho.answers import Refused
from sandbox.zoho.call import Call
from sandbox.zoho.organization import Record

OF_MONEY = {
    "cash",
    "bank",
    "other_current_asset",
    "other_current_liability",
    "other_liability",
    "equity",
    "credit_card",
}


def of_money(call: Call, account_id: object, name: str) -> Record | None:
    """The account a body names under `name`, or None when it names none."""
    if account_id in (None, ""):
        return None
    account = call.org.accounts.get(str(account_id))
    if account is None or account["account_type"] not in OF_MONEY:
        raise Refused(2, f"Invalid value passed for {name}")
    return account
