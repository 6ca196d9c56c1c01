"""What counts a day must not see two of them."""

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def today(zone="UTC", lasts=10.0):
    """The date there, for so many seconds more at least: where midnight is nearer, it is waited for."""
    while (now := datetime.now(ZoneInfo(zone))).date() != (now + timedelta(seconds=lasts)).date():
        time.sleep(0.2)
    return now.date().isoformat()
