import assert from "node:assert/strict";
import { test } from "node:test";

import { counted, nearest, ofHundred, percent, range, shortPercent } from "#components/evaluate/js/numbers.js";
import { outline } from "#components/evaluate/js/plot.js";
import { amOfStream, caughtApart, onADay, targetExplained } from "#components/evaluate/js/sentences.js";

/** @param {number|null} rcc @param {number|null} am */
function figures(rcc, am) {
  return { rcc, am, rcc_interval: null, am_interval: null, refused: {} };
}

test("shares are written in percent; what is not known is a dash", () => {
  assert.deepEqual([0.1234, null].map(percent), ["12.3 %", "–"]);
  assert.deepEqual([0.1, 0.1234].map(shortPercent), ["10 %", "12.3 %"]);
  assert.deepEqual([0.126, null].map(ofHundred), ["13", "–"]);
  assert.equal(range([0.051, 0.149]), "5 to 15 %");
  assert.equal(range(null), "");
  assert.equal(range([0, 1]), "too few children");
  assert.equal(range([1, 1]), "too few children");
});

test("one is singular, after rounding", () => {
  assert.equal(counted(0.6, "reading", "readings"), "1 reading");
  assert.equal(counted(1234.4, "reading", "readings"), "1,234 readings");
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
  assert.match(targetExplained(rung, "test"), /a target of 10 %: there 10\.0 % are wrongly refused and 90\.0 % caught/);
  assert.match(targetExplained(rung, "test"), /no part in that, so they get another share: 20\.0 %\.$/);
  assert.match(targetExplained(rung, "validation"), /get 20\.0 % and –\.$/);
});

test("a day has good readings that are refused and bad recordings that are let through", () => {
  assert.equal(
    onADay({ good: 100, bad: 10 }, figures(0.9, 0.05)),
    "On a day with 110 readings: 5 good readings are wrongly refused, 1 bad recording is let through.",
  );
  assert.equal(onADay(null, figures(0.9, 0.05)), "");
  assert.equal(onADay({ good: 1, bad: 1 }, figures(null, 0.05)), "");
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
  assert.equal(caughtApart({ noise: 9, speechless: 0 }, { noise: 10, speechless: 0 }), "Noise 90.0 %, Speechless –");
});

test("the AM of the stream is written only where it is known", () => {
  assert.equal(amOfStream(null), "");
  assert.equal(amOfStream(0.126), "with disagreements 12.6 %");
});
