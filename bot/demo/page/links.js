// Which addresses a message may open, and where they lead.

import { emit, h } from "./dom.js";

const ALLOWED = new Set(["http:", "https:", "tg:", "mailto:"]);

/** The address when it may be opened, else "". An address without a scheme is http, as Telegram reads it. */
export function safe(address) {
  const text = String(address ?? "").trim();
  if (!text) return "";
  const absolute =
    /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[^/:]+\.[^/:]+:\d/.test(text) ? text : `http://${text}`;
  try {
    const url = new URL(absolute);
    return ALLOWED.has(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

/** `{username, payload}` of a link to a Telegram name (t.me/name?start=x, tg://resolve?domain=name), else null. */
export function telegramName(address) {
  const href = safe(address);
  if (!href) return null;
  const url = new URL(href);
  if (url.protocol === "tg:") {
    const username = url.searchParams.get("domain");
    return /^tg:\/*resolve/i.test(href) && username
      ? { username, payload: url.searchParams.get("start") ?? "" }
      : null;
  }
  if (!/^(www\.)?(t|telegram)\.me$/i.test(url.hostname)) return null;
  const [username, ...rest] = url.pathname.split("/").filter(Boolean);
  return username && rest.length === 0 ? { username, payload: url.searchParams.get("start") ?? "" } : null;
}

/** A link with these children; the children alone where the address may not be opened. */
export function link(address, children, className = "link") {
  const href = safe(address);
  if (!href) return h("span", {}, children);
  const node = h("a", { class: className, href, target: "_blank", rel: "noopener noreferrer" }, children);
  node.addEventListener("click", (event) => follow(event, node, href));
  return node;
}

function follow(event, node, href) {
  const name = telegramName(href);
  if (!name) return;
  event.preventDefault();
  emit(node, "name", { ...name, href });
}

/** Where a picture is loaded from: always our own server, which fetches it from the sample site. */
export function picture(address) {
  if (!address) return "";
  if (address.startsWith("/") && !address.startsWith("//")) return address;
  return /^https?:/i.test(address) ? `/ui/photo?url=${encodeURIComponent(address)}` : "";
}
