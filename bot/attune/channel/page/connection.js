/** The line to the server: session, stream with resume, and messages that are sent until they arrive. */

const RETRY = 2000; // milliseconds
const WAITING = "attune-unsent";

export class Connection {
  /** `told` holds callbacks: letter, status, connected(bool), started, refused(message, sentence), waiting(messages). */
  constructor(told) {
    this.told = told;
    this.seen = new Set();
    this.last = 0;
    this.waiting = JSON.parse(sessionStorage.getItem(WAITING) ?? "[]");
    this.ready = null;
    this.sending = false;
    window.addEventListener("online", () => this.flush());
  }

  /** Open the session, then the stream; tries until it works. One attempt at a time. */
  open() {
    this.ready ??= this.#open().finally(() => { this.ready = null; });
    return this.ready;
  }

  /** Send a message; it stays in `waiting` until the server has stored it, and is sent again until then. */
  send(text, payload) {
    this.waiting.push({ text, payload, message_id: newId() });
    this.#keep();
    return this.flush();
  }

  async flush() {
    if (this.sending) return;
    this.sending = true;
    const tried = new Set();
    for (let next; (next = this.waiting.find((one) => !tried.has(one))); tried.add(next)) {
      if (!(await this.#post(next))) break;
    }
    this.sending = false;
    if (this.waiting.length) setTimeout(() => this.flush(), RETRY);
  }

  async #open() {
    for (;;) {
      const answer = await post("session", { locale: navigator.language });
      if (answer?.ok) return this.#listen((await answer.json()).resumed);
      this.told.connected(false);
      await new Promise((resume) => setTimeout(resume, RETRY));
    }
  }

  #listen(resumed) {
    if (!resumed) this.#startAfresh();
    this.stream?.close();
    this.stream = new EventSource(`stream?after=${this.last}`);
    this.stream.addEventListener("letter", (event) => this.#letter(event));
    this.stream.addEventListener("status", (event) => this.told.status(JSON.parse(event.data)));
    this.stream.addEventListener("open", () => { this.told.connected(true); this.flush(); });
    this.stream.addEventListener("error", () => this.#lost());
  }

  #startAfresh() {
    this.seen.clear();
    this.last = 0;
    this.told.started();
  }

  #lost() {
    this.told.connected(false);
    if (this.stream.readyState === EventSource.CLOSED) setTimeout(() => this.open(), RETRY);
  }

  #letter(event) {
    const letter = JSON.parse(event.data);
    this.last = Math.max(this.last, Number(event.lastEventId) || 0);
    if (this.seen.has(letter.message_id)) return;
    this.seen.add(letter.message_id);
    this.told.letter(letter);
  }

  /** True when the server has heard the message, so that the next one may follow. */
  async #post(message) {
    const answer = await post("message", message);
    message.again = true;
    if (answer?.status === 401) await this.open();
    if (!answer || answer.status === 401 || answer.status >= 500) return false;
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) this.told.refused(message, said.error);
    if (!answer.ok || said.stored) this.waiting = this.waiting.filter((one) => one !== message);
    this.#keep();
    return true;
  }

  #keep() {
    sessionStorage.setItem(WAITING, JSON.stringify(this.waiting));
    this.told.waiting(this.waiting);
  }
}

/** The answer, or null when the server cannot be reached. */
function post(path, body) {
  return fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10000),
  }).catch(() => null);
}

/** A version 4 UUID, also where crypto.randomUUID is missing (plain http on another host). */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
