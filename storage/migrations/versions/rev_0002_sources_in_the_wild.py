"""What sources in the wild need: stories, corrections, taken back articles, hubs, and how a source fares."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Adds columns, none of which a table has to be rebuilt for, and two tables."""
    for column in (
        sa.Column("moved_to", sa.String(), nullable=True),
        sa.Column("moves", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("gone_at", TIME, nullable=True),
        sa.Column("stopped", sa.String(), nullable=True),
        sa.Column("usual_gap", sa.Integer(), nullable=True),
        sa.Column("wish", sa.Integer(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("told_at", TIME, nullable=True),
    ):
        op.add_column("source", column)
    for column in (
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("paywalled", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("gone_at", TIME, nullable=True),
        sa.Column("withdrawn", TIME, nullable=True),
    ):
        op.add_column("article", column)
    some = sa.text("story_id IS NOT NULL")
    op.create_index("article_story", "article", ["story_id"], sqlite_where=some, postgresql_where=some)
    op.create_table(
        "correction",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("begun", TIME, nullable=True),
        sa.Column("due", TIME, nullable=True),
        sa.Column("cursor", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="correction_article_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name="correction_pkey"),
    )
    op.create_index("correction_due", "correction", ["due"])
    op.create_table(
        "hub",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("callback", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("until", TIME, nullable=True),
        sa.Column("due", TIME, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="hub_source_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source_id", name="hub_pkey"),
        sa.UniqueConstraint("callback", name="hub_callback_key"),
    )
