import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { AnswerKeys } from "#components/playback/js/answer_keys.js";

/** @type {AnswerKeys} */
let keys;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  keys = new AnswerKeys();
  keys.answers = { Digit1: "Accepted", Numpad1: "Accepted", n: "Noise" };
});

afterEach(() => mock.timers.reset());

test("a recording is answered once, until the next one is there or the answer was lost", () => {
  assert.equal(keys.take({ code: "Digit1", key: "&" }, 7), "Accepted");
  assert.equal(keys.take({ code: "KeyN", key: "n" }, 7), null);
  assert.equal(keys.take({ code: "KeyN", key: "n" }, 8), "Noise");
  mock.timers.tick(2000);
  assert.equal(keys.take({ code: "KeyN", key: "n" }, 8), "Noise");
});

test("a pad without NumLock answers nothing", () => {
  assert.equal(keys.take({ code: "Numpad1", key: "End" }, 7), null);
  assert.equal(keys.take({ code: "Numpad1", key: "1" }, 7), "Accepted");
});

test("what every object has is no answer", () => {
  assert.equal(keys.take({ code: "", key: "constructor" }, 7), null);
});
