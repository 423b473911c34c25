/** Words in the judge's language. English stands in the code; the page hands over the other words. */

let language = "en";
let dictionary = {};

/** @param {string} spoken "en", "fr" @param {Record<string, string>} words English to that language */
function speak(spoken, words) {
  language = spoken;
  dictionary = words;
}

/** A message with its {places} filled in. */
function t(message, values = {}) {
  return (dictionary[message] ?? message).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

/** One and many, by the rules of the language. */
function counted(n, one, many) {
  return t(new Intl.PluralRules(language).select(n) === "one" ? one : many, { n });
}

/** A number as it is written in the language. */
function written(number, digits = 0) {
  return number.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Put the markup, which is written in English, into the judge's language. */
function translate(root) {
  root.lang = language;
  for (const element of root.querySelectorAll("[data-t]")) element.textContent = t(element.textContent.trim().replace(/\s+/g, " "));
  for (const element of root.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.getAttribute("aria-label")));
  }
}
