"""Sightings: what a source's list has shown us."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "sightings",
        sa.Column("connection", Key, nullable=False),
        sa.Column("flow", Key, nullable=False),
        sa.Column("record", Key, nullable=False),
        sa.Column("belongs", Key, nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "flow", "record"),
    )
    op.create_index("sightings_belongs", "sightings", ["connection", "flow", "belongs"], unique=False)
    op.create_index("sightings_seen", "sightings", ["connection", "flow", "seen_at"], unique=False)


def downgrade() -> None:
    op.drop_index("sightings_seen", table_name="sightings")
    op.drop_index("sightings_belongs", table_name="sightings")
    op.drop_table("sightings")
