// Fourier transforms of real signals of any length.

import { circle, complexTransform } from "./complex_fourier.js";

/** @typedef {import("./complex_fourier.js").Spectrum} Spectrum */

/**
 * A transform of n real values, which takes shorter signals as followed by zeros. What it gives is overwritten by the
 * next call.
 * @param {number} n
 * @returns {(signal: Float32Array | Float64Array) => Spectrum}
 */
export function realTransform(n) {
  return n % 2 ? oddRealTransform(n) : evenRealTransform(n);
}

/**
 * The real signal of n values whose half spectrum it is.
 * @param {Spectrum} spectrum
 * @param {number} n
 * @returns {Float64Array}
 */
export function inverseReal(spectrum, n) {
  const [re, im] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < spectrum.re.length; k++) {
    re[k] = spectrum.re[k];
    im[k] = -spectrum.im[k];
    if (k && 2 * k < n) {
      re[n - k] = spectrum.re[k];
      im[n - k] = spectrum.im[k];
    }
  }
  complexTransform(n)(re, im);
  return re.map((value) => value / n);
}

/**
 * The least length from n on whose transform is fast: 2, 3 and 5 alone divide it.
 * @param {number} n
 */
export function nextFastLength(n) {
  for (let length = Math.max(1, n); ; length++) {
    let rest = length;
    for (const radix of [2, 3, 5]) while (rest % radix === 0) rest /= radix;
    if (rest === 1) return length;
  }
}

/**
 * @param {number} n
 * @returns {(signal: Float32Array | Float64Array) => Spectrum}
 */
function oddRealTransform(n) {
  const transform = complexTransform(n);
  const [re, im] = [new Float64Array(n), new Float64Array(n)];
  const half = (n + 1) / 2;
  return (signal) => {
    re.fill(0).set(signal);
    im.fill(0);
    transform(re, im);
    return { re: re.subarray(0, half), im: im.subarray(0, half) };
  };
}

/**
 * Of n/2 complex values, whose real and imaginary parts are the even and odd samples.
 * @param {number} n
 * @returns {(signal: Float32Array | Float64Array) => Spectrum}
 */
function evenRealTransform(n) {
  const half = n / 2;
  const transform = complexTransform(half);
  const turns = circle(n);
  const [evenRe, oddRe] = [new Float64Array(half), new Float64Array(half)];
  const [re, im] = [new Float64Array(half + 1), new Float64Array(half + 1)];
  return (signal) => {
    const whole = Math.min(half, signal.length >> 1);
    for (let k = 0; k < whole; k++) {
      evenRe[k] = signal[2 * k];
      oddRe[k] = signal[2 * k + 1];
    }
    evenRe.fill(0, whole);
    oddRe.fill(0, whole);
    if (whole < half && signal.length % 2) evenRe[whole] = signal[signal.length - 1];
    transform(evenRe, oddRe);
    for (let k = 0; k <= half; k++) {
      const a = k < half ? k : 0;
      const b = k ? half - k : 0;
      const difRe = (oddRe[a] + oddRe[b]) / 2;
      const difIm = (evenRe[b] - evenRe[a]) / 2;
      re[k] = (evenRe[a] + evenRe[b]) / 2 + difRe * turns.cos[k] + difIm * turns.sin[k];
      im[k] = (oddRe[a] - oddRe[b]) / 2 + difIm * turns.cos[k] - difRe * turns.sin[k];
    }
    return { re, im };
  };
}
