/**
 * Faster or slower at the same pitch. Short pieces of the sound are laid closer together or further apart, each taken
 * from where its wave goes on best from the one before (WSOLA: Verhelst and Roelands, ICASSP 1993). Some milliseconds of
 * work for a second of sound, so it is done ahead; at the recorded speed nothing is touched.
 *
 * @typedef {Pick<AudioBuffer, "length" | "numberOfChannels" | "sampleRate" | "getChannelData">} Sound
 * @typedef {{createBuffer: (channels: number, length: number, sampleRate: number) => AudioBuffer}} BufferMaker
 */

const PIECE_S = 0.03; // two periods of any voice, shorter than a syllable
const SEARCH_S = 0.01; // a period of 100 Hz, lower than any child's voice
const COARSE_S = 1 / 4000; // the best place is looked for in steps of this, then around it

/**
 * @template {Sound} S
 * @param {BufferMaker} context
 * @param {S} buffer
 * @param {number} speed 2: twice as fast
 * @returns {S|AudioBuffer}
 */
export function stretched(context, buffer, speed) {
  if (speed === 1) return buffer;
  const { numberOfChannels, sampleRate } = buffer;
  const length = Math.max(1, Math.round(buffer.length / speed));
  const result = context.createBuffer(numberOfChannels, length, sampleRate);
  const channels = Array.from({ length: numberOfChannels }, (_, at) => buffer.getChannelData(at));
  const half = Math.round((PIECE_S / 2) * sampleRate);
  const search = {
    reach: Math.round(SEARCH_S * sampleRate),
    step: Math.max(1, Math.round(COARSE_S * sampleRate)),
  };
  const begins = beginningsOf(mixed(channels), { length, half, speed, search });
  channels.forEach((samples, at) => result.copyToChannel(overlapped(samples, begins, length, half), at));
  return result;
}

/**
 * Where each piece begins in the recording; the pieces are laid half a piece apart.
 *
 * @param {Float32Array} samples
 * @param {{length: number, half: number, speed: number, search: {reach: number, step: number}}} how in samples
 */
function beginningsOf(samples, { length, half, speed, search }) {
  const around = { reach: search.step, step: Math.ceil(search.step / 6) };
  const begins = [0];
  let begin = 0;
  for (let at = half; at < length; at += half) {
    const goesOn = begin + half; // what would follow the piece before
    const near = likest(samples, goesOn, Math.round(at * speed), half, search);
    begin = Math.max(0, likest(samples, goesOn, near, half, around));
    begins.push(begin);
  }
  return begins;
}

/**
 * The place around `wanted` whose stretch is most like the one at `goesOn`; `wanted` itself where all are alike.
 *
 * @param {Float32Array} samples
 * @param {number} goesOn
 * @param {number} wanted
 * @param {number} length
 * @param {{reach: number, step: number}} search
 */
function likest(samples, goesOn, wanted, length, { reach, step }) {
  const thinned = Math.ceil(step / 2); // the coarser the steps, the fewer samples need be compared
  let best = wanted;
  let highest = likeness(samples, goesOn, wanted, length, thinned);
  for (let by = -reach; by <= reach; by += step) {
    const like = likeness(samples, goesOn, wanted + by, length, thinned);
    if (like > highest) [highest, best] = [like, wanted + by];
  }
  return best;
}

/**
 * How alike two stretches of a recording are, whatever their loudness: a correlation. Beyond the ends is silence.
 *
 * @param {Float32Array} samples
 * @param {number} first
 * @param {number} second
 * @param {number} length
 * @param {number} thinned compare every so many samples
 */
function likeness(samples, first, second, length, thinned) {
  const end = Math.min(length, samples.length - Math.max(first, second));
  let product = 0;
  let energy = 0;
  for (let at = Math.max(0, -second); at < end; at += thinned) {
    product += samples[first + at] * samples[second + at];
    energy += samples[second + at] ** 2;
  }
  return energy > 0 ? product / Math.sqrt(energy) : 0;
}

/**
 * The pieces faded into each other.
 *
 * @param {Float32Array} samples
 * @param {number[]} begins
 * @param {number} length
 * @param {number} half
 */
function overlapped(samples, begins, length, half) {
  const sum = new Float32Array(length);
  const weights = new Float32Array(length);
  const fade = Float32Array.from({ length: 2 * half }, (_, at) => Math.sin((Math.PI * (at + 0.5)) / (2 * half)) ** 2);
  begins.forEach((begin, piece) => {
    const from = piece * half;
    for (let at = 0; at < 2 * half && from + at < length; at += 1) {
      sum[from + at] += fade[at] * (samples[begin + at] ?? 0);
      weights[from + at] += fade[at];
    }
  });
  return sum.map((value, at) => value / weights[at]);
}

/** @param {Float32Array[]} channels */
function mixed(channels) {
  if (channels.length === 1) return channels[0];
  return channels[0].map((_, at) => channels.reduce((sum, samples) => sum + samples[at], 0));
}
