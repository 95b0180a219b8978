"""Deliveries without foreign keys, whose checks took half of a fan-out's time: see docs/decisions/0011. Notices with
64-bit ids."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Drops the two constraints, leaves room in the primary key and widens the ids on PostgreSQL. On SQLite, where an
    id has 64 bits anyway, the table is made anew, as it cannot drop any."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("delivery_article_id_fkey", "delivery")
        op.drop_constraint("delivery_chat_id_fkey", "delivery")
        op.execute("ALTER INDEX delivery_pkey SET (fillfactor = 80)")
        op.execute("ALTER TABLE notice ALTER COLUMN id TYPE bigint")
        op.execute("ALTER SEQUENCE notice_id_seq AS bigint")
        return
    for index in ("delivery_owed", "delivery_leased"):
        op.drop_index(index)
    op.rename_table("delivery", "delivery_before")
    op.create_table(
        "delivery",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("lease", sa.BigInteger(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("article_id", "chat_id", "thread_id", name="delivery_pkey"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO delivery SELECT * FROM delivery_before")
    op.drop_table("delivery_before")
    owed, leased = sa.text("message_id IS NULL"), sa.text("lease IS NOT NULL")
    op.create_index("delivery_owed", "delivery", ["chat_id", "lease", "article_id"], sqlite_where=owed)
    op.create_index("delivery_leased", "delivery", ["lease"], sqlite_where=leased)
