import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Session } from "#components/desk/js/session.js";
import { MemoryStore, useStore } from "../fakes.js";

/** @type {Session[]} */
let open;

beforeEach(() => {
  useStore("sessionStorage", new MemoryStore());
  open = [];
});

afterEach(() => open.forEach((session) => session.end()));

async function begun() {
  const session = new Session(1);
  open.push(session);
  await session.begin();
  return session;
}

/** @param {number} id */
function item(id) {
  return { recording_id: id, round: 1, language: "fr", word: "", duration_s: 1 };
}

test("a reload is the same session, with its history and what was on screen", async () => {
  const first = await begun();
  first.remember([{ kind: "skip", item: item(1), id: "a", at: 5, state: "saved" }], item(2));
  first.end();
  const second = await begun();
  assert.equal(second.id, first.id);
  assert.equal(second.history()[0].id, "a");
  assert.deepEqual(
    second.asLeft([item(1), item(2), item(3)]).map(({ recording_id }) => recording_id),
    [2, 1, 3],
  );
});

test("a duplicated tab is another session, without the first one's history", async () => {
  const first = await begun();
  first.remember([{ kind: "skip", item: item(1), id: "a", at: 5, state: "saved" }], item(2));
  const copy = await begun();
  assert.notEqual(copy.id, first.id);
  assert.deepEqual(copy.history(), []);
});

test("without a store every page is a session of its own", async () => {
  useStore("sessionStorage", undefined);
  const first = await begun();
  first.remember([], item(1));
  assert.deepEqual(first.history(), []);
  assert.match(first.id, /^[0-9a-f]{32}$/);
});
