/**
 * What the screen hands to a list of recordings.
 *
 * @typedef {import("./row.js").Playable} Playable
 * @typedef {{items: Playable[], keys: Record<string, string>, single: boolean, actions: import("./row.js").Action[],
 *   height: number, heard_first: {needed_s: number, answers: string[]}, open: string[], drawn: boolean, linked: boolean,
 *   texts: Record<string, string>, speaks: string}} ListData `single`: one recording at a time, which plays by itself and
 *   is answered by `keys`; `open`: answers after which others may follow; `drawn`: the first is fetched at once and its
 *   spectrogram shown; `linked`: titles lead to the recording's page; `texts`: what the list says, in the language that
 *   it `speaks`
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
  drawn: false,
  linked: false,
};

/** The classes that the list has, and has not. @param {ListData} data @returns {Record<string, boolean>} */
export function looksOf({ single, drawn, items, actions }) {
  return {
    single,
    drawn,
    "with-bars": items.some(({ bars }) => bars.length > 0),
    "one-action": actions.length === 1,
  };
}
