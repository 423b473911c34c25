/**
 * What lies ahead of this judge: fetched early, so that no label waits for the server; and the figures about it.
 *
 * @typedef {{id: number, waveform: boolean, spectrogram: boolean, heard_share: number, heard_s: number,
 *   word_shown: "before"|"after"|"never"}} Rules
 * @typedef {{recording_id: number, round: number, language: string, word: string, duration_s: number,
 *   isPractice?: boolean}} Item `isPractice`: of a new judge, whose answer is checked before the next one comes
 * @typedef {{done_today: number, target: number}} Team labels of all judges, and the target of the day; 0: none
 * @typedef {{answered: number, right: number, needed: number, has_passed: boolean}} Practice of a new judge
 * @typedef {{items: Item[], protocol: Rules, qualification: Practice|null, elsewhere: number, left: number|null,
 *   done_today: number, team?: Team|null}} DeskAnswer
 * @typedef {{at: number, pending: number, done: number, count: number}} AtRequest how it was when the request left
 * @typedef {{
 *   onItems: (wasEmpty: boolean) => void,
 *   onRules: (rules: Rules) => void,
 *   onPractice: (practice: Practice|null) => void,
 *   onChange: () => void,
 * }} QueueListeners
 */

import { post, troubleOf } from "./requests.js";

const ITEMS_AHEAD = 20; // without a connection they last for a minute and a half
const REFILL_BELOW = 14;
const COUNT_LEFT_EVERY = 20;
const RENEW_MS = 4 * 60_000; // claims last longer than this
const LOOK_AGAIN_MS = 20_000;

export class Queue {
  /**
   * @param {Pick<import("./session.js").Session, "identity" | "asLeft">} session
   * @param {number} mostAtOnce recordings that the server gives in one answer
   * @param {QueueListeners} listeners
   */
  constructor(session, mostAtOnce, listeners) {
    this.session = session;
    this.mostAtOnce = mostAtOnce;
    this.listeners = listeners;
    /** @type {Pick<import("./outbox.js").Outbox, "entries" | "waiting">|null} */
    this.outbox = null;
    /** @type {Item[]} the first is on screen */
    this.items = [];
    /** @type {Map<number, {by: string, at: number}>} recording -> the entry about it, and when the server had it */
    this.handled = new Map();
    this.isEmpty = false; // the server has nothing left for this judge
    this.figures = {
      done: 0,
      left: /** @type {number|null} */ (null),
      elsewhere: 0,
      team: /** @type {Team|null} */ (null),
    };
    /** @type {Practice|null} of a new judge */
    this.practice = null;
    this.sinceCounted = 0;
    this.isAsking = false;
    this.trouble = "";
    this.failures = 0;
    this.isClosed = false;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
  }

  /**
   * After a reload, what still waits in the outbox does not come on screen again.
   *
   * @param {Pick<import("./outbox.js").Outbox, "entries" | "waiting">} outbox
   */
  begin(outbox) {
    this.outbox = outbox;
    for (const { id, kind, body } of outbox.entries()) {
      if (kind === "undo") this.handled.delete(body.recording_id);
      else this.handled.set(body.recording_id, { by: id, at: Infinity });
    }
  }

  close() {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  /** Fetch what lies ahead; the server reserves it, and renews what is reserved. */
  async fetch({ takeOver = false } = {}) {
    const { outbox } = this;
    if (!outbox || this.isAsking) return;
    this.isAsking = true;
    clearTimeout(this.timer);
    /** @type {AtRequest} */
    const atRequest = {
      at: performance.now(),
      pending: this.#pendingLabels(),
      done: this.figures.done,
      count: this.items.length,
    };
    const isQuiet = outbox.waiting === 0 && this.sinceCounted >= COUNT_LEFT_EVERY;
    const reply = await post("desk", {
      ...this.session.identity,
      count: Math.min(this.mostAtOnce, ITEMS_AHEAD + outbox.waiting),
      with_figures: isQuiet || this.figures.left === null || !this.items.length,
      take_over: takeOver,
      utc_offset_minutes: -new Date().getTimezoneOffset(),
    });
    this.isAsking = false;
    if (this.isClosed) return;
    if (reply.status === 200) this.#take(reply.answer, atRequest);
    else this.#fail(reply);
    this.timer = setTimeout(() => this.fetch(), this.#pauseMs());
    this.listeners.onChange();
  }

  refill() {
    if (this.items.length < REFILL_BELOW) this.fetch();
  }

  /** The recording on screen is done with. @param {string} entryId of the outbox's entry about it */
  leave(entryId) {
    const item = this.items.shift();
    if (item) this.handled.set(item.recording_id, { by: entryId, at: Infinity });
    this.isEmpty = false;
  }

  /** What was taken back comes on screen again. @param {Item} item */
  putFirst(item) {
    this.handled.delete(item.recording_id);
    this.items = [item, ...this.items.filter(({ recording_id }) => recording_id !== item.recording_id)];
  }

  /** A label that could not be taken: its recording comes again, after the one on screen. @param {Item} item */
  putSecond(item) {
    this.handled.delete(item.recording_id);
    if (!this.items.some(({ recording_id }) => recording_id === item.recording_id)) this.items.splice(1, 0, item);
  }

  /**
   * The server has this entry now: what it answers about the recording later is news.
   *
   * @param {{id: string, body: {recording_id: number}}} entry of the outbox
   */
  confirm({ id, body }) {
    const handled = this.handled.get(body.recording_id);
    if (handled?.by === id) handled.at = performance.now();
  }

  /** @param {number} recordingId */
  drop(recordingId) {
    this.items = this.items.filter(({ recording_id }) => recording_id !== recordingId);
  }

  /** The practice is over: nothing of it comes on screen any more. */
  dropPractice() {
    this.items = this.items.filter(({ isPractice }) => !isPractice);
    this.isEmpty = false;
  }

  /** @param {1|-1} step a label more, or one taken back */
  count(step) {
    this.sinceCounted += 1;
    this.figures.done = Math.max(0, this.figures.done + step);
    const { team } = this.figures;
    if (team) this.figures.team = { ...team, done_today: Math.max(0, team.done_today + step) };
    if (this.figures.left !== null) this.figures.left = Math.max(0, this.figures.left - step);
  }

  /** @param {DeskAnswer} answer @param {AtRequest} atRequest */
  #take(answer, atRequest) {
    this.trouble = "";
    this.failures = 0;
    this.listeners.onRules(answer.protocol);
    // a label that was answered meanwhile brought the practice along itself
    if (!atRequest.pending && this.figures.done === atRequest.done) {
      this.practice = answer.qualification;
      this.listeners.onPractice(answer.qualification);
    }
    if (!answer.qualification) this.items = this.items.filter(({ isPractice }, at) => !isPractice || at === 0);
    const wasEmpty = this.items.length === 0;
    const isPractice = answer.qualification !== null && answer.qualification !== undefined;
    const added = this.#newOnes(answer.items, atRequest.at).map((item) => ({ ...item, isPractice }));
    this.items.push(...(wasEmpty ? this.session.asLeft(added) : added));
    this.isEmpty = this.items.length === 0 && atRequest.count === 0;
    this.figures.elsewhere = answer.elsewhere;
    if (answer.team) this.figures.team = answer.team;
    if (answer.left !== null) {
      // what is under way, and what was done since asking, is not in the server's count
      const more = atRequest.pending + this.figures.done - atRequest.done;
      this.sinceCounted = 0;
      this.figures.done = answer.done_today + more;
      this.figures.left = Math.max(0, answer.left - more);
    }
    this.listeners.onItems(wasEmpty);
  }

  /** Those neither in the queue nor handled since the request. @param {Item[]} items @param {number} requestedAt */
  #newOnes(items, requestedAt) {
    const known = new Set(this.items.map(({ recording_id }) => recording_id));
    return items.filter(({ recording_id }) => {
      const handledAt = this.handled.get(recording_id)?.at ?? -Infinity;
      return !known.has(recording_id) && handledAt < requestedAt;
    });
  }

  /** @param {import("./requests.js").Reply<{}>} reply */
  #fail(reply) {
    this.failures += 1;
    this.trouble = troubleOf(reply);
  }

  #pauseMs() {
    if (this.trouble) return 500 * 2 ** Math.min(this.failures, 5);
    if (this.isEmpty) return LOOK_AGAIN_MS;
    return this.items.length ? RENEW_MS : 0;
  }

  #pendingLabels() {
    const step = { judgements: 1, undo: -1, skip: 0 };
    return this.outbox?.entries().reduce((sum, { kind }) => sum + step[kind], 0) ?? 0;
  }
}
