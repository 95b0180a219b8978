// The page's root: finds the elements, wires the parts together, follows the stream of events.

import { api, Stream } from "./api.js";
import { ChatList } from "./chats.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Header } from "./header.js";
import { avatar, icon } from "./icons.js";
import { telegramName } from "./links.js";
import { Notices } from "./notices.js";
import { Store, chatName, senderName } from "./state.js";
import { summary } from "./summary.js";

const BANNER_AFTER = 600;
const find = (id) => document.getElementById(id);
const narrow = matchMedia("(max-width: 760px)");
const title = document.title;

/** `sessionStorage`, where the browser allows it. */
function storage() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

class App {
  constructor() {
    for (const node of document.querySelectorAll("[data-icon]")) node.prepend(icon(node.dataset.icon));
    this.root = find("app");
    this.store = new Store(storage());
    this.openId = null;
    this.loading = null;
    this.notices = new Notices({
      toasts: find("toasts"),
      alertDialog: find("alert"),
      alertText: find("alert-text"),
      viewer: find("viewer"),
      viewerImage: find("viewer-image"),
      viewerCaption: find("viewer-caption"),
      live: find("live"),
    });
    this.chats = new ChatList(find("chats"), this.store, (id) => this.go(id));
    this.conversation = new Conversation(find("viewport"), find("messages"), this.store);
    this.header = new Header(
      { peer: find("peer"), more: find("more"), menu: find("actions"), note: find("note") },
      this.store,
      (action) => this.act(action),
    );
    this.composer = new Composer(
      {
        form: find("composer"),
        input: find("input"),
        menuButton: find("commands-button"),
        list: find("commands"),
        start: find("start"),
        readOnly: find("read-only"),
      },
      this.store,
      { send: (text) => this.send(text), restart: () => this.restart() },
    );
    this.#listen();
    this.stream = new Stream({
      onEvent: (event) => this.#event(event),
      onOpen: () => this.load(),
      onLost: () => this.#lost(),
    });
  }

  /** Fetches everything anew; events that come meanwhile are applied afterwards. */
  async load() {
    if (this.loading) return;
    this.loading = [];
    try {
      const state = await api.state();
      const missed = this.loading;
      this.loading = null;
      this.store.replace(state);
      for (const event of missed) this.store.apply(event);
      this.#connected();
      this.#route();
    } catch {
      this.loading = null;
      this.#lost();
      setTimeout(() => this.load(), 1500);
    }
  }

  /** Opens a chat by its address, so that the browser's way back works. */
  go(chatId) {
    const address = chatId === null ? "" : `#${chatId}`;
    if (location.hash === address) return this.#route();
    if (narrow.matches && chatId !== null) location.hash = address;
    else history.replaceState(null, "", address || location.pathname);
    this.#route();
  }

  async send(text) {
    return this.#try(() => api.send(this.openId, text));
  }

  async act(action) {
    return this.#try(() => api.act(this.openId, action));
  }

  /** A blocked bot is let in again and started, in one tap. */
  async restart() {
    return (await this.act("unblock")) && this.send("/start");
  }

  async press({ messageId, data, done }) {
    const chatId = this.openId;
    this.conversation.expectEdit(messageId);
    try {
      const answer = await api.press(chatId, messageId, data);
      if (answer.timeout) this.notices.toast("Der Bot hat nicht geantwortet.");
      else if (answer.show_alert) this.notices.alert(answer.text);
      else this.notices.toast(answer.text);
      const name = answer.url && telegramName(answer.url);
      if (name) await this.name({ ...name, href: answer.url });
    } catch (error) {
      this.notices.toast(error.message);
    } finally {
      done();
    }
  }

  /** A Telegram name was tapped: our bot opens here, anything else in a new tab. */
  async name({ username, payload, href }) {
    if (username.toLowerCase() !== this.store.bot.username?.toLowerCase())
      return void open(href, "_blank", "noopener,noreferrer");
    const chat = this.store.privateChat();
    if (chat) this.go(chat.chat.id);
    if (payload || !chat) await this.#try(() => api.start(payload));
  }

  async copy({ text }) {
    await navigator.clipboard?.writeText(text);
    this.notices.toast("Kopiert");
  }

  async #try(action) {
    try {
      await action();
      return true;
    } catch (error) {
      this.notices.toast(error.message);
      return false;
    }
  }

  #listen() {
    const on = (name, handler) => document.addEventListener(`page:${name}`, (event) => handler(event.detail));
    on("press", (detail) => this.press(detail));
    on("command", ({ text }) => this.send(text));
    on("name", (detail) => this.name(detail));
    on("photo", (detail) => this.notices.view(detail));
    on("jump", ({ messageId }) => this.conversation.jumpTo(messageId));
    on("copy", (detail) => this.copy(detail));
    on("expand", () => this.conversation.position.hold());
    this.store.addEventListener("change", (event) => this.#changed(event.detail.chatId));
    this.conversation.position.addEventListener("moved", () => this.#moved());
    addEventListener("hashchange", () => this.#route());
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#escape(event));
    find("back").addEventListener("click", () => this.go(null));
    find("to-end").addEventListener("click", () => this.conversation.position.toEnd());
    find("search").addEventListener("input", (event) => this.chats.filter(event.target.value));
  }

  #event(event) {
    if (event.type === "toast") return this.notices.toast(event.text);
    if (this.loading) return void this.loading.push(event);
    if (!this.store.apply(event)) return void this.load();
    if (event.type === "message" && !this.store.isOwn(event.message)) this.#announce(event);
  }

  #announce({ chat_id: chatId, message }) {
    const state = this.store.chats.get(chatId);
    const place = chatId === this.openId ? senderName(message) : `Neu in ${chatName(state, this.store.bot)}`;
    this.notices.say(`${place}: ${summary(message)}`);
  }

  #changed(chatId) {
    this.chats.render();
    const unread = [...this.store.chats.values()].reduce(
      (sum, state) => sum + this.store.unread(state).length,
      0,
    );
    document.title = unread > 0 ? `(${unread}) ${title}` : title;
    const state = this.store.chats.get(this.openId);
    if (this.openId !== null && !state) return this.go(null);
    if (state && (chatId === null || chatId === this.openId)) this.#sync(state);
  }

  #sync(state) {
    this.header.render(state);
    this.composer.sync(state);
    this.#intro(state);
    this.conversation.sync(state);
  }

  /** Shows what the address names; a wide page opens the private chat by itself. */
  #route() {
    const wanted = Number(location.hash.slice(1));
    const named = location.hash.length > 1 && this.store.chats.has(wanted) ? wanted : null;
    const first =
      this.fresh === undefined && !narrow.matches ? (this.store.privateChat()?.chat.id ?? null) : null;
    this.fresh ??= false;
    const chatId = named ?? first;
    if (chatId !== null && named === null) history.replaceState(null, "", `#${chatId}`);
    if (chatId !== this.openId) this.#show(chatId);
  }

  #show(chatId) {
    const before = this.openId;
    this.openId = chatId;
    const state = this.store.chats.get(chatId) ?? null;
    this.root.dataset.screen = state ? "conversation" : "list";
    find("conversation").classList.toggle("empty", !state);
    this.chats.select(chatId);
    if (state) {
      this.header.render(state);
      this.composer.open(state);
      this.#intro(state);
    }
    this.conversation.open(state);
    if (state && !matchMedia("(pointer: coarse)").matches) this.composer.focus();
    else if (!state && before !== null) this.chats.focus(before);
  }

  /** An empty chat says what it is for. */
  #intro(state) {
    const empty = state.messages.length === 0;
    const isBot = state.chat.type === "private";
    find("intro").hidden = !empty;
    if (!empty) return;
    const { bot } = this.store;
    find("intro-picture").replaceChildren(avatar({ id: state.chat.id, name: chatName(state, bot), isBot }));
    find("intro-title").textContent = isBot ? "Was kann dieser Bot?" : chatName(state, bot);
    find("intro-text").textContent = isBot
      ? bot.description || "Tippe auf „Starten“, um zu beginnen."
      : "Hier ist noch nichts geschrieben worden.";
  }

  #moved() {
    const { position } = this.conversation;
    const state = this.store.chats.get(this.openId);
    const unread = state ? this.store.unread(state).length : 0;
    find("to-end").hidden = !state || position.atEnd();
    find("to-end-count").hidden = unread === 0;
    find("to-end-count").textContent = unread;
    find("to-end").setAttribute("aria-label", unread ? `Zum Ende, ${unread} neue Nachrichten` : "Zum Ende");
  }

  #escape(event) {
    if (event.defaultPrevented || document.querySelector("dialog[open], :popover-open")) return;
    if (this.composer.close()) return this.composer.focus();
    if (this.openId !== null) this.go(null);
  }

  #lost() {
    this.banner ??= setTimeout(() => {
      find("connection").hidden = false;
    }, BANNER_AFTER);
  }

  #connected() {
    clearTimeout(this.banner);
    this.banner = undefined;
    find("connection").hidden = true;
    this.root.dataset.ready = "true";
  }
}

new App();
