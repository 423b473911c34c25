// Steady dynamics of the level: how high, how long near the peak, how spread, how steep; core/audio/dynamics.py.

import { argmax, deviation, largest, mean, partEdges, percentiles, runs, sum } from "./numbers.js";
import { DYNAMICS, FLOOR, HOP_S } from "./spec.js";

/** @typedef {Record<string, number>} Values */

const SPANS = [
  [95, 5],
  [95, 25],
  [95, 50],
  [99, 90],
  [50, 10],
  [75, 25],
];
const RUNS_BELOW_DB = [6, 10, 20];
const FAINTEST_DB = -80;

/**
 * Percentiles of the level, their distances, and its moments.
 * @param {Float32Array} levelDb
 * @returns {Values}
 */
export function levelValues(levelDb) {
  const measured = percentiles(levelDb, DYNAMICS.percentiles);
  const of = (/** @type {number} */ percent) => measured[DYNAMICS.percentiles.indexOf(percent)];
  /** @type {Values} */
  const values = {};
  for (const percent of DYNAMICS.percentiles) values[`level_p${twoDigits(percent)}_db`] = of(percent);
  for (const [high, low] of SPANS) values[`level_p${high}_above_p${twoDigits(low)}_db`] = of(high) - of(low);
  const middle = mean(levelDb);
  const spread = deviation(levelDb) + 1e-3;
  const moment = (/** @type {number} */ power) => mean(Array.from(levelDb, (level) => (level - middle) ** power));
  values.level_deviation_db = spread;
  values.level_skew = moment(3) / spread ** 3;
  values.level_kurtosis = moment(4) / spread ** 4;
  return values;
}

/**
 * Share of frames near the loudest, how long they last in one piece, in how many pieces.
 * @param {Float32Array} levelDb
 * @returns {Values}
 */
export function peakValues(levelDb) {
  /** @type {Values} */
  const values = {};
  const peak = largest(levelDb);
  for (const below of DYNAMICS.below_peak_db) {
    const isNear = (/** @type {number} */ i) => levelDb[i] >= peak - below;
    const pieces = runs(levelDb.length, isNear);
    values[`share_within_${below}_db`] = sum(pieces) / levelDb.length;
    if (!RUNS_BELOW_DB.includes(below)) continue;
    values[`longest_within_${below}_db_s`] = Math.max(0, ...pieces) * HOP_S;
    values[`pieces_within_${below}_db`] = pieces.length;
  }
  return values;
}

/**
 * How the energy is spread over time: in a burst, or evenly.
 * @param {Float32Array} power
 * @returns {Values}
 */
export function spreadValues(power) {
  const n = power.length;
  const total = sum(power) + n * FLOOR;
  const share = Float64Array.from(power, (value) => (value + FLOOR) / total);
  const centre = sum(share.map((value, i) => value * i * HOP_S));
  const variance = sum(share.map((value, i) => value * (i * HOP_S - centre) ** 2));
  const fills = Math.exp(-sum(share.map((value) => value * Math.log(value))));
  const upto = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) upto[i + 1] = upto[i] + share[i];
  /** @type {Values} */
  const values = {
    duration_s: n * HOP_S,
    energy_centre: centre / (n * HOP_S),
    energy_deviation_s: Math.sqrt(variance),
    energy_fills_s: fills * HOP_S,
    energy_fills: fills / n,
    peak_at: argmax(power) / n,
  };
  for (const windowS of DYNAMICS.windows_s) {
    const width = Math.min(n, Math.round(windowS / HOP_S));
    let most = 0;
    for (let end = width; end <= n; end++) most = Math.max(most, upto[end] - upto[end - width]);
    values[`energy_in_best_${windowS}_s`] = most;
  }
  const edges = partEdges(n, 3);
  for (const part of [1, 2, 3]) values[`energy_in_third_${part}`] = upto[edges[part]] - upto[edges[part - 1]];
  return values;
}

/**
 * How steeply the level rises and falls: consonants and syllables of a near voice do both.
 * @param {Float32Array} levelDb
 * @returns {Values}
 */
export function slopeValues(levelDb) {
  const n = levelDb.length;
  const at = (/** @type {number} */ i) => Math.max(levelDb[Math.min(Math.max(i, 0), n - 1)], FAINTEST_DB);
  const smooth = Float64Array.from(levelDb, (_, i) => (at(i - 1) + at(i) + at(i + 1)) / 3);
  /** @type {Values} */
  const values = {};
  for (const width of DYNAMICS.slope_frames) {
    const rise = n > width ? smooth.subarray(width).map((value, i) => value - smooth[i]) : new Float64Array(1);
    const ms = Math.round(width * HOP_S * 1000);
    const [low, high] = percentiles(rise, [5, 95]);
    values[`rise_${ms}_ms_max_db`] = largest(rise);
    values[`rise_${ms}_ms_p95_db`] = high;
    values[`fall_${ms}_ms_max_db`] = largest(rise.map((value) => -value));
    values[`fall_${ms}_ms_p95_db`] = -low;
    values[`change_${ms}_ms_mean_db`] = mean(rise.map(Math.abs));
    const onsets = runs(rise.length, (i) => rise[i] > DYNAMICS.onset_db);
    values[`onsets_${ms}_ms_per_s`] = onsets.length / (n * HOP_S);
  }
  return values;
}

/** @param {number} number */
export function twoDigits(number) {
  return String(number).padStart(2, "0");
}
