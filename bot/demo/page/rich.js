// A rich message's blocks as a native article.

import { emit, h } from "./dom.js";
import { preformatted } from "./entities.js";
import { icon } from "./icons.js";
import { link } from "./links.js";
import { photo } from "./photos.js";
import { plain, richText } from "./richtext.js";

const BLOCKS = {
  paragraph: (block) => h("p", {}, richText(block.text)),
  heading: (block) => heading(block),
  pre: (block) => preformatted(richText(block.text), block.language),
  footer: (block) => h("footer", { class: "rich-footer" }, richText(block.text)),
  divider: () => h("hr"),
  mathematical_expression: (block) => h("p", { class: "math-block" }, h("code", {}, block.expression)),
  anchor: (block) => h("span", { "data-anchor": block.name }),
  list: (block) => list(block),
  blockquote: (block) => quotation(block),
  pullquote: (block) =>
    h("aside", { class: "pullquote" }, h("p", {}, richText(block.text)), credit(block.credit)),
  collage: (block) => gallery(block, "collage"),
  slideshow: (block) => gallery(block, "slideshow"),
  table: (block) => table(block),
  details: (block) => details(block),
  map: (block) => map(block),
  photo: (block) =>
    figure(photo(sizes(block), { spoiler: block.has_spoiler, alt: captionText(block) }), block.caption),
  animation: (block) => file(block, block.animation, "Animation"),
  audio: (block) => file(block, block.audio, "Tonaufnahme"),
  video: (block) => file(block, block.video, "Video"),
  voice_note: (block) => file(block, block.voice_note, "Sprachnachricht"),
};

/** The article of a RichMessage. */
export function richMessage(message) {
  return h(
    "div",
    { class: "rich-body", dir: message.is_rtl ? "rtl" : null, "data-testid": "rich" },
    blocks(message.blocks),
  );
}

/** The first words of an article, for the chat list. */
export function richPreview(message) {
  const texts = (message.blocks ?? []).map((block) => plain(block.text).trim());
  return texts.find(Boolean) ?? "Artikel";
}

const blocks = (items) => (items ?? []).map(blockNode);

/** An unknown kind of block shows what it holds, so that nothing of a text is lost. */
function blockNode(block) {
  if (BLOCKS[block.type]) return BLOCKS[block.type](block);
  return h("div", { class: "unknown-block" }, richText(block.text), blocks(block.blocks));
}

function heading(block) {
  const size = Math.min(6, Math.max(1, Number(block.size) || 3));
  return h(`h${size}`, {}, richText(block.text));
}

function list(block) {
  const ordered = block.items.some(
    (item) => item.value !== undefined || /^[\p{L}\p{N}]+[.)]?$/u.test(item.label ?? ""),
  );
  return h(ordered ? "ol" : "ul", { class: "rich-list" }, block.items.map(listItem));
}

function listItem(item) {
  const box = h("input", {
    type: "checkbox",
    checked: item.is_checked,
    disabled: true,
    "aria-label": item.is_checked ? "Erledigt" : "Offen",
  });
  const label = h("span", { class: "list-label", "aria-hidden": "true" }, item.label || "•");
  return h(
    "li",
    {},
    item.has_checkbox ? box : label,
    h("div", { class: "list-content" }, blocks(item.blocks)),
  );
}

function quotation(block) {
  return h("blockquote", { class: "quote" }, blocks(block.blocks), credit(block.credit));
}

const credit = (rich) => rich && h("cite", {}, richText(rich));

const sizes = (block) => {
  const all = Array.isArray(block.photo) ? block.photo : [];
  const url = block.photo_url || block.url;
  return url ? all.map((size) => ({ ...size, url })).concat(all.length ? [] : [{ url }]) : all;
};

const captionText = (block) => plain(block.caption?.text);

function figure(content, caption) {
  const words =
    caption &&
    h("figcaption", {}, richText(caption.text), caption.credit && h("cite", {}, richText(caption.credit)));
  return h("figure", { class: "rich-figure" }, content, words);
}

function gallery(block, kind) {
  const strip = h("div", { class: kind, tabindex: kind === "slideshow" ? "0" : null }, blocks(block.blocks));
  return figure(strip, block.caption);
}

function table(block) {
  const kinds = ["rich-table", block.is_bordered && "bordered", block.is_striped && "striped"].filter(
    Boolean,
  );
  const rows = (block.cells ?? []).map((row) => h("tr", {}, row.map(cell)));
  const caption = block.caption && h("caption", {}, richText(block.caption));
  return h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": plain(block.caption) || "Tabelle" },
    h("table", { class: kinds.join(" ") }, caption, h("tbody", {}, rows)),
  );
}

function cell(item) {
  const span = (count) => (count > 1 ? count : null);
  const place = `align-${item.align ?? "left"} valign-${item.valign ?? "top"}`;
  const attributes = { class: place, colspan: span(item.colspan), rowspan: span(item.rowspan) };
  return h(item.is_header ? "th" : "td", attributes, richText(item.text));
}

function details(block) {
  const summary = h("summary", {}, h("span", {}, richText(block.summary)), icon("down"));
  const node = h(
    "details",
    { class: "rich-details", open: block.is_open },
    summary,
    h("div", { class: "details-body" }, blocks(block.blocks)),
  );
  summary.addEventListener("click", () => emit(node, "expand"));
  return node;
}

function map(block) {
  const { latitude, longitude } = block.location ?? {};
  const words = `Karte: ${latitude}, ${longitude}`;
  return figure(h("p", { class: "media-file" }, icon("pin"), words), block.caption);
}

/** Media we do not play: what it is, and a link to it where its address is known. */
function file(block, media, kind) {
  const address = block.url || media?.url;
  const name = media?.title || media?.file_name || kind;
  return figure(
    h("p", { class: "media-file" }, icon("file"), address ? link(address, name) : name),
    block.caption,
  );
}
