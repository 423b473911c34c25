import assert from "node:assert/strict";
import { test } from "node:test";

import { nameOf, namesOf } from "#components/js/key_names.js";

test("a key is named by its place first, then by what it writes", () => {
  assert.deepEqual(namesOf({ code: "Digit1", key: "&" }), ["Digit1", "&"]);
  assert.deepEqual(namesOf({ code: "KeyA", key: "A" }), ["KeyA", "a"]);
});

for (const [code, key] of [
  ["Numpad1", "End"],
  ["Numpad2", "ArrowDown"],
  ["Numpad3", "PageDown"],
  ["Numpad5", "Clear"],
  ["NumpadDecimal", "Delete"],
]) {
  test(`without NumLock the place ${code} does not count: it is ${key}`, () => {
    assert.deepEqual(namesOf({ code, key }), [key]);
    assert.equal(nameOf({ code, key }), key);
  });
}

test("the place of a number pad counts while it writes a digit, of whatever script", () => {
  for (const key of ["2", "٢", "२"]) assert.equal(namesOf({ code: "Numpad2", key })[0], "Numpad2");
});

test("the signs of a number pad do not depend on NumLock", () => {
  assert.deepEqual(namesOf({ code: "NumpadAdd", key: "+" }), ["NumpadAdd", "+"]);
});

test("an event without a code is named by its key", () => {
  assert.deepEqual(namesOf({ code: "", key: "N" }), ["n"]);
  assert.deepEqual(namesOf({ code: "", key: "ArrowLeft" }), ["ArrowLeft"]);
  assert.deepEqual(namesOf({ code: "", key: " " }), ["Space"]);
  assert.deepEqual(namesOf({ code: "", key: "2" }), ["Digit2", "2"]);
});

test("an event with neither, as browsers send when they fill in a form, has no name", () => {
  assert.deepEqual(namesOf(/** @type {any} */ ({})), []);
});
