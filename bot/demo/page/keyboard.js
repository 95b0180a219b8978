// The buttons under a message.

import { emit, h } from "./dom.js";
import { icon } from "./icons.js";
import { link, safe } from "./links.js";

/** The inline keyboard of a message, or null. */
export function keyboard(message) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  const nodes = rows.map((row) =>
    h(
      "div",
      { class: "key-row" },
      row.map((button) => key(button, message)),
    ),
  );
  return h(
    "div",
    {
      class: "keyboard",
      role: "group",
      "aria-label": "Schaltflächen der Nachricht",
      "data-testid": "keyboard",
    },
    nodes,
  );
}

function key(button, message) {
  const node = button.url && safe(button.url) ? linkKey(button) : pressKey(button, message);
  node.dataset.testid = "key";
  if (button.style) node.classList.add(`style-${button.style}`);
  return node;
}

function linkKey(button) {
  const node = link(button.url, [label(button.text), icon("arrow")], "key url-key");
  node.dataset.url = button.url;
  return node;
}

function pressKey(button, message) {
  const data = button.callback_data;
  const node = h(
    "button",
    { type: "button", class: "key", disabled: data === undefined && !button.copy_text },
    label(button.text),
  );
  if (data !== undefined) {
    node.dataset.data = data;
    node.addEventListener("click", () => press(node, message, data));
  } else if (button.copy_text) {
    node.addEventListener("click", () => emit(node, "copy", { text: button.copy_text.text }));
  }
  return node;
}

const label = (text) => h("span", { class: "key-text" }, text);

/** One press at a time: the button shows its progress until the bot answered. */
function press(node, message, data) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  const done = () => node.removeAttribute("aria-busy");
  emit(node, "press", { messageId: message.message_id, data, done });
}
