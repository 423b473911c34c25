// A waveform without what a device adds to it; core/audio/conditioning.py, which explains every step.

import { inverseReal, realTransform } from "./fourier.js";
import { findHum } from "./hum.js";
import { mean, percentiles } from "./numbers.js";
import { CONDITIONING, SAMPLE_RATE_HZ } from "./spec.js";

export const SLOW_RATE_HZ = SAMPLE_RATE_HZ / CONDITIONING.decimation;
const FAST_LENGTH = 600;
const LEVEL_FRAME = 400;

/**
 * The waveform, trimmed, filtered and at `loud_dbfs`; a zero of an empty one.
 * @param {Float32Array} samples mono, 16 kHz
 * @returns {Float32Array}
 */
export function condition(samples) {
  const trimmed = trimZeros(samples);
  if (!trimmed.length) return new Float32Array(1);
  const offset = Math.fround(mean(trimmed));
  return atLevel(withoutRumbleAndHum(trimmed.map((value) => value - offset)));
}

/**
 * Without the stretches at both ends where nothing changes; silence from end to end, as it is.
 * @param {Float32Array} samples
 */
export function trimZeros(samples) {
  const n = samples.length;
  const begin = still(n, (i) => samples[i]);
  const end = n - still(n, (i) => samples[n - 1 - i]);
  return end - begin >= CONDITIONING.least_s * SAMPLE_RATE_HZ ? samples.subarray(begin, end) : samples;
}

/**
 * How many samples stay as the first one.
 * @param {number} n
 * @param {(index: number) => number} at
 */
function still(n, at) {
  for (let i = 0; i < n; i++) {
    if (Math.abs(Math.fround(at(i) - at(0))) > CONDITIONING.zeros_below) return i > 1 ? i : 0;
  }
  return 0;
}

/**
 * With the loudest frames at `loud_dbfs`.
 * @param {Float32Array} samples
 */
export function atLevel(samples) {
  const power = new Float32Array(1 + Math.floor(samples.length / LEVEL_FRAME));
  for (let frame = 0; frame < power.length; frame++) {
    const begin = Math.max(0, frame * LEVEL_FRAME - LEVEL_FRAME / 2);
    const end = Math.min(samples.length, frame * LEVEL_FRAME + LEVEL_FRAME / 2);
    let total = 0;
    for (let i = begin; i < end; i++) total += samples[i] * samples[i];
    power[frame] = total / LEVEL_FRAME;
  }
  const loud = Math.max(percentiles(power, [CONDITIONING.loud_percentile])[0], 10 ** (CONDITIONING.faintest_dbfs / 10));
  const factor = Math.fround(Math.sqrt(10 ** (CONDITIONING.loud_dbfs / 10) / loud));
  return samples.map((value) => value * factor);
}

/**
 * Without what lies below `high_pass_hz`, and without the lines of a mains hum where there are clear ones.
 * @param {Float32Array} samples
 */
export function withoutRumbleAndHum(samples) {
  const slow = slowed(samples);
  const low = lowPart(slow);
  const steadied = new Float32Array(samples.length);
  const last = low.length - 1;
  for (let i = 0; i < samples.length; i++) {
    const at = i + CONDITIONING.decimation / 2;
    const whole = Math.floor(at / CONDITIONING.decimation);
    const along = ((at % CONDITIONING.decimation) + 0.5) / CONDITIONING.decimation;
    const before = low[Math.min(Math.max(whole - 1, 0), last)];
    steadied[i] = samples[i] - (before + (low[Math.min(whole, last)] - before) * along);
  }
  const hum = findHum(slow, SLOW_RATE_HZ);
  return hum === null ? steadied : withoutLines(steadied, hum);
}

/**
 * The means of every `decimation` samples; of a shorter waveform, its mean.
 * @param {Float32Array} samples
 */
function slowed(samples) {
  const every = CONDITIONING.decimation;
  if (samples.length < every) return Float32Array.of(mean(samples));
  const slow = new Float32Array(Math.floor(samples.length / every));
  for (let i = 0; i < slow.length * every; i++) slow[Math.floor(i / every)] += samples[i] / every;
  return slow;
}

/**
 * What a Butterworth high-pass takes away.
 * @param {Float32Array} slow
 */
function lowPart(slow) {
  const n = Math.ceil((slow.length + FAST_LENGTH / 10) / FAST_LENGTH) * FAST_LENGTH;
  const { re, im } = realTransform(n)(slow);
  for (let k = 0; k < re.length; k++) {
    const gain = Math.fround(shareBelow((k * SLOW_RATE_HZ) / n));
    re[k] *= gain;
    im[k] *= gain;
  }
  return Float32Array.from(inverseReal({ re, im }, n).subarray(0, slow.length));
}

/**
 * What a Butterworth high-pass takes away of the amplitude at a frequency, 0 to 1.
 * @param {number} frequencyHz
 */
export function shareBelow(frequencyHz) {
  const relative = CONDITIONING.high_pass_hz / Math.max(frequencyHz, 1e-3);
  return 1 - 1 / Math.sqrt(1 + relative ** (2 * CONDITIONING.high_pass_order));
}

/**
 * @param {Float32Array} steadied
 * @param {import("./hum.js").Hum} hum
 */
function withoutLines(steadied, hum) {
  const [re, im] = [hum.re.slice(), hum.im.slice()];
  for (let h = 0; h < re.length; h++) {
    const frequencyHz = hum.fundamentalHz * (h + 1);
    if (re[h] === 0 && im[h] === 0) continue;
    const kept = 1 - shareBelow(frequencyHz);
    const [cos, sin] = averaging(frequencyHz);
    const size = cos * cos + sin * sin;
    [re[h], im[h]] = [(kept * (re[h] * cos + im[h] * sin)) / size, (kept * (im[h] * cos - re[h] * sin)) / size];
  }
  const turn = (2 * Math.PI * hum.fundamentalHz) / SAMPLE_RATE_HZ;
  return steadied.map((value, t) => {
    const [cos, sin] = [Math.cos(turn * t), Math.sin(turn * t)];
    let [waveRe, waveIm] = [0, 0];
    for (let h = re.length - 1; h >= 0; h--) {
      const [sumRe, sumIm] = [waveRe + re[h], waveIm + im[h]];
      [waveRe, waveIm] = [sumRe * cos - sumIm * sin, sumRe * sin + sumIm * cos];
    }
    return value - waveRe;
  });
}

/**
 * What the average over `decimation` samples, from its first one, does to amplitude and phase.
 * @param {number} frequencyHz
 */
function averaging(frequencyHz) {
  let [re, im] = [0, 0];
  for (let k = 0; k < CONDITIONING.decimation; k++) {
    re += Math.cos((2 * Math.PI * frequencyHz * k) / SAMPLE_RATE_HZ);
    im += Math.sin((2 * Math.PI * frequencyHz * k) / SAMPLE_RATE_HZ);
  }
  return [re / CONDITIONING.decimation, im / CONDITIONING.decimation];
}
