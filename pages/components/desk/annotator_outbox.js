/**
 * Labels on their way to the server.
 *
 * An entry stays in localStorage until the server has answered, so neither a reload, a crash nor a lost connection
 * loses it. One storage key an entry: tabs never overwrite each other. Entries leave in the order they were made;
 * sending one twice is harmless, because the server knows it by its id. What another tab left behind is sent too.
 *
 * @typedef {{key: string, id: string, kind: "judgements"|"undo"|"skip", body: object, at: number}} Entry
 */

const SEND_WITHIN_MS = 12_000;
const LONGEST_PAUSE_MS = 15_000;
const LEFT_BEHIND_MS = 15_000;

/** An id nobody else makes; crypto.randomUUID would need HTTPS. */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The browser's own store of that name, or null where it keeps nothing for us. */
function storeOrNull(name) {
  try {
    window[name].setItem("earshot.try", "1");
    window[name].removeItem("earshot.try");
    return window[name];
  } catch {
    return null;
  }
}

/** A POST answered: `status` 0 means that nothing came back. */
async function post(path, body) {
  try {
    const response = await fetch(`/judging/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      keepalive: true,
      signal: AbortSignal.timeout(SEND_WITHIN_MS),
    });
    const answer = await response.json().catch(() => null);
    // a proxy's page with status 200 is no answer of ours
    return { status: response.ok && answer === null ? 0 : response.status, answer: answer ?? {} };
  } catch {
    return { status: 0, answer: {} };
  }
}

/** @returns {string} "connection", "sign-in", or the server's words */
function troubleOf(status, answer) {
  if (status === 0) return "connection";
  return status === 401 ? "sign-in" : answer.error || t("The server answers {status}.", { status });
}

class Outbox {
  /**
   * @param {number} account whose labels; another person at this browser does not send them
   * @param {string} sitting
   * @param {{onDone: Function, onRefused: Function, onChange: Function}} told
   */
  constructor(account, sitting, told) {
    this.prefix = `earshot.outbox.${account}.`;
    this.sitting = sitting;
    this.told = told;
    this.store = storeOrNull("localStorage");
    this.memory = new Map(); // where the store is missing or full
    this.trouble = ""; // "", "connection", "sign-in" or the server's words
    this.failures = 0;
    this.lastNumber = 0;
    this.timer = 0;
    this.isSending = false;
    this.isClosed = false;
  }

  /** @returns {Entry} kept before anything else happens */
  add(kind, body) {
    this.lastNumber = Math.max(Date.now(), this.lastNumber + 1);
    const id = body.request_id ?? newId();
    const key = `${this.prefix}${String(this.lastNumber).padStart(16, "0")}.${this.sitting}.${id}`;
    const entry = { key, id, kind, body, at: Date.now() };
    try {
      this.store.setItem(key, JSON.stringify(entry));
    } catch {
      this.memory.set(key, entry);
    }
    this.told.onChange();
    this.flush();
    return entry;
  }

  /** @returns {Entry[]} of this tab, and of tabs that are gone; oldest first */
  entries() {
    const kept = Object.keys(this.store ?? {})
      .filter((key) => key.startsWith(this.prefix))
      .map((key) => this.#read(key))
      .filter((entry) => entry && (this.#isOwn(entry) || Date.now() - entry.at > LEFT_BEHIND_MS));
    return [...kept, ...this.memory.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  get waiting() {
    return this.entries().length;
  }

  /** Send now what waits, whatever the pause. */
  flush() {
    clearTimeout(this.timer);
    if (!this.isSending) this.#sendAll();
  }

  close() {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  async #sendAll() {
    this.isSending = true;
    for (let entry = this.entries()[0]; entry && !this.isClosed; entry = this.entries()[0]) {
      const { status, answer } = await post(entry.kind, entry.body);
      if (!this.#settle(entry, status, answer)) break;
    }
    this.isSending = false;
    if (this.isClosed) return;
    if (this.trouble) {
      const pause = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** Math.min(this.failures, 6));
      this.timer = setTimeout(() => this.flush(), pause);
    }
    this.told.onChange();
  }

  /** @returns {boolean} whether the server has answered for good, so that the next one may go */
  #settle(entry, status, answer) {
    const isDone = status >= 200 && status < 300;
    const isRefused = status === 400 || status === 404 || status === 409;
    if (isDone || isRefused) {
      this.store?.removeItem(entry.key);
      this.memory.delete(entry.key);
      this.failures = 0;
      this.trouble = "";
      if (isDone) this.told.onDone(entry, answer);
      else this.told.onRefused(entry, answer.error ?? t("The server answers {status}.", { status }), status);
    } else {
      this.failures += 1;
      this.trouble = troubleOf(status, answer);
    }
    this.told.onChange();
    return isDone || isRefused;
  }

  #isOwn(entry) {
    return entry.body.sitting === this.sitting;
  }

  #read(key) {
    try {
      return JSON.parse(this.store.getItem(key));
    } catch {
      return null;
    }
  }
}
