import assert from "node:assert/strict";
import { test } from "node:test";

import { certaintyText, ChosenCertainty } from "#components/evaluate/js/certainty.js";
import { english } from "./texts.js";

/** @param {number} share @param {number|null} rcc @param {string|null} [needed] */
function level(share, rcc, needed = null) {
  const figures = { rcc, am: 0.1, rcc_interval: null, am_interval: null, refused: {} };
  const rung = { am_target: 0.1, threshold: 0.5, validation: figures, test: figures, promise: null, needed };
  return { share, meaning: `sure to ${share}`, rungs: [rung], streams: { validation: null, test: null } };
}

test("a certainty says what it means and what it costs beside the rule without a margin", () => {
  const even = level(0.5, 0.94);
  assert.equal(certaintyText(even, [even], 0, "test", english), "Sure to 0.5.");
  const [sure, alike, empty] = [level(0.95, 0.905), level(0.9, 0.94), level(0.8, null)];
  const levels = [even, empty, alike, sure];
  assert.equal(certaintyText(sure, levels, 0, "test", english), "Sure to 0.95. Costs 3.5: 91, not 94.");
  assert.equal(certaintyText(alike, levels, 0, "test", english), "Sure to 0.9. Free: 94.");
  assert.equal(certaintyText(empty, levels, 0, "test", english), "Sure to 0.8.");
});

test("where nothing is sure it says what validation would take", () => {
  const unsure = level(0.95, 0, "About 30 children would do.");
  assert.equal(certaintyText(unsure, [level(0.5, 0.9), unsure], 0, "test", english), "About 30 children would do.");
});

test("an answer of the page does not undo a later click", () => {
  let now = 0;
  const chosen = new ChosenCertainty(() => now);
  chosen.answer(0.5);
  chosen.choose(0.95);
  chosen.answer(0.5);
  assert.equal(chosen.share, 0.95);
  chosen.answer(0.95);
  chosen.answer(0.8);
  assert.equal(chosen.share, 0.8);
  chosen.choose(0.9);
  now = 5000;
  chosen.answer(0.5);
  assert.equal(chosen.share, 0.5);
});

test("a share is written with as few digits as it takes", () => {
  assert.deepEqual(
    [0.1, 0.125, 0].map((share) => english.shortOfHundred(share)),
    ["10", "12.5", "0"],
  );
});
