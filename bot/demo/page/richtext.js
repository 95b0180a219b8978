// RichText (a string, a list, or a typed object that holds another RichText) as DOM nodes.

import { h } from "./dom.js";
import { command, moment, plainTag, spoiler } from "./entities.js";
import { link } from "./links.js";

const WRAPPERS = {
  spoiler: (rich, nodes) => spoiler(nodes),
  url: (rich, nodes) => link(rich.url, nodes),
  email_address: (rich, nodes) => link(`mailto:${rich.email_address}`, nodes),
  mention: (rich, nodes) =>
    link(`https://t.me/${String(rich.username).replace(/^@/, "")}`, nodes, "link mention"),
  text_mention: (rich, nodes) => h("span", { class: "link mention" }, nodes),
  hashtag: (rich, nodes) => h("span", { class: "entity tag" }, nodes),
  cashtag: (rich, nodes) => h("span", { class: "entity tag" }, nodes),
  bot_command: (rich, nodes) => command(rich.bot_command || plain(rich.text), nodes),
  date_time: (rich, nodes) => moment(rich.unix_time, rich.date_time_format, nodes, plain(rich.text)),
  custom_emoji: (rich) => rich.alternative_text ?? "",
  mathematical_expression: (rich) => h("code", { class: "math" }, rich.expression),
  anchor: (rich) => h("span", { "data-anchor": rich.name }),
  reference: (rich, nodes) => h("span", { "data-anchor": rich.name }, nodes),
  anchor_link: (rich, nodes) => jump(rich.anchor_name, nodes),
  reference_link: (rich, nodes) => jump(rich.reference_name, nodes),
};

/** Nodes for a RichText; unknown kinds show the text they hold. */
export function richText(rich) {
  if (rich === null || rich === undefined) return [];
  if (typeof rich === "string") return [rich];
  if (Array.isArray(rich)) return rich.flatMap(richText);
  const nodes = richText(rich.text);
  const tag = plainTag(rich.type);
  if (tag) return [h(tag, {}, nodes)];
  return WRAPPERS[rich.type] ? [WRAPPERS[rich.type](rich, nodes)] : nodes;
}

/** The words of a RichText without any format; what is hidden stays hidden. */
export function plain(rich) {
  if (rich === null || rich === undefined) return "";
  if (typeof rich === "string") return rich;
  if (Array.isArray(rich)) return rich.map(plain).join("");
  if (rich.type === "spoiler") return "▒".repeat(plain(rich.text).length);
  return rich.alternative_text ?? rich.expression ?? plain(rich.text);
}

function jump(name, nodes) {
  const node = h("button", { type: "button", class: "link jump" }, nodes);
  node.addEventListener("click", () => {
    const article = node.closest(".rich-body");
    const anchors = [...article.querySelectorAll("[data-anchor]")];
    const target = name ? anchors.find((anchor) => anchor.dataset.anchor === name) : article;
    target?.scrollIntoView({ block: "start" });
  });
  return node;
}
