/**
 * Labels on their way to the server.
 *
 * An entry stays in localStorage until the server has answered, so neither a reload, a crash nor a lost connection
 * loses it. One storage key an entry: tabs never overwrite each other. Entries leave in the order they were added;
 * sending one twice is harmless, because the server knows it by its id. What another tab left behind is sent too.
 *
 * @typedef {"judgements"|"undo"|"skip"} EntryKind
 * @typedef {{account: number, sitting: string, recording_id: number, request_id?: string}} EntryIds
 * @typedef {EntryIds & Record<string, unknown>} EntryBody and what the kind needs
 * @typedef {{key: string, id: string, kind: EntryKind, body: EntryBody, at: number}} Entry
 * @typedef {{
 *   onDone: (entry: Entry, answer: any) => void,
 *   onRefused: (entry: Entry, reason: string, status: number) => void,
 *   onChange: () => void,
 * }} OutboxListeners
 */

import { errorOf, newId, post, troubleOf } from "./requests.js";
import { storeOrNull, stored } from "./storage.js";

const LONGEST_PAUSE_MS = 15_000;
const LEFT_BEHIND_MS = 15_000;
const REFUSALS = [400, 404, 409, 413];

export class Outbox {
  /**
   * @param {number} account whose labels; another person at this browser does not send them
   * @param {string} sessionId
   * @param {OutboxListeners} listeners
   */
  constructor(account, sessionId, listeners) {
    this.prefix = `earshot.outbox.${account}.`;
    this.sessionId = sessionId;
    this.listeners = listeners;
    this.store = storeOrNull("localStorage");
    /** @type {Map<string, Entry>} where the store is missing or full */
    this.memory = new Map();
    this.trouble = ""; // "", "connection", "sign-in" or the server's text
    this.failures = 0;
    this.lastNumber = 0;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    this.isSending = false;
    this.isClosed = false;
  }

  /** Store an entry before anything else happens, then send it. @param {EntryKind} kind @param {EntryBody} body */
  add(kind, body) {
    this.lastNumber = Math.max(Date.now(), this.lastNumber + 1);
    const id = body.request_id ?? newId();
    const key = `${this.prefix}${String(this.lastNumber).padStart(16, "0")}.${this.sessionId}.${id}`;
    /** @type {Entry} */
    const entry = { key, id, kind, body, at: Date.now() };
    if (!stored(this.store, key, JSON.stringify(entry))) this.memory.set(key, entry);
    this.listeners.onChange();
    this.flush();
    return entry;
  }

  /** @returns {Entry[]} of this tab, and of tabs that are gone; oldest first */
  entries() {
    const inStore = this.#keys()
      .map((key) => this.#read(key))
      .filter((entry) => entry !== null)
      .filter((entry) => this.#isOwn(entry) || Date.now() - entry.at > LEFT_BEHIND_MS);
    return [...inStore, ...this.memory.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
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
      const reply = await post(entry.kind, entry.body);
      if (!this.#settle(entry, reply)) break;
    }
    this.isSending = false;
    if (this.isClosed) return;
    if (this.trouble) {
      const pause = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** Math.min(this.failures, 6));
      this.timer = setTimeout(() => this.flush(), pause);
    }
    this.listeners.onChange();
  }

  /**
   * @param {Entry} entry
   * @param {import("./requests.js").Reply<any>} reply
   * @returns {boolean} whether the server has answered for good, so that the next entry may go
   */
  #settle(entry, reply) {
    const { status, answer } = reply;
    const isDone = status >= 200 && status < 300;
    const isRefused = REFUSALS.includes(status);
    if (isDone || isRefused) {
      this.store?.removeItem(entry.key);
      this.memory.delete(entry.key);
      this.failures = 0;
      this.trouble = "";
      if (isDone) this.listeners.onDone(entry, answer);
      else this.listeners.onRefused(entry, errorOf(reply), status);
    } else {
      this.failures += 1;
      this.trouble = troubleOf(reply);
    }
    this.listeners.onChange();
    return isDone || isRefused;
  }

  /** @param {Entry} entry */
  #isOwn(entry) {
    return entry.body.sitting === this.sessionId;
  }

  #keys() {
    const { store, prefix } = this;
    const all = Array.from({ length: store?.length ?? 0 }, (_, at) => store?.key(at) ?? "");
    return all.filter((key) => key.startsWith(prefix));
  }

  /** @param {string} key @returns {Entry|null} null: nothing of ours, or broken */
  #read(key) {
    try {
      const entry = JSON.parse(this.store?.getItem(key) ?? "null");
      return entry?.body && entry.key === key ? entry : null;
    } catch {
      return null;
    }
  }
}
