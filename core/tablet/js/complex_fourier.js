// Fourier transforms of complex values of any length, in 64 bits: mixed radices, and Bluestein's way for lengths with a
// large prime.

const LARGEST_RADIX = 31;

/**
 * Real and imaginary parts; of a real signal, bins 0 to n/2.
 * @typedef {{re: Float64Array, im: Float64Array}} Spectrum
 */

/**
 * A complex transform of one length, which works in place.
 * @typedef {(re: Float64Array, im: Float64Array) => void} Transform
 */

/**
 * A transform of n complex values; exp(-2 pi i jk / n).
 * @param {number} n
 * @returns {Transform}
 */
export function complexTransform(n) {
  const radices = factors(n);
  return radices.every((radix) => radix <= LARGEST_RADIX) ? mixedRadix(n, radices) : bluestein(n);
}

/**
 * @param {number} n
 * @returns {number[]}
 */
function factors(n) {
  const radices = [];
  let rest = n;
  for (let radix = 4; rest > 1; radix = radix === 4 ? 2 : radix === 2 ? 3 : radix + 2) {
    if (radix > 4 && radix * radix > rest) radix = rest;
    for (; rest % radix === 0; rest /= radix) radices.push(radix);
  }
  return radices;
}

/**
 * Cosines and sines of 2 pi k / n.
 * @param {number} n
 */
export function circle(n) {
  const [cos, sin] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / n);
    sin[k] = Math.sin((2 * Math.PI * k) / n);
  }
  return { cos, sin };
}

/**
 * Stockham's order, which needs no bit reversal.
 * @param {number} n
 * @param {number[]} radices
 * @returns {Transform}
 */
function mixedRadix(n, radices) {
  const turns = circle(n);
  const [otherRe, otherIm] = [new Float64Array(n), new Float64Array(n)];
  return (re, im) => {
    /** @type {[Spectrum, Spectrum]} */
    let [from, to] = [
      { re, im },
      { re: otherRe, im: otherIm },
    ];
    let [length, stride] = [n, 1];
    for (const radix of radices) {
      if (radix === 4) stepOfFour(from, to, length, stride, turns);
      else stepOf(radix, from, to, length, stride, turns);
      [from, to] = [to, from];
      length /= radix;
      stride *= radix;
    }
    if (from.re !== re) {
      re.set(from.re);
      im.set(from.im);
    }
  };
}

/**
 * @param {Spectrum} from
 * @param {Spectrum} to
 * @param {number} length
 * @param {number} stride
 * @param {{cos: Float64Array, sin: Float64Array}} turns
 */
function stepOfFour(from, to, length, stride, turns) {
  const quarter = stride * (length / 4);
  const { re: xr, im: xi } = from;
  const { re: yr, im: yi } = to;
  for (let begin = 0; begin < quarter; begin += stride) {
    const c1 = turns.cos[begin];
    const s1 = turns.sin[begin];
    const c2 = turns.cos[2 * begin];
    const s2 = turns.sin[2 * begin];
    const c3 = turns.cos[3 * begin];
    const s3 = turns.sin[3 * begin];
    for (let a = begin, out = 4 * begin; a < begin + stride; a++, out++) {
      const b = a + quarter;
      const c = b + quarter;
      const d = c + quarter;
      const pr = xr[a] + xr[c];
      const pi = xi[a] + xi[c];
      const mr = xr[a] - xr[c];
      const mi = xi[a] - xi[c];
      const qr = xr[b] + xr[d];
      const qi = xi[b] + xi[d];
      const nr = xr[b] - xr[d];
      const ni = xi[b] - xi[d];
      yr[out] = pr + qr;
      yi[out] = pi + qi;
      yr[out + stride] = (mr + ni) * c1 + (mi - nr) * s1;
      yi[out + stride] = (mi - nr) * c1 - (mr + ni) * s1;
      yr[out + 2 * stride] = (pr - qr) * c2 + (pi - qi) * s2;
      yi[out + 2 * stride] = (pi - qi) * c2 - (pr - qr) * s2;
      yr[out + 3 * stride] = (mr - ni) * c3 + (mi + nr) * s3;
      yi[out + 3 * stride] = (mi + nr) * c3 - (mr - ni) * s3;
    }
  }
}

/**
 * @param {number} radix
 * @param {Spectrum} from
 * @param {Spectrum} to
 * @param {number} length
 * @param {number} stride
 * @param {{cos: Float64Array, sin: Float64Array}} turns
 */
function stepOf(radix, from, to, length, stride, turns) {
  const part = length / radix;
  const n = length * stride;
  const { re: xr, im: xi } = from;
  const { re: yr, im: yi } = to;
  for (let j = 0; j < part; j++) {
    for (let t = 0; t < radix; t++) {
      const out = stride * (radix * j + t);
      yr.fill(0, out, out + stride);
      yi.fill(0, out, out + stride);
      for (let r = 0; r < radix; r++) {
        const at = (stride * ((j + part * r) * t)) % n; // the turn within the radix and the one after it, together
        const cos = turns.cos[at];
        const sin = turns.sin[at];
        const x = stride * (j + part * r);
        for (let k = 0; k < stride; k++) {
          yr[out + k] += xr[x + k] * cos + xi[x + k] * sin;
          yi[out + k] += xi[x + k] * cos - xr[x + k] * sin;
        }
      }
    }
  }
}

/**
 * A convolution with a chirp, whose length is a power of two. Source: Bluestein (1970).
 * @param {number} n
 * @returns {Transform}
 */
function bluestein(n) {
  const length = 2 ** Math.ceil(Math.log2(2 * n - 1));
  const inner = complexTransform(length);
  const turns = circle(2 * n);
  const square = (/** @type {number} */ k) => (k * k) % (2 * n);
  const [chirpRe, chirpIm] = [new Float64Array(length), new Float64Array(length)];
  for (let k = 0; k < n; k++) {
    for (const at of k ? [k, length - k] : [0]) {
      chirpRe[at] = turns.cos[square(k)];
      chirpIm[at] = turns.sin[square(k)];
    }
  }
  inner(chirpRe, chirpIm);
  return (re, im) => {
    const [workRe, workIm] = [new Float64Array(length), new Float64Array(length)];
    for (let k = 0; k < n; k++) {
      const [c, s] = [turns.cos[square(k)], turns.sin[square(k)]];
      workRe[k] = re[k] * c + im[k] * s;
      workIm[k] = im[k] * c - re[k] * s;
    }
    inner(workRe, workIm);
    for (let k = 0; k < length; k++) {
      const product = workRe[k] * chirpRe[k] - workIm[k] * chirpIm[k];
      workIm[k] = -(workRe[k] * chirpIm[k] + workIm[k] * chirpRe[k]);
      workRe[k] = product;
    }
    inner(workRe, workIm);
    for (let k = 0; k < n; k++) {
      const [c, s] = [turns.cos[square(k)], turns.sin[square(k)]];
      re[k] = (workRe[k] * c - workIm[k] * s) / length;
      im[k] = (-workIm[k] * c - workRe[k] * s) / length;
    }
  };
}
