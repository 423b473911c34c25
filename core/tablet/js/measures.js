// Measures of signal dynamics frame by frame; core/audio/dynamics_measures.py.

import { realTransform } from "./fourier.js";
import { frameCount, hann, windowedFrame } from "./frames.js";
import { argmax, decibel, mean, sum } from "./numbers.js";
import { DYNAMICS, FLOOR, SAMPLE_RATE_HZ } from "./spec.js";

const N_FFT = 512;
const N_FFT_PITCH = 1024; // no less than a frame and the longest lag, so that nothing wraps around; any such gives the same
const N_FFT_WINDOW = 2048;
const WINDOW = hann(DYNAMICS.frame_samples);
const WINDOW_POWER = sum(WINDOW.map((value) => value * value));
const PITCH_WINDOW = hann(DYNAMICS.pitch_frame_samples);
const FIRST_LAG = Math.trunc(SAMPLE_RATE_HZ / DYNAMICS.pitch_high_hz);
const N_LAGS = Math.trunc(SAMPLE_RATE_HZ / DYNAMICS.pitch_low_hz) + 1 - FIRST_LAG;
const BAND_STARTS = bandStarts();
const WINDOW_CORRELATION = windowCorrelation();
const transform = realTransform(N_FFT);
const pitchTransform = realTransform(N_FFT_PITCH);

/**
 * Of each frame: mean square, level in dB, and power in each band.
 * @typedef {{power: Float32Array, levelDb: Float32Array, bands: Float32Array[]}} Levels
 */

/**
 * Of each pitch frame: strength (-1 to 1) and frequency of the strongest period.
 * @typedef {{strength: Float32Array, pitchHz: Float64Array}} Pitch
 */

/**
 * @param {Float32Array} samples
 * @returns {Levels}
 */
export function levels(samples) {
  const centred = withoutMean(samples);
  const n = frameCount(samples.length, DYNAMICS.hop_samples);
  const power = new Float32Array(n);
  const bands = [];
  const frame = new Float64Array(N_FFT);
  for (let number = 0; number < n; number++) {
    windowedFrame(centred, number, DYNAMICS.hop_samples, WINDOW, frame);
    let total = 0;
    for (let i = 0; i < WINDOW.length; i++) total += frame[i] * frame[i];
    power[number] = total / WINDOW_POWER;
    bands.push(bandPower(transform(frame)));
  }
  return { power, levelDb: power.map(decibel), bands };
}

/**
 * @param {import("./complex_fourier.js").Spectrum} spectrum
 */
function bandPower({ re, im }) {
  const scale = 2 / WINDOW_POWER / N_FFT;
  const bands = new Float32Array(DYNAMICS.n_bands);
  for (let band = 0; band < DYNAMICS.n_bands; band++) {
    let total = 0;
    for (let k = BAND_STARTS[band]; k < BAND_STARTS[band + 1]; k++) total += re[k] * re[k] + im[k] * im[k];
    bands[band] = total * scale;
  }
  return bands;
}

/**
 * The autocorrelation is divided by the window's own, so a steady tone has strength 1 at every lag (Boersma 1993).
 * @param {Float32Array} samples
 * @returns {Pitch}
 */
export function pitch(samples) {
  const centred = withoutMean(samples);
  const n = frameCount(samples.length, DYNAMICS.pitch_hop_samples);
  const [strength, pitchHz] = [new Float32Array(n), new Float64Array(n)];
  const frame = new Float64Array(N_FFT_PITCH);
  const [power, lagged] = [new Float64Array(N_FFT_PITCH), new Float64Array(N_LAGS)];
  for (let number = 0; number < n; number++) {
    windowedFrame(centred, number, DYNAMICS.pitch_hop_samples, PITCH_WINDOW, frame);
    const { re, im } = pitchTransform(frame);
    for (let k = 0; k < re.length; k++) {
      power[k] = re[k] * re[k] + im[k] * im[k];
      if (k) power[N_FFT_PITCH - k] = power[k];
    }
    const correlation = pitchTransform(power).re; // of a spectrum that is real and even, forwards is backwards
    const all = correlation[0] / N_FFT_PITCH + DYNAMICS.pitch_frame_samples * FLOOR;
    for (let lag = 0; lag < N_LAGS; lag++) {
      lagged[lag] = correlation[FIRST_LAG + lag] / N_FFT_PITCH / all / WINDOW_CORRELATION[lag];
    }
    const best = argmax(lagged);
    strength[number] = Math.min(1, Math.max(-1, lagged[best]));
    pitchHz[number] = SAMPLE_RATE_HZ / (best + FIRST_LAG);
  }
  return { strength, pitchHz };
}

/** @param {Float32Array} samples */
function withoutMean(samples) {
  const offset = Math.fround(mean(samples));
  return samples.map((value) => value - offset);
}

/** The Fourier bin where each band begins, and where the last ends; equal steps in mel (O'Shaughnessy 1987). */
function bandStarts() {
  const mel = (/** @type {number} */ hz) => 2595 * Math.log10(1 + hz / 700);
  const [low, high] = [mel(DYNAMICS.band_low_hz), mel(DYNAMICS.band_high_hz)];
  return Array.from({ length: DYNAMICS.n_bands + 1 }, (_, band) => {
    const edgeHz = 700 * (10 ** ((low + ((high - low) * band) / DYNAMICS.n_bands) / 2595) - 1);
    return Math.ceil((edgeHz * N_FFT) / SAMPLE_RATE_HZ);
  });
}

function windowCorrelation() {
  const full = realTransform(N_FFT_WINDOW);
  const { re, im } = full(PITCH_WINDOW);
  const power = new Float64Array(N_FFT_WINDOW);
  for (let k = 0; k < re.length; k++) power[k] = power[(N_FFT_WINDOW - k) % N_FFT_WINDOW] = re[k] ** 2 + im[k] ** 2;
  const correlation = full(power).re;
  return Float32Array.from({ length: N_LAGS }, (_, lag) => correlation[FIRST_LAG + lag] / correlation[0]);
}
