// Steady dynamics of the voice: how periodic loud frames are, how high and how steady; core/audio/dynamics.py.

import { correlation, deviation, mean, median, percentiles, runs, sum, where } from "./numbers.js";
import { DYNAMICS, PITCH_HOP_S } from "./spec.js";

/** @typedef {import("./level_values.js").Values} Values */
/** @typedef {import("./numbers.js").Numbers} Numbers */

/**
 * How periodic the loud frames are, and how much of the sound that is; then the voice.
 * @param {import("./measures.js").Pitch} pitch
 * @param {Float32Array} everyLevelDb of frames at half the hop
 * @returns {Values}
 */
export function voiceValues({ strength, pitchHz }, everyLevelDb) {
  const stride = DYNAMICS.pitch_hop_samples / DYNAMICS.hop_samples;
  const levelDb = strength.map((_, i) => everyLevelDb[i * stride]);
  const [loudDb, middleDb] = percentiles(levelDb, [99, 50]);
  const isLoud = (/** @type {number} */ i) => levelDb[i] >= loudDb - DYNAMICS.loud_range_db;
  const isQuiet = (/** @type {number} */ i) => levelDb[i] <= middleDb;
  const [loud, quiet] = [where(strength, isLoud), where(strength, isQuiet)];
  const energy = Float64Array.from(levelDb, (level) => 10 ** (level / 10));
  const isVoiced = (/** @type {number} */ i) => strength[i] > DYNAMICS.voiced_strength;
  const allEnergy = sum(energy);
  return {
    ...percentileValues((percent) => `voicing_all_p${percent}`, strength, [25, 50, 75, 90]),
    ...percentileValues((percent) => `voicing_loud_p${percent}`, loud, [10, 25, 50, 75, 90]),
    voiced_share_loud: shareAbove(loud, DYNAMICS.voiced_strength),
    voiced_strongly_loud: shareAbove(loud, DYNAMICS.strongly_voiced_strength),
    voiced_share_quiet: shareAbove(quiet, DYNAMICS.voiced_strength),
    voiced_strongly_quiet: shareAbove(quiet, DYNAMICS.strongly_voiced_strength),
    voicing_loud_above_quiet: mean(loud) - mean(quiet),
    voicing_with_level: correlation(strength, levelDb),
    voiced_energy: sum(where(energy, isVoiced)) / allEnergy,
    voicing_by_energy: sum(energy.map((value, i) => value * strength[i])) / allEnergy,
    ...pitchValues(pitchHz, (i) => isLoud(i) && isVoiced(i)),
  };
}

/**
 * How high the near voice is, how steadily it glides, how long it lasts. All 0 where there is none.
 * @param {Float64Array} pitchHz
 * @param {(index: number) => boolean} isVoice
 * @returns {Values}
 */
function pitchValues(pitchHz, isVoice) {
  const octaves = pitchHz.map((hz) => Math.log2(hz / DYNAMICS.pitch_reference_hz));
  const voiced = where(octaves, isVoice);
  const ofVoice = voiced.length ? voiced : new Float64Array(1);
  const every = octaves.subarray(1).map((value, i) => Math.abs(value - octaves[i]));
  const steps = where(every, (i) => isVoice(i) && isVoice(i + 1));
  const isSteady = (/** @type {number} */ step) => step < DYNAMICS.steady_octaves;
  return {
    ...percentileValues((percent) => `pitch_p${percent}_octaves`, ofVoice, [10, 50, 90]),
    pitch_deviation_octaves: deviation(ofVoice),
    pitch_step_octaves: steps.length ? median(steps) : 0,
    pitch_steady: steps.length ? steps.filter(isSteady).length / steps.length : 0,
    voiced_loud_s: voiced.length * PITCH_HOP_S,
    voiced_longest_s: Math.max(0, ...runs(pitchHz.length, isVoice)) * PITCH_HOP_S,
  };
}

/**
 * @param {(percent: number) => string} name
 * @param {Numbers} values
 * @param {number[]} percents
 * @returns {Values}
 */
function percentileValues(name, values, percents) {
  const measured = percentiles(values, percents);
  return Object.fromEntries(percents.map((percent, i) => [name(percent), measured[i]]));
}

/**
 * @param {Float64Array} values
 * @param {number} limit
 */
function shareAbove(values, limit) {
  return values.filter((value) => value > limit).length / values.length;
}
