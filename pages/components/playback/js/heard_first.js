/** Answers that count only once enough of the recording was heard. */

const CLOCKS_DIFFER_S = 0.02;

export class HeardFirst {
  constructor() {
    this.neededS = 0;
    /** @type {Set<string>} the answers that wait for it */
    this.answers = new Set();
    /** @type {Map<number, number>} recording -> seconds heard, as far as reported to the screen or noted here */
    this.seconds = new Map();
    /** @type {Set<number>} recordings of which the screen knows that they were heard */
    this.announced = new Set();
  }

  /** @param {{needed_s: number, answers: string[]}} wanted */
  follow({ needed_s, answers }) {
    this.neededS = needed_s;
    this.answers = new Set(answers);
  }

  /** @param {number} id of the recording @param {number} seconds of it played so far, each part once */
  note(id, seconds) {
    this.seconds.set(id, Math.max(seconds, this.heard(id)));
  }

  /** Seconds heard. @param {number} id */
  heard(id) {
    return this.seconds.get(id) ?? 0;
  }

  /** Seconds that are missing before this answer counts. @param {number} id @param {string} answer */
  missing(id, answer) {
    if (!this.answers.has(answer)) return 0;
    const missing = this.neededS - this.heard(id);
    return missing > CLOCKS_DIFFER_S ? missing : 0;
  }

  /** Whether the screen is to be told now, once, that this recording was heard. @param {number} id */
  announces(id) {
    if (!this.answers.size || this.announced.has(id)) return false;
    if (this.neededS - this.heard(id) > CLOCKS_DIFFER_S) return false;
    this.announced.add(id);
    return true;
  }
}
