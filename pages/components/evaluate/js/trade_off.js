/**
 * The trade-off, draggable. The page hands over one rung for each AM target, with the threshold that validation gives for
 * it, the exact figures, counts and intervals it then has, and what it can promise. While the pointer moves nothing
 * leaves the browser, and the page is written once a frame at most; on release the target is sent.
 *
 * @typedef {import("./plot.js").PlotData & {
 *   am: number,
 *   rungs: import("./numbers.js").Rung[],
 *   certainty: number,
 *   certainties: import("./certainty.js").SentLevel[],
 *   texts: Record<string, string>,
 *   totals: Record<import("./numbers.js").Split, Record<string, number>>,
 *   day: {good: number, bad: number}|null,
 *   streams: import("./certainty.js").Streams,
 * }} TradeOffData `totals` by label; `streams`: AM with disagreements at each rung
 * @typedef {{onTarget: (am: number) => void, onCertainty: (share: number) => void, onCell: (name: string) => void}} TradeOffListeners
 */

import { find, findOf } from "../../js/dom.js";
import { ChosenCertainty, certaintyButtons, certaintyText } from "./certainty.js";
import { Handle } from "./handle.js";
import { Hundred } from "./hundred.js";
import { Plot } from "./plot.js";
import { amOfStream, caughtApart, onADay, targetExplained } from "./sentences.js";
import { TextSlots } from "./text_slots.js";
import { SentenceLine, writeMarkup } from "./texts.js";
import { ofHundred, Words } from "./words.js";

const KEYBOARD_REST_MS = 220;

export class TradeOff {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.plot = new Plot(root);
    this.handle = new Handle();
    this.certainty = new ChosenCertainty();
    this.slider = findOf(root, "input", HTMLInputElement);
    this.hundreds = { am: this.#hundred("good"), rcc: this.#hundred("bad") };
    /** @type {TradeOffData|null} */
    this.data = null;
    this.words = new Words({});
    this.sentence = new SentenceLine(find(root, ".sentence"));
    /** @type {TradeOffListeners} */
    this.listeners = { onTarget: () => {}, onCertainty: () => {}, onCell: () => {} };
    this.slots = new TextSlots(root);
    /** @type {import("./certainty.js").CertaintyLevel[]} */
    this.levels = [];
    /** @type {number|null} the certainty whose button is pressed */
    this.pressed = null;
    this.byPointer = false;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.rest = undefined;
    this.frame = 0;
    this.sizes = new ResizeObserver(() => this.#draw());
    this.sizes.observe(this.plot.host);
    this.#listenToSlider();
    this.#listenToCurve();
    for (const cell of root.querySelectorAll("button")) {
      cell.addEventListener("click", () => this.listeners.onCell(cell.dataset.cell ?? ""));
    }
  }

  close() {
    clearTimeout(this.rest);
    cancelAnimationFrame(this.frame);
    this.sizes.disconnect();
  }

  /** @param {TradeOffData} data */
  update(data) {
    this.data = data;
    this.words = new Words(data.texts);
    writeMarkup(this.root, this.words);
    this.levels = data.certainties.map((level) => ({
      ...level,
      rungs: level.rungs ?? data.rungs,
      streams: level.streams ?? data.streams,
    }));
    this.root.inert = false; // until now a press would have been lost
    this.certainty.answer(data.certainty);
    this.handle.answer(this.certainty.level(this.levels).rungs, data.am);
    this.#fillCertainties();
    this.slider.max = String(this.handle.last);
    this.slots.write(".legend .shown", this.words.say(data.split));
    this.slots.write(".legend .other", this.words.say(data.split === "test" ? "validation" : "test"));
    this.slots.host(".legend .people").hidden = !data.judges.length;
    this.plot.update(data, this.words);
    this.#paint();
  }

  #fillCertainties() {
    const host = this.slots.host(".certainties");
    if (host.querySelectorAll("button").length !== this.levels.length) {
      const buttons = certaintyButtons(this.levels, (share) => {
        this.certainty.choose(share);
        this.#paint();
        this.listeners.onCertainty(share);
      });
      host.append(...buttons);
    }
    this.slots.write(".certainties legend", this.words.say("sure"));
  }

  #listenToSlider() {
    const { slider } = this;
    slider.addEventListener("input", () => this.#show(() => this.handle.moveTo(Number(slider.value))));
    slider.addEventListener("pointerdown", () => (this.byPointer = true));
    slider.addEventListener("keydown", () => (this.byPointer = false));
    slider.addEventListener("change", () => this.#release(this.byPointer ? 0 : KEYBOARD_REST_MS));
  }

  #listenToCurve() {
    const { svg } = this.plot;
    const follow = (/** @type {PointerEvent} */ event) =>
      this.#show(() => this.handle.moveToTarget(this.plot.amAt(event)));
    svg.addEventListener("pointerdown", (event) => {
      svg.setPointerCapture(event.pointerId);
      follow(event);
    });
    svg.addEventListener("pointermove", (event) => svg.hasPointerCapture(event.pointerId) && follow(event));
    for (const end of ["pointerup", "pointercancel"]) {
      svg.addEventListener(end, () => this.handle.isDragging && this.#release(0));
    }
  }

  /** However often the pointer moves between two frames, the page is written once. @param {() => void} move */
  #show(move) {
    move();
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.#paint();
    });
  }

  /** Send the target, from the keyboard only when the hand rests. @param {number} afterMs */
  #release(afterMs) {
    clearTimeout(this.rest);
    if (afterMs) {
      this.rest = setTimeout(() => this.#release(0), afterMs);
      return;
    }
    const target = this.handle.release();
    if (target !== null) this.listeners.onTarget(target);
  }

  #draw() {
    if (this.plot.draw()) this.#paint();
  }

  #paint() {
    const { data, handle } = this;
    const place = handle.place ?? 0;
    const rung = data && this.certainty.level(this.levels).rungs[place];
    if (!data || !rung) return;
    const figures = rung[data.split];
    if (Number(this.slider.value) !== place) this.slider.value = String(place);
    this.slider.style.setProperty("--filled", `${(100 * place) / Math.max(handle.last, 1)}%`);
    const { words } = this;
    const spoken = { target: words.percent(rung.am_target), rcc: words.percent(figures.rcc) };
    this.slider.setAttribute("aria-valuetext", words.say("spoken", spoken));
    this.#paintFigures(rung, figures);
    this.slots.write(".figure.rcc .apart", caughtApart(figures.refused, data.totals[data.split], words));
    this.slots.write(
      ".figure.am .apart",
      amOfStream(this.certainty.level(this.levels).streams[data.split]?.[place] ?? null, words),
    );
    this.#paintHundreds(figures);
    this.#paintCounts(data.totals[data.split], figures.refused);
    this.slots.write(".elsewhere", targetExplained(rung, data.split, words));
    this.#paintCertainty(data, rung, place);
    this.#paintPromise(rung);
    const day = onADay(data.day, figures, words);
    this.slots.host(".day").hidden = !day;
    this.slots.write(".day", day);
    this.plot.mark(rung);
  }

  /** @param {import("./numbers.js").Rung} rung @param {import("./numbers.js").Figures} figures */
  #paintFigures(rung, { am, rcc, am_interval, rcc_interval }) {
    const { words } = this;
    this.slots.write(".target", words.percent(rung.am_target));
    this.sentence.paint({ am, rcc }, words);
    this.slots.write(".figure.rcc .value", words.percent(rcc));
    this.slots.write(".figure.am .value", words.percent(am));
    this.slots.write(".figure.rcc .between", words.range(rcc_interval));
    this.slots.write(".figure.am .between", words.range(am_interval));
    this.slots.write(".figure.threshold .value", rung.threshold === null ? "–" : words.decimal(rung.threshold, 4));
  }

  /** @param {import("./numbers.js").Figures} figures */
  #paintHundreds({ am, rcc }) {
    this.hundreds.am.show(am);
    this.hundreds.rcc.show(rcc);
    this.slots.write(".caption-good b", ofHundred(am));
    this.slots.write(".caption-bad b", rcc === null ? "–" : String(100 - Math.round(100 * rcc)));
  }

  /** @param {Record<string, number>} totals @param {Record<string, number>} refused both by label */
  #paintCounts(totals, refused) {
    for (const label of Object.keys(totals)) {
      this.slots.write(`[data-cell=${label}_refused] b`, this.words.written(refused[label]));
      this.slots.write(`[data-cell=${label}_passed] b`, this.words.written(totals[label] - refused[label]));
    }
  }

  /** @param {TradeOffData} data @param {import("./numbers.js").Rung} rung @param {number} place */
  #paintCertainty({ split }, rung, place) {
    const level = this.certainty.level(this.levels);
    if (this.pressed !== level.share) {
      this.pressed = level.share;
      for (const button of this.slots.host(".certainties").querySelectorAll("button")) {
        button.setAttribute("aria-pressed", String(Number(button.value) === level.share));
      }
    }
    this.slots.write(".asked", this.words.say("target", { n: this.words.shortOfHundred(rung.am_target) }));
    this.slots.host(".certainty").classList.toggle("unsure", Boolean(rung.needed));
    this.slots.write(".certainty", certaintyText(level, this.levels, place, split, this.words));
  }

  /** @param {import("./numbers.js").Rung} rung */
  #paintPromise({ promise }) {
    const host = this.slots.host(".promise");
    host.hidden = !promise;
    if (!promise) return;
    host.classList.toggle("kept", promise.is_kept);
    this.slots.write(".promise .sign", promise.is_kept ? "✓" : "!");
    this.slots.write(".promise .message", promise.sentence);
  }

  /** @param {"good"|"bad"} name */
  #hundred(name) {
    return new Hundred(findOf(this.root, `.picture.${name}`, SVGElement));
  }
}
