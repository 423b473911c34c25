/** What the trade-off says in sentences: the other children, a day on the platform. */

import { counted, percent, range, shortPercent } from "./numbers.js";

/**
 * @typedef {import("./numbers.js").Figures} Figures
 * @typedef {import("./numbers.js").Rung} Rung
 */

/**
 * Why the target is one share and what the shown children get another.
 *
 * @param {Rung} rung @param {import("./numbers.js").Split} split that is shown
 */
export function targetExplained(rung, split) {
  const chosen = `The threshold was chosen on the validation children, for a target of ${shortPercent(rung.am_target)}: there ${percent(rung.validation.am)} are wrongly refused and ${percent(rung.validation.rcc)} caught.`;
  if (split === "validation") {
    return `${chosen} The test children, who had no part in that, get ${percent(rung.test.am)} and ${percent(rung.test.rcc)}.`;
  }
  const spread = range(rung.test.am_interval);
  const others = spread ? ` 95 of 100 other groups of children would get ${spread}.` : "";
  return `${chosen} The test children had no part in that, so they get another share: ${percent(rung.test.am)}.${others}`;
}

/**
 * @param {{good: number, bad: number}|null} day recordings
 * @param {Figures} figures
 * @returns {string} empty where the volume or a share is not known
 */
export function onADay(day, { am, rcc }) {
  if (!day || am === null || rcc === null) return "";
  const refused = counted(am * day.good, "good reading is", "good readings are");
  const passed = counted((1 - rcc) * day.bad, "bad recording is", "bad recordings are");
  return `On a day with ${counted(day.good + day.bad, "reading", "readings")}: ${refused} wrongly refused, ${passed} let through.`;
}

/**
 * Noise and Speechless apart: a model may catch one of them and lose the other.
 *
 * @param {Record<string, number>} refused @param {Record<string, number>} totals both by label
 */
export function caughtApart(refused, totals) {
  const share = (/** @type {string} */ label) => percent(totals[label] ? refused[label] / totals[label] : null);
  return `Noise ${share("noise")}, Speechless ${share("speechless")}`;
}

/** @param {number|null} am of the whole stream @returns {string} empty where it is not known */
export function amOfStream(am) {
  return am === null ? "" : `with disagreements ${percent(am)}`;
}
