"""Runs that a person starts: what they noted, so that it can be gone on with, told of and taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")
Seconds: sa.Double[float] = sa.Double()


def upgrade() -> None:
    op.add_column("work", sa.Column("patient", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "runs",
        sa.Column("connection", Key, nullable=False),
        sa.Column("name", Key, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("began", Seconds, nullable=False),
        sa.Column("ended", Seconds, nullable=True),
        sa.PrimaryKeyConstraint("connection", "name"),
    )
    op.create_index("runs_state", "runs", ["connection", "kind", "state"], unique=False)
    op.create_table(
        "run_records",
        sa.Column("connection", Key, nullable=False),
        sa.Column("run", Key, nullable=False),
        sa.Column("record", Key, nullable=False),
        sa.Column("at", Seconds, nullable=False),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.Column("undone_at", Seconds, nullable=True),
        sa.Column("remains", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "run", "record"),
    )


def downgrade() -> None:
    for table in ("run_records", "runs"):
        op.drop_table(table)
    op.drop_column("work", "patient")
