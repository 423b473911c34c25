/** The waveform of the selected recording above the list, with its title and a clock; its spectrogram where wanted. */

import { find, findOf } from "../../js/dom.js";
import { paintedSpectrum } from "../../playback/js/spectrogram.js";
import { spectrumOf } from "../../playback/js/spectrum.js";
import { drawBars, penFor, resolvedColour } from "../../playback/js/waveform.js";

const SILENCE = new Float32Array(1);

/**
 * @typedef {import("../../playback/js/player.js").PreparedAudio} PreparedAudio
 * @typedef {{title: string, duration_s: number, audio?: PreparedAudio, position_s: number, share: number}} Shown
 */

export class Wave {
  /** @param {HTMLElement} root @param {import("./list_texts.js").ListTexts} texts @param {() => void} onResize */
  constructor(root, texts, onResize) {
    this.texts = texts;
    this.canvas = findOf(root, ".waveform", HTMLCanvasElement);
    this.spectrogram = findOf(root, ".spectrogram", HTMLCanvasElement);
    this.title = find(root, ".now");
    this.clock = find(root, ".clock");
    this.sizes = new ResizeObserver(onResize);
    this.sizes.observe(this.canvas);
    this.sizes.observe(this.spectrogram);
  }

  close() {
    this.sizes.disconnect();
  }

  /** @param {Shown|null} shown null: nothing is selected. `share` that has been played */
  draw(shown) {
    this.title.textContent = shown?.title ?? "";
    const [at, of] = [shown?.position_s ?? 0, shown?.duration_s ?? 0].map((seconds) => this.texts.number(seconds, 1));
    this.clock.textContent = shown ? `${at} / ${of} s` : "";
    const drawing = penFor(this.canvas);
    if (!drawing) return;
    const { pen, width, height } = drawing;
    const style = getComputedStyle(this.canvas);
    const quiet = resolvedColour(style, "--wave", this.canvas);
    const played = resolvedColour(style, "--wave-played", this.canvas);
    const share = shown?.share ?? 0;
    drawBars(pen, shown?.audio?.peaks ?? SILENCE, { width, height, share, colours: { quiet, played } });
    this.#drawSpectrogram(shown?.audio, share, played);
  }

  /** Nothing where the list shows none: its canvas is not laid out then. @param {PreparedAudio|undefined} audio @param {number} share @param {string} played */
  #drawSpectrogram(audio, share, played) {
    const drawing = penFor(this.spectrogram);
    if (!drawing || !audio) return;
    const { pen, width, height } = drawing;
    const ink = resolvedColour(getComputedStyle(this.spectrogram), "--ink", this.spectrogram);
    pen.drawImage(paintedSpectrum(spectrumOf(audio.buffer), ink), 0, 0, width, height);
    if (!share) return;
    pen.fillStyle = played;
    pen.fillRect(Math.min(width - 2, share * width), 0, 2, height);
  }

  /** The share of the recording under the pointer. @param {PointerEvent} event */
  shareAt(event) {
    const box = this.canvas.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
  }
}
