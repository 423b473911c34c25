/** The recording as a picture: its waveform, its spectrogram, both or neither, and how far it has sounded. */

import { findOf } from "../../js/dom.js";
import { paintedSpectrum } from "../../playback/js/spectrogram.js";
import { spectrumOf } from "../../playback/js/spectrum.js";
import { drawBars, penFor, resolvedColour } from "../../playback/js/waveform.js";

export class Picture {
  /** @param {HTMLElement} host holds the two canvases */
  constructor(host) {
    this.host = host;
    this.waveform = findOf(host, ".waveform", HTMLCanvasElement);
    this.spectrogram = findOf(host, ".spectrogram", HTMLCanvasElement);
    /** @type {import("../../playback/js/player.js").PreparedAudio|null} */
    this.audio = null;
    this.sizes = new ResizeObserver(() => this.draw(null));
    this.sizes.observe(this.waveform);
    this.sizes.observe(this.spectrogram);
  }

  close() {
    this.sizes.disconnect();
  }

  /** What the project lets a judge see. @param {{waveform: boolean, spectrogram: boolean}} rules */
  allow({ waveform, spectrogram }) {
    this.host.dataset.waveform = String(waveform);
    this.host.dataset.spectrogram = String(spectrogram);
  }

  /** @param {import("../../playback/js/player.js").PreparedAudio|null} audio on screen, null while there is none */
  show(audio) {
    this.audio = audio;
    this.draw(null);
  }

  /** @param {number|null} share of the recording that has sounded, null when nothing plays */
  draw(share) {
    this.host.style.setProperty("--share", String(share ?? 0));
    const style = getComputedStyle(this.host);
    const quiet = resolvedColour(style, "--bar", this.waveform);
    const played = style.getPropertyValue("--bar-played");
    const { audio } = this;
    this.#drawOn(this.waveform, share, played, (pen, width, height) => {
      if (audio) drawBars(pen, audio.peaks, { width, height, share: share ?? 0, colours: { quiet, played } });
    });
    this.#drawOn(this.spectrogram, share, played, (pen, width, height) => {
      if (audio) pen.drawImage(this.#spectrogramOf(audio.buffer, style), 0, 0, width, height);
    });
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number|null} share
   * @param {string} played
   * @param {(pen: CanvasRenderingContext2D, width: number, height: number) => void} paint
   */
  #drawOn(canvas, share, played, paint) {
    const drawing = penFor(canvas);
    if (!drawing || !this.audio) return;
    const { pen, width, height } = drawing;
    paint(pen, width, height);
    if (share === null) return;
    pen.fillStyle = played;
    pen.fillRect(Math.min(width - 2, share * width), 0, 2, height);
  }

  /** @param {AudioBuffer} buffer @param {CSSStyleDeclaration} style */
  #spectrogramOf(buffer, style) {
    return paintedSpectrum(spectrumOf(buffer), resolvedColour(style, "--ink", this.spectrogram));
  }
}
