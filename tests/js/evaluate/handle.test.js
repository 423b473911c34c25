import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Handle } from "#components/evaluate/js/handle.js";

const RUNGS = Array.from({ length: 81 }, (_, place) => ({ am_target: Number((place * 0.005).toFixed(3)) }));

let now = 0;
/** @type {Handle} */
let handle;

beforeEach(() => {
  now = 0;
  handle = new Handle(() => now);
  handle.answer(RUNGS, 0.1);
});

test("it stands at the place nearest to the page's target", () => {
  assert.equal(handle.place, 20);
  handle.answer(RUNGS, 0.1234);
  assert.equal(handle.place, 25);
  handle.answer(RUNGS, 7);
  assert.equal(handle.place, 80);
});

test("it goes no further than its ends", () => {
  handle.moveTo(-5);
  assert.equal(handle.place, 0);
  handle.moveToTarget(0.9);
  assert.equal(handle.place, 80);
});

test("letting go sends the exact target of the place, once", () => {
  handle.moveTo(23);
  assert.equal(handle.release(), 0.115);
  handle.answer(RUNGS, 0.115);
  assert.equal(handle.release(), null);
});

test("an answer to an earlier target does not pull the handle back", () => {
  handle.moveTo(30);
  handle.release();
  handle.moveTo(40);
  handle.release();
  handle.answer(RUNGS, 0.15);
  assert.equal(handle.place, 40);
  handle.answer(RUNGS, 0.2);
  assert.deepEqual([handle.place, handle.pending], [40, []]);
});

test("no answer moves the handle while it is dragged", () => {
  handle.moveTo(30);
  handle.answer(RUNGS, 0.1);
  assert.equal(handle.place, 30);
});

test("an answer that never came is forgotten after a while", () => {
  handle.moveTo(30);
  handle.release();
  now = 4000;
  handle.answer(RUNGS, 0.1);
  assert.equal(handle.place, 20);
});

test("going back to where it was is sent, while another target is under way", () => {
  handle.moveTo(30);
  handle.release();
  handle.moveTo(20);
  assert.equal(handle.release(), 0.1);
});

test("a model with fewer places brings the handle to its end", () => {
  handle.moveTo(80);
  handle.answer(RUNGS.slice(0, 11), 0.05);
  assert.equal(handle.place, 10);
});
