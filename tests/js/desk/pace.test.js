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

test("a reminder comes after 25 minutes without a break, and not again at once", () => {
  const times = Array.from({ length: 27 }, (_, at) => at * MINUTE_MS);
  const now = 26 * MINUTE_MS;
  const all = pace(...times);
  assert.equal(all.wantsPause(now), true);
  all.reminded(now);
  assert.equal(all.wantsPause(now + MINUTE_MS), false);
  assert.equal(all.judgedFor(now + 6 * MINUTE_MS), 0);
});
