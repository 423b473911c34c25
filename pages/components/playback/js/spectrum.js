/**
 * The log-mel spectrogram of a recording: how loud each band of hearing is, moment by moment.
 *
 * Bands are triangles on the mel scale, 2595 log10(1 + f/700) (O'Shaughnessy 1987). Loudness is in dB below full scale,
 * the same range for all recordings, so that a quiet one looks quiet.
 *
 * @typedef {{columns: number, bands: number, levels: Uint8ClampedArray}} Spectrum levels: 0 to 255, band by band from the
 *     highest, column by column
 */

const BANDS = 64;
const LOWEST_HZ = 60;
const HIGHEST_HZ = 8_000;
const MOST_COLUMNS = 420;
const WINDOW_S = 0.03;
const FLOOR_DB = -90;
const CEILING_DB = 0;

/** @type {WeakMap<object, Spectrum>} computed once for a recording */
const computed = new WeakMap();

/** @param {Pick<AudioBuffer, "sampleRate" | "getChannelData">} buffer @returns {Spectrum} */
export function spectrumOf(buffer) {
  const spectrum = computed.get(buffer) ?? transformed(buffer);
  computed.set(buffer, spectrum);
  return spectrum;
}

/** @param {Pick<AudioBuffer, "sampleRate" | "getChannelData">} buffer @returns {Spectrum} */
function transformed(buffer) {
  const samples = buffer.getChannelData(0);
  const size = 2 ** Math.ceil(Math.log2(buffer.sampleRate * WINDOW_S));
  const columns = Math.max(1, Math.min(MOST_COLUMNS, Math.floor(samples.length / (buffer.sampleRate * 0.01))));
  const window = Float32Array.from({ length: size }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / size));
  const filters = melFilters(size, buffer.sampleRate);
  const levels = new Uint8ClampedArray(columns * BANDS);
  const real = new Float32Array(size);
  const imaginary = new Float32Array(size);
  for (let column = 0; column < columns; column += 1) {
    const begin = Math.round(((column + 0.5) / columns) * samples.length - size / 2);
    for (let at = 0; at < size; at += 1) real[at] = (samples[begin + at] ?? 0) * window[at];
    imaginary.fill(0);
    fourier(real, imaginary);
    filters.forEach(({ from, weights }, band) => {
      let power = 0;
      weights.forEach((weight, at) => {
        power += weight * (real[from + at] ** 2 + imaginary[from + at] ** 2);
      });
      const decibels = 10 * Math.log10((power * 4) / (size * size) + 1e-12);
      levels[(BANDS - 1 - band) * columns + column] = (255 * (decibels - FLOOR_DB)) / (CEILING_DB - FLOOR_DB);
    });
  }
  return { columns, bands: BANDS, levels };
}

/**
 * @param {number} size of the transform
 * @param {number} sampleRate
 * @returns {{from: number, weights: number[]}[]} one a band, over the bins of the transform
 */
function melFilters(size, sampleRate) {
  const [low, high] = [mel(LOWEST_HZ), mel(Math.min(HIGHEST_HZ, sampleRate / 2))];
  const edges = Array.from(
    { length: BANDS + 2 },
    (_, at) => (hertz(low + ((high - low) * at) / (BANDS + 1)) * size) / sampleRate,
  );
  return Array.from({ length: BANDS }, (_, band) => {
    const [left, middle, right] = edges.slice(band, band + 3);
    const from = Math.floor(left);
    const weights = Array.from({ length: Math.ceil(right) - from + 1 }, (_none, at) => {
      const bin = from + at;
      return Math.max(0, bin <= middle ? (bin - left) / (middle - left) : (right - bin) / (right - middle));
    });
    // the lowest bands are narrower than a bin: they take the nearest one whole
    return weights.some((weight) => weight > 0) ? { from, weights } : { from: Math.round(middle), weights: [1] };
  });
}

/** @param {number} hz */
function mel(hz) {
  return 2595 * Math.log10(1 + hz / 700);
}

/** @param {number} mels */
function hertz(mels) {
  return 700 * (10 ** (mels / 2595) - 1);
}

/**
 * The discrete Fourier transform in place; the length is a power of two. (Cooley and Tukey 1965, radix 2.)
 *
 * @param {Float32Array} real
 * @param {Float32Array} imaginary
 */
function fourier(real, imaginary) {
  reorder(real, imaginary);
  const size = real.length;
  for (let width = 2; width <= size; width *= 2) {
    const half = width / 2;
    for (let turn = 0; turn < half; turn += 1) {
      const angle = (-2 * Math.PI * turn) / width;
      const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
      for (let even = turn; even < size; even += width) {
        const odd = even + half;
        const re = real[odd] * cosine - imaginary[odd] * sine;
        const im = real[odd] * sine + imaginary[odd] * cosine;
        real[odd] = real[even] - re;
        imaginary[odd] = imaginary[even] - im;
        real[even] += re;
        imaginary[even] += im;
      }
    }
  }
}

/**
 * Put what stands at a place to the place with the bits in reverse.
 *
 * @param {Float32Array} real
 * @param {Float32Array} imaginary
 */
function reorder(real, imaginary) {
  const size = real.length;
  for (let at = 1, reversed = 0; at < size; at += 1) {
    let bit = size >> 1;
    for (; reversed & bit; bit >>= 1) reversed ^= bit;
    reversed ^= bit;
    if (at < reversed) {
      [real[at], real[reversed]] = [real[reversed], real[at]];
      [imaginary[at], imaginary[reversed]] = [imaginary[reversed], imaginary[at]];
    }
  }
}
