import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { counted, languageName, setLanguage, t, written } from "#components/desk/js/texts.js";
import { literalArguments, markup, textTable } from "../source.js";

afterEach(() => setLanguage("en", {}));

test("a text is filled in, in the judge's language, and in English where there is no other", () => {
  setLanguage("fr", { "{n} left": "encore {n}" });
  assert.equal(t("{n} left", { n: 3 }), "encore 3");
  assert.equal(t("{n} done today", { n: 3 }), "3 done today");
});

test("singular and plural follow the language: nought is singular in French", () => {
  assert.equal(counted(0, "{n} label today.", "{n} labels today."), "0 labels today.");
  setLanguage("fr", {});
  assert.equal(counted(0, "{n} label today.", "{n} labels today."), "0 label today.");
});

test("numbers are written as the language does", () => {
  setLanguage("fr", {});
  assert.equal(written(0.5, 1), "0,5");
});

test("a language has its name; what is no code stays as it is", () => {
  assert.deepEqual(["fr", "my own language"].map(languageName), ["French", "my own language"]);
});

test("every text of the table is used by the scripts or the markup", () => {
  const used = new Set([...literalArguments("desk/js", ["t", "counted"]), ...markup("desk/annotator.html").texts]);
  const unused = Object.keys(textTable()).filter((text) => !used.has(text));
  assert.deepEqual(unused, []);
});
