// The lines of a mains hum in a slow waveform; core/audio/mains_hum.py.

import { nextFastLength, realTransform } from "./fourier.js";
import { argmax, largest, median, rint, sum } from "./numbers.js";
import { CONDITIONING } from "./spec.js";

const PAUSE_PIECE = 128;
const LEAST_FOR_LINES_S = 0.5;
const HIGHEST_DB = 40;
const NUMBERS = Array.from({ length: CONDITIONING.n_harmonics }, (_, i) => i + 1);

/**
 * Amplitudes of each harmonic from the first, as they stand in the slow waveform; 0 where there is no line.
 * @typedef {{fundamentalHz: number, re: Float64Array, im: Float64Array}} Hum
 */

/**
 * A waveform under a window, and the weights.
 * @typedef {{slow: Float32Array, window: Float32Array, rateHz: number}} Windowed
 */

/** @typedef {{power: Float32Array, stepHz: number}} Power */

/**
 * The hum, null where there is no clear one.
 * @param {Float32Array} slow
 * @param {number} rateHz
 * @returns {Hum | null}
 */
export function findHum(slow, rateHz) {
  if (slow.length < rateHz * LEAST_FOR_LINES_S) return null; // lines are too broad to be told from a voice
  const windowed = { slow, window: pausesFirst(slow), rateHz };
  const spectrum = powerOf(windowed);
  const clearest = clearestLines(spectrum);
  if (clearest.togetherDb < CONDITIONING.least_lines_db) return null;
  const clear = NUMBERS.filter((_, i) => clearest.heightsDb[i] > CONDITIONING.line_db);
  const fundamentalHz = inPhase(windowed, refined(spectrum, clearest.fundamentalHz, clear), clear);
  const [re, im] = [new Float64Array(NUMBERS.length), new Float64Array(NUMBERS.length)];
  for (const [i, number] of NUMBERS.entries()) {
    const frequencyHz = fundamentalHz * number;
    const at = spectrum.power[rint(frequencyHz / spectrum.stepHz)];
    const heightDb = 10 * Math.log10(at / surroundings(spectrum, frequencyHz));
    if (heightDb > CONDITIONING.faint_line_db) [re[i], im[i]] = projected(windowed, 0, slow.length, frequencyHz);
  }
  return { fundamentalHz, re, im };
}

/**
 * A window that weighs what is faint more than a voice, whose own partials would pass for lines.
 * @param {Float32Array} slow
 */
function pausesFirst(slow) {
  const n = slow.length;
  const nPieces = Math.max(1, Math.floor(n / PAUSE_PIECE));
  const power = Array.from({ length: nPieces }, (_, piece) => {
    let total = 0;
    for (let i = piece * PAUSE_PIECE; i < (piece + 1) * PAUSE_PIECE; i++) total += slow[i] * slow[i];
    return Math.fround(total / PAUSE_PIECE);
  });
  const usual = median(power) + 1e-12;
  const middles = power.map((_, piece) => (piece + 0.5) * PAUSE_PIECE);
  const weights = power.map((value, piece) => Math.sin((Math.PI * middles[piece]) / n) ** 2 / (value + usual));
  const along = between(n, [0, ...middles, n], [0, ...weights, 0]);
  const most = largest(along);
  return new Float32Array(n).map((_, i) => along[i] / most);
}

/**
 * Values at 0 to n - 1 on straight lines between points.
 * @param {number} n
 * @param {number[]} at
 * @param {number[]} values
 */
function between(n, at, values) {
  const lines = new Float64Array(n);
  for (let i = 0, point = 0; i < n; i++) {
    while (i >= at[point + 1]) point++;
    const slope = (values[point + 1] - values[point]) / (at[point + 1] - at[point]);
    lines[i] = values[point] + slope * (i - at[point]);
  }
  return lines;
}

/**
 * @param {Windowed} windowed
 * @returns {Power}
 */
function powerOf({ slow, window, rateHz }) {
  const nFft = nextFastLength(slow.length);
  const { re, im } = realTransform(nFft)(slow.map((value, i) => value * window[i]));
  return {
    power: new Float32Array(re.length).map((_, k) => re[k] * re[k] + im[k] * im[k] + 1e-12),
    stepHz: rateHz / nFft,
  };
}

/**
 * Of the fundamental under which the lines stand out most: by how much together, it, and by how much each.
 * @param {Power} spectrum
 */
function clearestLines(spectrum) {
  let best = { togetherDb: -Infinity, fundamentalHz: 0, heightsDb: /** @type {number[]} */ ([]) };
  for (const mainsHz of CONDITIONING.mains_hz) {
    const beside = NUMBERS.map((number) => surroundings(spectrum, mainsHz * number));
    for (let i = 0; i < CONDITIONING.n_fundamentals; i++) {
      const fundamentalHz = mainsHz + offHz(i);
      const heightsDb = NUMBERS.map((number, h) => {
        const at = spectrum.power[rint((fundamentalHz * number) / spectrum.stepHz)];
        return Math.min(10 * Math.log10(at / beside[h]), HIGHEST_DB);
      });
      const togetherDb = sum(heightsDb.map((height) => (height > CONDITIONING.line_db ? height : 0)));
      if (togetherDb > best.togetherDb) best = { togetherDb, fundamentalHz, heightsDb };
    }
  }
  return best;
}

/**
 * Off the mains: equal steps from `-mains_off_hz` to `mains_off_hz`, in NumPy's arithmetic, as halves of bins decide.
 * @param {number} i
 */
function offHz(i) {
  const off = CONDITIONING.mains_off_hz;
  return i === CONDITIONING.n_fundamentals - 1 ? off : i * ((2 * off) / (CONDITIONING.n_fundamentals - 1)) - off;
}

/**
 * The median power beside a frequency.
 * @param {Power} spectrum
 * @param {number} frequencyHz
 */
function surroundings({ power, stepHz }, frequencyHz) {
  const middle = rint(frequencyHz / stepHz);
  const [near, far] = CONDITIONING.surroundings_hz.map((distanceHz) => rint(distanceHz / stepHz));
  const values = new Float64Array(2 * (far - near));
  for (let i = 0; i < far - near; i++) {
    values[2 * i] = power[Math.abs(middle - far + i)];
    values[2 * i + 1] = power[Math.abs(middle + near + i)];
  }
  return median(values);
}

/**
 * The fundamental by the peaks of the clear lines, each between its three bins; higher harmonics tell it better.
 * @param {Power} spectrum
 * @param {number} fundamentalHz
 * @param {number[]} clear numbers of the harmonics
 */
function refined({ power, stepHz }, fundamentalHz, clear) {
  const estimates = clear.map((number) => {
    const middle = rint((fundamentalHz * number) / stepHz);
    const peak = middle - 2 + argmax(power.subarray(middle - 2, middle + 3));
    const [below, at, above] = [-1, 0, 1].map((shift) => Math.log(power[peak + shift]));
    const curvature = below - 2 * at + above;
    const off = curvature < -1e-6 ? (0.5 * (below - above)) / curvature : 0;
    return ((peak + Math.min(0.5, Math.max(-0.5, off))) * stepHz) / number;
  });
  if (estimates.length < 3) return median(estimates);
  const order = estimates.map((_, i) => i).sort((a, b) => estimates[a] - estimates[b]);
  const half = sum(clear.map((number) => number ** 2)) / 2;
  let upto = 0;
  return estimates[order.find((i) => (upto += clear[i] ** 2) >= half) ?? order[order.length - 1]];
}

/**
 * The fundamental under which the phases of the lines are the same in both halves of the recording.
 * @param {Windowed} windowed
 * @param {number} fundamentalHz
 * @param {number[]} clear
 */
function inPhase(windowed, fundamentalHz, clear) {
  const half = windowed.slow.length >> 1;
  const apartS = (centre(windowed.window, half, 2 * half) - centre(windowed.window, 0, half)) / windowed.rateHz;
  let [offHzTotal, total] = [0, 0];
  for (const number of clear) {
    const frequencyHz = fundamentalHz * number;
    const first = projected(windowed, 0, half, frequencyHz);
    const second = projected(windowed, half, 2 * half, frequencyHz);
    const turned = rotated(second, (-2 * Math.PI * frequencyHz * half) / windowed.rateHz);
    const re = turned[0] * first[0] + turned[1] * first[1];
    const im = turned[1] * first[0] - turned[0] * first[1];
    const weight = Math.hypot(re, im) * number ** 2;
    offHzTotal += (Math.atan2(im, re) / (2 * Math.PI * apartS * number)) * weight;
    total += weight;
  }
  return fundamentalHz + offHzTotal / Math.max(total, 1e-30);
}

/**
 * The middle of a stretch of the window, by its weights.
 * @param {Float32Array} window
 * @param {number} begin
 * @param {number} end
 */
function centre(window, begin, end) {
  let [weighed, total] = [0, 0];
  for (let i = begin; i < end; i++) {
    weighed += i * (window[i] + 1e-9);
    total += window[i] + 1e-9;
  }
  return weighed / total;
}

/**
 * @param {number[]} value real and imaginary part
 * @param {number} angle
 */
function rotated([re, im], angle) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [re * cos - im * sin, re * sin + im * cos];
}

/**
 * Amplitude and phase, at the stretch's first sample, of the sine of a frequency.
 * @param {Windowed} windowed
 * @param {number} begin
 * @param {number} end
 * @param {number} frequencyHz
 */
function projected({ slow, window, rateHz }, begin, end, frequencyHz) {
  const turn = (-2 * Math.PI * frequencyHz) / rateHz;
  const [stepCos, stepSin] = [Math.cos(turn), Math.sin(turn)];
  let [cos, sin, re, im, total] = [1, 0, 0, 0, 0];
  for (let i = begin; i < end; i++) {
    const value = slow[i] * window[i];
    re += value * cos;
    im += value * sin;
    total += window[i];
    [cos, sin] = [cos * stepCos - sin * stepSin, cos * stepSin + sin * stepCos];
  }
  return [(2 * re) / total, (2 * im) / total];
}
