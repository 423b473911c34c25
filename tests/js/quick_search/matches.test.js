import assert from "node:assert/strict";
import { test } from "node:test";

import { groupsOf, plain, screensFor } from "#components/quick_search/js/matches.js";

/** @param {string} title */
const match = (title) => ({ title, detail: "", screen: title.toLowerCase(), query: {} });
const SCREENS = ["Overview", "Judging rules", "Évaluer"].map(match);

test("a screen is found by the beginning of any word, with or without accents", () => {
  const titles = (/** @type {string} */ text) => screensFor(SCREENS, text).map(({ title }) => title);
  assert.deepEqual(titles("rul"), ["Judging rules"]);
  assert.deepEqual(titles("EVAL"), ["Évaluer"]);
  assert.deepEqual(titles("view"), []);
  assert.deepEqual(titles(" "), ["Overview", "Judging rules", "Évaluer"]);
});

test("recordings come first, screens last, and a group without a match not at all", () => {
  const groups = groupsOf({ models: [match("Fusion 7")], recordings: [match("maison")], children: [] }, SCREENS);
  assert.deepEqual(
    groups.map(({ name }) => name),
    ["recordings", "models", "screens"],
  );
  assert.deepEqual(groupsOf({}, []), []);
});

test("signs with a meaning elsewhere are signs like others", () => {
  assert.equal(plain("  É(.*)[ "), "e(.*)[");
  assert.deepEqual(screensFor(SCREENS, "(.*"), []);
});
