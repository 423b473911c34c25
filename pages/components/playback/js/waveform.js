/** The waveform of a recording, as bars on a canvas. */

const PEAKS = 480;
const BAR_PX = 3;
const GAP_PX = 2;

/**
 * The loudest sample of each of 480 equal stretches, over all channels.
 *
 * @param {Pick<AudioBuffer, "length" | "numberOfChannels" | "getChannelData">} buffer
 */
export function peaksOf(buffer) {
  const peaks = new Float32Array(PEAKS);
  const step = buffer.length / PEAKS;
  for (let channel = 0; channel < buffer.numberOfChannels; channel += 1) {
    const samples = buffer.getChannelData(channel);
    for (let at = 0; at < samples.length; at += 1) {
      const stretch = Math.min(PEAKS - 1, Math.floor(at / step));
      const height = Math.abs(samples[at]);
      if (height > peaks[stretch]) peaks[stretch] = height;
    }
  }
  return peaks;
}

/**
 * A pen for a canvas that is as sharp as the screen, the canvas cleared.
 *
 * @param {HTMLCanvasElement} canvas
 * @returns {{pen: CanvasRenderingContext2D, width: number, height: number}|null} null while the canvas is not laid out
 */
export function penFor(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const pen = canvas.getContext("2d");
  if (!width || !height || !pen) return null;
  const scale = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
  if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Float32Array} peaks
 * @param {{width: number, height: number, share: number, colours: {quiet: string, played: string}}} look `share` of the
 *     recording that has been played
 */
export function drawBars(pen, peaks, { width, height, share, colours }) {
  const count = Math.max(1, Math.floor(width / (BAR_PX + GAP_PX)));
  for (let bar = 0; bar < count; bar += 1) {
    const begin = Math.floor((bar / count) * peaks.length);
    const end = Math.max(begin + 1, Math.floor(((bar + 1) / count) * peaks.length));
    const loudest = Math.max(...peaks.subarray(begin, end));
    // the root keeps quiet recordings visible; it is the same for all, so a quiet one still looks quiet
    const tall = Math.max(2, Math.sqrt(Math.min(1, loudest)) * (height - 4));
    pen.fillStyle = bar / count < share ? colours.played : colours.quiet;
    pen.fillRect((bar / count) * width, (height - tall) / 2, BAR_PX, tall);
  }
}

/**
 * A custom property's colour as the canvas understands it (it knows no var() and no color-mix of variables).
 *
 * @param {CSSStyleDeclaration} style where the property is set
 * @param {string} name
 * @param {HTMLElement} host whose colour may change
 */
export function resolvedColour(style, name, host) {
  host.style.color = style.getPropertyValue(name);
  return getComputedStyle(host).color;
}
