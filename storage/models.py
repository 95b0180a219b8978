"""The tables. Rows are inert once their session is closed: no relationships, nothing is loaded later."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    UniqueConstraint,
    event,
    false,
    text,
)
from sqlalchemy.types import JSON
from sqlmodel import Field, SQLModel

from storage.times import UtcDateTime


def _key(target: str | None = None, **kwargs: Any) -> Any:
    """A 64-bit column; with `target`, a foreign key whose rows go with it."""
    arguments = [ForeignKey(target, ondelete="CASCADE")] if target else []
    return Column(BigInteger, *arguments, **kwargs)


def _where(condition: str) -> dict[str, Any]:
    """An index over some rows only, on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Table(SQLModel):
    """What all tables share: names for constraints, so that a later migration can change them on SQLite too."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "%(table_name)s_%(column_0_N_name)s",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "pk": "%(table_name)s_pkey",
        }
    )


class Source(Table, table=True):
    """A declared source and how it fares. Known by its name; one that left the file is not `active`."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    url: str
    language: str = "de"
    active: bool = True
    baseline_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime
    )  # None: the next poll is the baseline
    found_kind: str | None = None  # what "auto" turned out to be
    found_url: str | None = None  # where the feed is, when it is not at url
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    next_poll: datetime = Field(sa_type=UtcDateTime, index=True)
    polling_until: datetime | None = Field(
        default=None, sa_type=UtcDateTime
    )  # lease of the replica that polls
    last_poll: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_success: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_new: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_listed: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when a list of it was last read
    failures: int = 0  # in a row
    error: str | None = None  # why the last poll failed, for the admin
    moved_to: str | None = None  # where permanent redirects lead,
    moves: int = Field(
        default=0, sa_column_kwargs={"server_default": "0"}
    )  # and how many in a row agreed; adopted, it is polled there
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # first answered 410
    stopped: str | None = None  # why it is not polled any more; a changed URL starts it again
    usual_gap: int | None = None  # seconds between headlines: what "auto" and the watch over silence go by
    wish: int | None = None  # seconds: how long it asks not to be polled
    trouble: str | None = None  # what the admins were told and is still so,
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # and when


class ArticleRow(Table, table=True):
    """A stored article. `blocks` is its text (see bot.domain.headline.Block.as_json)."""

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("source_id", "identity"),
        Index("article_published", "published", "id"),
        # A queue of its own: nearly no row waits for its page
        Index("article_waiting", "text_due", **_where("text_due IS NOT NULL")),
        Index("article_story", "story_id", **_where("story_id IS NOT NULL")),
        {"sqlite_autoincrement": True},  # an id is never given again: buttons of old messages name them
    )

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id", ondelete="CASCADE")
    identity: str
    title: str = Field(sa_type=Text)
    link: str = Field(sa_type=Text)
    lead: str = Field(default="", sa_type=Text)
    section: str = ""
    picture: str = Field(default="", sa_type=Text)
    comments: int | None = None
    categories: list[str] = Field(default_factory=list, sa_type=JSON)
    published: datetime = Field(sa_type=UtcDateTime)
    first_seen: datetime = Field(sa_type=UtcDateTime)
    last_seen: datetime = Field(sa_type=UtcDateTime)  # when the source last listed it
    corrected: datetime | None = Field(default=None, sa_type=UtcDateTime)
    baseline: bool = False  # stored, never pushed
    text_state: str = "pending"  # pending, ready, none
    text_attempts: int = 0
    text_due: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when its page is to be fetched
    blocks: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    story_id: int | None = None  # the first article of the same story, itself included; None: it stands alone
    paywalled: bool = Field(
        default=False, sa_column_kwargs={"server_default": false()}
    )  # only its beginning shows
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # its page first answered 404 or 410
    withdrawn: datetime | None = Field(default=None, sa_type=UtcDateTime)  # taken back by the source


class ArticleTopic(Table, table=True):
    """An article belongs to a topic. `published` is repeated so that one index serves a topic's newest."""

    __tablename__ = "article_topic"
    __table_args__ = (
        Index("article_topic_newest", "topic", "published", "article_id"),
        {"sqlite_with_rowid": False},
    )

    article_id: int = Field(foreign_key="article.id", ondelete="CASCADE", primary_key=True)
    topic: str = Field(primary_key=True)
    published: datetime = Field(sa_type=UtcDateTime)


class Chat(Table, table=True):
    """A private chat, group, supergroup or channel, with its settings."""

    __table_args__ = (
        Index("chat_owner", "owner_id", **_where("owner_id IS NOT NULL")),
        Index("chat_waiting", "wait_until", **_where("wait_until IS NOT NULL")),
    )

    # Plain INTEGER is SQLite's own row id: one lookup instead of two
    id: int = Field(
        sa_column=Column(
            BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False
        )
    )
    kind: str  # private, group, supergroup, channel
    title: str = ""
    username: str = ""
    language: str = "de"
    timezone: str = "Europe/Berlin"
    language_chosen: bool = False  # by a person, so Telegram's language_code no longer counts
    state: str = "active"  # active, gone (blocked, kicked, deleted), barred (may not write)
    reason: str | None = None  # why it is not active, in Telegram's words
    paused: bool = False
    plain: bool = False  # articles as plain text
    rich_seen: bool = False  # of the first schema; nothing uses it, and it costs less than a migration
    form: str = "card"  # line, card, picture
    silent: bool = False
    owner_id: int | None = Field(default=None, sa_type=BigInteger)  # who set a channel or group up
    wait_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # after a 429
    since: datetime = Field(sa_type=UtcDateTime)  # made, resumed or back: what appeared before is not sent
    created: datetime = Field(sa_type=UtcDateTime)


class Subscription(Table, table=True):
    """A chat follows a topic, or `all`."""

    __table_args__ = (Index("subscription_topic", "topic", "chat_id"), {"sqlite_with_rowid": False})

    chat_id: int = Field(sa_column=_key("chat.id", primary_key=True, autoincrement=False))
    topic: str = Field(primary_key=True)
    thread_id: int = Field(default=0, sa_type=BigInteger)
    created: datetime = Field(sa_type=UtcDateTime)


class Delivery(Table, table=True):
    """One headline owed to one chat; done once `message_id` is set. Lean on purpose: there is one per chat and
    headline. No foreign keys: `articles.expire` and `chats.migrate` take its rows along (docs/decisions/0011).
    `lease` is seconds since 1970: set while the row is claimed, and still set when a sender died."""

    __table_args__ = (
        # With the article, so that the oldest of a chat comes first without sorting; SQLite would add it anyway
        Index("delivery_owed", "chat_id", "lease", "article_id", **_where("message_id IS NULL")),
        # A handful of rows at any time: what a sender that died has left is found without looking at all that is owed
        Index("delivery_leased", "lease", **_where("lease IS NOT NULL")),
        {"sqlite_with_rowid": False},
    )

    article_id: int = Field(primary_key=True)
    chat_id: int = Field(sa_column=_key(primary_key=True, autoincrement=False))
    thread_id: int = Field(default=0, sa_column=_key(primary_key=True, autoincrement=False))
    lease: int | None = Field(default=None, sa_type=BigInteger)
    attempt: int = 0
    message_id: int | None = Field(default=None, sa_type=BigInteger)


# Each row is claimed and settled: with room for that in its index, pages are not split in halves
event.listen(
    Table.metadata.tables["delivery"],
    "after_create",
    DDL("ALTER INDEX delivery_pkey SET (fillfactor = 80)").execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]
)


class FanOut(Table, table=True):
    """An article whose deliveries are still being written, page by page: every chat up to `cursor` has its row."""

    __tablename__ = "fan_out"

    article_id: int = Field(foreign_key="article.id", ondelete="CASCADE", primary_key=True)
    topics: list[str] = Field(default_factory=list, sa_type=JSON)
    cursor: int = Field(sa_type=BigInteger)


class Correction(Table, table=True):
    """Edits of the messages that hold an article. `due`: when they begin (again), None when there is nothing to edit;
    every chat up to `cursor` has its edit owed, None before the first."""

    article_id: int = Field(foreign_key="article.id", ondelete="CASCADE", primary_key=True)
    edits: int = 0  # rounds so far
    begun: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the last round
    due: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    cursor: int | None = Field(default=None, sa_type=BigInteger)


class Hub(Table, table=True):
    """A source's subscription at a WebSub hub. `callback` is the secret part of our address for it."""

    source_id: int = Field(foreign_key="source.id", ondelete="CASCADE", primary_key=True)
    url: str = Field(sa_type=Text)
    topic: str = Field(sa_type=Text)  # the feed's own address, as it calls itself
    callback: str = Field(unique=True)
    secret: str
    state: str = "new"  # new, asked, active, refused, leaving
    reason: str | None = Field(default=None, sa_type=Text)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the hub's lease
    due: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when to ask (again)
    attempts: int = 0


class Notice(Table, table=True):
    """What is owed to a chat and is no plain headline, or a headline that needs times and reasons.

    `kind`: headline (a retry or dead letter of a delivery), alert (to an admin or editor; `payload` holds the Fluent
    key and its arguments), edit (of the message that holds the article; `payload` holds its id). `due` None: dead,
    with its `reason`.
    """

    # One a retry and one an edit: 32 bits would be used up some day
    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    )
    chat_id: int = Field(sa_column=_key("chat.id", index=True, nullable=False))
    thread_id: int = Field(default=0, sa_type=BigInteger)
    kind: str
    article_id: int | None = Field(default=None, foreign_key="article.id", ondelete="CASCADE", index=True)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    due: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    lease: int | None = Field(default=None, sa_type=BigInteger)
    attempts: int = 0
    reason: str | None = None
    created: datetime = Field(sa_type=UtcDateTime)


class InboxUpdate(Table, table=True):
    """An update from Telegram: handled once per bot and `update_id`. `body` is None once handled."""

    __tablename__ = "inbox_update"
    __table_args__ = (Index("inbox_open", "bot_id", "update_id", **_where("body IS NOT NULL")),)

    bot_id: int = Field(sa_column=_key(primary_key=True, autoincrement=False))
    update_id: int = Field(sa_column=_key(primary_key=True, autoincrement=False))
    body: str | None = Field(default=None, sa_type=Text)
    received: datetime = Field(sa_type=UtcDateTime, index=True)
