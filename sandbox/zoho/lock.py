"""The locked period: what is dated on or before the lock date is neither made, changed, void nor deleted."""

from sandbox.zoho.answers import Refused
from sandbox.zoho.call import Call


def check(call: Call, *days: str) -> None:
    """Refuse when one of these days (as the platform writes them) lies in the locked period."""
    until = call.org.lock_date
    if until and any(day and day <= until for day in days):
        raise Refused(
            int(call.switch("zoho_lock_code")), f"Transactions dated on or before {until} have been locked."
        )
