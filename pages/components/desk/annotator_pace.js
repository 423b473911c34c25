/** How fast a judge goes, how long that will take, and when a pause would do good. Out of the times of labels alone. */

const LONGEST_GAP_MS = 60_000; // more between two labels is no judging
const BREAK_MS = 5 * 60_000; // more between two labels is a pause
const REMIND_AFTER_MS = 25 * 60_000;
const PACE_OVER = 60; // labels
const LEAST_FOR_PACE = 6;

class Pace {
  constructor() {
    this.times = [];
    this.remindedAt = -Infinity;
  }

  /** @param {number[]} times of the labels of this visit, in ms, oldest first */
  follow(times) {
    this.times = times;
  }

  /** Labels an hour, or null before enough were given. */
  get perHour() {
    const newest = this.times.slice(-PACE_OVER);
    if (newest.length < LEAST_FOR_PACE) return null;
    const spent = gaps(newest).reduce((sum, gap) => sum + Math.min(gap, LONGEST_GAP_MS), 0);
    return spent ? ((newest.length - 1) * 3_600_000) / spent : null;
  }

  /** Minutes that this many recordings take at this pace. */
  minutesFor(count) {
    return this.perHour === null ? null : (count / this.perHour) * 60;
  }

  /** Milliseconds since the judge began, or came back from a pause. */
  judgedFor(now) {
    const { times } = this;
    if (!times.length || now - times.at(-1) > BREAK_MS) return 0;
    let begun = times.length - 1;
    while (begun > 0 && times[begun] - times[begun - 1] <= BREAK_MS) begun -= 1;
    return now - times[begun];
  }

  /** Whether to speak of a pause now. */
  wantsPause(now) {
    return this.judgedFor(now) >= REMIND_AFTER_MS && now - this.remindedAt >= REMIND_AFTER_MS;
  }

  /** The judge has read it. */
  reminded(now) {
    this.remindedAt = now;
  }
}

function gaps(times) {
  return times.slice(1).map((time, at) => time - times[at]);
}
