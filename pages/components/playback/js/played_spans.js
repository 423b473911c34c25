/** Which parts of a recording have been played at least once. */
export class PlayedSpans {
  constructor() {
    /** @type {[number, number][]} from and to in seconds, apart and in order */
    this.spans = [];
  }

  /** @param {number} from @param {number} to seconds into the recording */
  add(from, to) {
    /** @type {[number, number][]} */
    const sorted = [...this.spans, /** @type {[number, number]} */ ([from, to])].sort((a, b) => a[0] - b[0]);
    this.spans = [];
    for (const [begin, end] of sorted) {
      const last = this.spans.at(-1);
      if (last && begin <= last[1]) last[1] = Math.max(last[1], end);
      else this.spans.push([begin, end]);
    }
  }

  get seconds() {
    return this.spans.reduce((sum, [from, to]) => sum + to - from, 0);
  }
}
