/**
 * What the page hands over of each place of the handle, and which place a share is.
 *
 * @typedef {"validation"|"test"} Split
 * @typedef {[number, number]} Interval
 * @typedef {{rcc: number|null, am: number|null, rcc_interval: Interval|null, am_interval: Interval|null,
 *   refused: Record<string, number>}} Figures null where a class is empty; `refused` by label
 * @typedef {{upper: number, is_kept: boolean, sentence: string}} AmBound `sentence` says what can be promised
 * @typedef {{am_target: number, threshold: number|null, validation: Figures, test: Figures, promise: AmBound|null,
 *   needed?: string|null}} Rung `needed` says what validation would take, where no threshold is sure
 */

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
