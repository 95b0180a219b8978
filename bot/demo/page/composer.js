// Where a message is written, or what stands in its place: START, a blocked bot, a channel one only reads.

import { CommandMenu } from "./commands.js";

/** Reads and sends text; keeps a draft for each chat. */
export class Composer {
  constructor(elements, store, actions) {
    Object.assign(this, elements, { store, actions, drafts: new Map(), state: null });
    this.commands = new CommandMenu(this.list, (text, send) => this.#chosen(text, send));
    this.form.addEventListener("submit", (event) => this.#submit(event));
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#keydown(event));
    this.menuButton.addEventListener("click", () => this.#toggleMenu());
    this.start.addEventListener("click", () => this.#primary());
    this.list.addEventListener("keydown", (event) => this.commands.keydown(event));
    document.addEventListener("pointerdown", (event) => this.#outside(event.target));
  }

  /** Shows the composer of a chat, with its draft. */
  open(state) {
    if (this.state) this.drafts.set(this.state.chat.id, this.input.value);
    this.state = null;
    this.close();
    this.input.value = this.drafts.get(state.chat.id) ?? "";
    this.sync(state);
    this.#grow();
  }

  /** Follows the chat's state: who may write, which commands there are. */
  sync(state) {
    this.state = state;
    const mode = modeOf(state);
    const pressed = document.activeElement === this.start;
    this.form.hidden = mode !== "write";
    this.start.hidden = mode !== "start" && mode !== "restart";
    this.start.textContent = mode === "restart" ? "Bot neu starten" : "Starten";
    this.readOnly.hidden = mode !== "read";
    // The button that had the focus is gone; on a phone a keyboard would hide the answer
    if (pressed && this.start.hidden && !matchMedia("(pointer: coarse)").matches) this.focus();
    const commands = state.commands ?? [];
    this.menuButton.hidden = commands.length === 0;
    this.form.classList.toggle("compact-menu", state.chat.type !== "private");
    const suffix = state.chat.type === "private" ? "" : `@${this.store.bot.username}`;
    this.commands.use(commands.map((command) => ({ ...command, text: `/${command.command}${suffix}` })));
  }

  focus() {
    if (!this.form.hidden) this.input.focus({ preventScroll: true });
    else if (!this.start.hidden) this.start.focus({ preventScroll: true });
  }

  /** Closes the command list; says whether it was open. */
  close() {
    const open = this.commands.close();
    this.#expanded();
    return open;
  }

  #primary() {
    if (modeOf(this.state) === "restart") this.actions.restart();
    else this.actions.send("/start");
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    const { id } = this.state.chat;
    this.#fill("");
    const sent = await this.actions.send(text);
    if (!sent && this.state?.chat.id === id && !this.input.value) this.#fill(text);
  }

  #keydown(event) {
    if (event.isComposing) return;
    if (this.commands.keydown(event)) return this.#expanded();
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  #typed() {
    this.#grow();
    const match = /^\/([\w@]*)$/.exec(this.input.value);
    if (match) this.commands.suggest(match[1].split("@")[0]);
    else this.commands.close();
    this.#expanded();
  }

  #chosen(text, send) {
    if (send) this.actions.send(text);
    this.#fill(send ? "" : `${text} `);
    this.close();
    if (!matchMedia("(pointer: coarse)").matches || !send) this.input.focus();
  }

  #toggleMenu() {
    if (this.close()) return;
    this.commands.suggest("");
    this.list.focus();
    this.#expanded();
  }

  #expanded() {
    const { open, activeId } = this.commands;
    this.menuButton.setAttribute("aria-expanded", String(open));
    if (open && activeId) this.input.setAttribute("aria-activedescendant", activeId);
    else this.input.removeAttribute("aria-activedescendant");
  }

  #outside(target) {
    if (!this.form.contains(target) && !this.list.contains(target)) this.close();
  }

  #fill(text) {
    this.input.value = text;
    this.#grow();
    this.commands.close();
    this.#expanded();
  }

  #grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
    this.form.classList.toggle("has-text", this.input.value.trim() !== "");
  }
}

function modeOf(state) {
  if (state.blocked) return "restart";
  if (state.chat.type === "private" && !state.started) return "start";
  return state.can_write ? "write" : "read";
}
