/**
 * How sure the AM target is to be kept with other children: which certainty is chosen, its rungs, and what it costs.
 *
 * @typedef {import("./numbers.js").Rung} Rung
 * @typedef {Record<import("./numbers.js").Split, (number|null)[]|null>} Streams AM with disagreements at each rung
 * @typedef {{share: number, meaning: string, rungs: Rung[], streams: Streams}} CertaintyLevel `meaning` in words
 * @typedef {{share: number, meaning: string, rungs: Rung[]|null, streams: Streams|null}} SentLevel null: the page's own
 */

import { ofHundred } from "./words.js";

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
 * @param {import("./numbers.js").Split} split @param {import("./words.js").Words} words
 */
export function certaintyText(level, levels, place, split, words) {
  const rung = level.rungs[place];
  if (rung.needed) return rung.needed;
  const [caught, even] = [rung[split].rcc, levels[0].rungs[place][split].rcc];
  const meaning = `${level.meaning.charAt(0).toUpperCase()}${level.meaning.slice(1)}.`;
  if (level === levels[0] || caught === null || even === null) return meaning;
  const points = 100 * (even - caught);
  const values = { points: words.decimal(points, 1), caught: ofHundred(caught), even: ofHundred(even) };
  return `${meaning} ${words.say(Number(points.toFixed(1)) > 0 ? "costs" : "free", values)}`;
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
