// Own line icons on a 24 x 24 grid, and the avatars.

import { h, svg } from "./dom.js";

const PATHS = {
  back: ["M15 5l-7 7 7 7"],
  more: ["M12 5.5v.01", "M12 12v.01", "M12 18.5v.01"],
  down: ["M6 9.5l6 6 6-6"],
  send: ["M12 19.5V5", "M5.5 11L12 4.5 18.5 11"],
  menu: ["M5 7.5h14", "M5 12h14", "M5 16.5h9"],
  slash: ["M14.5 5l-5 14", "M4.5 4.5h15v15h-15z"],
  close: ["M6.5 6.5l11 11", "M17.5 6.5l-11 11"],
  search: ["M10.8 4.5a6.3 6.3 0 1 0 0 12.6a6.3 6.3 0 1 0 0-12.6", "M15.4 15.4L20 20"],
  sun: [
    "M12 7.8a4.2 4.2 0 1 0 0 8.4a4.2 4.2 0 1 0 0-8.4",
    "M12 2.8v1.7M12 19.5v1.7M2.8 12h1.7M19.5 12h1.7M5.5 5.5l1.2 1.2M17.3 17.3l1.2 1.2M5.5 18.5l1.2-1.2M17.3 6.7l1.2-1.2",
  ],
  moon: ["M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z"],
  auto: ["M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16", "M12 4v16", "M12 7.5h3.8M12 12h7.6M12 16.5h3.8"],
  arrow: ["M8 16L16.5 7.5", "M9.5 7h7.5v7.5"],
  hint: [
    "M9.2 17.2h5.6M10 20h4",
    "M12 3.8a5.7 5.7 0 0 0-3.4 10.3c.6.5.9 1 .9 1.7v1.4h5v-1.4c0-.7.3-1.2.9-1.7A5.7 5.7 0 0 0 12 3.8z",
  ],
  channel: ["M4.5 10v4h2.8l7.7 4V6L7.3 10z", "M18.2 9.2a4 4 0 0 1 0 5.6", "M8 14l1 4.5h2.2"],
  group: [
    "M9 5.6a3 3 0 1 0 0 6a3 3 0 1 0 0-6",
    "M3.4 18.4a5.6 5.6 0 0 1 11.2 0z",
    "M15.6 6a2.7 2.7 0 0 1 0 5.2M17.4 14.2a5 5 0 0 1 3.2 4.2",
  ],
  shield: ["M12 3.8l6.8 2.5v5c0 4.2-2.8 7.3-6.8 8.9-4-1.6-6.8-4.7-6.8-8.9v-5z", "M9 12l2.2 2.2L15.2 10"],
  block: ["M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16", "M6.4 6.4l11.2 11.2"],
  plus: ["M12 5v14M5 12h14"],
  minus: ["M5 12h14"],
  restart: ["M5.2 9.5A7.3 7.3 0 1 1 4.7 14", "M4.6 4.8v5h5"],
  file: ["M7 3.8h6.5L18 8.3v12H7z", "M13.5 3.8V8.3H18"],
  pin: ["M9 4h6l-.8 6 2.8 3.2H7L9.8 10z", "M12 13.2V20"],
  ticks: ["M2.5 12.6l4.2 4.2L15.3 8", "M11.2 15.6l1.2 1.2L21 8"],
  bot: ["M4.8 5.5h14.4v10.2h-8.2L7 19v-3.3H4.8z", "M8 9h8M8 12.2h4.8"],
};

/** A decorative icon; the element around it carries the name. */
export function icon(name) {
  const paths = PATHS[name].map((d) => svg("path", { d }));
  return svg("svg", { class: `icon icon-${name}`, viewBox: "0 0 24 24", "aria-hidden": "true" }, ...paths);
}

/** A round picture of a chat or person: the bot's own sign, else initials on a colour of their id. */
export function avatar({ id, name, isBot = false }) {
  const hue = Math.abs(id) % 7;
  const content = isBot ? icon("bot") : initials(name);
  return h("span", { class: `avatar hue-${isBot ? "bot" : hue}`, "aria-hidden": "true" }, content);
}

function initials(name) {
  const words = String(name)
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = words.map((word) => word.match(/[\p{L}\p{N}]/u)[0].toUpperCase());
  return letters.length > 1 ? letters[0] + letters.at(-1) : letters[0] || "?";
}
