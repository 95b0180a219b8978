// Where the reader is in a conversation: at its end and following, or reading history and left alone.

const NEAR = 48;
const TOP_ROOM = 56;
const STILL_MS = 900;

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Watches a scrolling viewport. `onSeen(messageId)` tells the last message in sight, `onTop()` that its start is near. */
export class Position extends EventTarget {
  constructor(viewport, list, { onSeen, onTop }) {
    super();
    Object.assign(this, { viewport, list, onSeen, onTop, pinned: true, last: 0 });
    viewport.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.pinned && this.toEnd("instant")).observe(list);
    new ResizeObserver(() => this.pinned && this.toEnd("instant")).observe(viewport);
    document.addEventListener("visibilitychange", () => this.report());
  }

  /** A chat was opened: to its first unread message when that is far up, else to the end. */
  begin(unread) {
    this.pinned = true;
    this.toEnd("instant");
    if (unread && this.#top(unread) < this.viewport.scrollTop) this.showStart(unread, "instant");
    this.report();
  }

  /** New messages came: to the end, but a message that is taller than the view is shown from its beginning. */
  follow(node) {
    const tall = node && this.viewport.scrollHeight - this.#top(node) > this.viewport.clientHeight - TOP_ROOM;
    if (tall) this.showStart(node);
    else this.toEnd("instant");
  }

  toEnd(behavior = "smooth") {
    this.pinned = true;
    this.#scroll(this.viewport.scrollHeight, behavior);
  }

  /** Brings the start of a message into view when it is above it. */
  showStart(node, behavior = "smooth") {
    requestAnimationFrame(() => {
      const top = this.#top(node) - TOP_ROOM;
      if (this.#fits(top)) return this.toEnd(behavior);
      this.pinned = false;
      this.#scroll(top, behavior);
    });
  }

  /** The reader unfolds something: stay where they look. */
  hold() {
    this.pinned = false;
    requestAnimationFrame(() => this.#scrolled());
  }

  /** Runs `change`, which adds messages above, without moving what is seen. */
  keep(change) {
    const rest = this.viewport.scrollHeight - this.viewport.scrollTop;
    change();
    this.viewport.scrollTop = this.viewport.scrollHeight - rest;
  }

  atEnd() {
    return this.viewport.scrollHeight - this.viewport.scrollTop - this.viewport.clientHeight < NEAR;
  }

  /** Tells what is in sight, and whether the end is. */
  report() {
    const edge = this.viewport.getBoundingClientRect().bottom;
    const messages = [...this.list.querySelectorAll("[data-message-id]")].reverse();
    const seen = messages.find((node) => node.getBoundingClientRect().top < edge - NEAR / 2);
    if (seen) this.onSeen(Number(seen.dataset.messageId));
    this.#markDays();
    this.dispatchEvent(new Event("moved"));
  }

  /** A day's sign that left its place floats over the messages: it is shown while one scrolls only. */
  #markDays() {
    const edge = this.viewport.getBoundingClientRect().top;
    for (const section of this.list.children)
      section.classList.toggle("stuck", section.getBoundingClientRect().top < edge - 4);
  }

  /** Whether everything from `top` on fits into the view. */
  #fits(top) {
    return this.viewport.scrollHeight - top <= this.viewport.clientHeight;
  }

  #top(node) {
    return (
      node.getBoundingClientRect().top - this.viewport.getBoundingClientRect().top + this.viewport.scrollTop
    );
  }

  #scroll(top, behavior) {
    this.viewport.scrollTo({ top, behavior: calm.matches ? "instant" : behavior });
  }

  #scrolled() {
    const top = this.viewport.scrollTop;
    if (this.atEnd()) this.pinned = true;
    else if (top < this.last - 1) this.pinned = false;
    this.last = top;
    if (top < 200) this.onTop();
    this.viewport.classList.add("scrolling");
    clearTimeout(this.still);
    this.still = setTimeout(() => this.viewport.classList.remove("scrolling"), STILL_MS);
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.report());
  }
}
