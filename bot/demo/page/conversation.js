// The open conversation: its messages by day, and where the reader is in it.

import { messageNode, updateNode } from "./bubbles.js";
import { h } from "./dom.js";
import { content, isService } from "./state.js";
import { day, dayKey } from "./time.js";
import { Position } from "./position.js";

const WINDOW = 150;
const GROUP_SECONDS = 600;
const PRESS_MEMORY = 15_000;

/** Draws the messages of one chat into `list` inside the scrolling `viewport`. */
export class Conversation {
  constructor(viewport, list, store) {
    this.store = store;
    this.list = list;
    this.position = new Position(viewport, list, {
      onSeen: (id) => this.#seen(id),
      onTop: () => this.#older(),
    });
    this.state = null;
    this.nodes = new Map();
    this.days = new Map();
    this.pressed = null;
  }

  /** Shows another chat (null: none), at the first unread message or at its end. */
  open(state) {
    this.list.replaceChildren();
    this.nodes.clear();
    this.days.clear();
    this.state = state;
    this.divider = null;
    if (!state) return;
    const unread = this.store.unread(state);
    const known = unread.length > 0 && this.store.read.has(state.chat.id);
    this.divider = known ? unread[0].message_id : null;
    this.#window(known ? unread[0] : undefined);
    this.#draw(false);
    this.position.begin(known && this.#dividerNode());
  }

  /** Brings the drawing up to date with the chat's state. */
  sync(state) {
    this.state = state;
    const newest = Math.max(0, ...this.nodes.keys());
    const pinned = this.position.pinned;
    if (pinned && this.nodes.size > WINDOW * 2) this.#window();
    this.#draw(true);
    const arrived = state.messages.filter((message) => message.message_id > newest);
    const own = arrived.some((message) => this.store.isOwn(message));
    if (arrived.length > 0 && (pinned || own))
      this.position.follow(this.nodes.get(arrived[0].message_id)?.node);
    this.position.report();
  }

  /** A button of this message was pressed: what the bot puts in its place is shown from its beginning. */
  expectEdit(messageId) {
    this.pressed = { messageId, until: Date.now() + PRESS_MEMORY };
  }

  /** Scrolls to a message and lights it up for a moment. */
  jumpTo(messageId) {
    const node = this.nodes.get(messageId)?.node;
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.classList.add("lit");
    setTimeout(() => node.classList.remove("lit"), 1500);
  }

  #window(from) {
    const messages = this.state.messages;
    const start = Math.max(
      0,
      Math.min(messages.length - WINDOW, from ? messages.indexOf(from) - 20 : Infinity),
    );
    this.first = messages[start]?.message_id ?? 0;
  }

  #older() {
    const hidden = this.state?.messages.filter((message) => message.message_id < this.first) ?? [];
    if (hidden.length === 0) return;
    this.first = hidden[Math.max(0, hidden.length - WINDOW)].message_id;
    this.position.keep(() => this.#draw(false));
  }

  #draw(live) {
    const shown = this.state.messages.filter((message) => message.message_id >= this.first);
    const ids = new Set(shown.map((message) => message.message_id));
    for (const [id, entry] of this.nodes) if (!ids.has(id)) this.#drop(id, entry);
    const byDay = Map.groupBy ? Map.groupBy(shown, (message) => dayKey(message.date)) : grouped(shown);
    const sections = [...byDay].map(([key, messages]) => this.#section(key, messages, live));
    for (const [key, section] of this.days) if (!byDay.has(key)) this.#dropDay(key, section);
    arrange(this.list, sections);
  }

  #section(key, messages, live) {
    const section = this.days.get(key) ?? this.#newDay(key, messages[0].date);
    const children = [section.firstElementChild];
    messages.forEach((message, at) => {
      if (message.message_id === this.divider) children.push(this.#dividerNode());
      const node = this.#node(message, live);
      this.#place(node, message, messages[at - 1], messages[at + 1]);
      children.push(node);
    });
    arrange(section, children);
    return section;
  }

  #newDay(key, date) {
    const section = h(
      "section",
      { class: "day" },
      h("div", { class: "day-mark" }, h("span", { class: "pill" }, day(date))),
    );
    this.days.set(key, section);
    return section;
  }

  #node(message, live) {
    const known = this.nodes.get(message.message_id);
    if (known?.message === message) return known.node;
    const view = { own: this.store.isOwn(message), chatType: this.state.chat.type };
    const node = known ? this.#update(known, message, view) : messageNode(message, view);
    if (!known && live) node.classList.add("arriving");
    this.nodes.set(message.message_id, { message, node });
    return node;
  }

  #update(known, message, view) {
    const changed = content(known.message) !== content(message);
    const node = updateNode(known.node, known.message, message, view);
    const expected = this.pressed?.messageId === message.message_id && Date.now() < this.pressed.until;
    if (expected && changed && known.message.text !== message.text) this.position.showStart(node);
    return node;
  }

  #place(node, message, before, after) {
    const joins = (a, b) =>
      a &&
      b &&
      !isService(a) &&
      !isService(b) &&
      !a.reply_markup &&
      author(a) === author(b) &&
      Math.abs(a.date - b.date) < GROUP_SECONDS &&
      b.message_id !== this.divider;
    node.classList.toggle("first", !joins(before, message));
    node.classList.toggle("last", !joins(message, after));
  }

  #dividerNode() {
    this.dividerElement ??= h(
      "div",
      { class: "unread-mark", "data-testid": "unread-mark" },
      "Ungelesene Nachrichten",
    );
    return this.dividerElement;
  }

  #drop(id, entry) {
    entry.node.remove();
    this.nodes.delete(id);
  }

  #dropDay(key, section) {
    section.remove();
    this.days.delete(key);
  }

  #seen(messageId) {
    if (this.state && !document.hidden) this.store.markRead(this.state.chat.id, messageId);
  }
}

const author = (message) => message.sender_chat?.id ?? message.from?.id;

function grouped(messages) {
  const map = new Map();
  for (const message of messages) {
    const key = dayKey(message.date);
    map.set(key, [...(map.get(key) ?? []), message]);
  }
  return map;
}

/** Makes `children` the children of `parent` in this order, moving as few as possible. */
function arrange(parent, children) {
  let cursor = parent.firstElementChild;
  for (const child of children) {
    if (child === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(child, cursor);
  }
  while (cursor) {
    const next = cursor.nextElementSibling;
    cursor.remove();
    cursor = next;
  }
}
