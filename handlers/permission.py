"""Who may change a chat: its person in private, elsewhere its administrators, asked at the moment it matters."""

from telegram import Chat, ChatMember, Message, Update
from telegram.error import BadRequest, Forbidden

from bot.render.outgoing import Outgoing
from handlers.context import ANONYMOUS_ADMIN, Context
from handlers.reply import reply

_MANAGERS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


async def may_change(update: Update, context: Context) -> bool:
    """Whether the person behind this update may change the chat it came from."""
    chat, user = update.effective_chat, update.effective_user
    if chat is None:
        return False
    if chat.type == Chat.PRIVATE:
        return True
    if update.callback_query is None and is_anonymous_admin(update.effective_message):
        return True
    return user is not None and await manages(context, chat.id, user.id)


async def manages(context: Context, chat_id: int, user_id: int) -> bool:
    """Whether a person is an administrator of a chat now. Where the bot cannot ask any more, nobody is."""
    try:
        member = await context.bot.get_chat_member(chat_id, user_id)
    except (BadRequest, Forbidden):
        return False
    return member.status in _MANAGERS


def is_anonymous_admin(message: Message | None) -> bool:
    """Whether an administrator wrote this in the name of the group itself."""
    if message is None or message.from_user is None or message.sender_chat is None:
        return False
    return message.from_user.id == ANONYMOUS_ADMIN and message.sender_chat.id == message.chat.id


async def refused(update: Update, context: Context, language: str) -> bool:
    """Whether a command that changes something was refused, which the chat has been told then."""
    if await may_change(update, context):
        return False
    await reply(update, context, Outgoing(context.texts(language, "admins-only")))
    return True
