// The way to the stand-in: actions as JSON, and the stream of events that reconnects by itself.

const RETRY = [500, 1000, 2000, 4000];

/** A request that failed, with a text for people. */
export class ApiError extends Error {}

async function request(path, body) {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  let response;
  try {
    response = await fetch(path, options ?? undefined);
  } catch {
    throw new ApiError("Keine Verbindung zur Demo.");
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok && answer.ok !== false) return answer;
  throw new ApiError(
    answer.description || answer.error || `Die Demo hat mit ${response.status} geantwortet.`,
  );
}

export const api = {
  state: () => request("/ui/state"),
  send: (chatId, text) => request("/ui/send", { chat_id: chatId, text }),
  press: (chatId, messageId, data) => request("/ui/press", { chat_id: chatId, message_id: messageId, data }),
  act: (chatId, action) => request("/ui/act", { chat_id: chatId, action }),
  start: (payload) => request("/ui/start", { payload }),
};

/** Follows the events for ever. `onOpen` runs at every connection (something may have been missed), `onLost` when one ends. */
export class Stream {
  constructor({ onEvent, onOpen, onLost }) {
    Object.assign(this, { onEvent, onOpen, onLost, failures: 0 });
    this.#connect();
    addEventListener("online", () => this.#again());
    document.addEventListener("visibilitychange", () => !document.hidden && this.#again());
  }

  #connect() {
    this.source = new EventSource("/ui/events");
    this.source.addEventListener("open", () => {
      this.failures = 0;
      this.onOpen();
    });
    this.source.addEventListener("message", (event) => this.onEvent(JSON.parse(event.data)));
    this.source.addEventListener("error", () => this.#lost());
  }

  /** The browser's own retry can wait long or give up, so we connect anew at our own pace. */
  #lost() {
    this.source.close();
    this.onLost();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#connect(), RETRY[Math.min(this.failures, RETRY.length - 1)]);
    this.failures += 1;
  }

  #again() {
    if (this.source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.timer);
    this.#connect();
  }
}
