// The head of a conversation: who it is, the hint of the demo, and what can be done to the chat.

import { h } from "./dom.js";
import { avatar, icon } from "./icons.js";
import { chatName } from "./state.js";

const ICONS = {
  promote: "shield",
  demote: "minus",
  remove: "minus",
  add: "plus",
  block: "block",
  unblock: "restart",
};
const HELPFUL = new Set(["promote", "add", "unblock"]);
const STATUS = {
  administrator: "Bot ist Administrator",
  member: "Bot ist Mitglied",
  left: "Bot ist nicht dabei",
  kicked: "Bot wurde entfernt",
};

/** Draws title, status, note and the menu of actions; `onAct(action)` runs one. */
export class Header {
  constructor(elements, store, onAct) {
    Object.assign(this, elements, { store, onAct, dismissed: new Set() });
    this.menu.addEventListener("keydown", (event) => this.#keydown(event));
    this.menu.addEventListener("toggle", (event) => this.#toggled(event.newState === "open"));
  }

  render(state) {
    const name = chatName(state, this.store.bot);
    const isBot = state.chat.type === "private";
    const lines = h(
      "span",
      { class: "peer-lines" },
      h("h2", { class: "peer-name", "data-testid": "peer-name" }, name),
      h("span", { class: "peer-status", "data-testid": "peer-status" }, status(state)),
    );
    this.peer.replaceChildren(avatar({ id: state.chat.id, name, isBot }), lines);
    this.#renderMenu(state);
    this.#renderNote(state);
  }

  #renderMenu(state) {
    const actions = state.actions ?? [];
    this.more.hidden = actions.length === 0;
    const shown = JSON.stringify(actions);
    if (this.menu.dataset.key === shown) return;
    this.menu.dataset.key = shown;
    this.menu.replaceChildren(...actions.map((action) => this.#item(action)));
  }

  #item(action) {
    const node = h(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: "-1",
        "data-testid": "chat-action",
        "data-action": action.id,
      },
      icon(ICONS[action.id] ?? "more"),
      action.label,
    );
    if (action.id === "block" || action.id === "remove") node.classList.add("danger");
    node.addEventListener("click", () => {
      this.menu.hidePopover();
      this.onAct(action.id);
    });
    return node;
  }

  /** The hint, with the actions it is likely about as buttons; closing it lasts until it says something else. */
  #renderNote(state) {
    const key = `${state.chat.id}:${state.note}`;
    const hidden = !state.note || this.dismissed.has(key);
    this.note.hidden = hidden;
    const helpful = (state.actions ?? []).filter((action) => HELPFUL.has(action.id));
    const shown = JSON.stringify([key, helpful]);
    if (hidden || this.note.dataset.key === shown) return;
    this.note.dataset.key = shown;
    const close = h(
      "button",
      { type: "button", class: "icon-button small", "aria-label": "Hinweis schließen" },
      icon("close"),
    );
    close.addEventListener("click", () => {
      this.dismissed.add(key);
      this.note.hidden = true;
    });
    const buttons = helpful.map((action) =>
      h(
        "button",
        {
          type: "button",
          class: "note-action",
          "data-action": action.id,
          onclick: () => this.onAct(action.id),
        },
        action.label,
      ),
    );
    this.note.replaceChildren(
      icon("hint"),
      h("p", {}, state.note),
      h("div", { class: "note-actions" }, buttons),
      close,
    );
  }

  #toggled(open) {
    this.more.setAttribute("aria-expanded", String(open));
    if (open) this.menu.querySelector("[role=menuitem]")?.focus();
  }

  #keydown(event) {
    const items = [...this.menu.querySelectorAll("[role=menuitem]")];
    const at = items.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    items[(steps[event.key] + items.length) % items.length].focus();
  }
}

function status(state) {
  if (state.chat.type === "private") return state.blocked ? "Bot · blockiert" : "Bot";
  const kind = state.chat.type === "channel" ? "Kanal" : "Gruppe";
  return [kind, STATUS[state.bot_status]].filter(Boolean).join(" · ");
}
