// The list of the bot's commands above the composer.

import { h } from "./dom.js";

/** A list box of commands; `onChoose(text, send)` gets the chosen one (`send` false: complete it only). */
export class CommandMenu {
  constructor(list, onChoose) {
    this.list = list;
    this.onChoose = onChoose;
    this.commands = [];
    this.shown = [];
    this.active = 0;
    this.prefix = "";
  }

  get open() {
    return !this.list.hidden;
  }

  get activeId() {
    return this.list.children[this.active]?.id;
  }

  /** Takes the commands of a chat: `[{command, description, text}]`. */
  use(commands) {
    const same = JSON.stringify(commands) === JSON.stringify(this.commands);
    this.commands = commands;
    if (this.open && !same) this.suggest(this.prefix);
  }

  /** Shows the commands that begin with `prefix`; none hides the list. */
  suggest(prefix) {
    this.prefix = prefix;
    const start = prefix.toLowerCase();
    this.shown = this.commands.filter(({ command }) => command.startsWith(start));
    this.active = 0;
    this.list.replaceChildren(...this.shown.map((command, at) => this.#option(command, at)));
    this.list.hidden = this.shown.length === 0;
    this.#mark();
  }

  /** Hides the list; says whether it was open. */
  close() {
    const was = this.open;
    const focused = this.list.contains(document.activeElement);
    this.list.hidden = true;
    if (focused) document.activeElement.blur();
    return was;
  }

  /** Handles a key while open; true when it was meant for the list. */
  keydown(event) {
    if (!this.open) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#move(step);
    else if (event.key === "Enter" && !event.shiftKey) this.#choose(this.active, true);
    else if (event.key === "Tab" && !event.shiftKey) this.#choose(this.active, false);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #option({ command, description }, at) {
    return h(
      "div",
      {
        class: "command-option",
        role: "option",
        id: `command-${at}`,
        "data-testid": "command",
        "data-command": command,
        onclick: () => this.#choose(at, true),
        onpointermove: () => this.#activate(at),
      },
      h("span", { class: "command-name" }, `/${command}`),
      h("span", { class: "command-text" }, description),
    );
  }

  #choose(at, send) {
    const chosen = this.shown[at];
    if (chosen) this.onChoose(chosen.text, send);
  }

  #move(step) {
    this.#activate((this.active + step + this.shown.length) % this.shown.length);
    this.list.children[this.active].scrollIntoView({ block: "nearest" });
  }

  #activate(at) {
    this.active = at;
    this.#mark();
  }

  #mark() {
    [...this.list.children].forEach((node, at) =>
      node.setAttribute("aria-selected", String(at === this.active)),
    );
    if (this.activeId) this.list.setAttribute("aria-activedescendant", this.activeId);
  }
}
