/** A spectrogram as a picture. */

/** @type {WeakMap<import("./spectrum.js").Spectrum, {colour: string, canvas: HTMLCanvasElement}>} in the last colour */
const PAINTED = new WeakMap();

/**
 * Levels as ink of one colour, thinner where it is quiet: reads on a light and on a dark page. Painted once a colour.
 *
 * @param {import("./spectrum.js").Spectrum} spectrum
 * @param {string} colour
 */
export function paintedSpectrum(spectrum, colour) {
  const before = PAINTED.get(spectrum);
  if (before?.colour === colour) return before.canvas;
  const canvas = paint(spectrum, colour);
  PAINTED.set(spectrum, { colour, canvas });
  return canvas;
}

/** @param {import("./spectrum.js").Spectrum} spectrum @param {string} colour */
function paint({ columns, bands, levels }, colour) {
  const canvas = Object.assign(document.createElement("canvas"), { width: columns, height: bands });
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  pen.fillStyle = colour;
  pen.fillRect(0, 0, columns, bands);
  const image = pen.getImageData(0, 0, columns, bands);
  levels.forEach((level, at) => {
    image.data[4 * at + 3] = level;
  });
  pen.putImageData(image, 0, 0);
  return canvas;
}
