/** Tells the server what was heard, which it writes down. A fetch is not yet listening. */

import { addressOf } from "../../js/server.js";

const SHORTEST_S = 0.05; // less is a click that was taken back

/**
 * @param {number} recordingId
 * @param {number} seconds of the recording, heard at least once
 */
export function reportHeard(recordingId, seconds) {
  if (seconds < SHORTEST_S) return;
  const body = JSON.stringify({ recording_id: recordingId, seconds: Math.round(seconds * 100) / 100 });
  // kept alive: the last report is sent while the page is left
  fetch(addressOf("listening"), { method: "POST", body, keepalive: true }).catch(() => {});
}
