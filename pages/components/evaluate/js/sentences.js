/** What the trade-off says in sentences: the other children, a day on the platform. */

/**
 * @typedef {import("./numbers.js").Figures} Figures
 * @typedef {import("./numbers.js").Rung} Rung
 * @typedef {import("./words.js").Words} Words
 */

const NO_BREAK = "\u00a0";

/**
 * Why the target is one share and the shown children get another.
 *
 * @param {Rung} rung @param {import("./numbers.js").Split} split that is shown @param {Words} words
 */
export function targetExplained(rung, split, words) {
  const shares = (/** @type {Figures} */ { am, rcc }) => ({ am: words.percent(am), rcc: words.percent(rcc) });
  const chosen = words.say("chosen", { target: words.shortPercent(rung.am_target), ...shares(rung.validation) });
  if (split === "validation") return `${chosen} ${words.say("others_test", shares(rung.test))}`;
  const ends = words.range(rung.test.am_interval);
  const spread = ends ? ` ${words.say("spread", { ends })}` : "";
  return `${chosen} ${words.say("why_other", shares(rung.test))}${spread}`;
}

/**
 * @param {{good: number, bad: number}|null} day recordings
 * @param {Figures} figures
 * @param {Words} words
 * @returns {string} empty where the volume or a share is not known
 */
export function onADay(day, { am, rcc }, words) {
  if (!day || am === null || rcc === null) return "";
  return words.say("day", {
    readings: words.counted(day.good + day.bad, "reading", "readings"),
    refused: words.counted(am * day.good, "refused_one", "refused_many"),
    passed: words.counted((1 - rcc) * day.bad, "passed_one", "passed_many"),
  });
}

/**
 * Noise and Speechless apart: a model may catch one of them and lose the other.
 *
 * @param {Record<string, number>} refused @param {Record<string, number>} totals both by label
 * @param {Words} words
 */
export function caughtApart(refused, totals, words) {
  const share = (/** @type {string} */ label) =>
    words.percent(totals[label] ? refused[label] / totals[label] : null).replace(" ", NO_BREAK);
  return words.say("apart", { noise: share("noise"), speechless: share("speechless") });
}

/** @param {number|null} am of the whole stream @param {Words} words @returns {string} empty where it is not known */
export function amOfStream(am, words) {
  return am === null ? "" : words.say("stream", { am: words.percent(am) });
}
