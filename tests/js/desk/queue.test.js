import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Queue } from "#components/desk/js/queue.js";
import { useServer } from "../fakes.js";

/**
 * @typedef {import("#components/desk/js/outbox.js").Entry} Entry
 * @typedef {import("#components/desk/js/queue.js").DeskAnswer} DeskAnswer
 */

const SESSION = {
  identity: { account: 1, sitting: "tab" },
  asLeft: (/** @type {any[]} */ items) => [...items].reverse(),
};
/** @type {import("#components/desk/js/queue.js").Rules} */
const RULES = { id: 3, word_shown: "before", waveform: true, spectrogram: false, heard_share: 1, heard_s: 60 };

/** @type {{status: number, answer: Partial<DeskAnswer>|{error: string}}|null} */
let reply;
/** @type {ReturnType<typeof useServer>} */
let server;
/** @type {Entry[]} */
let waiting;
/** @type {Queue} */
let queue;
/** @type {unknown[]} */
let practices;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  reply = answer([1, 2, 3]);
  server = useServer(() => reply);
  waiting = [];
  practices = [];
  queue = new Queue(SESSION, 40, {
    onItems: () => {},
    onRules: () => {},
    onPractice: (practice) => practices.push(practice),
    onChange: () => {},
  });
});

afterEach(() => {
  queue.close();
  server.close();
  mock.timers.reset();
});

/** @param {number[]} recordings @param {Partial<DeskAnswer>} [more] */
function answer(recordings, more = {}) {
  const items = recordings.map(item);
  const nothing = { qualification: null, elsewhere: 0, left: null, done_today: 0 };
  return { status: 200, answer: { items, protocol: RULES, ...nothing, ...more } };
}

/** @param {number} id */
function item(id) {
  return { recording_id: id, round: 1, language: "fr", word: `mot${id}`, duration_s: 1 };
}

/** @param {string} id @param {Entry["kind"]} kind @param {number} recordingId @returns {Entry} */
function entry(id, kind, recordingId) {
  return { key: id, id, kind, body: { account: 1, sitting: "tab", recording_id: recordingId }, at: 0 };
}

function begin() {
  queue.begin({
    entries: () => waiting,
    get waiting() {
      return waiting.length;
    },
  });
}

function ids() {
  return queue.items.map(({ recording_id }) => recording_id);
}

test("the first items come as the tab was left, later ones go behind them", async () => {
  begin();
  await queue.fetch();
  assert.deepEqual(ids(), [3, 2, 1]);
  reply = answer([1, 4]);
  await queue.fetch();
  assert.deepEqual(ids(), [3, 2, 1, 4]);
});

test("it asks for more while labels wait, and never for more than the server gives", async () => {
  waiting = Array.from({ length: 3 }, (_, at) => entry(`e${at}`, "judgements", 90 + at));
  begin();
  await queue.fetch();
  waiting = Array.from({ length: 50 }, (_, at) => entry(`e${at}`, "judgements", 90 + at));
  await queue.fetch();
  assert.deepEqual(
    server.requests.map(({ body }) => body.count),
    [23, 40],
  );
});

test("what was labelled does not come again while its label is under way", async () => {
  begin();
  await queue.fetch();
  queue.leave("label of 3");
  reply = answer([3, 2, 1]);
  await queue.fetch();
  assert.deepEqual(ids(), [2, 1]);
});

test("what the server sends after it had the label is news", async () => {
  begin();
  await queue.fetch();
  queue.leave("label of 3");
  queue.confirm(entry("label of 3", "judgements", 3));
  await new Promise((resolve) => setImmediate(resolve));
  reply = answer([3]);
  await queue.fetch();
  assert.deepEqual(ids(), [2, 1, 3]);
});

test("after a reload, what waits in the outbox does not come on screen again", async () => {
  waiting = [entry("a", "judgements", 1), entry("b", "skip", 2)];
  begin();
  await queue.fetch();
  assert.deepEqual(ids(), [3]);
});

test("an undo that waits brings its recording back", async () => {
  waiting = [entry("a", "judgements", 1), entry("a", "undo", 1)];
  begin();
  await queue.fetch();
  assert.deepEqual(ids(), [3, 2, 1]);
});

test("what was taken back comes first, once", async () => {
  begin();
  await queue.fetch();
  queue.leave("label of 3");
  queue.putFirst(item(3));
  queue.putFirst(item(1));
  assert.deepEqual(ids(), [1, 3, 2]);
});

test("a label that could not be taken brings its recording after the one on screen", async () => {
  begin();
  await queue.fetch();
  queue.leave("label of 3");
  queue.putSecond(item(3));
  queue.putSecond(item(3));
  assert.deepEqual(ids(), [2, 3, 1]);
});

test("figures count what is under way, and never fall below nought", async () => {
  begin();
  queue.count(-1);
  assert.equal(queue.figures.done, 0);
  waiting = [entry("a", "judgements", 9)];
  reply = answer([1], { left: 10, done_today: 4 });
  await queue.fetch();
  assert.deepEqual([queue.figures.done, queue.figures.left], [5, 9]);
  queue.count(+1);
  assert.deepEqual([queue.figures.done, queue.figures.left], [6, 8]);
});

test("a practice that the last label brought along is not overwritten by an older one", async () => {
  begin();
  await queue.fetch();
  waiting = [entry("a", "judgements", 3)];
  await queue.fetch();
  assert.equal(practices.length, 1);
});

test("it is empty when the server has nothing and nothing was there", async () => {
  reply = answer([]);
  begin();
  await queue.fetch();
  assert.equal(queue.isEmpty, true);
});

test("trouble is told, and asked again later", async () => {
  reply = null;
  begin();
  await queue.fetch();
  assert.equal(queue.trouble, "connection");
  reply = answer([1]);
  mock.timers.tick(1000);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(server.requests.length, 2);
});

test("before the outbox is there nothing is asked", async () => {
  await queue.fetch();
  assert.equal(server.requests.length, 0);
});
