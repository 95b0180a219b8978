// One message as a bubble.

import { emit, h } from "./dom.js";
import { formatted } from "./entities.js";
import { avatar, icon } from "./icons.js";
import { keyboard } from "./keyboard.js";
import { photo } from "./photos.js";
import { richMessage } from "./rich.js";
import { serviceText, summary } from "./summary.js";
import { content, isService, senderName } from "./state.js";
import { clock, full, iso } from "./time.js";

/** The node of a message; `view` says how it is seen: `{own, chatType}`. */
export function messageNode(message, view) {
  const node = isService(message) ? serviceNode(message) : bubbleNode(message, view);
  node.dataset.messageId = message.message_id;
  node.dataset.testid = "message";
  return node;
}

/** Puts a changed message into its node; an unchanged text keeps its elements (and what was unfolded in them). */
export function updateNode(node, before, message, view) {
  if (isService(message) || isService(before)) {
    const fresh = messageNode(message, view);
    node.replaceWith(fresh);
    return fresh;
  }
  const stack = node.querySelector(".stack");
  if (content(before) !== content(message)) stack.querySelector(".bubble").replaceWith(bubble(message, view));
  else if (isEdited(before) !== isEdited(message)) markEdited(stack, message, view);
  if (JSON.stringify(before.reply_markup) !== JSON.stringify(message.reply_markup))
    replaceKeyboard(stack, message);
  node.classList.toggle("wide", Boolean(message.rich_message));
  node.setAttribute("aria-label", label(message, view));
  return node;
}

const isEdited = (message) => Boolean(message.edit_date) && !message.edit_hide;

function markEdited(stack, message, view) {
  stack.querySelector(".meta").replaceWith(meta(message, view));
  stack.querySelector(".spacer")?.replaceWith(spacer(message));
}

function serviceNode(message) {
  return h("article", { class: "service" }, h("span", { class: "pill" }, serviceText(message)));
}

function bubbleNode(message, view) {
  const side = view.own ? "out" : "in";
  const author = message.sender_chat ?? message.from ?? {};
  const group = view.chatType === "group" || view.chatType === "supergroup";
  const face =
    group && !view.own && avatar({ id: author.id ?? 0, name: senderName(message), isBot: author.is_bot });
  const classes = [
    "message",
    side,
    view.chatType === "channel" && "post",
    message.rich_message && "wide",
    face && "with-avatar",
  ];
  return h(
    "article",
    { class: classes.filter(Boolean).join(" "), "aria-label": label(message, view) },
    face,
    h("div", { class: "stack" }, bubble(message, view), keyboard(message)),
  );
}

function label(message, view) {
  const name = view.own ? "Du" : senderName(message);
  return `${name}, ${clock(message.date)}: ${summary(message)}`;
}

function bubble(message, view) {
  const parts = [sender(message, view), reply(message.reply_to_message), ...body(message)];
  const bare = message.photo && !message.caption;
  const classes = ["bubble", message.photo && "has-photo", message.rich_message && "is-rich", bare && "bare"];
  return h(
    "div",
    { class: classes.filter(Boolean).join(" "), "data-testid": "bubble" },
    parts,
    meta(message, view),
  );
}

function sender(message, view) {
  if (view.own || view.chatType === "private") return null;
  const author = message.sender_chat ?? message.from ?? {};
  const hue = author.is_bot ? "bot" : Math.abs(author.id ?? 0) % 7;
  return h("div", { class: `sender name-${hue}`, "data-testid": "sender" }, senderName(message));
}

function reply(original) {
  if (!original || original.forum_topic_created) return null;
  const name = senderName(original);
  const button = h(
    "button",
    { type: "button", class: "reply", "aria-label": `Antwort auf ${name}` },
    h("span", { class: "reply-name" }, name),
    h("span", { class: "reply-text" }, summary(original)),
  );
  button.addEventListener("click", () => emit(button, "jump", { messageId: original.message_id }));
  return button;
}

/** Photo, article, file and text of a message, in the order they are shown. */
function body(message) {
  const picture =
    message.photo &&
    photo(pictures(message), { spoiler: message.has_media_spoiler, alt: message.caption ?? "" });
  const words = message.text ?? message.caption;
  const entities = message.entities ?? message.caption_entities;
  const text =
    words !== undefined &&
    h("div", { class: "text", "data-testid": "text" }, formatted(words, entities), spacer(message));
  const parts = message.show_caption_above_media ? [text, picture] : [picture, text];
  return [
    message.rich_message && richMessage(message.rich_message),
    message.document && file(message.document),
    ...parts,
  ];
}

const pictures = (message) =>
  message.photo_url
    ? message.photo.map((size) => ({ ...size, photo_url: message.photo_url }))
    : message.photo;

function file(document) {
  const size = document.file_size ? `${Math.max(1, Math.round(document.file_size / 1024))} KB` : "Datei";
  return h(
    "div",
    { class: "file" },
    h("span", { class: "file-icon" }, icon("file")),
    h("span", { class: "file-name" }, document.file_name ?? "Datei"),
    h("span", { class: "file-size" }, size),
  );
}

/** Keeps room for the time at the end of the last line. */
function spacer(message) {
  return h("span", { class: "spacer", "data-room": isEdited(message) ? "bearbeitet 00:00" : "00:00" });
}

function meta(message, view) {
  const edited = isEdited(message) && h("span", { class: "edited", "data-testid": "edited" }, "bearbeitet");
  const time = h("time", { datetime: iso(message.date), title: full(message.date) }, clock(message.date));
  return h("span", { class: "meta" }, edited, time, view.own && icon("ticks"));
}

function replaceKeyboard(stack, message) {
  const before = stack.querySelector(".keyboard");
  const focused = before?.contains(document.activeElement) ? document.activeElement : null;
  const fresh = keyboard(message);
  before?.remove();
  if (!fresh) return;
  stack.append(fresh);
  if (focused) refocus(fresh, focused, before);
}

/** Someone who presses buttons by keyboard stays on the button they pressed. */
function refocus(fresh, focused, before) {
  const buttons = [...fresh.querySelectorAll(".key")];
  const same = buttons.find((button) => focused.dataset.data && button.dataset.data === focused.dataset.data);
  const place = [...before.querySelectorAll(".key")].indexOf(focused);
  (same ?? buttons[Math.min(place, buttons.length - 1)])?.focus();
}
