"""The day's calls of each organization, mirrored here so that a lost Redis does not forget them."""

from dataclasses import dataclass

from sqlalchemy import case, select

from ledger.store import Ledger, insert, reading, writing
from ledger.tables import quota as table


@dataclass(frozen=True, slots=True)
class Day:
    """`day`: the organization's own date, YYYY-MM-DD; `frozen_until`: epoch seconds, None when not frozen."""

    day: str
    used: int
    frozen_until: float | None


def save_day(ledger: Ledger, organization: str, day: str, used: int, frozen_until: float | None) -> None:
    """Mirror a day's count; the highest seen stands, since processes mirror in any order."""
    row = {"organization": organization, "day": day, "used": used, "frozen_until": frozen_until}
    with writing(ledger) as c:
        new = insert(c, table).values(row)
        worse = case((table.c.used > used, table.c.used), else_=used)
        changed = {"used": worse, "frozen_until": frozen_until}
        c.execute(new.on_conflict_do_update(index_elements=["organization", "day"], set_=changed))


def load_day(ledger: Ledger, organization: str, day: str | None = None) -> Day | None:
    """Give a day's count, or that of the last day known."""
    days = select(table.c.day, table.c.used, table.c.frozen_until).where(table.c.organization == organization)
    if day is not None:
        days = days.where(table.c.day == day)
    with reading(ledger) as c:
        row = c.execute(days.order_by(table.c.day.desc()).limit(1)).first()
    return Day(*row) if row else None
