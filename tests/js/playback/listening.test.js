/** What the player of the screens tells the server. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { reportHeard } from "#components/playback/js/listening.js";
import { settled, useServer } from "../fakes.js";

test("what was heard is reported with its seconds, and a click that was taken back is not", async () => {
  const server = useServer(() => ({ status: 204 }));
  reportHeard(7, 0.01);
  reportHeard(7, 1.23456);
  await settled();
  server.close();
  assert.deepEqual(
    server.requests.map(({ body }) => body),
    [{ recording_id: 7, seconds: 1.23 }],
  );
});

test("a report that does not arrive disturbs nothing", async () => {
  const server = useServer(() => null);
  reportHeard(7, 1);
  await settled();
  server.close();
  assert.equal(server.requests.length, 1);
});
