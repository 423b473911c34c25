import assert from "node:assert/strict";
import { test } from "node:test";

import { requestOf, shownAnswer } from "#components/programs/js/form_request.js";

/** @param {string} name @param {string} place @param {string} value @param {File[]} files */
function field(name, place, value, files = []) {
  return { name, place, value, files };
}

test("fields go where they belong, and empty ones nowhere", () => {
  const { address, options } = requestOf("POST", "/v1/decisions", " earshot_k ", [
    field("file", "form", "C:\\fakepath\\a.wav", [new File(["x"], "a.wav")]),
    field("source", "form", "school a"),
    field("timeout_ms", "query", "500"),
    field("Idempotency-Key", "header", "k1"),
    field("child", "form", ""),
  ]);
  const form = /** @type {FormData} */ (options.body);
  assert.equal(address, "/v1/decisions?timeout_ms=500");
  assert.deepEqual(options.headers, { Authorization: "Bearer earshot_k", "Idempotency-Key": "k1" });
  assert.deepEqual([...form.keys()], ["file", "source"]);
  assert.equal(options.credentials, "omit");
});

test("what stands in an address cannot leave it", () => {
  const { address, options } = requestOf("GET", "/v1/decisions/{id}", "k", [field("id", "path", "../model?x")]);
  assert.equal(address, "/v1/decisions/..%2Fmodel%3Fx");
  assert.equal(options.body, undefined);
});

test("an answer is shown with its status and request, whatever its body is", () => {
  assert.equal(shownAnswer(200, "r1", '{"a":1}'), '200 · request r1\n{\n  "a": 1\n}');
  assert.equal(shownAnswer(502, null, "<html>"), "502\n<html>");
});
