/**
 * How a new judge begins: each answer is checked before the next recording comes. A mistake is named, the recording
 * plays once more, and the judge goes on when they want to. When the practice is over it ends there: nothing of it stays
 * in the queue, and its words go before the first label that counts.
 *
 * @typedef {import("./queue.js").Practice} Progress
 * @typedef {import("./queue.js").Item} Item
 * @typedef {{is_right: boolean, expected: string}} Feedback on an answer of a new judge
 * @typedef {{label: string, feedback?: Feedback|null, qualification?: Progress|null}} Answer of the server
 */

export class PracticeRun {
  /** @param {import("./practice_view.js").PracticeView} view @param {{replay: () => void, goOn: () => void}} listeners */
  constructor(view, listeners) {
    this.view = view;
    this.listeners = listeners;
    /** @type {string|null} the outbox's entry whose answer is waited for */
    this.awaited = null;
    this.isExplaining = false; // the judge reads, hears it again, then goes on
  }

  /** Whether the recording on screen takes no label: its answer is under way, or is being explained. */
  get isBusy() {
    return this.awaited !== null || this.isExplaining;
  }

  /** @param {Progress|null} progress of a judge who still practises; null: for everybody else */
  follow(progress) {
    if (!this.isBusy) this.view.progress(progress);
  }

  /** An answer was given. @param {string} entryId */
  wait(entryId) {
    this.awaited = entryId;
    this.view.feedback(null);
  }

  /** The server took no answer: the recording is to be answered once more. @param {string} entryId */
  fail(entryId) {
    if (this.awaited !== entryId) return false;
    this.awaited = null;
    return true;
  }

  /**
   * @param {string} entryId
   * @param {Answer} answer
   * @param {Item} item
   * @returns {boolean} whether that was the answer that was waited for
   */
  take(entryId, { label, feedback, qualification }, item) {
    if (this.awaited !== entryId) return false;
    this.awaited = null;
    this.view.progress(qualification ?? null);
    const isOver = qualification?.has_passed ?? true;
    if (!feedback || (feedback.is_right && !isOver)) {
      this.view.feedback(feedback ? { label, word: item.word } : null);
      this.listeners.goOn();
      return true;
    }
    this.isExplaining = true;
    this.view.explain({ label, feedback, isOver });
    if (!feedback.is_right) this.listeners.replay();
    return true;
  }

  /** The judge has read it. */
  goOn() {
    if (!this.isExplaining) return;
    this.isExplaining = false;
    this.view.explain(null);
    this.listeners.goOn();
  }
}
