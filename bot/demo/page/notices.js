// What is said beside the messages: toasts, alerts, the picture viewer, and words for screen readers.

import { h } from "./dom.js";

const TOAST_MS = 3200;

/** Shows notices in the elements it is given: `{toasts, alert, alertText, viewer, viewerImage, viewerCaption, live}`. */
export class Notices {
  constructor(elements) {
    Object.assign(this, elements);
    for (const dialog of [this.alertDialog, this.viewer]) {
      dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    }
    this.viewerImage.addEventListener("click", () => this.viewer.close());
  }

  /** A short message that goes by itself. */
  toast(text) {
    if (!text) return;
    const node = h("div", { class: "toast", "data-testid": "toast" }, text);
    this.toasts.replaceChildren(node);
    setTimeout(() => node.classList.add("leaving"), TOAST_MS - 300);
    setTimeout(() => node.remove(), TOAST_MS);
  }

  /** A message that waits for an OK. */
  alert(text) {
    this.alertText.textContent = text;
    if (!this.alertDialog.open) this.alertDialog.showModal();
  }

  /** A picture at full size. */
  view({ source, alt }) {
    this.viewerImage.src = source;
    this.viewerImage.alt = alt || "Bild";
    this.viewerCaption.textContent = alt ?? "";
    this.viewer.showModal();
  }

  /** Words for people who hear the page. */
  say(text) {
    this.live.textContent = text;
  }
}
