/** Answers that wait until the recording was heard. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Answers } from "#components/playback/js/answers.js";
import { ListTexts } from "#components/playback/js/list_texts.js";

const DATA = {
  keys: { Digit1: "Noise", Digit4: "why", k: "later" },
  open: ["why"],
  heard_first: { needed_s: 2, answers: ["Noise"] },
};
const TEXTS = { texts: { missing: "Encore {seconds} s." }, speaks: "fr" };

/** @param {string} key */
function press(key) {
  return /** @type {KeyboardEvent} */ ({ key, code: /\d/.test(key) ? `Digit${key}` : "", preventDefault: () => {} });
}

function opened() {
  const texts = new ListTexts();
  texts.follow(TEXTS);
  const answers = new Answers(texts);
  /** @type {[number, string, number][]} */
  const chosen = [];
  answers.onChosen = (id, choice, seconds) => void chosen.push([id, choice, seconds]);
  answers.follow(DATA);
  return { answers, chosen };
}

test("a label does not count before enough was heard, and counts then", () => {
  const { answers, chosen } = opened();
  answers.note(7, 0.5);
  assert.match(answers.press(press("1"), 7) ?? "", /Encore 1,5 s/);
  assert.deepEqual(chosen, []);
  answers.note(7, 2);
  assert.equal(answers.press(press("1"), 7), "");
  assert.deepEqual(chosen, [[7, "Noise", 2]]);
});

test("what needs no hearing counts at once, and a key that is no answer is none", () => {
  const { answers, chosen } = opened();
  assert.equal(answers.press(press("k"), 7), "");
  assert.equal(answers.press(press("z"), 7), null);
  assert.deepEqual(chosen, [[7, "later", 0]]);
});

test("a reason may follow a label for the same recording, a second label may not", () => {
  const { answers, chosen } = opened();
  answers.note(7, 3);
  for (const key of ["1", "4", "1"]) answers.press(press(key), 7);
  assert.deepEqual(
    chosen.map(([, choice]) => choice),
    ["Noise", "why"],
  );
});

test("a reason brings the label before it along: of two quick keys the screen may see the newer only", () => {
  const { answers } = opened();
  /** @type {string[][]} */
  const sent = [];
  answers.onChosen = (_id, choice, _seconds, before) => sent.push([...before, choice]);
  answers.note(7, 3);
  for (const key of ["1", "4"]) answers.press(press(key), 7);
  answers.press(press("k"), 8);
  assert.deepEqual(sent, [["Noise"], ["Noise", "why"], ["later"]]);
});

test("where one answer is all, none is sent twice", () => {
  const { answers } = opened();
  answers.follow({ ...DATA, open: [] });
  /** @type {string[][]} */
  const sent = [];
  answers.onChosen = (_id, choice, _seconds, before) => sent.push([...before, choice]);
  for (const id of [7, 8]) answers.press(press("k"), id);
  answers.choose(8, "again");
  assert.deepEqual(sent, [["later"], ["later"], ["again"]]);
});

test("the screen learns once that a recording was heard", () => {
  const { answers } = opened();
  /** @type {number[]} */
  const heard = [];
  answers.onHeard = (id) => heard.push(id);
  for (const seconds of [0.5, 2, 2.5]) answers.note(7, seconds);
  assert.deepEqual(heard, [7]);
});
