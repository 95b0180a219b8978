// The list of chats.

import { h } from "./dom.js";
import { avatar, icon } from "./icons.js";
import { chatName, isService } from "./state.js";
import { serviceText, summary } from "./summary.js";
import { full, iso, short } from "./time.js";

const KINDS = { group: "group", supergroup: "group", channel: "channel" };

/** Draws the chats into `list`; `onOpen(chatId)` is called when one is chosen. */
export class ChatList {
  constructor(list, store, onOpen) {
    this.list = list;
    this.store = store;
    this.onOpen = onOpen;
    this.rows = new Map();
    this.query = "";
    this.openId = null;
    list.addEventListener("keydown", (event) => this.#keydown(event));
  }

  /** Shows only chats whose name or newest message contains these words. */
  filter(query) {
    this.query = query.trim().toLocaleLowerCase("de");
    this.render();
  }

  /** Marks a chat as the open one. */
  select(chatId) {
    this.openId = chatId;
    this.render();
  }

  /** Puts the keyboard on the open chat, or the first. */
  focus() {
    (this.rows.get(this.openId) ?? this.list.querySelector(".chat"))?.focus();
  }

  render() {
    const focused = this.list.contains(document.activeElement) ? document.activeElement : null;
    const states = this.store.ordered().filter((state) => this.#matches(state));
    const rows = states.map((state) => this.#row(state));
    this.rows = new Map(states.map((state, at) => [state.chat.id, rows[at]]));
    const same =
      rows.length === this.list.children.length && rows.every((row, at) => row === this.list.children[at]);
    if (!same) this.list.replaceChildren(...rows, ...(rows.length ? [] : [this.#nothing()]));
    if (focused && document.activeElement !== focused) focused.focus({ preventScroll: true });
    this.#roving(rows);
  }

  #nothing() {
    const words = this.query ? "Kein Chat gefunden" : "Noch keine Chats";
    return h("p", { class: "no-chats" }, words);
  }

  #matches(state) {
    const words = `${chatName(state, this.store.bot)} ${state.messages.length ? summary(state.messages.at(-1)) : ""}`;
    return words.toLocaleLowerCase("de").includes(this.query);
  }

  #row(state) {
    const id = state.chat.id;
    const row = this.rows.get(id) ?? this.#newRow(id, state.chat.type);
    const last = state.messages.at(-1);
    const unread = this.store.unread(state).length;
    const name = chatName(state, this.store.bot);
    const isBot = state.chat.type === "private";
    const key = JSON.stringify([
      name,
      last,
      unread,
      state.started,
      this.openId === id,
      new Date().toDateString(),
    ]);
    if (row.dataset.key === key) return row;
    row.dataset.key = key;
    row.classList.toggle("open", this.openId === id);
    if (this.openId === id) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
    row.replaceChildren(
      avatar({ id, name, isBot }),
      h("span", { class: "chat-lines" }, this.#head(state, name, last), this.#foot(state, last, unread)),
    );
    return row;
  }

  #newRow(id, type) {
    const row = h("button", {
      type: "button",
      class: "chat",
      "data-testid": "chat",
      "data-chat-id": id,
      "data-chat-type": type,
    });
    row.addEventListener("click", () => this.onOpen(id));
    return row;
  }

  #head(state, name, last) {
    const kind = KINDS[state.chat.type];
    const own = last && this.store.isOwn(last) && icon("ticks");
    const time = last && h("time", { datetime: iso(last.date), title: full(last.date) }, short(last.date));
    return h(
      "span",
      { class: "chat-head" },
      kind && icon(kind),
      h("span", { class: "chat-name", "data-testid": "chat-name" }, name),
      h("span", { class: "chat-time" }, own, time),
    );
  }

  #foot(state, last, unread) {
    const count =
      unread > 0 &&
      h(
        "span",
        {
          class: "unread",
          "data-testid": "unread",
          "aria-label": unread === 1 ? "1 ungelesene Nachricht" : `${unread} ungelesene Nachrichten`,
        },
        unread > 999 ? "999+" : unread,
      );
    return h(
      "span",
      { class: "chat-foot" },
      h("span", { class: "chat-preview", "data-testid": "chat-preview" }, this.#preview(state, last)),
      count,
    );
  }

  #preview(state, last) {
    if (!last)
      return h(
        "em",
        {},
        state.chat.type === "private" && !state.started ? "Zum Starten antippen" : "Noch keine Nachrichten",
      );
    if (isService(last)) return h("em", {}, serviceText(last));
    const group = KINDS[state.chat.type] === "group";
    const author = this.store.isOwn(last) ? "Du" : last.from?.first_name;
    return [group && author && h("span", { class: "chat-author" }, `${author}: `), summary(last)];
  }

  /** One row at a time can be reached by Tab; arrows move between them. */
  #roving(rows) {
    const active =
      rows.find((row) => row === document.activeElement) ?? this.rows.get(this.openId) ?? rows[0];
    for (const row of rows) row.tabIndex = row === active ? 0 : -1;
  }

  #keydown(event) {
    const rows = [...this.list.querySelectorAll(".chat")];
    const at = rows.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
    if (!(event.key in steps) || at < 0) return;
    event.preventDefault();
    const next = rows[Math.min(rows.length - 1, Math.max(0, steps[event.key]))];
    next.focus();
    this.#roving(rows);
  }
}
