// Means, orders and shares of arrays, as NumPy gives them.

import { FLOOR } from "./spec.js";

/** @typedef {Float32Array | Float64Array | number[]} Numbers */

/** @param {Numbers} values */
export function sum(values) {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

/** @param {Numbers} values */
export function mean(values) {
  return sum(values) / values.length;
}

/**
 * The square root of the mean squared distance from the mean.
 * @param {Numbers} values
 */
export function deviation(values) {
  const middle = mean(values);
  let total = 0;
  for (let i = 0; i < values.length; i++) total += (values[i] - middle) ** 2;
  return Math.sqrt(total / values.length);
}

/** @param {Numbers} values */
export function largest(values) {
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] > most) most = values[i];
  return most;
}

/**
 * Where the largest value stands first.
 * @param {Numbers} values
 */
export function argmax(values) {
  let at = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[at]) at = i;
  return at;
}

/**
 * The values where `isTaken` holds.
 * @param {Numbers} values
 * @param {(index: number) => boolean} isTaken
 */
export function where(values, isTaken) {
  const taken = [];
  for (let i = 0; i < values.length; i++) if (isTaken(i)) taken.push(values[i]);
  return Float64Array.from(taken);
}

/**
 * Between two values along a straight line.
 * @param {Numbers} values
 * @param {readonly number[]} percents
 */
export function percentiles(values, percents) {
  const ordered = Float64Array.from(values).sort();
  return percents.map((percent) => {
    const at = percent * ((ordered.length - 1) / 100);
    const below = Math.trunc(at);
    const above = Math.min(below + 1, ordered.length - 1);
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below);
  });
}

/** @param {Numbers} values */
export function median(values) {
  const ordered = Float64Array.from(values).sort();
  const half = ordered.length >> 1;
  return ordered.length % 2 ? ordered[half] : (ordered[half - 1] + ordered[half]) / 2;
}

/**
 * To the nearest whole number, halves to the even one.
 * @param {number} value
 */
export function rint(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest === 0.5) return below % 2 ? below + 1 : below;
  return rest < 0.5 ? below : below + 1;
}

/**
 * Lengths of the unbroken stretches in which `isOn` holds.
 * @param {number} n
 * @param {(index: number) => boolean} isOn
 */
export function runs(n, isOn) {
  const lengths = [];
  let length = 0;
  for (let i = 0; i < n; i++) {
    if (isOn(i)) length++;
    else if (length) length = lengths.push(length) && 0;
  }
  if (length) lengths.push(length);
  return lengths;
}

/**
 * Pearson's, 0 where either is constant.
 * @param {Numbers} first
 * @param {Numbers} second
 */
export function correlation(first, second) {
  const [a, b] = [mean(first), mean(second)];
  let [both, ofFirst, ofSecond] = [0, 0, 0];
  for (let i = 0; i < first.length; i++) {
    both += (first[i] - a) * (second[i] - b);
    ofFirst += (first[i] - a) ** 2;
    ofSecond += (second[i] - b) ** 2;
  }
  const scale = Math.sqrt(ofFirst * ofSecond);
  return scale > 1e-6 ? both / scale : 0;
}

/**
 * Of full scale; silence is -100. In 32 bits, where what lies far below the floor is equal.
 * @param {number} power
 */
export function decibel(power) {
  return Math.fround(10 * Math.log10(Math.fround(power + FLOOR)));
}

/**
 * The first index of each part, and the end: n divided into parts, the first of which are longer by one.
 * @param {number} n
 * @param {number} nParts
 */
export function partEdges(n, nParts) {
  const edges = [0];
  for (let part = 0; part < nParts; part++) {
    edges.push(edges[part] + Math.floor(n / nParts) + (part < n % nParts ? 1 : 0));
  }
  return edges;
}
