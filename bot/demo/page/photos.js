// Pictures in messages: their size is known before they load, so that nothing jumps.

import { emit, h } from "./dom.js";
import { icon } from "./icons.js";
import { picture } from "./links.js";

/** A picture from Telegram's sizes (the largest wins; `url` or `photo_url` holds the address). */
export function photo(sizes, { spoiler = false, alt = "" } = {}) {
  const largest = [...(sizes ?? [])].sort((a, b) => (a.width ?? 0) - (b.width ?? 0)).at(-1) ?? {};
  const source = picture(largest.url || largest.photo_url);
  if (!source) return missing();
  const image = h("img", {
    src: source,
    alt: alt || "Bild",
    width: largest.width,
    height: largest.height,
    decoding: "async",
    "data-testid": "photo",
  });
  const button = h(
    "button",
    {
      type: "button",
      class: `photo ${spoiler ? "covered" : ""}`,
      "aria-label": `${alt || "Bild"}, vergrößern`,
    },
    image,
  );
  if (largest.width && largest.height) button.style.setProperty("--ratio", largest.width / largest.height);
  image.addEventListener("error", () => button.replaceWith(missing()));
  button.addEventListener("click", () => uncover(button) || emit(button, "photo", { source, alt }));
  return button;
}

function uncover(button) {
  const covered = button.classList.contains("covered");
  button.classList.remove("covered");
  return covered;
}

function missing() {
  return h(
    "span",
    { class: "photo missing", role: "img", "aria-label": "Bild nicht verfügbar" },
    icon("file"),
    "Bild nicht verfügbar",
  );
}
