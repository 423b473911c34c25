/** How fast a judge goes, how long that will take, and when a pause would do good. Out of the times of labels alone. */

const LONGEST_GAP_MS = 60_000; // more between two labels is no judging
const BREAK_MS = 5 * 60_000; // more between two labels is a pause
const REMIND_AFTER_MS = 25 * 60_000;
const PACE_OVER = 60; // labels
const LEAST_FOR_PACE = 6;

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

  /** Labels an hour, or null before there are enough. */
  get perHour() {
    const newest = this.times.slice(-PACE_OVER);
    if (newest.length < LEAST_FOR_PACE) return null;
    const spent = gaps(newest).reduce((sum, gap) => sum + Math.min(gap, LONGEST_GAP_MS), 0);
    return spent ? ((newest.length - 1) * 3_600_000) / spent : null;
  }

  /** Minutes that this many recordings take at this pace, or null. @param {number} count */
  minutesFor(count) {
    return this.perHour === null ? null : (count / this.perHour) * 60;
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

/** @param {number[]} times */
function gaps(times) {
  return times.slice(1).map((time, at) => time - times[at]);
}
