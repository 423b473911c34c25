// Support vectors, boosted trees and their calibration; core/learning/scorers.py and calibration.py.

import { unpacked } from "./packed_numbers.js";

const CLIP = 10;
const LEAST_P = 1e-6;

/** @typedef {import("./packed_numbers.js").PackedNumbers} PackedNumbers */
/** @typedef {(row: Float32Array) => number[]} Scorer gives p of each class */
/** @typedef {{weights: number[], biases: number[]}} Calibration */
/** @typedef {{mean: PackedNumbers, deviation: PackedNumbers, calibration: Calibration}} PackedMember */
/**
 * @typedef {PackedMember & {kind: "svm", gamma: number, intercepts: number[], vectors: PackedNumbers,
 *   coefficients: PackedNumbers}} PackedVectors
 */
/**
 * @typedef {PackedMember & {kind: "boosting", classes: number, depth: number, of_class: number[], feature: PackedNumbers,
 *   left: PackedNumbers, right: PackedNumbers, threshold: PackedNumbers, value: PackedNumbers}} PackedTrees
 */

/**
 * A calibrated member of a fusion, which takes the features of a recording.
 * @param {PackedVectors | PackedTrees} packed
 * @returns {Scorer}
 */
export function memberOf(packed) {
  const [mean, deviation] = [unpacked(packed.mean), unpacked(packed.deviation)];
  const score = packed.kind === "svm" ? supportVectors(packed) : trees(packed);
  return (features) => {
    const row = features.map((value, i) => Math.min(CLIP, Math.max(-CLIP, (value - mean[i]) / deviation[i])));
    return calibrated([score(row)], packed.calibration);
  };
}

/**
 * The p of each class by a fusion of the members' p.
 * @param {number[][]} ofMembers
 * @param {Calibration} fusion
 */
export function fused(ofMembers, fusion) {
  const logarithms = ofMembers.map((p) => p.map((share) => Math.log(Math.min(1, Math.max(LEAST_P, share)))));
  return calibrated(logarithms, fusion);
}

/**
 * @param {number[][]} scores a row a member
 * @param {Calibration} calibration
 */
function calibrated(scores, { weights, biases }) {
  return softmax(biases.map((bias, k) => scores.reduce((total, row, i) => total + weights[i] * row[k], 0) + bias));
}

/** @param {number[]} logits */
function softmax(logits) {
  const most = Math.max(...logits);
  const raised = logits.map((logit) => Math.exp(logit - most));
  const total = raised.reduce((a, b) => a + b);
  return raised.map((value) => value / total);
}

/**
 * @param {PackedVectors} packed
 * @returns {Scorer}
 */
function supportVectors({ gamma, intercepts, vectors, coefficients }) {
  const [every, weights, n] = [unpacked(vectors), unpacked(coefficients), intercepts.length];
  return (row) => {
    const scores = intercepts.slice();
    for (let vector = 0; vector * row.length < every.length; vector++) {
      let squared = 0;
      for (let i = 0, at = vector * row.length; i < row.length; i++, at++) squared += (row[i] - every[at]) ** 2;
      const kernel = Math.exp(-gamma * squared);
      for (let k = 0; k < n; k++) scores[k] += kernel * weights[vector * n + k];
    }
    return scores;
  };
}

/**
 * @param {PackedTrees} packed
 * @returns {Scorer}
 */
function trees(packed) {
  const [feature, left, right] = [unpacked(packed.feature), unpacked(packed.left), unpacked(packed.right)];
  const [threshold, value] = [unpacked(packed.threshold), unpacked(packed.value)];
  const nNodes = value.length / packed.of_class.length;
  return (row) => {
    const scores = Array.from({ length: packed.classes }, () => 0);
    for (const [tree, ofClass] of packed.of_class.entries()) {
      let node = 0;
      for (let step = 0; step < packed.depth; step++) {
        const at = tree * nNodes + node;
        node = row[feature[at]] <= threshold[at] ? left[at] : right[at];
      }
      scores[ofClass] += value[tree * nNodes + node];
    }
    return scores;
  };
}
