/**
 * What the dialog shows for a text: screens by their words, and the server's matches, in groups.
 *
 * @typedef {{title: string, detail: string, screen: string, query: Record<string, string>}} Match
 * @typedef {"screens"|"recordings"|"children"|"models"} GroupName
 * @typedef {{name: GroupName, matches: Match[]}} Group
 * @typedef {Partial<Record<GroupName, Match[]>>} Answer
 */

/** @type {GroupName[]} the surest first: who types a word wants a recording */
const ORDER = ["recordings", "children", "models", "screens"];

/** The screens with a word that begins with the text; all of them for no text. @param {Match[]} screens @param {string} text */
export function screensFor(screens, text) {
  const wanted = plain(text);
  return screens.filter(({ title }) => !wanted || ` ${plain(title)}`.includes(` ${wanted}`));
}

/** @param {Answer} answer @param {Match[]} screens @returns {Group[]} groups without a match are left out */
export function groupsOf(answer, screens) {
  return ORDER.map((name) => ({ name, matches: (name === "screens" ? screens : answer[name]) ?? [] })).filter(
    ({ matches }) => matches.length,
  );
}

/** Small letters without accents. @param {string} text */
export function plain(text) {
  return text
    .trim()
    .normalize("NFD")
    .replaceAll(/\p{Diacritic}/gu, "")
    .toLowerCase();
}
