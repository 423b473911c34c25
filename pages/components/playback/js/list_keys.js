/** What a key means where a list of recordings has the focus, or wherever the focus is. */

import { closest } from "../../js/dom.js";
import { rowsOf } from "./list_moves.js";

const KEEPS_ITS_KEYS = "input, textarea, select, [contenteditable=true], [role=dialog]";

/**
 * @typedef {{kind: "move", rows: number} | {kind: "action", choice: string} | {kind: "play"} | {kind: "nothing"}} ListKey
 */

/**
 * @param {KeyboardEvent} event where the list has the focus
 * @param {import("./row.js").Action[]} actions
 * @returns {ListKey|null} null: the key is none of the list's
 */
export function listKeyOf(event, actions) {
  if (event.ctrlKey || event.metaKey || event.altKey || closest(event.target, ".action, .open")) return null;
  const rows = rowsOf(event.key);
  if (rows) return { kind: "move", rows };
  const action = actions.find(({ key }) => key && key === event.key.toLowerCase());
  const isPlay = event.key === " " || event.key === "Enter";
  if (!action && !isPlay) return null;
  if (event.repeat) return { kind: "nothing" };
  return action ? { kind: "action", choice: action.choice } : { kind: "play" };
}

/** Whether a key may be an answer wherever the focus is: not where somebody types. @param {KeyboardEvent} event */
export function isForTheScreen(event) {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return false;
  return !closest(event.composedPath()[0], KEEPS_ITS_KEYS);
}
