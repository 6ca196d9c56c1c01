"""What the ledger remembers, table by table: ids, amounts, reasons and times, never a person.

Times are seconds since the epoch, so that leases and due times compare by plain arithmetic.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import TEXT as PG_TEXT

metadata = MetaData()

Id = BigInteger().with_variant(
    Integer(), "sqlite"
)  # SQLite numbers rows by itself only when they are INTEGER
Seconds: Double[float] = Double()
Key = Text().with_variant(PG_TEXT(collation="C"), "postgresql")  # bytes in order, so that prefixes are ranges

work = Table(
    "work",
    metadata,
    Column("id", Id, primary_key=True),
    Column("connection", Key, nullable=False),
    Column("flow", Key, nullable=False),
    Column("record", Key, nullable=False),
    Column("generation", Integer, nullable=False),  # counts the notes that somebody must still look at
    Column("taken_generation", Integer, nullable=False),  # the one that the last claim took
    Column("due_at", Seconds),  # nothing to do when empty; the end of the lease while it is worked
    Column("nudged_at", Seconds),
    Column("leased_until", Seconds),
    Column("fence", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", Text, nullable=False),  # waiting | working | done | held
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("why", Text, nullable=False),  # why it waits, when it was put off
    Column("fingerprint", Text, nullable=False),
    Column("source_stamp", Text, nullable=False),
    Column("noted_at", Seconds, nullable=False),
    Column("finished_at", Seconds),
    Column("urgent", Boolean, nullable=False),
    Column("patient", Boolean, nullable=False, server_default=false()),  # comes after all others
    UniqueConstraint("connection", "flow", "record", name="work_once"),
    Index("work_due", "due_at"),
    Index("work_state", "connection", "state"),
)

pauses = Table(
    "pauses",
    metadata,
    Column("connection", Key, primary_key=True),
    Column("until", Seconds),  # empty: until somebody resumes it
    Column("why", Text, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("scope", Key, primary_key=True),
    Column("kind", Key, primary_key=True),
    Column("key", Key, primary_key=True),
    Column("id", Key, nullable=False),
    Column("extra", JSON, nullable=False),
    Column("state", Text, nullable=False),  # creating | linked
    Column("holder", Text, nullable=False),
    Column("since", Seconds, nullable=False),
    Index("links_id", "scope", "kind", "id"),
)

intents = Table(
    "intents",
    metadata,
    Column("connection", Key, primary_key=True),
    Column("key", Key, primary_key=True),
    Column("verb", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),  # intended | done | unknown | rejected
    Column("attempt_at", Seconds, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("asked_at", Seconds),
    Column("target", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("settled_at", Seconds),
    Index("intents_state", "connection", "state"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("connection", Key, primary_key=True),
    Column("name", Key, primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", Seconds, nullable=False),
)

slots = Table(
    "slots",
    metadata,
    Column("name", Key, primary_key=True),
    Column("taken_at", Seconds, nullable=False),
)

learned = Table(
    "learned",
    metadata,
    Column("organization", Key, primary_key=True),
    Column("name", Key, primary_key=True),
    Column("value", JSON, nullable=False),
)

sightings = Table(
    "sightings",
    metadata,
    Column("connection", Key, primary_key=True),
    Column("flow", Key, primary_key=True),
    Column("record", Key, primary_key=True),
    Column("belongs", Key, nullable=False),  # the work record that it is a part of
    Column("stamp", Text, nullable=False),
    Column("seen_at", Seconds, nullable=False),
    Index("sightings_belongs", "connection", "flow", "belongs"),
    Index("sightings_seen", "connection", "flow", "seen_at"),
)

levels = Table(
    "levels",
    metadata,
    Column("connection", Key, primary_key=True),
    Column("item", Key, primary_key=True),
    Column("location", Integer, primary_key=True),  # the store's
    Column("base", Text, nullable=False),  # a Decimal, digit for digit
    Column("store", BigInteger, nullable=False),
    Column("taken", BigInteger, nullable=False),
    Column("at", Seconds, nullable=False),
    Column("proven", Boolean, nullable=False),
    Column("pending", JSON, nullable=False),
)

orders_read = Table(
    "orders_read",
    metadata,
    Column("connection", Key, primary_key=True),
    Column("order", Key, primary_key=True),
    Column("read_at", Seconds, nullable=False),
    Column("in_flight", Boolean, nullable=False),  # its document is being made right now
    Index(
        "orders_in_flight",
        "connection",
        "order",
        sqlite_where=text("in_flight = 1"),  # as SQLite is asked
        postgresql_where=text("in_flight"),
    ),
)

takings = Table(
    "takings",
    metadata,
    Column("connection", Key, primary_key=True),
    Column("order", Key, primary_key=True),
    Column("variant", Key, primary_key=True),
    Column("product", Text, nullable=False),
    Column("taken", BigInteger, nullable=False),  # from the store's level
    Column("due", BigInteger, nullable=False),  # will be taken in Zoho, or is
    Column("booked", BigInteger, nullable=False),  # is taken in Zoho
    Column("created", Seconds, nullable=False),
    Column("seen_at", Seconds, nullable=False),
    # All that is summed stands in the index: a look at 2000 variants reads no rows.
    Index("takings_variant", "connection", "variant", "seen_at", "taken", "due", "booked"),
    Index(
        "takings_open",
        "connection",
        "order",
        sqlite_where=text("due != booked"),
        postgresql_where=text("due != booked"),
    ),
)

runs = Table(
    "runs",
    metadata,
    Column("connection", Key, primary_key=True),
    Column("name", Key, primary_key=True),
    Column("kind", Text, nullable=False),  # backfill | sample | sync
    Column(
        "since", Text, nullable=False
    ),  # of the orders' days, ISO 8601; empty where it was not asked by days
    Column("until", Text, nullable=False),
    Column("most", Integer),  # orders, where somebody set a limit
    Column("cursor", Text, nullable=False),  # the last order that was looked at
    Column("state", Text, nullable=False),  # open | ended | undoing | undone
    Column("began", Seconds, nullable=False),
    Column("ended", Seconds),
    Index("runs_state", "connection", "kind", "state"),
)

run_records = Table(
    "run_records",
    metadata,
    Column("connection", Key, primary_key=True),
    Column("run", Key, primary_key=True),
    Column("record", Key, primary_key=True),
    Column("at", Seconds, nullable=False),
    Column("fresh", Boolean, nullable=False),  # it was not in the books before
    Column("undone_at", Seconds),
    Column("remains", Text, nullable=False),  # what a person must see to
)

history = Table(
    "history",
    metadata,
    Column("id", Id, primary_key=True),
    Column("connection", Key, nullable=False),
    Column("flow", Key, nullable=False),
    Column("record", Key, nullable=False),
    Column("at", Seconds, nullable=False),
    Column("event", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Index("history_record", "connection", "flow", "record"),
    Index("history_at", "at"),
)

quota = Table(
    "quota",
    metadata,
    Column("organization", Key, primary_key=True),
    Column("day", Key, primary_key=True),  # the organization's own date, YYYY-MM-DD
    Column("used", Integer, nullable=False),
    Column("frozen_until", Seconds),
)

tokens = Table(
    "tokens",
    metadata,
    Column("login", Key, primary_key=True),
    Column("sealed", Text, nullable=False),
)
