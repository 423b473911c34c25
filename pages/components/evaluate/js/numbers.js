/**
 * Shares and counts as the trade-off writes them, and which place of the handle a share is.
 *
 * @typedef {"validation"|"test"} Split
 * @typedef {[number, number]} Interval
 * @typedef {{rcc: number|null, am: number|null, rcc_interval: Interval|null, am_interval: Interval|null,
 *   refused: Record<string, number>}} Figures null where a class is empty; `refused` by label
 * @typedef {{upper: number, is_kept: boolean, sentence: string}} AmBound `sentence` says what can be promised
 * @typedef {{am_target: number, threshold: number|null, validation: Figures, test: Figures, promise: AmBound|null,
 *   needed?: string|null}} Rung `needed` says what validation would take, where no threshold is sure
 */

/** @param {number|null} share */
export function percent(share) {
  return share === null ? "–" : `${(100 * share).toFixed(1)} %`;
}

/** As few digits as it takes. @param {number} share */
export function shortPercent(share) {
  return `${Number((100 * share).toFixed(1))} %`;
}

/** Of a hundred. @param {number|null} share */
export function ofHundred(share) {
  return share === null ? "–" : String(Math.round(100 * share));
}

/** Both ends, or that the children are too few for more than "anything between". @param {Interval|null} interval */
export function range(interval) {
  if (interval !== null && (interval[0] === interval[1] || (interval[0] <= 0 && interval[1] >= 1))) {
    return "too few children";
  }
  return interval === null ? "" : `${Math.round(100 * interval[0])} to ${Math.round(100 * interval[1])} %`;
}

/** @param {number} n */
export function written(n) {
  return n.toLocaleString("en");
}

/** @param {number} n @param {string} singular @param {string} plural */
export function counted(n, singular, plural) {
  return `${written(Math.round(n))} ${Math.round(n) === 1 ? singular : plural}`;
}

/**
 * The place of the handle nearest to an AM target.
 *
 * @param {Pick<Rung, "am_target">[]} rungs at least one
 * @param {number} am
 */
export function nearest(rungs, am) {
  const distances = rungs.map(({ am_target }) => Math.abs(am_target - am));
  return distances.indexOf(Math.min(...distances));
}
