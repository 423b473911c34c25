/**
 * The curve itself: axes, the lines of both groups of children, the judges, and the marker with its intervals.
 *
 * @typedef {[am: number|null, rcc: number|null]} Point
 * @typedef {(number|null)[]} Ends of an interval
 * @typedef {{judge: string, am: number|null, rcc: number|null, am_interval: Ends, rcc_interval: Ends}} Judge
 * @typedef {import("./numbers.js").Split} Split
 * @typedef {import("./words.js").Words} Words
 * @typedef {{am_max: number, split: Split, lines: Record<string, Point[]>, judges: Judge[]}} PlotData
 * @typedef {{x: (am: number) => number, y: (rcc: number) => number}} Scales share -> pixels
 */

import { find, findOf } from "../../js/dom.js";
import { label, line, place, shape } from "./svg.js";

const [TOP, RIGHT, BOTTOM, LEFT] = [30, 16, 40, 46];
const NARROW_PX = 480;
const MARK_PX = 6;
const AM_STEP = 0.1;
const RCC_STEP = 0.25;

export class Plot {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.host = find(root, ".curve");
    this.svg = findOf(this.host, "svg", SVGSVGElement);
    /** @type {PlotData|null} */
    this.data = null;
    /** @type {Words|null} */
    this.words = null;
    this.width = 0;
    this.height = 0;
  }

  /** @param {PlotData} data @param {Words} words */
  update(data, words) {
    this.data = data;
    this.words = words;
    this.width = 0; // the lines may be another model's
    this.draw();
  }

  /** Draw what does not move, where the width is another. @returns {boolean} whether it was drawn */
  draw() {
    const width = Math.round(this.host.clientWidth);
    if (!this.data || !this.words || !width || width === this.width) return false;
    this.width = width;
    this.height = width < NARROW_PX ? 250 : 290;
    place(this.svg, { viewBox: `0 0 ${width} ${this.height}`, height: this.height });
    const [scales, words] = [this.#scales(this.data), this.words];
    this.#group(".grid").replaceChildren(...axes(this.data.am_max, scales, words));
    for (const split of ["validation", "test"]) {
      const path = findOf(this.svg, `path.${split}`, SVGPathElement);
      place(path, { d: outline(this.data.lines[split] ?? [], scales, this.data.am_max) });
      path.classList.toggle("faint", split !== this.data.split);
    }
    const { am_max: most, judges } = this.data;
    this.#group(".judges").replaceChildren(...judges.flatMap((judge) => judgeMark(judge, scales, most, words)));
    return true;
  }

  /** Put the marker where a rung is. @param {import("./numbers.js").Rung} rung */
  mark(rung) {
    if (!this.data || !this.width) return;
    const { x, y } = this.#scales(this.data);
    const { am, rcc, am_interval, rcc_interval } = rung[this.data.split];
    const target = x(rung.am_target);
    place(this.#group(".at-target"), { x1: target, y1: y(0), x2: target, y2: y(1) });
    const marker = this.#group(".marker");
    const isSeen = am !== null && rcc !== null;
    marker.style.display = isSeen ? "" : "none";
    if (!isSeen) return;
    const [left, top] = [x(am), y(rcc)];
    place(marker, { transform: `translate(${left} ${top})` });
    const [low, high] = am_interval ?? [am, am];
    const [lowest, highest] = rcc_interval ?? [rcc, rcc];
    place(this.#group(".across"), { x1: x(low) - left, y1: 0, x2: x(high) - left, y2: 0 });
    place(this.#group(".along"), { x1: 0, y1: y(lowest) - top, x2: 0, y2: y(highest) - top });
  }

  /** The AM under the pointer. @param {PointerEvent} event */
  amAt(event) {
    const box = this.svg.getBoundingClientRect();
    return ((event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT)) * (this.data?.am_max ?? 0);
  }

  /** @param {string} selector */
  #group(selector) {
    return findOf(this.svg, selector, SVGElement);
  }

  /** @param {PlotData} data @returns {Scales} */
  #scales({ am_max: most }) {
    const wide = this.width - LEFT - RIGHT;
    const tall = this.height - TOP - BOTTOM;
    return {
      x: (am) => LEFT + (wide * Math.min(am, most)) / most,
      y: (rcc) => TOP + tall * (1 - rcc),
    };
  }
}

/**
 * A curve as the outline of a path, up to the first point beyond the limit.
 *
 * @param {Point[]} points
 * @param {Scales} scales
 * @param {number} limit
 */
export function outline(points, { x, y }, limit) {
  let path = "";
  for (const [am, rcc] of points) {
    if (am === null || rcc === null) continue;
    path += `${path ? "L" : "M"}${x(am).toFixed(1)} ${y(rcc).toFixed(1)}`;
    if (am > limit) break;
  }
  return path;
}

/** @param {number} most @param {Scales} scales @param {Words} words */
function axes(most, { x, y }, words) {
  const parts = [];
  for (let am = 0; am <= most + 1e-9; am += AM_STEP) {
    parts.push(line(x(am), y(0), x(am), y(1)), label(x(am), y(0) + 18, "middle", `${Math.round(100 * am)} %`));
  }
  for (let rcc = 0; rcc <= 1; rcc += RCC_STEP) {
    parts.push(line(x(0), y(rcc), x(most), y(rcc)), label(x(0) - 8, y(rcc) + 4, "end", `${Math.round(100 * rcc)} %`));
  }
  parts.push(label(x(most), y(0) + 35, "end", words.say("am_axis")));
  parts.push(label(0, 14, "start", words.say("rcc_axis")));
  return parts;
}

/** @param {Judge} judge @param {Scales} scales @param {number} most @param {Words} words */
function judgeMark({ judge, am, rcc, am_interval, rcc_interval }, { x, y }, most, words) {
  if (am === null || rcc === null || am > most) return [];
  const [at, up, by] = [x(am), y(rcc), MARK_PX];
  const mark = shape("path", { d: `M${at - by} ${up}L${at} ${up - by}L${at + by} ${up}L${at} ${up + by}Z` });
  const title = shape("title", {});
  title.textContent = words.say("of_judge", { judge, am: words.percent(am), rcc: words.percent(rcc) });
  mark.append(title);
  const across = line(x(am_interval[0] ?? am), up, x(am_interval[1] ?? am), up);
  return [across, line(at, y(rcc_interval[0] ?? rcc), at, y(rcc_interval[1] ?? rcc)), mark];
}
