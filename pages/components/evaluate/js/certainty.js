/**
 * How sure the AM target is to be kept with other children: which certainty is chosen, its rungs, and what it costs.
 *
 * @typedef {import("./numbers.js").Rung} Rung
 * @typedef {Record<import("./numbers.js").Split, (number|null)[]|null>} Streams AM with disagreements at each rung
 * @typedef {{share: number, meaning: string, rungs: Rung[], streams: Streams}} CertaintyLevel `meaning` in words
 * @typedef {{share: number, meaning: string, rungs: Rung[]|null, streams: Streams|null}} SentLevel null: the page's own
 * @typedef {{target: string, sure: string, costs: string, free: string}} CertaintyTexts with {places} to fill in
 */

import { ofHundred } from "./numbers.js";

const PENDING_MS = 4000;

export class ChosenCertainty {
  /** @param {() => number} [now] milliseconds */
  constructor(now = () => performance.now()) {
    this.now = now;
    /** @type {number|null} */
    this.share = null;
    /** @type {{share: number, at: number}|null} sent, not answered yet */
    this.pending = null;
  }

  /** The page has run; an answer to an earlier click does not undo a later one. @param {number} share */
  answer(share) {
    const { pending } = this;
    const isWaiting = pending !== null && pending.share !== share && this.now() - pending.at < PENDING_MS;
    if (isWaiting) return;
    this.pending = null;
    this.share = share;
  }

  /** @param {number} share */
  choose(share) {
    this.share = share;
    this.pending = { share, at: this.now() };
  }

  /** The chosen level, or the first. @param {CertaintyLevel[]} levels */
  level(levels) {
    return levels.find(({ share }) => share === this.share) ?? levels[0];
  }
}

/**
 * What the certainty means and what it costs in bad recordings caught, beside the rule without a margin.
 *
 * @param {CertaintyLevel} level @param {CertaintyLevel[]} levels the first has no margin @param {number} place of the handle
 * @param {import("./numbers.js").Split} split @param {CertaintyTexts} texts
 */
export function certaintyText(level, levels, place, split, texts) {
  const rung = level.rungs[place];
  if (rung.needed) return rung.needed;
  const [caught, even] = [rung[split].rcc, levels[0].rungs[place][split].rcc];
  const meaning = `${level.meaning.charAt(0).toUpperCase()}${level.meaning.slice(1)}.`;
  if (level === levels[0] || caught === null || even === null) return meaning;
  const points = (100 * (even - caught)).toFixed(1);
  const values = { points, caught: ofHundred(caught), even: ofHundred(even) };
  return `${meaning} ${filled(Number(points) > 0 ? texts.costs : texts.free, values)}`;
}

/** @param {string} text @param {Record<string, string>} values */
export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);
}

/** 10, 12.5: of 100. @param {number} share */
export function shortOfHundred(share) {
  return String(Number((100 * share).toFixed(1)));
}

/**
 * A button for each certainty.
 *
 * @param {CertaintyLevel[]} levels @param {(share: number) => void} onChoice
 */
export function certaintyButtons(levels, onChoice) {
  return levels.map(({ share }) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", value: String(share), textContent: `${Math.round(100 * share)} %` });
    button.addEventListener("click", () => onChoice(share));
    return button;
  });
}
