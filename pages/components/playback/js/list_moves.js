/** Keys that move through a list. */

const PAGE = 8; // rows
const EVERYWHERE = 1e6;
/** @type {Record<string, number>} */
const MOVES = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: PAGE,
  PageUp: -PAGE,
  Home: -EVERYWHERE,
  End: EVERYWHERE,
};

/** Rows down, or up where negative; 0: the key does not move. @param {string} key */
export function rowsOf(key) {
  return Object.hasOwn(MOVES, key) ? MOVES[key] : 0;
}
