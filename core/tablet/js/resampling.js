// Another sampling rate -> 16 kHz, as FFmpeg's libswresample with its usual options, by which Python decodes.
//
// A filter for each position between two samples (polyphase), a sinc under a Kaiser window, cut off at 0.97 of the
// lower Nyquist frequency; before its beginning and beyond its end the signal is taken as mirrored. Source: FFmpeg 7,
// libswresample/resample.c, whose arithmetic is followed in whole numbers, so that the samples fall on the same places.

const CUTOFF = 0.97;
const FILTER_SIZE = 32;
const MOST_PHASES = 1024;
const KAISER_BETA = 9;
const LEAST_STEP = 1 << 20;
const MOST_STEP = 0x3fffffff;

/**
 * The waveform at another rate; what is shorter than the filter is nothing.
 * @param {Float32Array} samples
 * @param {number} fromHz a whole number
 * @param {number} toHz a whole number
 * @returns {Float32Array}
 */
export function resample(samples, fromHz, toHz) {
  if (fromHz === toHz) return samples;
  const filter = filterBank(fromHz, toHz);
  const mirrored = withMirroredEnds(samples, filter, fromHz, toHz);
  if (!mirrored) return new Float32Array(0);
  return convolve(mirrored, filter, steps(fromHz, toHz, filter.nPhases));
}

/**
 * A filter a phase and one more, each of `length` taps.
 * @typedef {{taps: Float32Array, length: number, nPhases: number}} FilterBank
 */

/**
 * How far the input goes on for each sample that comes out: in phases, whole and rest of `source`.
 * @typedef {{whole: number, rest: number, source: number, all: number}} Steps
 */

/**
 * @param {number} fromHz
 * @param {number} toHz
 * @returns {FilterBank}
 */
function filterBank(fromHz, toHz) {
  const factor = Math.min((toHz * CUTOFF) / fromHz, 1);
  const length = 2 * Math.ceil(Math.max(Math.ceil(FILTER_SIZE / factor), 1) / 2);
  const exact = toHz / greatestDivisor(fromHz, toHz);
  const nPhases = exact <= MOST_PHASES ? exact : MOST_PHASES;
  const taps = new Float32Array((nPhases + 1) * length);
  const centre = (length - 1) >> 1;
  const tap = (/** @type {number} */ phase, /** @type {number} */ i) =>
    windowedSinc(Math.PI * (i - centre - phase / nPhases) * factor, factor * length);
  let norm = 0; // so that a constant stays the same
  for (let i = 0; i < length; i++) norm += tap(0, i);
  for (let k = 0; k < taps.length; k++) taps[k] = tap(Math.floor(k / length), k % length) / norm;
  return { taps, length, nPhases };
}

/**
 * @param {number} x
 * @param {number} width
 */
function windowedSinc(x, width) {
  const w = (2 * x) / (width * Math.PI);
  return (x === 0 ? 1 : Math.sin(x) / x) * bessel(KAISER_BETA * Math.sqrt(Math.max(1 - w * w, 0)));
}

/**
 * The modified Bessel function of the first kind and order 0.
 * @param {number} x
 */
function bessel(x) {
  let [total, term] = [1, 1];
  for (let k = 1; term > total * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    total += term;
  }
  return total;
}

/**
 * @param {number} fromHz
 * @param {number} toHz
 * @param {number} nPhases
 * @returns {Steps}
 */
function steps(fromHz, toHz, nPhases) {
  const divisor = greatestDivisor(toHz, fromHz * nPhases);
  let [source, all] = [toHz / divisor, (fromHz * nPhases) / divisor];
  if (all > MOST_STEP) throw new RangeError(`${fromHz} Hz cannot be brought to ${toHz} Hz.`);
  while (all < LEAST_STEP && source < LEAST_STEP) [source, all] = [source * 2, all * 2];
  return { whole: Math.floor(all / source), rest: all % source, source, all };
}

/**
 * The signal with what lies before and beyond it, from where the first filter stands.
 * @param {Float32Array} samples
 * @param {FilterBank} filter
 * @param {number} fromHz
 * @param {number} toHz
 */
function withMirroredEnds(samples, filter, fromHz, toHz) {
  const { length, nPhases } = filter;
  if (samples.length < length + 1) return null;
  const before = (length - 1) >> 1;
  const { whole, rest, source, all } = steps(fromHz, toHz, nPhases);
  const n = countOf(before + samples.length, filter, { whole, rest, source, all });
  const begin = Math.floor(Math.floor((n * all) / source) / nPhases); // what no filter reaches back to any more
  const after = (Math.min(before + samples.length - begin, length) + 1) >> 1;
  const mirrored = new Float32Array(before + samples.length + after);
  mirrored.set(samples, before);
  for (let i = 0; i < before; i++) mirrored[before - 1 - i] = samples[i + 1];
  for (let i = 0; i < after; i++) mirrored[before + samples.length + i] = samples[samples.length - 1 - i];
  return mirrored;
}

/**
 * How many samples come out of n.
 * @param {number} n
 * @param {FilterBank} filter
 * @param {Steps} step
 */
function countOf(n, { length, nPhases }, { source, all }) {
  const phases = (1 + n - length) * nPhases;
  return Math.max(0, Math.ceil((phases * source) / all));
}

/**
 * @param {Float32Array} signal
 * @param {FilterBank} filter
 * @param {Steps} step
 */
function convolve(signal, filter, step) {
  const { taps, length, nPhases } = filter;
  const out = new Float32Array(countOf(signal.length, filter, step));
  let [at, rest] = [0, 0];
  for (let i = 0; i < out.length; i++) {
    const begin = Math.floor(at / nPhases);
    const row = (at % nPhases) * length;
    let [value, next] = [0, 0];
    for (let k = 0; k < length; k++) value += signal[begin + k] * taps[row + k];
    if (rest) for (let k = 0; k < length; k++) next += signal[begin + k] * taps[row + length + k];
    out[i] = rest ? value + ((next - value) * rest) / step.source : value;
    at += step.whole;
    rest += step.rest;
    if (rest >= step.source) [at, rest] = [at + 1, rest - step.source];
  }
  return out;
}

/**
 * @param {number} a
 * @param {number} b
 * @returns {number}
 */
function greatestDivisor(a, b) {
  return b ? greatestDivisor(b, a % b) : a;
}
