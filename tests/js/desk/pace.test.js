import assert from "node:assert/strict";
import { test } from "node:test";

import { Pace } from "#components/desk/js/pace.js";

const MINUTE_MS = 60_000;

/** @param {number[]} times */
function pace(...times) {
  const all = new Pace();
  all.follow(times);
  return all;
}

test("a pace needs six labels, and a long gap counts as a minute", () => {
  assert.equal(pace(0, 1, 2, 3, 4).perHour, null);
  const steady = pace(...Array.from({ length: 7 }, (_, at) => at * 30_000));
  assert.equal(steady.perHour, 120);
  assert.equal(steady.minutesFor(20), 10);
  assert.equal(pace(0, 60_000, 120_000, 180_000, 240_000, 3_600_000).perHour, 60);
});

test("a reminder comes after 25 minutes without a break, and not again at once", () => {
  const times = Array.from({ length: 27 }, (_, at) => at * MINUTE_MS);
  const now = 26 * MINUTE_MS;
  const all = pace(...times);
  assert.equal(all.wantsPause(now), true);
  all.reminded(now);
  assert.equal(all.wantsPause(now + MINUTE_MS), false);
  assert.equal(all.judgedFor(now + 6 * MINUTE_MS), 0);
});
