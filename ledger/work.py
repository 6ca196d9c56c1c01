"""The work rows: one per record of a flow, and the row is the job; a Celery message only wakes a worker.

A row is due from its `due_at` on. A claim pushes that time forward by the lease, so a worker that dies leaves
a row that becomes due again by itself. The fence tells a worker that came back too late, the generation a
change that was noted while the record was being worked.
"""

from ledger.claims import Claim, claim, claim_due, due, finish, finish_many, later, renew, renew_many
from ledger.errors import LeaseLost
from ledger.notes import note, retry
from ledger.pauses import Pause, pause, paused, resume
from ledger.work_views import (
    Count,
    Work,
    counts,
    find,
    find_id,
    finished_since,
    held,
    known_stamps,
    latencies,
    oldest_due,
)

__all__ = [
    "Claim",
    "Count",
    "LeaseLost",
    "Pause",
    "Work",
    "claim",
    "claim_due",
    "counts",
    "due",
    "find",
    "find_id",
    "finish",
    "finish_many",
    "finished_since",
    "held",
    "known_stamps",
    "latencies",
    "later",
    "note",
    "oldest_due",
    "pause",
    "paused",
    "renew",
    "renew_many",
    "resume",
    "retry",
]
