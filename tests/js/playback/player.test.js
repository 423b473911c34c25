import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { PlaybackError } from "#components/playback/js/audio_source.js";
import { PlayedSpans } from "#components/playback/js/played_spans.js";
import { Player } from "#components/playback/js/player.js";
import { FakeContext } from "../fakes.js";

/** @type {FakeContext} */
let context;
/** @type {number[]} */
let fetched;
/** @type {Player} */
let player;

beforeEach(() => {
  context = new FakeContext();
  fetched = [];
  player = new Player({
    createContext: () => /** @type {any} */ (context),
    fetchBytes: async (id) => {
      fetched.push(id);
      if (id === 404) throw new PlaybackError("gone");
      return /** @type {ArrayBuffer} */ (new TextEncoder().encode(id === 13 ? "bad" : "2").buffer);
    },
  });
});

/** A recording of two seconds, ready. */
async function prepared(id = 1) {
  player.unlock();
  const audio = await player.prepare(id);
  assert.ok(audio);
  return audio;
}

test("before the first gesture bytes are fetched, and nothing is decoded", async () => {
  assert.equal(await player.prepare(1), null);
  assert.deepEqual(fetched, [1]);
  player.unlock();
  assert.equal((await player.prepare(1))?.buffer.duration, 2);
  assert.deepEqual(fetched, [1]);
});

test("what cannot be decoded, and what is gone, has its own fault; a later try fetches again", async () => {
  player.unlock();
  await assert.rejects(player.prepare(13), { fault: "undecodable" });
  await assert.rejects(player.prepare(404), { fault: "gone" });
  await assert.rejects(player.prepare(404), { fault: "gone" });
  assert.deepEqual(fetched, [13, 404, 404]);
});

test("the position follows the clock, and the end is the end", async () => {
  player.begin(await prepared());
  context.currentTime = 0.5;
  assert.equal(player.position, 0.5);
  context.currentTime = 99;
  assert.equal(player.position, 2);
});

test("what was heard counts once, however often it was played", async () => {
  player.begin(await prepared());
  context.currentTime = 1;
  player.play(/** @type {any} */ (player.audio));
  context.currentTime = 1.5;
  assert.equal(player.secondsPlayed, 1);
});

test("a new recording begins with nothing heard", async () => {
  player.begin(await prepared(1));
  context.currentTime = 1;
  player.begin(await prepared(2));
  assert.equal(player.secondsPlayed, 0);
});

test("a jump stays inside the recording", async () => {
  player.begin(await prepared());
  context.currentTime = 0.2;
  player.jump(-0.5);
  assert.equal(player.startedFrom, 0);
  player.jump(+0.5);
  assert.equal(player.startedFrom, 0.5);
  player.jump(+5);
  assert.equal(player.startedFrom, 0.5);
});

test("after its end half a second back plays the last half second", async () => {
  player.begin(await prepared());
  context.currentTime = 2;
  context.started[0].node.onended?.();
  assert.equal(player.position, null);
  player.jump(-0.5);
  assert.equal(player.startedFrom, 1.5);
});

test("it goes on from where it was stopped, and from the beginning after its end", async () => {
  player.begin(await prepared());
  context.currentTime = 0.7;
  player.stop();
  player.resume();
  assert.equal(player.startedFrom, 0.7);
  context.currentTime = 10;
  player.stop();
  player.resume();
  assert.equal(player.startedFrom, 0);
});

test("another speed goes on from the same place, in seconds of the recording", async () => {
  player.begin(await prepared());
  context.currentTime = 1;
  player.setSpeed(2);
  assert.equal(context.started[1].node.buffer?.duration, 1);
  assert.equal(context.started[1].offset, 0.5);
  context.currentTime = 1.25;
  assert.equal(player.position, 1.5);
  assert.equal(player.secondsPlayed, 1.5);
});

test("loudness is in decibels, and as recorded from the start", async () => {
  await prepared();
  assert.equal(context.gain.gain.value, 1);
  player.setVolume(-20);
  assert.equal(context.gain.gain.value, 0.1);
});

test("recordings that are not wanted any more are forgotten", async () => {
  await prepared(1);
  await prepared(2);
  player.keepOnly([2]);
  assert.deepEqual([[...player.bytes.keys()], [...player.prepared.keys()]], [[2], [2]]);
});

test("the end is told once, after the sound has stopped", async () => {
  let ended = 0;
  player.onEnded = () => (ended += player.isPlaying ? 100 : 1);
  player.begin(await prepared());
  context.currentTime = 2;
  context.started[0].node.onended?.();
  player.stop();
  assert.equal(ended, 1);
});

test("spans that touch or overlap are one", () => {
  const played = new PlayedSpans();
  played.add(2, 3);
  played.add(0, 1);
  played.add(0.5, 2);
  assert.deepEqual(played.spans, [[0, 3]]);
  played.add(5, 6);
  assert.equal(played.seconds, 4);
});
