/** When a pause would do good, out of the times of labels alone. Nobody is shown how fast they go. */

const BREAK_MS = 5 * 60_000; // more between two labels is a pause
const REMIND_AFTER_MS = 25 * 60_000;

export class Pace {
  constructor() {
    /** @type {number[]} */
    this.times = [];
    this.remindedAt = -Infinity;
  }

  /** @param {number[]} times of the labels of this visit, in ms, oldest first */
  follow(times) {
    this.times = times;
  }

  /** Milliseconds since the judge began, or came back from a pause. @param {number} now */
  judgedFor(now) {
    const { times } = this;
    const last = times.at(-1);
    if (last === undefined || now - last > BREAK_MS) return 0;
    let begin = times.length - 1;
    while (begin > 0 && times[begin] - times[begin - 1] <= BREAK_MS) begin -= 1;
    return now - times[begin];
  }

  /** Whether to speak of a pause now. @param {number} now */
  wantsPause(now) {
    return this.judgedFor(now) >= REMIND_AFTER_MS && now - this.remindedAt >= REMIND_AFTER_MS;
  }

  /** The judge has read it. @param {number} now */
  reminded(now) {
    this.remindedAt = now;
  }
}
