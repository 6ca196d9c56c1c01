"""The first tables: work, pauses, links, intents, cursors, slots, learned facts, history, quota, tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Key = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")
Seconds: sa.Double[float] = sa.Double()


def upgrade() -> None:
    op.create_table(
        "cursors",
        sa.Column("connection", Key, nullable=False),
        sa.Column("name", Key, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", Seconds, nullable=False),
        sa.PrimaryKeyConstraint("connection", "name"),
    )
    op.create_table(
        "history",
        sa.Column("id", Id, nullable=False),
        sa.Column("connection", Key, nullable=False),
        sa.Column("flow", Key, nullable=False),
        sa.Column("record", Key, nullable=False),
        sa.Column("at", Seconds, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("history_at", "history", ["at"], unique=False)
    op.create_index("history_record", "history", ["connection", "flow", "record"], unique=False)
    op.create_table(
        "intents",
        sa.Column("connection", Key, nullable=False),
        sa.Column("key", Key, nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempt_at", Seconds, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("asked_at", Seconds, nullable=True),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("settled_at", Seconds, nullable=True),
        sa.PrimaryKeyConstraint("connection", "key"),
    )
    op.create_index("intents_state", "intents", ["connection", "state"], unique=False)
    op.create_table(
        "learned",
        sa.Column("organization", Key, nullable=False),
        sa.Column("name", Key, nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("organization", "name"),
    )
    op.create_table(
        "links",
        sa.Column("scope", Key, nullable=False),
        sa.Column("kind", Key, nullable=False),
        sa.Column("key", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("since", Seconds, nullable=False),
        sa.PrimaryKeyConstraint("scope", "kind", "key"),
    )
    op.create_index("links_id", "links", ["scope", "kind", "id"], unique=False)
    op.create_table(
        "pauses",
        sa.Column("connection", Key, nullable=False),
        sa.Column("until", Seconds, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection"),
    )
    op.create_table(
        "quota",
        sa.Column("organization", Key, nullable=False),
        sa.Column("day", Key, nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("frozen_until", Seconds, nullable=True),
        sa.PrimaryKeyConstraint("organization", "day"),
    )
    op.create_table(
        "slots",
        sa.Column("name", Key, nullable=False),
        sa.Column("taken_at", Seconds, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "tokens",
        sa.Column("login", Key, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("login"),
    )
    op.create_table(
        "work",
        sa.Column("id", Id, nullable=False),
        sa.Column("connection", Key, nullable=False),
        sa.Column("flow", Key, nullable=False),
        sa.Column("record", Key, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("taken_generation", sa.Integer(), nullable=False),
        sa.Column("due_at", Seconds, nullable=True),
        sa.Column("nudged_at", Seconds, nullable=True),
        sa.Column("leased_until", Seconds, nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("source_stamp", sa.Text(), nullable=False),
        sa.Column("noted_at", Seconds, nullable=False),
        sa.Column("finished_at", Seconds, nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("connection", "flow", "record", name="work_once"),
    )
    op.create_index("work_due", "work", ["due_at"], unique=False)
    op.create_index("work_state", "work", ["connection", "state"], unique=False)


def downgrade() -> None:
    op.drop_index("work_state", table_name="work")
    op.drop_index("work_due", table_name="work")
    op.drop_table("work")
    op.drop_table("tokens")
    op.drop_table("slots")
    op.drop_table("quota")
    op.drop_table("pauses")
    op.drop_index("links_id", table_name="links")
    op.drop_table("links")
    op.drop_table("learned")
    op.drop_index("intents_state", table_name="intents")
    op.drop_table("intents")
    op.drop_index("history_record", table_name="history")
    op.drop_index("history_at", table_name="history")
    op.drop_table("history")
    op.drop_table("cursors")
