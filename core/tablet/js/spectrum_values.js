// Steady dynamics of the spectrum: its movement, its bands, its shape; core/audio/dynamics.py.

import { complexTransform } from "./complex_fourier.js";
import { twoDigits } from "./level_values.js";
import { decibel, deviation, largest, mean, partEdges, percentiles, sum, where } from "./numbers.js";
import { DYNAMICS, FLOOR, HOP_S } from "./spec.js";

/** @typedef {import("./level_values.js").Values} Values */

const N_PARTS = 4;
const LEAST_FFT = 256;

/**
 * Share of the envelope's movement at each rate, in four parts of the spectrum; syllables come at 2 to 8 Hz.
 * @param {Float32Array[]} bands
 * @returns {Values}
 */
export function modulationValues(bands) {
  const edges = partEdges(DYNAMICS.n_bands, N_PARTS);
  const envelopes = Array.from({ length: N_PARTS }, (_, part) =>
    Float32Array.from(bands, (frame) => Math.sqrt(sum(frame.subarray(edges[part], edges[part + 1])) + FLOOR)),
  );
  const n = Math.max(LEAST_FFT, bands.length);
  const depths = movement(envelopes, n);
  /** @type {Values} */
  const values = {};
  for (let edge = 1; edge < DYNAMICS.modulation_edges_hz.length; edge++) {
    const [low, high] = [DYNAMICS.modulation_edges_hz[edge - 1], DYNAMICS.modulation_edges_hz[edge]];
    for (const [part, depth] of depths.entries()) {
      const within = where(depth, (k) => k / (n * HOP_S) >= low && k / (n * HOP_S) < high);
      values[`modulation_${low}_to_${high}_hz_part_${part + 1}`] = sum(within) / (sum(depth) + FLOOR);
    }
  }
  for (const [part, envelope] of envelopes.entries()) {
    values[`modulation_depth_part_${part + 1}`] = deviation(envelope) / mean(envelope);
  }
  return values;
}

/**
 * The power at each rate of the envelopes without their means, two envelopes a transform.
 * @param {Float32Array[]} envelopes
 * @param {number} n
 */
function movement(envelopes, n) {
  const transform = complexTransform(n);
  const depths = [];
  for (let pair = 0; pair < envelopes.length; pair += 2) {
    const [re, im] = [0, 1].map((which) => {
      const middle = mean(envelopes[pair + which]);
      const padded = new Float64Array(n);
      padded.set(envelopes[pair + which].map((value) => value - middle));
      return padded;
    });
    transform(re, im);
    const [first, second] = [new Float64Array((n >> 1) + 1), new Float64Array((n >> 1) + 1)];
    for (let k = 0; k <= n >> 1; k++) {
      const mirrored = (n - k) % n;
      first[k] = ((re[k] + re[mirrored]) ** 2 + (im[k] - im[mirrored]) ** 2) / 4;
      second[k] = ((im[k] + im[mirrored]) ** 2 + (re[mirrored] - re[k]) ** 2) / 4;
    }
    depths.push(first, second);
  }
  return depths;
}

/**
 * Spectrum of the loud frames, and its level above the background in each band.
 * @param {Float32Array[]} bands
 * @param {Float32Array} levelDb
 * @returns {Values}
 */
export function bandValues(bands, levelDb) {
  const order = Array.from(levelDb.keys()).sort((a, b) => levelDb[a] - levelDb[b]);
  const nLoud = Math.max(1, Math.floor(order.length / 10));
  const nBackground = Math.max(1, Math.floor(order.length / 4));
  const loudDb = meanDb(bands, order.slice(order.length - nLoud));
  const backgroundDb = meanDb(bands, order.slice(0, nBackground));
  const middle = mean(loudDb);
  /** @type {Values} */
  const values = {};
  for (const [band, level] of loudDb.entries()) values[`loud_band_${twoDigits(band)}_db`] = level - middle;
  for (const [band, level] of loudDb.entries()) {
    values[`loud_above_background_${twoDigits(band)}_db`] = level - backgroundDb[band];
  }
  return values;
}

/**
 * The level in each band over some frames.
 * @param {Float32Array[]} bands
 * @param {number[]} frames
 */
function meanDb(bands, frames) {
  return Array.from({ length: DYNAMICS.n_bands }, (_, band) =>
    decibel(sum(frames.map((frame) => bands[frame][band])) / frames.length),
  );
}

/**
 * Flatness, centre and flux of the spectrum; crest of the waveform.
 * @param {Float32Array} samples
 * @param {Float32Array[]} bands
 * @param {Float32Array} levelDb
 * @returns {Values}
 */
export function shapeValues(samples, bands, levelDb) {
  const loudDb = percentiles(levelDb, [99])[0] - DYNAMICS.loud_range_db;
  const isLoud = (/** @type {number} */ i) => levelDb[i] >= loudDb;
  const bandDb = bands.map((frame) => frame.map(decibel));
  const flatness = new Float64Array(bands.length).map((_, i) => mean(bandDb[i]) - decibel(mean(bands[i])));
  const centre = new Float64Array(bands.length).map((_, i) => spectralCentre(bands[i]));
  const flux = new Float64Array(Math.max(1, bands.length - 1));
  if (bands.length > 1) flux.forEach((_, i) => (flux[i] = change(bandDb[i], bandDb[i + 1])));
  const [flatDb, middleDb] = percentiles(flatness, [10, 50]);
  const [fluxDb, muchFluxDb] = percentiles(flux, [50, 95]);
  const rms = Math.sqrt(mean(samples.map((value) => value * value))) + 1e-5;
  const peak = largest(samples.map(Math.abs)) + 1e-5;
  return {
    flatness_loud_db: mean(where(flatness, isLoud)),
    flatness_p10_db: flatDb,
    flatness_p50_db: middleDb,
    flatness_deviation_db: deviation(flatness),
    centre_loud: mean(where(centre, isLoud)),
    centre_deviation: deviation(centre),
    centre_deviation_loud: deviation(where(centre, isLoud)),
    flux_p50_db: fluxDb,
    flux_p95_db: muchFluxDb,
    crest_db: 20 * Math.log10(peak / rms),
  };
}

/** @param {Float32Array} frame power in each band */
function spectralCentre(frame) {
  let [weighed, total] = [0, 0];
  for (let band = 0; band < frame.length; band++) {
    weighed += (frame[band] + FLOOR) * band;
    total += frame[band] + FLOOR;
  }
  return weighed / total;
}

/**
 * The mean distance of two frames.
 * @param {Float32Array} before
 * @param {Float32Array} after
 */
function change(before, after) {
  let total = 0;
  for (let band = 0; band < after.length; band++) total += Math.abs(after[band] - before[band]);
  return total / after.length;
}
