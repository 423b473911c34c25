/**
 * What was done in this desk session, for undo and for the list of the last labels; through reloads.
 *
 * @typedef {import("./queue.js").Item} Item
 * @typedef {import("./session.js").HistoryEntry} HistoryEntry
 */

export class History {
  /** @param {Pick<import("./session.js").Session, "history" | "remember">} session */
  constructor(session) {
    this.session = session;
    /** @type {HistoryEntry[]} oldest first */
    this.entries = [];
  }

  /** What the tab remembers. */
  load() {
    this.entries = this.session.history();
  }

  /** @param {HistoryEntry} entry */
  add(entry) {
    this.entries.push(entry);
  }

  /** @returns {HistoryEntry|undefined} the last one that the server did not refuse; the history forgets it */
  takeBack() {
    const last = this.entries.findLast(({ state }) => state !== "refused");
    this.entries = this.entries.filter((entry) => entry !== last);
    return last;
  }

  /** What was changed in another way cannot be taken back here. @param {string} id of the outbox's entry */
  forget(id) {
    this.entries = this.entries.filter((entry) => entry.id !== id);
  }

  /**
   * @param {string} id of the outbox's entry
   * @param {"saved"|"refused"} state
   * @returns {HistoryEntry|undefined} what it was, where it was not taken back since
   */
  mark(id, state) {
    const marked = this.entries.find((entry) => entry.id === id);
    if (marked) marked.state = state;
    return marked;
  }

  get labels() {
    return this.entries.filter(({ kind }) => kind === "label");
  }

  /** The recordings of the last entries. @param {number} count */
  lastItems(count) {
    return this.entries.slice(-count).map(({ item }) => item);
  }

  /** @param {Item|undefined} onScreen */
  remember(onScreen) {
    this.session.remember(this.entries, onScreen);
  }
}
