"""Who is there and what they do: the stand-in's users, groups and channels, as tests and the demo direct them."""

from collections.abc import Iterable

from bot.demo.telegram.core import Telegram
from bot.demo.telegram.people import PRESS_WAIT, Answer, People
from bot.demo.telegram.refusals import StandInError
from bot.demo.telegram.world import Chat, Message, User


class Cast:
    """People and chats. A chat is named by itself or by its id."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._people = People(telegram)

    @property
    def bot(self) -> User:
        """The bot's account."""
        return self._telegram.bot

    def add_user(
        self, first_name: str, language_code: str = "de", username: str = "", *, is_bot: bool = False
    ) -> User:
        """A person, or another bot, who has not written to this one yet."""
        user = self._telegram.world.add_user(first_name, language_code, username)
        user.is_bot = is_bot
        return user

    def add_readers(self, count: int, language_code: str = "de") -> list[int]:
        """Many people who have started the bot, without a message; their chats' ids."""
        users = [self.add_user(f"Leser {number}", language_code) for number in range(1, count + 1)]
        for user in users:
            self.private(user).started = True
        return [user.id for user in users]

    def private(self, user: User) -> Chat:
        """The chat of a person with the bot."""
        return self._telegram.world.chats[user.id]

    def add_group(
        self,
        title: str,
        supergroup: bool = True,
        members: Iterable[User] = (),
        admins: Iterable[User] = (),
        *,
        username: str = "",
        forum: bool = False,
        bot: str = "left",
    ) -> Chat:
        """A group; the first of `admins` owns it. `bot` puts the bot into it without an update."""
        chat = self._telegram.world.add_room("supergroup" if supergroup else "group", title, username, forum)
        chat.members |= dict.fromkeys((user.id for user in members), "member")
        for number, user in enumerate(admins):
            chat.members[user.id] = "administrator" if number else "creator"
        chat.bot = bot
        return chat

    def add_channel(
        self, title: str, owner: User, members: Iterable[User] = (), *, username: str = "", bot: str = "left"
    ) -> Chat:
        """A channel; `bot` "administrator" puts the bot into it without an update."""
        chat = self._telegram.world.add_room("channel", title, username)
        chat.members |= dict.fromkeys((user.id for user in members), "member") | {owner.id: "creator"}
        chat.bot = bot
        return chat

    def chat(self, chat: Chat | int) -> Chat:
        """A chat by its id; StandInError when there is none."""
        found = chat if isinstance(chat, Chat) else self._telegram.world.chats.get(chat)
        if found is None:
            raise StandInError(f"there is no chat {chat}")
        return found

    def messages(self, chat: Chat | int) -> list[Message]:
        """The messages that are there now, oldest first, as Telegram gives them."""
        return list(self.chat(chat).messages.values())

    def bot_messages(self, chat: Chat | int) -> list[Message]:
        """Those of them that the bot wrote."""
        found = self.chat(chat)
        if found.is_channel:
            return [m for m in self.messages(found) if m["message_id"] not in found.foreign]
        return [m for m in self.messages(found) if m["from"]["id"] == self.bot.id]

    async def say(
        self,
        user: User,
        chat: Chat | int,
        text: str,
        *,
        anonymous: bool = False,
        as_chat: Chat | None = None,
        reply_to: int = 0,
        thread_id: int = 0,
    ) -> Message:
        """Somebody writes; see People.say."""
        return self._people.say(
            user,
            self.chat(chat),
            text,
            anonymous=anonymous,
            as_chat=as_chat,
            reply_to=reply_to,
            thread_id=thread_id,
        )

    async def press(
        self, user: User, chat: Chat | int, message_id: int, button: str, wait: float = PRESS_WAIT
    ) -> Answer:
        """Somebody presses the button with this data or label; what the bot answered within `wait` seconds."""
        return await self._people.press(user, self.chat(chat), message_id, button, wait)

    async def open_link(self, user: User, payload: str = "") -> Message:
        """Somebody opens `t.me/<bot>?start=<payload>`."""
        return self._people.start(user, payload)

    def forward_post(self, group: Chat, channel: Chat, text: str) -> Message:
        """A post arrives in the discussion group, from user 777000."""
        return self._people.forward_post(group, channel, text)

    def add(self, chat: Chat, by: User) -> None:
        """Somebody takes the bot into a group or channel."""
        self._people.add(chat, by)

    def promote(self, chat: Chat, by: User, can_post: bool = True) -> None:
        """Somebody makes the bot an administrator."""
        self._people.promote(chat, by, can_post)

    def demote(self, chat: Chat, by: User) -> None:
        """Somebody takes its rights."""
        self._people.demote(chat, by)

    def remove(self, chat: Chat, by: User, banned: bool = True) -> None:
        """Somebody throws it out; not `banned` it is just no member any more."""
        self._people.remove(chat, by, banned)

    def block(self, user: User) -> None:
        """Somebody blocks the bot."""
        self._people.block(user)

    def unblock(self, user: User) -> None:
        """Somebody lets it write again."""
        self._people.unblock(user)

    def deactivate(self, user: User) -> None:
        """Somebody's account is gone."""
        user.deactivated = True

    def mute(self, chat: Chat, muted: bool = True) -> None:
        """A group forbids its members, the bot too, to write."""
        chat.can_send = not muted

    def delete_group(self, chat: Chat) -> None:
        """A group is gone."""
        chat.deleted = True

    def upgrade(self, group: Chat) -> Chat:
        """A group becomes a supergroup; the new chat."""
        return self._people.upgrade(group)

    def add_thread(self, chat: Chat, name: str) -> int:
        """A forum group gets a topic; its id."""
        return self._people.add_thread(chat, name)

    def close_thread(self, chat: Chat, thread_id: int) -> None:
        """Nobody may write in it any more."""
        chat.threads[thread_id].closed = True
