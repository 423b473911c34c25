/** The waveform of the selected recording above the list, with its title and a clock. */

import { find, findOf } from "../../js/dom.js";
import { drawBars, penFor, resolvedColour } from "../../playback/js/waveform.js";

const SILENCE = new Float32Array(1);

/** @typedef {{title: string, duration_s: number, peaks?: Float32Array, position_s: number, share: number}} Shown */

export class Wave {
  /** @param {HTMLElement} root @param {import("./list_texts.js").ListTexts} texts @param {() => void} onResize */
  constructor(root, texts, onResize) {
    this.texts = texts;
    this.canvas = findOf(root, "canvas", HTMLCanvasElement);
    this.title = find(root, ".now");
    this.clock = find(root, ".clock");
    this.sizes = new ResizeObserver(onResize);
    this.sizes.observe(this.canvas);
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
    drawBars(pen, shown?.peaks ?? SILENCE, { width, height, share, colours: { quiet, played } });
  }

  /** The share of the recording under the pointer. @param {PointerEvent} event */
  shareAt(event) {
    const box = this.canvas.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
  }
}
