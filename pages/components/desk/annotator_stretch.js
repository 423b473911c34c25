/**
 * Faster or slower at the same pitch. Short pieces of the sound are laid closer together or further apart, each taken from
 * where its wave goes on best from the one before (WSOLA: Verhelst and Roelands, ICASSP 1993). Some milliseconds of work
 * for a second of sound, so it is done ahead; at the recorded speed nothing is touched.
 */

const PIECE_S = 0.03; // two periods of any voice, shorter than a syllable
const SEARCH_S = 0.01; // a period of 100 Hz, lower than any child's voice
const COARSE_S = 1 / 4000; // the best place is looked for in steps of this, then around it

/** @param {BaseAudioContext} context @param {AudioBuffer} buffer @param {number} speed 2: twice as fast @returns {AudioBuffer} */
function stretched(context, buffer, speed) {
  if (speed === 1) return buffer;
  const { numberOfChannels, sampleRate } = buffer;
  const length = Math.max(1, Math.round(buffer.length / speed));
  const made = context.createBuffer(numberOfChannels, length, sampleRate);
  const channels = Array.from({ length: numberOfChannels }, (_, at) => buffer.getChannelData(at));
  const half = Math.round((PIECE_S / 2) * sampleRate);
  const search = { reach: Math.round(SEARCH_S * sampleRate), step: Math.max(1, Math.round(COARSE_S * sampleRate)) };
  const begins = beginningsOf(mixed(channels), length, half, speed, search);
  channels.forEach((samples, at) => made.copyToChannel(overlapped(samples, begins, length, half), at));
  return made;
}

/** Where each piece begins in the recording; the pieces are laid half a piece apart. */
function beginningsOf(samples, length, half, speed, search) {
  const begins = [0];
  for (let place = half; place < length; place += half) {
    const wanted = Math.round(place * speed);
    const goesOn = begins.at(-1) + half; // what would follow the piece before
    const near = likest(samples, goesOn, wanted, half, search);
    begins.push(Math.max(0, likest(samples, goesOn, near, half, { reach: search.step, step: Math.ceil(search.step / 6) })));
  }
  return begins;
}

/** The place around `wanted` whose stretch is most like the one at `goesOn`; `wanted` itself where all are alike. */
function likest(samples, goesOn, wanted, length, { reach, step }) {
  const thinned = Math.ceil(step / 2); // the coarser the steps, the fewer samples need be compared
  let found = wanted;
  let best = likeness(samples, goesOn, wanted, length, thinned);
  for (let by = -reach; by <= reach; by += step) {
    const like = likeness(samples, goesOn, wanted + by, length, thinned);
    if (like > best) [best, found] = [like, wanted + by];
  }
  return found;
}

/** How alike two stretches of a recording are, whatever their loudness: a correlation. Beyond the ends is silence. */
function likeness(samples, one, other, length, thinned) {
  const end = Math.min(length, samples.length - Math.max(one, other));
  let product = 0;
  let energy = 0;
  for (let at = Math.max(0, -other); at < end; at += thinned) {
    product += samples[one + at] * samples[other + at];
    energy += samples[other + at] ** 2;
  }
  return energy > 0 ? product / Math.sqrt(energy) : 0;
}

/** The pieces faded into each other. */
function overlapped(samples, begins, length, half) {
  const made = new Float32Array(length);
  const weights = new Float32Array(length);
  const fade = Float32Array.from({ length: 2 * half }, (_, at) => Math.sin((Math.PI * (at + 0.5)) / (2 * half)) ** 2);
  begins.forEach((begin, piece) => {
    const place = piece * half;
    for (let at = 0; at < 2 * half && place + at < length; at += 1) {
      made[place + at] += fade[at] * (samples[begin + at] ?? 0);
      weights[place + at] += fade[at];
    }
  });
  return made.map((sum, at) => sum / weights[at]);
}

function mixed(channels) {
  if (channels.length === 1) return channels[0];
  return channels[0].map((_, at) => channels.reduce((sum, samples) => sum + samples[at], 0));
}
