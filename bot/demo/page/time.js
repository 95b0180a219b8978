// Dates and times as a German reader expects them, in the reader's own zone.

const format = (options) => new Intl.DateTimeFormat("de-DE", options);
const CLOCK = format({ hour: "2-digit", minute: "2-digit" });
const CLOCK_LONG = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = format({ day: "numeric", month: "long" });
const DAY_YEAR = format({ day: "numeric", month: "long", year: "numeric" });
const DATE = format({ day: "2-digit", month: "2-digit", year: "2-digit" });
const WEEKDAY = format({ weekday: "short" });
const WEEKDAY_LONG = format({ weekday: "long" });
const FULL = format({ dateStyle: "full", timeStyle: "medium" });
const RELATIVE = new Intl.RelativeTimeFormat("de-DE", { numeric: "auto" });

const at = (unix) => new Date(unix * 1000);
const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
const daysAgo = (date) => Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);

/** "17:39" */
export const clock = (unix) => CLOCK.format(at(unix));

/** "Dienstag, 3. März 2026 um 17:39:02" */
export const full = (unix) => FULL.format(at(unix));

/** ISO form for <time datetime>. */
export const iso = (unix) => at(unix).toISOString();

/** A key that is equal for moments of the same day. */
export const dayKey = (unix) => midnight(at(unix)).getTime();

/** "Heute", "Gestern", "3. März", with the year when it is another one. */
export function day(unix) {
  const date = at(unix);
  const ago = daysAgo(date);
  if (ago === 0) return "Heute";
  if (ago === 1) return "Gestern";
  return (date.getFullYear() === new Date().getFullYear() ? DAY : DAY_YEAR).format(date);
}

/** A chat list's time: today's clock, this week's weekday, else the date. */
export function short(unix) {
  const date = at(unix);
  const ago = daysAgo(date);
  if (ago === 0) return CLOCK.format(date);
  return ago > 0 && ago < 7 ? WEEKDAY.format(date) : DATE.format(date);
}

/** A `date_time` entity's text by its format (`r` or `w?[dD]?[tT]?`); an empty one keeps `fallback`. */
export function custom(unix, pattern, fallback) {
  if (!pattern) return fallback;
  if (pattern === "r") return relative(unix);
  const date = at(unix);
  const has = (letter) => pattern.includes(letter);
  const days = [
    has("w") && WEEKDAY_LONG.format(date),
    has("d") && DATE.format(date),
    has("D") && DAY_YEAR.format(date),
  ];
  const times = [has("t") && CLOCK.format(date), has("T") && CLOCK_LONG.format(date)];
  const parts = [days.filter(Boolean).join(", "), times.filter(Boolean).join("")];
  return parts.filter(Boolean).join(" um ") || fallback;
}

function relative(unix) {
  const seconds = unix - Date.now() / 1000;
  const steps = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
    ["second", 1],
  ];
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) || steps.at(-1);
  return RELATIVE.format(Math.round(seconds / size), unit);
}
