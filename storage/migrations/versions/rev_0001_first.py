"""The first schema."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)
CHAT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """Makes all tables."""
    op.create_table(
        "chat",
        sa.Column("id", CHAT, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("language_chosen", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("plain", sa.Boolean(), nullable=False),
        sa.Column("rich_seen", sa.Boolean(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("wait_until", TIME, nullable=True),
        sa.Column("since", TIME, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="chat_pkey"),
    )
    op.create_index("chat_owner", "chat", ["owner_id"], **_where("owner_id IS NOT NULL"))
    op.create_index("chat_waiting", "chat", ["wait_until"], **_where("wait_until IS NOT NULL"))
    op.create_table(
        "inbox_update",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("received", TIME, nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "update_id", name="inbox_update_pkey"),
    )
    op.create_index("inbox_open", "inbox_update", ["bot_id", "update_id"], **_where("body IS NOT NULL"))
    op.create_index("inbox_update_received", "inbox_update", ["received"])
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("baseline_at", TIME, nullable=True),
        sa.Column("found_kind", sa.String(), nullable=True),
        sa.Column("found_url", sa.String(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("body_hash", sa.String(), nullable=True),
        sa.Column("next_poll", TIME, nullable=False),
        sa.Column("polling_until", TIME, nullable=True),
        sa.Column("last_poll", TIME, nullable=True),
        sa.Column("last_success", TIME, nullable=True),
        sa.Column("last_new", TIME, nullable=True),
        sa.Column("last_listed", TIME, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="source_pkey"),
        sa.UniqueConstraint("name", name="source_name_key"),
    )
    op.create_index("source_next_poll", "source", ["next_poll"])
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=True),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("published", TIME, nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("last_seen", TIME, nullable=False),
        sa.Column("corrected", TIME, nullable=True),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("text_state", sa.String(), nullable=False),
        sa.Column("text_attempts", sa.Integer(), nullable=False),
        sa.Column("text_due", TIME, nullable=True),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name="article_source_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="article_pkey"),
        sa.UniqueConstraint("source_id", "identity", name="article_source_id_identity_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("article_published", "article", ["published", "id"])
    op.create_index("article_waiting", "article", ["text_due"], **_where("text_due IS NOT NULL"))
    op.create_table(
        "subscription",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chat.id"], name="subscription_chat_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", "topic", name="subscription_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index("subscription_topic", "subscription", ["topic", "chat_id"])
    op.create_table(
        "article_topic",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("published", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="article_topic_article_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "topic", name="article_topic_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index("article_topic_newest", "article_topic", ["topic", "published", "article_id"])
    op.create_table(
        "delivery",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lease", sa.BigInteger(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="delivery_article_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="delivery_chat_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", "chat_id", "thread_id", name="delivery_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "delivery_owed", "delivery", ["chat_id", "lease", "article_id"], **_where("message_id IS NULL")
    )
    op.create_index("delivery_leased", "delivery", ["lease"], **_where("lease IS NOT NULL"))
    op.create_table(
        "fan_out",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fan_out_article_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name="fan_out_pkey"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("due", TIME, nullable=True),
        sa.Column("lease", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("created", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="notice_article_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="notice_chat_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="notice_pkey"),
    )
    op.create_index("notice_article_id", "notice", ["article_id"])
    op.create_index("notice_chat_id", "notice", ["chat_id"])
    op.create_index("notice_due", "notice", ["due"])
