"""Stock: the levels last agreed on, and what orders take from them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")
Seconds: sa.Double[float] = sa.Double()


def upgrade() -> None:
    op.create_table(
        "levels",
        sa.Column("connection", Key, nullable=False),
        sa.Column("item", Key, nullable=False),
        sa.Column("location", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("store", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("at", Seconds, nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("pending", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "item", "location"),
    )
    op.create_table(
        "orders_read",
        sa.Column("connection", Key, nullable=False),
        sa.Column("order", Key, nullable=False),
        sa.Column("read_at", Seconds, nullable=False),
        sa.Column("in_flight", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "order"),
    )
    _index_where("orders_in_flight", "orders_read", "in_flight = 1", "in_flight")
    op.create_table(
        "takings",
        sa.Column("connection", Key, nullable=False),
        sa.Column("order", Key, nullable=False),
        sa.Column("variant", Key, nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("booked", sa.BigInteger(), nullable=False),
        sa.Column("created", Seconds, nullable=False),
        sa.Column("seen_at", Seconds, nullable=False),
        sa.PrimaryKeyConstraint("connection", "order", "variant"),
    )
    summed = ["connection", "variant", "seen_at", "taken", "due", "booked"]
    op.create_index("takings_variant", "takings", summed, unique=False)
    _index_where("takings_open", "takings", "due != booked", "due != booked")


def _index_where(name: str, table: str, sqlite: str, postgresql: str) -> None:
    op.create_index(
        name,
        table,
        ["connection", "order"],
        unique=False,
        sqlite_where=sa.text(sqlite),
        postgresql_where=sa.text(postgresql),
    )


def downgrade() -> None:
    for table in ("takings", "orders_read", "levels"):
        op.drop_table(table)
