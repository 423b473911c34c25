import assert from "node:assert/strict";
import { test } from "node:test";

import { nearest } from "#components/evaluate/js/numbers.js";
import { outline } from "#components/evaluate/js/plot.js";
import { amOfStream, caughtApart, onADay, targetExplained } from "#components/evaluate/js/sentences.js";
import { filled, ofHundred } from "#components/evaluate/js/words.js";
import { english, french } from "./texts.js";

/** @param {number|null} rcc @param {number|null} am */
function figures(rcc, am) {
  return { rcc, am, rcc_interval: null, am_interval: null, refused: {} };
}

test("shares are written in percent; what is not known is a dash", () => {
  assert.deepEqual(
    [0.1234, null].map((share) => english.percent(share)),
    ["12.3 %", "–"],
  );
  assert.deepEqual(
    [0.1, 0.1234].map((share) => english.shortPercent(share)),
    ["10 %", "12.3 %"],
  );
  assert.deepEqual([0.126, null].map(ofHundred), ["13", "–"]);
  assert.equal(english.range([0.051, 0.149]), "5 to 15 %");
  assert.equal(english.range(null), "");
  assert.equal(english.range([0, 1]), "too few children");
  assert.equal(english.range([1, 1]), "too few children");
});

test("one is singular, after rounding", () => {
  assert.equal(english.counted(0.6, "reading", "readings"), "1 reading");
  assert.equal(english.counted(1234.4, "reading", "readings"), "1,234 readings");
});

test("the nearest place of the handle is the first of equals", () => {
  const rungs = [0, 0.005, 0.01].map((am_target) => ({ am_target }));
  assert.deepEqual(
    [-1, 0.0024, 0.0026, 5].map((am) => nearest(rungs, am)),
    [0, 0, 1, 2],
  );
});

test("why the target is one share and the test children get another is explained", () => {
  const rung = {
    am_target: 0.1,
    threshold: 0.5,
    validation: figures(0.9, 0.1),
    test: figures(null, 0.2),
    promise: null,
  };
  assert.match(
    targetExplained(rung, "test", english),
    /a target of 10 %: there 10\.0 % are wrongly refused and 90\.0 % caught/,
  );
  assert.match(targetExplained(rung, "test", english), /no part in that, so they get another share: 20\.0 %\.$/);
  assert.match(targetExplained(rung, "validation", english), /get 20\.0 % and –\.$/);
});

test("a day has good readings that are refused and bad recordings that are let through", () => {
  assert.equal(
    onADay({ good: 100, bad: 10 }, figures(0.9, 0.05), english),
    "On a day with 110 readings: 5 good readings are wrongly refused, 1 bad recording is let through.",
  );
  assert.equal(onADay(null, figures(0.9, 0.05), english), "");
  assert.equal(onADay({ good: 1, bad: 1 }, figures(null, 0.05), english), "");
});

test("a curve is drawn up to the first point beyond the limit, without what is not known", () => {
  const scales = { x: (/** @type {number} */ am) => 100 * am, y: (/** @type {number} */ rcc) => 100 * (1 - rcc) };
  /** @type {[number|null, number|null][]} */
  const points = [
    [0, 0],
    [null, 0.5],
    [0.2, 0.5],
    [0.5, 0.8],
    [0.9, 0.9],
  ];
  assert.equal(outline(points, scales, 0.4), "M0.0 100.0L20.0 50.0L50.0 20.0");
});

test("noise and speechless are written apart, a dash where there is none", () => {
  assert.equal(
    caughtApart({ noise: 9, speechless: 0 }, { noise: 10, speechless: 0 }, english),
    "Noise 90.0\u00a0%, Speechless –",
  );
});

test("the AM of the stream is written only where it is known", () => {
  assert.equal(amOfStream(null, english), "");
  assert.equal(amOfStream(0.126, english), "with disagreements 12.6 %");
});

test("numbers take the signs of the language, and texts its order", () => {
  assert.deepEqual(
    [french.percent(0.1234), french.shortOfHundred(0.125), french.written(12345)],
    ["12,3 %", "12,5", "12 345"],
  );
  assert.equal(french.counted(0.2, "reading", "readings"), "0 lectures");
  assert.equal(french.range([0.051, 0.149]), "5 à 15 %");
  assert.equal(filled("{a} and {b}", { a: "1" }), "1 and {b}");
  assert.equal(english.written(123), "123");
});
