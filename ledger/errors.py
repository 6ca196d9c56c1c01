"""What the ledger says when it cannot do what was asked."""


class LedgerBusy(Exception):
    """Nothing was written: somebody held the lock too long, or the database is away. Asking again is safe."""


class LedgerUnfit(Exception):
    """Its tables are of a newer version than ours. Nothing was changed."""


class LeaseLost(Exception):
    """Somebody else has claimed the record since: whatever this worker found out must not be written."""
