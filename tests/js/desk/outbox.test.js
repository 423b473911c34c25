import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Outbox } from "#components/desk/js/outbox.js";
import { MemoryStore, settled, useServer, useStore } from "../fakes.js";

/** @typedef {{status: number, answer?: unknown}|null} Reply */

/** @type {MemoryStore} */
let store;
/** @type {Reply} what the server answers */
let reply;
/** @type {ReturnType<typeof useServer>} */
let server;
/** @type {string[]} */
let events;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  store = new MemoryStore();
  useStore("localStorage", store);
  reply = { status: 200 };
  server = useServer(() => reply);
  events = [];
});

afterEach(() => {
  server.close();
  mock.timers.reset();
});

function outbox(session = "tab", account = 1) {
  return new Outbox(account, session, {
    onDone: ({ id }) => events.push(`done ${id}`),
    onRefused: ({ id }, reason, status) => events.push(`refused ${id} ${status} ${reason}`),
    onChange: () => {},
  });
}

/** @param {string} id */
function label(id, session = "tab") {
  return { account: 1, sitting: session, recording_id: 7, request_id: id, label: "Noise" };
}

test("an entry is stored before it is sent, and forgotten once the server has answered", async () => {
  const box = outbox();
  box.add("judgements", label("a"));
  assert.equal(store.length, 1);
  await settled();
  assert.deepEqual(events, ["done a"]);
  assert.equal(store.length, 0);
});

test("entries leave one after another, in the order they were added", async () => {
  const box = outbox();
  for (const id of ["a", "b", "c"]) box.add("judgements", label(id));
  await settled();
  assert.deepEqual(
    server.requests.map(({ body }) => body.request_id),
    ["a", "b", "c"],
  );
});

test("without a connection an entry stays and is sent again, later each time", async () => {
  reply = null;
  const box = outbox();
  box.add("judgements", label("a"));
  await settled();
  assert.equal(box.trouble, "connection");
  mock.timers.tick(999);
  await settled();
  assert.equal(server.requests.length, 1);
  mock.timers.tick(1);
  await settled();
  assert.equal(server.requests.length, 2);
  reply = { status: 200 };
  mock.timers.tick(2000);
  await settled();
  assert.deepEqual([events, box.trouble, store.length], [["done a"], "", 0]);
});

for (const status of [401, 403, 500, 503]) {
  test(`an answer ${status} keeps the entry`, async () => {
    reply = { status, answer: { error: "Not now." } };
    const box = outbox();
    box.add("judgements", label("a"));
    await settled();
    assert.equal(box.waiting, 1);
    assert.equal(box.trouble, status === 401 ? "sign-in" : "Not now.");
  });
}

for (const status of [400, 404, 409]) {
  test(`an answer ${status} drops the entry and tells why`, async () => {
    reply = { status, answer: { error: "Gone." } };
    const box = outbox();
    box.add("judgements", label("a"));
    await settled();
    assert.deepEqual(events, [`refused a ${status} Gone.`]);
    assert.equal(store.length, 0);
  });
}

test("a proxy's page with status 200 is no answer", async () => {
  server.close();
  const page = mock.method(globalThis, "fetch", async () => new Response("<html>", { status: 200 }));
  const box = outbox();
  box.add("judgements", label("a"));
  await settled();
  assert.deepEqual([box.waiting, box.trouble], [1, "connection"]);
  page.mock.restore();
});

test("a full or missing store loses nothing while the page lives", async () => {
  reply = null;
  const box = outbox();
  store.isFull = true;
  box.add("judgements", label("a"));
  useStore("localStorage", undefined);
  const other = outbox();
  other.add("judgements", label("b"));
  await settled();
  assert.deepEqual([box.waiting, other.waiting, other.memory.size], [1, 1, 1]);
});

test("what another tab has under way is left to it for a while, then sent", async () => {
  reply = null;
  outbox("other").add("judgements", label("a", "other"));
  await settled();
  const box = outbox();
  assert.equal(box.waiting, 0);
  mock.timers.setTime(1_000_000 + 15_001);
  assert.equal(box.waiting, 1);
});

test("another account's labels are not sent", async () => {
  reply = null;
  outbox("tab", 2).add("judgements", label("a"));
  assert.equal(outbox("tab", 1).waiting, 0);
});

test("what is broken in the store is passed over", () => {
  store.setItem("earshot.outbox.1.0.tab.x", "{");
  store.setItem("earshot.outbox.1.1.tab.y", "5");
  assert.equal(outbox().waiting, 0);
});

test("a closed outbox sends no more", async () => {
  reply = null;
  const box = outbox();
  box.add("judgements", label("a"));
  await settled();
  box.close();
  mock.timers.tick(60_000);
  await settled();
  assert.equal(server.requests.length, 1);
});
