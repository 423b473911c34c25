/** What the list says of a sound that does not play. */

import { PlaybackError } from "./audio_source.js";

export const TOUCH_TO_HEAR = "Press a key, or touch here, to hear it.";
/** @type {Record<import("./audio_source.js").PlaybackFault, string>} */
const EXPLAINED = {
  "signed-out": "You are signed out. Sign in again to listen.",
  forbidden: "You may not hear this recording.",
  gone: "This recording is no longer there.",
  unreachable: "This recording cannot be fetched.",
  undecodable: "This browser cannot play this recording.",
};

/** @param {unknown} error */
export function explained(error) {
  return EXPLAINED[error instanceof PlaybackError ? error.fault : "undecodable"];
}
