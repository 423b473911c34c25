/**
 * What the screen hands to a list of recordings.
 *
 * @typedef {import("./row.js").Playable} Playable
 * @typedef {{items: Playable[], keys: Record<string, string>, single: boolean, actions: import("./row.js").Action[],
 *   height: number, heard_first: {needed_s: number, answers: string[]}, open: string[], texts: Record<string, string>,
 *   speaks: string}} ListData `single`: one recording at a time, which plays by itself and is answered by `keys`;
 *   `open`: answers after which others may follow; `texts`: what the list says, in the language that it `speaks`
 */

/** @type {ListData} */
export const NOTHING = {
  items: [],
  keys: {},
  single: false,
  actions: [],
  height: 0,
  heard_first: { needed_s: 0, answers: [] },
  open: [],
  texts: {},
  speaks: "en",
};
