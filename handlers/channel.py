"""Channels and groups: being added and removed, and their set-up by buttons in private."""

import structlog
from telegram import Chat as TelegramChat
from telegram import (
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Update,
    User,
)
from telegram.error import BadRequest, Forbidden

from bot.domain.catalogue import ALL
from bot.render import keyboards
from bot.render.markup import join
from bot.render.outgoing import Outgoing
from bot.render.paged import page_shown
from bot.render.press import Chats, Setup, SetupForm, SetupLanguage, SetupPage, SetupSilent, SetupTopic
from handlers import admin
from handlers.context import Context
from handlers.following import change, named
from handlers.following import overview as topics_overview
from handlers.permission import manages
from handlers.reply import present, rekey, replace, reply, send
from storage import chats, subscriptions
from storage.models import Chat

_log = structlog.get_logger(__name__)
_OUT = (ChatMember.LEFT, ChatMember.BANNED)

SetupPress = Setup | SetupPage | SetupTopic | SetupForm | SetupSilent | SetupLanguage


async def membership(update: Update, context: Context) -> None:
    """The bot's own place in a chat changed: it may write now, may not any more, or is gone."""
    change_of = update.my_chat_member
    if change_of is None:
        return
    state, reason = standing(change_of)
    seen, now = context.here(update), context.services.now()
    async with context.services.sessions.write() as session:
        known = await chats.get(session, seen.id)
        before = known.state if known else ""
        chat = await chats.ensure(session, seen, now)
        cancelled = 0
        if state == "active":
            await chats.enable(session, chat.id, now)
        else:
            cancelled = await chats.disable(session, chat.id, state, reason)
    await admin.brief(context, chat, now)
    context.services.measures.settled("cancelled", "may not" if state == "barred" else "gone", cancelled)
    _log.info("the bot's place in a chat changed", chat=chat.id, kind=chat.kind, state=state)
    if chat.kind == TelegramChat.PRIVATE or state == "gone":
        return
    if state == "barred":
        await _tell_no_rights(context, chat, change_of.from_user)
    elif before != "active" or change_of.old_chat_member.status in _OUT:
        await _welcome(context, chat, change_of.from_user)


def standing(change: ChatMemberUpdated) -> tuple[str, str]:
    """What the bot is in a chat now, `active`, `gone` or `barred` (may not write), and why."""
    member, kind = change.new_chat_member, change.chat.type
    if member.status in _OUT:
        return "gone", "blocked by the user" if kind == TelegramChat.PRIVATE else "removed from the chat"
    if kind == TelegramChat.CHANNEL:
        may = isinstance(member, ChatMemberAdministrator) and member.can_post_messages
    elif isinstance(member, ChatMemberRestricted):
        may = member.is_member and member.can_send_messages
    else:
        may = True
    return ("active", "") if may else ("barred", "may not post messages")


async def renamed(update: Update, context: Context) -> None:
    """A channel or group has a new title: keep it for its editor's list."""
    async with context.services.sessions.write() as session:
        await chats.ensure(session, context.here(update), context.services.now())


async def moved(update: Update, context: Context) -> None:
    """A group became a supergroup, with another id: everything moves there."""
    message = update.effective_message
    if message is None:
        return
    old = message.migrate_from_chat_id or message.chat.id
    new = message.migrate_to_chat_id or message.chat.id
    async with context.services.sessions.write() as session:
        await chats.migrate(session, old, new)


async def pressed(update: Update, context: Context, press: SetupPress) -> None:
    """Changes a setting of the channel or group and shows all of them. The press has been found to be allowed."""
    services = context.services
    async with services.sessions.write() as session:
        editor = await chats.ensure(session, context.here(update), services.now())
        if isinstance(press, SetupTopic) and _known(context, press.topic):
            await change(session, context, press.chat, on=press.on, topics=[press.topic])
        elif setting := _setting(context, press):
            await chats.change(session, press.chat, **setting)
        chat = await chats.get(session, press.chat)
        if (
            chat and chat.state == "barred"
        ):  # whoever sets it up has let the bot write again, or hears of it again
            await chats.enable(session, press.chat, services.now())
        followed = await subscriptions.of(session, press.chat)
    if chat is None or chat.state == "gone":
        title = chat.title if chat else ""
        await reply(update, context, Outgoing(context.texts(editor.language, "setup-gone", title=title)))
    elif isinstance(press, Setup):
        await reply(update, context, settings(context, chat, followed, editor.language))
    else:
        shown = page_shown(context.catalogue, present(update))
        page = press.page if isinstance(press, SetupPage) else shown
        await replace(update, context, settings(context, chat, followed, editor.language, page))


async def turn(update: Update, context: Context, press: Chats) -> None:
    """Another page of the channels and groups that this person may set up, in place."""
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
        owned = await chats.owned_by(session, chat.id)
    await rekey(update, context, keyboards.chats(owned, chat.language, context.texts, press.page))


def overview(context: Context, language: str, owned: list[Chat]) -> Outgoing:
    """The channels and groups that a person may set up."""
    return Outgoing(context.texts(language, "setup-list"), keyboards.chats(owned, language, context.texts))


def settings(
    context: Context, chat: Chat, followed: frozenset[str], language: str, page: int = 0
) -> Outgoing:
    """The set-up of a channel or group, in its editor's language, with this page of the topics."""
    texts = context.texts
    intro = texts(language, "setup-channel" if chat.kind == "channel" else "setup-group", title=chat.title)
    topics = named(context, language, followed)
    what = texts(language, "setup-topics", topics=topics) if topics else texts(language, "setup-nothing")
    form = texts(language, f"setup-form-{chat.form}")
    how = texts(language, "setup-silent" if chat.silent else "setup-sound", form=form)
    return Outgoing(
        join("\n\n", [intro, join("\n", [what, how])]),
        keyboards.setup(chat, followed, context.catalogue, language, texts, page),
    )


def _setting(context: Context, press: SetupPress) -> dict[str, object]:
    """The column that a press sets; nothing for a value that does not exist (any more)."""
    match press:
        case SetupForm(form=form) if form in keyboards.FORMS:
            return {"form": form}
        case SetupSilent(on=silent):
            return {"silent": silent}
        case SetupLanguage(language=language) if language in context.texts.languages:
            return {"language": language, "language_chosen": True}
    return {}


def _known(context: Context, slug: str) -> bool:
    return slug == ALL or context.catalogue.topic(slug) is not None


async def _welcome(context: Context, chat: Chat, person: User) -> None:
    """Writes the set-up to the person who added the bot, if that is an administrator; else asks in the group."""
    if not person.is_bot and await manages(context, chat.id, person.id):
        async with context.services.sessions.write() as session:
            await chats.change(session, chat.id, owner_id=person.id)
            followed = await subscriptions.of(session, chat.id)
        if await _written(context, person, settings(context, chat, followed, await _speech(context, person))):
            return
    if chat.kind != TelegramChat.CHANNEL:
        async with context.services.sessions.read() as session:
            followed = await subscriptions.of(session, chat.id)
        await send(context.bot, chat.id, topics_overview(context, chat, followed))


async def _tell_no_rights(context: Context, chat: Chat, person: User) -> None:
    if not person.is_bot:
        text = context.texts(await _speech(context, person), "setup-no-rights", title=chat.title)
        await _written(context, person, Outgoing(text))


async def _written(context: Context, person: User, message: Outgoing) -> bool:
    """Whether the person could be written to; who has not started the bot finds the set-up under /start."""
    try:
        await send(context.bot, person.id, message)
    except (Forbidden, BadRequest) as error:
        _log.info("an editor has not started the bot yet", reason=error.message)
        return False
    return True


async def _speech(context: Context, person: User) -> str:
    """A person's language: as chosen in private, else as Telegram tells it."""
    async with context.services.sessions.read() as session:
        private = await chats.get(session, person.id)
    return private.language if private else context.language_of(person)
