"""What the ledger says when it cannot do what was asked."""


class LedgerBusy(Exception):  # noqa: N818 - named after what is the matter, like all our errors
    """Nothing was written: somebody held the lock too long, or the database is away. Asking again is safe."""


class LeaseLost(Exception):  # noqa: N818
    """Somebody else has claimed the record since: whatever this worker found out must not be written."""
