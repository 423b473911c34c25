import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Keys, keyCap } from "#components/desk/js/keys.js";
import { setLanguage } from "#components/desk/js/texts.js";

const BUILT_IN = {
  Accepted: ["Digit1", "Numpad1", "a"],
  Noise: ["Digit2", "Numpad2", "n"],
  Speechless: ["Digit3", "Numpad3", "s"],
  replay: ["Space"],
  skip: ["k"],
  back: ["ArrowLeft"],
  quieter: ["ArrowDown"],
  keys: ["?"],
};
const LABELS = new Set(["Accepted", "Noise", "Speechless"]);
const NOISE = { act: "label", label: "Noise" };

/** @param {Partial<KeyboardEvent>} what @param {object} [target] */
function press(what, target) {
  const modifiers = { ctrlKey: false, altKey: false, metaKey: false, isComposing: false };
  const path = target ? [target] : [];
  return { ...modifiers, code: "", key: "", ...what, composedPath: () => /** @type {EventTarget[]} */ (path) };
}

/** A page element that a key is pressed in. @param {string} tag */
function inside(tag) {
  return { closest: (/** @type {string} */ selector) => (selector.split(", ").includes(tag) ? {} : null) };
}

/** @type {Keys} */
let keys;

beforeEach(() => {
  keys = new Keys(BUILT_IN, {}, LABELS);
});

test("a label has its digit on both parts of the keyboard, and its letter", () => {
  assert.deepEqual(keys.meaning(press({ code: "Digit2", key: "é" })), NOISE);
  assert.deepEqual(keys.meaning(press({ code: "Numpad2", key: "2" })), NOISE);
  assert.deepEqual(keys.meaning(press({ code: "KeyN", key: "N" })), NOISE);
});

test("without NumLock the pad gives no label: its arrow down is quieter", () => {
  assert.deepEqual(keys.meaning(press({ code: "Numpad2", key: "ArrowDown" })), { act: "quieter" });
  assert.deepEqual(keys.meaning(press({ code: "Numpad4", key: "ArrowLeft" })), { act: "back" });
  assert.equal(keys.meaning(press({ code: "Numpad1", key: "End" })), null);
  assert.equal(keys.meaning(press({ code: "Numpad3", key: "PageDown" })), null);
});

test("an event without a code works by its key", () => {
  assert.deepEqual(keys.meaning(press({ key: "n" })), NOISE);
  assert.deepEqual(keys.meaning(press({ key: "2" })), NOISE);
  assert.deepEqual(keys.meaning(press({ key: "ArrowDown" })), { act: "quieter" });
  assert.deepEqual(keys.meaning(press({ key: "?" })), { act: "keys" });
});

test("single keys can be turned off; Enter still starts", () => {
  keys.areOn = false;
  for (const code of ["Digit1", "KeyN", "Space"]) assert.equal(keys.meaning(press({ code, key: "n" })), null);
  assert.deepEqual(keys.meaning(press({ key: "Enter" })), { act: "start" });
});

test("keys with modifiers, while composing, and in a text field are not ours", () => {
  for (const modifier of ["ctrlKey", "altKey", "metaKey", "isComposing"]) {
    assert.equal(keys.meaning(press({ code: "Digit2", key: "2", [modifier]: true })), null);
  }
  assert.equal(keys.meaning(press({ code: "Digit2", key: "2" }, inside("input"))), null);
});

test("a control that has the focus keeps Space and Enter, and nothing else", () => {
  assert.equal(keys.meaning(press({ code: "Space", key: " " }, inside("button"))), null);
  assert.equal(keys.meaning(press({ code: "Enter", key: "Enter" }, inside("button"))), null);
  assert.deepEqual(keys.meaning(press({ code: "Digit2", key: "2" }, inside("button"))), NOISE);
  assert.deepEqual(keys.meaning(press({ code: "Space", key: " " })), { act: "replay" });
  assert.deepEqual(keys.meaning(press({ code: "Enter", key: "Enter" })), { act: "start" });
});

test("a chosen key replaces those that an action has", () => {
  assert.deepEqual(keys.choose("Noise", press({ code: "KeyF", key: "f" })), { isTaken: false, key: "f" });
  assert.deepEqual(keys.meaning(press({ code: "KeyF", key: "F" })), NOISE);
  assert.equal(keys.meaning(press({ code: "Digit2", key: "2" })), null);
  keys.reset();
  assert.deepEqual(keys.meaning(press({ code: "Digit2", key: "2" })), NOISE);
});

test("a key that means something already is not given twice", () => {
  const choice = keys.choose("Noise", press({ code: "KeyK", key: "k" }));
  assert.deepEqual(choice, { isTaken: true, key: "k", by: "skip" });
  assert.equal(keys.areChosen, false);
});

test("a pad's key without NumLock is chosen as what it writes", () => {
  const choice = keys.choose("skip", press({ code: "Numpad7", key: "Home" }));
  assert.deepEqual(choice, { isTaken: false, key: "Home" });
  assert.deepEqual(keys.choose("skip", press({ code: "Numpad7", key: "7" })), { isTaken: false, key: "Numpad7" });
});

test("keys of the browser and modifiers cannot be chosen", () => {
  for (const key of ["Enter", "Escape", "Tab", "Shift", "Dead"]) {
    assert.equal(keys.choose("skip", press({ key })), null);
  }
  assert.equal(keys.choose("skip", press({ code: "KeyF", key: "f", ctrlKey: true })), null);
});

test("a key is written as it stands on the keyboard", () => {
  assert.deepEqual(["Digit2", "Numpad2", "ArrowLeft", "k", "Home"].map(keyCap), ["2", "2", "←", "K", "HOME"]);
  setLanguage("fr", { Space: "Espace" });
  assert.equal(keyCap("Space"), "Espace");
  setLanguage("en", {});
});
