import assert from "node:assert/strict";
import { test } from "node:test";

import { History } from "#components/desk/js/history.js";

/** @typedef {import("#components/desk/js/session.js").HistoryEntry} HistoryEntry */

/** @param {string} id @param {Partial<HistoryEntry>} [more] @returns {HistoryEntry} */
function done(id, more = {}) {
  const item = { recording_id: Number(id), round: 1, language: "fr", word: "", duration_s: 1 };
  return { kind: "label", item, id, at: 0, state: "waiting", ...more };
}

/** @param {HistoryEntry[]} entries */
function history(...entries) {
  const all = new History({ history: () => entries, remember: () => {} });
  all.load();
  return all;
}

test("undo goes back entry by entry, skips among them, past what was refused", () => {
  const all = history(done("1"), done("2", { kind: "skip" }), done("3", { state: "refused" }));
  assert.equal(all.takeBack()?.id, "2");
  assert.equal(all.takeBack()?.id, "1");
  assert.equal(all.takeBack(), undefined);
});

test("what was taken back is not marked any more", () => {
  const all = history(done("1"), done("2"));
  all.takeBack();
  assert.equal(all.mark("2", "saved"), undefined);
  assert.equal(all.mark("1", "saved")?.state, "saved");
});

test("skips are no labels", () => {
  assert.deepEqual(
    history(done("1"), done("2", { kind: "skip" })).labels.map(({ id }) => id),
    ["1"],
  );
});
