/**
 * The desk session: one judge's visit in one tab, and what the tab remembers of it through reloads.
 *
 * @typedef {import("./queue.js").Item} Item
 * @typedef {{kind: "label"|"skip", item: Item, id: string, at: number, label?: string, flag?: boolean, comment?: string,
 *   state: "waiting"|"saved"|"refused"}} HistoryEntry what was done with a recording; `id` of the outbox's entry
 */

import { newId } from "./requests.js";
import { storeOrNull, stored } from "./storage.js";

const LONGEST_HISTORY = 300;
const ANSWER_WITHIN_MS = 60;

export class Session {
  /** @param {number} account */
  constructor(account) {
    this.account = account;
    this.store = storeOrNull("sessionStorage");
    this.channel = new BroadcastChannel(this.#name("sitting"));
    this.id = this.store?.getItem(this.#name("sitting")) ?? newId();
  }

  /** A duplicated tab begins with a copy of the first one's memory, so it asks whether that one is still there. */
  async begin() {
    let isTaken = false;
    this.channel.onmessage = ({ data }) => {
      isTaken ||= data === `taken ${this.id}`;
      if (data === `taken? ${this.id}`) this.channel.postMessage(`taken ${this.id}`);
    };
    this.channel.postMessage(`taken? ${this.id}`);
    await new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN_MS));
    if (isTaken) this.id = newId();
    stored(this.store, this.#name("sitting"), this.id);
  }

  /** What every request says. */
  get identity() {
    return { account: this.account, sitting: this.id };
  }

  end() {
    this.channel.close();
  }

  /** @returns {HistoryEntry[]} of this session, oldest first */
  history() {
    try {
      const memory = JSON.parse(this.store?.getItem(this.#name("deeds")) ?? "{}");
      return memory.sitting === this.id ? memory.deeds : [];
    } catch {
      return [];
    }
  }

  /**
   * Where the store is full, undo goes back as far as this page.
   *
   * @param {HistoryEntry[]} history
   * @param {Item} [onScreen]
   */
  remember(history, onScreen) {
    const memory = { sitting: this.id, deeds: history.slice(-LONGEST_HISTORY) };
    stored(this.store, this.#name("deeds"), JSON.stringify(memory));
    stored(this.store, this.#name("on-screen"), String(onScreen?.recording_id ?? 0));
  }

  /** @param {Item[]} items @returns {Item[]} the one that was on screen before a reload first */
  asLeft(items) {
    const onScreen = Number(this.store?.getItem(this.#name("on-screen")) ?? 0);
    return items.sort((a, b) => Number(b.recording_id === onScreen) - Number(a.recording_id === onScreen));
  }

  /** @param {"sitting"|"deeds"|"on-screen"} what names in the store, which tabs of an earlier version know as well */
  #name(what) {
    return `earshot.${what}.${this.account}`;
  }
}
