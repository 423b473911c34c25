/** Keys that answer for the recording on screen, wherever the focus is; one answer for a recording. */

import { namesOf } from "../../js/key_names.js";

const FORGET_AFTER_MS = 2000;

export class AnswerKeys {
  constructor() {
    /** @type {Record<string, string>} name of a key -> answer */
    this.answers = {};
    /** @type {Set<string>} answers that do not end it: others may follow for the same recording */
    this.open = new Set();
    /** @type {number|null} the recording that has its answer: the next one must be there before a key counts again */
    this.answered = null;
  }

  /**
   * @param {import("../../js/key_names.js").Pressed} pressed
   * @param {number} id of the recording
   * @returns {string|null} the answer, once; null: the key is no answer
   */
  take(pressed, id) {
    const name = namesOf(pressed).find((each) => Object.hasOwn(this.answers, each));
    if (name === undefined) return null;
    if (this.open.has(this.answers[name])) return this.answers[name];
    if (this.answered === id) return null;
    this.answered = id;
    setTimeout(() => {
      if (this.answered === id) this.answered = null;
    }, FORGET_AFTER_MS);
    return this.answers[name];
  }

  /** The answer did not count: the next key may be one. */
  release() {
    this.answered = null;
  }
}
