/** The original bytes of a recording, from the server. */

import { addressOf } from "../../js/server.js";

/** @typedef {"gone"|"signed-out"|"forbidden"|"unreachable"|"undecodable"} PlaybackFault */

const TRIES = 4;
const FIRST_PAUSE_MS = 800;
/** @type {Record<number, PlaybackFault>} answers for which a second try is no use */
const FINAL = { 401: "signed-out", 403: "forbidden", 404: "gone" };

/** One recording cannot be played; `fault` says why, and each screen has its own words for it. */
export class PlaybackError extends Error {
  /** @param {PlaybackFault} fault */
  constructor(fault) {
    super(fault);
    this.fault = fault;
  }
}

/** @param {number} id of the recording @returns {Promise<ArrayBuffer>} */
export async function fetchAudio(id) {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(addressOf(`audio/${id}`), { cache: "no-store" }).catch(() => null);
    if (response?.ok) return response.arrayBuffer();
    const fault = response && FINAL[response.status];
    if (fault) throw new PlaybackError(fault);
    if (attempt === TRIES) throw new PlaybackError("unreachable");
    await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** (attempt - 1)));
  }
}
