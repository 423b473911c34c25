// A waveform in overlapping frames, centred on every hop, with zeros beyond both ends; core/audio/frames.py.

/**
 * The periodic Hann window.
 * @param {number} length
 */
export function hann(length) {
  return Float32Array.from({ length }, (_, k) => 0.5 - 0.5 * Math.cos((2 * Math.PI * k) / length));
}

/**
 * How many frames there are.
 * @param {number} n samples
 * @param {number} hop
 */
export function frameCount(n, hop) {
  return 1 + Math.floor(n / hop);
}

/**
 * Writes frame `number` under a window into `frame`.
 * @param {Float32Array} samples
 * @param {number} number
 * @param {number} hop
 * @param {Float32Array} window of the frame's length
 * @param {Float64Array} frame [n >= window.length]; what lies beyond the window is left as it is
 */
export function windowedFrame(samples, number, hop, window, frame) {
  const begin = number * hop - window.length / 2;
  const [first, end] = [Math.max(0, -begin), Math.min(window.length, samples.length - begin)];
  frame.fill(0, 0, first);
  frame.fill(0, Math.max(first, end), window.length);
  for (let i = first; i < end; i++) frame[i] = samples[begin + i] * window[i];
}
