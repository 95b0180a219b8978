// Text with Telegram's entities (offsets in UTF-16 units, as JavaScript counts) as DOM nodes.

import { emit, h, pressable } from "./dom.js";
import { icon } from "./icons.js";
import { link } from "./links.js";
import { custom, full, iso } from "./time.js";

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  marked: "mark",
  subscript: "sub",
  superscript: "sup",
};

/** Nodes for a text and its entities. */
export function formatted(text, entities = []) {
  const ordered = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, ordered, 0, text.length);
}

function build(text, entities, start, end) {
  const nodes = [];
  let at = start;
  let queue = entities;
  while (queue.length > 0) {
    const [entity, ...later] = queue;
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    queue = later;
    if (to <= from) continue;
    const block = BLOCKS.has(entity.type);
    nodes.push(before(text.slice(at, from), block));
    const inner = later.filter((other) => other.offset < to);
    // What reaches past this entity goes on behind it: Telegram sends no such overlap, but nothing may get lost.
    queue = later.filter((other) => other.offset + other.length > to);
    nodes.push(wrap(entity, build(text, inner, from, to), text.slice(from, to)));
    at = block && text[to] === "\n" && to < end ? to + 1 : to;
  }
  nodes.push(text.slice(at, end));
  return nodes.filter((node) => node !== "");
}

/** A block breaks the line itself, so the line break before it is dropped. */
const before = (slice, block) => (block && slice.endsWith("\n") ? slice.slice(0, -1) : slice);

const WRAPPERS = {
  spoiler: (entity, nodes) => spoiler(nodes),
  pre: (entity, nodes) => preformatted(nodes, entity.language),
  blockquote: (entity, nodes) => h("blockquote", { class: "quote" }, nodes),
  expandable_blockquote: (entity, nodes) => expandable(nodes),
  text_link: (entity, nodes) => link(entity.url, nodes),
  url: (entity, nodes, text) => link(text, nodes),
  email: (entity, nodes, text) => link(`mailto:${text}`, nodes),
  mention: (entity, nodes, text) => link(`https://t.me/${text.slice(1)}`, nodes, "link mention"),
  text_mention: (entity, nodes) => h("span", { class: "link mention" }, nodes),
  bot_command: (entity, nodes, text) => command(text, nodes),
  date_time: (entity, nodes, text) => moment(entity.unix_time, entity.date_time_format, nodes, text),
};

function wrap(entity, nodes, text) {
  const wrapper = WRAPPERS[entity.type];
  if (wrapper) return wrapper(entity, nodes, text);
  if (TAGS[entity.type]) return h(TAGS[entity.type], {}, nodes);
  return h(
    "span",
    { class: `entity ${entity.type === "hashtag" || entity.type === "cashtag" ? "tag" : ""}` },
    nodes,
  );
}

/** The plain inline formats that texts and rich texts share, by Telegram's name. */
export const plainTag = (type) => TAGS[type];

/** A text that is hidden until it is tapped. */
export function spoiler(nodes) {
  const content = h("span", { class: "spoiler-text", inert: true, "aria-hidden": "true" }, nodes);
  const node = h(
    "span",
    { class: "spoiler", "aria-label": "Verdeckter Text, zum Anzeigen antippen" },
    content,
  );
  return pressable(node, () => {
    if (node.classList.contains("revealed")) return;
    node.classList.add("revealed");
    for (const name of ["role", "aria-label", "tabindex"]) node.removeAttribute(name);
    content.removeAttribute("inert");
    content.removeAttribute("aria-hidden");
  });
}

/** A block of code, with its language where one is named. */
export function preformatted(nodes, language = "") {
  const head = language && h("span", { class: "pre-language" }, language);
  return h("pre", { class: "pre" }, head, h("code", {}, nodes));
}

function expandable(nodes) {
  const body = h("div", { class: "quote-body" }, nodes);
  const toggle = h(
    "button",
    { type: "button", class: "quote-toggle", "aria-expanded": "false", "aria-label": "Zitat ausklappen" },
    icon("down"),
  );
  const quote = h("blockquote", { class: "quote expandable" }, body, toggle);
  toggle.addEventListener("click", () => {
    const open = quote.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
    toggle.setAttribute("aria-label", open ? "Zitat einklappen" : "Zitat ausklappen");
    emit(quote, "expand");
  });
  return quote;
}

/** A bot command that is sent when it is tapped. */
export function command(text, nodes) {
  const node = h("span", { class: "link command" }, nodes);
  return pressable(node, () => emit(node, "command", { text }));
}

/** A moment in the reader's own zone. */
export function moment(unix, pattern, nodes, text) {
  if (!Number.isFinite(unix)) return h("span", {}, nodes);
  const shown = pattern ? custom(unix, pattern, text) : nodes;
  return h("time", { class: "moment", datetime: iso(unix), title: full(unix) }, shown);
}
