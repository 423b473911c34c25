/** The practice of a new judge: an answer is explained before the next recording comes, and it ends where it ends. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { PracticeRun } from "#components/desk/js/practice.js";

const ITEM = { recording_id: 7, round: 1, language: "fr", word: "chat", duration_s: 1, isPractice: true };
const GOES_ON = { answered: 1, right: 1, needed: 3, has_passed: false };
const OVER = { ...GOES_ON, answered: 3, right: 3, has_passed: true };

function begun() {
  /** @type {string[]} */
  const shown = [];
  const view = /** @type {import("#components/desk/js/practice_view.js").PracticeView} */ (
    /** @type {unknown} */ ({
      progress: () => shown.push("progress"),
      feedback: (/** @type {object|null} */ answer) => answer && shown.push("right"),
      explain: (/** @type {{isOver: boolean}|null} */ answer) =>
        shown.push(answer ? `explained ${answer.isOver}` : "away"),
    })
  );
  const run = new PracticeRun(view, { replay: () => shown.push("replay"), goOn: () => shown.push("next") });
  run.wait("one");
  return { run, shown };
}

test("a right answer goes on by itself", () => {
  const { run, shown } = begun();
  assert.equal(run.isBusy, true);
  const answer = { label: "Noise", feedback: { is_right: true, expected: "Noise" }, qualification: GOES_ON };
  assert.equal(run.take("one", answer, ITEM), true);
  assert.deepEqual(shown, ["progress", "right", "next"]);
  assert.equal(run.isBusy, false);
});

test("a mistake is explained and heard again before the next recording comes", () => {
  const { run, shown } = begun();
  run.take(
    "one",
    { label: "Noise", feedback: { is_right: false, expected: "Accepted" }, qualification: GOES_ON },
    ITEM,
  );
  assert.deepEqual(shown, ["progress", "explained false", "replay"]);
  assert.equal(run.isBusy, true);
  run.goOn();
  assert.deepEqual(shown.slice(3), ["away", "next"]);
});

test("the end of the practice waits for the judge, whether the last answer was right or not", () => {
  for (const is_right of [true, false]) {
    const { run, shown } = begun();
    run.take("one", { label: "Noise", feedback: { is_right, expected: "Noise" }, qualification: OVER }, ITEM);
    assert.ok(shown.includes("explained true"));
    assert.ok(!shown.includes("next"));
  }
});

test("the answer to another entry changes nothing", () => {
  const { run, shown } = begun();
  assert.equal(run.take("two", { label: "Noise" }, ITEM), false);
  assert.deepEqual(shown, []);
});

test("an answer that the server refuses may be given once more", () => {
  const { run } = begun();
  assert.equal(run.fail("two"), false);
  assert.equal(run.fail("one"), true);
  assert.equal(run.isBusy, false);
});
