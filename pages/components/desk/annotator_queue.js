/**
 * What lies ahead of this judge: asked for early, so that no label waits for the server; and what is counted of it.
 *
 * @typedef {{id: number, waveform: boolean, spectrogram: boolean, heard_share: number, heard_s: number}} Rules
 * @typedef {{recording_id: number, round: number, language: string, word: string, duration_s: number}} Item
 */

const LYING_AHEAD = 6;
const REFILL_BELOW = 4;
const MOST_AT_ONCE = 20;
const COUNT_LEFT_EVERY = 20;
const RENEW_MS = 4 * 60_000; // claims last longer than this
const LOOK_AGAIN_MS = 20_000;

class Queue {
  /**
   * @param {Sitting} sitting
   * @param {{onLaid: (wasEmpty: boolean) => void, onRules: (rules: Rules) => void, onPractice: (come: object|null) => void,
   *   onChange: () => void}} tells
   */
  constructor(sitting, tells) {
    this.sitting = sitting;
    this.tells = tells;
    /** @type {Item[]} the first is on screen */
    this.items = [];
    this.handled = new Map(); // recording id -> {by: entry id, at: when the server had it}
    this.isEmpty = false; // the server said that nothing is left
    this.figures = { done: 0, left: null, elsewhere: 0 };
    this.sinceCounted = 0;
    this.isAsking = false;
    this.trouble = "";
    this.failures = 0;
    this.isClosed = false;
  }

  /** After a reload, what still waits in the outbox does not come on screen again. @param {Outbox} outbox */
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

  /** Ask what lies ahead; the server reserves it, and renews what is reserved. */
  async ask({ takeOver = false } = {}) {
    if (!this.outbox || this.isAsking) return;
    this.isAsking = true;
    clearTimeout(this.timer);
    const asked = { at: performance.now(), pending: this.#pendingLabels(), done: this.figures.done, had: this.items.length };
    const isQuiet = this.outbox.waiting === 0 && this.sinceCounted >= COUNT_LEFT_EVERY;
    const { status, answer } = await post("desk", {
      ...this.sitting.who,
      count: Math.min(MOST_AT_ONCE, LYING_AHEAD + this.outbox.waiting),
      with_figures: isQuiet || this.figures.left === null || !this.items.length,
      take_over: takeOver,
      utc_offset_minutes: -new Date().getTimezoneOffset(),
    });
    this.isAsking = false;
    if (this.isClosed) return;
    if (status === 200) this.#lay(answer, asked);
    else this.#notLaid(status, answer);
    const pause = this.trouble ? 500 * 2 ** Math.min(this.failures, 5) : this.isEmpty ? LOOK_AGAIN_MS : RENEW_MS;
    this.timer = setTimeout(() => this.ask(), this.items.length || this.isEmpty || this.trouble ? pause : 0);
    this.tells.onChange();
  }

  refill() {
    if (this.items.length < REFILL_BELOW) this.ask();
  }

  /** The one on screen is done with. @param {string} by the entry of the outbox that says so */
  leave(by) {
    this.handled.set(this.items[0].recording_id, { by, at: Infinity });
    this.items.shift();
    this.isEmpty = false;
  }

  /** What was taken back comes on screen again. @param {Item} item */
  putFirst(item) {
    this.handled.delete(item.recording_id);
    this.items = [item, ...this.items.filter(({ recording_id }) => recording_id !== item.recording_id)];
  }

  /** A label that could not be taken as it was: its recording comes again, after the one on screen. @param {Item} item */
  layAgain(item) {
    this.handled.delete(item.recording_id);
    if (!this.items.some(({ recording_id }) => recording_id === item.recording_id)) this.items.splice(1, 0, item);
  }

  /** The server has this entry now: what it says of its recording later is news. */
  had({ id, body }) {
    const handled = this.handled.get(body.recording_id);
    if (handled?.by === id) handled.at = performance.now();
  }

  drop(id) {
    this.items = this.items.filter(({ recording_id }) => recording_id !== id);
  }

  /** @param {+1|-1} step a label more, or one taken back */
  count(step) {
    this.sinceCounted += 1;
    this.figures.done = Math.max(0, this.figures.done + step);
    if (this.figures.left !== null) this.figures.left = Math.max(0, this.figures.left - step);
  }

  #lay(answer, asked) {
    this.trouble = "";
    this.failures = 0;
    const known = new Set(this.items.map(({ recording_id }) => recording_id));
    this.tells.onRules(answer.protocol);
    // an answer given while this was asked tells how far the judge has come by itself
    if (!asked.pending && this.figures.done === asked.done) this.tells.onPractice(answer.qualification);
    const isNew = ({ recording_id }) => !known.has(recording_id) && !(this.handled.get(recording_id)?.at >= asked.at);
    const wasEmpty = this.items.length === 0;
    const added = answer.items.filter(isNew);
    this.items.push(...(wasEmpty ? this.sitting.asLeft(added) : added));
    this.isEmpty = this.items.length === 0 && asked.had === 0;
    this.figures.elsewhere = answer.elsewhere;
    if (answer.left !== null) {
      // what is under way, and what was done since asking, is not in the server's count
      const more = asked.pending + this.figures.done - asked.done;
      this.sinceCounted = 0;
      this.figures.done = answer.done_today + more;
      this.figures.left = Math.max(0, answer.left - more);
    }
    this.tells.onLaid(wasEmpty);
  }

  #notLaid(status, answer) {
    this.failures += 1;
    this.trouble = troubleOf(status, answer);
  }

  #pendingLabels() {
    const step = { judgements: 1, undo: -1, skip: 0 };
    return this.outbox.entries().reduce((sum, { kind }) => sum + step[kind], 0);
  }
}
