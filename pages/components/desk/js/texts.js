/**
 * What the desk says, in the judge's language.
 *
 * `texts.json` is the table of all texts: English, and where it is shown. The page hands over the translations of that
 * table; `tsc` refuses a text that is not in it.
 *
 * @typedef {keyof typeof import("./texts.json")} Text
 */

let language = "en";
/** @type {Record<string, string>} English to the language */
let translations = {};

/** @param {string} code "en", "fr" @param {Record<string, string>} texts English to that language */
export function setLanguage(code, texts) {
  language = code;
  translations = texts;
}

export function currentLanguage() {
  return language;
}

/** A text with its {places} filled in. @param {Text} text @param {Record<string, string|number>} [values] */
export function t(text, values = {}) {
  return (translations[text] ?? text).replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}

/** Singular or plural, by the rules of the language. @param {number} n @param {Text} singular @param {Text} plural */
export function counted(n, singular, plural) {
  return t(new Intl.PluralRules(language).select(n) === "one" ? singular : plural, { n });
}

/** A number as it is written in the language. @param {number} number */
export function written(number, digits = 0) {
  return number.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Put the markup, which is written in English, into the judge's language. @param {HTMLElement} root */
export function translate(root) {
  root.lang = language;
  for (const host of root.querySelectorAll("[data-t]")) host.textContent = t(textOf(host.textContent));
  for (const host of root.querySelectorAll("[data-t-label]")) {
    host.setAttribute("aria-label", t(textOf(host.getAttribute("aria-label"))));
  }
}

/** @param {string} code */
export function isLanguageCode(code) {
  return /^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(code);
}

/** "fr" becomes French; what is no code stays as it is. @param {string} code */
export function languageName(code) {
  if (!isLanguageCode(code)) return code;
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** A text as the markup has it; a test holds the markup against the table. @param {string|null} markup */
function textOf(markup) {
  return /** @type {Text} */ ((markup ?? "").trim().replace(/\s+/g, " "));
}
