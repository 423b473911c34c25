/**
 * What a pressed key is called.
 *
 * By its place on the keyboard (`Digit1`, `ArrowLeft`: on a French keyboard digits would need Shift), and by what it
 * writes (`a`, `?`). The place of a number pad's key counts only while it writes a digit: without NumLock `Numpad2` is
 * the arrow down, and its `key` says so.
 *
 * @typedef {Pick<KeyboardEvent, "key" | "code">} Pressed
 */

const DIGIT = /^\p{Nd}$/u;
const PAD_DIGIT = /^Numpad\d$/;

/** @param {Pressed} pressed @returns {string[]} the names a binding may have, the decisive one first */
export function namesOf({ key, code }) {
  const names = new Set([placeOf({ key, code }), !code && /^\d$/.test(key ?? "") ? `Digit${key}` : "", writtenBy(key)]);
  names.delete("");
  return [...names];
}

/** The name for a binding that a person chooses: its place for digits, else what it writes. @param {Pressed} pressed */
export function nameOf({ key, code }) {
  const place = placeOf({ key, code });
  if (/^(Digit|Numpad)/.test(place)) return place;
  return key.length === 1 && key !== " " ? key.toLowerCase() : place || writtenBy(key);
}

/** @param {Pressed} pressed @returns {string} empty: the event has no place, or it is a pad's that does not count */
function placeOf({ key, code }) {
  if (!code?.startsWith("Numpad")) return code ?? "";
  const counts = PAD_DIGIT.test(code) ? DIGIT.test(key) : key?.length === 1; // "+" needs no NumLock
  return counts ? code : "";
}

/** @param {string|undefined} key missing where the browser fills in a form by itself */
function writtenBy(key) {
  if (!key) return "";
  if (key === " ") return "Space";
  return key.length === 1 ? key.toLowerCase() : key;
}
