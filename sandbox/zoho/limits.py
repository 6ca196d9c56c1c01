"""The organization's limits: calls per minute, in flight and per day, and what their refusals say."""

import math
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.zoho.answers import TOO_MANY, Refused
from sandbox.zoho.organization import Organization


def counter(org: Organization, edition: str) -> str:
    """Which count a call of this edition uses; a new day in the organization's zone begins at nothing."""
    if org.meter.day != org.today().isoformat():
        org.meter.day, org.meter.used = org.today().isoformat(), {}
    return "all" if org.world.switches["zoho_day_counters"] == "shared" else edition


def remaining(org: Organization, edition: str) -> int:
    return max(0, org.per_day - org.meter.used.get(counter(org, edition), 0))


def seconds_to_midnight(org: Organization) -> int:
    """Until the next day begins in the organization's zone, in real seconds even where clocks change."""
    zone = ZoneInfo(org.time_zone)
    midnight = datetime.combine(org.today() + timedelta(days=1), time(), zone)
    return max(1, math.ceil(midnight.timestamp() - org.now().timestamp()))


def day_headers(org: Organization, edition: str) -> dict[str, str]:
    """The daily quota, the only limit that headers tell."""
    return {
        "x-rate-limit-limit": str(org.per_day),
        "x-rate-limit-reset": str(seconds_to_midnight(org)),
        "x-rate-limit-remaining": str(remaining(org, edition)),
    }


def admit(org: Organization, edition: str, *, counted: bool) -> None:
    """Let one call in or raise Refused; only `counted` calls use up the day."""
    meter = org.meter
    if meter.in_flight > org.concurrent:
        raise too_many_in_flight()
    _check_minute(org)
    if counted:
        name = counter(org, edition)
        if meter.used.get(name, 0) >= org.per_day:
            raise day_used_up(org)
        meter.used[name] = meter.used.get(name, 0) + 1


def _check_minute(org: Organization) -> None:
    meter, now, pace = org.meter, org.world.clock.epoch(), org.world.options.pace
    while meter.recent and meter.recent[0] <= now - 60 / pace:
        meter.recent.popleft()
    block = int(org.world.switches["zoho_block_seconds"]) / pace
    if now < meter.blocked_until:
        raise minute_used_up(org, math.ceil(meter.blocked_until - now))
    if len(meter.recent) >= org.per_minute:
        meter.blocked_until = now + block
        raise minute_used_up(org, math.ceil(block))
    meter.recent.append(now)


def minute_used_up(org: Organization, retry_after: int = 0) -> Refused:
    code = int(org.world.switches["zoho_minute_code"])
    told = (
        "For security reasons your organization has been blocked as it have exceeded the maximum number of"
        " requests per minute that can originate from an organization."
        if code == 44
        else "For security reasons you have been blocked for some time as you have exceeded the maximum number"
        " of requests per minute."
    )
    return Refused(code, told, TOO_MANY, {"Retry-After": str(retry_after)} if retry_after else {})


def day_used_up(org: Organization) -> Refused:
    told = f"The API call for this organization has exceeded the maximum call rate limit of {org.per_day}."
    return Refused(45, told, TOO_MANY)


def too_many_in_flight() -> Refused:
    told = (
        "You have reached the maximum number of in process requests allowed."
        " Kindly try again after some time."
    )
    return Refused(1070, told, TOO_MANY)
