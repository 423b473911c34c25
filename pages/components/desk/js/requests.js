/**
 * What the desk asks of the server: `POST /judging/*`, JSON in and out.
 *
 * @typedef {"desk"|"judgements"|"undo"|"skip"|"labels"|"preferences"} Endpoint
 */

/**
 * @template T
 * @typedef {{status: number, answer: T & {error?: string}}} Reply `status` 0: nothing came back
 */

import { addressOf } from "../../js/server.js";
import { t } from "./texts.js";

const SEND_WITHIN_MS = 12_000;

/** An id nobody else makes; crypto.randomUUID would need HTTPS. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Endpoint} endpoint @param {object} body @returns {Promise<Reply<any>>} */
export async function post(endpoint, body) {
  try {
    const response = await fetch(addressOf(`judging/${endpoint}`), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      keepalive: true,
      signal: AbortSignal.timeout(SEND_WITHIN_MS),
    });
    const answer = await response.json().catch(() => null);
    // a proxy's page with status 200 is no answer of ours
    return { status: response.ok && answer === null ? 0 : response.status, answer: answer ?? {} };
  } catch {
    return { status: 0, answer: {} };
  }
}

/** @param {Reply<{}>} reply @returns {string} "connection", "sign-in", or the server's text */
export function troubleOf({ status, answer }) {
  if (status === 0) return "connection";
  return status === 401 ? "sign-in" : errorOf({ status, answer });
}

/** @param {Reply<{}>} reply */
export function errorOf({ status, answer }) {
  return answer.error || t("The server answers {status}.", { status });
}
