"""Refresh tokens, sealed by the caller; the ledger never sees the key."""

from sqlalchemy import select

from ledger.store import Ledger, insert, reading, writing
from ledger.tables import tokens as table

_FERNET = "gAAAA"  # https://github.com/fernet/spec: version 0x80, then the high bytes of the time


def put_sealed(ledger: Ledger, login: str, sealed: str) -> None:
    """Keep a login's sealed token. Raises ValueError for anything that is not sealed with Fernet."""
    if not sealed.startswith(_FERNET):
        raise ValueError("the ledger keeps tokens only sealed")
    row = {"login": login, "sealed": sealed}
    with writing(ledger) as c:
        c.execute(insert(c, table).values(row).on_conflict_do_update(index_elements=["login"], set_=row))


def get_sealed(ledger: Ledger, login: str) -> str | None:
    """Give a login's sealed token."""
    with reading(ledger) as c:
        return c.execute(select(table.c.sealed).where(table.c.login == login)).scalar()
