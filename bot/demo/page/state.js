// What the page knows: chats, messages, what was read. Everything that changes is told by "change" events.

const READ_KEY = "chat-page.read";

/** Holds the state of the stand-in and applies its events. Dispatches `change` with `{chatId}` (null: everything). */
export class Store extends EventTarget {
  constructor(storage) {
    super();
    this.storage = storage;
    this.bot = { first_name: "", username: "" };
    this.me = 0;
    this.chats = new Map();
    this.read = new Map(loadRead(storage));
  }

  /** Takes over a whole state; messages that did not change stay the same objects. */
  replace(state) {
    this.bot = state.bot ?? this.bot;
    this.me = state.me;
    const known = this.chats;
    this.chats = new Map(
      state.chats.map((chat) => [chat.chat.id, this.#merged(known.get(chat.chat.id), chat)]),
    );
    for (const chat of this.chats.values()) this.#forgetFuture(chat);
    this.#changed(null);
  }

  /** Applies one event of the stream; returns false when the whole state must be fetched instead. */
  apply(event) {
    const chat = this.chats.get(event.chat_id ?? event.chat?.id);
    if (event.type === "chat") return this.#chatChanged(event);
    if (event.type === "commands") return this.#commandsChanged(event, chat);
    if (!chat) return false;
    if (event.type === "message" || event.type === "edit") this.#put(chat, event.message);
    else if (event.type === "delete") this.#remove(chat, event);
    else return true;
    this.#changed(chat.chat.id);
    return true;
  }

  /** Chats: the private one is pinned to the top, then the one with the newest message. */
  ordered() {
    const newest = (chat) => (chat.chat.type === "private" ? Infinity : (chat.messages.at(-1)?.date ?? 0));
    return [...this.chats.values()].sort((a, b) => (newest(b) === newest(a) ? 0 : newest(b) - newest(a)));
  }

  /** The reader's private chat with the bot. */
  privateChat() {
    return [...this.chats.values()].find((chat) => chat.chat.type === "private");
  }

  isOwn(message) {
    return message.from?.id === this.me && !message.sender_chat;
  }

  /** The messages of a chat that were not seen yet. */
  unread(chat) {
    const last = this.read.get(chat.chat.id) ?? 0;
    return chat.messages.filter(
      (message) => message.message_id > last && !this.isOwn(message) && !isService(message),
    );
  }

  /** Everything up to this message was seen. */
  markRead(chatId, messageId) {
    if (messageId <= (this.read.get(chatId) ?? 0)) return;
    this.read.set(chatId, messageId);
    this.storage?.setItem(READ_KEY, JSON.stringify([...this.read]));
    this.#changed(chatId);
  }

  #merged(known, chat) {
    const before = new Map((known?.messages ?? []).map((message) => [message.message_id, message]));
    const keep = (message) => {
      const old = before.get(message.message_id);
      return old && JSON.stringify({ ...old, edit_hide: undefined }) === JSON.stringify(message)
        ? old
        : message;
    };
    return { ...chat, messages: (chat.messages ?? []).map(keep) };
  }

  /** A demo that was started anew counts its messages from one again. */
  #forgetFuture(chat) {
    const newest = chat.messages.at(-1)?.message_id ?? 0;
    if ((this.read.get(chat.chat.id) ?? 0) > newest) this.read.delete(chat.chat.id);
  }

  #chatChanged({ messages, ...fresh }) {
    if (!fresh.chat) return false;
    const known = this.chats.get(fresh.chat.id);
    this.chats.set(fresh.chat.id, { ...known, ...fresh, messages: known?.messages ?? messages ?? [] });
    this.#changed(fresh.chat.id);
    return true;
  }

  #commandsChanged(event, chat) {
    if (!chat || !Array.isArray(event.commands)) return false;
    this.chats.set(chat.chat.id, { ...chat, commands: event.commands });
    this.#changed(chat.chat.id);
    return true;
  }

  #put(chat, message) {
    const at = chat.messages.findIndex((old) => old.message_id === message.message_id);
    if (at >= 0) chat.messages[at] = quietly(chat.messages[at], message);
    else chat.messages.push(message);
    if (at < 0) chat.messages.sort((a, b) => a.message_id - b.message_id);
  }

  #remove(chat, event) {
    const ids = new Set(event.message_ids ?? [event.message_id ?? event.message?.message_id]);
    chat.messages = chat.messages.filter((message) => !ids.has(message.message_id));
  }

  #changed(chatId) {
    this.dispatchEvent(new CustomEvent("change", { detail: { chatId } }));
  }
}

/** What a message says, without its buttons and its mark, as a comparable text. */
export function content(message) {
  return JSON.stringify({ ...message, reply_markup: undefined, edit_date: undefined, edit_hide: undefined });
}

/** An edit of the buttons alone is not shown as one, as in Telegram. */
function quietly(before, message) {
  const unmarked = !before.edit_date || before.edit_hide;
  return unmarked && content(before) === content(message) ? { ...message, edit_hide: true } : message;
}

/** Whether a message is a note of the chat itself ("… was added"). */
export function isService(message) {
  return !(
    "text" in message ||
    "caption" in message ||
    "photo" in message ||
    "rich_message" in message ||
    "document" in message
  );
}

/** The name shown for a chat. */
export const chatName = (state, bot) =>
  state.chat.type === "private" ? bot.first_name || "Bot" : (state.chat.title ?? "Chat");

/** The name of who wrote a message. */
export const senderName = (message) =>
  message.sender_chat?.title ?? [message.from?.first_name, message.from?.last_name].filter(Boolean).join(" ");

function loadRead(storage) {
  try {
    return JSON.parse(storage?.getItem(READ_KEY) ?? "[]");
  } catch {
    return [];
  }
}
